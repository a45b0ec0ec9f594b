from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "mash.common"

    def ready(self) -> None:
        """Register what is looked at before an installation is live."""
        from mash.common import fitness  # noqa: F401
