"""The shape of input when something leaves the sealed room.  Nothing is written or chosen before its writer does it."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.check.actions.releasing import Written
from mash.check.looked_over import warnings
from mash.check.terms import offered, release_content
from mash.common.clock import LONDON
from mash.common.fields import DateInputField
from mash.partnership.models import Staff
from mash.sealed.rendition import To

LONGEST = 8000  # characters


class BeginRelease(forms.Form):
    """Why somebody begins to write a release."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="What is it for?",
        help_text="For example: “So that tonight’s visit is safe.” These words go into the record each time you open "
        "the originals for it. Do not write here what is held.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Enter what it is for"},
    )


class Recipients(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Posts by name, title and agency."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.agency}"


class WriteRelease(forms.Form):
    """One wording of a release: its words, what it rests on, whom it is for, and on what terms."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    items = forms.MultipleChoiceField(
        label="What does it rest on?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each agency that owns one of these is asked to agree",
        error_messages={"required": "Tick at least one original that it rests on"},
    )
    words = forms.CharField(
        label="What will be released",
        help_text="Write it anew. Nothing here may show who told us.",
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": "Write what will be released"},
    )
    recipients = Recipients(
        label="Who may read it?",
        queryset=Staff.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Everybody ticked reads exactly these words. For other words, write another release.",
    )
    outside = forms.CharField(
        label="Somebody outside the hub",
        required=False,
        widget=forms.Textarea,
        help_text="One person on each line: name, comma, organisation. A sheet is printed for each of them.",
    )
    purpose = forms.ChoiceField(
        label="Purpose", widget=forms.RadioSelect, error_messages={"required": "Choose the purpose"}
    )
    protocol = forms.ChoiceField(
        label="Protocol", widget=forms.RadioSelect, error_messages={"required": "Choose the protocol"}
    )
    basis = forms.ChoiceField(label="Lawful basis", error_messages={"required": "Choose the lawful basis"})
    conditions = forms.CharField(
        label="Conditions",
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text="What its readers may and may not do with it. They see this beside the words.",
    )
    expires_on = DateInputField(
        label="Until when may it be read?",
        name="The last day",
        help_text="It ends at midnight after that day",
        error_messages={"required": "Enter the last day on which it may be read"},
    )
    looked = forms.BooleanField(
        label="I have looked at each of these, and it may go as it stands", required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        items: Sequence[tuple[str, str]],
        recipients: QuerySet[Staff],
        bases: Iterable[tuple[str, str]],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        terms = release_content()
        last: Any = self.fields["expires_on"]
        last.earliest, last.latest = today, today + terms.lasts
        self.bases = dict(bases)
        self.set("items", items)
        self.set("purpose", offered(terms.purposes))
        self.set("protocol", offered(terms.protocols))
        self.set("basis", [("", "Choose a basis"), *self.bases.items()])
        self.fields["recipients"].queryset = recipients  # type: ignore[attr-defined]

    def set(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Say what can be chosen."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_outside(self) -> tuple[To, ...]:
        """Return the people outside, each with an organisation."""
        lines = [one.strip() for one in self.cleaned_data["outside"].splitlines() if one.strip()]
        found = []
        for line in lines:
            name, _, organisation = (part.strip() for part in line.partition(","))
            if not name or not organisation:
                raise forms.ValidationError("Enter each person as name, comma, organisation")
            found.append(To(name[:160], organisation[:160]))
        return tuple(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """Ask for somebody to read it, and for a look at what should perhaps not go."""
        said = super().clean() or {}
        if not said.get("recipients") and not said.get("outside") and "outside" not in self.errors:
            self.add_error("recipients", "Choose at least one person who may read it")
        if self.warnings and not said.get("looked"):
            self.add_error("looked", "Look at what is marked, and say that it may go, or take it out")
        return said

    @property
    def warnings(self) -> list[str]:
        """Return what in the words asks for a look."""
        said = (
            "\n".join(str(self.data.get(name, "")) for name in ("words", "conditions"))
            if self.is_bound
            else ""
        )
        return warnings(said)

    @property
    def written(self) -> Written:
        """Return what was written, as the action takes it."""
        said = self.cleaned_data
        midnight = datetime.combine(said["expires_on"] + timedelta(days=1), time(0), LONDON)
        return Written(
            words=said["words"],
            items=tuple(uuid.UUID(one) for one in said["items"]),
            recipients=tuple(said["recipients"]),
            outside=said["outside"],
            purpose=said["purpose"],
            protocol=said["protocol"],
            basis=said["basis"],
            basis_words=self.bases[said["basis"]],
            conditions=said["conditions"],
            expires_at=midnight,
            follows=said["follows"],
        )


class OwnersWord(forms.Form):
    """What an owner says of a wording."""

    wording = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="What does your agency say?",
        choices=[("agree", "It may be released as it stands"), ("veto", "It may not be released: a veto")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your agency says"},
    )
    reason = forms.CharField(
        label="Why may it not be released?",
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text="The senior leads read this, and decide on it",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a veto."""
        said = super().clean() or {}
        if said.get("answer") == "veto" and not said.get("reason"):
            self.add_error("reason", "Enter why it may not be released")
        return said


class SeniorsWord(forms.Form):
    """What a senior lead decides on a veto."""

    veto = forms.UUIDField(widget=forms.HiddenInput)
    wording = forms.UUIDField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Enter why you decide so"},
    )
    UPHELD = "upheld"

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        overruled = [(code, f"It is released: {label}") for code, label in offered(release_content().grounds)]
        choices = [*overruled, (self.UPHELD, "The veto stands, and it is not released")]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class SecondWord(forms.Form):
    """The second person's word, on exactly what the page showed."""

    wording = forms.UUIDField(widget=forms.HiddenInput)
    words_digest = forms.CharField(widget=forms.HiddenInput)
    people_digest = forms.CharField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="Do you approve it?",
        choices=[
            ("approve", "Yes: exactly these words may go to exactly these people"),
            ("turn_down", "No: it does not go like this"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you approve it"},
    )
    reason = forms.CharField(
        label="Why does it not go like this?", required=False, max_length=1000, widget=forms.Textarea
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a refusal."""
        said = super().clean() or {}
        if said.get("answer") == "turn_down" and not said.get("reason"):
            self.add_error("reason", "Enter why it does not go like this")
        return said


class Recall(forms.Form):
    """Why a release is taken back."""

    reason = forms.CharField(
        label="Why is it taken back?",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Enter why it is taken back"},
    )


class Register(forms.Form):
    """Which releases of the register are shown.  Each may be left open."""

    q = forms.CharField(label="Reference or name", required=False, max_length=80)
    state = forms.ChoiceField(label="State", required=False)
    since = DateInputField(label="Begun on or after", name="Begun on or after", required=False)

    def __init__(self, data: Any, *, states: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", "Any"), *((one, one) for one in states)]  # type: ignore[attr-defined]
