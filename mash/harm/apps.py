from typing import Any

from django.apps import AppConfig


class HarmConfig(AppConfig):
    name = "mash.harm"

    def ready(self) -> None:
        """Offer what harm comes back to in the navigation, and what is watched to whoever is told of it."""
        from mash.common import navigation

        navigation.add(navigation.Entry("Harm", "harm:home", 48, _analyses, often=("analyse",)))


def _analyses(staff: Any) -> bool:
    looks = bool({"analyse", "manage"} & {*staff.duties})
    return looks and bool(staff.works_at_the_desk) and not staff.works_nights
