"""A list leaves the product as a file: asked for with a purpose and a ground, made, handed over once more looked at."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.jobs import order
from mash.common.verdict import require
from mash.desk import policy
from mash.desk.exports import queries
from mash.desk.exports.columns import COLUMNS, as_csv
from mash.desk.exports.under_lock import lock_up, open_up
from mash.desk.models import Export, ExportFile, ExportMade, ExportWord, TakingOut
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage.content import bases

JOB = "mash.desk.jobs.make_export"
AT_ONCE = 200  # rows; above it a second person agrees, and a job makes the file
MOST = 5000  # rows
KEPT = timedelta(hours=24)


class CannotTakeOut(Exception):
    """What was asked for cannot be done as it stands; the message says why, in the worker's words."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to take out: a list's filters, which columns, what for and on what ground."""

    query: str
    columns: Sequence[str]
    purpose: str
    ground: str
    why: str = ""


@transaction.atomic
def ask_for(*, key: uuid.UUID, wish: Wish, by: Staff, at: datetime) -> Export:
    """Ask to take a list out.  A short one is made at once, a long one waits for a second person.

    The same key asks once.

    Raises PermissionDenied, and CannotTakeOut where there is nothing, or too much, or no ground.

    Source: docs/rules.md, "Lists that are taken out".
    """
    require(policy.may_take_out(by))
    there = Export.objects.filter(key=key, by=by).first()
    if there:
        return there
    columns = [name for name in COLUMNS if name in set(wish.columns)]
    basis = bases().get(wish.ground)
    if not columns or basis is None or not basis.is_in_force(localdate(at)):
        raise CannotTakeOut("Choose at least one column, and a legal ground that is in force.")
    if wish.purpose == TakingOut.OTHER and not wish.why.strip():
        raise CannotTakeOut("Say what it is for.")
    count = len(queries.listed(by, wish.query, at))
    if not count:
        raise CannotTakeOut("Nothing is on this list now.")
    if count > MOST:
        raise CannotTakeOut(f"This list has {count:,} rows, and at most {MOST:,} are taken out: narrow it.")
    export = Export(
        hub_id=by.hub_id, key=key, query=wish.query, columns=columns, purpose=wish.purpose, why=wish.why.strip()[:240],
        ground=wish.ground, rows=count, waits=count > AT_ONCE, by=by, at=at,
    )  # fmt: skip
    Export.objects.bulk_create([export], ignore_conflicts=True)
    kept = Export.objects.filter(key=key, by=by).first()
    if kept is None:
        raise CannotTakeOut("This form was sent already. Open it anew.")
    if kept.pk != export.pk:  # the same form in this very moment
        return kept
    why = ". ".join(part for part in (str(TakingOut(wish.purpose).label), export.why) if part)
    said = {
        "rows": count,
        "columns": columns,
        "ground": wish.ground,
        "filters": wish.query,
        "waits": export.waits,
    }
    record("export.asked_for", about=export, at=at, hub_id=by.hub_id, why=why, detail=said)
    if not export.waits:
        make(export=export, by=by, at=at)
    return export


@transaction.atomic
def say_second(*, export: Export, agreed: bool, why: str, by: Staff, at: datetime) -> ExportWord:
    """Say whether a long list goes out.  Once: a second word changes nothing.

    Raises PermissionDenied, and CannotTakeOut for a no without a reason.

    Source: docs/rules.md, "Lists that are taken out".
    """
    require(policy.may_be_second_on(by, export))
    there = ExportWord.objects.filter(export=export).first()
    if there:
        return there
    if not export.waits:
        raise CannotTakeOut("This list is short and needs nobody’s word.")
    if not agreed and not why.strip():
        raise CannotTakeOut("Say why it does not go out.")
    word = ExportWord(hub_id=export.hub_id, export=export, agreed=agreed, why=why.strip()[:240], by=by, at=at)
    ExportWord.objects.bulk_create([word], ignore_conflicts=True)
    kept = ExportWord.objects.get(export=export)
    if kept.pk != word.pk:  # somebody else spoke in this very moment
        return kept
    event = "export.agreed" if agreed else "export.turned_down"
    record(event, about=export, at=at, hub_id=export.hub_id, why=word.why)
    return word


@transaction.atomic
def order_making(*, export: Export, by: Staff, at: datetime) -> None:
    """Have a long list made, with the rights of who asked for it, once a second person agreed.

    Raises PermissionDenied, and CannotTakeOut before anybody agreed.

    Source: docs/rules.md, "Lists that are taken out".
    """
    require(policy.may_fetch(by, export))
    _refuse_before_a_word(export)
    if not ExportMade.objects.filter(export=export).exists():
        order(JOB, export_id=str(export.pk))
        record("export.ordered", about=export, at=at, hub_id=export.hub_id)


@transaction.atomic
def make(*, export: Export, by: Staff, at: datetime) -> ExportMade:
    """Make the file of a list from what its asker sees now, and lay it under lock.  Made once; again changes nothing.

    It holds no more rows than were asked for, so that a short list does not grow past a second person.

    Raises PermissionDenied, CannotTakeOut.

    Source: docs/rules.md, "Lists that are taken out".
    """
    require(policy.may_fetch(by, export))
    _refuse_before_a_word(export)
    there = ExportMade.objects.filter(export=export).first()
    if there:
        return there
    found = queries.listed(by, export.query, at)[: export.rows]
    table = as_csv(queries.rows(by, found, at), export.columns)
    made = ExportMade(
        hub_id=export.hub_id, export=export, sha256=hashlib.sha256(table.encode()).hexdigest(), rows=len(found), at=at
    )  # fmt: skip
    ExportMade.objects.bulk_create([made], ignore_conflicts=True)
    kept = ExportMade.objects.get(export=export)
    if kept.pk != made.pk:  # another made it in this very moment
        return kept
    locked = lock_up(json.dumps({"table": table, "contacts": [str(key) for key, _ in found]}), export)
    file = ExportFile(
        hub_id=export.hub_id, export=export, nonce=bytes(locked.nonce), body=bytes(locked.body), at=at
    )
    ExportFile.objects.bulk_create([file])
    said = {"rows": made.rows, "sha256": made.sha256}
    record("export.made", about=export, at=at, hub_id=export.hub_id, detail=said)
    return made


@transaction.atomic
def fetch(*, export: Export, by: Staff, at: datetime) -> bytes | None:
    """Hand the file of a list to who asked for it, if they may still read every case in it.

    None where they may not any more: the file is removed then.

    Raises PermissionDenied, and CannotTakeOut where there is no file, or it is a day old.

    Source: docs/rules.md, "Lists that are taken out".
    """
    require(policy.may_fetch(by, export))
    file = ExportFile.objects.filter(export=export, at__gt=at - KEPT).first()
    made = ExportMade.objects.filter(export=export).first()
    if file is None or made is None:
        raise CannotTakeOut("There is no file any more: it is kept for a day. Ask for the list again.")
    held = json.loads(open_up(file))
    if not queries.sees_all(by, {uuid.UUID(one) for one in held["contacts"]}):
        file.delete()
        record(
            "export.closed",
            about=export,
            at=at,
            hub_id=export.hub_id,
            why="Its asker may not see every row any more",
        )
        return None
    body: bytes = held["table"].encode()
    if hashlib.sha256(body).hexdigest() != made.sha256:
        raise CannotTakeOut(
            "The file is not the one that was made, so it is not handed over. Ask for the list again."
        )
    said = {"rows": made.rows, "sha256": made.sha256}
    record("export.fetched", about=export, at=at, hub_id=export.hub_id, detail=said)
    return body


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Remove the files of lists a day after they were made; return how many.  Acts as a listed service.

    Source: docs/rules.md, "Lists that are taken out".
    """
    gone = 0
    for file in ExportFile.objects.filter(at__lte=at - KEPT).select_related("export").order_by("at", "pk"):
        record("export.file_removed", about=file.export, at=at, hub_id=file.hub_id)
        file.delete()
        gone += 1
    return gone


def _refuse_before_a_word(export: Export) -> None:
    if export.waits and not ExportWord.objects.filter(export=export, agreed=True).exists():
        raise CannotTakeOut("A second person has not agreed that this list goes out.")
