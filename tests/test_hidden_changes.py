"""Whatever changes in the sealed room changes nothing for whoever is not cleared: no list, search, match or e-mail.

After each of several changes, every list is opened and every search made again by everybody who must not learn of it,
and each answer must be as it was, byte for byte.  Beside them, what was queued to be sent or worked must be as it was.
`make prove` makes every change and asks everybody (MASH_HIDDEN); a sample of one, by four, runs with the other tests.
"""

import json
import os
import random
import uuid

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from mash.partnership.models import Duty
from mash.people.details import Details
from mash.sealed.actions import begin_release, end_subject, reseal, seal, seal_address, seal_subject
from mash.sealed.grading import UNGRADED
from mash.sealed.models import Item
from mash.sealed.subjects import Words
from tests.factories.base import in_service
from tests.factories.check import doing
from tests.factories.decision import people_of
from tests.factories.partnership import StaffFactory
from tests.figures import figure
from tests.test_nothing_leaks import _searched, comparable, left_behind, monkeypatch_module, told, uncleared

__all__ = ["monkeypatch_module", "told"]
pytestmark = pytest.mark.exhaustive
CHANGES = int(os.environ.get("MASH_HIDDEN") or 1)
IN_A_SAMPLE = 4  # people
SEED = int(os.environ.get("MASH_SEED", "34"))
LISTS = (
    "home", "check:inbox", "check:releases", "check:release_register", "contact:consultations", "contact:disputed",
    "contact:suspected", "decision:letters_waiting", "decision:school_notices", "decision:to_and_fro",
    "decision:turnaround", "decision:waiting", "desk:alerts", "desk:assign", "desk:audit_people",
    "desk:audit_unusual", "desk:chasing", "desk:given", "desk:hand_overs", "desk:my_referrals", "desk:night",
    "desk:openings", "desk:outbox", "desk:passed", "desk:worklist", "directory:home", "directory:named",
    "directory:organisations", "referral:places", "retention:agreed", "retention:due",
    "retention:holds", "retention:register", "retention:waiting", "rota:now", "sealed:people",
    "subject_access:requests", "triage:clocks_running", "triage:next",
)  # fmt: skip
ASKED = ("", "?q=Lindqvist&order=due&view=all&page=1&state=open")
SEARCHES = ("desk:search", "people:search")
NAMES = ("Nora Lindqvist", "Lindqvist 2019-10-31")
TOLD_BY_RULE = {
    ("a_release_is_begun", "auditor", "check:release_register")
}  # auditors read the course of every release


def everything(case, people):
    """Return every answer to whoever is not cleared: each list as it comes and filtered, and each search on its way."""
    found = {}
    with connections["builder"].cursor() as cursor:
        cursor.execute("DELETE FROM partnership_tally")  # how much they looked at before is no difference
    for who, client in people.items():
        for name in LISTS:
            for query in ASKED:
                answer = client.get(f"{reverse(name)}{query}")
                found[who, name, query] = (*comparable(answer), left_behind(client, answer))
        for name in SEARCHES:
            for words in NAMES:
                found[who, name, words] = _searched(client, name, words)
    return found


def queued():
    """Return what waits to be sent, and how much there is to be worked."""
    with connections["builder"].cursor() as cursor:
        cursor.execute('SELECT "to", subject, body FROM partnership_email ORDER BY 1, 2, 3')
        emails = cursor.fetchall()
        cursor.execute("SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        return emails, cursor.fetchall()


class Room:
    """What the unit, and whoever answers for the police, do in the room of the case: each a change that is hidden."""

    def __init__(self, case):
        self.case, self.cleared, self.author = case, case.posts["cleared"], case.author
        self.people = [one.pk for one in people_of(case.contact)]
        self.item = self.subject = None

    def _sealed(self, **more):
        said = {"question": "item", "words": self.case.item, "on": "", "precision": "day"}
        enquiry = self.case.enquiries["police"]
        return doing(
            self.author,
            lambda by, **words: seal(author=by.pk, **words),
            hub_id=enquiry.hub_id,
            case=self.case.contact.pk,
            agency=enquiry.agency_id,
            about=f"enquiry:{enquiry.pk}/item",
            people=self.people,
            words=json.dumps(said),
            at=self.case.now,
            **more,
        )

    def something_is_sealed(self):
        self.item = self._sealed()

    def something_is_added_to_it(self):
        self.item = self.item or self._sealed()
        self._sealed(supplements=self.item)

    def it_is_sealed_anew(self):
        self.item = (
            Item.objects.using("builder").filter(replaced_by=None, agency=self.author.agency_id).first().pk
        )
        words = json.dumps({"question": "item", "words": "Otherwise", "on": "", "precision": "day"})
        doing(
            self.author,
            reseal,
            case=self.case.contact.pk,
            item=self.item,
            words=words,
            grading=UNGRADED,
            at=self.case.now,
        )

    def an_address_is_protected(self):
        words = {"lines": [f"c/o {self.case.house}"], "postcode": self.case.postcode, "words": {}}
        with in_service("intake"):
            seal_address(
                hub_id=self.case.contact.hub_id,
                case=self.case.contact.pk,
                about=f"address:{self.people[0]}",
                words=json.dumps(words),
                at=self.case.now,
            )

    def the_unit_lists_somebody(self):
        self.subject = uuid.uuid4()
        who = Details(given="Nora", family="Lindqvist", born_on=people_of(self.case.contact)[0].born_on)
        doing(
            self.cleared,
            seal_subject,
            key=self.subject,
            words=Words(who, "A witness"),
            at=self.case.now,
        )

    def the_unit_takes_them_off(self):
        if self.subject is None:
            self.the_unit_lists_somebody()
        doing(self.cleared, end_subject, key=self.subject, why="It is over", at=self.case.now)

    def a_release_is_begun(self):
        writer = StaffFactory(hub=self.case.contact.hub, duties=[Duty.CLEAR, Duty.RELEASE])
        doing(
            writer,
            begin_release,
            case=self.case.contact.pk,
            why="To keep a visit safe",
            barred=(),
            at=self.case.now,
            key=uuid.uuid4(),
        )


WAYS = (
    Room.something_is_sealed,
    Room.something_is_added_to_it,
    Room.it_is_sealed_anew,
    Room.an_address_is_protected,
    Room.the_unit_lists_somebody,
    Room.the_unit_takes_them_off,
    Room.a_release_is_begun,
)


def test_no_hidden_change_changes_a_byte_of_a_list_a_search_or_what_is_sent(told, monkeypatch_module):
    monkeypatch_module.setattr(timezone, "now", lambda: told.now)
    monkeypatch_module.setattr("mash.directory.middleware.is_within", lambda *_, **__: True)
    people, room, drawn = uncleared(told), Room(told), random.Random(SEED)
    if CHANGES == 1:
        people = dict(drawn.sample(sorted(people.items(), key=lambda one: one[0]), IN_A_SAMPLE))
    everything(told, people)  # that somebody has read is shown to others: let that be behind us
    before, waiting, compared, different = everything(told, people), queued(), 0, []
    assert {said[0] for said in before.values() if isinstance(said, tuple)} >= {200, 403, 404}
    for way in drawn.sample(WAYS, min(CHANGES, len(WAYS))):
        way(room)
        if queued() != waiting:
            different.append((way.__name__, "what is queued"))
        after = everything(told, people)
        told_by_rule = {where for where in after if (way.__name__, *where[:2]) in TOLD_BY_RULE}
        before |= {where: after[where] for where in told_by_rule}
        compared += len(after) - len(told_by_rule)
        different += [(way.__name__, *where) for where, said in after.items() if said != before[where]]
    figure(
        "S2 hidden changes",
        f"{compared} answers to {len(people)} people compared after {min(CHANGES, len(WAYS))} hidden changes, "
        f"{len(different)} different",
        "5,000 compared, 0 different",
    )
    assert different == []
