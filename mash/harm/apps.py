from typing import Any

from django.apps import AppConfig


class HarmConfig(AppConfig):
    name = "mash.harm"

    def ready(self) -> None:
        """Offer the pages in the navigation, a network from a person's record, and files that are taken in."""
        from mash.common import importing, lists, navigation
        from mash.harm import narrowing
        from mash.harm.management.taking_in import IMPORTERS
        from mash.harm.network.queries import offered
        from mash.people import panels

        importing.offer(*IMPORTERS)
        lists.offer(*narrowing.LISTS)
        navigation.add(navigation.Entry("Harm", "harm:home", 48, _analyses, often=("analyse",)))
        panels.add(panels.Panel("harm/_network_of.html", offered, 65))
        navigation.add(navigation.Entry("Watched", "harm:watched", 49, _may_be_told))


def _analyses(staff: Any) -> bool:
    looks = bool({"analyse", "manage"} & {*staff.duties})
    return looks and bool(staff.works_at_the_desk) and not staff.works_nights


def _may_be_told(staff: Any) -> bool:
    """Tell whether somebody may be told of what is watched, and does not come to it by the patterns."""
    return bool(staff.works_at_the_desk) and not staff.works_nights and not _analyses(staff)
