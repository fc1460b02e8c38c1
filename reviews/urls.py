from django.urls import path

from reviews.views import exports, projects
from reviews.views.change import change_judgment
from reviews.views.home import home
from reviews.views.submit import submit

urlpatterns = [
    path("", home, name="home"),
    path("projects/new/", projects.project_new, name="project-new"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/settings/", projects.project_settings, name="project-settings"),
    path("projects/<slug:slug>/exports/", exports.exports, name="exports"),
    path("projects/<slug:slug>/exports/<int:number>/", exports.export, name="export"),
    path(
        "projects/<slug:slug>/exports/<int:number>/download/",
        exports.export_download,
        name="export-download",
    ),
    path("assignments/<int:pk>/submit/", submit, name="submit"),
    path("judgments/<int:pk>/change/", change_judgment, name="judgment-change"),
]
