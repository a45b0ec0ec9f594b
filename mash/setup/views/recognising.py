"""The page on which a hub adopts weights that were learned from its own decisions, or goes back to the product's."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.people import actions as people
from mash.people import weighing
from mash.people.matching.reporting import MEASURES, edition_in_words, in_words, sentences
from mash.people.matching.weights import shipped
from mash.people.models import LearnedWeights, WeightsChoice
from mash.people.policy import may_choose_weights
from mash.setup import actions
from mash.setup.differences import Difference
from mash.setup.forms.recognising import Choice
from mash.setup.queries import hubs as queries
from mash.setup.views.steps import CHANGED_MEANWHILE, SaidNo, in_steps

What = WeightsChoice.What
COUNTED = (
    ("known", "Somebody in a contact, settled to be a person on record"),
    ("new", "Somebody in a contact, new to the hub although others were shown"),
    ("left_open", "Said only who they are not"),
    ("joined", "Two records, said to be one person"),
    ("apart", "Two records, said not to be the same person"),
)


@require_http_methods(["GET", "POST"])
def recognising(request: StaffRequest) -> HttpResponse:
    """Show what was learned beside what counts, and take a person's word on which is to count."""
    hub = queries.own_hub(request.staff)
    require(may_choose_weights(request.staff, hub.pk))
    learned, chosen = weighing.learned_for(request.staff), weighing.choices_for(request.staff)
    newest, last = learned[0] if learned else None, chosen[0] if chosen else None
    words = {one.pk: one for one in reversed(chosen) if one.learned_id}
    said_of = {one.learned_id: one for one in words.values()}
    choices = _choices(newest, weighing.adopted_in(hub.pk), said_of)
    form = Choice(request.POST or None, choices=choices)

    def differences() -> list[Difference]:
        what = form.cleaned_data["what"]
        name = "How people are recognised" if what == What.SHIPPED else str(newest).capitalize()
        return [
            (name, _now(newest, said_of) if what == What.LEFT else _in_force(hub.pk), _then(what, newest))
        ]

    def save() -> None:
        what = form.cleaned_data["what"]
        try:
            actions.choose_weights(
                hub=hub,
                what=what,
                learned=None if what == What.SHIPPED else newest,
                seen=last.number if last else 0,
                why=form.cleaned_data["why"],
                by=request.staff,
                at=request.at,
            )
        except (people.ChosenMeanwhile, people.NotInForce, people.OtherEdition) as refused:
            raise SaidNo(None, CHANGED_MEANWHILE) from refused

    return in_steps(
        request,
        form,
        template="setup/recognising.html",
        context={
            "title": "How people are recognised",
            "button": "Save",
            "hub": hub,
            "in_force": _in_force(hub.pk),
            "shipped": shipped().edition,
            "newest": newest,
            "said": said_of.get(newest.pk) if newest else None,
            "beside": edition_in_words(newest.report["beside"]) if newest else "",
            "rows": _rows(newest) if newest else [],
            "sentences": list(sentences(newest.report)) if newest else [],
            "counted": _counted(newest) if newest else [],
            "choices": choices,
            "chosen": chosen,
        },
        state=[last.number if last else 0, newest.number if newest else 0, shipped().edition],
        differences=differences,
        save=save,
        saved="Saved. What counts from now on is shown below.",
        done="setup:recognising",
    )


def _choices(newest: LearnedWeights | None, adopted: Any, said_of: Any) -> list[tuple[str, str]]:
    """Return what can be chosen now."""
    found = []
    if newest and newest.based_on == shipped().edition and newest.pk != adopted:
        found.append((What.ADOPTED.value, "Adopt the proposed weights"))
    if newest and newest.pk not in said_of:
        found.append((What.LEFT.value, "Do not adopt them: what counts now stays"))
    if adopted:
        found.append(
            (What.SHIPPED.value, f"Go back to edition {shipped().edition}, which the product carries")
        )
    return found


def _in_force(hub_id: Any) -> str:
    return edition_in_words(weighing.weights_of(hub_id).edition)


def _now(newest: LearnedWeights | None, said_of: Any) -> str:
    said = said_of.get(newest.pk) if newest else None
    return str(said).lower() if said else "waits for somebody’s word"


def _then(what: str, newest: LearnedWeights | None) -> str:
    if what == What.SHIPPED:
        return edition_in_words(shipped().edition)
    return str(newest) if what == What.ADOPTED else "not adopted"


def _rows(newest: LearnedWeights) -> list[tuple[str, str, str]]:
    before, after = newest.report["before"], newest.report["after"]
    return [(words, in_words(before[name]), in_words(after[name])) for name, words in MEASURES.items()]


def _counted(newest: LearnedWeights) -> list[tuple[str, int]]:
    counts = newest.report["counts"]
    return [(words, counts[name]) for name, words in COUNTED if counts.get(name)]
