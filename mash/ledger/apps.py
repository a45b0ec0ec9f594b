from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "mash.ledger"

    def ready(self) -> None:
        """Register what is looked at before an installation is live."""
        from mash.ledger import fitness  # noqa: F401
