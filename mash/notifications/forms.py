"""The shape of input on the pages of notifications."""

from datetime import datetime
from typing import Any

from django import forms

from mash.notifications.models import How, QuietHours, Wish


class ReadAll(forms.Form):
    """Until when everything counts as read: the moment at which the page was made."""

    until = forms.DateTimeField(widget=forms.HiddenInput)

    def moment(self) -> datetime:
        """Return it."""
        found: datetime = self.cleaned_data["until"]
        return found


class Settings(forms.Form):
    """How somebody wishes to be told."""

    how = forms.ChoiceField(
        label="How should we tell you?",
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how we should tell you"},
    )
    quiet = forms.ChoiceField(
        label="When should no e-mail go?",
        choices=QuietHours.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when no e-mail should go"},
    )
    quiet_from = forms.TimeField(
        label="Quiet from",
        required=False,
        error_messages={"invalid": "Quiet from must be a time, such as 18:00"},
    )
    quiet_until = forms.TimeField(
        label="Quiet until",
        required=False,
        error_messages={"invalid": "Quiet until must be a time, such as 08:30"},
    )

    @staticmethod
    def of(wish: Wish | None) -> dict[str, Any]:
        """Return what the form begins with."""
        if wish is None:
            return {"how": How.AT_ONCE, "quiet": QuietHours.HUB}
        times = {name: getattr(wish, name) for name in ("quiet_from", "quiet_until")}
        shown = {name: time.strftime("%H:%M") if time else "" for name, time in times.items()}
        return {"how": wish.how, "quiet": wish.quiet, **shown}

    def clean(self) -> dict[str, Any]:
        """Ask for both times with one's own quiet hours, and forget them otherwise."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("quiet") != QuietHours.OWN:
            return said | {"quiet_from": None, "quiet_until": None}
        for name, words in (("quiet_from", "Say from when"), ("quiet_until", "Say until when")):
            if name in said and said[name] is None:
                self.add_error(name, words)
        if said.get("quiet_from") and said.get("quiet_from") == said.get("quiet_until"):
            self.add_error("quiet_until", "Quiet until must be another time than quiet from")
        return said
