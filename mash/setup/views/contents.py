"""The pages on which a hub's content is drafted, looked at, tried, published and published again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.content import ContentError
from mash.common.verdict import require
from mash.contact.queries import without_an_answer
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.setup import actions, policy
from mash.setup import parts as editable
from mash.setup.forms import contents as forms
from mash.setup.queries import contents as queries
from mash.setup.queries import hubs
from mash.setup.retention import COUNTED_FROM

ANSWERS_OF_THE_GUIDE = ("referral_guide", "answers")
ASKED_WITHIN = timedelta(days=365)
MEANWHILE = (
    "Somebody else saved this draft while you were writing. "
    "What you wrote is kept below; save again to put it in."
)
CHANGED_SINCE = "Not thrown away: somebody changed the draft after you opened it. Read the differences again."
DRAFT_FIRST = "A draft is begun. Publish it or throw it away before an earlier version is brought back."


@require_safe
def contents(request: StaffRequest) -> HttpResponse:
    """Show every content of the hub: which version counts, and what is drafted."""
    require(policy.may_set_up(request.staff))
    return render(request, "setup/contents.html", {"books": queries.books(request.staff)})


@require_safe
def book(request: StaffRequest, content: str) -> HttpResponse:
    """Show one content: its parts, its draft, and every version that was published."""
    require(policy.may_set_up(request.staff))
    found, hub = queries.find_content(content), hubs.own_hub(request.staff)
    draft = queries.draft_of(request.staff, found)
    version, in_force = queries.words_in_force(hub, found)
    words = draft.words if draft else in_force
    shown = {
        "content": found,
        "draft": draft,
        "differs": queries.differences(in_force, words),
        "version": version,
        "editions": queries.editions(request.staff, found),
        "newer": queries.newer_in_product(request.staff, found),
        "counted_from": dict(COUNTED_FROM),
        "parts": [(part, editable.things(words, part)) for part in editable.PARTS.get(found.name, ())],
    }
    return render(request, "setup/book.html", shown)


@require_http_methods(["GET", "POST"])
def thing(request: StaffRequest, content: str, part: str, thing: str) -> HttpResponse:
    """Change one thing of a content, in the draft."""
    require(policy.may_set_up(request.staff))
    found, words, saved = _drafted(request, content)
    chosen = _part(found.name, part)
    try:
        one = editable.thing_named(words, chosen, thing)
    except KeyError as error:
        raise Http404 from error
    fields = list(editable.fields_of(words, chosen, one))
    form = forms.Thing(request.POST or None, parts=fields, thing=one, saved=saved)

    def change(raw: Any) -> Any:
        return editable.with_values(raw, chosen, thing, form.values)

    if request.method == "POST" and form.is_valid() and _saved(request, found, form, change, thing):
        return redirect("setup:book", found.name)
    shown = {
        "content": found,
        "part": chosen,
        "thing": one,
        "form": form,
        "name": _name(one, chosen),
        "gaps": words.get("placeholders", ()),
    }
    return render(request, "setup/thing.html", shown)


@require_http_methods(["GET", "POST"])
def new_thing(request: StaffRequest, content: str, part: str) -> HttpResponse:
    """Add a thing to a content, in the draft."""
    require(policy.may_set_up(request.staff))
    found, words, saved = _drafted(request, content)
    chosen = _part(found.name, part)
    if chosen.blank is None:
        raise Http404
    asked = _asked(request, found.name, chosen)
    begun = [one for one in asked if str(one.pk) == request.GET.get("asked")]
    blank = chosen.blank if not begun else {**chosen.blank, "question": begun[0].question}
    fields = list(editable.fields_of(words, chosen, blank))
    form = forms.Thing(request.POST or None, parts=fields, thing=blank, saved=saved)

    def change(raw: Any) -> Any:
        return editable.with_new(raw, chosen, form.values)[0]

    if request.method == "POST" and form.is_valid() and _saved(request, found, form, change, ""):
        return redirect("setup:book", found.name)
    shown = {
        "content": found,
        "part": chosen,
        "thing": None,
        "form": form,
        "name": f"Add to: {chosen.title.lower()}",
        "unanswered": asked,
        "gaps": words.get("placeholders", ()),
    }
    return render(request, "setup/thing.html", shown)


@require_POST
def retire(request: StaffRequest, content: str, part: str, thing: str) -> HttpResponse:
    """Take a thing out of use, or bring it back, in the draft."""
    require(policy.may_set_up(request.staff))
    found, words, _ = _drafted(request, content)
    chosen = _part(found.name, part)
    if not chosen.retires or thing not in {str(one["id"]) for one in editable.things(words, chosen)}:
        raise Http404
    gone = request.POST.get("gone") == "yes"
    return _change(request, found, lambda raw: editable.retired(raw, chosen, thing, gone=gone))


@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, content: str) -> HttpResponse:
    """Show what a draft would change, and publish it, try it in the practice hub, or take the second look."""
    require(policy.may_set_up(request.staff))
    found, hub = queries.find_content(content), hubs.own_hub(request.staff)
    draft = queries.draft_of(request.staff, found)
    if draft is None:
        messages.info(request, "Nothing is drafted.")
        return redirect("setup:book", found.name)
    form = forms.Publish(request.POST or None, initial={"saved": draft.saved})
    if request.method == "POST":
        answer = _published(request, found, form)
        if answer:
            return answer
    shown = {
        "content": found,
        "draft": draft,
        "form": form,
        "differences": queries.differences(queries.words_in_force(hub, found)[1], draft.words),
        "loosens": queries.loosens(draft, found),
        "practice": hubs.practice_of(request.staff),
        "may_look": policy.may_take_second_look(request.staff, draft),
    }
    return render(request, "setup/publish.html", shown)


@require_POST
def discard(request: StaffRequest, content: str) -> HttpResponse:
    """Throw a draft away, as it was when it was read."""
    require(policy.may_set_up(request.staff))
    found = queries.find_content(content)
    form = forms.Discard(request.POST)
    saved = form.cleaned_data["saved"] if form.is_valid() else -1
    try:
        actions.discard(hub=hubs.own_hub(request.staff), content=found, saved=saved, by=request.staff)
    except actions.ChangedMeanwhile:
        messages.error(request, CHANGED_SINCE)
        return redirect("setup:publish", found.name)
    messages.success(request, "The draft is thrown away. What counts is as it was.")
    return redirect("setup:book", found.name)


@require_POST
def bring_back(request: StaffRequest, content: str, version: int) -> HttpResponse:
    """Draft an earlier version again, to be looked at and published."""
    require(policy.may_set_up(request.staff))
    found = queries.find_content(content)
    try:
        actions.bring_back(
            hub=hubs.own_hub(request.staff), content=found, version=version, by=request.staff, at=request.at
        )
    except actions.DraftBegun:
        messages.error(request, DRAFT_FIRST)
        return redirect("setup:book", found.name)
    except ContentError as error:
        messages.error(request, str(error))
        return redirect("setup:book", found.name)
    return redirect("setup:publish", found.name)


def _published(request: StaffRequest, found: Any, form: forms.Publish) -> HttpResponse | None:
    """Do what the button says; None if the form is to be shown again."""
    step, hub = request.POST.get("step"), hubs.own_hub(request.staff)
    doing = {"hub": hub, "content": found, "by": request.staff, "at": request.at}
    if step not in {"agree", "send_back"} and not form.is_valid():
        return None
    if step in {"agree", "send_back"}:
        form.fields["why"].required = False
        if not form.is_valid():
            return None
    said = form.cleaned_data
    try:
        if step == "try":
            actions.try_out(why=said["why"], **doing)
            words = "In force in the practice hub. Here nothing has changed."
        elif step in {"agree", "send_back"}:
            made = actions.second_look(agreed=step == "agree", saved=said["saved"], **doing)
            words = "Published." if made else "Sent back to be changed."
        else:
            made = actions.publish(why=said["why"], saved=said["saved"], **doing)
            words = f"Version {made.version} is in force." if made else "It waits for somebody else’s look."
    except ContentError as error:
        form.add_error(None, str(error))
        return None
    except actions.ChangedMeanwhile:
        form.add_error(None, "Somebody changed the draft while you were reading. Read the differences again")
        return None
    except actions.NothingDrafted:
        messages.info(request, "There is nothing to publish: it says what counts already.")
        return redirect("setup:book", found.name)
    messages.success(request, words)
    return redirect("setup:book", found.name)


def _saved(request: StaffRequest, found: Any, form: Any, change: Any, thing: str) -> bool:
    """Save a change into the draft; if it cannot be, say why at its field and return False."""
    try:
        actions.draft(
            hub=hubs.own_hub(request.staff),
            content=found,
            change=change,
            saved=form.cleaned_data["saved"],
            by=request.staff,
            at=request.at,
        )
    except ContentError as error:
        form.add_error(field_named(str(error), thing, form), str(error))
        return False
    except actions.ChangedMeanwhile:
        form.data = form.data.copy()
        form.data["saved"] = str(_drafted(request, found.name)[2])
        form.add_error(None, MEANWHILE)
        return False
    messages.success(request, "Saved in the draft. Nobody works by it until it is published.")
    return True


def field_named(message: str, thing: str, form: Any) -> str | None:
    """Return the field at whose place a content is wrong, as its message says; None for another place."""
    place = message.split(": ")[1] if message.count(": ") else ""
    if not thing or f".{thing}." not in f".{place}.":
        return None
    rest = f"{place}.".split(f".{thing}.", 1)[-1].strip(".").replace(".", "-")
    return next(
        (name for name in form.fields if rest and (name == rest or name.startswith(f"{rest}-"))), None
    )


def _change(request: StaffRequest, found: Any, change: Any) -> HttpResponse:
    try:
        actions.draft(
            hub=hubs.own_hub(request.staff), content=found, change=change, by=request.staff, at=request.at
        )
        messages.success(request, "Saved in the draft. Nobody works by it until it is published.")
    except ContentError as error:
        messages.error(request, str(error))
    return redirect("setup:book", found.name)


def _drafted(request: StaffRequest, content: str) -> tuple[Any, Any, int]:
    """Return a content, what its draft says (or else what counts), and how often the draft was saved."""
    found = queries.find_content(content)
    draft = queries.draft_of(request.staff, found)
    if draft:
        return found, draft.words, draft.saved
    return found, queries.words_in_force(hubs.own_hub(request.staff), found)[1], 0


def _asked(request: StaffRequest, content: str, part: editable.Part) -> list[Any]:
    """Return what professionals asked that the guide has no answer to, where an answer of the guide is written."""
    if (content, part.path) != ANSWERS_OF_THE_GUIDE:
        return []
    found = list(without_an_answer(request.staff, since=request.at - ASKED_WITHIN))
    if found:
        told = {"consultations": [str(one.pk) for one in found]}
        hub = request.staff.hub_id
        record("consultations.seen", about="consultations", at=request.at, hub_id=hub, detail=told)
    return found


def _part(content: str, name: str) -> editable.Part:
    try:
        return editable.part_named(content, name)
    except KeyError as error:
        raise Http404 from error


def _name(thing: Any, part: editable.Part) -> str:
    return str(thing[part.named_by]).replace("_", " ")
