"""Pages on which exercises are kept: the list, a file put in, a version and its parts."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.exercise import actions, content, queries
from mash.exercise import format as file
from mash.exercise.forms.keeping import (
    AnswerForm,
    AsText,
    Heading,
    InjectForm,
    MeetingForm,
    PointsForm,
    PutIn,
    RemoveInject,
)
from mash.exercise.models import Version
from mash.exercise.views.showing import AN_ANSWER, only_trainers, refuse, seen, sent, short_form
from mash.partnership.http import StaffRequest

RUNS_ON_A_PAGE = 20
PARTS: dict[str, tuple[Any, str]] = {
    "heading": (Heading, "Title, purpose and clock"),
    "meeting": (MeetingForm, "The meeting"),
    "answer": (AnswerForm, "The model answer"),
    "points": (PointsForm, "Observable points"),
}


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The exercises of the hub, what comes with the product, and the runs."""
    only_trainers(request)
    kept = queries.exercises(request.staff)
    codes = {one.exercise.code for one in kept}
    page = Paginator(queries.past_and_present(request.staff), RUNS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    seen(request, request.staff.hub, "home")
    shown = {
        "exercises": kept,
        "carried": [one for code, (one, _) in content.carried().items() if code not in codes],
        "page": page,
    }
    return render(request, "exercise/home.html", shown)


@require_POST
def take(request: StaffRequest, code: str) -> HttpResponse:
    """Take over an exercise that comes with the product."""
    only_trainers(request)
    if code not in content.carried():
        raise Http404
    text = content.carried()[code][1]
    version, _ = actions.take_in(text=text, what="Comes with the product", by=request.staff, at=request.at)
    messages.success(request, f"“{version.title}” is among your exercises now.")
    return redirect("exercise:version", version.pk)


@require_http_methods(AN_ANSWER)
def put_in(request: StaffRequest) -> HttpResponse:
    """Put in the file of an exercise."""
    only_trainers(request)
    form = PutIn(sent(request), request.FILES or None)
    if form.is_valid():
        what = f"Put in as {form.file_name}"
        try:
            version, new = actions.take_in(
                text=form.cleaned_data["file"], what=what, by=request.staff, at=request.at
            )
        except file.Refused as why:
            refuse(form, why)
        else:
            words = f"Put in as version {version.number}." if new else "This very file is here already."
            messages.success(request, words)
            return redirect("exercise:version", version.pk)
    seen(request, request.staff.hub, "put_in")
    return render(request, "exercise/put_in.html", {"form": form})


@require_safe
def version(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """One version of an exercise, whole."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    exercise = queries.read(found)
    newest = queries.latest_of(found)
    seen(request, found, "version")
    shown = {
        "version": found,
        "exercise": exercise,
        "newest": newest,
        "versions": queries.versions(found)[:50],
        "runs": queries.runs_of(found)[:20],
        "kinds": file.KINDS,
    }
    return render(request, "exercise/version.html", shown)


@require_safe
def download(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """The file of a version, to take along."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    seen(request, found, "file")
    answer = HttpResponse(found.text, content_type="application/yaml; charset=utf-8")
    name = f"{found.exercise.code}-{found.number}.yaml"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(AN_ANSWER)
def text(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """Write an exercise as a text: look at it first, or save it as the next version."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    form = AsText(sent(request), initial={"text": found.text, "builds_on": found.number})
    looks = "look" in request.POST
    preview = None
    if looks and form.data.get("text"):
        form.fields["what"].required = False
    if form.is_valid():
        said = form.cleaned_data
        try:
            if looks:
                preview = file.read(said["text"])[0]
            else:
                made = actions.save(exercise=found.exercise, by=request.staff, at=request.at, **said)
                messages.success(request, f"Saved as version {made.number}.")
                return redirect("exercise:version", made.pk)
        except (file.Refused, actions.NotWhole, actions.Overtaken) as why:
            refuse(form, why)
    seen(request, found, "text")
    shown = {"version": found, "form": form, "preview": preview, "kinds": file.KINDS}
    return render(request, "exercise/text.html", shown)


def _part(
    request: StaffRequest,
    found: Version,
    form: Any,
    *,
    change: Callable[[dict[str, Any]], None],
    title: str,
    intro: str = "",
) -> HttpResponse:
    """Show a form of one part of an exercise, and save what is said as the next version."""
    made: list[Version] = []

    def act() -> str:
        raw = file.plain(found.text)  # in the order in which it was written
        change(raw)
        said = form.cleaned_data
        made.append(
            actions.save_part(
                exercise=found.exercise, raw=raw, builds_on=said["builds_on"], what=said["what"],
                by=request.staff, at=request.at,
            )
        )  # fmt: skip
        return f"Saved as version {made[0].number}."

    here = reverse("exercise:version", args=[found.pk])
    return short_form(
        request, form, act, about=found, back=(here, found.title), title=title, button="Save as a new version",
        caption=f"{found.title}, version {found.number}", intro=intro,
        next_=lambda: reverse("exercise:version", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def part(request: StaffRequest, version_id: uuid.UUID, part: str) -> HttpResponse:
    """Write one part of an exercise in a form."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    if part not in PARTS:
        raise Http404
    shape, title = PARTS[part]
    exercise = queries.read(found)
    more = {"exercise": exercise} if part == "meeting" else {}
    form = shape(sent(request), initial={"builds_on": found.number} | shape.of(exercise), **more)
    return _part(request, found, form, change=form.change, title=title)


@require_http_methods(AN_ANSWER)
def inject(request: StaffRequest, version_id: uuid.UUID, number: int | None = None) -> HttpResponse:
    """Write one inject, or a new one."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    exercise = queries.read(found)
    one = exercise.inject_by_n.get(number) if number else None
    if number and one is None:
        raise Http404
    initial = {"builds_on": found.number} | (InjectForm.of(one) if one else {})
    form = InjectForm(sent(request), exercise=exercise, initial=initial)
    title = f"Inject {number}" if number else "A new inject"
    intro = (
        "It brings a real referral into the hub. What that says is written in the text."
        if one and one.referral
        else ""
    )
    return _part(request, found, form, change=lambda raw: form.change(raw, number), title=title, intro=intro)


@require_http_methods(AN_ANSWER)
def remove(request: StaffRequest, version_id: uuid.UUID, number: int) -> HttpResponse:
    """Take an inject out of an exercise."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    one = queries.read(found).inject_by_n.get(number)
    if one is None:
        raise Http404
    form = RemoveInject(sent(request), initial={"builds_on": found.number})

    def change(raw: dict[str, Any]) -> None:
        raw["injects"] = [each for each in raw["injects"] if int(each["n"]) != number]

    return _part(request, found, form, change=change, title=f"Take inject {number} out", intro=one.text)
