from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "mash.operations"
