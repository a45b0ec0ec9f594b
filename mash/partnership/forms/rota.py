"""The shape of input on the pages of the rota."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from mash.common.clock import LONDON
from mash.common.templates import clock_time
from mash.partnership.actions.rota import Line
from mash.partnership.content import Post
from mash.partnership.models import Staff
from mash.partnership.rota import Turn
from mash.partnership.sessions import Session

NOBODY = ("", "Nobody")


def said(session: Session) -> str:
    """Say when a session is: "Monday 23 November, 9am to 5pm", or to another day."""
    begins, ends = session.from_at, session.until_at
    first, last = begins.astimezone(LONDON), ends.astimezone(LONDON)
    until = clock_time(ends) if first.date() == last.date() else f"{last:%A} {clock_time(ends)}"
    return f"{first:%A} {first.day} {first:%B}, {clock_time(begins)} to {until}"


class WhichWeek(forms.Form):
    """Whose rota, and of which week; it all stands in the address."""

    agency = forms.UUIDField(required=False)
    week = forms.DateField(required=False)

    def first(self, today: date) -> date:
        """Return the Monday asked for, or of this week."""
        self.is_valid()
        day: date = self.cleaned_data.get("week") or today
        return day - timedelta(days=day.weekday())

    @property
    def agency_id(self) -> uuid.UUID | None:
        """Return the agency asked for."""
        self.is_valid()
        return self.cleaned_data.get("agency")


class FillWeek(forms.Form):
    """One post over one week: for each session who is on duty, who stands in, and where they are reached.

    Several people may be on one session: each has a line of its own, and `more` adds an empty one to each.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        post: Post,
        wanted: Sequence[Session],
        turns: Sequence[Turn],
        team: Sequence[Staff],
        more: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.wanted = post, wanted
        able = [(str(one.pk), one.account.name) for one in team if one.has(post.duty)]
        self.fields["seen"].initial = ",".join(str(one.pk) for one in turns)
        self.places: list[tuple[Session, int]] = []
        for number, session in enumerate(wanted):
            here: list[Turn | None] = [one for one in turns if one.from_at == session.from_at]
            rows = [*here, *([None] if more or not here else [])]
            for place, turn in enumerate(rows):
                self.places.append((session, place))
                self._add(f"{number}-{place}", session, turn, able, deputies=max(1, post.deputies))

    def _add(
        self, key: str, session: Session, turn: Turn | None, able: list[tuple[str, str]], *, deputies: int
    ) -> None:
        when = said(session)
        choices = [NOBODY, *able]
        self.fields[f"{key}-staff"] = forms.ChoiceField(
            label="On duty", choices=choices, required=False, initial=str(turn.staff_id) if turn else ""
        )
        for number in range(deputies):
            chosen = turn.deputies[number] if turn and number < len(turn.deputies) else ""
            self.fields[f"{key}-deputy{number}"] = forms.ChoiceField(
                label="Stands in" if deputies == 1 else f"Stands in, {number + 1}",
                choices=choices,
                required=False,
                initial=str(chosen),
            )
        self.fields[f"{key}-reached_on"] = forms.CharField(
            label="Telephone", max_length=30, required=False, initial=turn.reached_on if turn else ""
        )
        self.fields[f"{key}-reached_on_if_no_answer"] = forms.CharField(
            label="If nobody answers",
            max_length=30,
            required=False,
            initial=turn.reached_on_if_no_answer if turn else "",
        )
        for name, field in self.fields.items():
            if name.startswith(f"{key}-"):
                field.widget.attrs["aria-label"] = f"{field.label}: {when}"

    @property
    def lines_shown(self) -> list[tuple[str, list[Any]]]:
        """Return each line's heading and its fields, as the page draws them."""
        found = []
        for session, place in self.places:
            key = f"{self.wanted.index(session)}-{place}"
            heading = said(session) + (f", person {place + 1}" if place else "")
            found.append((heading, [self[name] for name in self.fields if name.startswith(f"{key}-")]))
        return found

    def clean(self) -> dict[str, Any]:
        """See to it that nobody stands in for themselves, and that deputies have somebody to stand in for."""
        said_: dict[str, Any] = super().clean() or {}
        for session, place in self.places:
            key = f"{self.wanted.index(session)}-{place}"
            staff = said_.get(f"{key}-staff")
            deputies = [value for name, value in said_.items() if name.startswith(f"{key}-deputy") and value]
            if deputies and not staff:
                self.add_error(f"{key}-staff", "Say who is on duty before who stands in")
            if len({staff, *deputies}) < len([staff, *deputies]):
                self.add_error(f"{key}-deputy0", "Somebody cannot stand in for themselves, or be named twice")
        return said_

    @property
    def lines(self) -> list[Line]:
        """Return what was said, the sessions with nobody left out."""
        found = []
        for session, place in self.places:
            key = f"{self.wanted.index(session)}-{place}"
            staff = self.cleaned_data.get(f"{key}-staff")
            deputies = [
                uuid.UUID(value)
                for name, value in self.cleaned_data.items()
                if name.startswith(f"{key}-deputy") and value
            ]
            if staff:
                found.append(
                    Line(
                        session,
                        uuid.UUID(staff),
                        tuple(deputies),
                        self.cleaned_data[f"{key}-reached_on"].strip(),
                        self.cleaned_data[f"{key}-reached_on_if_no_answer"].strip(),
                    )
                )
        return found

    @property
    def turns_seen(self) -> set[uuid.UUID]:
        """Return the turns that stood there when the form was opened."""
        return {uuid.UUID(one) for one in self.cleaned_data["seen"].split(",") if one}

    def clean_seen(self) -> str:
        """Refuse what is no list of keys."""
        typed = str(self.cleaned_data["seen"])
        try:
            [uuid.UUID(one) for one in typed.split(",") if one]
        except ValueError as error:
            raise forms.ValidationError("Open the page again.") from error
        return typed
