"""What the forms of these pages do alike: act, and lead on; or say what is to be mended."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from mash.common.fields import Refusable
from mash.harm import actions
from mash.partnership.http import StaffRequest


def done(
    request: StaffRequest, form: Refusable, act: Callable[[], object], said: str, page: str, *keys: object
) -> HttpResponse | None:
    """Do what a valid form asks, say so, and lead on; None where the form is to be shown, for the first time or again.

    act: does it; may raise NotWhole, or HasEnded where somebody ended it meanwhile, which is said on the page that
    follows.  page, keys: name of that page, and what its address is made with.
    """
    if not form.is_valid():
        return None
    try:
        act()
    except actions.NotWhole as refusal:
        form.refuse(refusal.places)
        return None
    except actions.HasEnded as why:
        messages.info(request, str(why))
    else:
        messages.success(request, said)
    return redirect(page, *keys)
