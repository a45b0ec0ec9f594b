"""`python -m bench.packs`: a chronology of 200 and of 1,000 events as a file, asked for as a worker asks for it.

One that is too long to wait for is made by its job, and the seconds are the job's.  Beside each stands a floor of the
same run: the bare WeasyPrint of the same words in the same style, without tags, title or bookmarks.  Each is made in a
process of its own, so that the memory is its own.  No figure fails anything.
"""

import argparse
import json
import os
import platform
import random
import resource
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

EVENTS = (200, 1000)
GOALS = {200: "3 s"}
FIRST = date(2019, 1, 7)
SEED = 20261201
SAID = (
    "Seen at home with both parents. She was well, and said that she likes school.",
    "Late for school four times in two weeks. The welfare officer rang, and nobody answered.",
    "Officers were called by a neighbour. Shouting, nobody hurt. The children were asleep upstairs.",
    "Not brought to the clinic. A letter was sent, and the health visitor will call.",
)
AGENCIES = ("Police", "School", "Health visitor", "Housing")


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.packs")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--events", type=int, nargs="+", default=list(EVENTS))
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-packs")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "256MB"}) as server:
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            figures = _everything(asked.events)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"a chronology as a file; {os.cpu_count()} cores")
    print(f"{'events':>8}{'pages':>8}{'seconds':>10}{'bare':>8}{'MB':>8}{'MB bare':>9}{'goal':>8}")
    for events, one in figures.items():
        print(
            f"{events:>8}{one['pages']:>8.0f}{one['seconds']:>10.2f}{one['bare_seconds']:>8.2f}{one['mb']:>8.0f}"
            f"{one['bare_mb']:>9.0f}{GOALS.get(events, ''):>8}"
        )
    if asked.json:
        about = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
        kept = {str(events): one for events, one in figures.items()}
        asked.json.write_text(json.dumps({"about": about, "figures": kept}, indent=2) + "\n")


def _everything(sizes: list[int]) -> dict[int, dict[str, float]]:
    from django.db import connections

    from bench import seeding

    seeding.seed(hubs=1, people=0, contacts=1000)
    cases = _told(sizes)
    connections.close_all()
    figures = {}
    for events, (worker, contact) in zip(sizes, cases, strict=True):
        with get_context("spawn").Pool(1) as pool:
            html, pages, seconds, mb = pool.apply(_asked, (worker, contact))
        with get_context("spawn").Pool(1) as pool:
            bare, bare_mb = pool.apply(_bare, (html,))
        figures[events] = {
            "pages": pages,
            "seconds": seconds,
            "bare_seconds": bare,
            "mb": mb,
            "bare_mb": bare_mb,
        }
    return figures


def _told(sizes: list[int]) -> list[tuple[str, str]]:
    """Write so many events into the chronology of a case each; return worker and case."""
    from django.db import transaction
    from django.utils import timezone

    from bench.measuring import _worker_of
    from mash.check.actions import Event, record_event
    from mash.common.identity import Identity, Kind, acting_as, as_service
    from mash.contact.models import Contact

    chance, worker = random.Random(SEED), _worker_of(0)
    with as_service("setup"), transaction.atomic():
        contacts = list(Contact.objects.filter(hub=worker.hub_id).order_by("pk")[: len(sizes)])
    for events, contact in zip(sizes, contacts, strict=True):
        with acting_as(Identity(Kind.STAFF, str(worker.pk))), transaction.atomic():
            for number in range(events):
                event = Event(
                    title=f"{chance.choice(AGENCIES)}: contact {number + 1}",
                    words=" ".join(chance.choices(SAID, k=chance.randint(1, 4))),
                    on=FIRST + timedelta(days=chance.randrange(2800)),
                    precision="day",
                    agency=chance.choice(AGENCIES),
                    person=None,
                    significance="",
                )
                record_event(contact=contact, event=event, by=worker, at=timezone.now(), key=uuid.uuid4())
    return [(str(worker.pk), str(one.pk)) for one in contacts]


def _asked(worker_key: str, contact: str) -> tuple[str, int, float, float]:
    """Say why, ask for the file, and return its HTML, its pages, seconds and megabytes at most."""
    import django

    django.setup()
    import io

    from django.db import transaction
    from django.urls import reverse
    from pypdf import PdfReader

    from bench.measuring import signed_in
    from mash.common.identity import as_service
    from mash.common.pdf import document_to_pdf
    from mash.desk import printing_views
    from mash.desk.long_papers import actions
    from mash.partnership.models import Staff

    with as_service("setup"), transaction.atomic():
        worker = Staff.objects.select_related("hub", "agency", "account").get(pk=worker_key)
    client, seen = signed_in(worker), []

    def kept(html: str) -> bytes:
        seen.append(html)
        return document_to_pdf(html)

    printing_views.document_to_pdf = actions.document_to_pdf = kept  # type: ignore[attr-defined]
    page = reverse("check:chronology", args=[contact])
    why = {"page": page, "what": "page", "way": "file", "purpose": "court", "words": "Ordered"}
    address = client.post(reverse("desk:print", args=[contact]), why).headers["Location"]
    seconds, answer = _timed(lambda: client.get(address))
    assert answer.status_code == 200, answer.status_code
    if (
        not seen
    ):  # too long to wait for: asked for in a request, made by a job, handed over in another request
        seconds, answer = _made_meanwhile(client, worker, address, page)
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seen[0], len(PdfReader(io.BytesIO(answer.content)).pages), seconds, mb


def _made_meanwhile(client: Any, worker: Any, address: str, page: str) -> tuple[float, Any]:
    """Have long papers made as the job does it; return its seconds, and the file as it is handed over."""
    from django.core import signing

    from mash.desk import jobs
    from mash.desk.long_papers.actions import JOB

    asked, where = _timed(
        lambda: client.post(f"{address.partition('?')[0]}make/", {"page": page}).headers["Location"]
    )
    said = {
        "actor": [str(worker.identity.kind), worker.identity.key],
        "ids": {"paper_id": where.rstrip("/").rpartition("/")[2]},
    }
    seconds, _ = _timed(lambda: jobs.make_long_paper.task.func(order=signing.dumps(said, salt=JOB)))
    handed, answer = _timed(lambda: client.post(f"{where}file/"))
    assert answer["Content-Type"] == "application/pdf", answer["Content-Type"]
    print(
        f"made meanwhile: asked for in {asked:.2f} s, made in {seconds:.2f} s, handed over in {handed:.2f} s"
    )
    return seconds, answer


def _bare(html: str) -> tuple[float, float]:
    """Return seconds and megabytes that WeasyPrint takes for the same words in the same style."""
    import weasyprint  # type: ignore[import-untyped]

    from mash.common.pdf import SHEET

    seconds, _ = _timed(
        lambda: weasyprint.HTML(string=html).write_pdf(stylesheets=[weasyprint.CSS(filename=str(SHEET))])
    )
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


if __name__ == "__main__":
    main()
