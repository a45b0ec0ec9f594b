"""The pages of whoever referred: what they sent from a post, and saying that they do not agree."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.editions import content_of
from mash.common.identity import Identity, Kind
from mash.contact import actions as contacts
from mash.contact import queries as received
from mash.contact.forms import HowItWent
from mash.contact.models import Contact, Reply, ReplyKind
from mash.decision import actions as decision
from mash.decision.content import disagreement_steps
from mash.desk import forms, queries
from mash.ledger.actions import record
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.models import Staff
from mash.partnership.queries import post_of
from mash.referral import queries as referrals
from mash.referral.views.visiting import through_the_front_door

BY_THE_SENDER = "The referrer, on their own page"
DISAGREED = "Kept in your words. The decision maker and the manager of the hub see it, and its time runs."
THANKED = "Thank you. The hub reads what you wrote."
SAYS_THE_END = {ReplyKind.DECIDED, ReplyKind.PASSED_ON, ReplyKind.ACKNOWLEDGED}
NOT_DECIDED = "Nothing is decided yet that you could disagree with. Add information instead."


@require_safe
def my_referrals(request: StaffRequest) -> HttpResponse:
    """List what this post sent by the form: reference, initials, and where it is, in words its sender may have.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    shown = {
        "rows": referrals.followed(request.staff),
        "begun": list(referrals.drafts(request.staff)),
        "hub": request.staff.hub,
    }
    return render(request, "desk/my_referrals.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def my_referral(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show what became of one referral; add to it, or say how it went."""
    contact = referrals.find_sent(request.staff, contact_id)
    says_how = request.POST.get("part") == "went"
    form = forms.AddWords(request.POST if request.method == "POST" and not says_how else None)
    went = went_form(request.POST if says_how else None)
    if form.is_valid():
        add_once(request, contact, form.cleaned_data["words"], said_by=str(request.staff))
        return redirect("desk:my_referral", contact.pk)
    if went.is_valid():
        keep_how_it_went(request, contact, went)
        return redirect("desk:my_referral", contact.pk)
    record("referral.followed", about=contact, at=request.at, hub_id=contact.hub_id)
    replies = contacts.see_replies_to(received.replies_to(contact), at=request.at)
    return render(request, "desk/my_referral.html", page_of(contact, replies, form, went))


def page_of(
    contact: Contact, replies: list[Reply], form: forms.AddWords, went: HowItWent | None = None
) -> dict[str, Any]:
    """Return what a referrer's page shows of one contact."""
    decided = any(reply.kind == ReplyKind.DECIDED for reply in replies)
    return {
        "contact": contact,
        "replies": replies,
        "form": form,
        "went": went or went_form(),
        "ended": any(reply.kind in SAYS_THE_END for reply in replies),
        "may_disagree": decided and not contact.is_from_the_public,
        "disagree": _disagreeing(),
        "steps": disagreement_steps(),
    }


def went_form(posted: Any = None) -> HowItWent:
    """Return the form that asks how it went."""
    return HowItWent(posted, initial={"key": uuid.uuid4()}, prefix="went")


def keep_how_it_went(request: PersonRequest, contact: Contact, went: HowItWent) -> None:
    """Keep how it went, in the words of whoever referred."""
    contacts.keep_feedback(contact=contact, by=None, at=request.at, **went.cleaned_data)
    messages.success(request, THANKED)


def add_once(request: PersonRequest, contact: Contact, words: str, *, said_by: str) -> None:
    """Put words beside what was sent; the same form twice adds once."""
    if not queries.was_added(contact, words):
        contacts.add(contact=contact, words=words, said_by=said_by[:160], by=None, at=request.at)
    messages.success(request, "Added. The hub sees it beside what you sent.")


@through_the_front_door
@login_not_required
@require_POST
def disagree(request: PersonRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Keep that the post which sent a referral does not agree with what was decided.

    Source: docs/rules.md, "Disagreement".
    """
    post = _post(request)
    contact = referrals.find_sent(post, contact_id)
    request.staff = post  # here the front door acts, and a page shown again stands among the post's own
    again = _disagree(request, contact, f"{post.account.name}, {post.agency}, who referred", post)
    return again or redirect("desk:my_referral", contact.pk)


@through_the_front_door
@login_not_required
@require_POST
def disagree_by_code(request: PersonRequest) -> HttpResponse:
    """Keep that whoever referred, and has shown a code, does not agree with what was decided."""
    if request.user.is_authenticated:
        raise Http404
    contact = received.referral_of_code(request.session.get("referrer", ""), request.at)
    if contact.is_from_the_public:
        raise Http404
    again = _disagree(request, contact, f"{contact.organisation or 'An organisation'}, who referred")
    return again or redirect("desk:referral")


def _disagree(
    request: PersonRequest, contact: Contact, who: str, post: Staff | None = None
) -> HttpResponse | None:
    """Keep it; return the form again where it cannot be kept.  post: that sent the referral, if one did."""
    form = _disagreeing(request.POST)
    if not form.is_valid():
        with content_of(contact.hub_id):
            steps = disagreement_steps()
        shown = {"contact": contact, "disagree": form, "steps": steps, "may_disagree": True}
        return render(request, "desk/disagree.html", shown | {"address": request.path})
    try:
        said = form.cleaned_data
        with content_of(contact.hub_id):
            decision.disagree_as_referrer(
                key=said["key"],
                contact=contact,
                who=who[:160],
                words=said["words"],
                urgent=said["urgent"] == "yes",
                agency=post.agency if post else None,
                at=request.at,
            )
    except decision.NothingDecided:
        messages.error(request, NOT_DECIDED)
    else:
        messages.success(request, DISAGREED)
    return None


def _disagreeing(posted: Any = None) -> forms.Disagree:
    return forms.Disagree(posted, initial={"key": uuid.uuid4()}, auto_id="disagree_%s")


def _post(request: PersonRequest) -> Staff:
    """Return the post that asks; here the front door acts for it.  Raises Http404."""
    key = request.session.get("post") if request.user.is_authenticated else None
    post = post_of(Identity(Kind.STAFF, key), request.at) if key else None
    if post is None or post.account_id != request.user.pk:
        raise Http404
    return post
