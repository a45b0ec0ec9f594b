"""The boxes for what stands on a paper, put in front of the form of whatever is entered from it.

They stand on a page only where it was opened from “From paper”, or was sent with them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from mash.common.clock import LONDON
from mash.common.fields import TimeInputField
from mash.common.templates import day, moment
from mash.outage import queries
from mash.outage.actions import Facts, NotThatForm, NotThen, Paper, happened
from mash.partnership.models import Hub, Staff

ASKED = "paper"  # in an address
NUMBER, ON, TIME = NAMES = ("paper_number", "paper_on", "paper_time")


def days_for(request: HttpRequest, staff: Staff) -> Sequence[date] | None:
    """Return the days on which the hub was without the product, where a page asks for what was on paper; else None."""
    asked = ASKED in request.GET or NUMBER in request.POST
    return queries.days_away(staff.hub_id) if asked else None


def ask(form: Any, days: Sequence[date] | None, *, required: bool = True) -> None:
    """Put the boxes in front of a form's own.

    days: on which it can have happened; None asks for nothing.
    """
    if days is None:
        return
    choices = [("", "Choose the day"), *((one.isoformat(), day(one)) for one in days)]
    mine: dict[str, forms.Field] = {
        NUMBER: forms.CharField(
            label="Number of the form",
            help_text="As printed on it, with the letter of a copy. Leave it empty for paper without a number.",
            max_length=30,
            required=False,
        ),
        ON: forms.TypedChoiceField(
            label="Day on the paper",
            choices=choices,
            coerce=date.fromisoformat,
            empty_value=None,
            required=required,
            error_messages={"required": "Choose the day on the paper"},
        ),
        TIME: TimeInputField(
            label="Time on the paper",
            help_text="When it happened, for example 14:05",
            required=required,
            error_messages={"required": "Enter the time on the paper"},
        ),
    }
    form.fields = mine | form.fields


def is_on(form: Any) -> bool:
    """Tell whether a form asks for what is on the paper."""
    return NUMBER in form.fields


def paper_of(said: Mapping[str, Any]) -> Paper | None:
    """Return what stands on the paper, of the cleaned words of a form; None where it says nothing of one."""
    on, clock = said.get(ON), said.get(TIME)
    if on is None or clock is None:
        return None
    return Paper(datetime.combine(on, clock, LONDON), said.get(NUMBER, ""))


def taken_out(said: dict[str, Any]) -> dict[str, Any]:
    """Return the cleaned words of a form with what stands on the paper as one thing, as an action takes it."""
    paper = paper_of(said)
    rest = {name: value for name, value in said.items() if name not in NAMES}
    return rest | {"paper": paper} if paper else rest


def refuse(form: Any, why: NotThen | NotThatForm) -> None:
    """Put a refusal of what is on the paper beside the box that it is about."""
    form.add_error(NUMBER if isinstance(why, NotThatForm) else TIME, str(why))


def can_be(form: Any, *, hub: Hub, facts: Facts = (), at: datetime) -> bool:
    """Tell whether what stands on the paper can be, of a form that is valid; say beside its box why it cannot.

    Asked before the answers are shown once more; the action asks again.  facts: as `outage.actions.happened` does.
    """
    said = paper_of(form.cleaned_data)
    if said is None:
        return True
    try:
        happened(said, hub=hub, facts=facts, at=at)
    except (NotThen, NotThatForm) as why:
        refuse(form, why)
        return False
    return True


def in_words(said: Mapping[str, Any]) -> str:
    """Return what stands on the paper in one line; "" where nothing does."""
    paper = paper_of(said)
    if paper is None:
        return ""
    return f"{moment(paper.happened_at)}{', form ' + paper.number if paper.number else ''}"


def refuse_half_said(form: Any) -> None:
    """Refuse what stands on the paper where only a part of it was filled in, of a form that need not have any."""
    said = {name: form.cleaned_data.get(name) for name in NAMES}
    if not any(value not in ("", None) for value in said.values()):
        return
    if said[ON] is None and ON not in form.errors:
        form.add_error(ON, "Choose the day on the paper")
    if said[TIME] is None and TIME not in form.errors:
        form.add_error(TIME, "Enter the time on the paper")
