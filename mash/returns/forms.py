"""The shape of what is said of a return.  Nothing is chosen before somebody chooses."""

import uuid
from typing import Any

from django import forms

from mash.common.fields import DateInputField, Refusable
from mash.returns.models import Kind, Purpose

LONGEST_WHY = 240  # characters


class Ask(Refusable):
    """Of which days a return is, and why it is made."""

    key = forms.UUIDField(widget=forms.HiddenInput())
    from_on = DateInputField(
        label="The first day",
        name="The first day",
        error_messages={"required": "Enter the first day"},
    )
    until_on = DateInputField(
        label="The last day",
        name="The last day",
        help_text="This day included; it must be over.",
        error_messages={"required": "Enter the last day"},
    )
    why = forms.CharField(
        label="Why is it made?",
        max_length=LONGEST_WHY,
        help_text="For example, the inspectors’ request of 3 March. Name nobody.",
        error_messages={"required": "Say why it is made"},
    )

    def __init__(self, data: Any, *, kind: str, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), **initial})
        if kind != Kind.CIN:
            return
        self.fields["authority"] = forms.CharField(
            label="Number of the local authority",
            max_length=3,
            help_text="Three digits, as the Department for Education gives them.",
            error_messages={"required": "Enter the authority’s number as three digits"},
        )
        self.fields["every_episode"] = forms.TypedChoiceField(
            label="Does this hub hold every episode of its children?",
            choices=[("yes", "Yes"), ("no", "No: mark it as a part of the return")],
            coerce=lambda said: said == "yes",
            widget=forms.RadioSelect,
            error_messages={"required": "Choose whether the hub holds every episode"},
        )


class TakeOut(Refusable):
    """Why a return is taken out."""

    purpose = forms.ChoiceField(
        label="What is it taken out for?",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is taken out for"},
    )
    why = forms.CharField(label="In other words, if need be", max_length=LONGEST_WHY, required=False)
