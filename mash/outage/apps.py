from typing import Any

from django.apps import AppConfig


class OutageConfig(AppConfig):
    name = "mash.outage"

    def ready(self) -> None:
        """Offer the page of a bad day to whoever manages the hub; say what lies under lock and what is looked at."""
        from mash.common import navigation
        from mash.outage import (
            fitness,  # noqa: F401 (its checks are registered)
            under_lock,
        )

        under_lock.register()
        navigation.add(navigation.Entry("A bad day", "outage:packs", 93, _keeps_them, often=("manage",)))


def _keeps_them(staff: Any) -> bool:
    from mash.outage import policy

    return bool(policy.may_keep(staff))
