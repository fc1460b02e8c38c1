from django.urls import path

from tasks.views import members, work

urlpatterns = [
    path("projects/<slug:slug>/members/", members.members, name="members"),
    path("projects/<slug:slug>/work/", work.work, name="work"),
    path("assignments/<int:pk>/", work.assignment, name="assignment"),
    path("assignments/<int:pk>/skip/", work.skip, name="skip"),
    path("assignments/<int:pk>/flag/", work.flag, name="flag"),
    path("assignments/<int:pk>/renew/", work.renew, name="renew"),
    path("assignments/<int:pk>/release/", work.release, name="release"),
    path("judgments/<int:pk>/", work.judgment, name="judgment"),
    path("parked/<int:pk>/", work.parked, name="parked"),
]
