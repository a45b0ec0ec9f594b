"""Whether the ledger is put under roots, and whether somebody outside holds them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.db import DatabaseError, transaction
from django.utils import timezone

from mash.common.fitness import ALIVE, FIT, look_at, unsafe
from mash.common.identity import as_service
from mash.ledger.models import Outside, Root

QUIET = timedelta(hours=1, minutes=5)  # after a quiet hour an empty root is made


@register(FIT, deploy=True)
def witnesses(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether roots go to anybody outside."""
    if settings.MASH_LEDGER_WITNESSES:
        return []
    do = "Set MASH_LEDGER_WITNESSES: docs/security/ledger.md says how."
    return [
        unsafe(
            "Nobody outside holds the ledger's roots: whoever holds the database could make them anew.",
            "030",
            do=do,
        )
    ]


@register(ALIVE, deploy=True)
def roots(**_: Any) -> Sequence[CheckMessage]:
    """Look at when the newest root was made, and what the witnesses lack."""
    try:
        with as_service("ledger_keeper"), transaction.atomic():
            return list(_of_the_roots())
    except DatabaseError:
        return []  # said already, by whoever asks the database what it is


def _of_the_roots() -> Iterator[CheckMessage]:
    newest = Root.objects.order_by("-number").only("made_at").first()
    if newest is None or timezone.now() - newest.made_at > QUIET:
        since = f"since {newest.made_at:%-d %B, %H:%M} UTC" if newest else "yet"
        do = "Is the worker running, and does it have the signing key?"
        yield unsafe(f"The ledger has not been put under a root {since}.", "031", do=do)
    for one in Outside.objects.exclude(problem="").order_by("name"):
        yield look_at(
            f"A witness of the ledger did not take a root: {one.problem}",
            "032",
            do="Mend the way to it.",
        )
