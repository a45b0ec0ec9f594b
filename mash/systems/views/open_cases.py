"""With whom agencies say that they work: set beside the people on record, and settled by a worker."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mash.common.verdict import require
from mash.contact import comparing
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people.held import known
from mash.people.weighing import weights_of
from mash.systems import actions, policy, queries

A_PAGE = 20


@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """Show which open cases of agencies may be of somebody on record, each beside that record."""
    require(policy.may_settle_cases(request.staff))
    page = Paginator(queries.unsettled_cases(request.staff.hub_id), A_PAGE).get_page(request.GET.get("page"))
    held, weights = known(one.person_id for one in page), weights_of(request.staff.hub_id)
    shown = []
    for one in page:
        incoming = actions.described(one.case)
        beside = comparing.one_candidate(incoming, one.person_id, held[one.person_id], weights)
        shown.append((one, comparing.columns([beside]), comparing.rows(incoming, [beside])))
    people = [str(one.person_id) for one in page]
    detail = {"people": people, "count": len(people)}
    record("open_cases.seen", about=request.staff, at=request.at, hub_id=request.staff.hub_id, detail=detail)
    return render(request, "systems/open_cases.html", {"page": page, "shown": shown})


@require_POST
def settle(request: StaffRequest, case_like_id: uuid.UUID) -> HttpResponse:
    """Say that an open case is, or is not, of somebody on record."""
    like = queries.find_like(request.staff, case_like_id)
    require(policy.may_settle_cases(request.staff))
    said = request.POST.get("answer")
    back = f"{reverse('systems:open_cases')}{_page_of(request)}"
    if said not in {"same", "other"}:
        messages.error(request, "Say whether it is the same person or not.")
        return redirect(back)
    same = said == "same"
    actions.settle_case(like=like, same=same, by=request.staff, at=request.at)
    words = "is shown on their cases" if same else "is not shown on their cases"
    messages.success(request, f"Kept: the open case of {like.case.agency} {words}.")
    return redirect(back)


def _page_of(request: StaffRequest) -> str:
    """Return what leads back to the page of the list that was looked at; "" for the first."""
    number = request.POST.get("page", "")
    return f"?page={number}" if number.isascii() and number.isdigit() and number != "1" else ""
