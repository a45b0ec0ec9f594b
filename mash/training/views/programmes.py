"""Pages of what can be learnt: programmes and modules, one by itself, what came of it, and what somebody says."""

import csv
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.training import actions, content, policy
from mash.training.forms.saying import Say
from mash.training.models import Moment
from mash.training.queries import learners, sessions
from mash.training.queries.results import Line, Results, results
from mash.training.views.showing import AN_ANSWER, refuse, seen, sent

COLUMNS = ("Of whom", "Figure", "Answered", "Share", "From", "To")


@require_safe
def programmes(request: StaffRequest) -> HttpResponse:
    """Everything that can be learnt here: programmes, and each role's path with its modules."""
    seen(request, request.staff, "programmes")
    shown = {
        "programmes": [one for one in content.programmes().values() if not one.retired],
        "paths": content.paths().values(),
        "modules": content.modules(),
        "ways": content.WAYS,
        "trains": bool(policy.may_train(request.staff)),
    }
    return render(request, "training/programmes.html", shown)


@require_safe
def offer(request: StaffRequest, offer_id: str) -> HttpResponse:
    """One programme or module: what it holds, for whom, and its version."""
    found = content.offers().get(offer_id)
    if found is None:
        raise Http404
    seen(request, request.staff, "offer", offer=offer_id)
    shown = {
        "offer": found,
        "programme": content.programmes().get(offer_id),
        "module": content.modules().get(offer_id),
        "ways": content.WAYS,
        "coming": sessions.coming(request.staff, request.at).filter(offer=offer_id),
        "trains": bool(policy.may_train(request.staff)),
        "numbers": content.numbers(),
    }
    return render(request, "training/offer.html", shown)


@require_safe
def offer_results(request: StaffRequest, offer_id: str) -> HttpResponse:
    """What came of it, as a page or as a table: no name of anybody.

    Source: docs/rules.md, "What a course changes".
    """
    require(policy.may_read_answers(request.staff))
    found = content.offers().get(offer_id)
    if found is None:
        raise Http404
    made = results(request.staff, found)
    as_table = request.GET.get("as") == "csv"
    seen(request, request.staff, "results", offer=offer_id, table=as_table)
    if as_table:
        return _table(made)
    few = content.numbers()["smallest_shown"]
    return render(request, "training/results.html", {"offer": found, "results": made, "few": few})


def _table(made: Results) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="training-results.csv"'
    lines = csv.writer(answer)
    lines.writerow(COLUMNS)
    for whom, rows in (
        ("Everybody, after it", made.outcomes),
        ("Everybody, half a year later", made.kept),
        *((one.label, one.lines) for one in made.kinds),
    ):
        lines.writerows(_row(whom, row) for row in rows)
    return answer


def _row(whom: str, line: Line) -> tuple[object, ...]:
    if line.share is None or line.share.interval is None:
        return whom, line.label, "too few", "", "", ""
    figures = (line.share.value, line.share.interval.low, line.share.interval.high)
    return whom, line.label, line.of, *(f"{one:.3f}" for one in figures)


@require_http_methods(AN_ANSWER)
def say(request: StaffRequest, session_id: uuid.UUID, moment: str) -> HttpResponse:
    """Say where one stands with what a session is about; whoever trains writes it for who signs in nowhere."""
    one = sessions.find(request.staff, session_id)
    found = content.offers().get(one.offer)
    who = request.GET.get("of", "")
    if found is None or moment not in Moment.values:
        raise Http404
    learner = learners.find(request.staff, _key(who)) if who else learners.own(request.staff)
    if learner is None:
        raise Http404
    if not sessions.bookings_of(learner, [one]):
        raise Http404
    came = sessions.came_of(learner, one)
    require(policy.may_say(request.staff, learner, one, moment=moment, came=came, at=request.at))
    if moment in sessions.said_by(learner, one):
        messages.info(request, "This was said already, and stays as it was said.")
        return redirect("training:session", one.pk)
    form = Say(sent(request), offer=found, moment=moment)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.say(
                session=one, offer=found, learner=learner, moment=moment, said=form.ratings,
                worth=said.get("worth"), words=said.get("words", ""), by=request.staff, at=request.at,
            )  # fmt: skip
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, "Thank you. It is kept, and whoever trains sees it without your name.")
            return redirect("training:session", one.pk)
    seen(request, one, "say", moment=moment)
    shown = {"one": one, "form": form, "moment": Moment(moment), "learner": learner, "own": not who}
    return render(request, "training/say.html", shown)


def _key(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError:
        raise Http404 from None
