"""What several pages of exercises do alike: a short form on a page of its own, and the line that a page was shown."""

from typing import Any

from django import forms
from django.db.models import Model

from mash.common.short_form import ShortForm
from mash.common.verdict import require
from mash.exercise import policy
from mash.exercise.actions import NotWhole, Overtaken
from mash.exercise.format import Refused
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

MOST_SHOWN = 25  # mistakes of a file at once
AN_ANSWER = ("GET", "HEAD", "POST")


def sent(request: StaffRequest) -> Any:
    """Return what was sent; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


def only_trainers(request: StaffRequest) -> None:
    """Stop here unless this post keeps exercises."""
    require(policy.may_train(request.staff))


def seen(request: StaffRequest, about: Model, page: str, **detail: Any) -> None:
    """Write that a page of exercises is shown."""
    detail = {"page": page, **detail}
    record("exercise.seen", about=about, at=request.at, hub_id=request.staff.hub_id, detail=detail)


def refuse(form: forms.Form, why: NotWhole | Refused | Overtaken) -> None:
    """Say beside its field what is to be mended, or above the form where it is none."""
    if isinstance(why, Refused):
        place = "text" if "text" in form.fields else "file" if "file" in form.fields else None
        first, *others = why.mistakes[:MOST_SHOWN]
        form.add_error(place, str(first))
        for one in others:  # a field shows one mistake, the head of the page all of them
            form.add_error(None, str(one))
    elif isinstance(why, Overtaken):
        form.add_error(
            None,
            f"{why} What you wrote is below. Open the new version in another window, and write it in there.",
        )
    else:
        form.add_error(why.place if why.place in form.fields else None, str(why))


short_form = ShortForm(seen, (NotWhole, Refused, Overtaken), refuse)
