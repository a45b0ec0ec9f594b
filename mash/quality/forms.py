"""The shape of what is said about a round.  Nothing is chosen before somebody chooses."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField, Refusable
from mash.decision.forms import hidden, line, words
from mash.partnership.models import Staff
from mash.quality import content
from mash.quality.content import Criterion
from mash.quality.measures.grades import GRADES
from mash.quality.models import Given, Spread

NOT_APPLICABLE = "na"
LARGEST_FILE = 200_000  # bytes: two hundred rounds have ten thousand


class DrawRound(Refusable):
    """Which days, how many, spread over what, and who grades."""

    key = hidden(forms.UUIDField())
    label = line("What is the round called?", longest=60, help_text="For example, 2026, October to December")
    from_on = DateInputField(label="Referrals that came from", name="The first day")
    until_on = DateInputField(
        label="until", name="The last day", help_text="This day included; it must be over."
    )
    again = words(
        "If some of these days were drawn before: why are they drawn again?",
        required=False,
        help_text="Leave empty unless the page asks for it. It stands on the round.",
    )
    size = forms.IntegerField(label="How many referrals?", error_messages={"required": "Say how many"})
    spread_over = forms.ChoiceField(
        label="What is the sample spread over?",
        choices=Spread.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the sample is spread over"},
    )

    def __init__(self, data: Any, *, graders: Sequence[Staff], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.people = {str(one.pk): one for one in graders}
        self.fields["graders"] = forms.MultipleChoiceField(
            label="Who grades?",
            choices=[
                (key, f"{one.account.name}, {one.title}, {one.agency}") for key, one in self.people.items()
            ],
            widget=forms.CheckboxSelectMultiple,
            help_text="Each referral is given to two or more of them by chance, each from another agency.",
            error_messages={"required": "Choose who grades"},
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        return self.cleaned_data | {"graders": [self.people[one] for one in self.cleaned_data["graders"]]}


class CoverWords(Refusable):
    """Words that a copy must not show."""

    words = forms.CharField(
        label="Words to cover",
        widget=forms.Textarea,
        max_length=2000,
        help_text="One name, place or number a line, as it stands above. Capitals make no difference.",
        error_messages={"required": "Write the words to cover"},
    )

    @property
    def lines(self) -> list[str]:
        """Return each line of words."""
        return [one.strip() for one in self.cleaned_data["words"].splitlines() if one.strip()]


class GiveToAnother(Refusable):
    """Who grades instead of whom."""

    def __init__(self, data: Any, *, others: Sequence[Staff]) -> None:
        super().__init__(data)
        self.others = {str(one.pk): one for one in others}
        self.fields["to"] = forms.ChoiceField(
            label="Who grades it instead?",
            choices=[(key, f"{one.account.name}, {one.agency}") for key, one in self.others.items()],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose who grades it instead"},
        )


def grade_choices(lowest: int = 1, highest: int = 4) -> list[tuple[int, str]]:
    """Return grades of the whole as choices, each with its name."""
    return [
        (one.grade, f"{one.grade} {one.label}")
        for one in content.grading_content().scale
        if lowest <= one.grade <= highest
    ]


class SettleGrade(Refusable):
    """The panel's one grade, and what was talked over."""

    def __init__(self, data: Any, *, lowest: int, highest: int) -> None:
        super().__init__(data)
        self.fields["grade"] = forms.TypedChoiceField(
            label="What does the panel give it?",
            choices=grade_choices(lowest, highest),
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose the panel’s grade"},
        )
        self.fields["words"] = words(
            "What was talked over, and what was agreed?",
            required=False,
            help_text="Needed where two grades lie two steps apart or more.",
        )


class CloseRound(Refusable):
    """Why some have no grade, where that is so."""

    left_out = words("Why have some no grade?", required=False, help_text="Leave empty where all have one.")


class GradeReferral(Refusable):
    """A grade of each criterion and of the whole, with what was done well and what to improve."""

    def __init__(self, data: Any, *, key: uuid.UUID) -> None:
        super().__init__(data, initial={"key": key})
        self.fields["key"] = hidden(forms.UUIDField())
        self.criteria = [*content.criteria().values()]
        for one in self.criteria:
            self._ask(one)
        self.fields["grade"] = forms.TypedChoiceField(
            label="The referral as a whole",
            choices=grade_choices(),
            coerce=int,
            widget=forms.RadioSelect,
            help_text="Your judgement, and no average.",
            error_messages={"required": "Grade the referral as a whole"},
        )
        self.fields["lifted"] = words(
            "If the whole is better than what holds it down: why?",
            required=False,
            help_text="Leave empty unless the page asks for it.",
        )
        self.fields["done_well"] = words("One thing done well")
        self.fields["to_improve"] = words("One thing to improve")
        self.fields["comment"] = words("Anything else, for the panel", required=False)
        self.fields["also_found"] = forms.MultipleChoiceField(
            label="Did you also find something?",
            choices=[(one.id, one.label) for one in content.grading_content().also_found],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        for name in ("done_well", "to_improve"):
            self.fields[name].help_text = "The writer reads it. Name nobody."
            self.fields[name].error_messages["required"] = "Say one thing"

    def _ask(self, one: Criterion) -> None:
        choices = [(str(grade), f"{grade} {one.words(grade)}") for grade in GRADES]
        if one.not_applicable:
            choices.append((NOT_APPLICABLE, "Does not apply"))
        self.fields[f"c_{one.id}"] = forms.ChoiceField(
            label=one.label,
            choices=choices,
            widget=forms.RadioSelect,
            help_text=one.never_for if not one.not_applicable else "",
            error_messages={"required": f"Grade: {one.label}"},
        )
        if one.not_applicable:
            self.fields[f"why_{one.id}"] = forms.ChoiceField(
                label="Why does it not apply?",
                choices=[(reason.id, reason.label) for reason in one.not_applicable],
                widget=forms.RadioSelect,
                required=False,
                help_text=one.never_for,
            )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = self.cleaned_data
        graded = {one.id: said[f"c_{one.id}"] for one in self.criteria}
        return {
            "key": said["key"],
            "grade": said["grade"],
            "criteria": {name: int(value) for name, value in graded.items() if value != NOT_APPLICABLE},
            "left_out": {
                name: said[f"why_{name}"] for name, value in graded.items() if value == NOT_APPLICABLE
            },
            "lifted": said["lifted"],
            "done_well": said["done_well"],
            "to_improve": said["to_improve"],
            "comment": said["comment"],
            "also_found": said["also_found"],
        }


class StepAside(Refusable):
    """Why somebody cannot grade a referral."""

    why = line(
        "Why can you not grade it?",
        longest=240,
        help_text="For example: I know this family. Name nobody.",
    )


class TakeEarlier(Refusable):
    """A file of earlier rounds, or what was read from it and is to be taken."""

    file = forms.FileField(
        label="File of earlier rounds",
        help_text="Comma-separated (CSV): round, grade_1, grade_2, grade_3, grade_4, published_average.",
        error_messages={"required": "Choose a file"},
    )

    def clean_file(self) -> str:
        """Return the file's text.  Raises ValidationError where it is too large or no text."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 200 kB: two hundred rounds need far less")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(
                "The file is not text in UTF-8. Save it again as “CSV UTF-8”"
            ) from None


class MarkChange(Refusable):
    """A day on which something changed."""

    key = hidden(forms.UUIDField())
    on = DateInputField(label="On which day?", name="The day")
    words = line("What changed?", longest=120, help_text="For example: three-hour session for response teams")

    def __init__(self, data: Any, *, today: date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        day = self.fields["on"]
        if isinstance(day, DateInputField):
            day.latest = today


def own_word(given: Given) -> list[tuple[str, str]]:
    """Return what a grader said of each criterion, in words, in order."""
    found = []
    for one in content.criteria().values():
        if one.id in given.criteria:
            grade = given.criteria[one.id]
            found.append((one.label, f"{grade} {one.words(grade)}"))
        elif one.id in given.left_out:
            reasons = {reason.id: reason.label for reason in one.not_applicable}
            found.append(
                (one.label, f"Does not apply: {reasons.get(given.left_out[one.id], given.left_out[one.id])}")
            )
    return found
