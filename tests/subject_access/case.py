"""A request about a child of a whole case, and whoever works on it; each step through the real actions."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from mash.contact.models import Settlement
from mash.people.models import Person
from mash.subject_access import actions, passages
from mash.subject_access.grounds import GIVE, WITHHOLD
from mash.subject_access.models import Request
from mash.subject_access.passages import Cut
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries import unit
from mash.subject_access.sealed_part import Decided, Pass
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.decision import people_of


@dataclass
class Case:
    """posts: by sign-in name.  told: the case of tests/test_nothing_leaks.py, where it was asked for."""

    posts: dict
    person: Person
    now: object
    told: object = None
    request: Request = None

    @property
    def handler(self):
        return self.posts["decision.maker"]

    @property
    def cleared(self):
        return self.posts["cleared"]

    @property
    def maker(self):
        return self.posts["intelligence"]

    @property
    def second(self):
        return self.posts["release.approver"]

    @property
    def manager(self):
        return self.posts["manager"]


def child_of(told):
    """Return whom the case is about, as the hub has them on record."""
    first = people_of(told.contact)[0]
    row = Settlement.objects.using("builder").get(contact_person=first, undone_at=None)
    person = Person.objects.using("builder").select_related("hub").get(pk=row.person_id)
    person._state.db = "default"
    return person


def of_told(told):
    return Case(told.posts, child_of(told), told.now, told)


def said(case, **changed):
    """Return what is typed about a request by the person themselves."""
    today = case.now.date()
    return {
        "key": uuid.uuid4(),
        "person": case.person,
        "asker": "self",
        "asker_name": "Nora Lindqvist",
        "reached": "By hand, at the school office",
        "words": "Everything you have on me",
        "received_on": today - timedelta(days=3),
        "handler": case.handler,
        "at": case.now,
    } | changed


def recorded(case, **changed):
    case.request = doing(case.handler, actions.record_request, **said(case, **changed))
    return case.request


def seen_and_gathered(case):
    doing(
        case.handler,
        actions.see_identity,
        request=case.request,
        on=case.now.date(),
        words="Passport, and she came with her teacher",
        at=case.now,
    )
    return doing(case.handler, actions.gather, request=case.request, at=case.now)


def texts(case, by=None):
    with signed_in_as(by or case.handler):
        return queries.gathered(case.request)


def mark_all(case, by=None, withhold=()):
    """Give every sentence that holds none of these words; withhold the others as somebody else's."""
    for one in texts(case, by):
        if one.marking is None:
            cuts = [
                Cut(*span, WITHHOLD, "third_party")
                if any(words in one.found.text[slice(*span)] for words in withhold)
                else Cut(*span, GIVE)
                for span in passages.split(one.found.text)
            ]
            doing(by or case.handler, actions.mark, text=one.found, cuts=cuts, follows=0, at=case.now)


def ask_owners(case):
    with signed_in_as(case.handler):
        owners = queries.owners(case.request, queries.gathered(case.request))
    for one in owners:
        doing(
            case.handler,
            actions.ask_owner,
            request=case.request,
            agency=one.agency,
            on=case.now.date(),
            who="Their information officer",
            says="nothing",
            words="They have read it, and withhold nothing.",
            follows=0,
            at=case.now,
        )


def marked(case, withhold=("Eva", "Craig", "Stone")):
    seen_and_gathered(case)
    mark_all(case, withhold=withhold)
    ask_owners(case)


def with_the_unit(case, **kwargs):
    marked(case, **kwargs)
    doing(
        case.handler,
        actions.hand_to_unit,
        request=case.request,
        looked_at="The school names its own staff.",
        at=case.now,
    )


def passed(case, by=None, things=None, strikes=()):
    by = by or case.cleared
    doing(by, actions.gather, request=case.request, at=case.now)
    mark_all(case, by)
    with signed_in_as(by):
        sealed = unit.sealed_on(by, case.request, case.now)
        row, _ = unit.newest_pass(case.request)
    decided = {str(key): Decided(WITHHOLD, "crime_and_tax") for key in sealed.keys} | (things or {})
    return doing(
        by,
        actions.make_pass,
        request=case.request,
        decided=Pass(decided, tuple(strikes)),
        follows=row.number if row else 0,
        at=case.now,
    )


def answered(case, follows=0, by=None):
    return doing(by or case.maker, actions.answer_request, request=case.request, follows=follows, at=case.now)


def approved(case, output, by=None):
    return doing(
        by or case.second,
        actions.say_second,
        output=output,
        agreed=True,
        why="",
        digest=output.digest,
        at=case.now,
    )


def sent(case, output, by=None):
    return doing(
        by or case.maker,
        actions.send_answer,
        output=output,
        how="by_hand",
        sent_on=case.now.date(),
        at=case.now,
    )


def finished(case, by=None):
    by = by or case.cleared
    with signed_in_as(by):
        standing = queries.find(by, case.request.pk)
        return unit.newest_output(by, standing, queries.gathered(standing.request), case.now)


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def again(staff):
    """Return the browser of somebody who has just signed in again."""
    client = browser(staff)
    session = client.session
    session["account_authentication_methods_user"] = str(staff.account_id)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client
