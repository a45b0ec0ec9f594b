"""Takes the made-up referrals part-way through their journeys, by the same actions that the pages use.

Every message keeps its words; only its moments are moved by whole days, so that the last one came within a day.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils.timezone import localdate

from mash.check import actions as check
from mash.check.actions import Ask, Sending
from mash.check.content import set_for
from mash.check.given import Given, Search
from mash.check.models import Check, Enquiry, EnquiryPerson, Searched, Sharing
from mash.check.queries.answering import people_asked_about
from mash.contact import actions as contacts
from mash.contact import queries as contact_queries
from mash.contact.message import parse
from mash.contact.models import Answer, Channel, Contact, ContactPerson
from mash.decision import actions as decision
from mash.decision import queries as decision_queries
from mash.decision import telling
from mash.decision.actions import Proposed
from mash.decision.adults import SECTION_42
from mash.decision.content import outcomes
from mash.desk.demo import adults, agreeing
from mash.desk.demo.setting_up import as_program, as_worker
from mash.partnership.models import Agency, AgencyKind, Hub, Staff
from mash.partnership.queries import agencies_in
from mash.people.matching import Band
from mash.triage import actions as triage
from mash.triage import queries as triage_queries

HERE = Path(__file__).parent
READ_AFTER = timedelta(minutes=5)
DECIDED_AFTER = timedelta(hours=30)
LATEST_ANSWER = timedelta(minutes=30)  # before now
KINDS = {  # what a made-up answer calls an agency, and who that is here
    "health": AgencyKind.COMMUNITY_HEALTH,
    "social_care": AgencyKind.CHILDRENS_SOCIAL_CARE,
    "other_authority": AgencyKind.CHILDRENS_SOCIAL_CARE,
}
ORGANISATIONS = {"ED": AgencyKind.HOSPITAL, "CAMHS": AgencyKind.CAMHS}
TOO_SECRET = "SECRET"  # noqa: S105 (a classification)
WHY_RATED = {
    "red": "Serious harm is suspected on what is reported; act now.",
    "amber": "A serious worry; a fuller picture is needed before deciding.",
    "green": "Help looks needed; nothing here suggests serious harm.",
    "blue": "No safeguarding need is found in what is reported.",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A hub with its posts, while its story is told.  shift: whole days by which the messages' moments are moved."""

    hub: Hub
    posts: dict[str, Staff]
    now: datetime
    shift: timedelta

    def moved(self, text: str) -> datetime:
        """Return a moment of the sample on this hub's calendar, never later than now."""
        return min(datetime.fromisoformat(text) + self.shift, self.now)


def messages(file: Path) -> list[dict[str, Any]]:
    """Return a file's messages in the order they were sent, each reference once."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    once = {one["reference"]: one for one in reversed(lines)}
    return sorted(once.values(), key=lambda one: datetime.fromisoformat(one["sent_at"]))


def shift_for(said: Iterable[dict[str, Any]], now: datetime) -> timedelta:
    """Return by how many whole days messages are moved, so that the last of them came within a day."""
    last = max(datetime.fromisoformat(one["sent_at"]) for one in said)
    return timedelta(days=(now - last).days)


def receive_all(stage: Stage, said: Iterable[dict[str, Any]]) -> dict[str, Contact]:
    """Take the messages in; return the contacts by their sender's reference."""
    found = {}
    for one in said:
        moved = dict(one)
        at = stage.moved(one["sent_at"])
        moved["sent_at"] = at.isoformat()
        if one.get("event", {}).get("at"):
            moved["event"] = {**one["event"], "at": stage.moved(one["event"]["at"]).isoformat()}
        with as_program("intake"):
            found[one["reference"]], _ = contacts.receive(
                parse(json.dumps(moved, ensure_ascii=False).encode()),
                hub=stage.hub,
                channel=Channel.FILE,
                received_at=min(at + READ_AFTER, stage.now),
            )
    return found


def link(stage: Stage, contact: Contact, first: Contact) -> None:
    """Have the screener say that two reports are of one event."""
    by, at = stage.posts["screener"], min(contact.received_at + timedelta(hours=1), stage.now)
    with as_worker(by):
        triage.link_event(contact=contact, other=first, why="Same family, same night.", by=by, at=at)


def settle_all(stage: Stage, contact: Contact) -> None:
    """Settle everybody in a contact, as a screener would: likely known, or new, or not to be told yet."""
    by = stage.posts["screener"]
    with as_worker(by):
        people = [one.who for one in contact_queries.people_of(contact) if one.word is None]
    for person in people:
        with as_worker(by):
            looked = contacts.look_for(contact_person=person, by=by, at=stage.now)
            likely = [one for one in looked.candidates if one.band == Band.LIKELY]
            answer, who = _settled(person, [one.person_id for one in likely])
            contacts.settle(
                contact_person=person,
                answer=answer,
                person_id=who,
                search=looked.token,
                why="Compared with what we hold.",
                by=by,
                at=stage.now,
            )


def _settled(person: ContactPerson, likely: list[uuid.UUID]) -> tuple[Answer, uuid.UUID | None]:
    if likely:
        return Answer.KNOWN, likely[0]
    if not (person.given and person.family):
        return Answer.CANNOT_TELL, None
    return Answer.NEW, None


def rate(stage: Stage, contact: Contact, colour: str, *, after: timedelta = timedelta(minutes=35)) -> None:
    """Have the social worker rate a contact some time after it came."""
    by = stage.posts["social.worker"]
    danger = "The police were rung at once and are with the family." if contact.immediate_danger else ""
    at = min(contact.received_at + after, stage.now)
    with as_worker(by):
        triage.acknowledge(contact=contact, by=by, at=at)
        triage.rate(
            contact=contact, colour=colour, why=WHY_RATED[colour], danger_answered=danger, by=by, at=at
        )


def confirm(stage: Stage, contact: Contact, at: datetime) -> None:
    """Have the team manager confirm the social worker's rating."""
    by = stage.posts["decision.maker"]
    with as_worker(by):
        newest = triage_queries.newest_rating(contact)
        if newest:
            triage.confirm_rating(contact=contact, rating=newest.pk, agreed=True, by=by, at=at)


def adopt(stage: Stage, contact: Contact, at: datetime) -> None:
    """Set down what the message says of agreement, and have the manager approve its grounds."""
    with as_worker(stage.posts["social.worker"]):
        triage.adopt_from_message(contact=contact, at=at)
        waiting = [one for one in triage_queries.grounds(contact) if one.approved_at is None]
    manager = stage.posts["decision.maker"]
    for ground in waiting:
        with as_worker(manager):
            triage.approve_ground(ground=ground, by=manager, at=at, reason=ground.reason or WHY_RATED["red"])


def open_check(stage: Stage, contact: Contact, at: datetime) -> Check:
    """Record the usual bases and open the check."""
    by = stage.posts["social.worker"]
    with as_worker(by):
        bases = ["gdpr_6_1_e", "gdpr_9_2_g_sch1_18"]
        for basis in bases:
            triage.record_basis(contact=contact, basis=basis, by=by, at=at)
        triage.propose_route(contact=contact, route="check", why="A fuller picture is needed.", by=by, at=at)
        return check.open_check(contact=contact, why="What do agencies know of this family?", by=by, at=at)


def ask_more(stage: Stage, contact: Contact, kind: str, *, again: str = "") -> None:
    """Have one more agency asked twenty minutes ago.  again: why a check that had been closed opens again."""
    by = stage.posts["social.worker"]
    with as_worker(by):
        opened = Check.objects.select_related("contact__hub").get(contact=contact)
    ask(stage, opened, [kind], stage.now - timedelta(minutes=20), again=again)


def ask(
    stage: Stage, opened: Check, kinds: Iterable[str], at: datetime, *, again: str = ""
) -> dict[str, Enquiry]:
    """Ask agencies of these kinds about everyone whose agreement or ground is settled; return enquiries by kind."""
    by = stage.posts["social.worker"]
    confirm(stage, opened.contact, at)
    with as_worker(by):
        here: dict[str, Agency] = {one.kind: one for one in agencies_in(stage.hub.pk)}
        asks = [
            Ask(agency=here[kind], focus="What do you hold that bears on this worry, and what is going well?")
            for kind in kinds
        ]
        sent = check.send_enquiries(
            check=opened,
            asks=asks,
            people=[one.who for one in contact_queries.people_of(opened.contact)],
            worry="A worry about how the children are cared for at home, reported this week.",
            again=again,
            by=by,
            at=at,
            key=uuid.uuid4(),
        )
        return {one.agency.kind: one for one in sent.enquiries}


def kind_of(said: dict[str, Any]) -> str:
    """Return which kind of agency a made-up answer comes from."""
    called = str(said.get("organisation") or "")
    for word, kind in ORGANISATIONS.items():
        if called.startswith(word):
            return kind
    return str(KINDS.get(said["agency"], said["agency"]))


def answer(stage: Stage, enquiry: Enquiry, said: dict[str, Any]) -> None:
    """Have an agency answer an enquiry as the sample says: nothing held, refused, or its answers and items."""
    by = _answerer(stage, enquiry)
    at = min(stage.moved(said["answered_at"]), stage.now - LATEST_ANSWER)
    at = max(at, enquiry.sent_at + timedelta(minutes=10))
    late = "The officer was in court until the afternoon." if at > enquiry.due_at else ""
    with as_worker(by):
        people = people_asked_about(enquiry)
        if said["status"] == "refused_to_share":
            check.withhold(
                enquiry=enquiry,
                reason="more_detrimental_to_child",
                explanation=str(said.get("refusal_reason") or said.get("reason") or "Held, and not shared."),
                approved_by_words="The agency's safeguarding lead",
                late_reason=late,
                by=by,
                at=at,
                key=uuid.uuid4(),
            )
            return
        given = list(_given(enquiry, people[0], said))
        version = 0
        if given:
            version = check.save_draft(
                enquiry=enquiry, person=people[0], given=given, version=0, by=by, at=at
            ).version
        result = Searched.HELD if given else Searched.NOTHING
        searches = {
            str(one.pk): Search(
                result=result if one == people[0] else Searched.NOTHING,
                how="Names, birth date and address, all years",
            )
            for one in people
        }
        sending = Sending(key=uuid.uuid4(), part=False, searches=searches, late_reason=late)
        check.send_answers(enquiry=enquiry, sending=sending, version=version, by=by, at=at)


def _answerer(stage: Stage, enquiry: Enquiry) -> Staff:
    found = [one for one in stage.posts.values() if one.agency_id == enquiry.agency_id and one.has("answer")]
    return found[0]


def _given(enquiry: Enquiry, person: EnquiryPerson, said: dict[str, Any]) -> Iterator[Given]:
    asked = set_for(enquiry.agency.kind, "child")
    for one in said.get("education_answers") or ():
        question = asked.questions[one["q"] - 1] if asked else None
        if question:
            yield Given(
                person=str(person.pk),
                question=question.id,
                words=one["answer"],
                sharing=Sharing.SEALED if question.sensitive_by_default else Sharing.SHARE,
            )
    for item in said.get("items") or ():
        if item.get("classification") == TOO_SECRET:
            continue  # the hub refuses it: its agency keeps it elsewhere
        grading = item.get("grading") or {}
        yield Given(
            person=str(person.pk),
            question="item",
            words=item["text"],
            sharing=Sharing.SEALED if item["sealed"] else Sharing.SHARE,
            source_grade=str(grading.get("source") or ""),
            information_grade=str(grading.get("information") or ""),
            handling=str(grading.get("handling") or ""),
            conditions=str(grading.get("conditions") or ""),
            classification=str(item.get("classification") or ""),
        )


def responses() -> dict[str, dict[str, Any]]:
    """Return the sample's checks by the reference of their referral."""
    said = yaml.safe_load((HERE / "responses.yaml").read_text(encoding="utf-8"))
    return {one["referral"]: one for one in said["checks"]}


def run_check(stage: Stage, contact: Contact, said: dict[str, Any]) -> None:
    """Take one contact through its check, with every answer the sample holds."""
    opened_at = max(stage.moved(said["opened_at"]), contact.received_at + timedelta(minutes=40))
    rate(stage, contact, said["rating"])
    adopt(stage, contact, opened_at)
    opened = open_check(stage, contact, opened_at)
    answers = {kind_of(one): one for one in reversed(said["enquiries"])}
    asked = ask(stage, opened, answers, opened_at + timedelta(minutes=5))
    for kind, enquiry in asked.items():
        answer(stage, enquiry, answers[kind])


WORDS = {
    "decision_plain": "A social worker will visit and look, with the family, at what help is needed.",
    "reason_plain": "What you told us was checked with other agencies, and this is the right help at this level.",
    "next_plain": "The worker will be in touch with you if anything is asked of you.",
    "would_change_plain": "Something new, or a child who says that things are worse.",
    "asked_of_you": "Please go on as you do, and tell us at once if something changes.",
}


def told_of(contact: Contact, outcome: str) -> dict[uuid.UUID, dict[str, str]]:
    """Return what each referrer of the event is told, with every gap of the letter filled."""
    gaps = telling.WRITTEN[telling.letter_for([outcomes()[outcome]])]
    said = {gap: WORDS[gap] for gap in gaps}
    return {one.pk: said for one in decision_queries.episode_of(contact)}


def start_check(stage: Stage, contact: Contact, colour: str, kinds: Iterable[str]) -> None:
    """Open a check an hour ago and ask agencies, who have not answered yet.

    kinds: of the agencies; without any, the rating still waits for a manager to confirm it.
    """
    at = max(stage.now - timedelta(hours=1), contact.received_at + timedelta(minutes=1))
    settle_all(stage, contact)
    rate(stage, contact, colour, after=timedelta(minutes=1))
    adopt(stage, contact, at)
    opened = open_check(stage, contact, at)
    if kinds:
        ask(stage, opened, kinds, at)


def accept(stage: Stage, contact: Contact, service: str, *, of: uuid.UUID | None = None) -> None:
    """Have the social worker write down that a service accepted whom the decision on a contact handed over.

    of: one outcome alone, by its key.
    """
    by, today = stage.posts["social.worker"], localdate(stage.now)
    with as_worker(by):
        made = decision_queries.newest_standing(contact)
        handed = decision_queries.handed_over(made, today) if made else []
        for one in handed:
            if of in {None, one.outcome.pk}:
                decision.accept_hand_over(
                    outcome=decision_queries.find_outcome(by, one.outcome.pk),
                    service=service,
                    said_by="Their duty manager, by telephone",
                    from_on=today,
                    until_on=today + timedelta(days=84),
                    worker_name="Bea Lund",
                    by=by,
                    at=stage.now,
                )


def send_back(stage: Stage, contact: Contact) -> None:
    """Send a contact back to its referrer to speak with the family first."""
    settle_all(stage, contact)
    rate(stage, contact, "green")
    by, at = stage.posts["social.worker"], stage.now - timedelta(hours=3)
    with as_worker(by):
        triage.return_for_agreement(
            contact=contact,
            reason="Nothing here suggests harm, and the family has not been asked.",
            look_again_on=(at + timedelta(days=1)).date(),
            who_keeps_safe="The school's safeguarding lead sees her each day.",
            by=by,
            at=at,
        )


def decide(stage: Stage, contact: Contact, outcome: str, level: int, reasons: str) -> None:
    """Have the team manager decide the same for everyone at risk, and whoever must approve it agree."""
    by, at = stage.posts["decision.maker"], min(contact.received_at + DECIDED_AFTER, stage.now)
    asks = decision_queries.needs_to_say(outcomes()[outcome])
    if outcome == SECTION_42:
        adults.record_all(stage, contact, at)
    with as_worker(by):
        about = decision_queries.Event(contact).to_decide
        proposed = [
            Proposed(about=one, outcome=outcome, level=level, needs=dict.fromkeys(asks, reasons))
            for one in about
        ]
        agreeing.ask_the_family(proposed, by, at)
        made = decision.decide(
            key=uuid.uuid4(),
            contact=contact,
            follows=None,
            outcomes=proposed,
            reasons=reasons,
            what_would_change_it="A new event, or a child who says that things are worse.",
            told=told_of(contact, outcome),
            history_read=True,
            by=by,
            at=at,
        )
    steps: list[tuple[bool, str, Callable[..., object]]] = [
        (made.needs_second, "second.person", decision.approve),
        (made.needs_clearance, "cleared", decision.clear_closing),
    ]
    for needed, who, step in steps:
        if needed:
            with as_worker(stage.posts[who]):
                step(decision=made, why="Read and agreed.", by=stage.posts[who], at=at)
