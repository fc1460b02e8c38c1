"""Bring pictures in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.actions.work import retry_failed
from evalhub.models import Project, Role, User
from evalhub.work import want_work
from tasks import jobs
from tasks.manifests.mapping import ColumnMapping
from tasks.manifests.sources import Where
from tasks.models import Batch, Manifest


@transaction.atomic
def start_import(
    *, actor: User, project: Project, name: str, source: Batch.Source, paths: Sequence[Path]
) -> Batch:
    """Begin a batch from files, ZIP archives and folders on the server; a job fills it.

    Raises PermissionDenied for anyone but a manager of the project.
    """
    require_role(actor, project, Role.MANAGER)
    return _start(actor, project, name, source, paths)


@transaction.atomic
def start_manifest_import(
    *,
    actor: User,
    project: Project,
    name: str,
    source: Batch.Source,
    where: Where,
    mapping: ColumnMapping,
) -> Batch:
    """Begin a batch that gets a task for each row of a manifest; a job reads it.

    Raises PermissionDenied for anyone but a manager of the project.
    """
    require_role(actor, project, Role.MANAGER)
    manifest = Manifest(
        path=str(where.path.resolve()),
        member=where.member,
        images_path=str(where.images.resolve()),
        columns=[list(pair) for pair in mapping.pairs],
    )
    paths = list(dict.fromkeys([where.images, where.path]))
    return _start(actor, project, name, source, paths, manifest)


def _start(
    actor: User,
    project: Project,
    name: str,
    source: Batch.Source,
    paths: Sequence[Path],
    manifest: Manifest | None = None,
) -> Batch:
    batch = Batch.objects.create(
        project=project,
        name=name,
        source=source,
        paths=[str(path.resolve()) for path in paths],
        created_by=actor,
    )
    after: dict[str, object] = {"name": name, "source": source}
    if manifest:
        manifest.batch = batch
        manifest.save()
        after["columns"] = manifest.columns
    want_work(Batch, jobs.run_import, batch.pk)
    log_action(
        actor=actor,
        verb="batch:start_import",
        target=batch,
        project=project,
        after=after,
    )
    return batch


@transaction.atomic
def retry_import(*, actor: User, batch: Batch) -> Batch:
    """Go on with a failed import where it stopped; any other is left as it is."""
    batch = (
        Batch.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project")
        .get(pk=batch.pk)
    )
    require_role(actor, batch.project, Role.MANAGER)
    retry_failed(
        batch, jobs.run_import, actor=actor, verb="batch:retry_import", project=batch.project
    )
    return batch
