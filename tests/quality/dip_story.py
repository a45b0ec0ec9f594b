"""A hub with a lead, two reviewers and incidents of September and October; each step through the real actions."""

import uuid
from dataclasses import dataclass
from datetime import date

from mash.quality import actions
from mash.quality.models import DipCard, Review
from tests.factories.check import doing
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory
from tests.quality.incident_files import NOW, a_file, a_row, taken

FROM, UNTIL = date(2026, 9, 1), date(2026, 10, 31)
OFFICER, UNIT = "PC 4471", "Response Zulu"
NEEDED = {
    "form_required": "required", "for_whom": "child", "form_submitted": "no", "why_not": "no_time",
    "risk_today": "no", "put_right": "form_sent_now",
}  # fmt: skip


@dataclass
class Sample:
    """A hub, who leads, who reviews, and a sample."""

    hub: object
    lead: object
    reviewers: list
    dip: object = None

    def cards(self):
        """Return its cards, as the app reads them."""
        found = list(
            DipCard.objects.using("builder").filter(dip=self.dip).select_related("dip").order_by("place")
        )
        for one in found:
            one._state.db = one.dip._state.db = "default"
        return found

    def reviewer_of(self, card):
        return next(one for one in self.reviewers if one.pk == card.reviewer_id)


def rows(many=30):
    """Return rows of which a third are of another type, and a few unclear."""
    for place in range(many):
        day = f"2026-{9 + place % 2:02}-{1 + place % 28:02}T10:00:00+01:00"
        kind = "missing child" if place % 3 else "shoplifting"
        required = ("yes", "no", "")[place % 3] if place % 5 == 0 else ("yes" if place % 2 else "no")
        yield a_row(
            reference=f"CAD {place}", occurred_at=day, kind=kind, unit=UNIT if place % 2 else "Roads",
            officer=OFFICER, child="yes" if place % 2 else "no", required=required, submitted="no", sent="",
        )  # fmt: skip


def a_sample(many=30, reviewers=2):
    hub = HubFactory()
    lead = StaffFactory(hub=hub, manager=True)
    people = [StaffFactory(hub=hub, agency=AgencyFactory(), duties=["grade"]) for _ in range(reviewers)]
    taken(lead, a_file(*rows(many)))
    return Sample(hub, lead, people)


def drawn(sample=None, size=10, **changes):
    sample = sample or a_sample()
    said = {
        "key": uuid.uuid4(), "label": "2026, September and October", "from_on": FROM, "until_on": UNTIL, "kinds": [],
        "size": size, "spread_over": "nothing", "reviewers": sample.reviewers, "at": NOW,
    }  # fmt: skip
    sample.dip = doing(sample.lead, actions.draw_dip, **(said | changes))
    return sample


def review(sample, card, said=NEEDED, words="", key=None, **changes):
    return doing(
        sample.reviewer_of(card), actions.review_incident, card=card, key=key or uuid.uuid4(), said=said | changes,
        words=words, at=NOW,
    )  # fmt: skip


def reviewed(sample=None, answers=(), **more):
    """Draw a sample and review all of it, one set of answers after the other."""
    sample = drawn(sample, **more)
    for place, card in enumerate(sample.cards()):
        review(sample, card, said=answers[place % len(answers)] if answers else NEEDED, words="No log.")
    return sample


def found_of(card):
    return Review.objects.using("builder").get(card=card.pk)
