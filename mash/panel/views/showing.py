"""What several pages of panels do alike: a short form on a page of its own, and the line that a page was shown."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

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


def short_form(
    request: StaffRequest,
    form: forms.Form,
    act: Callable[[Mapping[str, Any]], str],
    *,
    about: Model | str,
    back: tuple[str, str],
    title: str,
    button: str,
    caption: str = "",
    intro: str = "",
) -> HttpResponse:
    """Show a short form on a page of its own, do what it asks, and lead back.

    act: told what was said; does it and returns what is said on the page that follows; "" for nothing.
    back: address of the page that it came from, and that page's name.
    """
    if form.is_valid():
        try:
            done = act(form.cleaned_data)
        except REFUSED as why:
            refused(form, why)
        else:
            if done:
                messages.success(request, done)
            return redirect(back[0])
    seen(request, about, title)
    page = {
        "form": form,
        "title": title,
        "button": button,
        "caption": caption,
        "intro": intro,
        "back": {"href": back[0], "text": back[1]},
    }
    return render(request, "short_form.html", page)
