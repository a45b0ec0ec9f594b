from typing import Any

from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "mash.systems"

    def ready(self) -> None:
        """Offer whoever leads an agency the page of its systems; the set-up leads its administrator to theirs."""
        from mash.common import navigation

        navigation.add(navigation.Entry("Our systems", "systems:own", 92, _leads, often=("answer",)))
        navigation.add(navigation.Entry("Open cases", "systems:open_cases", 93, _settles))


def _leads(staff: Any) -> bool:
    return bool(staff.leads)


def _settles(staff: Any) -> bool:
    from mash.systems.policy import may_settle_cases

    return bool(may_settle_cases(staff))
