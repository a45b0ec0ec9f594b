"""What several pages of training do alike: a short form on a page of its own, and the line that a page was shown."""

from typing import Any

from django import forms
from django.db.models import Model

from mash.common.short_form import ShortForm
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


short_form = ShortForm(seen, (NotWhole,), refuse)
