"""What a message says of agreement and ground, person by person.  Pure: makes rows and saves none.

Each row's key follows from the contact and the person, so that reading a message twice gives the same rows.
Source: docs/rules.md, "Agreement"; docs/rules.md, "The gate".
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mash.common.clock import LONDON
from mash.contact.models import Contact, ContactPerson, ContactRelationship
from mash.triage import content, gate
from mash.triage.models import Agreement, Ground, Sought

AND = re.compile(r"\s+and\s+|\s*[,&;]\s*")
LETTERS_ALIKE = 3


def lapses(said_at: datetime) -> datetime:
    """Return when an agreement ends by itself."""
    return said_at + timedelta(days=content.lawful_content().family_agreement.lapses_after_days.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """A message's words about agreement, beside whom it names."""

    contact: Contact
    people: Mapping[str, ContactPerson]
    relationships: Sequence[ContactRelationship]
    said: Mapping[str, Any]

    @property
    def on(self) -> date:
        return self.contact.sent_at.astimezone(LONDON).date()

    def agreements(self) -> list[Agreement]:
        """Return what was said of each person covered, or else of the children and adults at risk."""
        return [self._about(person) for person in self._whom()] if self.said.get("sought") else []

    def grounds(self) -> list[Ground]:
        """Return a ground for each child or adult at risk; anybody else's is recorded by the hub."""
        if self.said.get("sought") == Sought.GIVEN or not self.said.get("ground"):
            return []
        return [self._ground(person) for person in self.people.values() if person.is_at_risk]

    def _whom(self) -> list[ContactPerson]:
        covered = [self.people[ref] for ref in self.said.get("covers") or [] if ref in self.people]
        if self.said["sought"] == Sought.GIVEN:
            return covered
        return covered or [person for person in self.people.values() if person.is_at_risk]

    def _about(self, about: ContactPerson) -> Agreement:
        giver, given = self._giver(about), self.said["sought"] == Sought.GIVEN
        return Agreement(
            id=uuid.uuid5(self.contact.pk, f"agreement {about.ref}"),
            hub_id=self.contact.hub_id,
            contact=self.contact,
            about=about,
            sought=self.said["sought"],
            given_by=self._speaks_as(giver, about),
            given_by_person=giver,
            scopes=["referral", gate.CHECKS] if given else [],
            family_aware=self.said.get("family_aware"),
            words=self._words(),
            said_at=self.contact.sent_at,
            lapses_at=lapses(self.contact.sent_at) if given else None,
            from_message=True,
            at=self.contact.received_at,
        )

    def _words(self) -> str:
        by, reason = self.said.get("by"), self.said.get("reason")
        return "  ".join(part for part in (f"Answered by {by}." if by else "", reason or "") if part)

    def _ground(self, about: ContactPerson) -> Ground:
        return Ground(
            id=uuid.uuid5(self.contact.pk, f"ground {about.ref}"),
            hub_id=self.contact.hub_id,
            contact=self.contact,
            about=about,
            ground=self.said["ground"],
            reason=self.said.get("reason") or "",
            manager_said=(self.said.get("manager") or "")[:160],
            from_message=True,
            at=self.contact.received_at,
        )

    def _giver(self, about: ContactPerson) -> ContactPerson | None:
        """Return who spoke: the person it is about, else one who answers for them, else anybody named.

        The message gives an id of its own, or a name or two.
        """
        written = self.said.get("by") or ""
        if written in self.people:
            return self.people[written]
        parts = [part.casefold().split() for part in AND.split(written)]
        named = [one for one in self.people.values() if any(self._is_called(one, part) for part in parts)]
        if about in named:
            return about
        holders = {
            one.from_ref
            for one in self.relationships
            if one.to_ref == about.ref and one.parental_responsibility
        }
        return next((one for one in named if one.ref in holders), named[0] if named else None)

    def _is_called(self, person: ContactPerson, words: Sequence[str]) -> bool:
        """Tell whether this is the person's name: to the letter for a child, so that no father is taken for his son.

        An adult may be written short: Norm for Norman.
        """
        given, family = person.given.casefold().split(), person.family.casefold().split()
        if not (given and family):
            return False
        if list(words) == [*given, *family]:
            return True
        if gate.is_minor(person, self.on) or list(words[len(given) :]) != family:
            return False
        return all(_short_for(*pair) for pair in zip(given, words, strict=False))

    def _speaks_as(self, giver: ContactPerson | None, about: ContactPerson) -> str:
        if giver is None:
            return ""
        if giver.pk != about.pk:
            return "parent"
        return "young_person" if gate.is_minor(about, self.on) else "adult"


def _short_for(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= LETTERS_ALIKE and longer.startswith(shorter)
