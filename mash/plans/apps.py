from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class PlansConfig(AppConfig):
    name = "mash.plans"

    def ready(self) -> None:
        """Put plans into the navigation, on the pages of decisions, and on the page of whom they are for."""
        from django.template import engines

        from mash.handover import moved
        from mash.people import panels
        from mash.plans.actions import follow_step
        from mash.plans.queries import listed

        engines["jinja2"].env.globals["plans_after"] = listed.after  # type: ignore[attr-defined]
        moved.follows_steps(follow_step)
        panels.add(panels.Panel("plans/_on_record.html", listed.on_a_record, 35))
        navigation.add(navigation.Entry("Plans", "plans:plans", 45, _has_a_part, often=("answer", "chair")))


def _has_a_part(staff: Any) -> bool:
    """Show the list at the desk, and to who answers for an agency or chairs."""
    return bool(staff.works_at_the_desk) or staff.has("answer", "chair")
