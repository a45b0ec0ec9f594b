from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "mash.triage"

    def ready(self) -> None:
        """Say that a notice which was recorded and counted needs no more work."""
        from mash.triage import noting, order

        order.counts_as_finished(noting.is_noted)
