from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "mash.common"
