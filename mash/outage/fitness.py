"""Whether each hub could go on by hand: a folder is set, a PDF can be made, and the newest pack is not too old."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.db import DatabaseError, transaction
from django.utils import timezone

from mash.common.fitness import ALIVE, FIT, look_at
from mash.common.identity import as_service
from mash.common.pdf import can_make_pdf
from mash.outage import queries

HOW = "docs/operations.md says how under “Outage packs”."


@register(FIT, deploy=True)
def folder(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether packs have a folder that can be written to, and whether this machine makes PDFs."""
    found: list[CheckMessage] = []
    where = settings.MASH_OUTAGE_FOLDER
    if not where:
        do = f"Set MASH_OUTAGE_FOLDER to a folder that outlives this machine. {HOW}"
        found.append(
            look_at("No outage packs are made: when this fails, hubs have nothing on paper.", "092", do=do)
        )
    elif not (Path(where).is_dir() and os.access(where, os.W_OK)):
        do = f"Make it, for whoever runs the worker to write to. {HOW}"
        found.append(
            look_at("The folder of outage packs is not there, or cannot be written to.", "093", do=do)
        )
    if where and not can_make_pdf():
        do = "Install Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0) where the worker runs."
        found.append(look_at("This machine makes no PDF, and an outage pack is one.", "094", do=do))
    return found


@register(ALIVE, deploy=True)
def packs(**_: Any) -> Sequence[CheckMessage]:
    """Look at how each hub stands with its packs."""
    if not settings.MASH_OUTAGE_FOLDER:
        return []  # said already
    try:
        with as_service("outage"), transaction.atomic():
            return list(_of_each_hub())
    except DatabaseError:
        return []  # said by who looks at the database


def _of_each_hub() -> Iterator[CheckMessage]:
    at = timezone.now()
    for hub in queries.live_hubs():
        for words in queries.standing(hub, at).wrong:
            do = (
                "Whoever manages the hub opens “A bad day”; whoever runs this looks whether the worker works."
            )
            yield look_at(f"{hub.name}: {words}", "095", do=do)
