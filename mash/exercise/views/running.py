"""Pages of whoever facilitates: a run is begun, seated, steered, observed, debriefed and ended."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.exercise import actions, debrief, policy, queries, timeline
from mash.exercise import format as file
from mash.exercise.forms.running import Begin, EndForm, Give, Jump, NoteForm, ScoreForm, Seating, WhoCame
from mash.exercise.models import Run, Turn
from mash.exercise.queries.running import STEPS
from mash.exercise.views.showing import AN_ANSWER, only_trainers, refuse, seen, sent, short_form
from mash.partnership.http import StaffRequest
from mash.quality.tables import as_csv


def _password_page(request: StaffRequest) -> str:
    return request.build_absolute_uri(reverse("account_set_password"))


@require_http_methods(AN_ANSWER)
def begin(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """Begin a run of a version."""
    only_trainers(request)
    found = queries.find_version(request.staff, version_id)
    exercise = queries.read(found)
    initial = {"key": uuid.uuid4(), "pace": f"{exercise.pace:g}"}
    form = Begin(sent(request), initial=initial)
    made: list[Run] = []

    def act() -> str:
        made.append(actions.begin(version=found, by=request.staff, at=request.at, **form.cleaned_data))
        return "Say who sits where."

    back = (reverse("exercise:version", args=[found.pk]), found.title)
    return short_form(
        request, form, act, about=found, back=back, title="Begin a run", button="Go on to the seats",
        caption=f"{found.title}, version {found.number}", next_=lambda: reverse("exercise:seats", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def seats(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """Say who sits where, and have the groups' hubs opened."""
    only_trainers(request)
    run = queries.find_run(request.staff, play_id)
    if run.seated_at or run.ended_at:
        return redirect("exercise:run", run.pk)
    exercise = queries.read(run.version)
    groups = [one.group for one in queries.board(run)]
    form = Seating(sent(request), exercise=exercise, groups=groups, people=queries.people(request.staff))
    if form.is_valid():
        try:
            actions.seat(
                run=run, chosen=form.chosen, page=_password_page(request), by=request.staff, at=request.at
            )
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, "The groups’ hubs are being opened. This takes a moment.")
            return redirect("exercise:run", run.pk)
    seen(request, run, "seats")
    return render(request, "exercise/seats.html", {"run": run, "form": form, "exercise": exercise})


@require_safe
def run(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """The facilitator's page: clock, timetable, and every group beside the others."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    if found.seated_at is None and found.ended_at is None:
        return redirect("exercise:seats", found.pk)
    seen(request, found, "run")
    return render(request, "exercise/run.html", _board(request, found))


@require_safe
def board_part(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """The part of the facilitator's page that goes on by itself."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    return render(request, "exercise/_board.html", _board(request, found))


board_part.is_no_use = True  # type: ignore[attr-defined]


def _board(request: StaffRequest, found: Run) -> dict[str, object]:
    exercise = queries.read(found.version)
    turns = queries.turns_of(found)
    stands = queries.standing(found, turns, request.at)
    return {
        "run": found,
        "exercise": exercise,
        "turns": turns,
        "stands": stands,
        "timetable": timeline.timetable(exercise),
        "board": queries.board(found),
        "steps": STEPS,
        "step_words": debrief.STEP_WORDS,
        "kinds": file.KINDS,
        "jump": Jump(days=exercise.days, initial={"day": str(stands.day)}),
        "going": found.ended_at is None and found.opened_at is not None,
        "key": uuid.uuid4(),
    }


@require_POST
def clock(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """Start, pause or resume the clock, or move it on."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    what = request.POST.get("what", "")
    if what not in Turn.What.values:
        raise Http404
    said = {}
    if what == Turn.What.JUMP:
        form = Jump(request.POST, days=queries.read(found.version).days)
        if not form.is_valid():
            messages.error(request, "The clock was not moved: enter a day and a time such as 14:30.")
            return redirect("exercise:run", found.pk)
        said = {"day": int(form.cleaned_data["day"]), "clock": form.cleaned_data["clock"]}
    try:
        made = actions.turn(run=found, what=what, by=request.staff, at=request.at, **said)
    except actions.NotWhole as why:
        messages.error(request, f"The clock was left as it is: {why}.")
    else:
        messages.success(request, f"Clock: {Turn.What(made.what).label.lower()}.")
    return redirect("exercise:run", found.pk)


@require_POST
def give(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """Give an inject by hand, to one group or to all."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    form = Give(request.POST)
    if not form.is_valid():
        raise Http404
    number = form.cleaned_data["number"]
    groups = [one.group for one in queries.board(found)]
    try:
        new = actions.give(
            run=found, number=number, groups=form.numbers_of(groups), by=request.staff, at=request.at
        )
    except actions.NotWhole as why:
        messages.error(request, f"Nothing was given: {why}.")
    else:
        words = f"Inject {number} was given to {new} group{'' if new == 1 else 's'}."
        messages.success(request, words if new else f"Inject {number} had been given already.")
    return redirect("exercise:run", found.pk)


@require_http_methods(AN_ANSWER)
def group(request: StaffRequest, play_id: uuid.UUID, number: int) -> HttpResponse:
    """One group: everything it recorded, the paper it was given, and notes."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    one = next((each for each in queries.board(found) if each.group.number == number), None)
    if one is None:
        raise Http404
    form = NoteForm(sent(request), initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.note(group=one.group, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, "The note is kept.")
            return redirect("exercise:group", found.pk, number)
    seen(request, one.group, "group")
    exercise = queries.read(found.version)
    shown = {
        "run": found, "one": one, "exercise": exercise, "form": form, "kinds": file.KINDS,
        "lines": debrief.lines_of(one), "may_note": bool(policy.may_score(request.staff, one.group)),
    }  # fmt: skip
    return render(request, "exercise/group.html", shown)


@require_http_methods(AN_ANSWER)
def score(request: StaffRequest, play_id: uuid.UUID, number: int) -> HttpResponse:
    """What one observer saw in one group."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    one = queries.find_group(found, number)
    require(policy.may_score(request.staff, one))
    exercise = queries.read(found.version)
    mine = queries.latest_scores([one], by=request.staff)
    initial: dict[str, str] = {}
    for (_, point, _by), row in mine.items():
        initial |= {f"p-{point}": str(row.score), f"w-{point}": row.words}
    labels = {seat.id: seat.label for seat in exercise.seats.values()}
    form = ScoreForm(
        sent(request), points=exercise.file.scoring.points, scale=exercise.file.scoring.scale, labels=labels,
        initial=initial,
    )  # fmt: skip
    if form.is_valid():
        try:
            changed = actions.score(group=one, said=form.said, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, f"{changed} point{'' if changed == 1 else 's'} written down.")
            return redirect("exercise:group", found.pk, number)
    seen(request, one, "score")
    shown = {"run": found, "group": one, "form": form, "exercise": exercise}
    return render(request, "exercise/score.html", shown)


@require_safe
def debriefing(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """What each group did beside the model answer, with scores; `as=csv` answers with a table."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    exercise = queries.read(found.version)
    board = queries.board(found)
    sheets = debrief.sheets_of(board, exercise)
    as_table = request.GET.get("as") == "csv"
    seen(request, found, "debrief", table=as_table)
    if as_table:
        return as_csv("exercise-debrief.csv", debrief.COLUMNS, debrief.rows(exercise, board, sheets))
    shown = {
        "run": found, "exercise": exercise, "sheets": sheets, "board": board,
        "lines": {one.group.number: debrief.lines_of(one) for one in board},
    }  # fmt: skip
    return render(request, "exercise/debrief.html", shown)


@require_http_methods(AN_ANSWER)
def came(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """Who was there: it goes into the record of each."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    form = WhoCame(sent(request), seats=queries.seats_of(found))
    if form.is_valid():
        try:
            logged = actions.record_attendance(run=found, came=form.came, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, f"Written down. It stands in the record of {logged}.")
            return redirect("exercise:run", found.pk)
    seen(request, found, "came")
    return render(request, "exercise/came.html", {"run": found, "form": form})


@require_http_methods(AN_ANSWER)
def end(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """End a run: nobody acts in its hubs any more."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    require(policy.may_facilitate(request.staff, found))
    form = EndForm(sent(request), initial=EndForm.usual())

    def act() -> str:
        said = form.cleaned_data
        actions.end(run=found, why=said["why"], kept_days=said["kept_days"], by=request.staff, at=request.at)
        return "The run has ended. Nobody acts in its hubs any more."

    return short_form(
        request, form, act, about=found, back=(reverse("exercise:run", args=[found.pk]), found.label),
        title="End this run", button="End it", caption=found.label,
        intro="Every post in the groups’ hubs ends. What was recorded there stays for the debrief until its day.",
    )  # fmt: skip


@require_POST
def again(request: StaffRequest, play_id: uuid.UUID) -> HttpResponse:
    """Archive a run and begin it anew with the same people in fresh hubs."""
    only_trainers(request)
    found = queries.find_run(request.staff, play_id)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    made = actions.begin_again(
        run=found, key=key, page=_password_page(request), by=request.staff, at=request.at
    )
    messages.success(request, "A new run has begun. The one before is archived.")
    return redirect("exercise:run", made.pk)
