"""The pages between hubs: asking, answering, and families that move."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms

from mash.boroughs import actions
from mash.partnership.http import StaffRequest


def sent(request: StaffRequest) -> Any:
    """Return what was sent; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Say on a form why what it asks for cannot be done."""
    try:
        yield
    except (actions.NotWhole, actions.SwitchedOff, actions.AskedTooOften) as refusal:
        form.add_error(None, str(refusal))
