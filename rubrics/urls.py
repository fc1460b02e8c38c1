from django.urls import path

from rubrics.views.guideline import guideline

urlpatterns = [
    path("projects/<slug:slug>/guideline/", guideline, name="guideline"),
]
