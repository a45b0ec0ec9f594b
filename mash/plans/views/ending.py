"""A look at a plan together, the way up to the hub, and the end."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from mash.partnership.http import StaffRequest
from mash.plans import actions, content, forms, policy, queries
from mash.plans.queries import shown
from mash.plans.views.sending import kept, sent


@require_http_methods(["GET", "POST"])
def look(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Write down a look at the plan together."""
    plan = queries.find(request.staff, plan_id)
    late = shown.late_actions(plan, localdate(request.at))
    initial = {"key": uuid.uuid4(), "follows": len(queries.reviews_of(plan))}
    form = forms.LookAgain(sent(request), late=late, initial=initial)
    return kept(
        request,
        plan,
        form,
        partial(actions.hold_review, plan=plan),
        template="look",
        done="The look at the plan is kept.",
    )


@require_http_methods(["GET", "POST"])
def step_up(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Tell the hub that more is needed."""
    plan = queries.find(request.staff, plan_id)
    form = forms.StepUpForm(sent(request), initial={"key": uuid.uuid4()})
    return kept(
        request,
        plan,
        form,
        partial(actions.step_up, plan=plan),
        template="step_up",
        done="The hub is told. You find the reference below.",
        verdict=policy.may_step_up(request.staff, plan),
    )


@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Propose that the plan ends."""
    plan = queries.find(request.staff, plan_id)
    if queries.closing_of(plan):
        messages.info(request, "It is proposed to close already.")
        return redirect("plans:plan", plan.pk)
    form = forms.Close(sent(request), initial={"key": uuid.uuid4()})
    done = "Proposed. A cleared person of the hub looks at every closing before it counts."
    return kept(request, plan, form, partial(actions.propose_close, plan=plan), template="close", done=done)


@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, closure_id: uuid.UUID) -> HttpResponse:
    """Pass a closing, or return it."""
    closure = queries.find_closure(request.staff, closure_id)
    if not closure.waits:
        messages.info(request, "Somebody has answered it already.")
        return redirect("plans:plan", closure.plan_id)
    return kept(
        request,
        closure.plan,
        forms.Answer(sent(request)),
        _answered,
        template="answer",
        done="Your word is kept.",
        verdict=policy.may_pass_closing(request.staff, closure),
        closure=closure,
        reasons=content.closing_reasons(),
    )


def _answered(*, answer: str, why: str, **said: object) -> None:
    said.pop("reasons")
    if answer == "pass":
        actions.pass_closing(**said)  # type: ignore[arg-type]
    else:
        actions.return_closing(why=why, **said)  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
def after(request: StaffRequest, closure_id: uuid.UUID) -> HttpResponse:
    """Write down whether the family came back after the plan ended."""
    closure = queries.find_closure(request.staff, closure_id)
    if closure.passed_at is None:
        raise Http404
    return kept(
        request,
        closure.plan,
        forms.After(sent(request)),
        actions.check_after,
        template="after",
        done="What you found is kept.",
        verdict=policy.may_check_after(request.staff, closure),
        closure=closure,
    )
