"""What the unit alone reads of a request: what is sealed on the person, its own pass, and the finished answers.

Row-level security gives these rows to the cleared alone; for everybody else they are not there.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.check.policy import rooms_opened_by
from mash.check.queries.room import Piece, in_the_room
from mash.common.locking import Locked
from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.subject_access import policy
from mash.subject_access.models import Handling, Output, OwnerAsked, Request, SecondWord, UnitPass
from mash.subject_access.queries import gathering
from mash.subject_access.queries.requests import Marked, Standing, find
from mash.subject_access.sealed_part import Pass, from_json, open_up

ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is sealed on a person and in their cases.

    more: something else is held that another cleared person must read.  unit: the unit knows somebody here itself.
    """

    pieces: tuple[Piece, ...] = ()
    more: bool = False
    unit: bool = False

    @property
    def keys(self) -> list[uuid.UUID]:
        """Return the keys of what is to be decided on."""
        return [one.key for one in self.pieces if one.key]

    @property
    def addresses(self) -> list[Piece]:
        """Return the protected addresses."""
        return [one for one in self.pieces if one.kind == ADDRESS]


def sealed_on(staff: Staff, request: Request, at: datetime) -> Sealed:
    """Return what is sealed in the cases of a person and on the people in them, each once, oldest first.

    Raises Http404 for whoever is not cleared.

    Source: docs/rules.md, "What the unit does with a request".
    """
    if not policy.may_pass(staff, request):
        raise Http404
    about = [one.pk for one in gathering.contacts_about(request.person)]
    found: dict[uuid.UUID, Piece] = {}
    more = unit = False
    for contact in Contact.objects.filter(rooms_opened_by(staff), pk__in=about).select_related("hub"):
        room = in_the_room(staff, contact, at)
        found |= {one.key: one for one in room.pieces if one.key and not one.newer}
        more, unit = more or room.more, unit or room.unit
    return Sealed(tuple(sorted(found.values(), key=lambda one: (one.at, str(one.key)))), more, unit)


def newest_pass(request: Request) -> tuple[UnitPass | None, Pass]:
    """Return the unit's newest pass, and what it says; nothing decided where there is none."""
    row = UnitPass.objects.filter(request=request).select_related("by__account").order_by("-number").first()
    if row is None:
        return None, Pass()
    words = open_up(
        Locked(row.nonce, row.body), hub=row.hub_id, row=row.pk, request=row.request_id, part="pass"
    )
    return row, from_json(words)


# Finished answers


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished answer with its bytes.  stands: nothing that it was made from has changed since."""

    output: Output
    html: bytes
    pdf: bytes
    second: SecondWord | None
    stands: bool

    @property
    def is_approved(self) -> bool:
        """Tell whether a second person agreed to exactly this, and nothing has changed since."""
        return self.stands and self.second is not None and self.second.agreed

    @property
    def waits(self) -> bool:
        """Tell whether a second person is still to read it."""
        return self.stands and self.second is None


def newest_output(staff: Staff, standing: Standing, texts: Iterable[Marked], at: datetime) -> Finished | None:
    """Return the newest answer of a request, for the cleared; None where none was made."""
    request = standing.request
    row = Output.objects.filter(request=request).select_related("by__account").order_by("-number").first()
    if row is None:
        return None
    sealed = sealed_on(staff, request, at)
    passed, _ = newest_pass(request)
    stands = standing.sent is not None or (
        standing.with_the_unit and row.rests_on == rests_on(standing, texts, passed, sealed)
    )
    return _finished(row, stands=stands)


def find_output(staff: Staff, output_id: uuid.UUID) -> tuple[Standing, Output]:
    """Return an answer, with its request, for the cleared.  Raises Http404 for any other, and for anybody else."""
    if not staff.has("clear"):
        raise Http404
    row = get_object_or_404(Output.objects.select_related("by__account", "request"), pk=output_id)
    return find(staff, row.request_id), row


def bytes_of(row: Output) -> tuple[bytes, bytes]:
    """Return an answer's HTML and PDF as they were made."""
    html = _opened(row, row.html_nonce, row.html, "html")
    return html, _opened(row, row.pdf_nonce, row.pdf, "pdf")


def digest_of(recipient: str, way: str, html: bytes, pdf: bytes) -> str:
    """Return the SHA-256 that names an answer and for whom it is, in hexadecimal."""
    parts = [recipient.encode(), way.encode(), html, pdf]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def rests_on(standing: Standing, texts: Iterable[Marked], passed: UnitPass | None, sealed: Sealed) -> str:
    """Return the SHA-256 over all that an answer is made from: once any of it changes, so does this."""
    request = standing.request
    asked = OwnerAsked.objects.filter(request=request).order_by("pk").values_list("pk", flat=True)
    said: list[Any] = [
        [request.asker_name, request.reached, str(request.person), request.person.merged_into_id],
        sorted(f"{one.found.pk} {one.marking.pk if one.marking else ''}" for one in texts),
        [str(key) for key in asked],
        [str(one.pk) for one in standing.steps],
        str(passed.pk) if passed else "",
        sorted(map(str, sealed.keys)),
        sealed.more,
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def worked_on(
    standing: Standing, texts: Iterable[Marked], passed: UnitPass | None, output: Output
) -> list[Staff]:
    """Return everybody who handled, gathered, marked, passed or made an answer: none of them is its second person."""
    handled = Handling.objects.filter(request=standing.request).select_related("to__account")
    found = {one.to_id: one.to for one in handled}
    keys = {one.found.by_id for one in texts} | {one.marking.by_id for one in texts if one.marking}
    keys |= {output.by_id} | {one.by_id for one in standing.steps} | ({passed.by_id} if passed else set())
    earlier = UnitPass.objects.filter(request=standing.request).values_list("by", flat=True)
    found |= {
        one.pk: one for one in Staff.objects.filter(pk__in=keys | set(earlier)).select_related("account")
    }
    return list(found.values())


def _finished(row: Output, *, stands: bool) -> Finished:
    html, pdf = bytes_of(row)
    second = SecondWord.objects.filter(output=row).select_related("by__account").first()
    sound = digest_of(row.recipient, row.way, html, pdf) == row.digest
    return Finished(row, html, pdf, second, stands and sound)


def _opened(row: Output, nonce: Any, body: Any, part: str) -> bytes:
    words = open_up(Locked(nonce, body), hub=row.hub_id, row=row.pk, request=row.request_id, part=part)
    return base64.b64decode(words)
