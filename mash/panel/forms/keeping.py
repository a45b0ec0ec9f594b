"""What is typed where panels are kept: who sits there, and when they meet."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField, TimeInputField
from mash.panel.models import Role
from mash.partnership.models import Staff

STANDS_IN = "stands_in"
LONGEST, MOST_MEETINGS = 480, 26
NUMBERS = ((1, "1"), (3, "3"), (6, "6"), (13, "13: a year of four weeks each"))


class NewPanel(forms.Form):
    """A panel that begins."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="What is the panel called?",
        max_length=120,
        error_messages={"required": "Enter what the panel is called"},
    )
    area = forms.CharField(
        label="Which part of the area is it for?",
        max_length=200,
        error_messages={"required": "Enter which part of the area it is for"},
    )
    place = forms.CharField(
        label="Where does it usually meet?",
        max_length=200,
        error_messages={"required": "Enter where it usually meets"},
    )


class GiveSeat(forms.Form):
    """Who sits on a panel, and as what."""

    post = forms.ChoiceField(label="Who?", error_messages={"required": "Choose who"})
    role = forms.ChoiceField(
        label="As what?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose as what"},
        choices=[*Role.choices, (STANDS_IN, "Deputy of their agency’s member")],
    )

    def __init__(self, data: Any = None, *, posts: Sequence[Staff], **options: Any) -> None:
        super().__init__(data, **options)
        self.posts = {str(one.pk): one for one in posts}
        offered = [
            (key, f"{one.agency.name}: {one.account.name}, {one.title}") for key, one in self.posts.items()
        ]
        self.fields["post"].choices = [("", "Choose somebody"), *offered]  # type: ignore[attr-defined]


class SignTerms(forms.Form):
    """The day on which terms of confidentiality were signed."""

    signed_on = DateInputField(label="On which day were they signed?", name="The day")

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["signed_on"].latest = today  # type: ignore[attr-defined]


class AtAnHour(forms.Form):
    """When on its day a meeting begins, and where it is."""

    starts = TimeInputField(label="When does it begin?", error_messages={"required": "Enter when it begins"})
    place = forms.CharField(label="Where?", max_length=200, error_messages={"required": "Enter where"})


class PlanMeetings(AtAnHour):
    """Meetings to come."""

    first_on = DateInputField(label="On which day is the first?", name="The day of the first")
    number = forms.TypedChoiceField(
        label="How many meetings?",
        choices=NUMBERS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many"},
    )
    field_order = ("first_on", "starts", "number", "place")

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["first_on"].earliest = today  # type: ignore[attr-defined]


class ChangeMeeting(AtAnHour):
    """Another day, time, length or place."""

    on = DateInputField(label="On which day?", name="The day")
    minutes = forms.IntegerField(
        label="How many minutes is it?",
        min_value=10,
        max_value=LONGEST,
        error_messages={"required": "Enter how many minutes"},
    )
    field_order = ("on", "starts", "minutes", "place")


class CallOff(forms.Form):
    """Why a meeting is called off."""

    why = forms.CharField(
        label="Why is it called off?",
        help_text="Members read it. Name no family.",
        max_length=240,
        widget=forms.Textarea,
        error_messages={"required": "Enter why it is called off"},
    )
