"""What is read about a hub's agencies and posts."""

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.partnership.models import Account, Agency, Hub, Membership, SignInCode, Staff
from mash.setup import policy
from mash.setup.models import Grant, LostFactor


def memberships(staff: Staff) -> QuerySet[Membership]:
    """Return the agencies in this worker's hub, with how they are reached."""
    found = Membership.objects.filter(hub=staff.hub_id, left_at=None).select_related("agency", "hub")
    return found.order_by("agency__name", "pk")


def find_membership(staff: Staff, membership_id: uuid.UUID) -> Membership:
    """Return an agency's place in this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(memberships(staff), pk=membership_id)


def agencies(staff: Staff) -> QuerySet[Agency]:
    """Return the agencies for which somebody can have a post in this worker's hub."""
    found = Agency.objects.filter(memberships__hub=staff.hub_id, memberships__left_at=None)
    return found.order_by("name")


def posts(staff: Staff, at: datetime) -> QuerySet[Staff]:
    """Return the posts of this worker's hub that last or are to come."""
    found = Staff.objects.filter(Q(until_at=None) | Q(until_at__gt=at), hub=staff.hub_id)
    return found.select_related("account", "agency", "hub").order_by("account__name", "title", "pk")


def find_post(staff: Staff, post_id: uuid.UUID) -> Staff:
    """Return a post of this worker's hub, ended or not.  Raises Http404 for any other."""
    found = Staff.objects.filter(hub=staff.hub_id).select_related("account", "agency", "hub")
    return get_object_or_404(found, pk=post_id)


def find_grant(staff: Staff, grant_id: uuid.UUID) -> Grant:
    """Return guarded duties that were asked for in this worker's hub.  Raises Http404 for any other."""
    found = Grant.objects.filter(policy.drafted_by(staff))
    return get_object_or_404(
        found.select_related("post__account", "post__agency", "by__account", "answered_by__account"),
        pk=grant_id,
    )


def waiting_for(post: Staff) -> Grant | None:
    """Return the guarded duties that wait for this post."""
    return Grant.objects.filter(post=post, answered_at=None).select_related("by__account").first()


def last_code(post: Staff) -> SignInCode | None:
    """Return the code that this hub last sent to whoever holds a post, used or not."""
    found = SignInCode.objects.filter(account=post.account_id, hub=post.hub_id).select_related("by__account")
    return found.order_by("-sent_at", "-pk").first()


def lost_factors_waiting(staff: Staff) -> QuerySet[LostFactor]:
    """Return the lost second factors that somebody asked to have taken off and nobody has answered, oldest first."""
    found = LostFactor.objects.filter(policy.drafted_by(staff), answered_at=None)
    return found.select_related("account", "by__account").order_by("at", "pk")


def find_lost_factor(staff: Staff, lost_id: uuid.UUID) -> LostFactor:
    """Return a second factor that was said to be lost in this worker's hub.  Raises Http404 for any other."""
    found = LostFactor.objects.filter(policy.drafted_by(staff))
    return get_object_or_404(
        found.select_related("account", "hub", "by__account", "answered_by__account"), pk=lost_id
    )


def account_in(hub: Hub, email: str, at: datetime) -> Account | None:
    """Return the account with an address that works in a hub now; None if there is none."""
    now = Q(until_at=None) | Q(until_at__gt=at)
    posts = Staff.objects.filter(now, hub=hub, account__email__iexact=email.strip())
    found = posts.select_related("account").first()
    return found.account if found else None
