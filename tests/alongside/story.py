"""Work alongside in the words of the field: somebody opens it, sends it, hears that it arrived, and what came of it."""

import uuid
from datetime import timedelta

from mash.alongside import actions, queries
from mash.alongside.models import Alongside
from mash.decision import content
from tests.factories.base import signed_in_as
from tests.factories.partnership import MONDAY_9AM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = {
    "marac_referral": {"ground": "score", "score": 17, "safe_contact": "At school, before noon."},
    "designated_officer": {
        "allegation_on": MONDAY_9AM, "role": "Football coach", "employer": "A club, not told",
        "other_children": "His team",
    },
    "mappa_referral": {"dangerous_person": "Carl Tost, born 1980", "danger": "He was released in May."},
    "missing_return_interview": {
        "found_on": MONDAY_9AM - HOUR, "arranged_by": "us", "interviewer": "Jo Rask, youth service",
        "independent": "yes",
        "where": "In the park", "may_be_shared": "Not asked yet",
    },
    "exploitation_panel": {
        "screened_by": "tool", "screening": "The county tool, high", "people_and_places": "A flat above a shop",
    },
    "prevent_referral": {"worry": "What he says of others."},
    "nrm_referral": {"first_responder": "The council"},
    "police_action": {"crime_reference": "CR/1"},
}  # fmt: skip


def opened(contact, by, kind="marac_referral", *, about=None, at=MONDAY_9AM, key=None, **changes):
    outcome = content.outcomes()[kind]
    with signed_in_as(by):
        about = about or next(iter(queries.may_be_for(contact, outcome)))
        asks = queries.agreement_asked(about, outcome)
        said = {
            "answers": SAID[kind] | changes.pop("answers", {}),
            "agreed": "not_needed" if asks == "not_needed" else "given",
            "agreed_words": "" if asks == "not_needed" else "She agreed on Monday.",
        } | changes
        return actions.open_alongside(
            key=key or uuid.uuid4(), contact=contact, about=about, outcome=outcome, by=by, at=at, **said
        )


def _doing(act, one, by, *, at, key=None, happened_at=None, **said):
    with signed_in_as(by):
        found = queries.find(by, one.pk).one
        return act(one=found, key=key or uuid.uuid4(), happened_at=happened_at or at, by=by, at=at, **said)


def sent(one, by, *, at=MONDAY_9AM + HOUR, who="Priya Shah, co-ordinator", how="telephone", **said):
    return _doing(actions.send, one, by, at=at, who=who, how=how, **said)


def received(one, by, *, at=MONDAY_9AM + 2 * HOUR, who="Priya Shah", **said):
    return _doing(actions.receive, one, by, at=at, who=who, **said)


def came(one, by, result, *, at=MONDAY_9AM + DAY, who="Priya Shah", words="Heard on Thursday.", **said):
    return _doing(actions.say_result, one, by, at=at, result=result, who=who, words=words, **said)


def rows_of(one):
    return Alongside.objects.using("builder").get(pk=one.pk).happenings.using("builder").order_by("at", "pk")
