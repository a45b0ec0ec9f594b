"""What is said about a dip sample: how it is drawn, what is found of each incident, and what is done about it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField, Refusable
from mash.decision.forms import hidden, line, words
from mash.partnership.models import Staff
from mash.quality.content.dips import asked, dip_content
from mash.quality.forms import TakeEarlier
from mash.quality.models import Review, Strata, ToDo


def _people(posts: Iterable[Staff]) -> dict[str, Staff]:
    return {str(one.pk): one for one in posts}


def _choices(people: Mapping[str, Staff]) -> list[tuple[str, str]]:
    return [(key, f"{one.account.name}, {one.title}, {one.agency}") for key, one in people.items()]


class DrawDip(Refusable):
    """Which days and types, how many, spread over what, and who reviews."""

    key = hidden(forms.UUIDField())
    label = line(
        "What is the sample called?", longest=60, help_text="For example, 2026, September and October"
    )
    from_on = DateInputField(label="Incidents that happened from", name="The first day")
    until_on = DateInputField(
        label="until", name="The last day", help_text="This day included; it must be over."
    )
    again = words(
        "If some of these days were drawn before: why are they drawn again?",
        required=False,
        help_text="Leave empty unless the page asks for it. It stands on the sample, and no incident is drawn twice.",
    )
    size = forms.IntegerField(label="How many incidents?", error_messages={"required": "Say how many"})
    spread_over = forms.ChoiceField(
        label="What is the sample spread over?",
        choices=Strata.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the sample is spread over"},
    )

    def __init__(
        self, data: Any, *, kinds: Sequence[str], reviewers: Iterable[Staff], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.people = _people(reviewers)
        if kinds:
            self.fields["kinds"] = forms.MultipleChoiceField(
                label="Of which types?",
                choices=[(one, one.capitalize()) for one in kinds],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text="Choose none for all of them. What is left out can never be found.",
            )
        self.fields["reviewers"] = forms.MultipleChoiceField(
            label="Who reviews?",
            choices=_choices(self.people),
            widget=forms.CheckboxSelectMultiple,
            help_text="The incidents are shared out among them by chance and evenly.",
            error_messages={"required": "Choose who reviews"},
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = {"kinds": []} | self.cleaned_data
        return said | {"reviewers": [self.people[one] for one in said["reviewers"]]}


class ReviewIncident(Refusable):
    """The answers to what is asked of an incident.  What is not asked after the others need not be answered."""

    def __init__(self, data: Any, *, key: uuid.UUID) -> None:
        super().__init__(data, initial={"key": key})
        self.fields["key"] = hidden(forms.UUIDField())
        self.questions = dip_content().questions
        for one in self.questions:
            self.fields[one.id] = forms.ChoiceField(
                label=one.text,
                choices=[(each.id, each.label) for each in one.choices],
                widget=forms.RadioSelect,
                required=False,
                help_text=one.hint,
            )
        self.fields["words"] = words(
            "What does the record lack, or what else should be known?",
            required=False,
            help_text="Needed where it is unclear whether a form was needed. Name nobody.",
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = self.cleaned_data
        answers = {one.id: said[one.id] for one in self.questions if said.get(one.id)}
        return {"key": said["key"], "said": answers, "words": said["words"]}


def answers_of(review: Review) -> list[tuple[str, str]]:
    """Return what a reviewer answered, in words, in order."""
    return [
        (one.text, one.label_of(review.said[one.id])) for one in asked(review.said) if one.id in review.said
    ]


class SayHubWasTold(Refusable):
    """How the hub was told of somebody at risk."""

    how = line(
        "How was the hub told, and whom did you speak with?",
        longest=240,
        help_text="For example: rang the duty desk at 10:15, spoke with Ola Field.",
    )
    reference = line(
        "The hub’s reference, if they gave you one",
        longest=20,
        required=False,
        help_text="As they read it out.",
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["how"].error_messages["required"] = "Say how the hub was told, and whom you spoke with"


class GiveCard(Refusable):
    """Who reviews an incident instead."""

    def __init__(self, data: Any, *, reviewers: Iterable[Staff]) -> None:
        super().__init__(data)
        self.people = _people(reviewers)
        self.fields["to"] = forms.ChoiceField(
            label="Who reviews it instead?",
            choices=_choices(self.people),
            widget=forms.RadioSelect,
            error_messages={"required": "Choose who reviews it instead"},
        )


class CloseDip(Refusable):
    """Why some are not reviewed, where that is so."""

    left_out = words("Why are some not reviewed?", required=False, help_text="Leave empty where all are.")


class RaiseAction(Refusable):
    """What is to be done, by whom and by when."""

    key = hidden(forms.UUIDField())
    kind = forms.ChoiceField(
        label="What is it?",
        choices=ToDo.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    unit = line("For which unit, if for one?", longest=80, required=False)
    words = words("What is to be done?", help_text="Name no officer: the unit finds them by the reference.")
    due_on = DateInputField(
        label="By which day?", name="The day", error_messages={"required": "Say by which day"}
    )

    def __init__(self, data: Any, *, owners: Iterable[Staff], today: date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.people = _people(owners)
        self.fields["words"].error_messages["required"] = "Say what is to be done"
        day = self.fields["due_on"]
        if isinstance(day, DateInputField):
            day.earliest = today
        self.fields["owner"] = forms.ChoiceField(
            label="Who does it?",
            choices=[("", "Choose"), *_choices(self.people)],
            error_messages={"required": "Choose who does it"},
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        return self.cleaned_data | {"owner": self.people[self.cleaned_data["owner"]]}


class FinishAction(Refusable):
    """What was done."""

    words = words("What was done?")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["words"].error_messages["required"] = "Say what was done"


class TakeEarlierShares(TakeEarlier):
    """A file of yearly figures that were published."""

    def __init__(self, data: Any, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["file"].label = "File of yearly figures"
        self.fields["file"].help_text = "Comma-separated (CSV): year, percent_with_form, period."
