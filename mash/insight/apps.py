from typing import Any

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "mash.insight"

    def ready(self) -> None:
        """Put performance into the navigation."""
        from mash.common import navigation

        navigation.add(
            navigation.Entry("Performance", "insight:now", 56, _sees_figures, often=("manage", "analyse")),
        )


def _sees_figures(staff: Any) -> bool:
    return bool({"manage", "analyse"} & {*staff.duties})
