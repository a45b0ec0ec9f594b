from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class ContactConfig(AppConfig):
    name = "mash.contact"

    def ready(self) -> None:
        """Put what this app adds into the navigation, on a person's page and into the words of pages."""
        from django.template import engines

        from mash.contact.content import category_said
        from mash.contact.files import files_of, files_of_the_sender
        from mash.contact.marking import marked, stated

        pages = engines["jinja2"].env  # type: ignore[attr-defined]
        pages.filters.update(category=category_said, marked=marked)
        pages.globals.update(stated=stated, files_of=files_of, files_of_the_sender=files_of_the_sender)
        from mash.common import lists
        from mash.contact import narrowing
        from mash.contact.joined import beside_a_record
        from mash.contact.settled import words
        from mash.people import decisions, panels

        decisions.add(words)
        lists.offer(narrowing.ADVICE)

        panels.add(panels.Panel("contact/_records.html", beside_a_record, 90))
        navigation.add(
            navigation.Entry(
                "Take a call", "contact:telephone", 30, _writes_down, often=("screen", "out_of_hours")
            ),
            navigation.Entry("Advice", "contact:consultations", 35, _asks_or_gives_advice, often=("screen",)),
        )


def _writes_down(staff: Any) -> bool:
    from mash.contact.policy import WRITES_DOWN  # models are not ready when apps are listed

    return bool({*WRITES_DOWN} & {*staff.duties})


def _asks_or_gives_advice(staff: Any) -> bool:
    return bool(staff.works_at_the_desk or "answer" in staff.duties)
