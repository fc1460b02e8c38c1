from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evalhub.access import may_start_project, signed_in
from evalhub.models import Heartbeat
from reviews.home import home_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what there is to do for the person who signed in."""
    user = signed_in(request)
    context = {
        "home": home_of(user),
        "may_start_project": may_start_project(user),
        "worker_is_alive": Heartbeat.objects.worker_is_alive(),
    }
    return render(request, "reviews/home.html", context)
