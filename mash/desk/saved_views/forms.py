"""The shape of input when a view of the worklist is kept."""

from typing import Any

from django import forms
from django.http import QueryDict

from mash.desk.forms import Filters


class Keep(forms.Form):
    """Under which name, for whom, and which filters."""

    name = forms.CharField(label="Name of this view", max_length=40)
    shared = forms.BooleanField(label="Share it in the hub", required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=800)


class LetGo(forms.Form):
    """Which view is let go."""

    view = forms.UUIDField()


def in_one_spelling(query: str) -> str:
    """Return the filters of an address in one spelling, and nothing that is no choice of a filter."""
    said = QueryDict(query)
    form = Filters(said)
    kept = QueryDict(mutable=True)
    for name, field in form.fields.items():
        known = {str(code) for code, _ in getattr(field, "choices", [("on", "Yes")])} - {""}
        values: list[Any] = [one for one in said.getlist(name) if one in known]
        if values:
            kept.setlist(name, sorted(set(values)))
    return kept.urlencode()[:400]
