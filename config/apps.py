from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ZasobyConfig(AppConfig):
    """Puts the apps together: see config/composition.py."""

    name = "config"
    label = "zasoby"

    def ready(self) -> None:
        from config import composition

        composition.compose()


class OfficeAdminConfig(AdminConfig):
    """Django's admin with our own rule of who enters: config/admin_site.py."""

    default_site = "config.admin_site.OfficeAdminSite"
