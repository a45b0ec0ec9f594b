from typing import Any

from django.apps import AppConfig

from mash.common import navigation


def _has_a_rota(staff: Any) -> bool:
    return bool(staff.works_at_the_desk or staff.leads)


class PartnershipConfig(AppConfig):
    name = "mash.partnership"

    def ready(self) -> None:
        """Offer the duty rota to the desk and to who leads a team; register what is looked at of the database."""
        from mash.partnership import fitness  # noqa: F401

        navigation.add(
            navigation.Entry("On duty", "rota:now", 80, _has_a_rota, often=("manage", "out_of_hours"))
        )
