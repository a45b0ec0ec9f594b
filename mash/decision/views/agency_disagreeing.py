"""Disagreements as the agency sees them that does not agree: its own, and no more of the case than it was told."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.editions import content_of
from mash.common.identity import Identity, Kind
from mash.common.verdict import require
from mash.decision import actions, policy
from mash.decision.climbing import TURNS
from mash.decision.content import disagreement_steps
from mash.decision.disagreeing_forms import Move, Raise
from mash.decision.queries import disagreeing as queries
from mash.decision.views.disagreeing import MOVED_ON, moved
from mash.ledger.actions import record
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.models import Staff
from mash.partnership.queries import post_of
from mash.referral.views.visiting import through_the_front_door

NOT_DECIDED = "Nothing is decided yet that you could disagree with. What you know belongs in your answer."


@require_safe
def our_dissents(request: StaffRequest) -> HttpResponse:
    """List the disagreements of the agency that this post answers for: reference, stage, and whose turn it is."""
    require(policy.may_follow_dissents(request.staff))
    shown = {"courses": queries.courses(queries.ours(request.staff)), "turns": TURNS, "now": request.at}
    return render(request, "decision/our_dissents.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def our_dissent(request: StaffRequest, dissent_id: uuid.UUID) -> HttpResponse:
    """Show what was answered, and take what the agency says of it."""
    found = queries.find_ours(request.staff, dissent_id)
    form = None
    if request.method == "POST":
        form = Move(request.POST, stands=queries.standing_of(found), own=True)
        if form.is_valid():
            try:
                moved(
                    found, form, who=f"{request.staff.account.name}, {request.staff.agency}", request=request
                )
            except actions.NotItsTurn:
                form.add_error(None, MOVED_ON)
            else:
                return redirect("decision:our_dissent", found.pk)
    record("dissent.seen", about=found, at=request.at, hub_id=found.hub_id)
    course = queries.course_of(found)
    stands = course.standing
    if form is None and stands.is_open:
        fresh = {"key": uuid.uuid4(), "stage": stands.number}
        form = Move(initial=fresh, stands=stands, own=True)
    shown = {"course": course, "form": form, "turns": TURNS, "now": request.at, "hub": found.hub}
    return render(request, "decision/our_dissent.html", shown)


@through_the_front_door
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def raise_dissent(request: PersonRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Take it that an agency which was asked does not agree with what was decided.

    The agency cannot read the decision; the front door finds it, and shows nothing of it.

    Source: docs/rules.md, "Disagreement".
    """
    post = _post(request)
    request.staff = post  # the front door acts; the page stands among the post's own
    with content_of(post.hub_id):
        enquiry = queries.find_enquiry(post, enquiry_id)
        form = Raise(request.POST or None, initial={"key": uuid.uuid4()})
        if form.is_valid():
            said = form.cleaned_data
            try:
                made = actions.disagree_as_referrer(
                    key=said["key"],
                    contact=enquiry.check_asked.contact,
                    who=f"{post.account.name}, {post.agency}",
                    words=said["words"],
                    urgent=said["urgent"] == "yes",
                    agency=post.agency,
                    by=post,
                    at=request.at,
                )
            except actions.NothingDecided:
                form.add_error(None, NOT_DECIDED)
            else:
                messages.success(request, "Sent. The hub has it, and its time runs.")
                return redirect("decision:our_dissent", made.pk)
        record(
            "enquiry.seen", about=enquiry, at=request.at, hub_id=enquiry.hub_id, detail={"page": "dissent"}
        )
        shown = {"enquiry": enquiry, "form": form, "steps": disagreement_steps(), "hub": post.hub}
        return render(request, "decision/raise_dissent.html", shown)


def _post(request: PersonRequest) -> Staff:
    """Return the post that asks; here the front door acts for it.  Raises Http404."""
    key = request.session.get("post") if request.user.is_authenticated else None
    post = post_of(Identity(Kind.STAFF, key), request.at) if key else None
    if post is None or post.account_id != request.user.pk:
        raise Http404
    return post
