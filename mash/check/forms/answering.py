"""The shape of input on an agency's pages: its own questions, drawn from the set that was sent."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from mash.check.content import Question, QuestionSet
from mash.check.given import AN_ITEM, GRADED_BY, YES_NO, Given, Search, label
from mash.check.models import EnquiryPerson, Searched, Sharing
from mash.common.fields import DateInputField, VagueDate, VagueDateField
from mash.outage import paper
from mash.triage.content import refusal_reasons
from mash.triage.models import Colour

ROWS = 4  # rows of a table that are offered at least
SPARE_ROWS = 2
ITEMS = 3  # spare places for further items
LONGEST = 8000
SOURCES = [("", "Not graded"), ("1", "1 Reliable"), ("2", "2 Untested"), ("3", "3 Not reliable")]
INFORMATION = [
    ("", "Not graded"),
    ("A", "A Known directly"),
    ("B", "B Known indirectly, and corroborated"),
    ("C", "C Known indirectly"),
    ("D", "D Not known"),
    ("E", "E Suspected to be false"),
]
HANDLING = [("", "No code"), ("P", "P Sharing permitted"), ("C", "C Sharing permitted with conditions")]
CLASSIFICATION = [
    ("", "Not marked"),
    ("OFFICIAL", "OFFICIAL"),
    ("SECRET", "SECRET"),
    ("TOP SECRET", "TOP SECRET"),
]
SHARING_HINTS = {
    "share": "The hub and the agencies asked read it.",
    "summary": "They read your summary. The full answer is for your agency and the deciders.",
    "sealed": "Only you and cleared staff know of it. For everybody else it does not exist.",
}


class Place:
    """Where one answer is typed: its question and the fields that belong to it, as the page draws them."""

    def __init__(self, form: "Answers", question: Question, prefix: str, key: str) -> None:
        self.form, self.question, self.prefix, self.key = form, question, prefix, key
        self.number = 0

    def field(self, name: str) -> BoundField:
        """Return one of its fields."""
        return self.form[f"{self.prefix}-{name}"]

    def has(self, name: str) -> bool:
        """Tell whether it has such a field."""
        return f"{self.prefix}-{name}" in self.form.fields

    def table(self) -> list[list[BoundField]]:
        """Return the boxes of a table, row by row."""
        rows = range(self.form.rows[self.prefix])
        return [[self.field(f"{row}-{column}") for column in self.question.columns] for row in rows]

    def columns(self) -> list[str]:
        """Return the headings of a table."""
        return [label(column) for column in self.question.columns]


class Answers(forms.Form):
    """Everything an agency answers about one person.

    given: what is drafted, which is shown again.  left_out: questions answered and sent already.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        questions: QuestionSet,
        person: EnquiryPerson,
        given: Iterable[Given] = (),
        left_out: Iterable[str] = (),
        version: int = 0,
        items: int = ITEMS,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.person, self.questions = person, questions
        self.graded = questions.agency in GRADED_BY
        self.rows: dict[str, int] = {}
        self.places: list[Place] = []
        self.items: list[Place] = []
        drafted = list(given)
        gone = set(left_out)
        for number, question in enumerate(questions.questions, 1):
            found = next((one for one in drafted if one.question == question.id), None)
            if question.id not in gone:
                place = self._place(question, f"q-{question.id}", found)
                place.number = number
                self.places.append(place)
        there = [one for one in drafted if one.question == AN_ITEM.id]
        for number, item in enumerate([*there, *([None] * items)]):
            self.items.append(self._place(AN_ITEM, f"i-{number}", item))
        self.copied = {place.prefix: one.copied_from for place, one in self._with(drafted) if one.copied_from}

    def _with(self, drafted: Sequence[Given]) -> list[tuple[Place, Given]]:
        by_key = {one.key: one for one in drafted}
        return [(place, by_key[place.key]) for place in self.all_places() if place.key in by_key]

    def all_places(self) -> list[Place]:
        """Return every place where something can be typed."""
        return [*self.places, *self.items]

    def _place(self, question: Question, prefix: str, found: Given | None) -> Place:
        key = found.key if found else str(uuid.uuid4())
        place = Place(self, question, prefix, key)
        self.fields[f"{prefix}-key"] = forms.UUIDField(widget=forms.HiddenInput, required=False)
        self.initial[f"{prefix}-key"] = key
        self._add_value(question, prefix, found)
        self._add_rest(question, prefix, found)
        return place

    def _add_value(self, question: Question, prefix: str, found: Given | None) -> None:
        value = found.value if found else None
        choices = {"yes_no": list(YES_NO.items()), "choice": [(one, label(one)) for one in question.choices]}
        if question.type in choices:
            self.fields[f"{prefix}-value"] = forms.ChoiceField(
                label="Answer", choices=choices[question.type], widget=forms.RadioSelect, required=False
            )
        elif question.type == "number":
            self.fields[f"{prefix}-value"] = forms.DecimalField(label="Number", required=False)
        elif question.type == "date":
            self.fields[f"{prefix}-value"] = VagueDateField(label="Date", required=False)
            value = VagueDate(date.fromisoformat(value[0]), value[1]) if value else None
        elif question.type == "table":
            self._add_table(question, prefix, value or [])
            return
        else:
            return
        self.initial[f"{prefix}-value"] = value

    def _add_table(self, question: Question, prefix: str, rows: Sequence[Mapping[str, str]]) -> None:
        self.rows[prefix] = max(ROWS, len(rows) + SPARE_ROWS)
        for row in range(self.rows[prefix]):
            for column in question.columns:
                name = f"{prefix}-{row}-{column}"
                words = f"{label(column)}, row {row + 1}"
                self.fields[name] = forms.CharField(label=words, max_length=300, required=False)
                self.initial[name] = rows[row].get(column, "") if row < len(rows) else ""

    def _add_rest(self, question: Question, prefix: str, found: Given | None) -> None:
        fields = self.fields
        words = "More about this" if question.type != "text" else "Answer"
        fields[f"{prefix}-words"] = forms.CharField(
            label=words, widget=forms.Textarea, max_length=LONGEST, required=False
        )
        fields[f"{prefix}-source"] = forms.CharField(
            label="How do you know?",
            help_text="A record, who saw it, or who said it.",
            max_length=240,
            required=False,
        )
        fields[f"{prefix}-on"] = VagueDateField(
            label="When was it?", help_text="As precisely as you know: a year will do.", required=False
        )
        sharing = forms.ChoiceField(
            label="Who may read this?",
            choices=Sharing.choices,
            widget=forms.RadioSelect,
            required=False,
        )
        sharing.hints = SHARING_HINTS  # type: ignore[attr-defined]
        fields[f"{prefix}-sharing"] = sharing
        fields[f"{prefix}-summary"] = forms.CharField(
            label="Summary to share", widget=forms.Textarea, max_length=LONGEST, required=False
        )
        self._add_grading(prefix)
        self._fill(question, prefix, found)

    def _add_grading(self, prefix: str) -> None:
        if self.graded:
            self.fields[f"{prefix}-source_grade"] = _select("Source", SOURCES)
            self.fields[f"{prefix}-information_grade"] = _select("Information", INFORMATION)
            self.fields[f"{prefix}-classification"] = _select("Protective marking", CLASSIFICATION)
        self.fields[f"{prefix}-handling"] = _select("Handling code", HANDLING)
        self.fields[f"{prefix}-conditions"] = forms.CharField(
            label="Conditions", widget=forms.Textarea, max_length=1000, required=False
        )

    def _fill(self, question: Question, prefix: str, found: Given | None) -> None:
        if found is None:
            self.initial[f"{prefix}-sharing"] = "sealed" if question.sensitive_by_default else ""
            return
        for name in ("words", "source", "sharing", "summary", "handling", "conditions"):
            self.initial[f"{prefix}-{name}"] = getattr(found, name)
        for name in ("source_grade", "information_grade", "classification"):
            self.initial[f"{prefix}-{name}"] = getattr(found, name)
        self.initial[f"{prefix}-on"] = found.vague_date

    # What was typed

    def given(self) -> list[Given]:
        """Return what was typed, blank places left out."""
        typed = [self._one(place) for place in self.all_places()]
        return [one for one in typed if not one.is_blank]

    def one(self) -> Given:
        """Return what was typed in the first place, blank or not."""
        return self._one(self.places[0])

    def _one(self, place: Place) -> Given:
        def typed(name: str) -> Any:
            return self.cleaned_data.get(f"{place.prefix}-{name}")

        on = typed("on")
        return Given(
            key=str(typed("key") or place.key),
            person=str(self.person.pk),
            question=place.question.id,
            value=self._value(place),
            words=typed("words") or "",
            source=typed("source") or "",
            on=on.on.isoformat() if on else "",
            precision=on.precision if on else "day",
            sharing=typed("sharing") or "",
            summary=typed("summary") or "",
            source_grade=typed("source_grade") or "",
            information_grade=typed("information_grade") or "",
            handling=typed("handling") or "",
            conditions=typed("conditions") or "",
            classification=typed("classification") or "",
            copied_from=self.copied.get(place.prefix, ""),
        )

    def _value(self, place: Place) -> Any:
        if place.question.type == "table":
            rows = [
                {
                    column: self.cleaned_data.get(f"{place.prefix}-{row}-{column}", "").strip()
                    for column in place.question.columns
                }
                for row in range(self.rows[place.prefix])
            ]
            return [row for row in rows if any(row.values())] or None
        value = self.cleaned_data.get(f"{place.prefix}-value")
        if isinstance(value, VagueDate):
            return [value.on.isoformat(), value.precision]
        return str(value) if isinstance(value, Decimal) else value or None

    def show_problems(self, problems: Mapping[str, Mapping[str, str]]) -> None:
        """Put what is missing beside the field it is missing from."""
        for place in self.all_places():
            key = str(self.cleaned_data.get(f"{place.prefix}-key") or place.key)
            for name, words in problems.get(key, {}).items():
                field = f"{place.prefix}-{name}"
                self.add_error(field if field in self.fields else f"{place.prefix}-words", words)


def _select(words: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=words, choices=choices, required=False)


class Send(forms.Form):
    """Sending what was drafted: a tick for each person, whether more will follow, and why it is late."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    part = forms.ChoiceField(
        label="Is this everything?",
        choices=[("whole", "Yes, this is our whole answer"), ("part", "No, more will follow")],
        widget=forms.RadioSelect,
    )
    view = forms.ChoiceField(
        label="How worried are you? (optional)",
        choices=[("", "No view"), *Colour.choices],
        required=False,
        help_text="Your agency's own view; the hub keeps it beside its rating.",
    )
    late_reason = forms.CharField(
        label="Why is the answer late?", max_length=240, required=False, widget=forms.TextInput
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        people: Sequence[EnquiryPerson],
        version: int,
        late: bool,
        key: uuid.UUID | None = None,
    ) -> None:
        super().__init__(data, initial={"version": version, "key": key or uuid.uuid4()})
        self.people = list(people)
        if not late:
            del self.fields["late_reason"]
        for person in people:
            self._add(person)

    def _add(self, person: EnquiryPerson) -> None:
        prefix = f"p-{person.pk}"
        self.fields[f"{prefix}-result"] = forms.ChoiceField(
            label=f"What did your search for {person.name} find?",
            choices=Searched.choices,
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"{prefix}-how"] = forms.CharField(
            label="How did you search, or why could you not?",
            help_text="Names, dates of birth and addresses used; systems searched; years covered.",
            widget=forms.Textarea,
            max_length=1000,
            required=False,
        )
        self.fields[f"{prefix}-again_on"] = DateInputField(
            label="If you could not search: when will you?", required=False
        )

    def searches(self) -> dict[str, Search]:
        """Return the ticks that were made."""
        found = {}
        for person in self.people:
            result = self.cleaned_data.get(f"p-{person.pk}-result")
            if result:
                found[str(person.pk)] = Search(
                    result=result,
                    how=self.cleaned_data.get(f"p-{person.pk}-how") or "",
                    again_on=self.cleaned_data.get(f"p-{person.pk}-again_on"),
                )
        return found

    def show_problems(self, problems: Mapping[str, Mapping[str, str]]) -> None:
        """Put what is missing beside the tick it is missing from."""
        for person, wrong in problems.items():
            for name, words in wrong.items():
                self.add_error(f"p-{person}-{name}", words)


class Telephone(forms.Form):
    """Who said it on the telephone, and which time this is."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    said_by = forms.CharField(
        label="Who gives this answer?", help_text="Name, role and agency.", max_length=160
    )

    def __init__(self, *args: Any, days: Sequence[date] | None = None, **options: Any) -> None:
        """days: on which it can have been said and written on paper; None where it is said now."""
        super().__init__(*args, **options)
        paper.ask(self, days)


class Withhold(forms.Form):
    """Something is held and not shared, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label="About whom?", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="Why is it not shared?", widget=forms.RadioSelect)
    explanation = forms.CharField(
        label="Explain in your own words",
        help_text="Do not write here what you hold.",
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )
    approved_by_words = forms.CharField(
        label="Who in your agency agreed to this?", max_length=160, required=False
    )
    late_reason = forms.CharField(label="Why is the answer late?", max_length=240, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, people: Sequence[EnquiryPerson], late: bool
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        everybody: Any = self.fields["person"]
        everybody.choices = [
            ("everybody", "Everybody this enquiry names"),
            *((str(p.pk), p.name) for p in people),
        ]
        reasons: Any = self.fields["reason"]
        reasons.choices = [(one.id, one.label) for one in refusal_reasons().values()]
        if not late:
            del self.fields["late_reason"]


class Copy(forms.Form):
    """Which drafted answers serve for which brothers and sisters; nothing is ticked beforehand."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    copies = forms.MultipleChoiceField(
        label="Copy these answers", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, offers: Sequence[tuple[str, str]], version: int
    ) -> None:
        super().__init__(data, initial={"version": version})
        chosen: Any = self.fields["copies"]
        chosen.choices = list(offers)
