from django.urls import path

from rubrics.views import guideline

urlpatterns = [
    path("projects/<slug:slug>/guideline/", guideline, name="guideline"),
]
