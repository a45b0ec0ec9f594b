"""A hub with a lead, graders of three agencies, and twelve referrals of October; each step through the real actions."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from mash.partnership.models import Agency
from mash.quality import actions
from mash.quality.measures.drawing import draw
from mash.quality.models import Given, Round, Sheet
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, a_message
from tests.factories.partnership import AgencyFactory, HubFactory, MembershipFactory, StaffFactory

FROM, UNTIL = date(2026, 10, 1), date(2026, 10, 31)
BEFORE = datetime(2026, 10, 12, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
SENDER = "PC 4471 Ashdown"
FORCE = "North Thames Constabulary"
TEAM = "Response Team B"
WORDS = f"{SENDER} of {TEAM} saw Daniel on the landing.  ASHDOWN spoke with him; PS Oduya agreed.  CAD 6120/01NOV26."


def police_message(reference, **changes):
    """Return what an officer sends: their name, team and number stand in the words too."""
    said = {
        "source": {"kind": "police", "organisation": FORCE, "name": SENDER, "role": TEAM,
                   "email": "pc.ashdown@police.example", "phone": "020 7946 0059"},
        "event": {"reference": "CAD 6120/01NOV26"},
        "concern": {"categories": ["neglect"], "what_happened": WORDS},
        "agreement": {"sought": "not_sought", "ground": "significant_harm", "reason": "He was near.",
                      "manager": "PS Oduya", "family_aware": False},
    }  # fmt: skip
    return a_message(reference, **(said | changes))


@dataclass
class Panel:
    """A hub, its lead, its graders, and what came in."""

    hub: object
    lead: object
    graders: list
    agencies: list
    contacts: list = field(default_factory=list)
    round: Round = None

    def sheets(self):
        """Return the sheets of the round, as the app reads them."""
        found = list(
            Sheet.objects.using("builder").filter(round=self.round).select_related("round").order_by("place")
        )
        for one in found:
            one._state.db = one.round._state.db = "default"
        return found

    def grader_of(self, sheet, place=0):
        """Return one of the graders of a sheet."""
        return next(one for one in self.graders if one.pk == sheet.graders[place])


def a_panel(contacts=12):
    """Make the hub; half of its referrals come from the police, half from a school."""
    hub = HubFactory()
    force = Agency.objects.using("builder").filter(name=FORCE).first() or AgencyFactory(
        name=FORCE, kind="police"
    )
    force._state.db = "default"
    agencies = [
        force,
        AgencyFactory(),
        AgencyFactory(kind="community_health"),
    ]
    for one in agencies:
        MembershipFactory(hub=hub, agency=one)
    lead = StaffFactory(hub=hub, manager=True)
    graders = [StaffFactory(hub=hub, agency=one, duties=["grade"]) for one in agencies]
    panel = Panel(hub, lead, graders, agencies)
    for place in range(contacts):
        reference = f"OCT-{place}"
        at = BEFORE + timedelta(days=place)
        more = {}
        if place % 2 == 0:
            more = {
                "police": True,
                "message": police_message(reference),
                "email": "pc.ashdown@police.example",
            }
        panel.contacts.append(
            ContactFactory(hub=hub, sender_reference=reference, received_at=at, sent_at=at, **more)
        )
    return panel


def another_seed(made):
    """Return a seed by which another sample is drawn of the same frame, or the same one in another order."""
    frame = [(key, stratum) for key, stratum in made.frame]
    return next(
        seed for seed in map("{:032}".format, range(100)) if draw(frame, made.asked, seed).all != made.drawn
    )


def drawn(panel=None, size=4, **changes):
    """Draw a round of October."""
    panel = panel or a_panel()
    said = {
        "key": uuid.uuid4(), "label": "2026, October", "from_on": FROM, "until_on": UNTIL, "size": size,
        "spread_over": "nothing", "graders": panel.graders, "at": NOW,
    }  # fmt: skip
    panel.round = doing(panel.lead, actions.draw_round, **(said | changes))
    return panel


def opened(panel=None, **changes):
    """Draw a round and open it."""
    panel = drawn(panel, **changes)
    doing(panel.lead, actions.open_round, round_=panel.round, at=NOW)
    return panel


def said_of(grade=3, **changes):
    """Return a grader's word: every criterion alike, and the whole."""
    from mash.quality import content

    said = {
        "key": uuid.uuid4(), "grade": grade, "criteria": dict.fromkeys(content.criteria(), grade), "left_out": {},
        "lifted": "", "done_well": "His own words stand there.", "to_improve": "Say what was told and by whom.",
    }  # fmt: skip
    return said | changes


def grade_all(panel, grades=((3, 3), (2, 3), (1, 3), (4, 4))):
    """Have every sheet graded."""
    for sheet, pair in zip(panel.sheets(), grades, strict=True):
        for place, grade in enumerate(pair):
            doing(panel.grader_of(sheet, place), actions.give_grade, sheet=sheet, at=NOW, **said_of(grade))


def settled(panel):
    """Settle what differs, each at 2."""
    for sheet in panel.sheets():
        grades = {*Given.objects.using("builder").filter(sheet=sheet.pk).values_list("grade", flat=True)}
        if len(grades) > 1:
            doing(panel.lead, actions.settle, sheet=sheet, grade=2, words="The ground was missing.", at=NOW)


def closed(panel=None):
    """Take a round to its end, of which half came from the police and half from a school."""
    panel = opened(panel, spread_over="source")
    grade_all(panel)
    settled(panel)
    doing(panel.lead, actions.close_round, round_=panel.round, left_out="", at=NOW)
    panel.round.refresh_from_db(using="builder")
    return panel
