from django.apps import AppConfig


class RseConfig(AppConfig):
    name = "rse"
    verbose_name = "RSE"
