from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from evalhub.access import get_project_for, has_role, require_role, signed_in
from evalhub.models import Project, Role, User
from tasks.actions import LastManagerError, set_roles
from tasks.actions.people import qualify_member, unqualify_member
from tasks.listing import read_id
from tasks.member_forms import NewMemberForm, RolesForm
from tasks.members import members_of


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """List who works in the project; a lead qualifies evaluators, a manager changes all of it."""
    user = signed_in(request)
    project = get_project_for(user, slug, Role.LEAD, Role.MANAGER)
    form, problem = NewMemberForm(project=project), ""
    if request.method == "POST":
        if "qualified" in request.POST:
            change_qualification(request, user, project)
            return redirect("members", project.slug)
        require_role(user, project, Role.MANAGER)
        if "member" in request.POST:
            problem = change_roles(request, user, project)
        else:
            form = NewMemberForm(request.POST, project=project)
            add_member(request, user, project, form)
        if not (problem or form.errors):
            stays = has_role(user, project, Role.LEAD, Role.MANAGER)
            return redirect("members", project.slug) if stays else redirect("home")
    context = {
        "project": project,
        "members": [
            (member, RolesForm.of_member(member.user, member.roles))
            for member in members_of(project)
        ],
        "form": form,
        "problem": problem,
        "may_manage": has_role(user, project, Role.MANAGER),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "tasks/members.html", context, status=status)


def add_member(request: HttpRequest, actor: User, project: Project, form: NewMemberForm) -> None:
    """Give the person of a valid form the first roles."""
    if form.is_valid():
        added = form.cleaned_data["who"]
        set_roles(actor=actor, project=project, user=added, roles=form.chosen())
        messages.success(request, f"{added} is a member now.")


def change_qualification(request: HttpRequest, actor: User, project: Project) -> None:
    """Qualify the posted evaluator, or take that back."""
    member = read_id(request.POST.get("member", "")) or 0
    evaluators = User.objects.filter(memberships__project=project, memberships__role=Role.EVALUATOR)
    person = get_object_or_404(evaluators, pk=member)
    if request.POST["qualified"] == "yes":
        qualify_member(actor=actor, project=project, user=person)
        messages.success(request, f"{person} gets production tasks now.")
    else:
        unqualify_member(actor=actor, project=project, user=person)
        messages.success(request, f"{person} gets training and qualification tasks only.")


def change_roles(request: HttpRequest, actor: User, project: Project) -> str:
    """Set the posted roles of a member; return why not, if so."""
    people = User.objects.filter(memberships__project=project).distinct()
    member = request.POST["member"]
    person = get_object_or_404(people, pk=read_id(member) or 0)
    form = RolesForm(request.POST)
    if not form.is_valid():
        return "There is no such role. Choose among those of the list."
    try:
        set_roles(actor=actor, project=project, user=person, roles=form.chosen())
    except LastManagerError as last:
        return str(last)
    words = "'s roles are changed." if form.chosen() else " is no member any more."
    messages.success(request, f"{person}{words}")
    return ""
