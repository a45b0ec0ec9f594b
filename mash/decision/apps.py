from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class DecisionConfig(AppConfig):
    name = "mash.decision"

    def ready(self) -> None:
        """Put what waits for a word into the navigation."""
        navigation.add(navigation.Entry("Decisions", "decision:waiting", 40, _works_at_the_desk))


def _works_at_the_desk(staff: Any) -> bool:
    return bool(staff.works_at_the_desk)
