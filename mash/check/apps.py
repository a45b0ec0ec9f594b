from typing import Any

from django.apps import AppConfig

from mash.common.navigation import Entry, add


def answers_for_an_agency(staff: Any) -> bool:
    """Tell whether a post answers what its agency is asked."""
    return "answer" in staff.duties


class CheckConfig(AppConfig):
    name = "mash.check"
    verbose_name = "check"

    def ready(self) -> None:
        """Offer the agency's inbox in the navigation."""
        add(Entry("Agency checks", "check:inbox", 30, seen_by=answers_for_an_agency))
