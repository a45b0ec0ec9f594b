"""The shape of input at triage.  Nothing is preselected: no rating, agreement, ground or route."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from mash.common.clock import LONDON
from mash.common.fields import DateInputField, TimeInputField
from mash.contact.advice import levels
from mash.contact.content import categories_for
from mash.contact.forms import WhoIs
from mash.contact.models import Contact, ContactPerson, Type
from mash.outage import paper
from mash.triage import content, routes
from mash.triage.gate import AUTHORITY, CHECK, THEMSELVES
from mash.triage.models import Change, Colour, Sought
from mash.triage.rating_clock import LONGEST_PAUSE

AWARE = [("yes", "Yes"), ("no", "No"), ("not_known", "Not known")]
REASON = 4000  # characters
HOW = {
    "in_person": "In person",
    "by_phone": "By telephone",
    "in_writing": "In writing",
    "through_interpreter": "Through an interpreter",
}
OUTCOME = "outcome"
BOTH = "both"
CATEGORY_FIELDS = ("category", "category_2", "category_3")


def subjects_of(contact: Contact) -> list[content.Subject]:
    """Return whose rules are offered: a child's, an adult's, or both."""
    if contact.subject == BOTH:
        return ["child", "adult"]
    return ["adult" if contact.subject == "adult" else "child"]


class Once(forms.Form):
    """A form that, sent twice, does one thing."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class Screening(Once):
    """The screener's one form: how urgent, on what law, where to."""

    after = forms.UUIDField(widget=forms.HiddenInput, required=False)
    colour = forms.ChoiceField(label="Rating", required=False, widget=forms.RadioSelect)
    why = forms.CharField(
        label="Why this rating", max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    danger_answered = forms.CharField(
        label="What was done about the danger", max_length=REASON, required=False, widget=forms.Textarea
    )
    category = forms.ChoiceField(label="What it is mostly about", required=False)
    category_2 = forms.ChoiceField(label="And about", required=False)
    category_3 = forms.ChoiceField(label="And about (third)", required=False)
    level = forms.TypedChoiceField(
        label="Level of need you think of",
        help_text="It guides judgement and decides nothing",
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    bases = forms.MultipleChoiceField(
        label="Law relied on", required=False, widget=forms.CheckboxSelectMultiple
    )
    route = forms.ChoiceField(label="Where does it go?", required=False, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label="Which outcome is proposed", required=False)
    for_adult = forms.ChoiceField(label="Which outcome is proposed for the adult", required=False)
    route_why = forms.CharField(
        label="Why there", max_length=REASON, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    asked_for_by = forms.CharField(
        label="Who asked for a check on an open case",
        help_text="The allocated worker or their manager. Leave empty if no case is open.",
        max_length=160,
        required=False,
    )
    read = forms.BooleanField(label="Tell the referrer that a person has read this", required=False)

    def __init__(
        self,
        *args: Any,
        contact: Contact,
        rated: bool,
        on: date,
        people: Sequence[WhoIs] = (),
        days: Sequence[date] | None = None,
        **kwargs: Any,
    ) -> None:
        """days: on which it can have been rated on paper; None where it was not."""
        super().__init__(*args, **kwargs)
        self.contact, self.rated, self.people = contact, rated, people
        meanings = {
            one.id: f"{one.meaning} For example: {one.typical}." for one in content.ratings().values()
        }
        colour = self.fields["colour"]
        colour.choices = Colour.choices  # type: ignore[attr-defined]
        colour.hints = meanings  # type: ignore[attr-defined]
        categories = [("", "Leave as it is"), *_categories_of(contact)]
        for name in CATEGORY_FIELDS:
            self.fields[name].choices = categories  # type: ignore[attr-defined]
        self.fields["level"].choices = [(one, f"Level {one}: {name}") for one, name in levels().items()]  # type: ignore[attr-defined]
        offered = [one for subject in subjects_of(contact) for one in content.bases_in_force(on, subject)]
        known = {one.id: f"{one.label} ({one.cite})" for one in offered}
        self.fields["bases"].choices = list(known.items())  # type: ignore[attr-defined]
        ways = [(CHECK, routes.CHECK_LABEL), (OUTCOME, "To a decision, with an outcome proposed")]
        if contact.type == Type.INFORMATION_ONLY:
            ways.append((routes.NOTED, routes.NOTED_LABEL))
        self.fields["route"].choices = ways  # type: ignore[attr-defined]
        self._offer_outcomes()
        if rated:
            del self.fields["colour"], self.fields["why"], self.fields["danger_answered"]
        elif not contact.immediate_danger:
            del self.fields["danger_answered"]
        paper.ask(self, days)

    def _offer_outcomes(self) -> None:
        """Offer the outcomes of whoever the contact is about: of a child and of an adult apart."""
        both = self.contact.subject == BOTH
        sides = {"outcome": "child" if both else self.contact.subject, "for_adult": "adult"}
        for name, subject in sides.items():
            outcomes = [(one.id, one.label) for one in routes.offered(subject)]
            self.fields[name].choices = [("", "Choose an outcome"), *outcomes]  # type: ignore[attr-defined]
        if both:
            self.fields["outcome"].label = "Which outcome is proposed for the child"
        else:
            del self.fields["for_adult"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if paper.is_on(self) and not said.get("colour"):
            self.add_error("colour" if "colour" in self.fields else None, "Choose the rating on the paper")
        if said.get("colour") and not said.get("why"):
            self.add_error("why", "Say why this rating")
        if said.get("colour") and "danger_answered" in self.fields and not said.get("danger_answered"):
            self.add_error("danger_answered", "Write what was done about the danger that the sender states")
        if said.get("route") == OUTCOME and not said.get("outcome"):
            self.add_error("outcome", "Choose the outcome you propose")
        if said.get("route") == OUTCOME and "for_adult" in self.fields and not said.get("for_adult"):
            self.add_error("for_adult", "Choose the outcome you propose for the adult")
        self._refuse_half_a_route(said)
        if said.get("route") and not self.rated and not said.get("colour"):
            here = "colour" if "colour" in self.fields else None
            self.add_error(here, "Rate the contact before it is sent on")
        if not said.get("category") and (said.get("category_2") or said.get("category_3")):
            self.add_error("category", "Choose first what it is mostly about")
        asked = ("colour", "bases", "route", "read", "level", *CATEGORY_FIELDS)
        said_nothing = not any(said.get(name) for name in (*asked, "why", "route_why"))
        if said_nothing and not paper.is_on(self) and not any(one.is_said for one in self.people):
            self.add_error(None, "Nothing has been filled in")
        return said

    def _refuse_half_a_route(self, said: Mapping[str, Any]) -> None:
        """Ask for the choice that a reason was written for, or for the reason of a choice."""
        if said.get("why") and "colour" in self.fields and not (said.get("colour") or said.get("route")):
            self.add_error("colour", "Choose the rating that you give a reason for")
        if said.get("route_why") and not said.get("route"):
            self.add_error("route", "Choose where it goes: you have written why")
        if said.get("route") and not said.get("route_why"):
            self.add_error("route_why", "Say why it goes there")

    def is_valid(self) -> bool:
        """Tell whether all of it may go on: who the people are, too."""
        return all([*(one.is_valid() for one in self.people), super().is_valid()])

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = paper.taken_out(self.cleaned_data)
        outcome, for_adult = said.pop("outcome", ""), said.pop("for_adult", "")
        if said.get("route") == OUTCOME:
            said |= {"route": outcome, "for_adult": for_adult}
        chosen = [said.pop(name, "") for name in CATEGORY_FIELDS]
        said["categories"] = [one for one in chosen if one]
        return said


def _categories_of(contact: Contact) -> list[tuple[str, str]]:
    return [
        (one.id, f"{group.label}: {one.label}")
        for group, offered in categories_for(contact.subject).items()
        for one in offered
    ]


class ChangeRating(Once):
    """Another rating for a contact that has one."""

    after = forms.UUIDField(widget=forms.HiddenInput)
    colour = forms.ChoiceField(label="New rating", choices=Colour.choices, widget=forms.RadioSelect)
    change = forms.ChoiceField(
        label="Why does it change?",
        choices=[one for one in Change.choices if one[0] != Change.FIRST],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Why this rating", max_length=REASON, widget=forms.Textarea)
    what_is_new = forms.CharField(
        label="What is new", max_length=REASON, required=False, widget=forms.Textarea
    )
    said_by = forms.CharField(label="Who said so", max_length=160, required=False)
    reached_on = DateInputField(label="Which day it reached us", name="The day it reached us", required=False)
    reached_at = TimeInputField(label="At what time", help_text="For example, 14:30", required=False)

    def __init__(self, *args: Any, days: Sequence[date] | None = None, **options: Any) -> None:
        """days: on which it can have been rated on paper; None where it was not."""
        super().__init__(*args, **options)
        paper.ask(self, days)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("change") == Change.NEWS:
            needed = {
                "what_is_new": "Say what is new",
                "said_by": "Say who said so",
                "reached_on": "Say which day it reached us",
                "reached_at": "Say at what time it reached us",
            }
            for name, words in needed.items():
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return said

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = paper.taken_out(self.cleaned_data)
        on: date | None = said.pop("reached_on", None)
        clock: time | None = said.pop("reached_at", None)
        said["reached_us_at"] = datetime.combine(on, clock, LONDON) if on and clock else None
        return said


def _people(contact: Contact) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one} ({_role(one)})") for one in contact.people.order_by("ref")]


def _role(person: ContactPerson) -> str:
    return person.role.replace("_", " ")


class SayAgreement(Once):
    """What was said about asking for what is held on one or more people."""

    about = forms.MultipleChoiceField(
        label="Whose information",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each person is settled apart",
    )
    sought = forms.ChoiceField(label="Were they asked?", choices=Sought.choices, widget=forms.RadioSelect)
    given_by_person = forms.ChoiceField(label="Who answered", required=False)
    given_by = forms.ChoiceField(label="They answered as", required=False, widget=forms.RadioSelect)
    scopes = forms.MultipleChoiceField(label="For what", required=False, widget=forms.CheckboxSelectMultiple)
    how = forms.ChoiceField(label="How", choices=[*HOW.items()], required=False, widget=forms.RadioSelect)
    said_on = DateInputField(label="When", name="The day they answered", required=False)
    aware = forms.ChoiceField(
        label="Does the family know about the referral?", choices=AWARE, widget=forms.RadioSelect
    )
    words = forms.CharField(label="In their words", max_length=REASON, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = _people(contact)
        self.fields["about"].choices = people  # type: ignore[attr-defined]
        self.fields["given_by_person"].choices = [("", "Somebody not named in the contact"), *people]  # type: ignore[attr-defined]
        speakers = content.agreement_given_by().values()
        self.fields["given_by"].choices = [(one.id, one.label) for one in speakers]  # type: ignore[attr-defined]
        scopes = content.agreement_scopes().values()
        self.fields["scopes"].choices = [(one.id, one.label) for one in scopes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        answered = said.get("sought") in {Sought.GIVEN, Sought.REFUSED}
        if answered and not said.get("given_by"):
            self.add_error("given_by", "Say as what they answered")
        if answered and said.get("given_by") in THEMSELVES and not said.get("given_by_person"):
            self._themselves(said)
        elif answered and said.get("given_by") and not said.get("words"):
            if said["given_by"] == AUTHORITY:
                self.add_error("words", "Say what gives them authority for this decision")
            elif not said.get("given_by_person"):
                self.add_error("words", "Say who answered, since they are not named in the contact")
        if answered and not said.get("said_on") and "said_on" not in self.errors:
            self.add_error("said_on", "Say when they answered")
        if said.get("sought") == Sought.GIVEN:
            if not said.get("scopes"):
                self.add_error("scopes", "Say what they agreed to")
            if not said.get("how"):
                self.add_error("how", "Say how they agreed")
        return said

    def _themselves(self, said: dict[str, Any]) -> None:
        """Take the one person it is about for whoever answered for themselves; with several, ask."""
        about = said.get("about") or []
        if len(about) == 1:
            said["given_by_person"] = about[0]
        elif about:
            self.add_error(
                "given_by_person", "Choose who answered: they answer for themselves and nobody else"
            )


class Pause(Once):
    """Why the clock rests, and the day on whose end it runs on."""

    reason = forms.ChoiceField(
        label="Why is the clock paused?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select why the clock is paused"},
    )
    words = forms.CharField(
        label="What is waited for?",
        max_length=160,
        widget=forms.Textarea,
        error_messages={"required": "Say what is waited for"},
    )
    until_on = DateInputField(
        label="Until the end of which day?",
        name="The last day of the pause",
        help_text="At most 28 days ahead. The clock runs on by itself after it.",
        error_messages={"required": "Say until which day"},
    )

    def __init__(self, *args: Any, reasons: Iterable[tuple[str, str]], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(reasons)  # type: ignore[attr-defined]
        self.fields["until_on"].earliest = on  # type: ignore[attr-defined]
        self.fields["until_on"].latest = on + LONGEST_PAUSE - timedelta(days=1)  # type: ignore[attr-defined]

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        after = said.pop("until_on") + timedelta(days=1)
        return said | {"until": datetime.combine(after, time(0), LONDON)}


class SayGround(Once):
    """Why agreement is not waited for, for one or more people."""

    about = forms.MultipleChoiceField(label="For whom", widget=forms.CheckboxSelectMultiple)
    ground = forms.ChoiceField(label="The true ground", widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason, in words", max_length=REASON, widget=forms.Textarea)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"auto_id": "ground_%s"}))  # it stands beside another form
        self.fields["about"].choices = _people(contact)  # type: ignore[attr-defined]
        subjects = {"child", "adult"} if contact.subject == "both" else {contact.subject}
        known = [one for one in content.override_grounds().values() if subjects & set(one.subjects)]
        self.fields["ground"].choices = [(one.id, one.label) for one in known]  # type: ignore[attr-defined]
        self.fields["ground"].hints = {one.id: one.prompt for one in known}  # type: ignore[attr-defined]


class Withdraw(forms.Form):
    """An agreement is taken back."""

    agreement = forms.UUIDField()
    why = forms.CharField(max_length=REASON)


class Approve(forms.Form):
    """A manager's word on a ground."""

    ground = forms.UUIDField()
    word = forms.ChoiceField(choices=[("approve", "Approve"), ("refuse", "Refuse")])
    reason = forms.CharField(max_length=REASON, required=False)


class Link(forms.Form):
    """Whether another contact tells of the same event."""

    other = forms.CharField(label="Reference of the other contact", max_length=20)
    word = forms.ChoiceField(choices=[("same", "Same event"), ("different", "Different events")])
    why = forms.CharField(label="Why", max_length=240, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("word") == "same" and not said.get("why"):
            self.add_error("why", "Say why they are one event")
        return said


class Why(forms.Form):
    """Why, in words."""

    why = forms.CharField(label="Why", max_length=REASON)


class SayFact(Once):
    """What happened that begins or ends a clock of law."""

    code = forms.ChoiceField(label="What happened?", widget=forms.RadioSelect)
    on = DateInputField(label="On which day", name="The day it happened")
    clock = TimeInputField(label="At what time", help_text="For example, 14:30")
    words = forms.CharField(
        label="By whom, to whom, and anything to know",
        max_length=REASON,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = facts  # type: ignore[attr-defined]

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        said["happened_at"] = datetime.combine(said.pop("on"), said.pop("clock"), LONDON)
        return said


class LookAtRepeat(forms.Form):
    """What a manager makes of a repeat."""

    words = forms.CharField(
        label="What do you make of it, and what should be done?", max_length=REASON, widget=forms.Textarea
    )


class Unlink(forms.Form):
    """A contact is taken out of its event."""

    why = forms.CharField(label="Why is it another event?", max_length=240)


class SendBack(forms.Form):
    """Back to the referrer, to speak with the family."""

    reason = forms.CharField(label="Why it goes back", max_length=REASON, widget=forms.Textarea)
    look_again_on = DateInputField(label="Look again on", name="The day to look again")
    who_keeps_safe = forms.CharField(label="Who keeps the person safe meanwhile", max_length=240)
