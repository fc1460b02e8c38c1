from rubrics.actions.drafts import (
    DraftConflictError,
    VersionNotDraftError,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.actions.publish import RubricNotReadyError, publish_problems, publish_version

__all__ = [
    "DraftConflictError",
    "RubricNotReadyError",
    "VersionNotDraftError",
    "publish_problems",
    "publish_version",
    "start_draft",
    "start_rubric",
    "write_draft",
]
