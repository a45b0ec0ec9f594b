from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class PanelConfig(AppConfig):
    name = "mash.panel"

    def ready(self) -> None:
        """Put the panels into the navigation of whoever works with them, and on the page of whom one can bring."""
        from mash.panel.actions import take_over_begun
        from mash.panel.queries.bringing import on_a_record
        from mash.people import panels
        from mash.plans import begun

        begun.follows_plans(take_over_begun)
        panels.add(panels.Panel("panel/_on_record.html", on_a_record, 70))
        navigation.add(navigation.Entry("Panel", "panel:home", 50, _works_with_panels, often=("chair",)))


def _works_with_panels(staff: Any) -> bool:
    return bool({"chair", "manage", "answer", "screen", "assess", "decide"} & {*staff.duties})
