"""A hub that decided ten cases in November, and two people of other agencies who decide them again in December."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mash.decision import queries as decisions
from mash.partnership.models import Agency
from mash.quality.own import actions, queries
from mash.quality.own.models import Again, Copy, Month, Redecided, Reviewer
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of, ready, who_is
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory, MembershipFactory, StaffFactory
from tests.factories.triage import ReturnedFactory

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
REASONS = "He goes hungry, which nobody has asked about."
SECRET = "zqxdecided"
B = "builder"
AGAIN = ["review", "clear"]


@dataclass
class Case:
    """A hub, whoever leads, decides and decides again, and its month."""

    hub: object
    care: Agency
    lead: object
    decider: object
    anew: object
    reviewers: list
    month: Month = None
    decided: list = field(default_factory=list)

    def rows(self, **how):
        """Return the cases of the month, as the app reads them."""
        found = list(
            Again.objects.using(B)
            .filter(month=self.month, **how)
            .select_related("copy", "contact", "month", "decision", "decided_by")
            .order_by("place")
        )
        for one in found:
            one._state.db = one.copy._state.db = one.month._state.db = "default"
        return found

    def row(self, **how):
        return self.rows(**how)[0]

    def seats(self, again, **how):
        """Return who decides a case again, as the app reads them."""
        found = list(
            Reviewer.objects.using(B)
            .filter(copy=again.copy, **how)
            .select_related("staff")
            .order_by("from_at", "pk")
        )
        for one in found:
            one._state.db = one.staff._state.db = "default"
        return found

    def two(self, again):
        """Return the posts that decide a case again now."""
        known = {one.pk: one for one in self.reviewers}
        return [known[one.staff_id] for one in self.seats(again, ended_at=None)]


def a_hub():
    hub = HubFactory()
    care, police, health = (
        AgencyFactory(kind="childrens_social_care"),
        AgencyFactory(kind="police"),
        AgencyFactory(),
    )
    for one in (care, police, health):
        MembershipFactory(hub=hub, agency=one)
    post = {"hub": hub, "agency": care}
    return Case(
        hub,
        care,
        StaffFactory(manager=True, **post),
        StaffFactory(decider=True, **post),
        StaffFactory(decider=True, **post),
        [StaffFactory(hub=hub, agency=one, duties=AGAIN) for one in (police, health)],
    )


def decided(case, outcome="no_further_action", *, level=1, at=MONDAY_9AM, by=None, **contact):
    """Decide a contact, on the picture as it then is; what was decided stands nowhere else."""
    by = by or case.decider
    made = ready(hub=case.hub, **contact)
    with signed_in_as(by):
        picture = decisions.draw(decisions.Event(made), at)
    decision = DecisionFactory(
        contact=made, by=by, at=at, made_at=at, snapshot=picture, reasons=f"{SECRET}: nothing more is needed."
    )
    child = next(one for one in people_of(made) if one.is_at_risk)
    OutcomeFactory(decision=decision, about=child, person=who_is(child), outcome=outcome, level=level)
    case.decided.append(decision)
    return decision


def sent_back(case, at=MONDAY_9AM):
    """Send a contact back to its referrer."""
    made = ready(hub=case.hub)
    return ReturnedFactory(contact=made, by=case.decider, at=at)


def a_month(case=None, *, no_action=3, other=3):
    """Decide in November, and draw it in December."""
    case = case or a_hub()
    for place in range(no_action):
        decided(case, at=MONDAY_9AM + timedelta(days=place))
    for place in range(other):
        decided(case, "early_help", level=2, at=MONDAY_9AM + timedelta(days=place))
    return drawn(case)


def drawn(case):
    case.month = doing(case.lead, actions.draw_month, at=NOW)
    return case


def word(outcome="no_further_action", level=1, **changes):
    """Return what somebody who decides again says."""
    said = {
        "outcome": outcome, "level": level, "reasons": REASONS, "sure": "fairly", "missing": "", "at_risk": False,
        "at_risk_words": "",
    }  # fmt: skip
    return said | changes


def says(case, again, by, *, at=NOW, look=True, **said):
    """Have somebody decide again, and the program look at it."""
    with signed_in_as(by):
        actions.decide_again(copy=again.copy, by=by, at=at, **word(**said))
    if look:
        looks(again, at=at)


def looks(again, at=NOW):
    with in_service("own_decisions"):
        actions.look_at(again_id=again.pk, at=at)
    copy = again.copy
    again.refresh_from_db(using=B)
    again._state.db, again.copy = "default", copy


def both_say(case, again, first, second):
    for by, said in zip(case.two(again), (first, second), strict=True):
        says(case, again, by, **said)


__all__ = ["Copy", "Redecided", "queries"]
