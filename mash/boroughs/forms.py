"""What is typed to ask another hub, to answer one, and to send or take on a family."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.boroughs.limits import LONGEST_GRANT
from mash.partnership.models import Hub

FEW, SOME = forms.Textarea(attrs={"rows": 3}), forms.Textarea(attrs={"rows": 6})
GRANT, REFUSE = "grant", "refuse"


class Ask(forms.Form):
    """Why another hub is asked."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why do you need to know whether another hub knows them?",
        help_text="A hub that knows them reads this, with your name. Say no more of the case than you must",
        max_length=1000,
        widget=FEW,
    )


class Answer(forms.Form):
    """A summary for whoever asked, or a refusal."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label="What do you answer?",
        choices=[(GRANT, "They may read a summary that I write here"), (REFUSE, "Refuse")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="The summary",
        help_text="Written for this question; nothing of the record goes with it. No protected address may stand in it",
        required=False,
        widget=SOME,
    )
    days = forms.IntegerField(
        label="For how many days may they read it?",
        help_text=f"1 to {LONGEST_GRANT.days}",
        required=False,
        min_value=1,
        max_value=LONGEST_GRANT.days,
    )
    why = forms.CharField(label="Why, in words that the asking hub reads", max_length=1000, widget=FEW)

    def clean(self) -> dict[str, Any]:
        """Ask for the summary and its days where one is given."""
        said = super().clean() or {}
        if said.get("what") == GRANT:
            if not said.get("words", "").strip():
                self.add_error("words", "Enter the summary")
            if not said.get("days") and "days" not in self.errors:
                self.add_error("days", "Enter for how many days they may read it")
        return said


class Because(forms.Form):
    """A reason, or words for the other hub."""

    why = forms.CharField(max_length=1000, widget=FEW)

    def __init__(self, data: Any, *, label: str, help_text: str = "") -> None:
        super().__init__(data)
        self.fields["why"].label, self.fields["why"].help_text = label, help_text


class Choose(forms.Form):
    """Whether the hub answers other hubs."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    answers = forms.ChoiceField(
        label="Does this hub answer other hubs’ questions?",
        choices=[
            ("yes", "Yes: they are told that we know somebody, and to ask us"),
            ("no", "No: they are told “not known here” of everybody"),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Why?", max_length=1000, widget=FEW)


class Send(forms.Form):
    """A pack about a family that has moved."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label="Which hub do they live under now?", widget=forms.RadioSelect)
    lives = forms.CharField(
        label="Where do they live now?",
        help_text="As far as it may be said. A protected address is not written here: give it by telephone",
        max_length=400,
        widget=FEW,
    )
    worries = forms.CharField(label="What worries you, and what do you know?", widget=SOME)
    safety = forms.CharField(
        label="Who does what to keep them safe until the other hub accepts?",
        help_text="Until then the duty stays here",
        widget=FEW,
    )
    reach = forms.CharField(label="How does the other hub reach you?", max_length=240)

    def __init__(self, data: Any, *, hubs: Sequence[Hub], **options: Any) -> None:
        super().__init__(data, **options)
        self.hubs = {str(one.pk): one for one in hubs}
        self.fields["to"].choices = [(key, one.name) for key, one in self.hubs.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the hub itself."""
        said = super().clean() or {}
        if "to" in said:
            said["to"] = self.hubs[said["to"]]
        return said


class Accept(forms.Form):
    """That a family is taken on."""

    worker_name = forms.CharField(
        label="Who holds it here from now on?", help_text="One person, by name", max_length=120
    )
    words = forms.CharField(
        label="What do you tell the other hub?",
        help_text="They read it, with your name",
        max_length=2000,
        widget=FEW,
    )
