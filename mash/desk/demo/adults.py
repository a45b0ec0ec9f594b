"""A made-up referral about a child and an adult at risk, and what is recorded of made-up adults at risk."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mash.contact.models import Contact
from mash.decision import actions as decision
from mash.decision import queries as decision_queries
from mash.decision import telling
from mash.decision.actions import Proposed
from mash.decision.adults import SECTION_42
from mash.decision.content import outcomes
from mash.desk.demo.setting_up import as_worker
from mash.triage import actions as triage

if TYPE_CHECKING:
    from mash.desk.demo.story import Stage

CHILDS, LEVELS = "child_and_family_assessment", {"child": 3, "adult": 4}
BOTH: dict[str, Any] = {
    "format": "openmash.referral/1",
    "reference": "NF26-B01",
    "sent_at": "2026-11-08T16:20:00+00:00",
    "source": {
        "kind": "health",
        "organisation": "North Thames Community Health",
        "name": "Comfort Adjei",
        "role": "District nurse",
        "email": "comfort.adjei@north-thames-health.example.org",
        "phone": "020 7946 0410",
    },
    "subject": "both",
    "type": "safeguarding",
    "people": [
        {
            "id": "p1",
            "role": "child",
            "name": {"given": "Tyler", "family": "Brandt"},
            "born_on": "2014-09-17",
            "address": {"lines": ["31 Canal Walk"], "postcode": "NF3 6LP"},
            "school": "Larkhill Primary",
        },
        {
            "id": "p2",
            "role": "adult_at_risk",
            "name": {"given": "Maud", "family": "Brandt"},
            "born_on": "1941-02-11",
            "address": {"lines": ["31 Canal Walk"], "postcode": "NF3 6LP"},
        },
        {
            "id": "p3",
            "role": "parent_or_carer",
            "name": {"given": "Lorna", "family": "Brandt"},
            "born_on": "1979-06-03",
            "address": {"lines": ["31 Canal Walk"], "postcode": "NF3 6LP"},
        },
    ],
    "relationships": [{"from": "p3", "to": "p1", "kind": "parent", "parental_responsibility": True}],
    "concern": {
        "categories": ["neglect", "adult_financial"],
        "what_happened": "Mrs Brandt, 85, cannot get up without help. Her bandages were wet through on three visits "
        "and there was no food she could reach. Her daughter has her bank card and says the money has gone. "
        "Tyler, 12, was at home on a school day, lifting his grandmother and giving her tablets from an unmarked box.",
        "voice": 'Mrs Brandt: "I want to stay here, but I want to be dry." Tyler: "If I go to school she falls."',
    },
    "agreement": {"sought": "given", "by": "Maud Brandt", "covers": ["p2"], "family_aware": True},
    "urgency": {"immediate_danger": False, "suggested_rating": "amber"},
}
ASKED = ("adult_social_care", "education", "gp")  # two of them have questions for each subject
TEST: dict[str, Any] = {
    "needs": "yes",
    "needs_words": "They need help with washing, dressing, food and medicines: seen by the referrer.",
    "harm": "yes",
    "harm_words": "They live without food, care or heating that they could reach; seen more than once.",
    "protect": "yes",
    "protect_words": "They cannot leave the room or use a telephone without help.",
}
WISHES: dict[str, Any] = {
    "asked": "adult",
    "words": "To stay at home, with help that comes every day, and not to lose the family.",
}
CAPACITY: dict[str, Any] = {
    "decision": "Whether to share what happened with the council and the police",
    "finding": "assumed",
    "words": "Answered clearly, remembered the last visit and weighed what might follow.",
}


def record_all(stage: "Stage", contact: Contact, at: datetime) -> None:
    """Have the social worker record of each adult at risk what a section 42 enquiry asks for."""
    by = stage.posts["social.worker"]
    with as_worker(by):
        people = decision_queries.Event(contact).to_decide
        for one in [one for one in people if decision_queries.subject_of(one) == "adult"]:
            triage.record_test(about=one, **TEST, by=by, at=at)
            triage.record_wishes(about=one, **WISHES, by=by, at=at)
            triage.record_capacity(about=one, **CAPACITY, by=by, at=at)


def agree_for_the_child(stage: "Stage", contact: Contact, at: datetime) -> None:
    """Have the mother agree for the child alone: the adult has agreed for herself."""
    by = stage.posts["social.worker"]
    with as_worker(by):
        people = {one.ref: one for one in contact.people.all()}
        triage.record_agreement(
            contact=contact,
            about=people["p1"],
            sought="given",
            given_by="parent",
            given_by_person=people["p3"],
            scopes=["referral", "agency_checks", "early_help"],
            how="by_phone",
            family_aware=True,
            words="Agrees that school and health are asked about Tyler.",
            said_at=at,
            by=by,
            at=at,
        )


def decide_for_both(stage: "Stage", contact: Contact, words: dict[str, str]) -> None:
    """Have the team manager decide for each: an assessment for the child, a section 42 enquiry for the adult."""
    by, at = stage.posts["decision.maker"], stage.now - timedelta(minutes=10)
    with as_worker(by):
        proposed = []
        for one in decision_queries.Event(contact).to_decide:
            adult = decision_queries.subject_of(one) == "adult"
            chosen = outcomes()[SECTION_42 if adult else CHILDS]
            said = dict.fromkeys(
                decision_queries.needs_to_say(chosen), "Care by a child, and an adult without care."
            )
            level = LEVELS["adult" if adult else "child"]
            proposed.append(Proposed(about=one, outcome=chosen.id, level=level, needs=said))
        letter = telling.letter_for([outcomes()[one.outcome] for one in proposed])
        decision.decide(
            key=uuid.uuid4(),
            contact=contact,
            follows=None,
            outcomes=proposed,
            reasons="The boy carries care that no child should; his grandmother meets all three parts of the test.",
            what_would_change_it="Care in the home from today, and the boy back at school.",
            without=dict.fromkeys(_silent(contact), "Acting for both comes first."),
            told={contact.pk: {gap: words[gap] for gap in telling.WRITTEN[letter]}},
            history_read=True,
            by=by,
            at=at,
        )


def _silent(contact: Contact) -> list[Any]:
    return list(
        decision_queries.missing_agencies(decision_queries.open_checks(decision_queries.Event(contact)))
    )
