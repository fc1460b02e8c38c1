"""The Celery application; jobs live in each app's `jobs.py`, because one app is called tasks."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")

app = Celery("evalhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@celeryd_init.connect
def wait_longer_for_messages(conf: Any, **_: Any) -> None:
    """Let the worker's blocking read outlive the short timeouts that bound a publish."""
    conf.broker_transport_options = {
        **conf.broker_transport_options,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
    }
