"""What must be said before something goes alongside, and when a reminder is due.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mash.alongside.content import Question
from mash.common.clock import LONDON, whole_years

RECEIPT, RESULT = "receipt", "result"


class Wrong(Exception):
    """What was said does not do: `places` says why, by the id of the question."""

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__(" ".join(places.values()))
        self.places = dict(places)


def asked(questions: Iterable[Question], answers: Mapping[str, Any]) -> list[Question]:
    """Return the questions that are asked, after what was chosen in those before."""
    return [one for one in questions if one.when is None or answers.get(one.when.question) == one.when.choice]


def answered(questions: Sequence[Question], answers: Mapping[str, Any], at: datetime) -> list[dict[str, str]]:
    """Return what was said, question by question, with the words of each.  What is not asked is left out.

    answers: by id of the question: words, the id of a choice, a number, or an aware moment.

    Raises Wrong, naming everything that is missing or does not do.

    Source: docs/rules.md, "Alongside a decision".
    """
    said, wrong = [], {}
    for one in asked(questions, answers):
        value = answers.get(one.id)
        if value is None or (isinstance(value, str) and not value.strip()):
            if not one.optional:
                wrong[one.id] = f"Answer: {one.label}"
            continue
        refusal = _refusal(one, value, at)
        if refusal:
            wrong[one.id] = refusal
        else:
            said.append({"id": one.id, "label": one.label, "words": in_words(one, value)})
    if wrong:
        raise Wrong(wrong)
    return said


def _refusal(one: Question, value: Any, at: datetime) -> str:
    if one.kind == "choice":
        if value not in {each.id for each in one.choices}:
            return f"Choose: {one.label}"
        return one.otherwise if one.only is not None and value != one.only else ""
    if one.kind == "moment":
        return "It cannot have happened later than now" if value > at else ""
    if one.kind == "number":
        low, high = one.at_least, one.at_most
        if (low is not None and value < low) or (high is not None and value > high):
            return one.otherwise or f"It is from {low} to {high}"
    return ""


def in_words(one: Question, value: Any) -> str:
    """Return an answer in words, as it is kept and goes out."""
    if one.kind == "choice":
        return next(each.label for each in one.choices if each.id == value)
    if one.kind == "moment":
        moment = value.astimezone(LONDON)
        return f"{moment.day} {moment:%B %Y, %H:%M}"
    return str(value).strip()


def is_too_old(born_on: date | None, limit: int, on: date) -> bool:
    """Tell whether somebody has reached an upper age on a day; nobody has whose birth is not known."""
    if born_on is None:
        return False
    return whole_years(born_on, on) >= limit


def step_due(due_at: datetime, what: str, at: datetime) -> str:
    """Return which reminder is due of something that should be there: "" before, one when it is, one each day after."""
    if at < due_at:
        return ""
    days = (at.astimezone(LONDON).date() - due_at.astimezone(LONDON).date()).days
    return f"{what}_{days}"
