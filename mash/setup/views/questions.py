"""The pages on which a set of questions is edited: in a new version, previewed as its agency will see it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.check.forms.answering import Answers
from mash.check.models import EnquiryPerson
from mash.common.content import ContentError
from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.setup import actions, policy, questions
from mash.setup.forms import contents as forms
from mash.setup.queries import contents as queries
from mash.setup.queries import hubs
from mash.setup.views.contents import MEANWHILE, field_named

NAME = "question_sets"
MOVES = {"up": -1, "down": 1}


@require_safe
def sets(request: StaffRequest) -> HttpResponse:
    """Show the newest version of every set: whom it is for, how many questions, and what is drafted."""
    require(policy.may_set_up(request.staff))
    words, in_force, draft = _words(request)
    published = {one["id"] for one in in_force["sets"]}
    shown = {
        "content": queries.find_content(NAME),
        "draft": draft,
        "sets": [
            (series, one, one["id"] not in published) for series, one in questions.newest(words).items()
        ],
    }
    return render(request, "setup/question_sets.html", shown)


@require_safe
def asked(request: StaffRequest, series: str) -> HttpResponse:
    """Show one set, to reword, add, move or retire its questions."""
    require(policy.may_set_up(request.staff))
    words, in_force, draft = _words(request)
    one = _set(words, series)
    carried = queries.find_content(NAME).carried()
    shown = {
        "series": series,
        "set": one,
        "draft": draft,
        "is_new": one["id"] not in {published["id"] for published in in_force["sets"]},
        "fixed": {q["id"] for q in one["questions"] if questions.is_fixed(one, q["id"], carried)},
        "types": dict(questions.TYPES) | {"table": "A table"},
    }
    return render(request, "setup/question_set.html", shown)


@require_safe
def preview(request: StaffRequest, series: str) -> HttpResponse:
    """Show a set as its agency will see it, with nobody's case in it; nothing typed here goes anywhere."""
    require(policy.may_set_up(request.staff))
    words, _, draft = _words(request)
    one = _set(words, series)
    read = queries.find_content(NAME).check(words)
    chosen = next(found for found in read.sets if found.id == one["id"])
    form = Answers(None, questions=chosen, person=EnquiryPerson(), items=1)
    return render(
        request, "setup/question_preview.html", {"series": series, "set": one, "form": form, "draft": draft}
    )


@require_http_methods(["GET", "POST"])
def reword(request: StaffRequest, series: str, question: str) -> HttpResponse:
    """Give a question other words; its id keeps its meaning, so its kind of answer and whom it asks about stay."""
    require(policy.may_set_up(request.staff))
    words, _, draft = _words(request)
    one = _set(words, series)
    found = next((q for q in one["questions"] if q["id"] == question), None)
    if found is None:
        raise Http404
    now = {"text": found["text"], "hint": found["hint"], "saved": draft.saved if draft else 0}
    now |= {name: str(found[name]) for name in ("sensitive_by_default", "protective")}
    form = forms.AQuestion(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():

        def change(raw: Any, in_force: Any) -> Any:
            return questions.reworded(raw, in_force, series, question, form.values)

        if _saved(request, form, change, question):
            return redirect("setup:asked", series)
    shown = {"series": series, "set": one, "question": found, "form": form}
    return render(request, "setup/question.html", shown)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, series: str) -> HttpResponse:
    """Ask one more question, at the end of the set."""
    require(policy.may_set_up(request.staff))
    words, _, draft = _words(request)
    one = _set(words, series)
    form = forms.NewQuestion(request.POST or None, initial={"saved": draft.saved if draft else 0})
    if request.method == "POST" and form.is_valid():

        def change(raw: Any, in_force: Any) -> Any:
            return questions.with_question(raw, in_force, series, form.values)

        if _saved(request, form, change, ""):
            return redirect("setup:asked", series)
    return render(
        request, "setup/question.html", {"series": series, "set": one, "question": None, "form": form}
    )


@require_POST
def move(request: StaffRequest, series: str, question: str) -> HttpResponse:
    """Move a question up or down, or retire it."""
    require(policy.may_set_up(request.staff))
    words, _, _ = _words(request)
    if question not in {q["id"] for q in _set(words, series)["questions"]}:
        raise Http404
    step = request.POST.get("step", "")

    def change(raw: Any, in_force: Any) -> Any:
        if step == "retire":
            return questions.without(raw, in_force, series, question)
        return questions.moved(raw, in_force, series, question, MOVES.get(step, 0))

    try:
        _draft(request, change, None)
        messages.success(request, "Saved in the draft. Enquiries already sent keep their questions.")
    except ContentError as error:
        messages.error(request, str(error))
    return redirect("setup:asked", series)


def _saved(request: StaffRequest, form: Any, change: Any, question: str) -> bool:
    try:
        _draft(request, change, form.cleaned_data["saved"])
    except ContentError as error:
        form.add_error(field_named(str(error), question, form), str(error))
        return False
    except actions.ChangedMeanwhile:
        draft = queries.draft_of(request.staff, queries.find_content(NAME))
        form.data = form.data.copy()
        form.data["saved"] = str(draft.saved if draft else 0)
        form.add_error(None, MEANWHILE)
        return False
    messages.success(request, "Saved in the draft. Enquiries already sent keep their questions.")
    return True


def _draft(request: StaffRequest, change: Any, saved: int | None) -> None:
    hub, found = hubs.own_hub(request.staff), queries.find_content(NAME)
    _, in_force = queries.words_in_force(hub, found)
    actions.draft(
        hub=hub,
        content=found,
        change=lambda raw: change(raw, in_force),
        saved=saved,
        by=request.staff,
        at=request.at,
    )


def _words(request: StaffRequest) -> tuple[Any, Any, Any]:
    """Return what is drafted (or else what counts), what counts, and the draft."""
    found = queries.find_content(NAME)
    draft = queries.draft_of(request.staff, found)
    _, in_force = queries.words_in_force(hubs.own_hub(request.staff), found)
    return (draft.words if draft else in_force), in_force, draft


def _set(words: Any, series: str) -> Any:
    found = questions.newest(words)
    if series not in found:
        raise Http404(series)
    return found[series]
