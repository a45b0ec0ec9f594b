"""Cases that are decided again: how each stands, for the lead and for a program, and what is whose to decide."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact, Settlement
from mash.decision import policy as decision_policy
from mash.decision.models import Decision
from mash.partnership.models import Access, Restriction, Staff
from mash.partnership.queries.rota import managers_of
from mash.people.joined import as_one
from mash.people.models import Resident
from mash.quality.content import own_decisions as content
from mash.quality.own import policy
from mash.quality.own.models import Again, Copy, Ended, Followed, Month, Redecided, Reviewer

BOTH = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How one case of a month stands, for the lead.  said: by reviewer's key.  followed: what was done, by step."""

    again: Again
    reviewers: Sequence[Reviewer]
    said: dict[uuid.UUID, Redecided]
    followed: dict[str, Followed]

    @property
    def counted(self) -> list[Redecided]:
        """Return the answers that count, in the order they were given."""
        found = [
            self.said[one.pk]
            for one in self.reviewers
            if one.pk in self.said and one.ended in {"", Ended.DONE}
        ]
        return sorted(found, key=lambda one: (one.at, one.pk))

    @property
    def is_whole(self) -> bool:
        """Tell whether two have decided it again, and it was not taken off."""
        return self.again.off_at is None and len(self.counted) == BOTH

    @property
    def waits_for(self) -> list[Reviewer]:
        """Return whose word it waits for."""
        return [one for one in self.reviewers if one.ended_at is None and one.pk not in self.said]

    @property
    def is_short(self) -> bool:
        """Tell whether fewer than two people have it: nobody else may."""
        open_ = [one for one in self.reviewers if one.ended in {"", Ended.DONE}]
        return self.again.off_at is None and len(open_) < BOTH

    @property
    def groups(self) -> list[str]:
        """Return the group of the decision and of each answer."""
        return [
            content.group_of(one) for one in (self.again.outcome, *(said.outcome for said in self.counted))
        ]

    @property
    def agrees(self) -> bool:
        """Tell whether both and the hub chose outcomes of one group."""
        return self.is_whole and len({*self.groups}) == 1

    @property
    def reviewers_agree(self) -> bool:
        """Tell whether the two chose outcomes of one group."""
        return self.is_whole and len({*self.groups[1:]}) == 1

    @property
    def hours_to_reopen(self) -> float | None:
        """Return the hours from when it was said to be wrong until it was reopened."""
        again = self.again
        if not (again.found_at and again.reopened_at):
            return None
        return max(0.0, (again.reopened_at - again.found_at).total_seconds() / 3600)


def _whole_rows() -> QuerySet[Again]:
    people = Reviewer.objects.select_related("staff__account", "staff__agency").order_by("from_at", "pk")
    return (
        Again.objects.select_related(
            "month",
            "contact",
            "about",
            "decision",
            "decided_by__account",
            "found_by__account",
            "given_to__account",
            "copy",
        )
        .prefetch_related(Prefetch("copy__reviewers", queryset=people), "followed__by__account")
        .defer("decision__snapshot")
        .order_by("place")
    )


def _stand(rows: Iterable[Again]) -> list[Standing]:
    found = list(rows)
    said: dict[uuid.UUID, dict[uuid.UUID, Redecided]] = {}
    for one in Redecided.objects.filter(copy__again__in=[row.pk for row in found]).select_related(
        "by__account"
    ):
        said.setdefault(one.copy_id, {})[one.reviewer_id] = one
    return [
        Standing(
            one,
            list(one.copy.reviewers.all()),
            said.get(one.copy.pk, {}),
            {step.step: step for step in one.followed.all()},
        )
        for one in found
    ]


def standing(staff: Staff, month: Month) -> list[Standing]:
    """Return how each case of a month stands, for its lead."""
    return _stand(_whole_rows().filter(policy.followed_by(staff), month=month))


def find_again(staff: Staff, again_id: uuid.UUID) -> Standing:
    """Return how a case stands that this post follows.  Raises Http404."""
    found = get_object_or_404(_whole_rows().filter(policy.followed_by(staff)), pk=again_id)
    return _stand([found])[0]


def find_copy(staff: Staff, copy_id: uuid.UUID) -> Copy:
    """Return a copy that this post decides again.  Raises Http404: also where the case was closed to them since."""
    return get_object_or_404(Copy.objects.filter(policy.to_decide_again(staff)), pk=copy_id)


def mine(staff: Staff) -> list[tuple[Copy, bool]]:
    """Return the copies that this post decides again now, each with whether it has answered."""
    found = (
        Copy.objects.filter(policy.to_decide_again(staff))
        .defer("sections")
        .order_by("begins_on", "place", "pk")
    )
    said = {*Redecided.objects.filter(by=staff.pk).values_list("copy_id", flat=True)}
    return [(one, one.pk in said) for one in found]


def my_word(staff: Staff, copy: Copy) -> Redecided | None:
    """Return what this post said on a copy, None before it has."""
    return Redecided.objects.filter(copy=copy, by=staff.pk).first()


def to_look_at() -> list[uuid.UUID]:
    """Return the cases of every hub in which something may be left to do: for a program."""
    done = Count("copy__reviewers", filter=Q(copy__reviewers__ended=Ended.DONE))
    rows = Again.objects.filter(month__closed_at=None, off_at=None).annotate(done=done)
    return list(rows.filter(done__lt=BOTH).order_by("month", "place").values_list("pk", flat=True))


def held(again_id: uuid.UUID) -> Again | None:
    """Return a case, held with its month until the transaction ends; None where that is closed, or it was taken off."""
    where = Again.objects.filter(pk=again_id).values("month")
    month = Month.objects.select_for_update().filter(pk__in=where, closed_at=None).first()
    if month is None:
        return None
    row = Again.objects.select_for_update(of=("self",)).filter(pk=again_id, off_at=None)
    again = row.select_related("contact__hub", "decision", "returned", "decided_by__account", "copy").first()
    if again:
        again.month = month
        again.copy.again = again
    return again


def is_closed(named: Iterable[uuid.UUID]) -> bool:
    """Tell whether any of these contacts is restricted."""
    return Restriction.objects.filter(contact_id__in=list(named), until_at=None).exists()


def is_kept_out(reviewer: Reviewer) -> bool:
    """Tell whether somebody is kept from what a copy speaks of by more than deciding again, or by less."""
    rows = Access.objects.filter(staff=reviewer.staff_id, bars=True)
    asked = Reviewer.objects.filter(staff=reviewer.staff_id).values_list("kept", flat=True)
    more = rows.filter(Q(contact_id__in=reviewer.named) | Q(person_id__in=reviewer.people))
    lasting = Q(until_at=None)
    if more.filter(lasting).exclude(pk__in=[key for kept in asked for key in kept]).exists():
        return True
    own = {*rows.filter(lasting, pk__in=reviewer.kept).values_list("contact_id", flat=True)}
    return bool({*reviewer.contacts} - own)


def managers(again: Again, at: datetime) -> list[Staff]:
    """Return who manages the hub and is not kept from a case; who decided it last, as they would tell themselves."""
    everybody = managers_of(again.hub_id, at)
    barred = Access.objects.filter(
        staff__in=everybody, contact_id__in=again.contacts, bars=True, until_at=None
    )
    kept = {*barred.values_list("staff_id", flat=True)}
    open_to = [one for one in everybody if one.pk not in kept]
    return sorted(open_to, key=lambda one: one.account_id == again.decided_by.account_id)


def reports_of(again: Again) -> list[Contact]:
    """Return the reports of a case's event."""
    return list(Contact.objects.filter(pk__in=again.contacts).order_by("received_at", "pk"))


def household_of(staff: Staff, again: Again) -> list[Decision]:
    """Return the other decisions on the people of a case's contact and on who lives with them, newest first.

    As far as this post may read them.
    """
    people = as_one(again.people)
    homes = Resident.objects.filter(person__in=people).values("household")
    together = {*people, *Resident.objects.filter(household__in=homes).values_list("person_id", flat=True)}
    reports = Settlement.objects.filter(person__in=as_one(together), undone_at=None)
    about = Q(outcomes__person__in=as_one(together)) | Q(
        contact__in=reports.values("contact_person__contact")
    )
    readable = Decision.objects.filter(decision_policy.readable_by(staff))
    keys = readable.filter(about, made_at__isnull=False).exclude(pk__in=[again.decision_id]).values("pk")
    rows = (
        Decision.objects.filter(pk__in=keys)
        .select_related("contact", "by__account")
        .prefetch_related("outcomes__about")
    )
    return list(rows.defer("snapshot").order_by("-made_at", "pk"))
