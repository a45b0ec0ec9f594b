"""A panel of five agencies with two families on the agenda of its next meeting; each step through the real actions."""

import uuid
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from mash.panel import actions
from mash.panel.models import Came, Item, Meeting, Panel, Seat
from tests.factories.check import doing
from tests.factories.partnership import (
    MONDAY_9AM,
    AccountFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.people import PersonFactory

KINDS = ("early_help", "education", "community_health", "police", "childrens_social_care", "housing")
FIRST = date(2026, 11, 16)
AT_NOON = MONDAY_9AM.replace(day=16, hour=12)  # two hours after the first meeting began


@dataclass
class Board:
    """A hub, its panel, and who sits there by kind of agency."""

    hub: object
    agencies: dict
    members: dict = field(default_factory=dict)
    chair: object = None
    worker: object = None
    panel: Panel = None
    meeting: Meeting = None
    items: list = field(default_factory=list)
    people: list = field(default_factory=list)

    def seat_of(self, kind):
        """Return the seat of an agency's member, as the app reads it."""
        found = Seat.objects.using("builder").select_related("agency", "staff__account", "panel__hub")
        seat = found.get(panel=self.panel, staff=self.members[kind])
        for one in (seat, seat.agency, seat.staff, seat.staff.account, seat.panel, seat.panel.hub):
            one._state.db = "default"
        return seat


def opened():
    """Open a panel: the chair is of early help, and five agencies more have a seat."""
    hub = HubFactory(email="mash@hub.example")
    agencies = {kind: AgencyFactory(kind=kind) for kind in KINDS}
    for one in agencies.values():
        MembershipFactory(hub=hub, agency=one)
    board = Board(hub, agencies)
    board.chair = StaffFactory(hub=hub, agency=agencies["early_help"], duties=["chair"])
    board.worker = StaffFactory(hub=hub, agency=agencies["childrens_social_care"], social_worker=True)
    board.members = {
        kind: StaffFactory(
            hub=hub, agency=agency, answerer=True, account=AccountFactory(name=f"Member of {kind}")
        )
        for kind, agency in agencies.items()
        if kind != "early_help"
    }
    board.members["early_help"] = board.chair
    board.panel = doing(
        board.chair, actions.open_panel, key=uuid.uuid4(), name="North panel", area="The north", place="Room 2",
        at=MONDAY_9AM,
    )  # fmt: skip
    for kind, one in board.members.items():
        role = "chair" if kind == "early_help" else "member"
        doing(
            board.chair,
            actions.give_seat,
            panel=board.panel,
            to=one,
            role=role,
            stands_in=False,
            at=MONDAY_9AM,
        )
    return board


def planned(number=1):
    """Plan meetings for the open panel."""
    board = opened()
    made = doing(
        board.chair, actions.plan_meetings, panel=board.panel, first_on=FIRST, starts=time(10), number=number,
        place="Room 2", at=MONDAY_9AM,
    )  # fmt: skip
    board.meeting = made[0]
    return board


def brought(board, *kinds, family="Okafor", given="Daniel", **words):
    """Have the social worker bring a family for which agencies of these kinds are needed."""
    person = PersonFactory(hub=board.hub, given=given, family=family)
    said = {
        "kind": "new_family", "household": f"{given} and his mother", "asked": f"Who helps {given} to school?",
        "background": "He is late most days.", "agreement": "His mother agreed on 2 November.", "decision": None,
    } | words  # fmt: skip
    item = doing(
        board.worker, actions.bring, key=uuid.uuid4(), panel=board.panel, person=person,
        agencies=[board.agencies[kind] for kind in kinds], at=MONDAY_9AM, **said,
    )  # fmt: skip
    board.items.append(item)
    board.people.append(person)
    return item


def listed(number=1):
    """Put two families on the agenda: one for education and health, the other for the police."""
    board = planned(number)
    for kinds, family in ((("education", "community_health"), "Okafor"), (("police",), "Rowe")):
        brought(board, *kinds, family=family)
    for one in board.items:
        doing(board.chair, actions.put_on, meeting=board.meeting, item=one, at=MONDAY_9AM)
    return board


def came(board, *kinds, at=AT_NOON):
    """Record who came."""
    seats = {board.seat_of(kind): (Came.HERE, "") for kind in kinds}
    return doing(board.chair, actions.record_attendance, meeting=board.meeting, came=seats, at=at)


def concluded(board, item, at=AT_NOON, **changed):
    said = {
        "decision": "accept_with_plan", "words": "A plan with the school.", "lead_name": "Ines Duarte",
        "lead_agency": board.agencies["education"], "review_on": FIRST + timedelta(weeks=6), "follows": 0,
    } | changed  # fmt: skip
    return doing(board.chair, actions.conclude, item=fresh(item), at=at, **said)


def added(board, item, at=AT_NOON, **changed):
    said = {
        "key": uuid.uuid4(), "what": "Meet him at the gate.", "outcome": "He is in by nine.",
        "agency": board.agencies["education"], "person": "Ines Duarte", "due_on": FIRST + timedelta(days=14),
    } | changed  # fmt: skip
    return doing(board.chair, actions.add_action, item=fresh(item), at=at, **said)


def fresh(item):
    """Return an item as it stands now."""
    found = (
        Item.objects.using("builder").select_related("meeting__panel", "panel__hub", "hub").get(pk=item.pk)
    )
    for one in (
        found,
        found.meeting,
        found.panel,
        found.hub,
        found.panel.hub,
        found.meeting and found.meeting.panel,
    ):
        if one is not None:
            one._state.db = "default"
    return found


def again(meeting):
    """Return a meeting as it stands now."""
    found = Meeting.objects.using("builder").select_related("panel__hub", "hub").get(pk=meeting.pk)
    for one in (found, found.panel, found.hub, found.panel.hub):
        one._state.db = "default"
    return found


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)
