from reviews.actions.audits import AuditDecidedError, decide_audit
from reviews.actions.exports import request_export, retry_export
from reviews.actions.judging import record_judgment, record_parked_submit, record_revision

__all__ = [
    "AuditDecidedError",
    "decide_audit",
    "record_judgment",
    "record_parked_submit",
    "record_revision",
    "request_export",
    "retry_export",
]
