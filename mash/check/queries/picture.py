"""The picture that the answers make: chronology and risk."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.check import policy
from mash.check.chronology import Entry, day_of, facts_of_later_stages
from mash.check.content import set_sent
from mash.check.given import question_of, said
from mash.check.models import Answer, Check, Enquiry, Happened, Risk, View
from mash.check.policy import answers_read_by
from mash.check.queries.board import keys_of
from mash.common.prepared import once
from mash.contact.models import Contact
from mash.contact.queries import source_for_agencies
from mash.partnership.models import Staff
from mash.triage.queries import earlier, linked, rating_history


def entries(staff: Staff, contact: Contact) -> list[Entry]:
    """Return all that is known of a contact and of the people in it, each as precisely as known, in no order.

    What agencies answered and the hub wrote down about the same people in other contacts stands among it, as far as
    this worker may read each.  Only shared rows are read: what is sealed is nowhere among them.

    Source: docs/rules.md, "The check".
    """
    past = _others(staff, contact)
    found = [*_happened(staff, [contact]), *(_earlier(one) for one in past), _received(contact)]
    if past:
        found += _from_others(staff, contact, past)
    found += [entry for one in [contact, *past] for entry in _ratings(one)]
    found += [entry for one in [contact, *past] for entry in _checks(one)]
    later = (entry for one in [contact, *past] for entry in facts_of_later_stages(one))
    return found + list(dict.fromkeys(later))  # contacts of one event are decided, and discussed, together


def _others(staff: Staff, contact: Contact) -> list[Contact]:
    """Return the other contacts about the same people and the other reports of the event that this worker may see."""
    found = {one.pk: one for one in (*earlier(contact), *(row.contact for row in linked(contact)))}
    seen = Contact.objects.filter(policy.contacts_seen_by(staff), pk__in=found)
    allowed = set(seen.values_list("pk", flat=True))
    return [one for key, one in found.items() if key in allowed]


def _from_others(staff: Staff, contact: Contact, past: list[Contact]) -> list[Entry]:
    """Return what is known of the same people from other contacts: events, and answers, taken in there or not."""
    same = set(keys_of(contact))
    taken = Happened.objects.filter(contact__in=past, from_answer__isnull=False).values("from_answer")
    answers = (
        Answer.objects.filter(answers_read_by(staff), check_asked__contact__in=past, copied_from=None)
        .exclude(pk__in=taken)
        .select_related("enquiry__agency", "person", "check_asked__contact")
    )
    said_there = [
        _answered(one) for one in answers if one.person is None or one.person.contact_person_id_opaque in same
    ]
    return [*_happened(staff, past, same, here=False), *said_there]


def _answered(answer: Answer) -> Entry:
    return Entry(
        title=question_text(answer.enquiry, answer),
        on=answer.on,
        precision=answer.on_precision if answer.on else "unknown",
        words=words_of(answer.enquiry, answer),
        agency=answer.enquiry.agency.name,
        source=answer.source,
        kind="answer",
        people=(answer.person.name,) if answer.person else (),
        conditions=answer.conditions,
        elsewhere=answer.check_asked.contact.reference,
    )


def _happened(
    staff: Staff, contacts: list[Contact], same: Collection[uuid.UUID] = (), *, here: bool = True
) -> list[Entry]:
    """Return what was written into the chronologies of contacts; of others than this (`here`), on the same people.

    same: keys by which the people are known in any contact.
    """
    rows = Happened.objects.filter(contact__in=contacts).select_related("contact", "person", "from_answer")
    readable = set(
        Answer.objects.filter(answers_read_by(staff), check_asked__contact__in=contacts).values_list(
            "pk", flat=True
        )
    )
    return [
        Entry(
            title=row.title,
            on=row.on,
            precision=row.precision,
            at=row.at,
            words=row.words,
            agency=row.agency,
            source=row.from_answer.source if row.from_answer else "",
            kind="answer" if row.from_answer_id else "event",
            people=(str(row.person),) if row.person else (),
            significance=row.significance if row.significant else "",
            conditions=row.from_answer.conditions if row.from_answer else "",
            key=str(row.pk) if here else "",
            elsewhere="" if here else row.contact.reference,
        )
        for row in rows
        if (row.from_answer_id is None or row.from_answer_id in readable)
        and (here or row.person_id is None or row.person_id in same)
    ]


def _received(contact: Contact) -> Entry:
    concern = contact.message.get("concern", {})
    return Entry(
        title="This contact was received",
        on=day_of(contact.received_at),
        at=contact.received_at,
        precision="moment",
        words=str(concern.get("what_happened") or ""),
        agency=source_for_agencies(contact),
        kind="contact",
        people=tuple(str(person) for person in contact.people.order_by("ref")),
    )


def _earlier(contact: Contact) -> Entry:
    concern = contact.message.get("concern", {})
    return Entry(
        title=f"Contact {contact.reference}",
        on=day_of(contact.received_at),
        at=contact.received_at,
        precision="moment",
        words=str(concern.get("what_happened") or ""),
        agency=source_for_agencies(contact),
        kind="contact",
        people=tuple(str(person) for person in contact.people.all()),
    )


def _ratings(contact: Contact) -> list[Entry]:
    return [
        Entry(
            title=f"{row.get_change_display()}: {row.get_colour_display().lower()}",
            on=day_of(row.at),
            at=row.at,
            precision="moment",
            words=row.why,
            agency="The hub",
            source=str(row.by),
            kind="rating",
        )
        for row in rating_history(contact)
    ]


def _checks(contact: Contact) -> list[Entry]:
    rows = Check.objects.filter(contact=contact).select_related("opened_by__account")
    return [
        Entry(
            title="Multi-agency check opened",
            on=day_of(row.opened_at),
            at=row.opened_at,
            precision="moment",
            words=row.why,
            agency="The hub",
            source=str(row.opened_by),
            kind="check",
        )
        for row in rows
    ]


def not_ticked_in(staff: Staff, contact: Contact) -> list[tuple[Answer, str, str]]:
    """Return the shared answers that are not in the chronology yet, each with its question and its words."""
    rows = (
        Answer.objects.filter(answers_read_by(staff), check_asked__contact=contact, copied_from=None)
        .exclude(
            pk__in=Happened.objects.filter(contact=contact, from_answer__isnull=False).values("from_answer")
        )
        .select_related("enquiry__agency", "person")
        .order_by("enquiry__agency__name", "at", "pk")
    )
    return [(row, question_text(row.enquiry, row), words_of(row.enquiry, row)) for row in rows]


def question_text(enquiry: Enquiry, answer: Answer) -> str:
    """Return what an answer answers."""
    return question_of(set_sent(enquiry.question_set), answer.question).text


def words_of(enquiry: Enquiry, answer: Answer) -> str:
    """Return an answer's value and words."""
    question = question_of(set_sent(enquiry.question_set), answer.question)
    return "\n".join(part for part in (said(question, answer.value), answer.text) if part)


# Risk


def risks(contact: Contact) -> list[Risk]:
    """Return the risk picture as it was written down, newest first."""
    return list(contact.risks.select_related("by__account").order_by("-at", "pk"))


def views(contact: Contact) -> list[View]:
    """Return what each agency thinks, newest first, disagreement included."""
    return list(contact.views.select_related("agency", "by__account").order_by("-at", "pk"))


def find_happened(contact: Contact, key: uuid.UUID) -> QuerySet[Happened]:
    """Return an entry of a contact's chronology, if it has it."""
    return Happened.objects.filter(contact=contact, pk=key)


def find_entry(staff: Staff, key: uuid.UUID) -> Happened:
    """Return an entry of a chronology that this worker may see.  Raises Http404 for any other."""
    return get_object_or_404(_seen_entries(staff), pk=key)


def find_shown_entry(staff: Staff, key: uuid.UUID) -> Happened:
    """Return an entry as `find_entry` does, on a page that shows many of one chronology: they are asked for once.

    Raises Http404 for one that this worker may not see.
    """
    known: dict[uuid.UUID, Happened] = once(("shown entries", staff.pk), dict)
    if key not in known:
        of_its_contact = Happened.objects.filter(pk=key).values("contact")
        known |= {one.pk: one for one in _seen_entries(staff).filter(contact__in=of_its_contact)}
    if key not in known:
        raise Http404
    return known[key]


def _seen_entries(staff: Staff) -> "QuerySet[Happened]":
    seen = Contact.objects.filter(policy.contacts_seen_by(staff))
    return Happened.objects.filter(contact__in=seen).order_by("pk")
