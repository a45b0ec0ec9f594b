"""The unit's pages of what leaves the sealed room: write, propose, approve, recall, register."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.check.actions import releasing as actions
from mash.check.forms import releasing as forms
from mash.check.queries import releases as queries
from mash.check.queries import room
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest
from mash.sealed import actions as sealed
from mash.sealed import policy as sealed_policy
from mash.sealed.course import Said, State
from mash.sealed.grading import NotForThisSystem
from mash.sealed.queries import register as all_releases
from mash.sealed.queries import released_to, waiting_for
from mash.triage.content import bases_in_force

HANDLED = {"csrfmiddlewaretoken", "step", "kept_for", "opened"}
A_PAGE = 50  # releases of the register
CHANGED = "It was written anew since you opened it. This is how it stands now: read it again."


@require_safe
def releases(request: StaffRequest) -> HttpResponse:
    """List what is released to this worker, and what waits for their word.

    Source: docs/rules.md, "Releases".
    """
    staff, at = request.staff, request.at
    waiting = waiting_for(staff, at)
    shown = {
        "mine": queries.show(staff, released_to(staff, at), at),
        "to_answer": queries.show(staff, waiting[State.ASKED], at),
        "to_decide": queries.show(staff, waiting[State.VETOED], at),
        "to_approve": queries.show(staff, waiting[State.READY], at),
        "follows": sealed_policy.follows_the_register(staff),
        "receives": sealed_policy.works_with_cases(staff),
    }
    return render(request, "check/releases.html", shown)


@require_http_methods(["GET", "POST"])
def begin(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Say what a release is for, and begin to write it."""
    contact = room.find_room(request.staff, contact_id)
    require(sealed_policy.may_begin(request.staff))
    form = forms.BeginRelease(request.POST or None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        made = actions.begin_release(
            contact=contact,
            why=form.cleaned_data["why"],
            by=request.staff,
            at=request.at,
            key=form.cleaned_data["key"],
        )
        return redirect("check:write_release", made)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "release"})
    return render(request, "check/release_begin.html", {"contact": contact, "form": form})


@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Write a wording beside the originals, read exactly what goes to whom, and propose it.

    Source: docs/rules.md, "Releases".
    """
    shown, contact = queries.find_for_unit(request.staff, release_id, request.at)
    require(sealed_policy.may_write(request.staff, shown.course))
    why = shown.course.begun.why
    record("room.opened", about=contact, at=request.at, hub_id=contact.hub_id, why=why)
    found = room.in_the_room(request.staff, contact, request.at)
    form = _form(request, shown, found)
    page: dict[str, Any] = {"contact": contact, "shown": shown, "found": found, "form": form, "why": why}
    if request.method == "POST" and request.POST.get("step") != "edit" and form.is_valid():
        try:
            if request.POST.get("step") == "propose":
                return _propose(request, contact, shown, form)
            rendition = actions.read_over(contact, form.written, request.staff, request.at)
        except actions.Stopped as stopped:
            for reason in stopped.reasons:
                form.add_error(None, reason)
        except NotForThisSystem as refused:
            form.add_error("words", str(refused))
        except sealed.Changed:
            form.add_error(None, "It was written in another window since. Open it again.")
        except sealed.NotYours:
            form.add_error("items", "One of the originals was sealed anew since. Open it again.")
        else:
            page |= {"rendition": rendition, "typed": _typed(request)}
            return render(request, "check/release_check.html", page)
    return render(request, "check/release_write.html", page)


def _form(request: StaffRequest, shown: queries.Shown, found: room.InTheRoom) -> forms.WriteRelease:
    said = shown.course.said
    before: dict[str, Any] = {"follows": said.number if said else 0}
    if said and said.rendition:
        kept = said.rendition
        before |= {
            "words": kept.words,
            "conditions": kept.conditions,
            "outside": "\n".join(str(one) for one in said.outside.values()),
            "recipients": [one.staff for one in said.to.values() if one.staff],
            "items": [str(one) for one in said.items],
            "purpose": said.purpose,
            "protocol": said.protocol,
            "basis": said.basis,
        }
    on = localdate(request.at)
    offered = (*bases_in_force(on, "child"), *bases_in_force(on, "adult"))
    return forms.WriteRelease(
        request.POST or None,
        items=[(str(one.key), f"{one.title}, {one.owner}") for one in found.releasable],
        recipients=queries.may_receive(request.staff),
        bases=list(dict.fromkeys((one.id, f"{one.cite}: {one.label}") for one in offered)),
        today=on,
        initial=before,
    )


def _propose(
    request: StaffRequest, contact: Contact, shown: queries.Shown, form: forms.WriteRelease
) -> HttpResponse:
    actions.propose_release(
        contact=contact, release=shown.course.key, written=form.written, by=request.staff, at=request.at
    )
    messages.success(request, "Proposed. Its owners are asked, and then a second person.")
    return redirect("check:release", shown.course.key)


def _typed(request: StaffRequest) -> list[tuple[str, str]]:
    sent = ((name, value) for name in request.POST for value in request.POST.getlist(name))
    return [(name, value) for name, value in sent if name not in HANDLED]


@require_safe
def release(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Show a release to the unit: its words, recipients, what was said of it, and who has read it."""
    shown, contact = queries.find_for_unit(request.staff, release_id, request.at)
    proposer, staff = shown.proposer, request.staff
    page = {
        "contact": contact,
        "shown": shown,
        "may_write": sealed_policy.may_write(staff, shown.course),
        "may_approve": sealed_policy.may_approve(staff, shown.course, proposer=proposer),
        "may_recall": sealed_policy.may_recall(staff, shown.course),
        "may_print": shown.state == State.OUT and sealed_policy.may_begin(staff),
        "now": request.at,
    }
    return render(request, "check/release.html", page)


@require_http_methods(["GET", "POST"])
def approve(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Show a second person, who has signed in again, exactly what would go to whom, and take their word.

    Source: docs/rules.md, "Releases".
    """
    shown, contact = queries.find_for_unit(request.staff, release_id, request.at)
    said = shown.course.said
    require(sealed_policy.may_approve(request.staff, shown.course, proposer=shown.proposer))
    if said is None:
        raise Http404
    return _second_word(request, shown, contact, said)


@signed_in_again
def _second_word(request: StaffRequest, shown: queries.Shown, contact: Contact, said: Said) -> HttpResponse:
    form = forms.SecondWord(
        request.POST or None,
        initial={"wording": said.key, "words_digest": said.words_digest, "people_digest": said.people_digest},
    )
    if form.is_valid():
        try:
            return _approve(request, shown, contact, form)
        except sealed.Changed:
            messages.info(request, CHANGED)
            return redirect("check:approve_release", shown.course.key)
        except sealed.WrongState as wrong:
            form.add_error(None, str(wrong))
        except actions.Stopped as stopped:
            form.add_error(None, str(stopped))
    page = {"contact": contact, "shown": shown, "form": form, "ready": shown.state == State.READY}
    return render(request, "check/release_approve.html", page)


def _approve(
    request: StaffRequest, shown: queries.Shown, contact: Contact, form: forms.SecondWord
) -> HttpResponse:
    said = form.cleaned_data
    approved = said["answer"] == "approve"
    actions.approve_release(
        contact=contact,
        shown=shown,
        wording=said["wording"],
        approved=approved,
        reason=said["reason"],
        digests=(said["words_digest"], said["people_digest"]),
        by=request.staff,
        at=request.at,
    )
    words = "Approved. Its recipients read it from now on." if approved else "Turned down."
    messages.success(request, words)
    return redirect("check:release", shown.course.key)


@require_http_methods(["GET", "POST"])
def recall(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Take a release back, seeing who has read it: its proposer, an owner, or who manages the hub."""
    shown = queries.shown_one(request.staff, release_id, request.at)
    if not sealed_policy.may_recall(request.staff, shown.course):
        raise Http404
    form = forms.Recall(request.POST or None)
    if form.is_valid():
        actions.recall_release(
            course=shown.course, reason=form.cleaned_data["reason"], by=request.staff, at=request.at
        )
        messages.success(request, "Taken back. Nobody reads it from now on.")
        return redirect("check:releases")
    return render(request, "check/release_recall.html", {"shown": shown, "form": form})


@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """Show the register of releases: what, to whom, when, read by whom, recalled or not.

    Source: docs/rules.md, "Releases".
    """
    staff, at = request.staff, request.at
    if not sealed_policy.follows_the_register(staff):
        raise Http404
    form = forms.Register(request.GET or None, states=list(State))
    every = queries.show(staff, all_releases(staff, at), at)
    rows = queries.filtered(every, form.cleaned_data) if form.is_valid() else every
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page", "1"))
    filters = {name: one for name, one in request.GET.items() if name != "page" and one}
    shown = {
        "rows": page.object_list,
        "page": page,
        "found": len(rows),
        "query": urlencode(filters),
        "every": len(every),
        "form": form,
        "cleared": sealed_policy.is_cleared(staff),
    }
    return render(request, "check/release_register.html", shown)


@require_safe
def sheet(request: StaffRequest, release_id: uuid.UUID, recipient_id: uuid.UUID) -> HttpResponse:
    """Put a release on a sheet for somebody outside the hub, marked with their name and who printed it."""
    shown, _ = queries.find_for_unit(request.staff, release_id, request.at)
    require(sealed_policy.may_begin(request.staff))
    said = sealed.print_release(
        release=shown.course.key, recipient=recipient_id, by=request.staff, at=request.at
    )
    to = said.to[recipient_id]
    page = {"shown": shown, "rendition": said.rendition, "to": to, "by": request.staff, "at": request.at}
    return render(request, "check/release_sheet.html", page)
