from django.apps import AppConfig


class HarmConfig(AppConfig):
    name = "mash.harm"
