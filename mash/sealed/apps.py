from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class SealedConfig(AppConfig):
    name = "mash.sealed"

    def ready(self) -> None:
        """Put the unit's own list into the navigation, and tell the cleared of whom they look for."""
        from mash.people import panels
        from mash.sealed import fitness, under_lock, vouched  # noqa: F401 (its checks)
        from mash.sealed.queries import told_of_a_search

        panels.tell_of_searches(told_of_a_search)
        navigation.add(navigation.Entry("The unit", "sealed:people", 43, _is_cleared, often=("clear",)))
        under_lock.register()
        vouched.register()


def _is_cleared(staff: Any) -> bool:
    from mash.sealed.policy import is_cleared  # models are not ready when apps are listed

    return is_cleared(staff)
