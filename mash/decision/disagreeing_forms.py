"""What is asked of whoever disagrees with a decision, and of whoever answers."""

from typing import Any

from django import forms

from mash.decision.climbing import Standing
from mash.decision.forms import hidden, line
from mash.decision.forms import words as box
from mash.decision.models import Ending

MOVES = {
    "agrees": "They agree with the answer",
    "not": "They do not agree: it goes to the next stage",
    "higher": "It goes to the next stage now, without waiting for the time to pass",
    "withdrawn": "They withdraw it",
}
OWN_MOVES = {
    "agrees": "We agree with the answer",
    "not": "We do not agree: it goes to the next stage",
    "higher": "Take it to the next stage now, without waiting for the time to pass",
    "withdrawn": "We withdraw it",
}


class Raise(forms.Form):
    """That an agency which was asked does not agree with what was decided."""

    key = hidden(forms.UUIDField())
    urgent = forms.ChoiceField(
        label="Is a child at immediate risk?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether a child is at immediate risk"},
    )
    words = box("Why do you not agree?", help_text="What was missed, or what has changed")


class Answer(forms.Form):
    """An answer to a disagreement, at the stage where it stands."""

    key = hidden(forms.UUIDField())
    who = line("Who answers?", help_text="Name and post; with whom they talked, if it was a talk")
    text = box("The answer", help_text="Whoever disagrees reads this: leave out what they may not know")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "answer_%s"} | more)


class Move(forms.Form):
    """What whoever disagrees says of it now.  stands: where it stands; it decides what can be said."""

    key = hidden(forms.UUIDField())
    stage = hidden(forms.IntegerField(min_value=0))
    move = forms.ChoiceField(
        label="What do they say?", widget=forms.RadioSelect, error_messages={"required": "Say what they say"}
    )
    who = line("Who says so?", help_text="Their name and agency")
    text = box("Their words")

    def __init__(self, *args: Any, stands: Standing, own: bool = False, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "move_%s"} | more)
        said = OWN_MOVES if own else MOVES
        if own:
            del self.fields["who"]
            self.fields["move"].label, self.fields["text"].label = "What do you say?", "Your words"
            self.fields["move"].error_messages["required"] = "Say whether you agree"
        offered = ["agrees", "not"] if stands.turn == "them" else []
        offered += ["higher"] if stands.turn in {"hub", "not_begun"} and not stands.is_last else []
        self.fields["move"].choices = [(one, said[one]) for one in [*offered, "withdrawn"]]  # type: ignore[attr-defined]


class End(forms.Form):
    """How a disagreement ended, and what was learnt.  stands: only once it may end so."""

    outcome = forms.ChoiceField(
        label="What became of the decision?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say what became of the decision"},
    )
    words = box("Why did it end so?", help_text="Whoever disagrees reads this")
    learning = box(
        "What was learnt?", help_text="For the hub and its partners, without names: write “Nothing new” if so"
    )

    def __init__(self, *args: Any, stands: Standing, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "end_%s"} | more)
        may_stand = stands.turn == "settle" or stands.is_last
        offered = [one for one in Ending if one != Ending.WITHDRAWN and (may_stand or one != Ending.STANDS)]
        self.fields["outcome"].choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]
