"""Pages of learners: one's own first page, the list, and who guides whom."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.training import actions, content, policy, standing
from mash.training.forms import keeping as forms
from mash.training.models import Learner, Step
from mash.training.queries import learners as queries
from mash.training.queries import records, sessions
from mash.training.views.showing import AN_ANSWER, seen, sent, short_form

ON_A_PAGE = 25
SHOWN = 5


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """One's own training: what is booked, what is coming, and where one's record is."""
    me = queries.own(request.staff)
    seen(request, request.staff, "home")
    shown = {
        "me": me,
        "mine": sessions.own_bookings(me, request.at) if me else [],
        "to_say": sessions.to_say(me, request.at) if me else [],
        "coming": list(sessions.coming(request.staff, request.at)[:SHOWN]),
        "trains": bool(policy.may_train(request.staff)),
        "guided": queries.guided(request.staff),
        "leads": queries.leads(request.staff),
    }
    return render(request, "training/home.html", shown)


@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """Everybody whose learning the hub keeps."""
    require(policy.may_train(request.staff))
    words = request.GET.get("name", "").strip()[:80]
    page = Paginator(queries.listed(request.staff, words), ON_A_PAGE).get_page(request.GET.get("page"))
    seen(request, request.staff, "learners")
    rest = request.GET.copy()
    rest.pop("page", None)
    shown = {"page": page, "words": words, "query": rest.urlencode(), "roles": content.roles()}
    return render(request, "training/learners.html", shown)


@require_safe
def learner(request: StaffRequest, learner_id: uuid.UUID) -> HttpResponse:
    """One learner's record."""
    one = queries.find(request.staff, learner_id)
    roles = content.roles()
    seen(request, one, "learner")
    learnt, today = records.of([one])[one.pk], localdate(request.at)
    may_sign = {step.value for step in Step if policy.may_sign(request.staff, one, step)}
    shown = {
        "one": one,
        "own": one.account_id == request.staff.account_id,
        "trains": bool(policy.may_train(request.staff)),
        "works_as": [roles[each].label if each in roles else each for each in one.roles],
        "paths": records.paths_of(one, learnt, today),
        "learnt": learnt,
        "minutes": standing.minutes_in_a_year(learnt, today),
        "hours": content.numbers()["yearly_hours"],
        "may_sign": may_sign,
        "may_log": bool(policy.may_log(request.staff, one)),
        "may_see": Step.LINE_MANAGER.value in may_sign,
        "bookings": sessions.history(one),
        "now": request.at,
    }
    return render(request, "training/learner.html", shown)


@require_http_methods(AN_ANSWER)
def new(request: StaffRequest) -> HttpResponse:
    """Add a learner."""
    require(policy.may_train(request.staff))
    form = _form(request, initial={"starts_on": localdate(request.at)}, new=True)

    def act() -> str:
        made = actions.add_learner(by=request.staff, at=request.at, **form.said)
        return f"{made.name} is among the learners."

    return short_form(
        request, form, act, about="learners", back=(reverse("training:learners"), "Learners"),
        title="Add a learner", button="Add them",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def change(request: StaffRequest, learner_id: uuid.UUID) -> HttpResponse:
    """Say what a learner works as, where, and who guides them."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, learner_id)
    form = _form(request, initial=_as_it_is(one), new=False)

    def act() -> str:
        actions.change_learner(learner=one, by=request.staff, at=request.at, **form.said)
        return "Changed."

    return short_form(
        request, form, act, about=one, back=(reverse("training:learner", args=[one.pk]), one.name),
        caption=one.name, title="Change a learner", button="Change it",
    )  # fmt: skip


def _form(request: StaffRequest, *, initial: dict[str, object], new: bool) -> forms.LearnerForm:
    return forms.LearnerForm(
        sent(request), agencies=queries.agencies(request.staff), posts=queries.may_guide(request.staff),
        roles=content.roles(), new=new, initial=initial,
    )  # fmt: skip


def _as_it_is(one: Learner) -> dict[str, object]:
    return {
        "agency": str(one.agency_id), "unit": one.unit, "roles": one.roles, "mentor": str(one.mentor_id or ""),
        "line_manager": str(one.line_manager_id or ""), "starts_on": one.starts_on, "ended_on": one.ended_on,
    }  # fmt: skip
