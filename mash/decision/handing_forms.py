"""The shape of what is recorded when a service accepts a person, passes them back, and when its work ends."""

from datetime import date, timedelta
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.decision.content import back_reasons
from mash.decision.forms import line, words


class Accept(forms.Form):
    """Which service took the person on, who said so, who works with them and for how long."""

    service = line("Which service has accepted?", longest=120)
    said_by = line(
        "Who there accepted, and how do you know?", help_text="A name and a role; a letter or a call."
    )
    from_on = DateInputField(label="From which day does it work with them?", name="The first day")
    until_on = DateInputField(
        label="Until which day does that count, at the latest?",
        name="The last day",
        help_text="At most a year. After it the work no longer counts as open here, unless its end is recorded before.",
    )
    team = line("Team", required=False, longest=120)
    worker_name = line("Worker", required=False, longest=120)
    worker_email = forms.EmailField(label="The worker’s e-mail address", required=False)
    manager_name = line("Their manager", required=False, longest=120)
    manager_email = forms.EmailField(label="The manager’s e-mail address", required=False)

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it: the first day without the work, not the last with it."""
        said = dict(self.cleaned_data)
        last: date = said["until_on"]
        return said | {"until_on": last + timedelta(days=1)}


class EndWork(forms.Form):
    """The last day of a service's work, and why it ended."""

    last_on = DateInputField(label="The last day of the work", name="The last day")
    why = words("Why has it ended?")

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        last: date = self.cleaned_data["last_on"]
        return {"until_on": last + timedelta(days=1), "why": self.cleaned_data["why"]}


class PassBack(forms.Form):
    """Who at a service passed somebody back, when and why.  The service is asked for where none had accepted."""

    service = line("Which service has passed it back?", longest=120)
    said_by = line(
        "Who there said so, and how do you know?", help_text="A name and a role; a letter or a call."
    )
    told_on = DateInputField(label="On which day did they say so?", name="The day")
    reason = forms.ChoiceField(label="Why?", widget=forms.RadioSelect)
    words = words("What did they say, and what have they done so far?")

    def __init__(self, *args: Any, accepted: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        reasons = [(one.id, one.label) for one in back_reasons().values() if not one.retired]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]
        if accepted:
            del self.fields["service"]


class NotPassedBack(forms.Form):
    """What was wrong in saying that a service passed somebody back."""

    why = line("What was wrong?", longest=240)
