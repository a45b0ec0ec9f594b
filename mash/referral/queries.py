"""What is read about online referrals.  Every function starts from the worker, or from who acts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.clock import WorkingWeek
from mash.common.identity import Kind as Who
from mash.common.identity import presence
from mash.common.references import normalise
from mash.contact.models import Contact, Hint, Reply, ReplyKind
from mash.partnership.models import Hub, ReferrerCode, Staff, opening_hours
from mash.partnership.queries import closures
from mash.referral import policy
from mash.referral.content import form_content
from mash.referral.hours import Reading, reading
from mash.referral.models import Draft, DraftFile, Sent, initials_of

MIDNIGHT_AT_THE_END = "24:00"
WORKS = {  # kind of agency to what a message calls it; any other is written by hand
    "police": "police",
    "education": "school",
    "community_health": "health",
    "gp": "health",
    "hospital": "health",
    "maternity": "health",
    "camhs": "health",
    "adult_mental_health": "health",
    "substance_misuse": "health",
    "childrens_social_care": "social_care",
    "adult_social_care": "social_care",
    "early_help": "social_care",
    "housing": "housing",
    "probation": "probation",
    "youth_justice": "youth_justice",
    "voluntary_sector": "voluntary",
    "domestic_abuse_service": "voluntary",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """What a post sent, and what it was told of it last.  decided: the first words of the decision, "" before."""

    sent: Sent
    newest: Reply | None
    decided: str

    @property
    def initials(self) -> str:
        """Return the initials of the child or adult, as the sender named them: names are on no list."""
        about: dict[str, Any] = next(iter(self.sent.contact.message["people"]), {})
        name = about.get("name") or {}
        return initials_of(name.get("given"), name.get("family"))

    @property
    def stage(self) -> str:
        return self.newest.get_kind_display() if self.newest else ReplyKind.RECEIVED.label


# Hubs


def hubs() -> QuerySet[Hub]:
    """Return every hub that can be told: a training hub only in an installation that holds nothing else.

    Nobody acts on what a training hub receives, so nobody who is worried is led there.

    Source: docs/rules.md, "Training hubs".
    """
    live = Hub.objects.filter(is_training=False)
    told = live if live.exists() else Hub.objects.filter(practises_for=None, exercise_for=None)
    return told.order_by("name")


def hub_with_prefix(prefix: str) -> Hub:
    """Return the hub whose references begin so, in any case of letters.

    Raises Http404, for the hub of an exercise that has ended too: every post in it has.
    """
    works = Exists(Staff.objects.filter(hub=OuterRef("pk"), until_at=None))
    return get_object_or_404(Hub.objects.filter(Q(exercise_for=None) | works), prefix=prefix.upper())


def week_of(hub: Hub) -> WorkingWeek:
    """Return when a hub is staffed, its own closures left out."""
    hours = {
        day: (opens, closes if hub.hours[str(day)][1] != MIDNIGHT_AT_THE_END else closes.min)
        for day, (opens, closes) in opening_hours(hub).items()
    }
    return WorkingWeek(hours, frozenset(day for day in closures(hub.pk) if isinstance(day, date)))


def reading_of(hub: Hub, at: datetime) -> Reading:
    """Return when a form sent to a hub now is read.  Source: docs/rules.md, "After hours"."""
    return reading(
        week_of(hub),
        at,
        hub_phone=hub.telephone,
        out_of_hours_phone=hub.out_of_hours_telephone or hub.telephone,
    )


def hints(hub: Hub, pages: Sequence[str]) -> list[Any]:
    """Return what a good referral holds: the hub's own list, or what every hub starts from; of these pages only."""
    own = list(Hint.objects.filter(hub=hub.pk))
    return [one for one in own or form_content().hints if one.page in pages]


# Drafts


def drafts(staff: Staff) -> QuerySet[Draft]:
    """Return what a post has begun and not sent, newest first."""
    return Draft.objects.filter(policy.openable_by(staff), sent_at=None).order_by("-saved_at", "pk")


def find(draft_id: uuid.UUID) -> Draft:
    """Return a draft of whoever acts, a post or somebody by code.  Raises Http404 for everybody else."""
    if presence().identity is None:
        raise Http404
    return get_object_or_404(
        Draft.objects.select_related("hub", "owner__account", "owner__agency"), pk=draft_id
    )


def files(draft: Draft) -> QuerySet[DraftFile]:
    """Return the files put to a draft, without what is in them."""
    return draft.files.defer("body").order_by("at", "pk")


def hold(draft_id: uuid.UUID) -> Draft:
    """Return a draft of whoever acts that is not sent, locked.  Raises Draft.DoesNotExist."""
    return Draft.objects.select_for_update().get(pk=draft_id, sent_at=None)


def hold_for(post: Staff | None, code: str, draft_id: uuid.UUID, at: datetime) -> Draft:
    """Return a post's draft, or the one that a code has opened, sent or not, locked.

    For the service that sends, which sees every draft.  Raises Draft.DoesNotExist.
    """
    mine = Draft.objects.select_for_update(of=("self",)).select_related("hub").filter(pk=draft_id)
    if post:
        return mine.get(policy.openable_by(post))
    shown = ReferrerCode.objects.filter(
        code_hash=code, contact_id=draft_id, expires_at__gt=at, wrong_tries__lt=5
    )
    return mine.get(owner=None) if code and shown.exists() else mine.none().get()


def begun_at(code: str, draft_id: uuid.UUID, at: datetime) -> datetime | None:
    """Return when the referral that a code has opened was begun, for the service that sends."""
    shown = ReferrerCode.objects.filter(code_hash=code, contact_id=draft_id, expires_at__gt=at)
    return (
        Draft.objects.filter(pk=draft_id, sent_at=None).values_list("begun_at", flat=True).first()
        if shown
        else None
    )


def by_reference(reference: str) -> Draft | None:
    """Return the draft with this reference, for the service that sends codes."""
    written = normalise(reference)
    return Draft.objects.select_related("hub").filter(reference=written or "", owner=None).first()


def by_code_hash(code_hash: str) -> Draft | None:
    """Return the draft that a code from the screen leads to, for the service that takes codes."""
    return Draft.objects.select_related("hub").filter(code_hash=code_hash).exclude(code_hash="").first()


def initial_of(draft: Draft) -> dict[str, str]:
    """Return what is known of the writer before they write: nothing of a member of the public."""
    if draft.owner is None:
        return {"email": draft.email} if draft.email else {}
    post = draft.owner
    return {
        "name": post.account.name,
        "role": post.title,
        "organisation": post.agency.name,
        "kind": WORKS.get(post.agency.kind, ""),
        "email": post.account.email,
    }


# What was sent


def sent(staff: Staff) -> QuerySet[Sent]:
    """Return what a post sent by the form, newest first, with the contacts."""
    return Sent.objects.filter(policy.followable_by(staff)).select_related("contact").order_by("-at", "pk")


def followed(staff: Staff) -> list[Followed]:
    """Return what a post sent by the form, newest first, with where each stands in the words its sender may have."""
    mine = list(sent(staff))
    newest: dict[uuid.UUID, Reply] = {}
    decided: dict[uuid.UUID, str] = {}
    replies = Reply.objects.filter(contact__in=[one.contact_id for one in mine])
    for reply in replies.exclude(kind=ReplyKind.DISAGREEMENT).order_by("-at", "pk"):
        newest.setdefault(reply.contact_id, reply)
        if reply.kind == ReplyKind.DECIDED:
            decided.setdefault(reply.contact_id, reply.words.split("\n\n")[0])
    return [Followed(one, newest.get(one.contact_id), decided.get(one.contact_id, "")) for one in mine]


def find_sent(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact that this post sent by the form, with its hub.  Raises Http404 for any other."""
    mine = Sent.objects.filter(policy.followable_by(staff)).select_related("contact__hub")
    return get_object_or_404(mine, contact=contact_id).contact


def sent_contact(staff: Staff | None, contact_id: uuid.UUID) -> Contact:
    """Return what a post or, by code, somebody else has sent, with its hub.  Raises Http404 for anybody else's."""
    if staff:
        return find_sent(staff, contact_id)
    identity = presence().identity
    if identity is None or identity.kind != Who.REFERRER:
        raise Http404
    return get_object_or_404(Contact.objects.select_related("hub"), pk=contact_id)
