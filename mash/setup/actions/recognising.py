"""By which weights a hub recognises people: chosen by a person, and kept in the change log."""

from datetime import datetime

from django.db import transaction

from mash.partnership.models import Hub, Staff
from mash.people import actions as people
from mash.people.matching.reporting import edition_in_words
from mash.people.models import LearnedWeights, WeightsChoice
from mash.people.weighing import weights_of
from mash.setup.actions.log import note
from mash.setup.models import Part


@transaction.atomic
def choose_weights(
    *, hub: Hub, what: str, learned: LearnedWeights | None, seen: int, why: str, by: Staff, at: datetime
) -> WeightsChoice:
    """Adopt learned weights, leave them, or go back to what the product carries, and log it.

    learned, seen: as in `people.actions.choose_weights`, which also says what is raised.

    Source: docs/rules.md, "Learning to recognise", "Setting up a hub".
    """
    before = edition_in_words(weights_of(hub.pk).edition)
    said = people.choose_weights(hub=hub, what=what, learned=learned, seen=seen, why=why, by=by, at=at)
    after = edition_in_words(weights_of(hub.pk).edition)
    found = [("Weights in force", before, after)] if after != before else []
    name = f"{learned}".capitalize() if learned else "How people are recognised"
    note(
        Part.MATCHING,
        f"{name}: {said}".lower().capitalize(),
        hub=hub,
        by=by,
        at=at,
        why=why,
        differences=found,
    )
    return said
