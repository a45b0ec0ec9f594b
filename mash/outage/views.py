"""The pages of a bad day."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact import telephone as calls
from mash.drafts import queries as drafts
from mash.drafts.owners import of_post
from mash.drafts.pages import NOTHING, PAGES
from mash.ledger.actions import record
from mash.outage import actions, forms, paper, policy, queries
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest

PAGE_OF = {"rating": "triage:rating", "answer": "check:open", "decision": "decision:decide"}
"""Where what a form says is entered."""


@require_safe
def packs(request: StaffRequest) -> HttpResponse:
    """Show whether the hub could go on by hand: when the last pack was made, what it holds, and what is wrong."""
    require(policy.may_keep(request.staff))
    record("outage.seen", about=f"hub:{request.staff.hub_id}", at=request.at, hub_id=request.staff.hub_id)
    shown = {
        "kept": queries.standing(request.staff.hub, request.at),
        "packs": queries.packs(request.staff),
        "hours": settings.MASH_OUTAGE_HOURS,
        "now": request.at,
    }
    return render(request, "outage/packs.html", shown)


@require_http_methods(["GET", "POST"])
@signed_in_again
def passphrase(request: StaffRequest) -> HttpResponse:
    """Set the passphrase of the hub's packs, once it is proved again who does."""
    require(policy.may_keep(request.staff))
    form = forms.NewPassphrase(request.POST if request.method == "POST" else None, by=request.staff)
    if form.is_valid():
        actions.set_passphrase(words=form.cleaned_data["words"], by=request.staff, at=request.at)
        messages.success(request, "The next pack is made under this passphrase, within some minutes.")
        return redirect("outage:packs")
    return render(request, "outage/passphrase.html", {"form": form, "suggested": forms.suggested()})


# What was on paper


@require_http_methods(["GET", "POST"])
def entering(request: StaffRequest) -> HttpResponse:
    """Show when the product was away and what was entered since, and lead to where a form is entered."""
    staff = request.staff
    require(policy.may_see_entered(staff))
    form = forms.ToEnter(request.POST if request.method == "POST" else None)
    if form.is_valid():
        contact = queries.find_to_enter(staff, form.cleaned_data["reference"])
        if contact:
            return redirect(
                f"{reverse(PAGE_OF[form.cleaned_data['what']], args=[contact.pk])}?{paper.ASKED}=1"
            )
        form.add_error("reference", "There is no contact with this reference that you can open")
    record("outage.seen", about=f"hub:{staff.hub_id}", at=request.at, hub_id=staff.hub_id)
    shown = {
        "form": form,
        "aways": queries.aways(staff),
        "entered": queries.entered_lately(staff),
        "keeps": bool(policy.may_keep(staff)),
        "may_enter": bool(policy.may_enter(staff)),
    }
    return render(request, "outage/entering.html", shown)


@require_http_methods(["GET", "POST"])
def away(request: StaffRequest) -> HttpResponse:
    """Say from when until when the product was away."""
    require(policy.may_keep(request.staff))
    form = forms.SayAway(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.say_away(by=request.staff, at=request.at, **form.answers)
        except actions.NotSo as why:
            form.add_error("until_time", str(why))
        else:
            messages.success(request, "What was written on paper in that time can be entered now.")
            return redirect("outage:entering")
    return render(request, "outage/away.html", {"form": form})


@require_http_methods(["GET", "POST"])
def contact(request: StaffRequest) -> HttpResponse:
    """Enter a contact that was written on paper: fill in, check the answers, send."""
    require(policy.may_enter(request.staff))
    step = request.POST.get("step", "")
    data = calls.after(step, request.POST) if request.method == "POST" else None
    kept = drafts.draft_of(of_post(request.staff), PAGES["outage:contact"], NOTHING) if data is None else None
    days = queries.days_away(request.staff.hub_id)
    note = forms.PaperNote(days, data, request.at, drafts.as_inputs(kept) if kept else {})
    if step not in {"check", "send"}:
        return render(request, "outage/contact.html", {"note": note.without_errors()})
    message = note.message()
    if message is None:
        return render(request, "outage/contact.html", {"note": note})
    if step == "check":
        can_be = paper.can_be(note.call, hub=request.staff.hub, at=request.at)
        return render(request, f"outage/{'check' if can_be else 'contact'}.html", {"note": note})
    try:
        made, _ = actions.take_contact(
            message, note.paper, hub=request.staff.hub, by=request.staff, at=request.at
        )
    except (actions.NotThen, actions.NotThatForm) as why:
        paper.refuse(note.call, why)
        return render(request, "outage/contact.html", {"note": note})
    except contacts.DifferentContent as different:
        return render(request, "contact/telephone_sent.html", {"contact": different.contact, "note": note})
    return redirect("contact:taken", made.pk)
