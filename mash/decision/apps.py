from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class DecisionConfig(AppConfig):
    name = "mash.decision"

    def ready(self) -> None:
        """Put what waits for a word into the navigation, and answer what earlier stages ask of decisions."""
        from django.template import engines

        from mash.check import chronology, truth
        from mash.contact import advice
        from mash.decision.content import levels
        from mash.decision.queries import naming, recorded, schools, tiers
        from mash.triage import fixed

        engines["jinja2"].env.globals["levels_of_need"] = lambda: list(levels().values())  # type: ignore[attr-defined]
        engines["jinja2"].env.globals["to_and_fro_on"] = tiers.to_and_fro_on  # type: ignore[attr-defined]
        truth.ask_for_section_47(recorded.section_47_is_recorded)
        chronology.add_facts(recorded.facts_of)
        fixed.decided_by(recorded.first_decided_at)
        fixed.also_run(recorded.strategy_clock)
        fixed.also_run(schools.school_clocks)
        fixed.also_listed(schools.schools_running)
        advice.name_levels(naming.level_names)
        navigation.add(
            navigation.Entry(
                "Decisions",
                "decision:waiting",
                40,
                _works_at_the_desk,
                often=("assess", "decide", "approve", "clear"),
            )
        )
        navigation.add(
            navigation.Entry("To and fro", "decision:to_and_fro", 41, _measures, often=("manage",))
        )
        navigation.add(navigation.Entry("Disagreements", "decision:dissents", 42, _measures))
        navigation.add(navigation.Entry("Disagreements", "decision:our_dissents", 32, _answers))
        navigation.add(navigation.Entry("Schools to call", "decision:schools_to_call", 44, _calls_schools))
        navigation.add(
            navigation.Entry(
                "Notices", "decision:school_notices", 31, _answers_for_a_school, often=("answer",)
            )
        )


def _answers_for_a_school(staff: Any) -> bool:
    return "answer" in staff.duties and staff.agency.kind == "education"


def _answers(staff: Any) -> bool:
    return "answer" in staff.duties


def _measures(staff: Any) -> bool:
    return bool(staff.has("manage", "decide", "approve"))


def _works_at_the_desk(staff: Any) -> bool:
    return bool(staff.works_at_the_desk)


def _calls_schools(staff: Any) -> bool:
    from mash.decision.policy import may_call_schools

    return bool(may_call_schools(staff))
