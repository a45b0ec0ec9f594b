"""What goes into a pack: drawn from the decision as it was frozen, and from answers as their agencies share them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from mash.check.content import set_sent
from mash.check.given import question_of, said
from mash.check.models import Answer
from mash.common.clock import LONDON
from mash.contact.models import ContactPerson
from mash.decision import queries as decisions
from mash.decision.content import Outcome as Known
from mash.decision.content import outcomes
from mash.decision.letters import Around, Somebody
from mash.decision.models import Outcome
from mash.decision.queries.lettering import everybody_in
from mash.decision.queries.recorded import section_47_is_recorded
from mash.handover.composing import Decided, Given, Passage, digest_of, passages, read_body
from mash.handover.content import days_to_answer, receivers
from mash.handover.models import Pack
from mash.partnership.models import Agency, Hub, Staff
from mash.partnership.queries import agencies_in

OPEN = ("share", "summary")


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be sent about one outcome: its passages, who is in the case, and who is meant to receive it."""

    outcome: Outcome
    known: Known
    passages: Sequence[Passage]
    around: Around
    agencies: QuerySet[Agency]
    receiver: str
    urgent: bool

    @property
    def seen(self) -> str:
        """The digest of what a page shows of it: another one says that more has become known since."""
        return digest_of("\n".join(f"{one.key}|{one.words}|{one.kept_out}" for one in self.passages))


def drafted(staff: Staff, outcome: Outcome) -> Draft:
    """Return what a worker could send about one outcome that they may read.

    Source: docs/rules.md, "The pack for a service".
    """
    decision = outcome.decision
    event = decisions.Event(decision.contact)
    known = outcomes()[outcome.outcome]
    keys, around = _around(event, outcome.about)
    found = passages(
        _decided(outcome, known), decision.snapshot, _given(event, keys), str(outcome.about_id), around
    )
    receiver = receivers().get(next((one.to for one in known.send if one.to in receivers()), ""))
    here = agencies_in(staff.hub_id)
    meant = here.filter(kind__in=receiver.agencies) if receiver else here
    return Draft(
        outcome,
        known,
        found,
        around,
        meant if meant.exists() else here,
        receiver.label if receiver else "a service",
        event.colour == "red",
    )


def _around(event: decisions.Event, about: ContactPerson) -> tuple[set[uuid.UUID], Around]:
    found = everybody_in(event)
    keys, recipient = next(pair for pair in found if about.pk in pair[0])
    others = tuple(one for _, one in found if one is not recipient)
    return keys, Around(
        recipient=recipient,
        others=others,
        public=tuple(decisions.public_names(event.contacts)),
        section_47=section_47_is_recorded(event.contact),
    )


def around_pack(pack: Pack) -> Around:
    """Return who is in the case of a hand-over, for words that are added to it; the caller may read the contact."""
    event = decisions.Event(pack.contact)
    people = everybody_in(event)
    nobody = Somebody("", (), (), (), protected=False)
    recipient = next((one for keys, one in people if pack.about_id in keys), nobody)
    return Around(
        recipient=recipient,
        others=tuple(one for _, one in people if one is not recipient),
        public=tuple(decisions.public_names(event.contacts)),
        section_47=section_47_is_recorded(pack.contact),
    )


def _decided(outcome: Outcome, known: Known) -> Decided:
    decision = outcome.decision
    levels = decisions.level_names()
    return Decided(
        name=str(outcome.about),
        outcome=known.label,
        means=known.means or "",
        level=f"{outcome.level}, {levels[outcome.level]}" if outcome.level else "",
        on=localtime(decision.made_at or decision.at, LONDON).date(),
        by=f"{decision.by.account.name}, {decision.by.title}",
        needs=[(decisions.need_label(need), str(words)) for need, words in outcome.needs.items() if words],
        reasons=decision.reasons,
        would_change=decision.what_would_change_it,
    )


def _given(event: decisions.Event, about: Collection[uuid.UUID]) -> list[Given]:
    """Return what agencies gave about one person or the whole household, and let the hub and the agencies read.

    What is sealed has no row here; of a summary the author's own words are read, never the full ones.

    Source: docs/rules.md, "Answers", "The pack for a service".
    """
    found = Answer.objects.filter(check_asked__contact__in=event.keys, sharing__in=OPEN)
    rows = found.select_related("enquiry__agency", "person").order_by(
        "enquiry__agency__name", "question", "at", "pk"
    )
    return [_said(one) for one in rows if one.person is None or one.person.contact_person_id_opaque in about]


def _said(one: Any) -> Given:
    question = question_of(set_sent(one.enquiry.question_set), one.question)
    words = "\n".join(part for part in (said(question, one.value), one.text) if part)
    return Given(one.enquiry.agency.name, question.text, words, one.sharing == "summary", one.conditions)


def due_at(hub: Hub, at: datetime, *, urgent: bool) -> datetime:
    """Return by when the service says something of a hand-over that goes now.  urgent: rated red.

    Source: docs/rules.md, "By when a service answers".
    """
    days = days_to_answer(urgent=urgent)
    if days:
        return decisions.working_week(hub, at).deadline_in_days(at.astimezone(LONDON), days)
    return datetime.combine(at.astimezone(LONDON).date() + timedelta(days=1), time(), LONDON)


def shown(pack: Pack) -> Any:
    """Return what a pack says, as it was composed."""
    return read_body(pack.body)
