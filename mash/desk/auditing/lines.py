"""Lines of the record as an auditor reads them: who, what and why in words, a case by its reference alone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from mash.desk.auditing.rules import SEEN_WORDS
from mash.ledger.models import Entry
from mash.partnership.models import DESK, Access, Duty, Staff

PAGE = 50  # lines
CONTACT, PERSON = "contact.contact:", "people.person:"
WORDS = {
    "contact.seen": "Saw a page of the case",
    "person.seen": "Saw the person’s record",
    "family.seen": "Saw the family of the case",
    "network.seen": "Saw who and what hangs together with it",
    "people.searched": "Searched for people",
    "page.printed": "Printed a page",
    "export.asked_for": "Asked to take a list out",
    "export.agreed": "Agreed that a list goes out",
    "export.turned_down": "Turned down that a list goes out",
    "export.ordered": "Had a long list made",
    "export.made": "A list was made as a file",
    "export.fetched": "Took a list out",
    "export.closed": "Could not take a list out: may not see every row any more",
    "paper.made": "Had paper of a case made as a file",
    "paper.asked_for": "Asked for long paper of a case as a file",
    "paper.fetched": "Took long paper of a case",
    "paper.closed": "Was not handed long paper: not all of it is open to them any more",
    "case.room_asked": "Asked the sealed room",
    "room.opened": "Opened the sealed room",
    "restricted.opened": "Opened it in an emergency",
    "restricted.not_opened": "Tried to open a restricted case",
    "page.refused": "Was refused a page",
    "page.absent": "Asked for what is not there, or not for them",
    "retention.seen": "Saw how long the record is kept",
    "record.disposed": "Disposed of the record, as two people had agreed",
    "audit.case_read": "Read who saw this, as an auditor",
    "audit.person_read": "Read who saw this person, as an auditor",
    "audit.worker_read": "Read what a worker saw and did, as an auditor",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line.  what: the act in words.  on: what it was about, in words that name nobody.  access: why they could."""

    at: datetime
    who: Staff | None
    actor: str
    what: str
    on: str
    contact: uuid.UUID | None
    person: uuid.UUID | None
    why: str
    access: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of lines, newest first.  older: what follows "?" in the address of the next page, "" on the last."""

    rows: list[Row]
    older: str


def of_hub(staff: Staff) -> QuerySet[Entry]:
    """Return the lines of an auditor's hub."""
    return Entry.objects.filter(hub_id=staff.hub_id)


def page_of(found: QuerySet[Entry], before: str, *, access: bool = False) -> Lines:
    """Return one page of lines, newest first; it costs the same however far back it lies.

    before: where the page before ended, as its `older` says.  access: say of each why they could.
    """
    entries = list(_before(found, before).order_by("-at", "-pk")[: PAGE + 1])
    shown = entries[:PAGE]
    last = shown[-1] if len(entries) > PAGE else None
    older = urlencode({"before": f"{last.at.isoformat()}_{last.pk}"}) if last else ""
    return Lines(rows_of(shown, access=access), older)


def _before(found: QuerySet[Entry], before: str) -> QuerySet[Entry]:
    said, _, key = before.partition("_")
    try:
        at, last = parse_datetime(said), uuid.UUID(key)
    except ValueError:
        return found
    if at is None or at.tzinfo is None:
        return found
    return found.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=last))


def rows_of(entries: Sequence[Entry], *, access: bool = False) -> list[Row]:
    """Return lines as an auditor reads them."""
    workers = staff_of(entry.actor for entry in entries)
    keys = {key for entry in entries if (key := key_in(entry.about, CONTACT))}
    references = references_of(keys)
    grants = _grants(keys) if access else {}
    return [_row(entry, workers, references, grants, access=access) for entry in entries]


def _row(
    entry: Entry,
    workers: dict[str, Staff],
    references: dict[uuid.UUID, str],
    grants: dict[tuple[uuid.UUID, uuid.UUID], list[Access]],
    *,
    access: bool,
) -> Row:
    who, contact = workers.get(entry.actor), key_in(entry.about, CONTACT)
    known = contact if contact in references else None
    could = (
        _why_they_could(who, entry, grants.get((who.pk, contact), [])) if access and who and contact else ""
    )
    said = str(entry.detail.get("page", "")).replace("_", " ")
    what = WORDS.get(entry.event) or entry.event.replace("_", " ").replace(".", ": ").capitalize()
    return Row(
        at=entry.at,
        who=who,
        actor=entry.actor.partition(":")[0] if who is None else "",
        what=f"{what}: {said}" if said else what,
        on=references.get(contact, "a case") if contact else _about(entry.about),
        contact=known,
        person=key_in(entry.about, PERSON),
        why=entry.why,
        access=could,
    )


def _about(about: str) -> str:
    kind = about.partition(":")[0].rpartition(".")[2].replace("_", " ")
    return {"page": about.partition(":")[2].rpartition(":")[2].replace("_", " ")}.get(kind, kind)


def _why_they_could(who: Staff, entry: Entry, grants: Iterable[Access]) -> str:
    for one in grants:
        if one.from_at <= entry.at and (one.until_at is None or one.until_at > entry.at):
            return one.why
    duties = [Duty(one).label for one in who.duties if one in DESK]
    if duties:
        return f"Works at the hub’s desk ({', '.join(duties).lower()})"
    return "Answers for an agency" if who.has(Duty.ANSWER) else "Not by a duty or access they have today"


def _grants(contacts: set[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], list[Access]]:
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Access]] = {}
    for one in Access.objects.filter(contact_id__in=contacts, bars=False, staff__isnull=False):
        if one.staff_id and one.contact_id:
            found.setdefault((one.staff_id, one.contact_id), []).append(one)
    return found


def key_in(said: str, kind: str) -> uuid.UUID | None:
    """Return the key after a kind such as `CONTACT`; None for another kind, or for no key."""
    try:
        return uuid.UUID(said.removeprefix(kind)) if said.startswith(kind) else None
    except ValueError:
        return None


def staff_of(actors: Iterable[str]) -> dict[str, Staff]:
    """Return the posts of actors of the auditor's hub, by what the record calls them."""
    keys = {key for actor in actors if (key := key_in(actor, "staff:"))}
    found = Staff.objects.filter(pk__in=keys).select_related("account", "agency", "hub")
    return {f"staff:{one.pk}": one for one in found}


def references_of(contacts: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the references of contacts of the auditor's hub: all that they learn of a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reference FROM identity.audited_references(%s)", [list(contacts)])
        return dict(cursor.fetchall())


def is_a_look(event: str) -> bool:
    """Tell whether an event is of looking, and not of doing something."""
    return event.rpartition(".")[2] in SEEN_WORDS
