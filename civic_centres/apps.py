from django.apps import AppConfig


class CivicCentresConfig(AppConfig):
    name = "civic_centres"
