"""Who holds which role for an agency or a school."""

import uuid
from datetime import date

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.directory import policy
from mash.directory.models import NamedContact
from mash.partnership.models import Hub, Staff


def lasting(today: date) -> Q:
    """Return "it holds on this day", as a filter on named contacts."""
    return Q(from_on__lte=today) & (Q(until_on=None) | Q(until_on__gte=today))


def named(staff: Staff, today: date) -> QuerySet[NamedContact]:
    """Return the named contacts of this post's hub that hold now or will, by role and agency."""
    found = NamedContact.objects.filter(policy.readable_by(staff)).filter(
        Q(until_on=None) | Q(until_on__gte=today)
    )
    return found.select_related("agency", "keeps", "by__account").order_by(
        "role", "agency__name", "at_school", "pk"
    )


def find_named(staff: Staff, key: uuid.UUID) -> NamedContact:
    """Return a named contact of this post's hub.  Raises Http404 for any other."""
    found = NamedContact.objects.filter(policy.readable_by(staff)).select_related(
        "agency", "keeps", "by__account"
    )
    return get_object_or_404(found, pk=key)


def published(hub: Hub, today: date) -> list[NamedContact]:
    """Return the named contacts that a hub publishes and that hold today.

    Source: docs/rules.md, "Named contacts".
    """
    found = NamedContact.objects.filter(lasting(today), hub=hub, published=True).select_related("agency")
    return list(found.order_by("role", "agency__name", "at_school", "pk"))
