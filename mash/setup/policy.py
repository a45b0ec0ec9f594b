"""Who may set up a hub.  An administrator changes it and sees no case; what is guarded needs a second person."""

from datetime import datetime

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Hub, Staff
from mash.partnership.queries import signing_in
from mash.setup.models import Draft, Grant, LostFactor

SETS_UP = (Duty.ADMINISTER, Duty.MANAGE)
GUARDED = (Duty.CLEAR, Duty.RELEASE, Duty.AUDIT, Duty.ADMINISTER)
"""Duties that nobody gives alone: another administrator or manager confirms them."""


def may_set_up(staff: Staff) -> Verdict:
    """Test whether somebody may change how their hub is set up.

    Source: docs/rules.md, "Setting up a hub".
    """
    if staff.has(*SETS_UP):
        return ALLOWED
    return Verdict("A hub is set up by its administrator or its manager.")


def may_set_up_hub(staff: Staff, hub: Hub) -> Verdict:
    """Test whether somebody may change this hub: their own, or the one that practises for it."""
    if staff.hub_id in (hub.pk, hub.practises_for_id):
        return may_set_up(staff)
    return Verdict("That is another hub.")


def may_read_the_log(staff: Staff) -> Verdict:
    """Test whether somebody may read what was changed: who sets up the hub, and its auditor."""
    if staff.has(*SETS_UP, Duty.AUDIT):
        return ALLOWED
    return Verdict("The change log is read by who sets up the hub and by its auditor.")


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read_the_log` as a filter on changes and editions."""
    return Q(hub=staff.hub_id) if may_read_the_log(staff) else Q(pk__in=[])


def drafted_by(staff: Staff) -> Q:
    """Return the rule of `may_set_up` as a filter on drafts, grants and lost second factors of the hub."""
    return Q(hub=staff.hub_id) if may_set_up(staff) else Q(pk__in=[])


def may_change_post(staff: Staff, post: Staff) -> Verdict:
    """Test whether somebody may change a post: nobody gives themselves anything, by whatever post they hold.

    Source: docs/rules.md, "Setting up a hub".
    """
    if post.hub_id != staff.hub_id:
        return Verdict("That post is in another hub.")
    if post.account_id == staff.account_id:
        return Verdict("Nobody changes their own post: ask another administrator or the manager.")
    return may_set_up(staff)


def may_send_code(staff: Staff, post: Staff, at: datetime) -> Verdict:
    """Test whether somebody may have a code sent to whoever holds a post, to set a password with.

    Source: docs/rules.md, "Sign-in".
    """
    if signing_in.is_opened_by_its_agency_alone(post):
        return Verdict(f"They sign in through {post.agency.name}: a password here would not open this post.")
    return _may_help_to_sign_in(staff, post, at)


def _may_help_to_sign_in(staff: Staff, post: Staff, at: datetime) -> Verdict:
    if post.until_at and post.until_at <= at:
        return Verdict("That post has ended.")
    if not post.account.is_active:
        return Verdict("That account is switched off.")
    return may_change_post(staff, post)


def may_ask_to_take_off(staff: Staff, post: Staff, at: datetime) -> Verdict:
    """Test whether somebody may ask that the second factor of whoever holds a post be taken off: never one's own.

    Source: docs/rules.md, "A lost second factor".
    """
    return _may_help_to_sign_in(staff, post, at)


def may_answer_lost_factor(staff: Staff, lost: LostFactor) -> Verdict:
    """Test whether somebody may have a second factor taken off that another asked for: not one's own either.

    Source: docs/rules.md, "A lost second factor".
    """
    if lost.hub_id != staff.hub_id:
        return Verdict("That is in another hub.")
    if lost.account_id == staff.account_id:
        return Verdict("Nobody takes off their own second factor here.")
    if lost.by.account_id == staff.account_id:
        return Verdict("You asked for this: another administrator or the manager confirms it.")
    return may_set_up(staff)


def may_answer_grant(staff: Staff, grant: Grant) -> Verdict:
    """Test whether somebody may confirm guarded duties: another person than who asked and than who gets them."""
    if grant.hub_id != staff.hub_id:
        return Verdict("That is in another hub.")
    if grant.by.account_id == staff.account_id:
        return Verdict("You asked for this: another administrator or the manager confirms it.")
    if grant.post.account_id == staff.account_id:
        return Verdict("Nobody confirms their own duties.")
    return may_set_up(staff)


def may_take_second_look(staff: Staff, draft: Draft) -> Verdict:
    """Test whether somebody may take the second look at a draft that loosens a rule: not who wants it published.

    Source: docs/rules.md, "Setting up a hub".
    """
    if draft.hub_id != staff.hub_id:
        return Verdict("That is another hub's draft.")
    if draft.asked_by and draft.asked_by.account_id == staff.account_id:
        return Verdict("You asked for it to be published: somebody else takes the second look.")
    return may_set_up(staff)
