"""Which contacts the emergency duty team sees: `sees` in rota.yaml, as conditions.  No rows.

`identity.my_night()` says the same in the database, whatever a page asks for.
Source: docs/rules.md, "Out of hours".
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from mash.contact.models import AT_RISK, Contact, Settlement
from mash.desk.hand_over.queries import TO_DAY, TO_NIGHT
from mash.desk.models import HandedOver, HandOver
from mash.partnership.content import rota_content
from mash.partnership.models import DAY, Duty, Staff
from mash.people.joined import counts
from mash.triage import order
from mash.triage.models import Rating

UNRATED = "unrated"
EVER = datetime(1900, 1, 1, tzinfo=UTC)


def open_at_night(hub_id: uuid.UUID) -> Q:
    """Return what is open at night in a hub: what is urgent, given to the team or done by it, and what came before."""
    first = Contact.objects.filter(urgent(hub_id) | given(hub_id) | done(hub_id), hub=hub_id)
    people = _settled().filter(
        contact_person__contact__in=first.values("pk"), contact_person__role__in=AT_RISK
    )
    before = _settled().filter(contact_person__contact=OuterRef("pk"), who__in=people.values("who"))
    return Q(pk__in=first.values("pk")) | Q(Exists(before))


def urgent(hub_id: uuid.UUID) -> Q:
    """Return "nobody has decided it, and it is red, states immediate danger or is not yet rated"."""
    wanted = Q(standing__colour="red") | Q(immediate_danger=True)
    if UNRATED in {one.id for one in rota_content().out_of_hours.sees}:
        wanted |= Q(standing=None)
    return Q(pk__in=order.still_open(Contact.objects.filter(wanted, hub=hub_id)).values("pk"))


def given(hub_id: uuid.UUID) -> Q:
    """Return "the day team handed it over since the last morning, or it stands on the hand-back of this night"."""
    tonight = Q(hand_over__which=TO_NIGHT, hand_over__offered_at__gt=since(hub_id))
    handed_back = Q(hand_over__which=TO_DAY, hand_over__accepted_at=None)
    lines = HandedOver.objects.filter(tonight | handed_back, hub=hub_id, case__isnull=False)
    return Q(pk__in=lines.values("case"))


def done(hub_id: uuid.UUID) -> Q:
    """Return "the team took it down or rated it since it last handed back"."""
    team = _team(hub_id).values("pk")
    rated = Rating.objects.filter(contact=OuterRef("pk"), by__in=team, at__gt=since(hub_id))
    return Q(taken_by__in=team, received_at__gt=since(hub_id)) | Q(Exists(rated))


def since(hub_id: uuid.UUID) -> Coalesce:
    """Return when the day team last accepted a hand-back: what was handed over or done before it is the day's again."""
    accepted = HandOver.objects.filter(hub=hub_id, which=TO_DAY, accepted_at__isnull=False)
    newest = accepted.order_by().values("hub").annotate(newest=Max("accepted_at")).values("newest")
    return Coalesce(Subquery(newest, output_field=DateTimeField()), Value(EVER, output_field=DateTimeField()))


def _team(hub_id: uuid.UUID) -> QuerySet[Staff]:
    return Staff.objects.filter(hub=hub_id, duties__contains=[Duty.OUT_OF_HOURS]).exclude(
        duties__overlap=list(DAY)
    )


def _settled() -> QuerySet[Any]:
    """Return who people were said to be, as one person where two records were found to be one."""
    said = Settlement.objects.filter(undone_at=None, person__isnull=False)
    return said.annotate(who=counts())
