"""The shape of input on the pages of advice to a professional."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from mash.common.fields import DateInputField, TimeInputField
from mash.contact.advice import UNANSWERED, levels, what_names_somebody
from mash.contact.content import categories, groups
from mash.contact.forms import KINDS, YES_NO, line, one_of, words
from mash.contact.models import How, WhyNamed
from mash.directory.content import guide_content

LONDON = ZoneInfo("Europe/London")
ASKERS = [(code, label) for code, label in KINDS if code != "public"]
WITHOUT_NAMES = "none"
NAMED = [(WITHOUT_NAMES, "Without names"), *WhyNamed.choices]


def _category_choices() -> list[tuple[str, str]]:
    by_group = sorted(categories().values(), key=lambda one: list(groups()).index(one.group))
    return [(one.id, one.label) for one in by_group]


def _of_the_guide() -> forms.ChoiceField:
    asks = "What is asked and has no answer there is shown to whoever keeps the guide"
    return forms.ChoiceField(label="Is it a question of our guide?", required=False, help_text=asks)


def _guide_choices() -> list[tuple[str, str]]:
    asked = [(one.id, one.question) for one in guide_content().answers if not one.retired]
    return [("", "Not said"), *asked, (UNANSWERED, "No: the guide has no answer to it")]


def guide_question(guide: str) -> str:
    """Return what a consultation's `guide` is called: the question's words, or that the guide has no answer."""
    if guide == UNANSWERED:
        return "Our guide has no answer to it"
    return {one.id: one.question for one in guide_content().answers}.get(guide, guide)


class Record(forms.Form):
    """A consultation that was held.  No answer is chosen but one: that it is held without names."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    held_on = DateInputField(label="On which day?", name="The day")
    held_time = TimeInputField(label="At what time?", help_text="For example 14:30")
    how = one_of("How was it held?", list(How.choices))
    source_kind = one_of("Who asked?", ASKERS)
    organisation = line("Organisation", required=True, longest=200)
    asked_by = line("Their name")
    asked_role = line("Their job")
    asked_email = forms.EmailField(
        label="Their e-mail address",
        required=False,
        help_text="If they sign in to this hub with it, they can read this advice again. It is not kept otherwise.",
    )
    why_named = one_of("Is a child or adult named here?", NAMED)
    named = line("Whom is it about?", help_text="Only if a name may be held", longest=240)
    question = words(
        "What did they ask?", required=True, help_text="The worry and the question, without names"
    )
    categories = forms.MultipleChoiceField(
        label="What was the worry about?", required=False, widget=forms.CheckboxSelectMultiple
    )
    guide = _of_the_guide()
    levels = forms.TypedMultipleChoiceField(
        label="Which levels of need were spoken of?",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    advice = words("What did you advise?", required=True)
    referral_advised = one_of("Did you advise a referral?", YES_NO)
    next_steps = words("What was agreed to happen next, and who does it?", required=True)
    follow_up_on = DateInputField(
        label="When will you ask how it went?",
        name="The day",
        required=False,
        help_text="Leave empty if nobody need ask",
    )

    def __init__(self, data: Any, *, at: datetime, **options: Any) -> None:
        """at: aware, now."""
        local = at.astimezone(LONDON)
        now = {"held_on": local.date(), "held_time": f"{local:%H:%M}", "why_named": WITHOUT_NAMES}
        super().__init__(data, initial=now | options.pop("initial", {}), **options)
        self.at = at
        _offer(self, "categories", _category_choices())
        _offer(self, "guide", _guide_choices())
        _offer(self, "levels", [(str(n), f"Level {n}: {name}") for n, name in levels().items()])

    def clean(self) -> dict[str, Any]:
        """Ask for a name where one may be held, refuse one where not, and refuse what is still to come."""
        said = super().clean() or {}
        self._clean_names(said)
        if said.get("held_on") and said.get("held_time"):
            said["held_at"] = datetime.combine(said.pop("held_on"), said.pop("held_time"), LONDON)
            if said["held_at"] > self.at:
                self.add_error("held_on", "Advice is recorded once it has been given")
        if said.get("follow_up_on") and said["follow_up_on"] < self.at.astimezone(LONDON).date():
            self.add_error("follow_up_on", "The day to ask must be today or later")
        if "referral_advised" in said:
            said["referral_advised"] = said["referral_advised"] == "yes"
        return said

    def _clean_names(self, said: dict[str, Any]) -> None:
        may_name = said.get("why_named") not in (None, WITHOUT_NAMES)
        if may_name and not said.get("named"):
            self.add_error("named", "Enter who it is about, or hold it without names")
        if said.get("why_named") != WITHOUT_NAMES:
            return
        said["why_named"] = ""
        if said.get("named"):
            self.add_error("why_named", "Say why a name may be held, or take the name out")
        for name in ("question", "advice", "next_steps"):
            telling = what_names_somebody(said.get(name, ""))
            if telling:
                self.add_error(name, f"Take out {telling}: this is held without names")


class Filters(forms.Form):
    """What the list is narrowed to.  It stands in the address, so none of it names a person."""

    category = forms.ChoiceField(label="Category", required=False)
    level = forms.ChoiceField(label="Level of need", required=False)
    kind = forms.ChoiceField(label="Who asked", required=False, choices=[("", "Anybody"), *ASKERS])
    referral = forms.ChoiceField(
        label="Referral",
        required=False,
        choices=[
            ("", "Any"),
            ("advised", "Advised"),
            ("not_advised", "Not advised"),
            ("linked", "One has come"),
            ("awaited", "Advised, and none has come"),
        ],
    )
    guide = forms.ChoiceField(
        label="Our guide",
        required=False,
        choices=[("", "Any"), ("lacks", "Has no answer to it"), ("answers", "Answers it")],
    )
    due = forms.ChoiceField(
        label="To be asked how it went",
        required=False,
        choices=[("", "Any time"), ("now", "Today or before"), ("later", "Later")],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        _offer(self, "category", [("", "Any category"), *_category_choices()])
        _offer(
            self, "level", [("", "Any level"), *((str(n), f"{n}: {name}") for n, name in levels().items())]
        )

    @property
    def wanted(self) -> dict[str, str]:
        """Return what to show, without what makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class Words(forms.Form):
    """Words to look for.  They never stand in an address."""

    q = forms.CharField(
        label="Reference, organisation or words", max_length=120, help_text="For example NFC-7K3M-2Q9"
    )


class Link(forms.Form):
    """Which contact came of a consultation, and how one knows."""

    reference = line("Reference of the contact", required=True, longest=20)
    why = line("How do you know that it came of this advice?", required=True, longest=240)


class Unlink(forms.Form):
    """Why a contact did not come of a consultation after all."""

    why = line("Why does it not belong to this advice?", required=True, longest=240)


class OfTheGuide(forms.Form):
    """Which question of the hub's guide was asked; one that has been retired since can be kept."""

    guide = _of_the_guide()

    def __init__(self, data: Any, *, now: str, **options: Any) -> None:
        """now: what is kept."""
        super().__init__(data, initial={"guide": now}, **options)
        offered = _guide_choices()
        kept = [] if now in dict(offered) else [(now, guide_question(now))]
        _offer(self, "guide", [*offered, *kept])


class FollowUp(forms.Form):
    """What became of the advice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = words("What became of it?", required=True)
    next_on = DateInputField(
        label="When will you ask again?",
        name="The day",
        required=False,
        help_text="Leave empty if nobody need ask",
    )

    def __init__(self, data: Any, *, at: datetime, **options: Any) -> None:
        """at: aware, now."""
        super().__init__(data, **options)
        self.at = at

    def clean_next_on(self) -> Any:
        """Refuse a day that has gone by."""
        on = self.cleaned_data["next_on"]
        if on and on < self.at.astimezone(LONDON).date():
            raise forms.ValidationError("The day to ask must be today or later")
        return on


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices
