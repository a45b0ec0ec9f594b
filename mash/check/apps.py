from django.apps import AppConfig


class CheckConfig(AppConfig):
    name = "mash.check"
    verbose_name = "check"
