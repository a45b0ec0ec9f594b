from typing import Any

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "mash.returns"

    def ready(self) -> None:
        """Put returns into the navigation."""
        from mash.common import navigation

        navigation.add(
            navigation.Entry("Returns", "returns:home", 57, _makes_returns, often=("analyse",)),
        )


def _makes_returns(staff: Any) -> bool:
    return bool({"manage", "analyse"} & {*staff.duties})
