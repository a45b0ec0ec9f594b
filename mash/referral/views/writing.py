"""Writing a referral: its tasks or next page, each page, what it lacks, its files, its check, and coming back."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.clock import LONDON
from mash.common.templates import clock_time
from mash.contact.content import Duty, categories_for, duties_of
from mash.contact.telephone import answers_of
from mash.drafts.merging import digests
from mash.partnership.http import PersonRequest
from mash.referral import actions, hints, queries
from mash.referral.codes import code_of
from mash.referral.content import form_content, tips_for
from mash.referral.forms.coming import Put
from mash.referral.journey import CHECK, FILES, Page, Said, Told, as_said, covered_after, first, with_rows
from mash.referral.models import Draft
from mash.referral.views.visiting import shown_at

SALT = "referral.screen"
AUTOSAVE, BOTH = "X-Autosave", "both"
ALSO_THEIRS = ", with what was changed on another screen"
BOTH_KEPT = (
    "Somebody changed this page on another screen too. What only they changed is kept with what you typed."
)
STILL_HERE = "What you typed is still here: save it to put it in the other’s place, or leave the page."


def told_of(draft: Draft) -> Told:
    """Return everything typed so far."""
    return Told(draft.is_public, draft.answers, queries.initial_of(draft))


@login_not_required
@require_safe
def draft(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show a professional their tasks; lead a member of the public to the page they have reached."""
    found = queries.find(draft_id)
    if found.sent_at:
        return redirect("referral:sent", found.pk)
    told = told_of(found)
    if found.is_public:
        missing = told.missing
        return _to(found, missing[0].name if missing else CHECK)
    tasks = [_task(found, told, page) for page in told.pages]
    files = queries.files(found).count()
    shown = {
        "tasks": tasks,
        "ready": not told.missing,
        "files": files,
        "meter": _meter(found, told),
    }
    return _show(request, found, "referral/tasks.html", shown)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest, draft_id: uuid.UUID, page: str) -> HttpResponse:
    """Show a page, and keep what is typed on it: by its buttons, or by script while it is typed."""
    found = queries.find(draft_id)
    told = told_of(found)
    here = told.page(page)
    if here is None:
        raise Http404
    if found.sent_at:
        if request.headers.get(AUTOSAVE):
            return JsonResponse({"words": "Not saved: this referral is sent"})
        return redirect("referral:sent", found.pk)
    if request.method == "POST":
        return _save(request, found, told, here)
    forms = told.forms(here)
    for form in forms:
        if form.is_bound:
            form.errors.clear()
    return _page(request, found, told, here, forms)


def _save(request: PersonRequest, found: Draft, told: Told, here: Page) -> HttpResponse:
    """Keep what was typed, then do what the button says; a script is only told that it is kept."""
    step, typed = request.POST.get("step", ""), as_said(request.POST)
    said = with_rows(step, typed) if here.name == "family" else typed
    kept = _keep(request, found, here, said)
    if request.headers.get(AUTOSAVE):
        words = (
            f"Not saved. {kept.problem}" if kept.problem else f"Saved {clock_time(request.at)}{kept.beside}"
        )
        return JsonResponse({"words": words})
    if kept.problem:
        forms = told.forms(here, kept.said)
        return _page(request, found, told, here, forms, problem=f"{kept.problem} {STILL_HERE}")
    if kept.beside:
        messages.info(request, BOTH_KEPT)
    if step.startswith(("add", "drop-")):
        _keep_who_is_covered(request, found, told, step)
        return redirect(f"{address(found, here.name)}#others")
    if step == "later":
        return redirect("referral:later", found.pk)
    found = queries.find(found.pk)
    return _go_on(request, found, here, found.answers[here.name]["said"])


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of saving a page.

    problem: why it could not be, in words.  said: what the page then shows.  beside: said where another screen's
    words are kept too.
    """

    said: Said
    problem: str = ""
    beside: str = ""


def _keep(request: PersonRequest, found: Draft, here: Page, said: Said) -> Kept:
    """Save a page."""
    editor, version, shown = _screen(request.POST.get("key", ""))
    field, quiet = request.POST.get("autosave_field", ""), bool(request.headers.get(AUTOSAVE))
    screen = actions.Screen(editor, version, shown, field=field[:80], closes=not quiet)
    try:
        mixed = actions.keep_page(draft=found, page=here.name, said=said, screen=screen, at=request.at)
    except actions.ChangedElsewhere as changed:
        when = clock_time(changed.at)
        return Kept(
            dict(changed.both), f"This page was changed on another screen while it was open here, at {when}."
        )
    except actions.TooLong:
        return Kept(said, "That is more than one page can hold. Put the rest into a file.")
    return Kept(said, beside=ALSO_THEIRS if mixed else "")


def _go_on(request: PersonRequest, found: Draft, here: Page, said: Said) -> HttpResponse:
    """Go to the next page, of a professional the next unfinished; or show this one again with what it needs."""
    told = told_of(found)
    if told.problems(here):
        return _page(request, found, told, here, told.forms(here, said))
    if found.is_public:
        following = told.after(here)
        return _to(found, following.name if following and told.missing else CHECK)
    to_do = told.next_to_do(here)
    return _to(found, to_do.name if to_do else CHECK)


def _keep_who_is_covered(request: PersonRequest, found: Draft, told: Told, step: str) -> None:
    """Keep the agreement about the same people when somebody before them was taken away."""
    before = told.answers.get("agreement")
    if before:
        after = covered_after(step, before["said"])
        screen = actions.Screen("", before["version"], closes=True)
        actions.keep_page(draft=found, page="agreement", said=after, screen=screen, at=request.at)


def _page(
    request: PersonRequest, found: Draft, told: Told, here: Page, forms: list[Form], *, problem: str = ""
) -> HttpResponse:
    if problem:
        forms[0].add_error(None, problem)
    kind = first(told.said("you") or {}, "kind") or told.initial.get("kind", "")
    shown = {
        "told": told,
        "subject": told.subject,
        "worries": categories_for(told.subject or BOTH) if here.name == "concern" else {},
        "here": here,
        "form": forms[0],
        "members": forms[1:],
        "forms": forms,
        "key": _screen_key(told, here),
        "typed_last": (told.answers.get(here.name) or {}).get("field", ""),
        "tips": tips_for(kind),
        "meter": _meter(found, told, here),
        "place": told.pages.index(here) + 1,
        "last": len(told.pages) + 1,
        "danger": _danger(told),
        "form_words": form_content(),
        "has_errors": any(form.errors for form in forms if form.is_bound),
        "people": told.people(),
    }
    template = "referral/public_page.html" if found.is_public else f"referral/page_{here.name}.html"
    return _show(request, found, template, shown)


def _screen_key(told: Told, here: Page) -> str:
    """Return what names this screen and the version of the page that it opens."""
    kept = told.answers.get(here.name)
    said = kept["said"] if kept else {}
    return signing.dumps([secrets.token_hex(8), kept["version"] if kept else 0, digests(said)], salt=SALT)


def _task(found: Draft, told: Told, page: Page) -> dict[str, str]:
    task = {"title": page.title, "state": told.state(page), "href": address(found, page.name)}
    return task | ({"hint": page.hint} if page.hint else {})


def _danger(told: Told) -> bool:
    return first(told.said("danger" if told.is_public else "concern") or {}, "immediate_danger") == "yes"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lacking(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Say what a good referral still lacks: as a page of all of it, or to htmx of the page being typed.

    Nothing is kept here, and nothing is blocked by it.

    Source: docs/rules.md, "Hints".
    """
    found = queries.find(draft_id)
    told = told_of(found)
    here = told.page(request.POST.get("page", ""))
    if request.method == "POST" and here:
        typed = {name: values for name, values in as_said(request.POST).items() if name != "page"}
        told = Told(told.is_public, {**told.answers, here.name: {"said": typed}}, told.initial)
    shown = {"meter": _meter(found, told, here), "draft": found, "here": here}
    if request.headers.get("HX-Request"):
        return render(request, "referral/_meter.html", shown)
    return _show(request, found, "referral/lacking.html", shown)


def _meter(found: Draft, told: Told, here: Page | None = None) -> hints.Meter | None:
    """Return what is missing on one page, or on all; nothing of that is put to a member of the public."""
    if found.is_public:
        return None
    pages = [here.name] if here else [page.name for page in told.pages]
    wanted = queries.hints(found.hub, pages)
    return hints.meter(wanted, told.filled()) if wanted else None


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """List the files put to a referral, take one more, or take one away.  None can be opened again.

    Source: docs/rules.md, "Files".
    """
    found = queries.find(draft_id)
    if found.sent_at or found.is_public:
        raise Http404
    form = Put(request.POST, request.FILES) if request.method == "POST" else Put()
    gone = _key(request.POST.get("take_away", ""))
    if gone:
        actions.take_file_away(draft=found, file_id=gone, at=request.at)
        return redirect("referral:files", found.pk)
    if request.method == "POST":
        if getattr(request, "too_large", False):
            form.errors.clear()
            form.add_error("file", "The file is too large: all files together may have 25 MB at most")
        elif form.is_valid() and _put(request, found, form):
            return redirect("referral:files", found.pk)
    return _show(request, found, "referral/files.html", {"form": form, "files": queries.files(found)})


def _put(request: PersonRequest, found: Draft, form: Put) -> bool:
    sent = form.cleaned_data["file"]
    try:
        actions.put_file(draft=found, name=sent.name, body=sent.read(), at=request.at)
    except actions.NotTaken as why:
        form.add_error("file", str(why))
        return False
    return True


@login_not_required
@require_safe
def later(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Say how to come back, on this machine or another, and until when."""
    found = queries.find(draft_id)
    return _show(request, found, "referral/later.html", {})


@login_not_required
@require_safe
def check(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show every answer with the way to change it, what is missing, and when it will be read."""
    found = queries.find(draft_id)
    if found.sent_at:
        return redirect("referral:sent", found.pk)
    told = told_of(found)
    shown = {
        "sections": [(page, _answers(told, page)) for page in told.pages],
        "missing": told.missing,
        "reading": queries.reading_of(found.hub, request.at),
        "danger": _danger(told),
        "form_words": form_content(),
        "files": [] if found.is_public else list(queries.files(found)),
        "meter": _meter(found, told),
        "duties": _duties(request, told),
        "ask": request.GET.get("ask") in {"1", "2"},
        "wrong": request.GET.get("ask") == "2",
        "form_place": len(told.pages) + 1,
    }
    return _show(request, found, "referral/check.html", shown)


def _duties(request: PersonRequest, told: Told) -> list[Duty]:
    """Return the steps of law or guidance that go with what a professional chose."""
    chosen = (told.said("concern") or {}).get("categories", []) if not told.is_public else []
    return duties_of(chosen, request.at.astimezone(LONDON).date())


def _answers(told: Told, page: Page) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for place, form in enumerate(told.forms(page)):
        if form.is_bound:
            form.is_valid()
            before = f"Person {place}: " if place else ""
            unticked = {str(form[name].label) for name, value in form.cleaned_data.items() if value is False}
            said = [row for row in answers_of(form) if row["question"] not in unticked]
            rows += [{**row, "question": f"{before}{row['question']}"} for row in said]
    return rows


def _show(request: PersonRequest, found: Draft, template: str, shown: dict[str, Any]) -> HttpResponse:
    own = {"draft": found, "code": code_of(found.pk) if found.is_public else "", "hub": found.hub}
    return shown_at(request, found.hub, template, own | shown)


def _to(found: Draft, name: str) -> HttpResponse:
    return redirect(address(found, name))


def address(found: Draft, name: str) -> str:
    """Return the address of a page of a draft, its files or its check."""
    base = found.get_absolute_url()
    return f"{base}{name}/" if name in {FILES, CHECK} else f"{base}page/{name}/"


def _screen(key: str) -> tuple[str, int, dict[str, str] | None]:
    """Return which screen posts, and the version and fields it had opened; a key that is not ours names none."""
    try:
        editor, version, *more = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return secrets.token_hex(8), -1, None
    return str(editor), int(version), more[0] if more else None


def _key(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
