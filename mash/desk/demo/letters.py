"""Made-up letters to families: one given, one cleared and waiting to be read, one with no safe way, one draft."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mash.contact.models import Contact, ContactPerson
from mash.decision import actions as decision
from mash.decision import letters, queries
from mash.decision.models import Decision, Letter, LetterState
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage

OF_THE_HUB = {
    letters.LETTERHEAD: "Northfield MASH\nNorthfield Town Hall, Market Row, Northfield\nTelephone 020 7946 0000",
    "complaints_contact": "020 7946 0007, complaints@northfield.example",
    "advocacy_contact": "Northfield Advocacy, 020 7946 0008",
    "ombudsman_contact": "the Local Government and Social Care Ombudsman, www.lgo.org.uk",
    "privacy_contact": "020 7946 0009, records@northfield.example",
    "privacy_notice_link": "https://northfield.example/privacy",
    "regulator_contact": "the Information Commissioner, ico.org.uk",
}
GAPS = {
    "worry_plain": "We heard that there was not always enough food or warm clothes, and that school was often missed.",
    "done_plain": "We looked at what we knew, and we talked with people who know your family.",
    "asked_plain": "We asked the school and the health visitor about your child.",
    "strengths_plain": "You talk with the school, and your child likes to go there.",
    "decision_plain": "A social worker will visit you.",
    "reason_plain": "We think that help at home could make things easier.",
    "next_plain": "The social worker calls you first, to find a day that suits you.",
}
NO_ONE = "No one known: the school has seen no other adult at home."


@dataclass(frozen=True, slots=True)
class Sent:
    """How far one letter goes, and what its worker recorded."""

    of: str
    until: LetterState
    recorded: Mapping[str, str] = field(default_factory=dict)


SENT = (
    Sent("NF26-A05", LetterState.GIVEN),
    Sent("NF26-A21", LetterState.CLEARED),
    Sent(
        "NF26-A42",
        LetterState.NO_SAFE_WAY,
        {
            "safe_because": "The refuge says that her telephone may be read, and that no letter is safe yet.",
            "must_not_see": "Her former partner, and anybody who may tell him where she is.",
        },
    ),
    Sent("NF26-A19", LetterState.DRAFT),
)
STATES = sorted(one.until for one in SENT)


def write(stage: Stage, found: Mapping[str, Contact]) -> None:
    """Set the hub's own words, and take each letter as far as it goes.  found: contacts by their sender's reference."""
    manager, at = stage.posts["manager"], stage.now - timedelta(days=100)
    with as_worker(manager):
        decision.word_letters(words=OF_THE_HUB, by=manager, at=at)
    for one in SENT:
        _take(stage, found[one.of], one)


def _take(stage: Stage, contact: Contact, sent: Sent) -> None:
    by = stage.posts["social.worker"]
    with as_worker(by):
        made = queries.newest_standing(contact)
        assert made is not None and made.made_at is not None  # noqa: S101, PT018
        at = min(made.made_at + timedelta(hours=2), stage.now - timedelta(minutes=30))
        letter = _begin(stage, made, _grown_up(made.contact), at)
        if sent.until == LetterState.DRAFT:
            return
        version = decision.save_letter(
            letter=letter,
            version=1,
            gaps={**queries.newest_version(letter).gaps, **GAPS},
            by=by,
            at=at + timedelta(minutes=5),
        )
        no_way = sent.until == LetterState.NO_SAFE_WAY
        said = {
            "who_receives": "The parent, who has parental responsibility",
            "safe_because": "She told the school on the day we decided.",
            "language": "English; no interpreter",
            "must_not_see": NO_ONE,
            "told_what_already": "The school told her that it had spoken with us.",
        } | dict(sent.recorded)
        clearing = decision.clear_letter(
            letter=letter,
            version=version.number,
            safe_method="no_safe_way" if no_way else "in_person",
            look_again_on=(stage.now + timedelta(days=3)).date() if no_way else None,
            looked_at=True,
            by=by,
            at=at + timedelta(minutes=10),
            **said,
        )
    if sent.until != LetterState.GIVEN:
        return
    second = stage.posts["second.person"]
    with as_worker(second):
        decision.read_second(clearing=clearing, agreed=True, by=second, at=at + timedelta(minutes=20))
    with as_worker(by):
        decision.give_letter(
            letter=letter,
            how="by_hand",
            given_at=at + timedelta(minutes=25),
            what_they_said="She would like help with the mornings.",
            by=by,
            at=at + timedelta(minutes=25),
        )


def _begin(stage: Stage, made: Decision, recipient: ContactPerson, at: datetime) -> Letter:
    by = stage.posts["social.worker"]
    return decision.begin_letter(
        key=uuid.uuid4(), decision=made, template="family_outcome", recipient=recipient, by=by, at=at
    )


def _grown_up(contact: Contact) -> ContactPerson:
    """Return the first parent or carer, or somebody else who is not at risk."""
    people = queries.recipients(contact)
    parents = [one for one in people if one.role == "parent_or_carer"]
    return (parents or [one for one in people if not one.is_at_risk])[0]
