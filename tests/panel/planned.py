"""A panel, and a family that has a plan: each step through the real actions."""

import uuid
from datetime import timedelta

from mash.panel import actions
from mash.panel.models import Meeting
from mash.people.models import Person
from tests.factories.check import doing
from tests.factories.partnership import MONDAY_9AM
from tests.panel import story
from tests.panel.story import AT_NOON, FIRST, again, fresh, kept
from tests.plans.story import Told

ENOUGH = ("early_help", "education", "community_health", "childrens_social_care")


def child_of(told):
    person = Person.objects.using("builder").get(pk=told.plan.person_id)
    person._state.db = "default"
    return person


def brings(board, person, *kinds, decision=None, by=None, **changes):
    said = {
        "kind": "review", "household": "Two", "asked": "Is it right for Daniel?", "background": "", "agreement": "Yes",
    } | changes  # fmt: skip
    return doing(
        by or board.worker, actions.bring, key=uuid.uuid4(), panel=board.panel, person=person, decision=decision,
        agencies=[board.agencies[kind] for kind in kinds], at=MONDAY_9AM, **said,
    )  # fmt: skip


def listed(board, item):
    doing(board.chair, actions.put_on, meeting=again(board.meeting), item=fresh(item), at=MONDAY_9AM)
    return fresh(item)


class Scene:
    """A panel, and a family with a plan of the panel whose lead sits there for the school."""

    def __init__(self, outcome="multi_agency_panel", **options):
        self.board = story.planned(2)
        self.told = Told(outcome, hub=self.board.hub, lead=self.board.members["education"], **options)
        self.plan = self.told.plan

    def brought(self, *kinds, **words):
        kinds = kinds or ("education", "community_health")
        self.item = listed(self.board, brings(self.board, child_of(self.told), *kinds, **words))
        story.came(self.board, *ENOUGH)
        return self.item

    def added(self, **changes):
        said = {
            "need": None, "need_words": "He is late.", "outcome": "In by nine.", "what": "Meets him at the gate.",
            "agency": self.board.agencies["education"], "person": "Jo Adler", "due_on": FIRST + timedelta(days=14),
        } | changes  # fmt: skip
        return doing(self.board.chair, actions.add_to_plan, item=fresh(self.item), at=AT_NOON, **said)

    def follow_up(self):
        """Put the family on the agenda of the next meeting."""
        doing(self.board.chair, actions.write_minutes, meeting=again(self.board.meeting), at=AT_NOON)
        later = kept(Meeting, panel=self.board.panel).order_by("-starts_at").first()
        self.board.meeting = again(later)
        return listed(self.board, brings(self.board, child_of(self.told), "education", "community_health"))
