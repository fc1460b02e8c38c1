from tasks.models.adjustment import Adjustment
from tasks.models.assignment import Assignment, SkipReason
from tasks.models.batch import Batch, ImportFile
from tasks.models.batch_change import BatchChange
from tasks.models.draft import Draft
from tasks.models.flag import Flag, FlagKind
from tasks.models.follow_up import FollowUp, Release
from tasks.models.image import Image, Rendition
from tasks.models.judgment import Judgment, Score
from tasks.models.manifest import Manifest
from tasks.models.parked import ParkedSubmit
from tasks.models.queue import Invitation, QueueWalk
from tasks.models.task import Task, TaskImage, TaskTag

__all__ = [
    "Adjustment",
    "Assignment",
    "Batch",
    "BatchChange",
    "Draft",
    "Flag",
    "FlagKind",
    "FollowUp",
    "Image",
    "ImportFile",
    "Invitation",
    "Judgment",
    "Manifest",
    "ParkedSubmit",
    "QueueWalk",
    "Release",
    "Rendition",
    "Score",
    "SkipReason",
    "Task",
    "TaskImage",
    "TaskTag",
]
