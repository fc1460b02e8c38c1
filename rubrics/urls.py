from django.urls import path

from rubrics.views.changes import changes
from rubrics.views.examples import example
from rubrics.views.feedback import feedback, feedback_seen
from rubrics.views.guideline import guideline

urlpatterns = [
    path("projects/<slug:slug>/changes/", changes, name="changes"),
    path("projects/<slug:slug>/examples/<str:sha256>/", example, name="example"),
    path("projects/<slug:slug>/feedback/", feedback, name="feedback"),
    path("feedback/<int:pk>/seen/", feedback_seen, name="feedback-seen"),
    path("projects/<slug:slug>/guideline/", guideline, name="guideline"),
]
