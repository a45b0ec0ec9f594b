"""The shape of input on the pages of letters to a family.  Nothing is chosen before the worker chooses."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone

from mash.common.fields import DateInputField, TimeInputField
from mash.contact.models import ContactPerson
from mash.decision import letters
from mash.decision.actions.lettering import FITS
from mash.decision.content import Letter as Template
from mash.decision.content import letter_content, placeholders
from mash.decision.models import GivenHow, SafeMethod

LONGEST = 4000  # characters, of one gap
SHORT = {"recipient_name", "person_name", "worker_name", "worker_phone"}
GAP_HINTS = {
    "worry_plain": "What this reader may have. No names of whoever told us, nothing of another adult’s.",
    "asked_plain": "Only the services this reader may know of, and about whom each was asked.",
    "decision_plain": "Begins with what a referrer was told: say it for this reader.",
    "reason_plain": "Begins with what a referrer was told: say it for this reader.",
    "next_plain": "Begins with what a referrer was told: say it for this reader.",
    "why_not_asked_plain": "The reason that is recorded, and no other.",
}


def words(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    """Return a box for several lines."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=LONGEST, widget=forms.Textarea
    )


class Begin(forms.Form):
    """For whom a letter is, and which."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    recipient = forms.ChoiceField(label="Who is it for?", widget=forms.RadioSelect)
    template = forms.ChoiceField(label="Which letter or call?", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, people: Iterable[ContactPerson], **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(one.pk): one for one in people}
        drafts = [one for one in letter_content().templates if one.goes == "draft_only" and not one.retired]
        _offer(self, "recipient", [(key, str(one)) for key, one in self.people.items()])
        _offer(self, "template", [(one.id, one.label) for one in drafts])

    def clean(self) -> dict[str, Any]:
        """Refuse a letter that is written for somebody else."""
        said = super().clean() or {}
        recipient = self.people.get(said.get("recipient", ""))
        if recipient:
            said["recipient"] = recipient
            fitting = {one.id: one.label for one in letters.family_letters(recipient.role)}
            if said.get("template") and said["template"] not in fitting:
                self.add_error("template", f"For {recipient} choose: {'; '.join(fitting.values())}")
        return said


class Write(forms.Form):
    """The gaps of a letter that its worker fills."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, template: Template, gaps: Mapping[str, str], version: int) -> None:
        """gaps: as they stand.  version: the number of the words that are shown."""
        self.names = letters.gaps_to_write(template)
        holds = letters.HELP_NEEDS_AGREEMENT
        initial = {**gaps, "version": version, holds: bool(gaps.get(holds))}
        super().__init__(data, initial=initial)
        for name in self.names:
            label, hint = placeholders()[name].label, GAP_HINTS.get(name, "")
            field = words(label, required=False, help_text=hint)
            if name in SHORT:
                field = forms.CharField(label=label, required=False, max_length=240)
            self.fields[name] = field
        if any(part.only_if == holds for part in template.body):
            self.fields[holds] = forms.BooleanField(
                label="The help is theirs to take or leave", required=False
            )

    @property
    def gaps(self) -> dict[str, str]:
        """What was written into each gap."""
        return {name: self.cleaned_data[name] for name in self.names}


class Clear(forms.Form):
    """What a named worker records before a letter may go: letters.yaml's own questions."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, around: letters.Around, noticed: list[str], version: int) -> None:
        """noticed: what the machine noticed in the words.  version: the number of the words that are shown."""
        super().__init__(data, initial={"version": version})
        asked = {one.id: one for one in letter_content().clearing.records}

        def hint(name: str) -> str:
            return asked[name].hint or ""

        self.fields["who_receives"] = forms.CharField(
            label=asked["who_receives"].label, help_text=hint("who_receives"), max_length=240
        )
        self.fields["safe_method"] = forms.ChoiceField(
            label=asked["safe_method"].label, choices=SafeMethod.choices, widget=forms.RadioSelect
        )
        self.fields["safe_because"] = words("How do you know?", help_text=hint("safe_method"))
        self.fields["language"] = forms.CharField(
            label=asked["language"].label, help_text=hint("language"), max_length=240
        )
        self.fields["must_not_see_people"] = forms.MultipleChoiceField(
            label="Who in this case must not see it?",
            required=False,
            choices=[(one.key, " ".join(one.names[:2]) or "Name not known") for one in around.others],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["must_not_see"] = words(asked["must_not_see"].label, help_text=hint("must_not_see"))
        self.fields["told_what_already"] = words(asked["told_what_already"].label)
        self.fields["look_again_on"] = DateInputField(
            label="If there is no safe way, when do you look again?", name="The day", required=False
        )
        if noticed:
            self.fields["looked_at"] = forms.BooleanField(
                label="I have looked at each thing noticed, and it is right as it stands", required=False
            )
        self.fields["read"] = forms.BooleanField(
            label="I have read every word, for this one person",
            error_messages={"required": "Read every word, and say that you did"},
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a day where there is no safe way."""
        said = super().clean() or {}
        said.pop("read", None)
        if said.get("safe_method") == SafeMethod.NONE and not said.get("look_again_on"):
            self.add_error("look_again_on", "Enter the day on which somebody looks again")
        return said


class ReadSecond(forms.Form):
    """The second reader's word."""

    agreed = forms.ChoiceField(
        label="May these words go to this person?",
        choices=[("yes", "Yes, as they stand"), ("no", "No, they go back")],
        widget=forms.RadioSelect,
    )
    why = words("Why?", required=False, help_text="Needed if they go back")

    def clean(self) -> dict[str, Any]:
        """Ask for a reason when it goes back."""
        said = super().clean() or {}
        if said.get("agreed") == "no" and not said.get("why", "").strip():
            self.add_error("why", "Say why they go back")
        return said


class Give(forms.Form):
    """That a letter reached its person."""

    given_on = DateInputField(label="On which day?", name="The day")
    given_time = TimeInputField(label="At what time?", help_text="For example 14:30")
    what_they_said = words(
        "What did they say?", required=False, help_text="In their words: what they think, and what they want"
    )

    def __init__(self, data: Any, *, safe_method: str, at: datetime) -> None:
        """at: aware, now."""
        super().__init__(data)
        self.at = at
        ways = FITS[SafeMethod(safe_method)]
        self.fields["how"] = forms.ChoiceField(
            label="How was it given?",
            choices=[(code, label) for code, label in GivenHow.choices if code in ways],
            widget=forms.RadioSelect,
        )
        self.order_fields(["how"])

    def clean(self) -> dict[str, Any]:
        """Join day and time, and refuse what is still to come."""
        said = super().clean() or {}
        if said.get("given_on") and said.get("given_time"):
            on, time = said.pop("given_on"), said.pop("given_time")
            said["given_at"] = datetime.combine(on, time, get_current_timezone())
            if said["given_at"] > self.at:
                self.add_error("given_on", "Write this down once it has been given")
        return said


class TakeBackLetter(forms.Form):
    """Why a letter is taken back before it is given."""

    why = forms.CharField(label="Why do you take it back?", max_length=240)


class HubWords(forms.Form):
    """What a hub's letters say of the hub."""

    def __init__(self, data: Any, *, said: Mapping[str, str]) -> None:
        """said: as it stands."""
        super().__init__(data, initial=dict(said))
        self.fields[letters.LETTERHEAD] = words(
            "Letterhead", help_text="Name and address of the hub as they stand at the head of a letter"
        )
        for name in letters.gaps_of_hub():
            known = placeholders()[name]
            self.fields[name] = forms.CharField(
                label=known.label,
                help_text=f"For example {known.example}" if known.example else "",
                max_length=240,
            )


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices
