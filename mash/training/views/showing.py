"""What several pages of training do alike: a short form on a page of its own, and the line that a page was shown."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.training.actions import NotWhole

AN_ANSWER = ("GET", "HEAD", "POST")


def sent(request: StaffRequest) -> Any:
    """Return what was sent; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


def seen(request: StaffRequest, about: Model | str, page: str, **detail: Any) -> None:
    """Write that a page of training is shown."""
    detail = {"page": page, **detail}
    record("training.seen", about=about, at=request.at, hub_id=request.staff.hub_id, detail=detail)


def refuse(form: forms.Form, why: NotWhole) -> None:
    """Say beside its field what is to be mended, or above the form where it is none."""
    form.add_error(why.place if why.place in form.fields else None, str(why))


def short_form(
    request: StaffRequest,
    form: forms.Form,
    act: Callable[[], str],
    *,
    about: Model | str,
    back: tuple[str, str],
    title: str,
    button: str,
    caption: str = "",
    intro: str = "",
    next_: str = "",
) -> HttpResponse:
    """Show a short form on a page of its own, do what it asks, and lead on.

    act: does it and returns what is said on the page that follows.  back: address and name of the page before.
    next_: where it leads, if not back.
    """
    if form.is_valid():
        try:
            done = act()
        except NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, done)
            return redirect(next_ or back[0])
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
