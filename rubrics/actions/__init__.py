from rubrics.actions.drafts import (
    DraftConflictError,
    NewCriterion,
    NewLevel,
    VersionNotDraftError,
    start_draft,
    start_rubric,
    write_criteria,
)
from rubrics.actions.publish import RubricNotReadyError, publish_problems, publish_version

__all__ = [
    "DraftConflictError",
    "NewCriterion",
    "NewLevel",
    "RubricNotReadyError",
    "VersionNotDraftError",
    "publish_problems",
    "publish_version",
    "start_draft",
    "start_rubric",
    "write_criteria",
]
