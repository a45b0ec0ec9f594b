"""The pages about e-mail: what waits, one beside the referral that is written from it, and what else it can be."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.contact import telephone as notes
from mash.drafts import queries as drafts
from mash.drafts.owners import of_post
from mash.drafts.pages import PAGES
from mash.ledger.actions import record
from mash.mail import actions, forms, policy, queries
from mash.mail.models import Mail
from mash.partnership.http import StaffRequest


@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """Show the e-mail that waits, what was put aside, or what was settled."""
    require(policy.may_see(request.staff))
    asked = request.GET.get("list", "waiting")
    which = asked if asked in queries.LISTS else "waiting"
    page = Paginator(queries.listed(request.staff, which), queries.PAGE).get_page(
        request.GET.get("page", "1")
    )
    record(
        "mail.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id, detail={"list": which}
    )
    shown = {
        "page": page,
        "which": which,
        "counts": queries.counts(request.staff),
        "may_set_up": policy.may_set_up(request.staff),
        "acknowledges": queries.acknowledges(request.staff.hub_id),
    }
    return render(request, "mail/waiting.html", shown)


@require_http_methods(["GET", "POST"])
def settle(request: StaffRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Show an e-mail, and to who may, write the referral from it: write it down, check the answers, send."""
    works = policy.may_work(request.staff)
    require(works if request.method == "POST" else policy.may_see(request.staff))
    mail = queries.find(request.staff, mail_id)
    if request.method != "POST":
        record("mail.read", about=mail, at=request.at, hub_id=mail.hub_id)
    if mail.contact_id or not works:
        return render(request, "mail/settled.html", _about(mail))
    step = request.POST.get("step", "")
    data = notes.after(step, request.POST) if request.method == "POST" else None
    note = forms.MailNote(mail, data, request.at, _kept(request, mail) if data is None else {})
    if step not in {"check", "send"}:
        return _form(request, mail, note.without_errors())
    note.with_files = step == "send"
    message = note.message()
    if message is None:
        return _form(request, mail, note)
    if step == "check":
        return render(request, "mail/check.html", {"note": note, "mail": mail})
    try:
        contact = actions.take_up(mail=mail, message=message, by=request.staff, at=request.at)
    except actions.SettledAlready:
        return redirect("mail:settle", mail.pk)
    return redirect("contact:taken", contact.pk)


def _form(request: StaffRequest, mail: Mail, note: forms.MailNote) -> HttpResponse:
    shown = _about(mail) | {"note": note, "mentioned": queries.mentioned(request.staff, mail)}
    return render(request, "mail/settle.html", shown)


def _about(mail: Mail) -> dict[str, object]:
    return {"mail": mail, "files": list(queries.files_of(mail))}


def _kept(request: StaffRequest, mail: Mail) -> dict[str, list[str]]:
    draft = drafts.draft_of(of_post(request.staff), PAGES["mail:settle"], mail.pk)
    return drafts.as_inputs(draft) if draft else {}


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Add an e-mail to a contact that is there."""
    require(policy.may_work(request.staff))
    mail = queries.find_to_settle(request.staff, mail_id)
    initial = {"reference": request.GET.get("reference", "")[:40]}
    form = forms.AddTo(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        contact = queries.find_contact(request.staff, form.cleaned_data["reference"])
        if contact is None:
            form.add_error("reference", "There is no contact with this reference that you can open")
        else:
            try:
                actions.add_to_contact(mail=mail, contact=contact, by=request.staff, at=request.at)
            except actions.SettledAlready:
                return redirect("mail:settle", mail.pk)
            messages.success(request, f"The e-mail stands beside {contact.reference}.")
            return redirect("mail:waiting")
    return render(request, "mail/add.html", {"form": form, **_about(mail)})


@require_http_methods(["GET", "POST"])
def not_a_referral(request: StaffRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Say that an e-mail is no referral, and why."""
    require(policy.may_work(request.staff))
    mail = queries.find_to_settle(request.staff, mail_id)
    form = forms.NotAReferral(request.POST if request.method == "POST" else None, initial={"why": mail.why})
    if form.is_valid():
        try:
            actions.not_a_referral(mail=mail, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.SettledAlready:
            return redirect("mail:settle", mail.pk)
        messages.success(request, f"{mail.reference} is kept as not a referral. It can still be taken up.")
        return redirect("mail:waiting")
    return render(request, "mail/not_a_referral.html", {"form": form, **_about(mail)})


@require_http_methods(["GET", "POST"])
def acknowledging(request: StaffRequest) -> HttpResponse:
    """Say whether e-mails are answered with their reference."""
    require(policy.may_set_up(request.staff))
    now = queries.acknowledges(request.staff.hub_id)
    given = request.POST if request.method == "POST" else None
    form = forms.Acknowledge(given, initial={"on": "yes" if now else "no"})
    if form.is_valid():
        actions.acknowledge_from_now_on(by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "Saved. It counts from the next e-mail on.")
        return redirect("mail:acknowledging")
    return render(request, "mail/acknowledging.html", {"form": form})
