from rubrics.actions.drafts import NewCriterion, NewLevel, start_draft, start_rubric, write_criteria
from rubrics.actions.publish import RubricNotReadyError, publish_problems, publish_version

__all__ = [
    "NewCriterion",
    "NewLevel",
    "RubricNotReadyError",
    "publish_problems",
    "publish_version",
    "start_draft",
    "start_rubric",
    "write_criteria",
]
