from django.urls import path

from tasks.views import (
    adjustments,
    batch_changes,
    batches,
    drafts,
    follow_ups,
    imports,
    judgments,
    members,
    tasks,
    work,
)
from tasks.views.media import media

urlpatterns = [
    path("projects/<slug:slug>/members/", members.members, name="members"),
    path("projects/<slug:slug>/import/", imports.import_images, name="import"),
    path("projects/<slug:slug>/batches/<int:pk>/", batches.batch, name="batch"),
    path(
        "projects/<slug:slug>/batches/<int:pk>/report.csv",
        batches.batch_report,
        name="batch-report",
    ),
    path(
        "projects/<slug:slug>/batches/<int:pk>/change/",
        batch_changes.batch_change,
        name="batch-change",
    ),
    path(
        "projects/<slug:slug>/follow-ups/<int:pk>/retry/",
        follow_ups.follow_up_retry,
        name="follow-up-retry",
    ),
    path(
        "projects/<slug:slug>/adjustment/retry/",
        adjustments.adjustment_retry,
        name="adjustment-retry",
    ),
    path("projects/<slug:slug>/tasks/", tasks.tasks, name="tasks"),
    path("projects/<slug:slug>/tasks/<int:pk>/", tasks.task, name="task"),
    path("projects/<slug:slug>/work/", work.work, name="work"),
    path("projects/<slug:slug>/work/ahead/", work.ahead, name="ahead"),
    path("assignments/<int:pk>/", work.assignment, name="assignment"),
    path("assignments/<int:pk>/draft/", drafts.draft, name="draft"),
    path("assignments/<int:pk>/skip/", work.skip, name="skip"),
    path("assignments/<int:pk>/flag/", work.flag, name="flag"),
    path("assignments/<int:pk>/noted/", work.noted, name="noted"),
    path("flags/<int:pk>/seen/", work.flag_seen, name="flag-seen"),
    path("assignments/<int:pk>/renew/", work.renew, name="renew"),
    path("assignments/<int:pk>/release/", work.release, name="release"),
    path("projects/<slug:slug>/mine/", judgments.own_judgments, name="own-judgments"),
    path("projects/<slug:slug>/mine/last/", judgments.last_judgment, name="last-judgment"),
    path("judgments/<int:pk>/", judgments.judgment, name="judgment"),
    path("parked/<int:pk>/", work.parked, name="parked"),
    path("media/<int:image_id>/<str:kind>/", media, name="media"),
]
