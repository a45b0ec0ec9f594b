"""Hand-overs to services in each of their states, and steps between tiers, by the same actions that the pages use."""

import uuid
from datetime import timedelta

from django.utils.timezone import localdate

from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.handover import actions, queries
from mash.handover.actions.carrying import carry_over
from mash.handover.actions.delivering import deliver
from mash.handover.models import Pack, Step, Through
from mash.partnership.models import Staff

HELP, CARE = "early.help", "social.care"
ACCEPTED, ASKED, RETURNED, WAITS, STEPS_DOWN = "NF26-A23", "NF26-A12", "NF26-A31", "NF26-A46", "NF26-A50"
PRODUCT = (
    "What changed: the mother has the flat in her own name since Monday, and he no longer comes there. "
    "What works: the grandmother has the children three evenings a week. "
    "Still to do: a routine for the mornings, and the school's meals."
)


def tell(stage: story.Stage, found: dict[str, Contact]) -> None:
    """Have the hub hand families over, and the services answer: accept, ask, return, take in, step down and up."""
    accepted = send(stage, found[ACCEPTED], HELP)
    for pack in accepted:
        accept(stage, pack, HELP)
    _take_in(stage, accepted[0], HELP, "EH-30912")
    asked = send(stage, found[ASKED], HELP)[0]
    ask(stage, asked, HELP, "Does his mother know that a worker will ring, and which days is she at home?")
    returned = send(stage, found[RETURNED], HELP)[0]
    with as_worker(stage.posts[HELP]):
        actions.return_with_reasons(
            pack=_received(stage, returned, HELP),
            reason="more_serious",
            words="He has moved back in. This is for social care; we have told the mother that we rang you.",
            by=stage.posts[HELP],
            at=stage.now - timedelta(hours=1),
        )
    _follow(returned, stage)
    send(stage, found[WAITS], CARE)
    held = send(stage, found[STEPS_DOWN], CARE)[0]
    accept(stage, held, CARE)
    step(stage, held, CARE, "down_to_family_help", HELP)
    step(stage, accepted[0], HELP, "up_to_social_care", None)


def send(stage: story.Stage, contact: Contact, to: str) -> list[Pack]:
    """Hand over everybody in a contact to one service; return what went."""
    by, at, sent = stage.posts["social.worker"], stage.now - timedelta(hours=5), []
    with as_worker(by):
        made = decisions.newest_standing(contact)
        handed = decisions.handed_over(made, localdate(stage.now)) if made else []
        for one in handed:
            outcome = decisions.find_outcome(by, one.outcome.pk)
            sent.append(
                actions.send_pack(
                    key=uuid.uuid4(),
                    outcome=outcome,
                    agency=stage.posts[to].agency,
                    left_out=[],
                    seen=queries.drafted(by, outcome).seen,
                    by=by,
                    at=at,
                )
            )
    return sent


def _received(stage: story.Stage, pack: Pack, who: str) -> Pack:
    return queries.find_received(stage.posts[who], pack.pk).pack


def accept(stage: story.Stage, pack: Pack, who: str) -> None:
    """Have a service accept what it was sent, for twelve weeks."""
    by, at = stage.posts[who], stage.now - timedelta(hours=3)
    with as_worker(by):
        mine = _received(stage, pack, who)
        actions.see(pack=mine, by=by, at=at)
        actions.accept(
            pack=mine,
            worker_name="Bea Lund",
            team="Central",
            from_on=localdate(at),
            until_on=localdate(at) + timedelta(days=84),
            by=by,
            at=at,
        )
    _follow(pack, stage)


def _follow(pack: Pack, stage: story.Stage) -> None:
    with as_program("hand_overs"):
        carry_over(pack_id=pack.pk, at=stage.now)


def _take_in(stage: story.Stage, pack: Pack, who: str, number: str) -> None:
    by, at = stage.posts[who], stage.now - timedelta(hours=2)
    with as_worker(by):
        mine = _received(stage, pack, who)
        actions.export(pack=mine, through=Through.PAGE, by=by, at=at)
        actions.record_number(pack=mine, number=number, through=Through.PAGE, by=by, at=at)


def ask(stage: story.Stage, pack: Pack, who: str, words: str) -> None:
    """Have a service see what it was sent, and ask the hub something about it."""
    by: Staff = stage.posts[who]
    with as_worker(by):
        mine = _received(stage, pack, who)
        actions.see(pack=mine, by=by, at=stage.now - timedelta(hours=2))
        actions.ask(pack=mine, key=uuid.uuid4(), words=words, by=by, at=stage.now - timedelta(hours=2))


def step(stage: story.Stage, pack: Pack, who: str, route: str, to: str | None) -> Step:
    """Have a service hand on whom it accepted, up or down, and the program deliver it."""
    by, at = stage.posts[who], stage.now - timedelta(hours=1)
    with as_worker(by):
        made = actions.send_on(
            key=uuid.uuid4(),
            route=route,
            to=stage.posts[to].agency if to else None,
            reason="Things have changed at home, and this is no longer the right help.",
            product=PRODUCT,
            agreement="The mother was asked on Tuesday and agrees.",
            origin=_received(stage, pack, who),
            by=by,
            at=at,
        )
    with as_program("hand_overs"):
        deliver(step_id=made.pk, at=stage.now - timedelta(minutes=50))
    return made
