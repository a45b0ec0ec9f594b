"""Families of the made-up borough agree to the help that is decided, where they have not been asked about just that."""

from collections.abc import Sequence
from datetime import datetime

from mash.contact.models import ContactPerson
from mash.decision import queries
from mash.decision.actions import Proposed
from mash.decision.content import outcomes
from mash.partnership.models import Staff
from mash.triage import actions as triage


def ask_the_family(proposed: Sequence[Proposed], by: Staff, at: datetime) -> None:
    """Ask whoever answers for each person whose outcome waits for agreement.  Acts as the worker who asks."""
    chosen = [(one.about, outcomes()[one.outcome]) for one in proposed]
    for about, outcome in queries.agreement_gaps(chosen, at):
        giver = _who_answers(about)
        triage.record_agreement(
            contact=about.contact,
            about=about,
            sought="given",
            given_by="parent" if giver and giver.pk != about.pk else "adult",
            given_by_person=giver,
            scopes=[outcome.agreement_scope],
            how="by_phone",
            family_aware=True,
            words=f"Agrees to this help: {outcome.label.lower()}.",
            said_at=at,
            by=by,
            at=at,
        )


def _who_answers(about: ContactPerson) -> ContactPerson | None:
    """Return a parent with responsibility for a child, or the adult themselves."""
    if queries.subject_of(about) == "adult":
        return about
    holders = {
        one.from_ref
        for one in about.contact.relationships.all()
        if one.to_ref == about.ref and one.parental_responsibility
    }
    return next((one for one in about.contact.people.order_by("ref") if one.ref in holders), None)
