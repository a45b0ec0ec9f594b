from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "mash.operations"

    def ready(self) -> None:
        """Register what is looked at before an installation is live."""
        from mash.operations import fitness  # noqa: F401
