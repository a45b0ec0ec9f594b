from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "mash.training"

    def ready(self) -> None:
        """Read the hub's content of training with the rest, and offer the pages in the navigation."""
        from mash.common import navigation
        from mash.training import content  # noqa: F401

        navigation.add(navigation.Entry("Training", "training:home", 63, often=("train",)))
