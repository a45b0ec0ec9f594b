from typing import Any

from django.apps import AppConfig


class OutageConfig(AppConfig):
    name = "mash.outage"

    def ready(self) -> None:
        """Offer the pages of a bad day; say what lies under lock and what is looked at."""
        from django.template import engines

        from mash.common import navigation
        from mash.outage import (
            fitness,  # noqa: F401 (its checks are registered)
            queries,
            under_lock,
        )

        under_lock.register()
        engines["jinja2"].env.globals.update(entered_on=queries.entered_on)  # type: ignore[attr-defined]
        navigation.add(
            navigation.Entry("A bad day", "outage:packs", 93, _keeps_them, often=("manage",)),
            navigation.Entry("From paper", "outage:entering", 94, _enters),
        )


def _keeps_them(staff: Any) -> bool:
    from mash.outage import policy

    return bool(policy.may_keep(staff))


def _enters(staff: Any) -> bool:
    from mash.outage import policy

    return bool(policy.may_see_entered(staff))
