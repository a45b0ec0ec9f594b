from typing import Any

from django.apps import AppConfig


class HarmConfig(AppConfig):
    name = "mash.harm"

    def ready(self) -> None:
        """Offer what harm comes back to in the navigation, and lead to a network from a person's record."""
        from mash.common import navigation
        from mash.harm.network.queries import offered
        from mash.people import panels

        navigation.add(navigation.Entry("Harm", "harm:home", 48, _analyses, often=("analyse",)))
        panels.add(panels.Panel("harm/_network_of.html", offered, 65))


def _analyses(staff: Any) -> bool:
    looks = bool({"analyse", "manage"} & {*staff.duties})
    return looks and bool(staff.works_at_the_desk) and not staff.works_nights
