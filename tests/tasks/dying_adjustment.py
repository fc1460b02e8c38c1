"""Adjust the tasks that are there and be killed while the given one is settled.

python -m tests.tasks.dying_adjustment ADJUSTMENT TASK
"""

import os
import signal
import sys
from importlib import import_module
from typing import Any

import django


def main(adjustment_id: int, task_id: int) -> None:
    """Run the job as a worker does, with a SIGKILL in place of one settling."""
    django.setup()
    # By name, since what they import are models, which come after the set-up.
    adjusting, jobs = import_module("tasks.adjusting"), import_module("tasks.jobs")
    settle = adjusting.settle

    def settle_or_die(task: Any, **options: Any) -> None:
        if task.pk == task_id:
            os.kill(os.getpid(), signal.SIGKILL)
        settle(task, **options)

    vars(adjusting)["settle"] = settle_or_die
    jobs.adjust_tasks(adjustment_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
