from typing import Any

from django.apps import AppConfig


class AlongsideConfig(AppConfig):
    name = "mash.alongside"

    def ready(self) -> None:
        """Offer the list in the navigation, and show on a case and a decision what goes alongside."""
        from django.template import engines

        from mash.alongside import queries
        from mash.common import navigation

        engines["jinja2"].env.globals["alongside_on"] = queries.open_on_case  # type: ignore[attr-defined]
        navigation.add(navigation.Entry("Alongside", "alongside:listed", 43, _works_at_the_desk))


def _works_at_the_desk(staff: Any) -> bool:
    return bool(staff.works_at_the_desk)
