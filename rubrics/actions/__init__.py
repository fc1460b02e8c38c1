from rubrics.actions.acknowledge import VersionNotPublishedError, acknowledge_version
from rubrics.actions.drafts import (
    DraftConflictError,
    VersionNotDraftError,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.actions.feedback import (
    FeedbackAnsweredError,
    answer_feedback,
    give_feedback,
    put_away_answer,
)
from rubrics.actions.files import import_rubric
from rubrics.actions.publish import RubricNotReadyError, publish_problems, publish_version

__all__ = [
    "DraftConflictError",
    "FeedbackAnsweredError",
    "RubricNotReadyError",
    "VersionNotDraftError",
    "VersionNotPublishedError",
    "acknowledge_version",
    "answer_feedback",
    "give_feedback",
    "import_rubric",
    "publish_problems",
    "publish_version",
    "put_away_answer",
    "start_draft",
    "start_rubric",
    "write_draft",
]
