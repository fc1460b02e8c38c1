from tasks.actions.adjustments import adjust_tasks, retry_adjustment
from tasks.actions.batches import (
    BatchNotInHandError,
    pause_batch,
    remove_unjudged_tasks,
    restore_tasks,
    resume_batch,
    retry_batch_change,
    set_priority,
)
from tasks.actions.claim import claim_next_task, hold_tasks_ahead, open_assignment
from tasks.actions.drafts import NewerDraftError, save_draft
from tasks.actions.flags import FlagAnsweredError, answer_flag, put_away_flag, raise_flag
from tasks.actions.holds import (
    AssignmentClosedError,
    release_assignment,
    release_holds,
    renew_assignment,
    skip_task,
)
from tasks.actions.imports import retry_import, start_import, start_manifest_import
from tasks.actions.parked import (
    ParkedDecidedError,
    ParkedRefusedError,
    discard_parked_submit,
    take_parked_submit,
)
from tasks.actions.people import LastManagerError, deactivate_user, set_roles
from tasks.actions.release import release_version
from tasks.actions.revise import (
    Revision,
    RevisionConflictError,
    RevisionRefusedError,
    revise_judgment,
)
from tasks.actions.submit import Submission, SubmitConflictError, submit_judgment
from tasks.storing import Viewing

__all__ = [
    "AssignmentClosedError",
    "BatchNotInHandError",
    "FlagAnsweredError",
    "LastManagerError",
    "NewerDraftError",
    "ParkedDecidedError",
    "ParkedRefusedError",
    "Revision",
    "RevisionConflictError",
    "RevisionRefusedError",
    "Submission",
    "SubmitConflictError",
    "Viewing",
    "adjust_tasks",
    "answer_flag",
    "claim_next_task",
    "deactivate_user",
    "discard_parked_submit",
    "hold_tasks_ahead",
    "open_assignment",
    "pause_batch",
    "put_away_flag",
    "raise_flag",
    "release_assignment",
    "release_holds",
    "release_version",
    "remove_unjudged_tasks",
    "renew_assignment",
    "restore_tasks",
    "resume_batch",
    "retry_adjustment",
    "retry_batch_change",
    "retry_import",
    "revise_judgment",
    "save_draft",
    "set_priority",
    "set_roles",
    "skip_task",
    "start_import",
    "start_manifest_import",
    "submit_judgment",
    "take_parked_submit",
]
