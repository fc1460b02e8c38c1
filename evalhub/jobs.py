from celery import shared_task
from django.utils import timezone

from evalhub.models import Heartbeat


@shared_task
def beat() -> None:
    """Say that a worker is alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
