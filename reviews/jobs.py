"""The background work of reviews: thin, an id in, safe to run twice."""

from celery import shared_task

from evalhub.work import run_work, sweep_work
from reviews.drawing import draw_flagged_later
from reviews.exports.bundle import build_bundle
from reviews.models import AgreementRun, Export
from reviews.stale import mark_stale_agreement


@shared_task
def compute_agreement(run_id: int) -> None:
    """Compute and store the agreement of one rubric version."""
    # Imported here because a web process, which only sends this job, must not load numpy.
    from reviews.agreement_run import compute_agreement_of  # noqa: PLC0415

    run_work(AgreementRun, run_id, compute_agreement_of)


@shared_task
def build_export(export_id: int) -> None:
    """Build the bundle of one export."""
    run_work(Export, export_id, build_bundle)


@shared_task
def sweep() -> None:
    """Catch up with flags and newer judgments, and send again what is not done."""
    draw_flagged_later()
    mark_stale_agreement()
    sweep_work(AgreementRun, compute_agreement)
    sweep_work(Export, build_export)
