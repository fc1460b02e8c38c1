from django.urls import path

from reviews.views.home import home
from reviews.views.submit import submit

urlpatterns = [
    path("", home, name="home"),
    path("assignments/<int:pk>/submit/", submit, name="submit"),
]
