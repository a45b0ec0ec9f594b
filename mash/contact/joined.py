"""What hangs on a person's records: what a worker weighs before saying that two of them are one person."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from mash.contact.models import Contact, Settlement
from mash.contact.policy import readable_by
from mash.partnership.models import Staff
from mash.people.joined import apart_from, joinings_of, records_of
from mash.people.models import Apart, Involvement, Joining, Person
from mash.people.policy import may_join
from mash.people.queries import alerts_of, open_on


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many contacts this worker may read tell of somebody, when the newest came, and what is open with them."""

    contacts: int
    newest: datetime | None
    work: list[Involvement]
    alerts: int


def hanging_on(staff: Staff, person: Person, at: datetime) -> Hanging:
    """Return what hangs on a person's records."""
    own = records_of(person)
    said = Settlement.objects.filter(person__in=own, undone_at=None)
    told = Contact.objects.filter(readable_by(staff), pk__in=said.values("contact_person__contact"))
    newest = told.order_by("-received_at").values_list("received_at", flat=True).first()
    work = Involvement.objects.filter(open_on(localdate(at)), person__in=own).order_by(
        "-tier", "from_on", "pk"
    )
    return Hanging(told.count(), newest, list(work), alerts_of(person, localdate(at)).count())


@dataclass(frozen=True, slots=True)
class Records:
    """On a person's page: which other records count as theirs, which do not, and whether this worker may say so."""

    joinings: list[Joining]
    apart: list[Apart]
    may: bool


def beside_a_record(staff: Staff, person: Person, at: datetime) -> Records:  # noqa: ARG001
    """Return what is said of other records of a person."""
    may = bool(may_join(staff, person, person))
    return Records(list(joinings_of(person)), list(apart_from(person)), may)
