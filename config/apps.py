from django.apps import AppConfig


class ZasobyConfig(AppConfig):
    """Puts the apps together: see config/composition.py."""

    name = "config"
    label = "zasoby"

    def ready(self) -> None:
        from config import composition

        composition.compose()
