"""Making the packs of every hub: each drawn in the name of who keeps it, encrypted, told to the record, then written.

Several short transactions, in this order, so that nothing leaves without its line: what is read is read with the
rights of the hub's manager, who changes nothing thereby; what is kept is kept by the program; the file is written last.

Source: docs/rules.md, "Outage packs".
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction

from mash.common.identity import acting_as, as_service
from mash.common.pdf import can_make_pdf, document_to_pdf
from mash.common.turns import held_through
from mash.desk.outage.drawing import Drawn, drawn
from mash.outage import actions, folder, policy, queries
from mash.outage.encrypting import encrypted, pages_of
from mash.outage.forms_on_paper import pack_number
from mash.outage.models import Became, Pack, Passphrase
from mash.outage.under_lock import open_up
from mash.partnership.models import Hub
from mash.partnership.queries import post_of

log = structlog.stdlib.get_logger(__name__)
SERVICE = "outage"
NO_FOLDER = "No folder is set in which packs are kept: whoever runs the product sets MASH_OUTAGE_FOLDER."
NO_PDF = "The machine makes no PDF: whoever runs the product installs Pango there."
NO_POST = "Whoever set the passphrase does not manage the hub any more, so no pack is made: set another."
UNFORESEEN = "Something went wrong that nobody foresaw. The log of the worker says what."
NO_KEY = "The passphrase cannot be read any more: set another."


class NotMade(Exception):
    """A pack could not be made; the message says why, in the manager's words."""


def make_all(now: Callable[[], datetime]) -> list[Pack]:
    """Make the pack of each hub whose next one is due; return those that were made or refused.

    One hub that fails keeps no other from its pack.  While one worker is about it, another does nothing.
    """
    with as_service(SERVICE), held_through("outage packs") as free:
        due = _due(now()) if free else []
        return [_made_or_said(hub, passphrase, now()) for hub, passphrase in due]


def _due(at: datetime) -> list[tuple[Hub, Passphrase]]:
    with transaction.atomic():
        return [
            (hub, passphrase)
            for hub in queries.live_hubs()
            if (passphrase := queries.passphrase_of(hub.pk)) and queries.is_due(hub.pk, passphrase, at)
        ]


def _made_or_said(hub: Hub, passphrase: Passphrase, at: datetime) -> Pack:
    try:
        return make(hub, passphrase, at)
    except Exception as why:  # whatever it is, the next hub has its pack, and this one's manager is told
        log.exception("an outage pack was not made", hub=hub.prefix, why=type(why).__name__)
        with as_service(SERVICE):
            return actions.keep_refusal(hub=hub, why=UNFORESEEN, at=at)


def make(hub: Hub, passphrase: Passphrase, at: datetime) -> Pack:
    """Make one hub's pack, and take those away that are old by then."""
    try:
        number, made, body, pages = _made(hub, passphrase, at)
    except NotMade as why:
        with as_service(SERVICE):
            return actions.keep_refusal(hub=hub, why=str(why), at=at)
    holds = {"contacts": made.contacts, "pages": pages, "forms": made.forms}
    sha256 = hashlib.sha256(body).hexdigest()
    with as_service(SERVICE):
        pack = actions.keep_pack(
            hub=hub, passphrase=passphrase, number=number, sha256=sha256, size=len(body), holds=holds, at=at
        )
    _write(pack, hub, body, at)
    return pack


def _made(hub: Hub, passphrase: Passphrase, at: datetime) -> tuple[str, Drawn, bytes, int]:
    if not settings.MASH_OUTAGE_FOLDER:
        raise NotMade(NO_FOLDER)
    if not can_make_pdf():
        raise NotMade(NO_PDF)
    number = pack_number(hub.prefix, at)
    made = _drawn(passphrase, number, at)
    try:
        words = open_up(passphrase)
    except InvalidTag as why:
        raise NotMade(NO_KEY) from why
    body = encrypted(document_to_pdf(made.html), words)
    return number, made, body, pages_of(body, words)


def _drawn(passphrase: Passphrase, number: str, at: datetime) -> Drawn:
    """Draw a pack with the rights of who set the passphrase, as they are now.  Raises NotMade where they are gone."""
    identity = passphrase.by.identity
    with acting_as(identity), transaction.atomic():
        staff = post_of(identity, at)
        if staff is None or staff.hub_id != passphrase.hub_id or not policy.may_keep(staff):
            raise NotMade(NO_POST)
        return drawn(staff, number, at)


def _write(pack: Pack, hub: Hub, body: bytes, at: datetime) -> None:
    where = settings.MASH_OUTAGE_FOLDER
    folder.clear_unfinished(where, hub.prefix)
    try:
        folder.write(where, pack.number, body)
    except folder.NotWritten as why:
        with as_service(SERVICE):
            actions.keep_end(pack=pack, what=Became.FAILED, why=str(why), at=at)
        return
    with as_service(SERVICE):
        actions.keep_end(pack=pack, what=Became.WRITTEN, at=at)
    _take_away_old(hub, at)


def _take_away_old(hub: Hub, at: datetime) -> None:
    """Remove packs that are older than is set.  The newest always stays, however long nothing was made."""
    where = settings.MASH_OUTAGE_FOLDER
    oldest = pack_number(hub.prefix, at - timedelta(hours=settings.MASH_OUTAGE_HOURS))
    old = [one for one in folder.lying(where, hub.prefix)[:-1] if one < oldest]
    gone = folder.remove(where, old)
    with as_service(SERVICE), transaction.atomic():
        for pack in queries.not_removed(hub.pk, gone):
            actions.keep_end(pack=pack, what=Became.REMOVED, at=at)
