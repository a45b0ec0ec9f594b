"""What a draft must keep of what counts, and which of its changes loosen a rule.  Pure.

Source: docs/rules.md, "Setting up a hub".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mash.common.content import ContentError
from mash.setup.lettering import conditions
from mash.setup.parts import READERS

Raw = Any
FIXED_TOPICS = {("education", "child")}  # Education's thirteen topics are fixed by practice
TIER_OF_PROTECTION = 4
DRAFT_ONLY, CALL = "draft_only", "family_call"
NAMED_BY_THE_CODE = {"to_allocated_worker", "back_for_agreement", "no_further_action", "to_other_authority"}
STRICT = {"second_manager_decides": 3, "joint_review": 2, "manager_review": 2, "mark_only": 0}
SENIOR = {"hub_worker": 0, "social_worker": 1, "decision_maker": 2, "adult_decision_maker": 2}
WHEN = {"red": "on red", "repeat": "on a repeat", "always": "always"}


def refuse_what_is_lost(content: str, carried: Raw, before: Raw, after: Raw) -> None:
    """Refuse a draft that loses what must stay.

    carried: what the product carries.  before: what counts now.

    Raises ContentError, naming the place, for an id that is gone, a question set that was changed after it was
    published, a fixed topic that is no longer asked, a protection that is retired, or a clock of law made longer.
    """
    _refuse_lost_ids(before, after, f"{content}.yaml: ")
    if content == "outcomes":
        _refuse_retired_protection(after)
    if content == "letters":
        _refuse_lost_care(carried, before, after)
    if content == "ratings":
        _refuse_longer_clocks(carried, after)
    if content == "question_sets":
        _refuse_changed_sets(before, after)
        _refuse_lost_topics(carried, after)


def loosened(content: str, before: Raw, after: Raw) -> list[str]:
    """Return, in words, which rules for closing, deciding or looking again a draft loosens.

    Each asks for a second look before it is published to the live hub.
    """
    looks = {"outcomes": _looser_outcomes, "ratings": _looser_rules}
    return list(looks[content](before, after)) if content in looks else []


def _refuse_lost_ids(before: Any, after: Any, place: str) -> None:
    for name, was, now in _shared(before, after):
        here = f"{place}{name}"
        known, kept = _ids(was), _ids(now)
        if known is not None:
            lost = sorted(set(known) - set(kept or {}))
            if lost:
                raise ContentError(
                    f"{here}.{lost[0]}: this id is in use and is never taken out: retire it instead"
                )
            for one in known:
                _refuse_lost_ids(known[one], (kept or {})[one], f"{here}.{one}.")
        elif isinstance(was, Mapping) and isinstance(now, Mapping):
            _refuse_lost_ids(was, now, f"{here}.")


def _shared(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name, was in before.items():
            yield str(name), was, after.get(name)


def _ids(value: Any) -> dict[str, Any] | None:
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "id" in one for one in value):
        return {str(one["id"]): one for one in value}
    return None


def _refuse_retired_protection(after: Raw) -> None:
    for one in after["outcomes"]:
        if one.get("retired") and (one.get("tier") == TIER_OF_PROTECTION or one["id"] in NAMED_BY_THE_CODE):
            why = "the law or the system itself asks for it: reword it, keep it"
            raise ContentError(f"outcomes.yaml: outcomes.{one['id']}.retired: {why}")


def _refuse_lost_care(carried: Raw, before: Raw, after: Raw) -> None:
    """Refuse letters that lose care for whoever reads them.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    now, known = {one["id"]: one for one in after["templates"]}, conditions(carried)
    for one in after["templates"]:
        place = f"letters.yaml: templates.{one['id']}"
        if one.get("retired") and (one["goes"] != DRAFT_ONLY or one["id"] == CALL):
            raise ContentError(f"{place}.retired: the system itself uses it: reword it, keep it")
        for part in one["body"]:
            condition = part.get("only_if") if isinstance(part, Mapping) else None
            if condition and condition not in known:
                raise ContentError(
                    f"{place}.body: nobody says when this holds: {condition.replace('_', ' ')}"
                )
    for one in carried["templates"]:
        lost = [never for never in one["never"] if never not in now[one["id"]]["never"]]
        if lost:
            place = f"letters.yaml: templates.{one['id']}.never"
            raise ContentError(f"{place}: this stays on the list: {lost[0]}")
    written = {
        one["reader"] for one in after["templates"] if one["goes"] == DRAFT_ONLY and not one.get("retired")
    }
    left = {one["reader"] for one in before["templates"] if one["goes"] == DRAFT_ONLY} - written
    if left:
        readers = dict(READERS)
        named = ", ".join(readers[reader].lower() for reader in sorted(left))
        raise ContentError(f"letters.yaml: templates: no letter would be left for {named}")


def _refuse_longer_clocks(carried: Raw, after: Raw) -> None:
    limits = {one["id"]: one["value"] for one in carried["fixed_clocks"]}
    for one in after["fixed_clocks"]:
        if one["value"] > limits[one["id"]]:
            place = f"ratings.yaml: fixed_clocks.{one['id']}.value"
            raise ContentError(
                f"{place}: law or national guidance allows {limits[one['id']]}; it is never longer"
            )


def _refuse_changed_sets(before: Raw, after: Raw) -> None:
    now = {one["id"]: one for one in after["sets"]}
    for was in before["sets"]:
        kept = dict(now[was["id"]])
        if {**kept, "retired": False} != {**was, "retired": False}:
            place = f"question_sets.yaml: sets.{was['id']}"
            raise ContentError(f"{place}: a version that was published is never changed: make a new one")


def _refuse_lost_topics(carried: Raw, after: Raw) -> None:
    for agency, subject in FIXED_TOPICS:
        wanted = {one["id"] for one in newest_set(carried, agency, subject)["questions"]}
        asked = {one["id"] for one in newest_set(after, agency, subject)["questions"]}
        lost = sorted(wanted - asked)
        if lost:
            place = f"question_sets.yaml: sets.{newest_set(after, agency, subject)['id']}.questions.{lost[0]}"
            raise ContentError(
                f"{place}: Education's thirteen topics are fixed by practice: reword it, keep it"
            )


def newest_set(words: Raw, agency: str, subject: str) -> Mapping[str, Any]:
    """Return the newest set in use for a kind of agency and a subject.  Raises ValueError if there is none."""
    fitting = [
        one
        for one in words["sets"]
        if one["agency"] == agency and subject in one["subjects"] and not one.get("retired")
    ]
    return max(fitting, key=lambda one: int(one["version"]))


def _looser_outcomes(before: Raw, after: Raw) -> Iterator[str]:
    now = {one["id"]: one for one in after["outcomes"]}
    for was in before["outcomes"]:
        one = now[was["id"]]
        lost = _when(was) - _when(one)
        if lost and "always" not in _when(one):
            words = " and ".join(sorted(WHEN[name] for name in lost))
            yield f"{one['label']}: nobody else need agree any more {words}"
        if SENIOR.get(one["decided_by"], 0) < SENIOR.get(was["decided_by"], 0):
            yield f"{one['label']}: somebody of less standing decides it"


def _when(outcome: Mapping[str, Any]) -> set[str]:
    return set((outcome.get("second_person") or {}).get("when", ()))


def _looser_rules(before: Raw, after: Raw) -> Iterator[str]:
    for part in ("repeats", "bounce"):
        now = {one["id"]: one for one in after[part]}
        for was in before[part]:
            one = now[was["id"]]
            if STRICT[one["effect"]] < STRICT[was["effect"]]:
                yield f"{one['label']}: less follows from it"
            if (one.get("count") or 0) > (was.get("count") or 0):
                yield f"{one['label']}: it takes more contacts"
            if one["within_days"] < was["within_days"]:
                yield f"{one['label']}: it looks back less far"
    rested = {one["id"] for one in before["working_time"]["pauses"] if not one.get("retired")}
    for one in after["working_time"]["pauses"]:
        if one["id"] not in rested and not one.get("retired"):
            yield f"{one['label']}: a clock may be paused for it"
