"""Write the action log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from evalhub.middleware import current_request_id
from evalhub.models import ActionChain, ActionLog, Project, User

SITE_CHAIN = "site"


def log_action(
    *,
    actor: User | None,
    verb: str,
    target: models.Model,
    project: Project | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ActionLog:
    """Append one entry to the project's chain (or the site's), in the caller's transaction.

    `verb` reads object:verb, such as "judgment:submit". Values hold ids, states and counts,
    never secrets. The chain's row stays locked until the commit: log last.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("log_action must run in the transaction of the change it records.")
    name = f"project-{project.pk}" if project else SITE_CHAIN
    locked = ActionChain.objects.select_for_update(no_key=True).filter(name=name)
    chain = locked.first()
    if chain is None:
        ActionChain.objects.get_or_create(name=name)
        chain = locked.get()
    entry = ActionLog(
        chain=chain,
        position=chain.length + 1,
        project=project,
        actor=actor,
        verb=verb,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        before=before or {},
        after=after or {},
        request_id=current_request_id(),
        at=timezone.now(),
        previous_hash=chain.head,
    )
    entry.hash = entry.compute_hash()
    entry.save(force_insert=True)
    chain.length = entry.position
    chain.head = entry.hash
    chain.save(update_fields=["length", "head"])
    return entry


def find_broken_entries() -> Iterable[str]:
    """Walk every chain and yield one plain sentence for each entry that does not hold."""
    for chain in ActionChain.objects.order_by("pk").iterator():
        position, head = 0, ""
        for entry in chain.entries.order_by("position").iterator(chunk_size=2000):
            position += 1
            where = f"{chain.name}, entry {entry.position}"
            if entry.position != position:
                yield f"{where}: entry {position} is missing."
                position = entry.position
            elif entry.previous_hash != head:
                yield f"{where}: it does not follow the entry before it."
            if entry.hash != entry.compute_hash():
                yield f"{where}: its content was changed."
            head = entry.hash
        if (chain.length, chain.head) != (position, head):
            yield f"{chain.name}: it ends at entry {position}, but {chain.length} were written."
