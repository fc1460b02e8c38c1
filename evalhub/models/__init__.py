from evalhub.models.action_log import ActionChain, ActionLog
from evalhub.models.heartbeat import Heartbeat
from evalhub.models.project import Membership, Project, Role, StoppingRule
from evalhub.models.user import User

__all__ = [
    "ActionChain",
    "ActionLog",
    "Heartbeat",
    "Membership",
    "Project",
    "Role",
    "StoppingRule",
    "User",
]
