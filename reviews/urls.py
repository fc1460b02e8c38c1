from django.urls import path

from reviews.views.home import home

urlpatterns = [
    path("", home, name="home"),
]
