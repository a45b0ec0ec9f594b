from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class ReferralConfig(AppConfig):
    name = "mash.referral"

    def ready(self) -> None:
        """Put the online referral into the navigation of whoever has a post; let everybody else leave fast."""
        from django.template import engines

        from mash.referral import under_lock
        from mash.referral.views.visiting import way_out

        engines["jinja2"].env.globals["way_out"] = way_out  # type: ignore[attr-defined]
        navigation.add(navigation.Entry("Refer somebody", "referral:own_hub", 35, _refers, often=("answer",)))
        under_lock.register()


def _refers(staff: Any) -> bool:
    """Show it to those who send referrals; the hub's own desk has the telephone page in its place."""
    return not staff.works_at_the_desk
