"""A Celery application without Django, for a real worker under the supervisor."""

import os

from celery import Celery

app = Celery("tiny", broker=os.environ.get("TINY_BROKER"), fixups=[])
