"""What was ever open with the people of some contacts, by one question, and which rules of bouncing fire on it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.contact.models import AT_RISK, Settlement
from mash.decision import bouncing
from mash.decision.content import outcomes
from mash.decision.direction import Spell
from mash.decision.models import Decision, Outcome, PassedBack
from mash.decision.needs import NO_FURTHER_ACTION
from mash.decision.queries.naming import day_of
from mash.people.joined import counts
from mash.people.models import Involvement, Person
from mash.triage.reading import Reading

SIBLING = "sibling"


@dataclass(frozen=True, slots=True)
class History:
    """What was ever open with one person whom a contact names, and when nothing more was decided about them.

    name: as the contact says it.
    came_back: the days on which nothing more was decided about the same worry as this contact's, each with the day on
        which this one came.
    passed_back: the days on which they were handed over and on which a service passed them back.
    referred: the days on which a decision made them a referral to social care, once a contact.
    who: the record of them that counts.
    """

    contact_id: uuid.UUID
    role: str
    name: str
    spells: tuple[Spell, ...]
    nothing_more: tuple[date, ...]
    came_back: tuple[tuple[date, date], ...] = ()
    passed_back: tuple[tuple[date, date], ...] = ()
    referred: tuple[date, ...] = ()
    who: uuid.UUID | None = None

    @property
    def is_at_risk(self) -> bool:
        """Tell whether the contact is about this person."""
        return self.role in AT_RISK

    def is_open(self, on: date) -> bool:
        """Tell whether somebody works with them on a day."""
        return any(one.is_open(on) for one in self.spells)

    def bounced(self, today: date) -> list[bouncing.Bounced]:
        """Return the rules of bouncing that fire on this person, if the contact is about them."""
        if not self.is_at_risk:
            return []
        return bouncing.fired(
            self.spells,
            self.nothing_more,
            today,
            came_back=self.came_back,
            passed_back=self.passed_back,
            referred=self.referred,
        )


def histories(contacts: Iterable[uuid.UUID]) -> Sequence[History]:
    """Return the histories of the children, adults at risk and siblings that contacts name and somebody settled."""
    return [_history(one) for one in _settled.rows(referrals(), contacts=list(contacts))]


def referrals() -> tuple[str, ...]:
    """Return the outcomes that open a referral to social care, as the hub that acts has them."""
    return tuple(one.id for one in outcomes().values() if one.referral == "new")


def not_decided_again(decision: str = "decision") -> Q:
    """Return "this decision stands and no later one stands in its place", as a filter.  decision: column of its key."""
    after = Decision.objects.filter(follows=OuterRef(decision), made_at__isnull=False, turned_down_at=None)
    stands = {f"{decision}__made_at__isnull": False, f"{decision}__turned_down_at": None}
    return Q(**stands) & ~Q(Exists(after))


@prepared(contacts=SEVERAL_KEYS)
def _settled(opening: tuple[str, ...], contacts: Any) -> QuerySet[Any]:
    theirs = Q(pk=OuterRef(OuterRef("who"))) | Q(merged_into=OuterRef(OuterRef("who")))
    records = Person.objects.filter(theirs).values("pk")
    spells = Involvement.objects.filter(person__in=records).order_by("from_on", "pk")
    decided = Outcome.objects.filter(
        person__in=records,
        outcome=NO_FURTHER_ACTION,
        alongside=False,
        decision__made_at__isnull=False,
        decision__turned_down_at=None,
    )
    passed = PassedBack.objects.filter(outcome__person__in=records, undone_at=None).order_by("told_on", "pk")
    referred = Outcome.objects.filter(not_decided_again(), person__in=records, outcome__in=opening)
    said = Settlement.objects.filter(
        contact_person__contact__in=contacts,
        contact_person__role__in=[*AT_RISK, SIBLING],
        undone_at=None,
        person__isnull=False,
    ).select_related("contact_person")
    rows = said.annotate(who=counts()).annotate(
        work=ArraySubquery(spells.values(said=JSONObject(tier="tier", begun="from_on", ended="until_on"))),
        closed=ArraySubquery(
            decided.order_by("decision__made_at").values(
                said=JSONObject(
                    at="decision__made_at",
                    contact="decision__contact",
                    about=counted("decision__contact"),
                )
            )
        ),
        passed=ArraySubquery(
            passed.values(said=JSONObject(sent="outcome__decision__made_at", back="told_on"))
        ),
        referred=ArraySubquery(
            referred.order_by("decision__contact", "decision__made_at")
            .distinct("decision__contact")
            .values("decision__made_at")
        ),
        about=counted("contact_person__contact"),
        came_at=F("contact_person__contact__received_at"),
    )
    return rows.order_by("contact_person__ref", "pk")


def counted(contact: str) -> Coalesce:
    """Return the categories that count for a contact, as `triage.about.counted` does.  contact: column of its key."""
    given = Reading.objects.filter(contact=OuterRef(contact)).exclude(categories=[]).order_by("-at", "-pk")
    return Coalesce(Subquery(given.values("categories")[:1]), F(f"{contact}__categories"))


def _history(one: Settlement) -> History:
    work, closed = one.work, one.closed  # type: ignore[attr-defined]
    about, here = set(one.about), str(one.contact_person.contact_id)  # type: ignore[attr-defined]
    ended = [(day_of(datetime.fromisoformat(row["at"])), row) for row in closed]
    came_on = day_of(one.came_at)  # type: ignore[attr-defined]
    return History(
        contact_id=one.contact_person.contact_id,
        role=one.contact_person.role,
        name=str(one.contact_person),
        spells=tuple(
            Spell(row["tier"], _day(row["begun"]), row["ended"] and _day(row["ended"])) for row in work
        ),
        nothing_more=tuple(day for day, _ in ended),
        came_back=tuple(
            (day, came_on) for day, row in ended if row["contact"] != here and about & set(row["about"])
        ),
        passed_back=tuple(
            (day_of(datetime.fromisoformat(row["sent"])), _day(row["back"]))
            for row in one.passed  # type: ignore[attr-defined]
        ),
        referred=tuple(sorted(map(day_of, one.referred))),  # type: ignore[attr-defined]
        who=one.who,  # type: ignore[attr-defined]
    )


def _day(said: str) -> date:
    return date.fromisoformat(said)
