"""Questions to other hubs as the asking hub sees them, and as the asked one does."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.boroughs import policy
from mash.boroughs.models import Asked, Choice, Known, Question, Reply, Summary
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Hub, Staff
from mash.people.models import Person


@dataclass(frozen=True, slots=True)
class Standing:
    """A question with its answers, and what each hub said since.

    known: hubs that say "known: ask this hub".  replies: by the key of that hub, the newest.
    """

    question: Question
    known: list[Known]
    replies: dict[uuid.UUID, Reply]

    def reply_of(self, known: Known) -> Reply | None:
        """Return what a hub said last; None while it has said nothing."""
        return self.replies.get(known.elsewhere_id)


def find_named(
    staff: Staff, contact_id: uuid.UUID, contact_person_id: uuid.UUID
) -> tuple[Contact, Person | None]:
    """Return a contact that this worker reads, and whom somebody in it was settled to be.  Raises Http404."""
    contact = contacts.find(staff, contact_id)
    named = contacts.find_person(staff, contact_person_id)
    if named.contact_id != contact.pk:
        raise Http404
    return contact, contacts.person_of(named)


def find_question(staff: Staff, question_id: uuid.UUID) -> Standing:
    """Return a question of this worker's hub.  Raises Http404 for one on a contact that they may not read."""
    found = Question.objects.filter(policy.questions_seen_by(staff)).select_related(
        "person", "by__account", "contact"
    )
    return standing_of([get_object_or_404(found, pk=question_id)])[0]


def on_case(staff: Staff, contact: Contact) -> list[Standing]:
    """Return what was asked of other hubs about a contact's people, newest first."""
    return standing_of(_on_case.rows(staff, contact=contact.pk))


@asked_by_a_worker(contact=UUIDField())
def _on_case(staff: Staff, contact: Any) -> "QuerySet[Question]":
    found = Question.objects.filter(policy.questions_seen_by(staff), contact=contact)
    return found.select_related("person", "by__account").order_by("-at", "pk")


def standing_of(questions: list[Question]) -> list[Standing]:
    """Return questions with what was answered; two queries however many they are."""
    if not questions:
        return []
    keys = [one.pk for one in questions]
    known: dict[uuid.UUID, list[Known]] = {}
    replies: dict[uuid.UUID, dict[uuid.UUID, Reply]] = {}
    for row in Known.objects.filter(question__in=keys).order_by("name"):
        known.setdefault(row.question_id, []).append(row)
    for said in Reply.objects.filter(question_id__in=keys).select_related("ended").order_by("number"):
        replies.setdefault(said.question_id, {})[said.hub_id] = said
    return [Standing(one, known.get(one.pk, []), replies.get(one.pk, {})) for one in questions]


def summary_of(reply: Reply) -> Summary | None:
    """Return the words of a grant, while it lasts and where they are for whoever asks; None otherwise."""
    return Summary.objects.filter(reply=reply).first()


def find_reply_to(question: Question, reply_id: uuid.UUID) -> Reply:
    """Return an answer to a question of one's own hub.  Raises Http404."""
    return get_object_or_404(Reply, pk=reply_id, question_id=question.pk)


# As the asked hub sees them


def what_was_asked(staff: Staff) -> "QuerySet[Asked]":
    """Return which questions of other hubs met somebody known here, newest first."""
    found = Asked.objects.filter(policy.asked_seen_by(staff)).select_related("person", "from_hub")
    return found.prefetch_related("replies").order_by("-at", "pk")


def find_asked(staff: Staff, asked_id: uuid.UUID) -> Asked:
    """Return a question of another hub.  Raises Http404 for one about somebody whom this worker may not see."""
    found = Asked.objects.filter(policy.asked_seen_by(staff)).select_related("person", "from_hub", "hub")
    return get_object_or_404(found, pk=asked_id)


def replies_to(asked: Asked) -> list[Reply]:
    """Return all that was said to a question, the newest first, with how often a summary was read."""
    found = Reply.objects.filter(asked=asked).select_related("by__account", "summary", "ended__by__account")
    return list(found.prefetch_related("seen").order_by("-number"))


def find_reply(staff: Staff, reply_id: uuid.UUID) -> Reply:
    """Return an answer that this worker's hub gave.  Raises Http404."""
    return get_object_or_404(Reply.objects.select_related("asked"), pk=reply_id, hub=staff.hub_id)


def newest_choice(hub: Hub) -> Choice | None:
    """Return a hub's own word on whether it answers; None where it never chose, and so answers."""
    return Choice.objects.filter(hub=hub).select_related("by__account").order_by("-number").first()


def is_running(reply: Reply, at: datetime) -> bool:
    """Tell whether a grant lets its reader read now."""
    return bool(reply.is_grant and reply.until_at and reply.until_at > at and not reply.taken_back)
