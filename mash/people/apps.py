from typing import Any

from django.apps import AppConfig

from mash.common import navigation


def _works_at_the_desk(staff: Any) -> bool:
    return bool(staff.works_at_the_desk)


class PeopleConfig(AppConfig):
    name = "mash.people"

    def ready(self) -> None:
        """Offer the search to whoever works at a hub's own desk; say kinds of disability in words."""
        from django.template import engines

        from mash.people.disabilities import in_words

        engines["jinja2"].env.filters["disabilities"] = in_words  # type: ignore[attr-defined]
        navigation.add(
            navigation.Entry(
                "Find a person",
                "people:search",
                20,
                _works_at_the_desk,
                often=("screen", "assess", "decide", "approve", "clear", "manage", "out_of_hours"),
            )
        )
