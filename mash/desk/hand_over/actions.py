"""Handing a shift over: made from its lists, completed line by line, offered, and accepted by name."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from mash.common.editions import content_of
from mash.common.verdict import require
from mash.desk.hand_over import policy, queries
from mash.desk.models import HandedOver, HandOver, HandOverWord, LineState
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.content import hand_overs
from mash.partnership.models import Staff
from mash.partnership.policy import may_move_work
from mash.partnership.queries import rota

DEPUTY_AFTER, MANAGER_AFTER = timedelta(minutes=30), timedelta(minutes=60)
SUBJECT = "A hand-over waits for you"
BODY = "Sign in and open “Hand-over”.  Accept it line by line; until then the team that hands over keeps the duty."
SETTLED_OR_TAKEN = {LineState.ACCEPTED, LineState.STAYS}


class NotWhole(Exception):
    """A line says too little to be handed over, or a word lacks its reason; the message says what is missing.

    lacks: for a hand-over, what each line still has to say: key of the line, and ids of `each_line_says`.
    """

    def __init__(self, words: str, lacks: Mapping[uuid.UUID, Sequence[str]] | None = None) -> None:
        super().__init__(words)
        self.lacks = lacks or {}


class MovedOn(Exception):
    """The hand-over was offered, or answered, after the page was opened."""


@transaction.atomic
def begin(*, which: str, key: uuid.UUID, by: Staff, at: datetime) -> HandOver:
    """Begin a hand-over, with the lists that the software makes; one that is being written is returned as it is.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    require(policy.may_hand_over(by, which))
    there = queries.current(by, which)
    if there:
        return there
    made = HandOver.objects.create(
        hub_id=by.hub_id, which=which, key=uuid.uuid5(by.pk, f"hand-over:{key}"), by=by, at=at
    )
    _list(made, by, at)
    record("hand_over.begun", about=made, at=at, hub_id=by.hub_id, detail={"which": which})
    return made


@transaction.atomic
def list_again(*, hand_over: HandOver, by: Staff, at: datetime) -> int:
    """Put on a hand-over what has come since its lists were made; return how many lines that were."""
    require(policy.may_write(by, hand_over))
    return _list(_held(hand_over), by, at)


def _list(hand_over: HandOver, by: Staff, at: datetime) -> int:
    there = set(hand_over.lines.values_list("case", flat=True))
    place = len(there)
    new = [one for one in queries.make_lists(by, hand_over.which, at) if one.contact.pk not in there]
    HandedOver.objects.bulk_create(
        HandedOver(
            hub_id=hand_over.hub_id,
            hand_over=hand_over,
            place=place + number,
            listed=one.lists,
            case=one.contact.pk,
            reference=one.contact.reference,
            colour=one.colour,
            due_at=one.due_at,
        )
        for number, one in enumerate(new)
    )
    return len(new)


@transaction.atomic
def write(
    *, hand_over: HandOver, says: Mapping[uuid.UUID, Mapping[str, str]], note: str, by: Staff, at: datetime
) -> None:
    """Keep what a person says of each line, and of the whole shift.  says: by key of a line.

    Raises PermissionDenied once it is offered.
    """
    require(policy.may_write(by, hand_over))
    held = _held(hand_over)
    require(policy.may_write(by, held))
    for line in held.lines.filter(pk__in=list(says)):
        asked = dict(queries.asked_of(held.which))
        line.says = {
            name: words.strip() for name, words in says[line.pk].items() if name in asked and words.strip()
        }
        line.save(update_fields=["says"])
    held.note, held.by = note.strip(), by
    held.save(update_fields=["note", "by"])
    record("hand_over.written", about=held, at=at, hub_id=held.hub_id, detail={"lines": len(says)})


@transaction.atomic
def add_line(*, hand_over: HandOver, listed: str, words: str, by: Staff, at: datetime) -> HandedOver:
    """Add what no list can know: a child to be seen, somebody who may call, a promise.  The same words twice add once.

    Raises PermissionDenied, NotWhole.
    """
    require(policy.may_write(by, hand_over))
    held = _held(hand_over)
    if listed not in hand_overs()[held.which].lists or not words.strip():
        raise NotWhole("Say what it is")
    first = queries.asked_of(held.which)[0][0]
    same = held.lines.filter(case=None, listed=[listed], says__contains={first: words.strip()}).first()
    if same:
        return same
    line = HandedOver.objects.create(
        hub_id=held.hub_id,
        hand_over=held,
        place=held.lines.count(),
        listed=[listed],
        says={first: words.strip()},
    )
    record("hand_over.line_added", about=held, at=at, hub_id=held.hub_id, detail={"listed": listed})
    return line


@transaction.atomic
def offer(*, hand_over: HandOver, by: Staff, at: datetime) -> None:
    """Hand over what is written, an empty list too; whoever is on duty is told.  Twice changes nothing.

    Every line says all that the rota asks of it; "nothing" is an answer.  Until it is accepted the first team keeps
    the duty.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    held = _held(hand_over)
    if held.offered_at:
        return
    require(policy.may_write(by, held))
    asked = [name for name, _ in queries.asked_of(held.which)]
    said = {one.pk: [name for name in asked if not one.says.get(name)] for one in held.lines.all()}
    lacks = {line: names for line, names in said.items() if names}
    if lacks:
        raise NotWhole("Each line says all that is asked of it", lacks)
    held.offered_at, held.by = at, by
    held.save(update_fields=["offered_at", "by"])
    record("hand_over.offered", about=held, at=at, hub_id=held.hub_id, detail={"lines": held.lines.count()})
    people = [one.person for one in queries.who_takes(held, at) if one.person]
    _tell(held, people, at)


@transaction.atomic
def pass_on(*, hand_over: HandOver, frm: Staff, to: Staff, why: str, by: Staff, at: datetime) -> bool:
    """Give one worker's hand-over, written or waiting to be accepted, to another; return whether it changed hands.

    Whoever has it answers what is questioned.  Its lines, what was said of them and when it was offered stay.

    Raises PermissionDenied where `by` may not move this worker's work, or `to` may not hand this over or has
    answered a line of it.

    Source: docs/rules.md, "Moving work", "Hand-over of a shift".
    """
    require(may_move_work(by, frm))
    require(policy.may_take_on(to, hand_over))
    held = _held(hand_over)
    if held.accepted_at or held.by_id != frm.pk:
        return False
    held.by = to
    held.save(update_fields=["by"])
    detail = {"from": str(frm.pk), "to": str(to.pk)}
    record("hand_over.passed", about=held, at=at, hub_id=held.hub_id, why=why.strip(), detail=detail)
    return True


@transaction.atomic
def answer(
    *, line: HandedOver, state: str, words: str = "", spoken: bool = False, by: Staff, at: datetime
) -> HandedOver:
    """Accept one line by name, or question or refuse it with a reason.  The same again changes nothing.

    spoken: anything red is also spoken, person to person.

    Raises PermissionDenied, NotWhole, MovedOn.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    held = _held(line.hand_over)
    require(policy.may_accept(by, held))
    row = HandedOver.objects.get(pk=line.pk, hand_over=held)
    if row.state == state and row.words.filter(by=by, state=state).exists():
        return row
    if not held.offered_at or held.accepted_at or row.state in SETTLED_OR_TAKEN:
        raise MovedOn
    if state not in {LineState.ACCEPTED, LineState.QUESTIONED, LineState.REFUSED}:
        raise NotWhole("Accept, question or refuse")
    if state != LineState.ACCEPTED and not words.strip():
        raise NotWhole("Say why")
    if state == LineState.ACCEPTED and row.colour == "red" and not spoken:
        raise NotWhole("Anything red is also spoken: tick that you have spoken about it")
    return _say(held, row, LineState(state), words, spoken=spoken, by=by, at=at)


@transaction.atomic
def settle(*, line: HandedOver, stays: bool, words: str, by: Staff, at: datetime) -> HandedOver:
    """Settle, as the manager on call, a line that was questioned or refused: it goes over, or it stays.

    Raises PermissionDenied, NotWhole, MovedOn.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    held = _held(line.hand_over)
    require(policy.may_settle(by, held))
    row = HandedOver.objects.get(pk=line.pk, hand_over=held)
    if row.state not in {LineState.QUESTIONED, LineState.REFUSED}:
        raise MovedOn
    if not words.strip():
        raise NotWhole("Say why")
    return _say(held, row, LineState.STAYS if stays else LineState.ACCEPTED, words, spoken=True, by=by, at=at)


@transaction.atomic
def accept_whole(*, hand_over: HandOver, by: Staff, at: datetime) -> None:
    """Accept a hand-over by name once no line waits; an empty one too, so that silence never means "nothing".

    Raises PermissionDenied, NotWhole while a line waits, MovedOn before it is offered.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    held = _held(hand_over)
    if held.accepted_at:
        return
    require(policy.may_accept(by, held))
    if not held.offered_at:
        raise MovedOn
    if held.lines.exclude(state__in=SETTLED_OR_TAKEN).exists():
        raise NotWhole("Answer each line first")
    held.accepted_at, held.accepted_by = at, by
    held.save(update_fields=["accepted_at", "accepted_by"])
    record("hand_over.accepted", about=held, at=at, hub_id=held.hub_id, detail={"lines": held.lines.count()})


def _say(
    held: HandOver, row: HandedOver, state: LineState, words: str, *, spoken: bool, by: Staff, at: datetime
) -> HandedOver:
    word = HandOverWord(
        hub_id=held.hub_id, line=row, state=state, words=words.strip(), spoken=spoken, by=by, at=at
    )
    HandOverWord.objects.bulk_create([word])
    row.state = state
    row.save(update_fields=["state"])
    detail = {"state": str(state), "reference": row.reference, "spoken": spoken}
    record("hand_over.answered", about=row, at=at, hub_id=held.hub_id, detail=detail)
    return row


@transaction.atomic
def chase_unaccepted(*, at: datetime) -> int:
    """Tell the deputy after half an hour, and the manager on call after an hour, once each; return how many were told.

    Acts as a listed service.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    told = 0
    for one in queries.waiting(at - DEPUTY_AFTER):
        with content_of(one.hub_id):
            told += _chase(_held(one), at)
    return told


def _chase(held: HandOver, at: datetime) -> int:
    told, late = 0, at - (held.offered_at or at)
    if held.deputy_told_at is None:
        held.deputy_told_at = at
        told += _tell(held, _deputies(held, at), at)
    if held.manager_told_at is None and late >= MANAGER_AFTER:
        held.manager_told_at = at
        told += _tell(held, _managers(held, at), at)
    held.save(update_fields=["deputy_told_at", "manager_told_at"])
    return told


def _deputies(held: HandOver, at: datetime) -> list[Staff]:
    on_duty = [one.person for one in queries.who_takes(held, at) if one.person]
    return [deputy for one in on_duty for deputy in rota.after(held.hub, one, at)]


def _managers(held: HandOver, at: datetime) -> list[Staff]:
    """Return the manager on call, or whoever manages the hub where nobody is."""
    on_call = [one.person for one in rota.on_duty(held.hub, at, only="manager_on_call") if one.person]
    return on_call or rota.managers_of(held.hub_id, at)


def _tell(held: HandOver, people: Iterable[Staff], at: datetime) -> int:
    addresses = sorted({one.account.email for one in people})
    for address in addresses:
        notify(
            hub_id=held.hub_id,
            to=address,
            subject=SUBJECT,
            body=BODY,
            at=at,
            page=reverse("desk:hand_over", args=[held.pk]),
        )
    return len(addresses)


def _held(hand_over: HandOver) -> HandOver:
    """Return a hand-over, held still until the transaction ends."""
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("hub", "by__account")
    return rows.get(pk=hand_over.pk)
