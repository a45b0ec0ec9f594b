"""The shape of input on the pages of the hub's desk."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mash.contact.models import ContactPerson
from mash.partnership.models import Agency, Staff
from mash.triage.gate import Cover

LONGEST_FOCUS, LONGEST_WORRY = 1500, 4000


class Why(forms.Form):
    """A reason in words, required."""

    why = forms.CharField(label="Reason", widget=forms.Textarea, max_length=LONGEST_FOCUS)


class Open(forms.Form):
    """What a check is to find out."""

    why = forms.CharField(
        label="What is the check to find out?",
        help_text="Why one agency alone cannot tell, and what the answer will change.",
        widget=forms.Textarea,
        max_length=LONGEST_WORRY,
    )


class Close(forms.Form):
    """Ending the gathering; the reason is needed while an agency is waited for."""

    why = forms.CharField(
        label="Why is the check closed without everybody's answer?",
        widget=forms.Textarea,
        max_length=LONGEST_FOCUS,
        required=False,
    )


class Withdraw(forms.Form):
    """Why an enquiry is taken back."""

    why = forms.CharField(label="Why is the enquiry taken back?", max_length=240)


class AskAgencies(forms.Form):
    """One send: the worry, the people, and for each agency what is asked of it and why.

    covers: who may be asked about.  answerers: who answers for each agency, by its key.
    closed: the check had been closed, and asking opens it again, with a reason.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    worry = forms.CharField(
        label="The worry in brief",
        help_text="Every agency asked reads this. Name no member of the public who referred and no protected address.",
        widget=forms.Textarea,
        max_length=LONGEST_WORRY,
    )
    people = forms.MultipleChoiceField(
        label="Whom do you ask about?",
        help_text="Select all that apply.",
        widget=forms.CheckboxSelectMultiple,
    )
    agencies = forms.MultipleChoiceField(
        label="Which agencies do you ask?",
        help_text="Select all that apply. Each is told what in particular you need from it, and why from it.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        covers: Sequence[Cover],
        agencies: Sequence[Agency],
        answerers: Mapping[uuid.UUID, Sequence[Staff]],
        worry: str = "",
        closed: bool = False,
    ) -> None:
        super().__init__(data, initial={"worry": worry, "key": uuid.uuid4()})
        if closed:
            self.fields["again"] = forms.CharField(
                label="Why does the check open again?",
                help_text="What became known, or who was missed.",
                widget=forms.Textarea,
                max_length=LONGEST_FOCUS,
                error_messages={"required": "Enter why the check opens again"},
            )
        self.offered = list(agencies)
        self.covered = [cover.person for cover in covers]
        people: Any = self.fields["people"]
        people.choices = [(str(one.pk), str(one)) for one in self.covered]
        people.hints = {str(cover.person.pk): cover.words for cover in covers}
        chosen: Any = self.fields["agencies"]
        chosen.choices = [(str(one.pk), one.name) for one in agencies]
        for agency in agencies:
            self._add(agency, answerers.get(agency.pk, ()))

    def _add(self, agency: Agency, answerers: Sequence[Staff]) -> None:
        self.fields[f"focus-{agency.pk}"] = forms.CharField(
            label=f"What do you need to know from {agency.name}, and why from them?",
            help_text="One to three sentences: a date, an event, a person, a gap.",
            widget=forms.Textarea,
            max_length=LONGEST_FOCUS,
            required=False,
        )
        self.fields[f"to-{agency.pk}"] = forms.ChoiceField(
            label=f"To whom at {agency.name}?",
            choices=[("", "Whoever answers there"), *((str(one.pk), str(one)) for one in answerers)],
            required=False,
        )
        for person in self.covered:
            self.fields[f"focus-{agency.pk}-{person.pk}"] = forms.CharField(
                label=f"In particular about {person}, if it differs",
                widget=forms.Textarea,
                max_length=LONGEST_FOCUS,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the focus of each agency chosen."""
        said = super().clean() or self.cleaned_data
        for agency in self.chosen_agencies():
            if not said.get(f"focus-{agency.pk}", "").strip():
                self.add_error(f"focus-{agency.pk}", f"Enter what you need to know from {agency.name}")
        return said

    def chosen_agencies(self) -> list[Agency]:
        """Return the agencies that were ticked."""
        chosen = set(self.cleaned_data.get("agencies") or [])
        return [agency for agency in self.offered if str(agency.pk) in chosen]

    def chosen_people(self) -> list[ContactPerson]:
        """Return the people who were ticked."""
        chosen = set(self.cleaned_data.get("people") or [])
        return [person for person in self.covered if str(person.pk) in chosen]

    def focus_of(self, agency: Agency) -> tuple[str, dict[uuid.UUID, str]]:
        """Return what is asked of an agency, and what differs for each person."""
        own = {
            person.pk: words
            for person in self.chosen_people()
            if (words := self.cleaned_data.get(f"focus-{agency.pk}-{person.pk}", "").strip())
        }
        return str(self.cleaned_data[f"focus-{agency.pk}"]), own

    def addressed_to(self, agency: Agency) -> str:
        """Return the key of the worker it is addressed to, or ""."""
        return str(self.cleaned_data.get(f"to-{agency.pk}", ""))
