"""Made-up content for the gallery of components.  Nothing here is anybody's."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.timezone import localdate

from mash.common.clock import Clock, Kind, Pause, Target, WorkingWeek
from mash.common.fields import DateInputField, VagueDateField

DAY = timedelta(days=1)
FEELINGS = [("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked")]
SCHOOLS = [("", "Choose a school"), ("north", "Northfield Primary"), ("south", "Southmere Academy")]
HARMS = [("hurt", "Hurt by somebody"), ("alone", "Left alone"), ("none", "None of these")]


class SampleForm(forms.Form):
    """One field of each kind."""

    full_name = forms.CharField(label="Full name", max_length=120)
    nhs_number = forms.CharField(label="NHS number", help_text="10 numbers, if you know it", required=False)
    siblings = forms.IntegerField(label="How many children live there?", min_value=0)
    worry = forms.CharField(
        label="What are you worried about?",
        help_text="What you saw and when",
        widget=forms.Textarea,
        max_length=400,
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    asked = forms.ChoiceField(
        label="Does the family know that you are telling us?",
        choices=FEELINGS,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the family knows"},
    )
    why_not = forms.CharField(label="Why not", required=False)
    harms = forms.MultipleChoiceField(
        label="What may have happened?",
        choices=HARMS,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick all that apply",
    )
    school = forms.ChoiceField(label="School", choices=SCHOOLS)
    born_on = DateInputField(label="Date of birth", help_text="For example, 27 3 2019")
    since = VagueDateField(
        label="When it began", help_text="A year will do if you are not sure", required=False
    )
    photograph = forms.FileField(label="Photograph or document", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    sure = forms.BooleanField(label="What I have written is true as far as I know")
    version = forms.IntegerField(widget=forms.HiddenInput)


def everything(now: datetime) -> dict[str, Any]:
    """Return what the gallery shows, as at `now`."""
    wrong = {
        "full_name": "",
        "siblings": "some",
        "born_on-day": "31",
        "born_on-month": "2",
        "born_on-year": "2019",
    }
    filled = {
        "full_name": "Sample <Name>",
        "siblings": "2",
        "worry": "Came to school without a coat.",
        "asked": "no",
        "why_not": "It might put the child at risk",
        "harms": ["alone"],
        "school": "north",
        "born_on": date(2019, 3, 27),
        "sure": True,
        "version": 1,
    }
    return {
        "now": now,
        "today": localdate(now),
        "born_on": localdate(now) - 7 * 365 * DAY,
        "clocks": _clocks(now),
        "empty_form": SampleForm(auto_id="empty_%s", initial={"version": 1}),
        "wrong_form": SampleForm(wrong, auto_id="wrong_%s"),
        "filled_form": SampleForm(auto_id="filled_%s", initial=filled),
        "page": Paginator(range(240), 20).page(5),
        "tiers": _tiers(localdate(now)),
    }


def _tiers(today: date) -> dict[str, Any]:
    """Return a tier history and its picture: help stepped down, and up again."""
    until = [today - days * DAY for days in (700, 300, 120)]
    steps = zip((2, 3, 2, 3), (today - 1200 * DAY, *until), (*until, None), strict=True)
    boxes = [(2, 0, 35), (3, 35, 37), (2, 72, 17), (3, 89, 11)]
    return {
        "stretches": [{"tier": tier, "from_on": begun, "until_on": ended} for tier, begun, ended in steps],
        "strip": {
            "from_on": today - 1096 * DAY,
            "boxes": [{"tier": tier, "left": left, "width": width} for tier, left, width in boxes],
            "years": [(today.year - 1, 27), (today.year, 60)],
            "earlier": True,
        },
    }


def _clocks(now: datetime) -> dict[str, Clock]:
    """Return a clock in each state, counting every hour so that the gallery reads the same on any day."""

    def begun(hours_ago: float, *, ended: timedelta | None = None, paused: bool = False) -> Clock:
        start = now - timedelta(hours=hours_ago)
        pauses = [Pause(now - DAY / 24, now + DAY, "the family asked to wait")] if paused else []
        target, ended_at = Target(24, "hours", Kind.ELAPSED), None if ended is None else start + ended
        return Clock.start(start, target, WorkingWeek(), pauses=pauses, may_pause=paused, ended_at=ended_at)

    return {
        "Running": begun(4),
        "Nearly due": begun(22.5),
        "Overdue": begun(27),
        "Paused": begun(8, paused=True),
        "Met": begun(30, ended=timedelta(hours=20)),
        "Missed": begun(30, ended=timedelta(hours=26)),
    }
