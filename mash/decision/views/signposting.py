"""From a decision to the directory: services that fit, and which of them a worker names."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.decision import actions, policy, queries
from mash.decision.queries import signposts
from mash.decision.queries.naming import day_of
from mash.directory.queries.search import Hit
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

LONGEST = 120


class Find(forms.Form):
    """Words that narrow the services that fit."""

    q = forms.CharField(
        label="Look for", required=False, max_length=LONGEST, help_text="Such as: grief, money, youth club"
    )


class NameThem(forms.Form):
    """Which services are named.  offered: key to name."""

    services = forms.MultipleChoiceField(
        label="Which do you name?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one service", "invalid_choice": "Choose from the list"},
    )

    def __init__(self, *args: object, offered: list[tuple[str, str]], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["services"].choices = offered  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def signpost(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Show services that fit the person's age, area and level, and name those that are chosen."""
    outcome = queries.find_outcome(request.staff, outcome_id)
    decision, today = outcome.decision, day_of(request.at)
    require(policy.may_name_services(request.staff, decision))
    find = Find(request.GET or None)
    words = find.cleaned_data["q"] if find.is_bound and find.is_valid() else ""
    found = signposts.fitting(outcome, today, words)
    offered = [(str(hit.service.pk), hit.service.name) for hit in found.hits]
    form = NameThem(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        chosen = [uuid.UUID(one) for one in form.cleaned_data["services"]]
        try:
            actions.name_services(outcome=outcome, services=chosen, by=request.staff, at=request.at)
        except actions.NotWhole as said:
            form.add_error("services", str(said))
        else:
            messages.success(request, "Named. The decision says which.")
            return redirect("decision:page", decision.pk)
    record(
        "contact.seen",
        about=decision.contact,
        at=request.at,
        hub_id=decision.hub_id,
        detail={"page": "signpost"},
    )
    shown = {
        "contact": decision.contact,
        "decision": decision,
        "outcome": outcome,
        "find": find,
        "form": form,
        "found": found,
        "hints": {str(hit.service.pk): _hint(hit) for hit in found.hits},
        "query": signposts.query_of(outcome, today),
    }
    return render(request, "decision/signpost.html", shown)


def _hint(hit: Hit) -> str:
    return ", ".join(filter(None, [hit.service.organisation.name, hit.miles]))
