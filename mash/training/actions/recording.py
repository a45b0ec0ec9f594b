"""What somebody learnt is logged, seen by their line manager, and a path is signed by mentor, then line manager."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import content, policy
from mash.training.actions.refusals import NotWhole
from mash.training.models import Done, DoneSeen, Kind, Learner, SignOff, Step
from mash.training.queries import records


@transaction.atomic
def log_learning(
    *,
    key: uuid.UUID,
    learner: Learner,
    what: str,
    label: str = "",
    done_on: date,
    minutes: int,
    way: str,
    provider: str = "",
    evidence: str = "",
    evidence_words: str = "",
    different: str = "",
    by: Staff,
    at: datetime,
) -> Done:
    """Log something that somebody learnt.  The same thing of the same day again is the one that is there.

    what: a module's or a topic's id; "" for anything else, which `label` then names.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Continuing development".
    """
    require(policy.may_log(by, learner))
    module, topic = content.modules().get(what), content.topics().get(what)
    named = module or topic
    called = named.label if named else label.strip()
    if not called:
        raise NotWhole("Say what it was about", place="label")
    if done_on > localdate(at):
        raise NotWhole("It is logged once it is done", place="done_on")
    there = Done.objects.filter(learner=learner, label=called, done_on=done_on).first()
    if there:
        return there
    made = Done(
        hub_id=learner.hub_id, learner=learner, key=key, kind=Kind.MODULE if module else Kind.CPD,
        what=what if named else "", label=called, version=module.version if module else None, done_on=done_on,
        minutes=minutes, way=way, provider=provider.strip(), evidence=evidence,
        evidence_words=evidence_words.strip(), different=different.strip(), by=by, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    record(
        "training.logged",
        about=made,
        at=at,
        hub_id=made.hub_id,
        detail={"kind": made.kind, "what": made.what},
    )
    return made


@transaction.atomic
def note_seen(*, done: Done, by: Staff, at: datetime) -> None:
    """Say as line manager that one has seen what was logged.  Safe to repeat.

    Raises PermissionDenied.

    Source: docs/rules.md, "Continuing development".
    """
    require(policy.may_sign(by, done.learner, Step.LINE_MANAGER))
    if not DoneSeen.objects.filter(done=done).exists():
        DoneSeen(hub_id=done.hub_id, done=done, by=by, at=at).save(force_insert=True)
        record("training.log_seen", about=done, at=at, hub_id=done.hub_id)


@transaction.atomic
def sign_path(
    *, learner: Learner, path: str, step: str, signed: bool, words: str = "", by: Staff, at: datetime
) -> SignOff:
    """Sign somebody's path, or withhold the signature with what is needed next.  The mentor signs before the manager.

    A signature needs every module of the path to count today, and bears the moment at which it is given.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "A path and its signatures".
    """
    require(policy.may_sign(by, learner, step))
    now = Learner.objects.get(pk=learner.pk)
    if now.account_id is None:
        raise NotWhole("They have no sign-in here yet: a path is signed for somebody who works in the hub")
    stand = records.paths_of(now, records.of([now])[now.pk], localdate(at))
    stands = next((one for one in stand if one.path.id == path), None)
    if stands is None:
        raise NotWhole("This is no path of theirs any more")
    if signed and not stands.is_whole:
        raise NotWhole("Every module of the path must count before it is signed", place="answer")
    if signed and step == Step.LINE_MANAGER and not stands.mentor_signed:
        raise NotWhole("The mentor signs first", place="answer")
    if not signed and not words.strip():
        raise NotWhole("Say what is needed next", place="words")
    made = SignOff(
        hub_id=now.hub_id, learner=now, account_id=now.account_id, path=path, step=step, signed=signed,
        words=words.strip(), by=by, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    detail = {"path": path, "step": step, "signed": signed}
    event = "training.path_signed" if signed else "training.path_withheld"
    record(event, about=now, at=at, hub_id=now.hub_id, detail=detail)
    return made
