"""Editing a set of questions: an edit is a new version, and an id keeps its meaning.  Pure.

Source: docs/rules.md, "The check".
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from mash.setup.keeping import FIXED_TOPICS
from mash.setup.parts import WORD

Raw = Any
TYPES = (
    ("text", "Free text"),
    ("yes_no", "Yes, no or not known"),
    ("date", "A date"),
    ("number", "A number"),
    ("choice", "One of several"),
)
ASKS_ABOUT = (
    ("child", "The child or adult the enquiry is about"),
    ("parent", "A parent, carer or other adult in the home"),
    ("household", "The home and everyone in it"),
)


def series_of(asked: Mapping[str, Any]) -> str:
    """Return what all versions of a set have in common."""
    return str(asked["id"]).removesuffix(f"_v{asked['version']}")


def newest(words: Raw) -> dict[str, dict[str, Any]]:
    """Return the newest version in use of every set, by series, in the order of the content."""
    found: dict[str, dict[str, Any]] = {}
    for one in words["sets"]:
        known = found.get(series_of(one))
        if not one.get("retired") and (known is None or one["version"] > known["version"]):
            found[series_of(one)] = one
    return found


def reworded(words: Raw, in_force: Raw, series: str, question_id: str, values: Mapping[str, Any]) -> Raw:
    """Return the content with other words for a question; its type and whom it asks about stay.

    values: text, hint, sensitive_by_default, protective.  Raises KeyError for a question that is not asked.
    """
    changed, asked = _open(words, in_force, series)
    question = _question(asked, question_id)
    question |= dict(values)
    return changed


def with_question(words: Raw, in_force: Raw, series: str, values: Mapping[str, Any]) -> Raw:
    """Return the content with one more question at the end of a set, under an id that was never used in it."""
    changed, asked = _open(words, in_force, series)
    used = {
        question["id"] for one in changed["sets"] if series_of(one) == series for question in one["questions"]
    }
    stem = WORD.sub("_", str(values["text"]).lower()).strip("_")[:32].strip("_") or "question"
    numbered = (f"{stem}_{number}" for number in range(2, len(used) + 3))
    new_id = next(one for one in (stem, *numbered) if one not in used)
    asked["questions"].append({"id": new_id, **{key: value for key, value in values.items() if value != []}})
    return changed


def moved(words: Raw, in_force: Raw, series: str, question_id: str, by: int) -> Raw:
    """Return the content with a question so many places further down; at either end it stays where it is."""
    changed, asked = _open(words, in_force, series)
    questions = asked["questions"]
    at = questions.index(_question(asked, question_id))
    questions.insert(max(0, at + by), questions.pop(at))
    return changed


def without(words: Raw, in_force: Raw, series: str, question_id: str) -> Raw:
    """Return the content with a question no longer asked: answers to it stay, and its id does not come back."""
    changed, asked = _open(words, in_force, series)
    asked["questions"].remove(_question(asked, question_id))
    return changed


def with_set(words: Raw, in_force: Raw, series: str, asked: Mapping[str, Any]) -> Raw:
    """Return the content with a new version of a set that asks what another asks."""
    changed, made = _open(words, in_force, series)
    kept = {"id": made["id"], "version": made["version"]}
    made.clear()
    made |= copy.deepcopy(dict(asked)) | kept
    return changed


def is_fixed(asked: Mapping[str, Any], question_id: str, carried: Raw) -> bool:
    """Tell whether a question is a topic that practice fixes: it is reworded and never taken out."""
    fixed = any(
        asked["agency"] == agency and subject in asked["subjects"] for agency, subject in FIXED_TOPICS
    )
    first = next((one for one in carried["sets"] if series_of(one) == series_of(asked)), None)
    return fixed and first is not None and question_id in {one["id"] for one in first["questions"]}


def _open(words: Raw, in_force: Raw, series: str) -> tuple[Raw, dict[str, Any]]:
    """Return a copy of the content, with the version of a set that is being made: begun from the newest if need be."""
    changed = copy.deepcopy(words)
    published = {one["id"] for one in in_force["sets"]}
    asked = newest(changed)[series]
    if asked["id"] not in published:
        return changed, asked
    last = max(one["version"] for one in changed["sets"] if series_of(one) == series)
    made = copy.deepcopy(asked) | {"id": f"{series}_v{last + 1}", "version": last + 1}
    changed["sets"].insert(changed["sets"].index(asked) + 1, made)
    return changed, made


def _question(asked: Mapping[str, Any], question_id: str) -> dict[str, Any]:
    found: Iterable[dict[str, Any]] = asked["questions"]
    return {str(one["id"]): one for one in found}[question_id]
