"""Which agencies can be asked in a hub, and where a reminder reaches them."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.partnership.actions import join_hub
from mash.partnership.models import Agency, AgencyKind, Hub, Membership, Staff
from mash.setup import policy
from mash.setup.actions.log import note
from mash.setup.differences import Difference
from mash.setup.models import Part


class OfAnotherKind(Exception):
    """An agency of this name is known, and is of another kind; the message says which."""


class StillAtWork(Exception):
    """The agency has posts in this hub that have not ended; the message says how many."""


@transaction.atomic
def join(*, hub: Hub, name: str, kind: str, email: str, telephone: str, by: Staff, at: datetime) -> None:
    """Let an agency join a hub, or come back to it.  Safe to repeat.

    Raises OfAnotherKind: an agency works in several hubs, and its kind says what it is asked in each.
    """
    require(policy.may_set_up_hub(by, hub))
    refuse_another_kind(name, kind)
    known = Agency.objects.filter(name__iexact=name).first()
    agency = join_hub(hub=hub, name=known.name if known else name, kind=kind, email=email, at=at)
    place = Membership.objects.select_for_update().get(hub=hub, agency=agency)
    reached: list[Difference] = [
        (agency.name, "not in this hub", f"{AgencyKind(agency.kind).label}; {_reach(email, telephone)}")
    ]
    place.email, place.telephone, place.left_at = email, telephone, None
    place.save(update_fields=["email", "telephone", "left_at"])
    note(Part.AGENCIES, f"{agency.name} joined", hub=hub, by=by, at=at, differences=reached)


def refuse_another_kind(name: str, kind: str) -> None:
    """Refuse a name that belongs to an agency of another kind.  Raises OfAnotherKind."""
    known = Agency.objects.filter(name__iexact=name).exclude(kind=kind).first()
    if known:
        raise OfAnotherKind(f"{known.name} is known in a hub as: {AgencyKind(known.kind).label}")


@transaction.atomic
def reach(*, place: Membership, email: str, telephone: str, by: Staff, at: datetime) -> None:
    """Change where a reminder reaches an agency."""
    require(policy.may_set_up_hub(by, place.hub))
    place = (
        Membership.objects.select_for_update(of=("self",)).select_related("hub", "agency").get(pk=place.pk)
    )
    before, after = _reach(place.email, place.telephone), _reach(email, telephone)
    if before == after:
        return
    place.email, place.telephone = email, telephone
    place.save(update_fields=["email", "telephone"])
    what = f"How {place.agency.name} is reached"
    note(Part.AGENCIES, what, hub=place.hub, by=by, at=at, differences=[(place.agency.name, before, after)])


@transaction.atomic
def leave(*, place: Membership, why: str, by: Staff, at: datetime) -> None:
    """Let an agency leave a hub: it is no longer asked, and what it gave stays.

    Raises StillAtWork while somebody has a post for it here.
    """
    require(policy.may_set_up_hub(by, place.hub))
    place = (
        Membership.objects.select_for_update(of=("self",)).select_related("hub", "agency").get(pk=place.pk)
    )
    if place.left_at:
        return
    refuse_while_at_work(place, at)
    place.left_at = at
    place.save(update_fields=["left_at"])
    difference = (place.agency.name, "in this hub", "not in this hub")
    note(
        Part.AGENCIES,
        f"{place.agency.name} left",
        hub=place.hub,
        by=by,
        at=at,
        why=why,
        differences=[difference],
    )


def refuse_while_at_work(place: Membership, at: datetime) -> None:
    """Refuse to let an agency go that has posts here.  Raises StillAtWork."""
    posts = Staff.objects.filter(hub=place.hub_id, agency=place.agency_id).exclude(until_at__lte=at).count()
    if posts:
        many = "post" if posts == 1 else "posts"
        raise StillAtWork(f"{place.agency.name} has {posts} {many} in this hub: end them first")


def _reach(email: str, telephone: str) -> str:
    return ", ".join(one for one in (email, telephone) if one) or "no address and no telephone"
