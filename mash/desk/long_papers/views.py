"""Pages of long papers: having them made, how far they are, and the file."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from mash.desk import packs, queries
from mash.desk.long_papers import actions
from mash.desk.long_papers import queries as papers
from mash.desk.models import LongPaper
from mash.desk.paper import TITLES, WHOLE, WHOLE_TITLE
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_POST
def have_made(request: StaffRequest, contact_id: uuid.UUID, printing_id: uuid.UUID) -> HttpResponse:
    """Have papers made that are too long to wait for, of the pages as they are seen now."""
    contact = queries.find(request.staff, contact_id)
    address = request.POST.get("page", "")
    said = packs.said_why(request, contact, printing_id, address)
    pack = packs.pack_of(request, contact, said, address) if said else None
    if said is None or pack is None:
        raise Http404
    paper = actions.ask_for(said=said, address=address, pack=pack, by=request.staff, at=request.at)
    return redirect("desk:long_paper", paper.pk)


@require_safe
def long_paper(request: StaffRequest, paper_id: uuid.UUID) -> HttpResponse:
    """Show how far papers are that one asked for."""
    paper = papers.find(request.staff, paper_id)
    contact, page = paper.printing.contact, paper.printing.page
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "long_paper"})
    shown = {
        "contact": contact,
        "paper": paper,
        "title": WHOLE_TITLE if page == WHOLE else TITLES[page],
        "file": papers.file_of(paper, request.at - actions.KEPT),
        "kept": actions.KEPT,
        "again": _print_again(paper),
    }
    return render(request, "desk/long_paper.html", shown)


@require_POST
def file(request: StaffRequest, paper_id: uuid.UUID) -> HttpResponse:
    """Hand papers over, once it was looked at again that everything on them is still open to who asked."""
    paper = papers.find(request.staff, paper_id)
    drawn = packs.pack_of(request, paper.printing.contact, paper.printing, paper.address)
    try:
        body = actions.fetch(paper=paper, now_drawn=drawn, by=request.staff, at=request.at)
    except actions.CannotHandOver as why:
        messages.info(request, str(why))
        return redirect("desk:long_paper", paper.pk)
    if body is None:
        messages.info(
            request,
            "The case reads otherwise than when these papers were made, so they were removed. Print it again.",
        )
        return redirect("desk:long_paper", paper.pk)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="case-papers.pdf"'
    return answer


def _print_again(paper: LongPaper) -> str:
    case = paper.printing.contact_id
    page = paper.address or reverse("desk:case", args=[case])
    return f"{reverse('desk:print', args=[case])}?{urlencode({'page': page})}"
