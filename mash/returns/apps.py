from typing import Any

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "mash.returns"

    def ready(self) -> None:
        """Put returns into the navigation, and let `mash import` take in a hub's past."""
        from mash.common import importing, navigation
        from mash.people import panels
        from mash.returns.management.taking_in import IMPORTERS
        from mash.returns.queries import on_a_record

        panels.add(panels.Panel("returns/_on_record.html", on_a_record, 60))
        importing.offer(*IMPORTERS)
        navigation.add(
            navigation.Entry("Returns", "returns:home", 57, _makes_returns, often=("analyse",)),
        )


def _makes_returns(staff: Any) -> bool:
    return bool({"manage", "analyse"} & {*staff.duties})
