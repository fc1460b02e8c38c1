from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig


class EvalhubConfig(AppConfig):
    name = "evalhub"
    default = True


class EvalhubAdminConfig(SimpleAdminConfig):
    """Django's admin on our own site class."""

    default = False
    default_site = "evalhub.admin_site.EvalhubAdminSite"

    def ready(self) -> None:
        super().ready()
        autodiscover()
