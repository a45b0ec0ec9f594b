"""A case on paper: why is asked first, then a page as it prints, or a file of it or of the whole case."""

import uuid
from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.pdf import can_make_pdf, document_to_pdf
from mash.contact import actions as contacts
from mash.desk import forms, packs, printing, queries
from mash.desk.long_papers import queries as long_papers
from mash.desk.long_papers.actions import KEPT
from mash.desk.paper import TITLES, WHOLE
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def print_page(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Ask why a page of a case or the whole of it is printed, keep the answer, and lead to it as it stands on paper."""
    contact = queries.find(request.staff, contact_id)
    asked = request.POST if request.method == "POST" else None
    address = (asked or request.GET).get("page", "")
    form = forms.WhyPrint(asked, initial={"page": address, "what": "page"})
    page = printing.page_named(address)
    if not page:
        raise Http404
    if form.is_valid():
        wanted = form.cleaned_data
        whole = wanted["what"] == "whole"
        said = contacts.say_why(
            contact=contact,
            page=WHOLE if whole else page,
            purpose=wanted["purpose"],
            words=wanted["words"],
            by=request.staff,
            at=request.at,
        )
        if whole or (wanted["way"] == "file" and can_make_pdf()):
            file = reverse("desk:print_pdf", args=[contact.pk, said.pk])
            return redirect(file if whole else f"{file}?{urlencode({'page': address})}")
        return redirect(printing.on_paper_at(address, said.pk))
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "print"})
    shown = {
        "contact": contact,
        "form": form,
        "title": TITLES[page],
        "back": address,
        "can_make_pdf": can_make_pdf(),
        "being_made": long_papers.of_case(request.staff, contact, request.at - KEPT),
    }
    return render(request, "desk/print.html", shown)


@require_safe
def print_pdf(request: StaffRequest, contact_id: uuid.UUID, printing_id: uuid.UUID) -> HttpResponse:
    """Give out a page of a case, or the whole case, as a PDF; where none can be made, as a page to be printed.

    Of one that is long it is asked whether it shall be made meanwhile.
    """
    contact = queries.find(request.staff, contact_id)
    address = request.GET.get("page", "")
    said = packs.said_why(request, contact, printing_id, address)
    pack = packs.pack_of(request, contact, said, address) if said else None
    if said is None or pack is None:
        raise Http404
    if pack.is_long and can_make_pdf():
        shown = {"contact": contact, "said": said, "address": address, "title": pack.sheet.title}
        return render(request, "desk/long.html", shown)
    body = document_to_pdf(pack.html)
    made = {"parts": len(pack.parts), "whole": pack.whole, "sha256": sha256(body).hexdigest() if body else ""}
    record("paper.made", about=contact, at=request.at, hub_id=contact.hub_id, detail=made)
    if not body:
        printing.on_paper_as_a_part(request, contact, pack.sheet, first=True)
        shown = {"contact": contact, "parts": pack.parts, "title": pack.sheet.title}
        return render(request, "desk/whole.html", shown)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="case-papers.pdf"'
    return answer
