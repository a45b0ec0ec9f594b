"""The lists of the read API, page by page."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from mash.directory import published, words
from mash.directory.models import Entry, Location, Organisation, Service, Site, Taxonomy, Term, Token
from mash.directory.queries.keeping import last_verified
from mash.directory.queries.search import DEGREE, centre_of
from mash.partnership.models import Hub

Raw = dict[str, Any]
Row = TypeVar("Row", bound=Model)
Named = TypeVar("Named", bound=Entry)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is narrowed to.  metres: at most so far from the middle of `postcode`."""

    search: str = ""
    taxonomy_term_id: uuid.UUID | None = None
    taxonomy_id: uuid.UUID | None = None
    organization_id: uuid.UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    metres: float | None = None
    parent_id: uuid.UUID | None = None
    top_only: bool = False


def services(hub: Hub, narrowed: Narrowed) -> QuerySet[Service]:
    """Return the services of a hub that the API lists, in an order that does not change between pages."""
    found = Service.objects.filter(hub=hub).select_related("organisation")
    tokens = [f"w:{one}" for one in words.asked(narrowed.search)]
    if narrowed.search.strip() and not tokens:
        return found.none()
    if narrowed.taxonomy_term_id:
        tokens.append(f"t:{narrowed.taxonomy_term_id}")
    if narrowed.taxonomy_id:
        tokens.append(f"x:{narrowed.taxonomy_id}")
    for token in tokens:
        found = found.filter(pk__in=Token.objects.filter(hub=hub, token=token).values("service"))
    if narrowed.organization_id:
        found = found.filter(organisation__key=narrowed.organization_id)
    if narrowed.modified_after:
        found = found.filter(modified_at__gte=narrowed.modified_after)
    return found.order_by("name", "pk")


def sites(hub: Hub, narrowed: Narrowed) -> QuerySet[Site]:
    """Return the services at locations of a hub that the API lists."""
    found = Site.objects.filter(hub=hub).select_related("service__organisation")
    if narrowed != Narrowed(postcode=narrowed.postcode, metres=narrowed.metres):
        found = found.filter(service__in=services(hub, narrowed).order_by().values("pk"))
    if narrowed.postcode:
        found = _around(hub, found, narrowed)
    return found.order_by("key", "pk")


def _around(hub: Hub, found: QuerySet[Site], narrowed: Narrowed) -> QuerySet[Site]:
    """Keep the places of a postcode's area, or those within so many metres, as far as the data says where they are."""
    area = words.area_of(narrowed.postcode)
    if not area:
        return found.none()
    if narrowed.metres is None:
        return found.filter(postcode__startswith=f"{area} ")
    centre = centre_of(hub, narrowed.postcode, area)
    if centre is None:
        return found.none()
    near = Site.objects.filter(hub=hub, latitude__isnull=False, longitude__isnull=False).extra(
        where=[
            "sqrt(power((latitude - %s) * %s, 2) + power((longitude - %s) * %s * cos(radians(%s)), 2)) <= %s"
        ],
        params=[centre[0], DEGREE, centre[1], DEGREE, centre[0], narrowed.metres],
    )
    return found.filter(pk__in=near.values("pk"))


def organisations(hub: Hub, search: str) -> QuerySet[Organisation]:
    """Return the organisations of a hub, by name; those with every word of a search in their name."""
    return _holding(Organisation.objects.filter(hub=hub), search)


def taxonomies(hub: Hub, search: str) -> QuerySet[Taxonomy]:
    """Return the taxonomies of a hub, by name."""
    return _holding(Taxonomy.objects.filter(hub=hub), search)


def terms(hub: Hub, narrowed: Narrowed) -> QuerySet[Term]:
    """Return the terms of a hub's taxonomies, by name."""
    found = _holding(Term.objects.filter(hub=hub), narrowed.search)
    if narrowed.taxonomy_id:
        found = found.filter(taxonomy_key=narrowed.taxonomy_id)
    if narrowed.parent_id:
        found = found.filter(parent_key=narrowed.parent_id)
    if narrowed.top_only:
        below = Term.objects.filter(hub=hub, parent_key=OuterRef("key"))
        found = found.filter(~Exists(below))
    return found


def _holding(rows: QuerySet[Named], search: str) -> QuerySet[Named]:
    for word in search.split()[: words.MOST_ASKED]:
        rows = rows.filter(name__icontains=word)
    return rows.order_by("name", "pk")


def one(rows: QuerySet[Row], key: uuid.UUID) -> Row:
    """Return one thing of a list by its publisher's key.  Raises Http404 for any other."""
    return get_object_or_404(rows, key=key)


# In their published shape


def shown_services(found: Iterable[Service], *, full: bool) -> list[Raw]:
    """Return services as the standard writes them."""
    several = list(found)
    verified = last_verified(several)
    locations = _locations(several) if full else {}
    return [
        published.service(
            one.entry,
            one.organisation.entry,
            modified_at=one.modified_at,
            verified_on=verified.get(one.pk),
            full=full,
            locations=locations,
        )
        for one in several
    ]


def shown_sites(found: Iterable[Site], *, full: bool) -> list[Raw]:
    """Return services at locations as the standard writes them."""
    several = list(found)
    services_of = {one.service_id: one.service for one in several}
    written = dict(zip(services_of, shown_services(services_of.values(), full=full), strict=True))
    locations = _locations(services_of.values())
    return [
        published.site(
            one.entry,
            written[one.service_id],
            full=full,
            location=locations.get(str(one.entry.get("location_id"))),
        )
        for one in several
    ]


def shown_organisation(found: Organisation, *, full_services: bool) -> Raw:
    """Return an organisation with its services: whole, or by their keys."""
    offered = Service.objects.filter(organisation=found).select_related("organisation").order_by("name", "pk")
    written = (
        shown_services(offered, full=True) if full_services else [{"id": str(one.key)} for one in offered]
    )
    for one in written:
        one.pop("organization", None)
    return {"description": "", **published.without_people(found.entry), "services": written}


def _locations(several: Iterable[Service]) -> dict[str, Raw]:
    """Return, by key, the locations that these services name and do not hold."""
    there = list(several)
    keys = {str(site["location_id"]) for one in there for site in _bare(one)}
    if not keys:
        return {}
    rows = Location.objects.filter(hub=there[0].hub_id, key__in=keys)
    return {str(one.key): one.entry for one in rows}


def _bare(service: Service) -> Iterator[Raw]:
    for site in service.entry.get("service_at_locations") or []:
        if not site.get("location") and site.get("location_id"):
            yield site
