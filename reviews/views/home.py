from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evalhub.access import signed_in
from evalhub.models import Project


def home(request: HttpRequest) -> HttpResponse:
    """Show what there is to do for the person who signed in."""
    user = signed_in(request)
    projects = Project.objects.for_member(user)
    return render(request, "reviews/home.html", {"projects": projects})
