from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class ContactConfig(AppConfig):
    name = "mash.contact"

    def ready(self) -> None:
        """Put taking a call and advice into the navigation; let pages say a category in its words, and mark names."""
        from django.template import engines

        from mash.contact.content import category_said
        from mash.contact.marking import marked, stated

        pages = engines["jinja2"].env  # type: ignore[attr-defined]
        pages.filters.update(category=category_said, marked=marked)
        pages.globals.update(stated=stated)
        navigation.add(
            navigation.Entry("Take a call", "contact:telephone", 30, _writes_down),
            navigation.Entry("Advice", "contact:consultations", 35, _asks_or_gives_advice),
        )


def _writes_down(staff: Any) -> bool:
    from mash.contact.policy import WRITES_DOWN  # models are not ready when apps are listed

    return bool({*WRITES_DOWN} & {*staff.duties})


def _asks_or_gives_advice(staff: Any) -> bool:
    return bool(staff.works_at_the_desk or "answer" in staff.duties)
