"""A run is begun, seated, steered, observed and ended."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from mash.exercise.actions.running import KEPT_DAYS, LONGEST_KEPT_DAYS, MOST_GROUPS
from mash.exercise.format import Exercise, Point
from mash.exercise.forms.keeping import line, words
from mash.exercise.models import Group, Seat
from mash.partnership.models import Account
from mash.training.models import Learner

CAME = (("came", "Was there"), ("not", "Was not there"))


def number(label: str, *, low: int, high: int, hint: str = "") -> forms.IntegerField:
    """Return a whole number within bounds."""
    wrong = f"Enter a whole number from {low} to {high}"
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, help_text=hint,
        error_messages={"required": wrong, "invalid": wrong, "min_value": wrong, "max_value": wrong},
    )  # fmt: skip


class Begin(forms.Form):
    """How a run is called, with how many groups, and how fast its clock goes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    label = line(
        "What is this run called?",
        "Enter what the run is called",
        longest=80,
        hint="For example, “Spring attachment day”",
    )
    groups = number(
        "How many groups?", low=1, high=MOST_GROUPS, hint="Each works in a training hub of its own."
    )
    pace = forms.FloatField(
        label="How many simulated minutes pass in a real minute?", min_value=0.1, max_value=240,
        error_messages={
            "required": "Enter a number from 0.1 to 240", "invalid": "Enter a number from 0.1 to 240",
            "min_value": "Enter a number from 0.1 to 240", "max_value": "Enter a number from 0.1 to 240",
        },
    )  # fmt: skip


class Seating(forms.Form):
    """Who takes each seat of each group."""

    def __init__(
        self,
        data: Any = None,
        *,
        exercise: Exercise,
        groups: Iterable[Group],
        people: tuple[Sequence[Account], Sequence[Learner]],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        accounts, learners = people
        self.who: dict[str, Account | Learner] = {f"a:{one.pk}": one for one in accounts}
        self.who |= {f"l:{one.pk}": one for one in learners}
        often = Counter(one.name for one in self.who.values())
        shown = {
            key: one.name if often[one.name] == 1 else f"{one.name}, {one.email}"
            for key, one in self.who.items()
        }  # two of one name are told apart
        choices = [("", "Nobody"), *sorted(shown.items(), key=lambda one: (one[1], one[0]))]
        self.rows = []
        for group in groups:
            names = []
            for seat in exercise.seats.values():
                name = f"g{group.number}-{seat.id}"
                self.fields[name] = forms.ChoiceField(
                    label=f"{seat.label}, group {group.number}", choices=choices, required=False
                )
                names.append((seat, name))
            self.rows.append((group, names))

    @property
    def chosen(self) -> dict[tuple[int, str], Account | Learner]:
        """Return who was chosen, by number of the group and seat."""
        found = {}
        for group, names in self.rows:
            for seat, name in names:
                said = self.cleaned_data.get(name)
                if said:
                    found[group.number, seat.id] = self.who[said]
        return found


class Jump(forms.Form):
    """To which time of which day the clock is moved."""

    day = forms.ChoiceField(label="Day")
    clock = line("Time", "Enter a time such as 14:30", longest=5)

    def __init__(self, data: Any = None, *, days: Iterable[int], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["day"].choices = [(str(one), f"Day {one}") for one in days]  # type: ignore[attr-defined]


class Give(forms.Form):
    """Which inject, to which groups."""

    number = forms.IntegerField()
    group = forms.IntegerField(required=False)

    def numbers_of(self, groups: Iterable[Group]) -> list[int]:
        """Return the numbers of the groups that were meant: one, or all."""
        one = self.cleaned_data.get("group")
        return [one] if one else [each.number for each in groups]


class NoteForm(forms.Form):
    """A note of one group."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = words("What did you notice?", "Write what you noticed", longest=2000)


class ScoreForm(forms.Form):
    """What one observer saw of each point."""

    def __init__(
        self,
        data: Any = None,
        *,
        points: Sequence[Point],
        scale: Mapping[int, str],
        labels: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.points = points
        choices = [(str(value), f"{value}: {scale[value]}") for value in sorted(scale)]
        for one in points:
            self.fields[f"p-{one.id}"] = forms.ChoiceField(
                label=f"{one.id}, {labels.get(one.seat, 'every seat').lower()}: {one.observe}",
                choices=choices, widget=forms.RadioSelect, required=False,
            )  # fmt: skip
            self.fields[f"w-{one.id}"] = line(f"Note on {one.id} (optional)", required=False)

    @property
    def said(self) -> dict[str, tuple[int | None, str]]:
        """Return what was said, by point."""
        found = {}
        for one in self.points:
            value = self.cleaned_data.get(f"p-{one.id}")
            found[one.id] = (int(value) if value else None, self.cleaned_data.get(f"w-{one.id}", ""))
        return found


class EndForm(forms.Form):
    """Why a run ends, and for how long the groups' records are kept."""

    why = line("Anything to keep beside it? (optional)", required=False)
    kept_days = number(
        "For how many days are the records of the groups kept?", low=1, high=LONGEST_KEPT_DAYS,
        hint="Afterwards they are disposed of. Scores, notes and who was there stay.",
    )  # fmt: skip

    @staticmethod
    def usual() -> dict[str, Any]:
        """Return what the form begins with."""
        return {"kept_days": KEPT_DAYS}


class WhoCame(forms.Form):
    """Whether each was there."""

    def __init__(self, data: Any = None, *, seats: Sequence[Seat], **options: Any) -> None:
        super().__init__(data, **options)
        for one in seats:
            self.fields[str(one.pk)] = forms.ChoiceField(
                label=f"{one.name}, group {one.group.number}, {one.label}", choices=CAME, widget=forms.RadioSelect,
                required=False, initial=None if one.came is None else "came" if one.came else "not",
            )  # fmt: skip

    @property
    def came(self) -> dict[uuid.UUID, bool]:
        """Return what was said, by key of the seat."""
        return {uuid.UUID(name): said == "came" for name, said in self.cleaned_data.items() if said}
