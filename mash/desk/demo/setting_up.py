"""Opens a made-up borough's hub: agencies, posts, closures and clocks."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from mash.common.identity import acting_as, as_service
from mash.desk.demo.places import PASSWORD, Borough, Worker
from mash.partnership import actions as partnership
from mash.partnership.models import Agency, Duty, Hub, Staff
from mash.triage import actions as triage

SHARED = "North Thames"  # an agency of this name works in both boroughs
SHARED_DOMAIN = "north-thames.example"


@contextmanager
def as_worker(post: Staff) -> Iterator[None]:
    """One transaction in the name of a post."""
    with acting_as(post.identity), transaction.atomic():
        yield


@contextmanager
def as_program(name: str) -> Iterator[None]:
    """One transaction in the name of a listed service."""
    with as_service(name), transaction.atomic():
        yield


def address_of(borough: Borough, worker: Worker) -> str:
    """Return a made-up worker's e-mail address; somebody of a shared agency has one for both boroughs."""
    shared = borough.agencies[worker.agency].startswith(SHARED)
    return f"{worker.mail}@{SHARED_DOMAIN if shared else borough.domain}"


def open_borough(borough: Borough, at: datetime, on: date) -> dict[str, Staff]:
    """Open a borough's hub and return its posts by sign-in name.  Safe to repeat.

    on: the day from which its clocks count.
    """
    with as_program("setup"):
        hub = partnership.open_hub(
            name=borough.hub,
            prefix=borough.prefix,
            at=at,
            is_training=True,
            telephone="020 7946 0000",
            out_of_hours_telephone="020 7946 0999",
            email=f"mash@{borough.domain}",
        )
        for day, reason in borough.closures.items():
            partnership.close_on(hub=hub, on=day, reason=reason, at=at)
        agencies = {
            kind: partnership.join_hub(hub=hub, name=name, kind=kind, email=f"inbox@{borough.domain}", at=at)
            for kind, name in borough.agencies.items()
        }
        triage.load_targets(hub, on=on, at=at)
        hashed = make_password(PASSWORD)  # once: to hash it for each of forty posts would take seconds
        return {
            worker.mail: _post(borough, worker, hub, agencies, hashed=hashed, at=at)
            for worker in borough.workers
        }


def _post(
    borough: Borough, worker: Worker, hub: Hub, agencies: dict[str, Agency], *, hashed: str, at: datetime
) -> Staff:
    account = partnership.make_account(email=address_of(borough, worker), name=worker.name, hashed=hashed)
    return partnership.give_post(
        account=account,
        hub=hub,
        agency=agencies[worker.agency],
        title=worker.title,
        duties=worker.duties,
        leads=worker.leads,
        at=at,
    )


def accounts(boroughs: Iterable[Borough]) -> dict[str, list[dict[str, str]]]:
    """Return, by hub, the made-up accounts as the sign-in page lists them."""
    return {
        borough.hub: [
            {
                "name": f"{worker.name}, {worker.title}",
                "email": address_of(borough, worker),
                "may": ", ".join(Duty(duty).label for duty in worker.duties) or "Read what is passed to them",
            }
            for worker in borough.workers
        ]
        for borough in boroughs
    }
