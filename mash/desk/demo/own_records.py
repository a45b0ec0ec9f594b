"""Four people ask what is held on them: one just now; one is marked, one waits for a second person, one was sent."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mash.common.clock import LONDON
from mash.contact.models import Contact, Settlement
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.people.models import Person
from mash.subject_access import actions, passages
from mash.subject_access.grounds import GIVE, WITHHOLD
from mash.subject_access.models import Output, Request
from mash.subject_access.passages import Cut, Span
from mash.subject_access.queries import gathering, unit
from mash.subject_access.queries import requests as queries
from mash.subject_access.sealed_part import Decided, Pass
from mash.subject_access.suggesting import Somebody, suggest

HANDLER, CLEARED, MAKER, SECOND = "decision.maker", "cleared", "intelligence", "release.approver"


@dataclass(frozen=True, slots=True)
class Told:
    """Who asks about whom of a referral, and how many days ago.  place: of the people in it, the first being 0."""

    referral: str
    place: int
    days: int
    asker: str
    asker_name: str
    words: str
    reached: str
    authority: str = ""
    interest: str = ""
    child_view: str = ""
    competent: str = ""


ASKED = Told(
    referral="NF26-A21",
    place=1,
    days=3,
    asker="self",
    asker_name="The child’s mother, about herself",
    words="Please tell me what the school wrote about me, and who else has read it.",
    reached="By telephone after four; she asks for a Vietnamese interpreter",
)
MARKED = Told(
    referral="NF26-A15",
    place=0,
    days=26,
    asker="solicitor",
    asker_name="Ines Calder, Calder and Wray Solicitors",
    words="A copy of all records about our client, with what other agencies told the hub.",
    reached="By secure e-mail to the firm’s own address on its letterhead",
    authority="Signed form of authority, seen with the letter",
)
WAITS = Told(
    referral="NF26-A41",
    place=0,
    days=17,
    asker="parent",
    asker_name="The child’s mother",
    words="What was said about my child by the school and the police.",
    reached="By hand, at the children’s centre. Not by post: the father opens it",
    authority="Birth certificate, full copy",
    interest="Yes: she wants to understand why an assessment was begun, and nothing in it would harm the child.",
    child_view="Asked at school by the family worker, and does not mind.",
    competent="no",
)
SENT = Told(
    referral="NF26-A12",
    place=0,
    days=34,
    asker="other",
    asker_name="An advocate of the young person’s service",
    words="Everything you have on the young person I speak for.",
    reached="By hand, at the service",
    authority="The young person’s signed words, and the service’s letter",
)


def tell(stage: Stage, found: dict[str, Contact]) -> None:
    """Tell all four."""
    receive(stage, person_in(stage, found[ASKED.referral], ASKED.place), ASKED)
    marked = begin(stage, person_in(stage, found[MARKED.referral], MARKED.place), MARKED)
    mark(stage, marked, leaving=3)
    waits = begin(stage, person_in(stage, found[WAITS.referral], WAITS.place), WAITS)
    finish(stage, waits)
    sent = begin(stage, person_in(stage, found[SENT.referral], SENT.place), SENT)
    output = finish(stage, sent)
    approve(stage, output)
    send(stage, output)


def person_in(stage: Stage, contact: Contact, place: int) -> Person:
    """Return whom somebody in a contact was settled to be."""
    by = stage.posts[HANDLER]
    with as_worker(by):
        said = Settlement.objects.filter(
            contact_person__contact=contact, undone_at=None, person__isnull=False
        )
        rows = said.select_related("person__merged_into").order_by("contact_person__ref")
        person = list(rows)[place].person
        assert person  # noqa: S101 - those without were left out
        return queries.person_asked_about(by, person.pk)


def receive(stage: Stage, person: Person, told: Told) -> Request:
    """Have a request written down."""
    by, at = stage.posts[HANDLER], _asked_at(stage, told)
    with as_worker(by):
        return actions.record_request(
            key=uuid.uuid4(),
            person=person,
            asker=told.asker,
            asker_name=told.asker_name,
            reached=told.reached,
            words=told.words,
            received_on=at.astimezone(LONDON).date(),
            authority=told.authority,
            interest=told.interest,
            child_view=told.child_view,
            competent=told.competent,
            handler=by,
            by=by,
            at=at,
        )


def _asked_at(stage: Stage, told: Told) -> datetime:
    return stage.now - timedelta(days=told.days)


def begin(stage: Stage, person: Person, told: Told) -> Request:
    """Have a request written down, its asker shown to be who they are, and what is held gathered."""
    by, request = stage.posts[HANDLER], receive(stage, person, told)
    with as_worker(by):
        seen = "Photo card, and the authority in the original"
        at = _asked_at(stage, told)
        actions.see_identity(request=request, on=request.received_on, words=seen, by=by, at=at)
        actions.gather(request=request, by=by, at=stage.now - timedelta(hours=6))
    return request


def mark(stage: Stage, request: Request, *, leaving: int = 0) -> None:
    """Have every sentence decided on: those with a name that is suggested are withheld.  leaving: texts not marked."""
    by, at = stage.posts[HANDLER], stage.now - timedelta(hours=5)
    with as_worker(by):
        texts = [one.found for one in queries.gathered(request) if one.marking is None]
        own = gathering.own_names(request.person)
        others = {key: gathering.others_in(request.person, key) for key in {one.contact_id for one in texts}}
        for one in texts[: len(texts) - leaving]:
            cuts = list(_cuts(one.text, others[one.contact_id], own))
            actions.mark(text=one, cuts=cuts, follows=0, by=by, at=at)


def _cuts(text: str, others: Sequence[Somebody], own: Sequence[str]) -> Iterable[Cut]:
    named = [it.span for it in suggest(text, others, own)]
    for span in passages.split(text):
        of_another = any(span.start <= it.start and it.end <= span.end for it in named)
        yield Cut(*span, WITHHOLD, "third_party") if of_another else Cut(*span, GIVE)


def finish(stage: Stage, request: Request) -> Output:
    """Have a request marked, its owners asked, handed on and passed, and the answer made."""
    mark(stage, request)
    by, at = stage.posts[HANDLER], stage.now - timedelta(hours=4)
    with as_worker(by):
        texts = queries.gathered(request)
        for owner in queries.owners(request, texts):
            actions.ask_owner(
                request=request,
                agency=owner.agency,
                on=at.astimezone(LONDON).date(),
                who="Their information officer",
                says="nothing",
                words="They have read it, and withhold nothing.",
                follows=0,
                by=by,
                at=at,
            )
        why = "Each is the name of a service or of a day, and tells of nobody."
        actions.hand_to_unit(request=request, looked_at=why, by=by, at=at)
    _pass(stage, request)
    maker = stage.posts[MAKER]
    with as_worker(maker):
        return actions.answer_request(request=request, follows=0, by=maker, at=stage.now - timedelta(hours=2))


def _pass(stage: Stage, request: Request) -> None:
    by, at = stage.posts[CLEARED], stage.now - timedelta(hours=3)
    with as_worker(by):
        actions.gather(request=request, by=by, at=at)
        for one in queries.gathered(request):
            if one.marking is None:
                cuts = [
                    Cut(*Span(*span), WITHHOLD, "serious_harm") for span in passages.split(one.found.text)
                ]
                actions.mark(text=one.found, cuts=cuts, follows=0, by=by, at=at)
        held = unit.sealed_on(by, request, at)
        decided = Pass({str(key): Decided(WITHHOLD, "crime_and_tax") for key in held.keys})
        actions.make_pass(request=request, decided=decided, follows=0, by=by, at=at)


def approve(stage: Stage, output: Output) -> None:
    """Have a second person read an answer and agree."""
    by, at = stage.posts[SECOND], stage.now - timedelta(hours=1)
    with as_worker(by):
        actions.say_second(output=output, agreed=True, why="", digest=output.digest, by=by, at=at)


def send(stage: Stage, output: Output) -> None:
    """Have an answer given to whom it is for."""
    by, on = stage.posts[MAKER], stage.now.astimezone(LONDON).date()
    with as_worker(by):
        actions.send_answer(output=output, how="by_hand", sent_on=on, by=by, at=stage.now)
