from reviews.models.agreement import AgreementResult, AgreementRun
from reviews.models.audit import Audit
from reviews.models.export import Export

__all__ = ["AgreementResult", "AgreementRun", "Audit", "Export"]
