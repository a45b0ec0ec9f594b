"""What several pages of panels do alike: a short form on a page of its own, and the line that a page was shown."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse

from mash.common.short_form import ShortForm
from mash.ledger.actions import record
from mash.panel import actions
from mash.partnership.http import StaffRequest
from mash.plans import actions as plans
from mash.sealed.grading import NotForThisSystem

REFUSED = (actions.NotWhole, actions.ChangedMeanwhile, NotForThisSystem, plans.ChangedMeanwhile)


def sent(request: StaffRequest) -> Any:
    """Return what was sent; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


def refused(form: forms.Form, why: Exception) -> None:
    """Say beside its field what is to be mended, or above the form where it is more than one."""
    place = getattr(why, "place", "")
    form.add_error(place if place in form.fields else None, str(why))


def seen(request: StaffRequest, about: Model | str, page: str, **detail: Any) -> None:
    """Write that a page of a panel is shown."""
    record(
        "panel.seen", about=about, at=request.at, hub_id=request.staff.hub_id, detail={"page": page, **detail}
    )


_short_form = ShortForm(seen, REFUSED, refused)


def short_form(
    request: StaffRequest, form: forms.Form, act: Callable[[Mapping[str, Any]], str], **page: Any
) -> HttpResponse:
    """Show a short form as `ShortForm` does; its act is told what was said."""
    return _short_form(request, form, lambda: act(form.cleaned_data), **page)
