"""What signing out means for the queue; the settings name it as allauth's adapter."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from evalhub.accounts import AccountAdapter
from evalhub.models import User
from tasks.actions.holds import release_holds


class ReleasingAdapter(AccountAdapter):
    """Whoever signs out gives back what they hold, also what is held ahead."""

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            with transaction.atomic():
                release_holds(user=request.user)
        super().logout(request)
