from typing import Any

from django.apps import AppConfig

from mash.common.navigation import Entry, add


def answers_for_an_agency(staff: Any) -> bool:
    """Tell whether a post answers what its agency is asked."""
    return "answer" in staff.duties


def has_releases(staff: Any) -> bool:
    """Tell whether a post may receive a release, speak for an owner, or follow the register."""
    from mash.sealed.policy import follows_the_register, works_with_cases

    return works_with_cases(staff) or follows_the_register(staff) or staff.leads


class CheckConfig(AppConfig):
    name = "mash.check"
    verbose_name = "check"

    def ready(self) -> None:
        """Offer the agency's inbox, and what is released, in the navigation."""
        from mash.check import under_lock

        add(
            Entry("Agency checks", "check:inbox", 30, seen_by=answers_for_an_agency, often=("answer",)),
            Entry("Releases", "check:releases", 34, seen_by=has_releases, often=("release",)),
        )
        under_lock.register()
