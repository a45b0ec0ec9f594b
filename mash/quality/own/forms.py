"""The shape of what is said about the hub's own decisions.  Nothing is chosen before somebody chooses."""

from typing import Any

from django import forms

from mash.common.fields import Refusable
from mash.decision.content import levels
from mash.decision.forms import line, words
from mash.quality.content import own_decisions as content
from mash.quality.own import queries
from mash.quality.own.models import Copy, Redecided


class DecideAgain(Refusable):
    """What somebody would have decided, with their reasons, how sure they are, and whether anybody is at risk now."""

    def __init__(self, data: Any, *, copy: Copy, before: Redecided | None) -> None:
        super().__init__(data, initial=_initial(before))
        named = [
            (str(one.number), f"{one.number} {one.name}: {_plain(one, copy)}") for one in levels().values()
        ]
        self.fields["at_risk"] = forms.ChoiceField(
            label="Do you believe that somebody was left at risk?",
            choices=[("yes", "Yes"), ("no", "No")],
            widget=forms.RadioSelect,
            help_text="If you say yes, the case is reopened today, before anybody talks about it.",
            error_messages={"required": "Say whether somebody was left at risk"},
        )
        self.fields["at_risk_words"] = words("Who, and of what?", required=False)
        self.fields["outcome"] = forms.ChoiceField(
            label="What would you have decided?",
            choices=queries.chosen_outcomes(copy.subject),
            widget=forms.RadioSelect,
            error_messages={"required": "Choose what you would have decided"},
        )
        self.fields["level"] = forms.TypedChoiceField(
            label="At which level of need?",
            choices=named,
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose the level of need"},
        )
        self.fields["reasons"] = words("Your reasons")
        self.fields["reasons"].error_messages["required"] = "Give your reasons"
        self.fields["sure"] = forms.ChoiceField(
            label="How sure are you?",
            choices=[(one.id, one.label) for one in content.own_content().sure],
            widget=forms.RadioSelect,
            error_messages={"required": "Say how sure you are"},
        )
        self.fields["missing"] = words(
            "What was missing?",
            required=False,
            help_text="What you would have asked, and whom. Leave empty if nothing.",
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        return self.cleaned_data | {"at_risk": self.cleaned_data["at_risk"] == "yes"}


def _plain(level: Any, copy: Copy) -> str:
    return str(level.plain_for_adults or level.plain if copy.subject == "adult" else level.plain)


def _initial(before: Redecided | None) -> dict[str, Any]:
    if before is None:
        return {}
    names = ("outcome", "level", "reasons", "sure", "missing", "at_risk_words")
    return {name: getattr(before, name) for name in names} | {"at_risk": "yes" if before.at_risk else "no"}


class StepAside(Refusable):
    """Why somebody cannot decide a case again."""

    why = line(
        "Why can you not decide it again?",
        longest=240,
        help_text="For example: I know this family. Name nobody.",
    )


class Follow(Refusable):
    """What was done once a decision was found wrong."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["step"] = forms.ChoiceField(
            choices=[(one.id, one.label) for one in content.own_content().follow_up]
        )


class TakeOff(Refusable):
    """Why nobody decides a case again after all."""

    why = line("Why does nobody decide it again?", longest=160)


class CloseMonth(Refusable):
    """Why some were not decided again by two, where that is so."""

    left_out = words(
        "Why were some not decided again by two people?",
        required=False,
        help_text="Leave empty where all were.",
    )
