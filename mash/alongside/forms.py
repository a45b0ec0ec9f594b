"""The shape of what is asked before something goes alongside, and of what happened to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from mash.alongside import content, rules
from mash.alongside.content import Question, Result
from mash.alongside.models import Agreed, How
from mash.common.clock import LONDON
from mash.common.fields import DateInputField, Refusable, TimeInputField
from mash.contact.models import ContactPerson
from mash.decision.content import Outcome
from mash.decision.forms import hidden, line, words
from mash.directory.models import NamedContact

CLOCK = "For example, 14:30"
ANOTHER, NOT_NAMED = "another", "not_named"
SAID_OF_AGREEMENT = {
    "wanted": (Agreed.GIVEN, Agreed.REFUSED, Agreed.NOT_ASKED),
    "needed": (Agreed.GIVEN,),
}


class PutIn(Refusable):
    """What is typed of work alongside: questions have names of their own."""

    def names_of(self, place: str) -> tuple[str, ...]:
        """Return which fields may stand for a place."""
        return f"q_{place}", f"q_{place}_on", place

    def moment(self, name: str) -> datetime | None:
        """Return a day and a time as one moment; None where either is missing."""
        on, clock = (self.cleaned_data.get(f"{name}{part}") for part in ("on", "clock"))
        return datetime.combine(on, clock, LONDON) if on and clock else None


def _clock(*, required: bool = True) -> TimeInputField:
    return TimeInputField(
        label="At what time?",
        required=required,
        help_text=CLOCK,
    )


class Open(PutIn):
    """For whom it is, what it asks, and what they said of it."""

    key = hidden(forms.UUIDField())

    def __init__(
        self,
        data: Any,
        *,
        outcome: Outcome,
        people: Sequence[ContactPerson],
        causes: Sequence[ContactPerson],
        asks: Sequence[str],
        at: datetime,
        initial: dict[str, Any],
    ) -> None:
        """people: for whom it may be.  causes: who may be named as causing the harm.  asks: what agreement, of any."""
        super().__init__(data, initial=initial)
        self.outcome, self.people, self.causes, self.at = outcome, people, causes, at
        self.questions = content.questions_of(outcome)
        self.fields["about"] = forms.ChoiceField(
            label="For whom?",
            widget=forms.RadioSelect,
            choices=[(str(one.pk), str(one)) for one in people],
            error_messages={"required": "Choose whom it is for"},
        )
        for one in self.questions:
            self._ask(one)
        if outcome.never_told:
            self.fields["kept_from"] = forms.ChoiceField(
                label="Who causes the harm, and is never told?",
                widget=forms.RadioSelect,
                choices=[
                    *((str(one.pk), str(one)) for one in causes),
                    (NOT_NAMED, "Somebody this contact does not name"),
                ],
                error_messages={"required": "Choose who is never told"},
            )
        said = [one for kind in ("wanted", "needed") if kind in asks for one in SAID_OF_AGREEMENT[kind]]
        if said:
            choices = [(one.value, one.label) for one in dict.fromkeys(said)]
            if "not_needed" in asks:
                choices.append((Agreed.NOT_NEEDED.value, Agreed.NOT_NEEDED.label))
            self.fields["agreed"] = forms.ChoiceField(
                label="Do they agree?",
                widget=forms.RadioSelect,
                choices=choices,
                error_messages={"required": "Say whether they agree"},
            )
            self.fields["agreed_words"] = words(
                "Who agreed, to what and when; or why it goes on without", required=False
            )

    def clean(self) -> dict[str, Any]:
        """Say all that is missing at once, not one form after the other."""
        said = super().clean() or {}
        try:
            rules.answered(self.questions, self.answers, self.at)
        except rules.Wrong as wrong:
            self.refuse(wrong.places)
        return said

    def _ask(self, one: Question) -> None:
        name, label = f"q_{one.id}", one.label if not one.optional else f"{one.label} (optional)"
        if one.kind == "moment":
            self.fields[f"{name}_on"] = DateInputField(
                label=label, name="The day", required=False, help_text=one.hint
            )
            self.fields[f"{name}_clock"] = _clock(required=False)
        elif one.kind == "choice":
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                widget=forms.RadioSelect,
                help_text=one.hint,
                choices=[(each.id, each.label) for each in one.choices],
            )
        elif one.kind == "number":
            self.fields[name] = forms.IntegerField(label=label, required=False, help_text=one.hint)
        elif one.kind == "text":
            self.fields[name] = words(label, required=False, help_text=one.hint)
        else:
            self.fields[name] = line(label, required=False, help_text=one.hint, longest=240)

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, by id of the question."""
        said = self.cleaned_data
        return {
            one.id: self.moment(f"q_{one.id}_") if one.kind == "moment" else said.get(f"q_{one.id}")
            for one in self.questions
        }

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = self.cleaned_data
        by_key = {str(one.pk): one for one in (*self.people, *self.causes)}
        return {
            "key": said["key"],
            "about": by_key[said["about"]],
            "answers": self.answers,
            "kept_from": by_key.get(said.get("kept_from", "")),
            "agreed": said.get("agreed", Agreed.NOT_NEEDED.value),
            "agreed_words": said.get("agreed_words", ""),
        }


class Happened(PutIn):
    """Who, when, and what there is to say."""

    key = hidden(forms.UUIDField())
    who = line("Who?", longest=160)
    on = DateInputField(label="On which day?", name="The day")
    clock = _clock()
    words = words("Anything to know", required=False)

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = dict(self.cleaned_data)
        said["happened_at"] = self.moment("")
        return {name: value for name, value in said.items() if name not in {"on", "clock", "to"}}


class Send(Happened):
    """To whom it went, by name, and how."""

    field_order = ("key", "to", "who", "how")
    how = forms.ChoiceField(
        label="How did it go?",
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it went"},
    )

    def __init__(self, data: Any, *, named: Sequence[NamedContact], **options: Any) -> None:
        super().__init__(data, **options)
        self.named = {str(one.pk): one for one in named}
        self.fields["who"].label = "To whom, by name and place?"
        if named:
            self.fields["to"] = forms.ChoiceField(
                label="To whom did it go?",
                widget=forms.RadioSelect,
                choices=[
                    *((key, of_directory(one)) for key, one in self.named.items()),
                    (ANOTHER, "Somebody else"),
                ],
                error_messages={"required": "Choose to whom it went"},
            )
            self.fields["who"].required = False
            self.fields["who"].label = "If to somebody else: to whom, by name and place?"
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Take the name from the directory where somebody from there was chosen."""
        said = super().clean() or {}
        chosen = self.named.get(said.get("to", ""))
        if chosen:
            said["who"] = of_directory(chosen)
        elif self.named and said.get("to") == ANOTHER and not said.get("who"):
            self.add_error("who", "Say to whom it went")
        return said


def of_directory(one: NamedContact) -> str:
    """Return who holds a role, as it is chosen and kept: name, where, how to reach them."""
    reached = one.telephone or one.email
    return ", ".join(part for part in (one.name, one.of, reached) if part)


class Receive(Happened):
    """Who has it."""

    field_order = ("key", "who")
    who = line("Who has it?", longest=160, help_text="Whoever said so, by name.")


class SayResult(Happened):
    """What came of it."""

    field_order = ("key", "result", "who")
    who = line("Who says so?", longest=160)
    words = words("In few words", help_text="What was decided or done, and no more than that.")

    def __init__(self, data: Any, *, results: Sequence[Result], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["result"] = forms.ChoiceField(
            label="What came of it?",
            widget=forms.RadioSelect,
            choices=[(one.id, one.label) for one in results],
            error_messages={"required": "Choose what came of it"},
        )
        self.order_fields(self.field_order)
