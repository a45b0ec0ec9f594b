"""The pages on which a lost second factor is taken off: one person asks, another confirms."""

import uuid

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.setup import actions, policy
from mash.setup.differences import Difference
from mash.setup.forms.factors import Lost
from mash.setup.queries import people as queries
from mash.setup.views.steps import SaidNo, in_steps

SAID = "Asked. It stays on until another administrator or the manager confirms it."
TAKEN_OFF = "Taken off. They set up another when they next sign in; an e-mail tells them."


@require_http_methods(["GET", "POST"])
def lost(request: StaffRequest, post_id: uuid.UUID) -> HttpResponse:
    """Ask that the second factor of whoever holds a post be taken off."""
    require(policy.may_set_up(request.staff))
    held = queries.find_post(request.staff, post_id)
    require(policy.may_ask_to_take_off(request.staff, held, request.at))
    form = Lost(request.POST or None)

    def save() -> None:
        try:
            actions.report_lost_factor(
                post=held, why=form.cleaned_data["why"], by=request.staff, at=request.at
            )
        except actions.NoSecondFactor as none:
            raise SaidNo(None, "They have no second factor that could be taken off") from none
        except actions.AlreadyAsked as already:
            raise SaidNo(
                None, "Somebody has asked for this already: it waits for a second person"
            ) from already

    def differences() -> list[Difference]:
        return [
            (f"Second factor of {held.account.name}", "Set up", "Waits for a second person to take it off")
        ]

    return in_steps(
        request,
        form,
        template="setup/lost_factor.html",
        context={"title": "A lost second factor", "post": held},
        state=str(is_mfa_enabled(held.account)),
        differences=differences,
        save=save,
        saved=SAID,
        done="setup:posts",
    )


@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, lost_id: uuid.UUID) -> HttpResponse:
    """Take off a second factor that somebody else said is lost, or leave it."""
    require(policy.may_set_up(request.staff))
    asked = queries.find_lost_factor(request.staff, lost_id)
    if request.method == "POST":
        confirmed = request.POST.get("answer") == "confirm"
        try:
            actions.answer_lost_factor(lost=asked, confirmed=confirmed, by=request.staff, at=request.at)
            messages.success(request, TAKEN_OFF if confirmed else "Turned down. It stays as it is.")
        except actions.Answered:
            messages.info(request, "Somebody has answered this already.")
        return redirect("setup:posts")
    may = policy.may_answer_lost_factor(request.staff, asked)
    return render(request, "setup/answer_lost_factor.html", {"lost": asked, "may": may})
