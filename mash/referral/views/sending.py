"""Sending a referral, and what its sender sees then."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from mash.common.clock import LONDON
from mash.common.editions import content_of
from mash.common.identity import Identity, Kind
from mash.contact.content import Duty, duties_of
from mash.contact.message import Message
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.http import PersonRequest
from mash.partnership.queries import post_of
from mash.referral import actions, queries
from mash.referral.codes import code_of
from mash.referral.composing import NotWhole, compose
from mash.referral.content import form_content
from mash.referral.copying import copy_of
from mash.referral.hours import decided_by
from mash.referral.models import Draft
from mash.referral.views.visiting import HOUR, shown_at, through_the_front_door, too_many, too_often
from mash.referral.views.writing import told_of

SENT_AN_HOUR = 20
QUICKEST = timedelta(seconds=10)  # from beginning to sending, for a person
ANSWER = {"7", "seven"}  # to "What is four plus three?"


@through_the_front_door
@login_not_required
@require_POST
def send(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Send it, once: sent again, the same page follows.

    Source: docs/rules.md, "Contacts", "Public referrers".
    """
    sender = _sender(request)
    if sender.code and too_often(request, "send", most=SENT_AN_HOUR, seconds=HOUR):
        return too_many(request)
    question = _question(request, sender, draft_id)
    if question:
        return redirect(f"{reverse('referral:check', args=[draft_id])}?ask={question}")
    try:
        actions.send(draft_id=draft_id, sender=sender, compose=_message, at=request.at)
    except Draft.DoesNotExist:
        raise Http404 from None
    except NotWhole:
        return redirect("referral:check", draft_id)
    return redirect("referral:sent", draft_id)


def _message(draft: Draft) -> Message:
    files = draft.files.order_by("at", "pk")
    with content_of(draft.hub_id):
        return compose(told_of(draft), reference=f"FORM-{draft.pk}", begun_at=draft.begun_at, files=files)


def _sender(request: PersonRequest) -> actions.Sender:
    """Return the post that asks, or whoever has shown a code.  Raises Http404 for anybody else."""
    if request.user.is_authenticated:
        post = post_of(Identity(Kind.STAFF, request.session.get("post") or str(uuid.UUID(int=0))), request.at)
        if post is None or post.account_id != request.user.pk:
            raise Http404
        return actions.Sender(post=post)
    code = request.session.get("referrer", "")
    if not code:
        raise Http404
    return actions.Sender(code=code)


def _question(request: PersonRequest, sender: actions.Sender, draft_id: uuid.UUID) -> str:
    """Return whether to ask something only a person answers: "1" to ask, "2" to ask again, "" to go on.

    A trap for programs that fill in everything, or a form filled in faster than anybody types, asks; nothing is
    ever thrown away for it.
    """
    answer = request.POST.get("person", "").strip().lower()
    if not sender.code or answer in ANSWER:
        return ""
    if answer:
        return "2"
    begun_at = queries.begun_at(sender.code, draft_id, request.at)
    in_a_hurry = begun_at is not None and request.at - begun_at < QUICKEST
    return "1" if in_a_hurry or request.POST.get("website") else ""


@login_not_required
@require_safe
def sent(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Say that it is sent, under which reference, when it is read and what happens next."""
    found, contact = queries.find(draft_id), queries.sent_contact(request.staff, draft_id)
    week = queries.week_of(found.hub)
    shown = {
        "draft": found,
        "contact": contact,
        "reading": queries.reading_of(found.hub, request.at),
        "due_at": None if contact.subject == "adult" else decided_by(week, contact.received_at),
        "code": code_of(found.pk) if found.is_public else "",
        "duties": _duties(contact, request.at),
        "numbers": form_content().numbers,
    }
    return shown_at(request, found.hub, "referral/sent.html", shown)


def _duties(contact: Contact, at: datetime) -> list[Duty]:
    """Return the steps of law or guidance that go with what a professional sent."""
    with content_of(contact.hub_id):
        return duties_of(contact.categories, at.astimezone(LONDON).date())


@login_not_required
@require_safe
def copy(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show a copy to print: what the sender typed, and nothing else."""
    contact = queries.sent_contact(request.staff, draft_id)
    record("contact.copied", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "copy"})
    shown = {"contact": contact, "sections": copy_of(contact.message)}
    return shown_at(request, contact.hub, "referral/copy.html", shown)
