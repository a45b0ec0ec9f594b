from typing import Any

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "mash.handover"

    def ready(self) -> None:
        """Keep hand-overs in step with what the hub records, and offer the pages in the navigation."""
        from django.template import engines

        from mash.common import navigation
        from mash.decision import handed
        from mash.handover import queries
        from mash.handover.actions.keeping import hub_said, no_longer_handed_over

        handed.keeps_hand_overs(told=hub_said, ended=no_longer_handed_over)
        jinja2 = engines["jinja2"].env  # type: ignore[attr-defined]
        jinja2.globals.update(
            hand_overs_of=queries.of_outcomes, hand_overs_on=queries.on_case, steps_on=queries.steps_on
        )
        navigation.add(
            navigation.Entry(
                "Hand-overs to you", "handover:inbox", 32, _answers_for_an_agency, often=("answer",)
            ),
            navigation.Entry(
                "With services", "handover:waiting", 42, _hands_over, often=("assess", "decide")
            ),
        )


def _answers_for_an_agency(staff: Any) -> bool:
    return "answer" in staff.duties


def _hands_over(staff: Any) -> bool:
    from mash.handover.policy import may_see_waiting

    return bool(may_see_waiting(staff))
