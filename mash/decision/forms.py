"""The shape of input on the pages of a decision.  Nothing is chosen before the worker chooses."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from mash.common.fields import DateInputField, TimeInputField
from mash.contact.models import Contact
from mash.decision import adults, content, direction, needs, queries, telling
from mash.decision.actions import Proposed
from mash.decision.models import WhyReopened
from mash.decision.strategy import CHAIRS
from mash.outage import paper
from mash.partnership.models import Agency, AgencyKind

LONGEST = 8000  # characters
YES_NO = [("yes", "Yes"), ("no", "No")]
GAP_LABELS = {
    "decision_plain": "What we decided, in plain words",
    "reason_plain": "Why, in a sentence or two",
    "next_plain": "What happens next, who does it and when",
    "asked_of_you": "What we ask of them",
    "would_change_plain": "What would change our mind",
}
STALE = "Something became known after you opened this page. It is shown now: read it, then go on."
ATTENDERS = 6
ACTIONS = 4


def words(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    """Return a box for several lines."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=LONGEST, widget=forms.Textarea
    )


def line(label: str, *, required: bool = True, help_text: str = "", longest: int = 160) -> forms.CharField:
    """Return a box for one line."""
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=longest)


def hidden(field: forms.Field) -> forms.Field:
    """Return a field that goes along unseen."""
    field.widget = forms.HiddenInput()
    return field


class Choose(forms.Form):
    """What is decided for each person, why, and without whose answer."""

    def __init__(
        self,
        data: Any,
        *,
        asked: queries.Asked,
        key: uuid.UUID | None = None,
        days: Sequence[date] | None = None,
    ) -> None:
        """key: of a new form.  days: on which it can have been decided on paper; None where it was not."""
        self.asked = asked
        self.stale = data is not None and data.get("seen") != asked.seen
        if data is not None:
            data = data.copy()
            data["seen"] = asked.seen
        follows = asked.newest.pk if asked.newest else None
        super().__init__(data, initial={"key": key, "follows": follows, "seen": asked.seen})
        self.fields["key"] = hidden(forms.UUIDField())
        self.fields["follows"] = hidden(forms.UUIDField(required=False))
        self.fields["seen"] = hidden(forms.CharField(max_length=64))
        for place, one in enumerate(asked.people):
            self._ask_about(place, one)
        for agency in asked.missing:
            self._ask_without(agency)
        self.fields["reasons"] = words("Reasons for the decision")
        self.fields["what_would_change_it"] = words("What would change it?", required=False)
        self.fields["history_read"] = forms.BooleanField(
            label="I have read the earlier contacts and decisions", required=False
        )
        paper.ask(self, days)

    def _ask_about(self, place: int, one: queries.AboutOne) -> None:
        levels = [(str(level.number), f"{level.number}: {level.name}") for level in content.levels().values()]
        plain = {
            str(level.number): level.plain_for_adults if one.adult else level.plain
            for level in content.levels().values()
        }
        self.fields[f"p{place}_level"] = _radios(f"Level of need of {one.person}", levels, plain)
        self.fields[f"p{place}_level"].required = False  # passing on says nothing about need
        mains = [(outcome.id, outcome.label) for outcome in one.mains]
        means = {outcome.id: outcome.means or "" for outcome in one.mains}
        self.fields[f"p{place}_main"] = _radios(f"Outcome for {one.person}", mains, means)
        extra = [(outcome.id, outcome.label) for outcome in one.alongside]
        self.fields[f"p{place}_alongside"] = forms.MultipleChoiceField(
            label=f"Alongside, for {one.person}",
            choices=extra,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _ask_without(self, agency: Agency) -> None:
        self.fields[f"without_{agency.pk}"] = forms.BooleanField(
            label=f"Decide without the answer of {agency.name}",
            error_messages={"required": f"{agency.name} has not answered: say that you decide without it"},
        )
        self.fields[f"why_{agency.pk}"] = line(f"Why not wait for {agency.name}?", longest=240)

    def clean(self) -> dict[str, Any]:
        """Refuse a page that has grown old, and a person without a level."""
        said = super().clean() or {}
        if self.stale:
            self.add_error(None, STALE)
        for place, one in enumerate(self.asked.people):
            main = said.get(f"p{place}_main")
            if main and main != needs.TO_ALLOCATED_WORKER and not said.get(f"p{place}_level"):
                self.add_error(f"p{place}_level", f"Select the level of need of {one.person}")
            refusal = adults.why_not(content.outcomes()[main], one.adult) if main and one.adult else ""
            if refusal:
                self.add_error(f"p{place}_main", f"{one.person}: {refusal}")
            if main and "history_read" in content.outcomes()[main].needs and not said.get("history_read"):
                self.add_error("history_read", "Say that you have read the earlier contacts and decisions")
        return said

    def chosen(self, place: int) -> list[content.Outcome]:
        """Return the outcomes chosen for one person, the main one first."""
        named = [self.cleaned_data[f"p{place}_main"], *self.cleaned_data[f"p{place}_alongside"]]
        return [content.outcomes()[one] for one in named]

    @property
    def mains(self) -> list[content.Outcome]:
        """The main outcomes, one a person."""
        return [self.chosen(place)[0] for place in range(len(self.asked.people))]

    @property
    def letter(self) -> str:
        """Which letter tells the referrers."""
        return telling.letter_for(self.mains)

    @property
    def without(self) -> dict[Agency, str]:
        """Whose answers are not waited for, and why."""
        return {one: self.cleaned_data[f"why_{one.pk}"] for one in self.asked.missing}


class Details(forms.Form):
    """What the chosen outcomes ask to be recorded, and what each referrer will read."""

    def __init__(self, data: Any, *, choose: Choose, at: datetime, initial: Any = None) -> None:
        """choose: cleaned."""
        super().__init__(data, initial=initial or {})
        self.choose, self.asked = choose, choose.asked
        for place, one in enumerate(self.asked.people):
            self._ask_about(place, one)
        self.gaps = queries.agreement_gaps(
            (
                (one.person, outcome)
                for place, one in enumerate(self.asked.people)
                for outcome in choose.chosen(place)
            ),
            at,
        )
        if self.gaps:
            self.fields["overrides_agreement"] = forms.BooleanField(
                label="Go on without their agreement; my reasons say why",
                error_messages={"required": "Say that you go on without agreement, or choose otherwise"},
            )
        for place, contact in enumerate(self.asked.told):
            self._ask_told(place, contact)

    def _ask_about(self, place: int, one: queries.AboutOne) -> None:
        for outcome in self.choose.chosen(place):
            optional = direction.ACCEPTANCE if outcome.id == direction.TO_ANOTHER_AUTHORITY else ()
            for need in queries.needs_to_say(outcome):
                field = words(queries.need_label(need), required=need not in optional)
                field.initial = _known_of(one, outcome, need)
                self.fields[f"p{place}_{outcome.id}_{need}"] = field
        main = self.choose.chosen(place)[0]
        passed = main.id == needs.TO_ALLOCATED_WORKER
        if one.tier is not None and not passed and not direction.gives_help(main):
            self.fields[f"p{place}_ends"] = _radios(
                f"Does the help that is open with {one.person} end?", YES_NO
            )

    def _ask_told(self, place: int, contact: Contact) -> None:
        for gap in telling.WRITTEN[self.choose.letter]:
            self.fields[f"t{place}_{gap}"] = words(GAP_LABELS[gap])
        phone = line("Telephone number they may call you on", longest=40)
        phone.initial = contact.hub.telephone
        self.fields[f"t{place}_worker_phone"] = phone

    def fields_about(self, place: int) -> list[tuple[str, list[forms.BoundField]]]:
        """Return what is asked about one person: label of the outcome, and its fields."""
        found = [
            (
                outcome.label,
                [self[name] for name in self.fields if name.startswith(f"p{place}_{outcome.id}_")],
            )
            for outcome in self.choose.chosen(place)
        ]
        ends = [self[f"p{place}_ends"]] if f"p{place}_ends" in self.fields else []
        return [pair for pair in found if pair[1]] + ([("Help that is open", ends)] if ends else [])

    def fields_told(self, place: int) -> list[forms.BoundField]:
        """Return what is written to one referrer."""
        return [self[name] for name in self.fields if name.startswith(f"t{place}_")]

    @property
    def outcomes(self) -> list[Proposed]:
        """What is decided, as the action takes it."""
        return [
            proposed for place, one in enumerate(self.asked.people) for proposed in self._proposed(place, one)
        ]

    @property
    def told(self) -> dict[uuid.UUID, dict[str, str]]:
        """What each referrer is told, by contact."""
        said = self.cleaned_data
        return {
            contact.pk: {
                name.removeprefix(f"t{place}_"): said[name] for name in said if name.startswith(f"t{place}_")
            }
            for place, contact in enumerate(self.asked.told)
        }

    def _proposed(self, place: int, one: queries.AboutOne) -> Iterable[Proposed]:
        level = self.choose.cleaned_data[f"p{place}_level"]
        ends = self.cleaned_data.get(f"p{place}_ends")
        for outcome in self.choose.chosen(place):
            main = outcome.kind == "main"
            start = f"p{place}_{outcome.id}_"
            yield Proposed(
                one.person,
                outcome.id,
                int(level) if main and level else None,
                {
                    name.removeprefix(start): said
                    for name, said in self.cleaned_data.items()
                    if name.startswith(start)
                },
                {"yes": True, "no": False}.get(ends or "") if main else None,
            )


class Answer(forms.Form):
    """A second or a cleared person's word."""

    agreed = forms.ChoiceField(
        label="Do you agree?",
        choices=[("yes", "Yes, it may stand"), ("no", "No, it goes back to the decider")],
        widget=forms.RadioSelect,
    )
    why = words("Why?", required=False, help_text="Needed if it goes back")

    def __init__(self, *args: Any, days: Sequence[date] | None = None, **options: Any) -> None:
        """days: on which the word can have been given on paper; None where the decision was on none."""
        super().__init__(*args, **options)
        paper.ask(self, days, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason when it goes back."""
        said = super().clean() or {}
        if said.get("agreed") == "no" and not said.get("why", "").strip():
            self.add_error("why", "Say why it goes back")
        paper.refuse_half_said(self)
        return said


class Reopen(forms.Form):
    """Why a decision that stands is looked at again."""

    kind = forms.ChoiceField(
        label="Why is it reopened?",
        choices=[  # the others come of something else that is done
            one for one in WhyReopened.choices if one[0] in {WhyReopened.NEWS, WhyReopened.WRONG}
        ],
        widget=forms.RadioSelect,
    )
    said_by = forms.CharField(label="Who told you what is new?", max_length=160, required=False)
    why = forms.CharField(
        label="What is new, or what was wrong or overlooked?", max_length=4000, widget=forms.Textarea
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == WhyReopened.NEWS and not said.get("said_by"):
            self.add_error("said_by", "Say who told you what is new")
        return said


class TakeBack(forms.Form):
    """Why a decider takes back what still waits."""

    why = words("Why do you take it back?")


def urgent_choice() -> forms.ChoiceField:
    """Return the question whether a child is at immediate risk; nothing is chosen beforehand."""
    return forms.ChoiceField(
        label="Do they say that a child is at immediate risk?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they say that a child is at immediate risk"},
    )


class Disagree(forms.Form):
    """A view against a decision.  asked: the agencies that were asked, by key."""

    key = hidden(forms.UUIDField())
    who = line("Who does not agree?", help_text="Their name and agency")
    agency = forms.ChoiceField(
        label="Which agency follows it on its own page?",
        help_text="One that was asked in a check of this contact",
        required=False,
    )
    urgent = urgent_choice()
    words = words("What they say, in their words")

    def __init__(self, *args: Any, asked: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["agency"].choices = [("", "None"), *asked.items()]  # type: ignore[attr-defined]
        if not asked:
            del self.fields["agency"]


class PassOn(forms.Form):
    """Passing a contact to the allocated worker."""

    key = hidden(forms.UUIDField())
    words = words("Anything the worker should know first", required=False)


class SendRecord(forms.Form):
    """How the record of a strategy discussion reached everyone who attended."""

    how = line("How did the record reach everyone who attended?", longest=240)


class Strategy(forms.Form):
    """A strategy discussion that was held."""

    def __init__(self, data: Any, *, people: Iterable[Any], key: uuid.UUID | None = None) -> None:
        """people: of the contact, at risk.  key: of a new form."""
        super().__init__(data, initial={"key": key})
        self.people = list(people)
        self.fields["key"] = hidden(forms.UUIDField())
        self.fields["held_on"] = DateInputField(label="Day it was held", name="Day")
        self.fields["held_time"] = TimeInputField(
            label="Time it began", help_text="24-hour clock, such as 14:30"
        )
        self.fields["chair"] = line("Who chaired it?")
        self.fields["chair_role"] = _radios("Their role", list(CHAIRS.items()))
        kinds = [("", "Choose an agency"), *AgencyKind.choices]
        for place in range(ATTENDERS):
            self.fields[f"a{place}_agency"] = forms.ChoiceField(label="Agency", choices=kinds, required=False)
            self.fields[f"a{place}_organisation"] = line("Organisation", required=False)
            self.fields[f"a{place}_name"] = line("Name", required=False)
            self.fields[f"a{place}_role"] = line("Role", required=False)
        self.fields["children"] = forms.MultipleChoiceField(
            label="Whom was it about?",
            choices=[(str(one.pk), str(one)) for one in self.people],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["information"] = words("What was shared")
        self.fields["decisions"] = words("What was decided")
        self.fields["section_47"] = _radios(
            "Does a section 47 enquiry begin?", [*YES_NO, ("open", "Not settled yet")]
        )
        self.fields["section_47_grounds"] = words("On what grounds?", required=False)
        for place in range(ACTIONS):
            self.fields[f"d{place}_what"] = line("What is to be done", required=False, longest=240)
            self.fields[f"d{place}_who"] = line("Who does it", required=False)
            self.fields[f"d{place}_by"] = line("By when", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask which agency everybody comes from who is named."""
        said = super().clean() or self.cleaned_data
        for place in range(ATTENDERS):
            name = (said.get(f"a{place}_name") or "").strip()
            if name and not said.get(f"a{place}_agency"):
                self.add_error(f"a{place}_agency", f"Choose the agency of {name}")
        return said

    @property
    def attenders(self) -> list[dict[str, str]]:
        """Who was there."""
        return self._rows("a", ATTENDERS, ("agency", "organisation", "name", "role"), "name")

    @property
    def actions(self) -> list[dict[str, str]]:
        """Who does what by when."""
        return self._rows("d", ACTIONS, ("what", "who", "by"), "what")

    @property
    def children(self) -> list[Any]:
        """Whom it was about."""
        return [one for one in self.people if str(one.pk) in self.cleaned_data["children"]]

    @property
    def section_47(self) -> bool | None:
        """Whether an enquiry begins; None while that is open."""
        return {"yes": True, "no": False}.get(self.cleaned_data["section_47"])

    def _rows(self, letter: str, many: int, names: tuple[str, ...], needed: str) -> list[dict[str, str]]:
        rows = [
            {name: self.cleaned_data[f"{letter}{place}_{name}"] for name in names} for place in range(many)
        ]
        return [row for row in rows if row[needed].strip()]


def _radios(
    label: str, choices: list[tuple[str, str]], hints: Mapping[str, str] | None = None
) -> forms.ChoiceField:
    """Return radios with nothing chosen."""
    field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    field.hints = {value: hint for value, hint in (hints or {}).items() if hint}  # type: ignore[attr-defined]
    return field


def _known_of(one: queries.AboutOne, outcome: content.Outcome, need: str) -> str:
    """Return what the open case says already, so that nobody types it again."""
    if outcome.id != needs.TO_ALLOCATED_WORKER or one.work is None:
        return ""
    known = {"worker": str(one.work.worker_name), "manager": str(one.work.manager_name)}
    return known.get(need, "")


class Period(forms.Form):
    """From which day to which day."""

    from_on = DateInputField(label="Received from", name="The first day")
    until_on = DateInputField(label="Received up to", name="The last day")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said = super().clean() or {}
        if said.get("from_on") and said.get("until_on") and said["until_on"] < said["from_on"]:
            self.add_error("until_on", "The last day must not be before the first")
        return said
