"""What is typed where training is kept: learners, sessions, who came."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms

from mash.common.clock import LONDON
from mash.common.fields import DateInputField, TimeInputField
from mash.partnership.models import Agency, Staff
from mash.training.content import WAYS, Named, Offer
from mash.training.models import Came, Taught

MOST_PLACES, LONGEST = 500, 600


def number(label: str, *, low: int, high: int, missing: str) -> forms.IntegerField:
    """Return a whole number within bounds."""
    wrong = f"Enter a whole number from {low} to {high}"
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        error_messages={"required": missing, "invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def line(
    label: str, missing: str, *, longest: int = 120, required: bool = True, hint: str = ""
) -> forms.CharField:
    """Return one line of words."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        error_messages={"required": missing},
    )


class SessionForm(forms.Form):
    """When and where a session is, and who delivers it.  A course of two days asks for both, and for the group."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    group = line("What is the group called?", "Enter what the group is called", longest=80)
    on = DateInputField(label="On which day?", name="The day", error_messages={"required": "Enter the day"})
    clock = TimeInputField(
        label="At what time does it begin?", error_messages={"required": "Enter when it begins"}
    )
    day_two_on = DateInputField(
        label="On which day is day two?", name="Day two", error_messages={"required": "Say when day two is"}
    )
    day_two_clock = TimeInputField(
        label="At what time does day two begin?", error_messages={"required": "Enter when day two begins"}
    )
    minutes = number("How many minutes is a day?", low=5, high=LONGEST, missing="Enter how many minutes")
    place = line("Where?", "Enter where it is", longest=200, hint="A room, or the name of the online meeting")
    way = forms.ChoiceField(
        label="How is it held?", widget=forms.RadioSelect, error_messages={"required": "Choose how it is held"},
        choices=[(name, WAYS[name]) for name in ("face_to_face", "online")],
    )  # fmt: skip
    capacity = number("How many places?", low=1, high=MOST_PLACES, missing="Enter how many places there are")
    taught_by = line("Who delivers it?", "Enter who delivers it")
    taught_kind = forms.ChoiceField(
        label="What are they?",
        help_text="Results compare the two, with no name of anybody.",
        widget=forms.RadioSelect,
        choices=Taught.choices,
        error_messages={"required": "Choose whether they do the work that is taught"},
    )

    def __init__(self, data: Any = None, *, offer: Offer | None = None, **options: Any) -> None:
        """offer: of a new session; without it a session is changed."""
        super().__init__(data, **options)
        if offer is None:
            del self.fields["way"], self.fields["key"]
        if offer is None or offer.days == 1:
            for name in ("group", "day_two_on", "day_two_clock"):
                del self.fields[name]

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = dict(self.cleaned_data)
        said["starts_at"] = _moment(said.pop("on"), said.pop("clock"))
        if "day_two_on" in said:
            said["day_two_at"] = _moment(said.pop("day_two_on"), said.pop("day_two_clock"))
        if "key" in said:
            said["key"] = said["key"] or uuid.uuid4()
        return said


def _moment(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, LONDON)


class CallOff(forms.Form):
    """Why a session is called off."""

    why = line("Why?", "Say why it is called off", longest=240, hint="Everybody who has a place can read it.")


class LearnerForm(forms.Form):
    """Who somebody is, what they work as, and who guides them."""

    name = line("What is their name?", "Enter their name")
    email = forms.EmailField(
        label="What is their work e-mail address?",
        help_text="Whoever signs in with it sees the record.",
        error_messages={
            "required": "Enter their work e-mail address",
            "invalid": "Enter an e-mail address such as name@example.org",
        },
    )
    agency = forms.ChoiceField(
        label="For which agency do they work?", error_messages={"required": "Choose an agency"}
    )
    unit = line("In which team, unit or school? (optional)", "", longest=80, required=False)
    roles = forms.MultipleChoiceField(
        label="What do they work as in the hub?",
        help_text="Choose none for somebody who takes a course from outside the hub.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mentor = forms.ChoiceField(label="Who is their mentor? (optional)", required=False)
    line_manager = forms.ChoiceField(label="Who is their line manager? (optional)", required=False)
    starts_on = DateInputField(
        label="On which day do they begin?",
        name="The day",
        error_messages={"required": "Enter when they begin"},
    )
    ended_on = DateInputField(
        label="On which day did they leave? (optional)", name="The day they left", required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        agencies: Iterable[Agency],
        posts: Iterable[Staff],
        roles: Mapping[str, Named],
        new: bool,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.agencies = {str(one.pk): one for one in agencies}
        self.posts = {str(one.pk): one for one in posts}
        offered = [(key, one.name) for key, one in self.agencies.items()]
        self.fields["agency"].choices = [("", "Choose an agency"), *offered]  # type: ignore[attr-defined]
        known = [(one.id, one.label) for one in roles.values() if not one.retired]
        self.fields["roles"].choices = known  # type: ignore[attr-defined]
        people = [
            (key, f"{one.account.name}, {one.title}, {one.agency.name}") for key, one in self.posts.items()
        ]
        for name in ("mentor", "line_manager"):
            self.fields[name].choices = [("", "Nobody yet"), *people]  # type: ignore[attr-defined]
        for name in ("ended_on",) if new else ("name", "email"):
            del self.fields[name]

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = dict(self.cleaned_data)
        said["agency"] = self.agencies[said["agency"]]
        for name in ("mentor", "line_manager"):
            said[name] = self.posts.get(said[name])
        return said


class Choose(forms.Form):
    """One of several, by key."""

    to = forms.ChoiceField(error_messages={"required": "Choose one"})

    def __init__(
        self,
        data: Any = None,
        *,
        label: str,
        choices: Sequence[tuple[str, str]],
        missing: str,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["to"].label = label
        self.fields["to"].choices = [("", missing), *choices]  # type: ignore[attr-defined]
        self.fields["to"].error_messages["required"] = missing


class WhoCame(forms.Form):
    """Whether each came.  places: (field name, whose, whether they came as it stands)."""

    def __init__(self, data: Any = None, *, places: Sequence[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        for name, who, came in places:
            self.fields[name] = forms.ChoiceField(
                label=who,
                choices=Came.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=came or None,
            )

    @property
    def came(self) -> dict[uuid.UUID, str]:
        """Return what was said, by key of the booking."""
        return {uuid.UUID(name): said for name, said in self.cleaned_data.items() if said}
