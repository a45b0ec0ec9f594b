"""The pages of everybody else whom a release concerns: its owners, the senior leads, and its recipients."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.check.actions import releasing as actions
from mash.check.forms import releasing as forms
from mash.check.queries import releases as queries
from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.sealed import actions as sealed
from mash.sealed import policy as sealed_policy
from mash.sealed.course import Said, Word

CHANGED = "It was written anew since you opened it. This is how it stands now: read it again."


def _proposed(shown: queries.Shown) -> Said:
    said = shown.course.said
    if said is None or said.rendition is None:
        raise Http404
    return said


@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Ask an owner: the exact words, who would read them, and whether they may go.

    Source: docs/rules.md, "An owner's veto".
    """
    shown = queries.shown_one(request.staff, release_id, request.at)
    said, owner = _proposed(shown), queries.owner_that_speaks(request.staff, shown)
    may = sealed_policy.may_answer(request.staff, shown.course, owner)
    form = forms.OwnersWord(request.POST or None, initial={"wording": said.key})
    if request.method == "POST":
        require(may)
    if form.is_valid():
        agreed = form.cleaned_data["answer"] == "agree"
        try:
            actions.answer_release(
                course=shown.course,
                wording=form.cleaned_data["wording"],
                owner=owner.agency,
                agreed=agreed,
                reason=form.cleaned_data["reason"],
                by=request.staff,
                at=request.at,
            )
        except sealed.Changed:
            messages.info(request, CHANGED)
            return redirect("check:answer_release", release_id)
        except sealed.WrongState as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, "Agreed." if agreed else "Vetoed. The senior leads are told now.")
            return redirect("check:releases")
    page = {
        "shown": shown,
        "said": said,
        "owner": owner,
        "owner_name": shown.owners[owner.agency],
        "form": form,
        "may": may,
        "open": said.second is None and not shown.course.recalled,
        "may_recall": sealed_policy.may_recall(request.staff, shown.course),
    }
    return render(request, "check/release_answer.html", page)


@require_http_methods(["GET", "POST"])
def veto(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Lay a veto before a senior lead: the words, the owner's reason, and the clock.

    Source: docs/rules.md, "An owner's veto".
    """
    shown = queries.shown_one(request.staff, release_id, request.at)
    said = _proposed(shown)
    waiting = _vetoes(request, shown, said)
    if not waiting:
        raise Http404
    first = waiting[0]
    form = forms.SeniorsWord(request.POST or None, initial={"veto": first.key, "wording": said.key})
    if form.is_valid():
        try:
            _rule(request, shown, form)
        except sealed.Changed:
            messages.info(request, CHANGED)
            return redirect("check:veto", release_id)
        except sealed.WrongState as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, "Decided.")
            return redirect("check:releases")
    page = {
        "shown": shown,
        "said": said,
        "veto": first,
        "owner_name": shown.owners[first.agency],
        "form": form,
        "now": request.at,
    }
    return render(request, "check/release_veto.html", page)


def _vetoes(request: StaffRequest, shown: queries.Shown, said: Said) -> list[Word]:
    """Return the vetoes that this worker may decide on, the most urgent first."""
    words = [one.word for one in said.owners if one.word and one.word.is_before_the_seniors]
    mine = [one for one in words if sealed_policy.may_rule(request.staff, shown.course, one)]
    return sorted(mine, key=lambda one: (one.due_at or one.by.at, one.key))


def _rule(request: StaffRequest, shown: queries.Shown, form: forms.SeniorsWord) -> None:
    said = form.cleaned_data
    words = [one.word for one in shown.course.said.owners if one.word] if shown.course.said else []
    word = next((one for one in words if one.key == said["veto"]), None)
    if word is None:
        raise sealed.Changed
    actions.rule_on_veto(
        course=shown.course,
        wording=said["wording"],
        veto=word,
        ground="" if said["ground"] == form.UPHELD else said["ground"],
        reason=said["reason"],
        by=request.staff,
        at=request.at,
    )


@require_safe
def read(request: StaffRequest, release_id: uuid.UUID) -> HttpResponse:
    """Show a recipient what was released to them, marked with their name and the time; each view leaves a receipt.

    Source: docs/rules.md, "Releases".
    """
    said = sealed.see_release(release=release_id, by=request.staff, at=request.at)
    page = {
        "rendition": said.rendition,
        "reference": queries.reference_of(release_id),
        "reader": request.staff,
        "at": request.at,
    }
    return render(request, "check/released.html", page)
