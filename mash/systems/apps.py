from typing import Any

from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "mash.systems"

    def ready(self) -> None:
        """Offer whoever leads an agency the page of its systems; the set-up leads its administrator to theirs."""
        from mash.common import navigation

        navigation.add(navigation.Entry("Our systems", "systems:own", 92, _leads, often=("answer",)))


def _leads(staff: Any) -> bool:
    return bool(staff.leads)
