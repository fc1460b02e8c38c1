"""Where a lead releases a draft: what it changes, what it meets, what happens to older work."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from evalhub.access import signed_in
from evalhub.admin_options import RoleAdmin, sent_data
from evalhub.models import Role
from rubrics.actions import DraftConflictError, RubricNotReadyError
from rubrics.content import hash_version
from rubrics.models import RubricVersion
from tasks.actions import release_version
from tasks.models import Release
from tasks.release_forms import ReleaseForm
from tasks.releases import plan_release


@admin.register(Release)
class ReleaseAdmin(RoleAdmin):
    roles = (Role.LEAD,)
    project_path = "rubric__project"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        rows: QuerySet[Release] = super().get_queryset(request)
        return rows.select_related("rubric__project")

    def get_urls(self) -> list[URLPattern]:
        return [self.page("<int:pk>/publish/", self.publish_view, "publish")]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what publishing does, ask what has to be decided, and publish."""
        self.get_row(request, pk)
        version = RubricVersion.objects.select_related("rubric__project").get(pk=pk)
        if not version.is_draft:
            messages.info(request, f"{version} is published already.")
            return redirect("admin:rubrics_rubricversion_change", version.pk)
        form = ReleaseForm(sent_data(request), plan=plan_release(version))
        if request.method == "GET":
            return self._page(request, form)
        if form.plan.problems or not form.is_valid():
            return self._page(request, form, status=422)
        try:
            release_version(actor=signed_in(request), version=version, **form.release())
        except RubricNotReadyError as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
            return self._page(request, form, status=422)
        except DraftConflictError:
            return self._page(request, begin_again(request, version), status=409)
        messages.success(request, f"{version} is published. New tasks open with it.")
        return redirect("admin:rubrics_rubric_change", version.rubric_id)

    def _page(self, request: HttpRequest, form: ReleaseForm, status: int = 200) -> HttpResponse:
        version = form.plan.version
        context = self.context(
            request,
            title=f"Publish {version}",
            version=version,
            rubric=version.rubric,
            plan=form.plan,
            form=form,
            is_conflict=status == 409,
        )
        return render(request, "admin/tasks/release/publish.html", context, status=status)


def begin_again(request: HttpRequest, version: RubricVersion) -> ReleaseForm:
    """Return the form with what was typed, about the draft as it stands now."""
    data = request.POST.copy()
    data["seen"] = hash_version(version)
    return ReleaseForm(data, plan=plan_release(version))
