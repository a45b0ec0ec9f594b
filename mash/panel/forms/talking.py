"""What is typed about families: where one is brought to a panel, looked up, decided on, and written down."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.panel.actions import GoesUp
from mash.panel.content import Kind, PanelDecision
from mash.panel.models import Came, Panel, Searched, Seat, Sharing, State
from mash.partnership.models import Agency
from mash.plans.content import triggers
from mash.plans.models import OPEN, Need, Status

YES, NO = "yes", "no"
LONGEST = 4000
NEW_NEED = "new"
TO_GO_UP = {
    "trigger": "Choose why it goes up",
    "product": "Enter what was tried, and where it stands",
    "danger": "Choose whether somebody is in immediate danger",
    "family_aware": "Choose whether the family knows",
}


def _words(label: str, missing: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=options.pop("max_length", LONGEST),
        widget=forms.Textarea,
        error_messages={"required": missing},
        **options,
    )


def _yes_or_no(label: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=((YES, "Yes"), (NO, "No")), required=False, widget=forms.RadioSelect, **options
    )


def _agency(form: forms.Form, name: str, agencies: Iterable[Agency]) -> dict[str, Agency]:
    found = {str(one.pk): one for one in agencies}
    form.fields[name].choices = [("", "Choose an agency"), *((key, one.name) for key, one in found.items())]  # type: ignore[attr-defined]
    return found


class Needed(forms.Form):
    """Which agencies are needed for a family."""

    agencies = forms.MultipleChoiceField(
        label="Which agencies are needed?",
        help_text="Only they hear of this family, and get papers on it",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the agencies that are needed"},
    )

    def __init__(self, data: Any = None, *, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(data, **options)
        self.by_key = {str(one.pk): one for one in agencies}
        self.fields["agencies"].choices = [(key, one.name) for key, one in self.by_key.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Agency]:
        """Return the agencies that were ticked."""
        return [self.by_key[key] for key in self.cleaned_data["agencies"]]


class Bring(Needed):
    """A family, in words for the panel."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    panel = forms.ChoiceField(
        label="Which panel?", widget=forms.RadioSelect, error_messages={"required": "Choose the panel"}
    )
    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, error_messages={"required": "Choose what it is"}
    )
    asked = _words(
        "What is the panel asked?",
        "Enter what the panel is asked",
        help_text="What one agency cannot do alone",
    )
    household = _words(
        "Who lives there?",
        "Enter who lives there",
        required=False,
        help_text="Names and ages, so that agencies find their own records. No address that is protected",
    )
    background = _words(
        "What led to this?",
        "Enter what led to this",
        required=False,
        help_text="Only what the agencies you choose below need. Nothing that is sealed",
    )
    agreement = _words(
        "What did the family agree to?",
        "Enter what the family agreed to",
        help_text="Who agreed, on which day, to what, and who they know will be there",
    )
    field_order = ["key", "panel", "kind", "asked", "household", "background", "agreement", "agencies"]

    def __init__(
        self, data: Any = None, *, panels: Iterable[Panel], kinds: Iterable[Kind], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.panels = {str(one.pk): one for one in panels}
        self.fields["panel"].choices = [(key, f"{one.name}: {one.area}") for key, one in self.panels.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(one.id, one.label) for one in kinds]  # type: ignore[attr-defined]


class TakeOff(forms.Form):
    """Why something is taken off a list."""

    why = _words("Why is it taken off?", "Enter why it is taken off", max_length=240)


class AddPart(forms.Form):
    """A part of the meeting that is about no family."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="What is it?", error_messages={"required": "Choose what it is"})
    title = forms.CharField(
        label="In other words, if need be",
        help_text="Name no family: everybody on the panel reads it",
        max_length=160,
        required=False,
    )

    def __init__(self, data: Any = None, *, kinds: Iterable[Kind], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Choose what it is"),
            *((one.id, f"{one.label}, {one.minutes} minutes") for one in kinds),
        ]


class Minutes(forms.Form):
    """How long something is given."""

    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=240, error_messages={"required": "Enter how many minutes"}
    )


class OwnCheck(forms.Form):
    """What an agency found in its own records."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    searched = forms.ChoiceField(
        label="Did you look in your own records?",
        choices=Searched.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found"},
    )
    sharing = forms.ChoiceField(
        label="If you hold something, what becomes of it?",
        choices=Sharing.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    words = _words(
        "What can you say, or why could you not look?",
        "",
        required=False,
        help_text="The agencies needed read it. What must not be shared is not written here: tell the hub, which "
        "keeps it sealed",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what goes with what was found."""
        said = super().clean() or {}
        searched, sharing = said.get("searched"), said.get("sharing")
        if searched == Searched.HELD and not sharing:
            self.add_error("sharing", "Choose what becomes of what you hold")
        tells = searched == Searched.COULD_NOT or (
            searched == Searched.HELD and sharing in {Sharing.SHARE, Sharing.SUMMARY}
        )
        if tells and not said.get("words", "").strip():
            missing = (
                "Enter why you could not look" if searched == Searched.COULD_NOT else "Enter what you can say"
            )
            self.add_error("words", missing)
        return said


class Attendance(forms.Form):
    """Who came, seat by seat."""

    def __init__(self, data: Any = None, *, seats: Sequence[Seat], **options: Any) -> None:
        super().__init__(data, **options)
        self.seats = {str(one.pk): one for one in seats}
        for key, seat in self.seats.items():
            self.fields[f"{key}-came"] = forms.ChoiceField(
                label=f"{seat.agency.name}: {seat.staff.account.name}",
                choices=Came.choices,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"{key}-deputy"] = forms.CharField(
                label=f"Who came for {seat.staff.account.name}?", max_length=120, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the name of a deputy."""
        said = super().clean() or {}
        for key in self.seats:
            if said.get(f"{key}-came") == Came.DEPUTY and not said.get(f"{key}-deputy", "").strip():
                self.add_error(f"{key}-deputy", "Enter the name of the deputy who came")
        return said

    @property
    def came(self) -> dict[Seat, tuple[str, str]]:
        """Return how each member came of whom something was said, with the name of a deputy."""
        said = self.cleaned_data
        return {
            seat: (said[f"{key}-came"], said[f"{key}-deputy"])
            for key, seat in self.seats.items()
            if said[f"{key}-came"]
        }


class Decide(forms.Form):
    """What the panel decides of a family."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="What was decided?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided"},
    )
    words = _words("Why, and what is agreed?", "Enter why, and what is agreed")
    lead_name = forms.CharField(
        label="Who is the lead professional?",
        help_text="Somebody whom the family has met",
        max_length=120,
        required=False,
    )
    lead_agency = forms.ChoiceField(label="Of which agency?", required=False)
    review_on = DateInputField(label="When is it looked at again?", name="The day", required=False)
    trigger = forms.ChoiceField(label="Why does it go up?", required=False)
    product = _words(
        "What was tried, and where does it stand?",
        "Enter what was tried, and where it stands",
        required=False,
    )
    voice = _words("What does the child say?", "", required=False)
    danger = _yes_or_no("Is somebody in immediate danger?", help_text="Then ring 999 first")
    family_aware = _yes_or_no("Does the family know that the hub is told?")

    def __init__(
        self,
        data: Any = None,
        *,
        decisions: Sequence[PanelDecision],
        agencies: Iterable[Agency],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        offered = [(one.id, one.label) for one in triggers().values() if not one.retired]
        self.fields["trigger"].choices = [("", "Choose why"), *offered]  # type: ignore[attr-defined]
        self.known = {one.id: one for one in decisions}
        self.fields["decision"].choices = [(one.id, one.label) for one in decisions]  # type: ignore[attr-defined]
        self.fields["review_on"].earliest = today  # type: ignore[attr-defined]
        self.agencies = _agency(self, "lead_agency", agencies)

    def clean(self) -> dict[str, Any]:
        """Ask for what goes with what was decided."""
        said = super().clean() or {}
        chosen = self.known.get(said.get("decision", ""))
        if chosen and chosen.lead and not said.get("lead_name", "").strip():
            self.add_error("lead_name", "Enter who is the lead professional")
        if chosen and chosen.lead and not said.get("lead_agency"):
            self.add_error("lead_agency", "Choose the agency of the lead professional")
        if chosen and chosen.review and not said.get("review_on") and "review_on" not in self.errors:
            self.add_error("review_on", "Enter when it is looked at again")
        if chosen and chosen.up:
            for name, missing in TO_GO_UP.items():
                if not said.get(name, "").strip():
                    self.add_error(name, missing)
        return said

    @property
    def up(self) -> GoesUp | None:
        """What the hub is told; None where nothing."""
        said = self.cleaned_data
        if not self.known[said["decision"]].up:
            return None
        return GoesUp(
            trigger=said["trigger"],
            product=said["product"],
            voice=said["voice"],
            danger=said["danger"] == YES,
            family_aware=said["family_aware"] == YES,
        )


class AddAction(forms.Form):
    """What somebody does for a family."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = _words("What is done?", "Enter what is done", max_length=1000)
    outcome = _words(
        "What will be different, so that one can tell?", "Enter what will be different", max_length=1000
    )
    agency = forms.ChoiceField(
        label="Which agency owns it?", error_messages={"required": "Choose the agency that owns it"}
    )
    person = forms.CharField(
        label="Who does it?",
        help_text="It may be somebody of the family",
        max_length=120,
        error_messages={"required": "Enter who does it"},
    )
    due_on = DateInputField(label="By when?", name="The day by which it is done")

    def __init__(self, data: Any = None, *, agencies: Iterable[Agency], today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.agencies = _agency(self, "agency", agencies)
        self.fields["due_on"].earliest = today  # type: ignore[attr-defined]


class AddToPlan(AddAction):
    """The same, into the family's plan: for one of its needs, or for a new one."""

    need = forms.ChoiceField(
        label="For which need?", widget=forms.RadioSelect, error_messages={"required": "Choose the need"}
    )
    need_words = _words("What is needed?", "", required=False, max_length=1000, help_text="Of a new need")
    field_order = ("key", "need", "need_words", "outcome", "what", "agency", "person", "due_on")

    def __init__(self, data: Any = None, *, needs: Iterable[Need], **options: Any) -> None:
        super().__init__(data, **options)
        self.needs = {str(one.pk): one for one in needs}
        self.fields["need"].choices = [  # type: ignore[attr-defined]
            *((key, one.words) for key, one in self.needs.items()),
            (NEW_NEED, "A new need"),
        ]
        self.fields["outcome"].required = False
        self.fields["outcome"].help_text = "Of a new need"

    def clean(self) -> dict[str, Any]:
        """Ask for the words of a new need."""
        said = super().clean() or {}
        if said.get("need") == NEW_NEED:
            for name, missing in (
                ("need_words", "Enter what is needed"),
                ("outcome", "Enter what will be different"),
            ):
                if not said.get(name, "").strip():
                    self.add_error(name, missing)
        return said

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        said.pop("key")
        return said | {"need": self.needs.get(said["need"]), "agency": self.agencies[said["agency"]]}


class TickInPlan(forms.Form):
    """Where an action of the family's plan stands."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="Where does it stand?",
        choices=[*Status.choices, (State.CARRIED, "Carried over to another day")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where it stands"},
    )
    words = _words(
        "What difference did it make, or why is it carried over?", "", required=False, max_length=400
    )
    said_by = forms.CharField(
        label="Who says so?",
        help_text="The child, a parent, a worker: by name",
        max_length=160,
        required=False,
    )
    due_on = DateInputField(label="Carried over to which day?", name="The day", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what goes with where it stands."""
        said = super().clean() or {}
        state, words = said.get("state", ""), said.get("words", "").strip()
        if state == State.CARRIED and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Enter the day to which it is carried over")
        if state == State.CARRIED and not words:
            self.add_error("words", "Enter why it is carried over")
        if state in Status.values and state not in OPEN:
            for name, missing in (
                ("words", "Enter what difference it made"),
                ("said_by", "Enter who says so"),
            ):
                if not said.get(name, "").strip():
                    self.add_error(name, missing)
        return said


class Review(Needed):
    """A plan that is taken onto an agenda, to be looked at together."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, error_messages={"required": "Choose what it is"}
    )
    asked = _words("What is the panel asked?", "Enter what the panel is asked")
    field_order = ("key", "kind", "asked", "agencies")

    def __init__(self, data: Any = None, *, kinds: Iterable[Kind], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["kind"].choices = [(one.id, one.label) for one in kinds]  # type: ignore[attr-defined]


class Tick(forms.Form):
    """Where an action stands."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="Where does it stand?",
        choices=State.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where it stands"},
    )
    words = _words(
        "What difference did it make, or why is it carried over?", "", required=False, max_length=1000
    )
    due_on = DateInputField(label="Carried over to which day?", name="The day", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the day to which an action is carried over."""
        said = super().clean() or {}
        if said.get("state") == State.CARRIED and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Enter the day to which it is carried over")
        return said


class Confirm(forms.Form):
    """Whether a decision without a quorum stands."""

    agrees = forms.ChoiceField(
        label="Does it stand, for your agency?",
        choices=[(YES, "Yes, it stands"), (NO, "No, it is talked about again")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it stands"},
    )
    words = _words(
        "Why?", "", required=False, max_length=1000, help_text="Needed where it is talked about again"
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where it does not stand."""
        said = super().clean() or {}
        if said.get("agrees") == NO and not said.get("words", "").strip():
            self.add_error("words", "Enter why it is talked about again")
        return said


class Correct(forms.Form):
    """What is to be corrected in the minutes of one item."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = _words("What is to be corrected?", "Enter what is to be corrected", max_length=2000)
