"""Releasing from the sealed room of a contact: what only the case itself knows is looked at here, and told onwards.

Source: docs/rules.md, "Releases", "An owner's veto".
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.check import policy
from mash.check.looked_over import carries_a_name_of, tells_address
from mash.check.queries import releases as queries
from mash.check.queries.room import addresses_held
from mash.check.terms import release_content
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.partnership.queries import rota
from mash.sealed import actions as sealed
from mash.sealed.course import Course, State, Word
from mash.sealed.policy import SENIOR, speaks_for
from mash.sealed.queries.releases import read_again
from mash.sealed.rendition import Rendition, To

SENIORS_ON_CALL = "senior_leads_on_call"
SIGN_IN = "Sign in to see reference {reference}."
ASKED, VETOED, RELEASED, TAKEN_BACK = (
    "Your agency is asked for a word",
    "A decision is asked of you",
    "Something was passed to you",
    "Something that was passed to you was taken back",
)


class Stopped(Exception):
    """A release may not go as it is; `reasons` say why, each in the worker's words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What its writer put into the form.  outside: names with organisations.  follows: the wording seen last, or 0."""

    words: str
    items: tuple[uuid.UUID, ...]
    recipients: tuple[Staff, ...]
    outside: tuple[To, ...]
    purpose: str
    protocol: str
    basis: str
    basis_words: str
    conditions: str
    expires_at: datetime
    follows: int


@transaction.atomic
def begin_release(*, contact: Contact, why: str, by: Staff, at: datetime, key: uuid.UUID) -> uuid.UUID:
    """Begin to write a release from the room of a contact; return its key.

    Raises PermissionDenied, Http404.
    """
    require(policy.may_open_room(by, contact))
    return sealed.begin_release(
        case=contact.pk, why=why, barred=queries.kept_from(contact, [by]), by=by, at=at, key=key
    )


def read_over(contact: Contact, written: Written, by: Staff, at: datetime) -> Rendition:
    """Return exactly what the recipients would read, and who they are.

    Raises Stopped for a protected address of the case in the words, a recipient whom the case is closed to, or one who
    carries the name of somebody in it.
    """
    said = "\n".join([written.words, written.conditions])
    found = []
    if tells_address(said, addresses_held(by, contact, at)):
        found.append("Take out the address: it is protected, and leaves the room in no release.")
    barred = queries.kept_from(contact, written.recipients)
    found += [
        f"The case is closed to {one}: choose somebody else."
        for one in written.recipients
        if one.pk in barred
    ]
    people = queries.names_in(contact)
    called = [*(one.account.name for one in written.recipients), *(one.name for one in written.outside)]
    found += [
        f"{name} is named in this case, and a release goes to nobody in it."
        for name in called
        if carries_a_name_of(name, people)
    ]
    if found:
        raise Stopped(found)
    terms = release_content()
    to = [To(str(one), one.agency.name, one.pk) for one in written.recipients]
    return Rendition(
        words=written.words.strip(),
        purpose=terms.label(written.purpose),
        protocol=terms.label(written.protocol),
        basis=written.basis_words,
        conditions=written.conditions.strip(),
        expires_at=written.expires_at,
        to=(*to, *written.outside),
    )


@transaction.atomic
def propose_release(
    *, contact: Contact, release: uuid.UUID, written: Written, by: Staff, at: datetime
) -> uuid.UUID:
    """Propose a wording, and ask each agency that owns something it rests on.

    Raises PermissionDenied, Http404, Stopped, and what `sealed.actions.propose` raises.
    """
    require(policy.may_open_room(by, contact))
    made = sealed.propose(
        release=release,
        proposed=sealed.Proposed(
            rendition=read_over(contact, written, by, at),
            items=written.items,
            purpose=written.purpose,
            protocol=written.protocol,
            basis=written.basis,
            colour=queries.colour_of(contact),
            follows=written.follows,
        ),
        barred=queries.kept_from(contact, written.recipients),
        by=by,
        at=at,
    )
    course = read_again(by, release)
    owners = course.said.owners if course.said else ()
    team = [one for one in queries.may_be_asked(by) if any(speaks_for(one, owner) for owner in owners)]
    _tell([one for one in team if one.account_id not in course.persons], ASKED, course, at)
    return made


@transaction.atomic
def answer_release(
    *,
    course: Course,
    wording: uuid.UUID,
    owner: uuid.UUID,
    agreed: bool,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    """Agree for an owner, or veto: the clock of a veto starts, and the senior leads are told at once.

    Raises what `sealed.actions.answer_release` raises.
    """
    colour = course.said.colour if course.said else ""
    sealed.answer_release(
        release=course.key,
        wording=wording,
        owner=owner,
        agreed=agreed,
        reason=reason,
        due_at=None if agreed else at + release_content().answered_within(colour),
        by=by,
        at=at,
    )
    if not agreed:
        _tell(_seniors(by, at), VETOED, course, at)


@transaction.atomic
def rule_on_veto(
    *, course: Course, wording: uuid.UUID, veto: Word, ground: str, reason: str, by: Staff, at: datetime
) -> None:
    """Decide on a veto as a senior lead.  Raises what `sealed.actions.rule_on_veto` raises."""
    sealed.rule_on_veto(
        release=course.key, wording=wording, veto=veto.key, ground=ground, reason=reason, by=by, at=at
    )


@transaction.atomic
def approve_release(
    *,
    contact: Contact,
    shown: queries.Shown,
    wording: uuid.UUID,
    approved: bool,
    reason: str,
    digests: tuple[str, str],
    by: Staff,
    at: datetime,
) -> None:
    """Let a release out as a second person, and tell its recipients; or turn it down, and tell whoever proposed it.

    The words are looked through for protected addresses again: a conflict may have kept their writer from one.

    Raises Stopped, and what `sealed.actions.give_second_word` raises.
    """
    course = shown.course
    kept = course.said.rendition if course.said else None
    if approved and kept:
        said = f"{kept.words}\n{kept.conditions}"
        if tells_address(said, addresses_held(by, contact, at)):
            raise Stopped(["It tells an address that is protected. Turn it down, and say so."])
    sealed.give_second_word(
        release=course.key,
        wording=wording,
        approved=approved,
        reason=reason,
        digests=digests,
        proposer=shown.proposer,
        by=by,
        at=at,
    )
    if approved and shown.state == State.READY:
        _tell(_recipients(by, course), RELEASED, course, at)


@transaction.atomic
def recall_release(*, course: Course, reason: str, by: Staff, at: datetime) -> None:
    """Take a release back, and tell those who could read it.  Raises what `sealed.actions.recall` raises."""
    out = course.state(at) == State.OUT
    sealed.recall(release=course.key, reason=reason, by=by, at=at)
    if out:
        _tell(_recipients(by, course), TAKEN_BACK, course, at)


def _recipients(by: Staff, course: Course) -> list[Staff]:
    keys = {one.staff for one in course.said.to.values() if one.staff} if course.said else set()
    return list(queries.may_receive(by).filter(pk__in=keys))


def _seniors(by: Staff, at: datetime) -> list[Staff]:
    """Return whom the rota names as senior leads on call, or else everybody who manages or approves.

    Source: docs/rules.md, "An owner's veto".
    """
    on_call = [one.person for one in rota.on_duty(by.hub, at, only=SENIORS_ON_CALL) if one.person]
    return [one for one in on_call if one.has(*SENIOR)] or list(queries.may_be_asked(by, *SENIOR))


def _tell(who: Iterable[Staff], subject: str, course: Course, at: datetime) -> None:
    """Send each an e-mail that names nobody and no case, and that nobody else reads in the outbox."""
    body = SIGN_IN.format(reference=queries.reference_of(course.key))
    for address in sorted({one.account.email for one in who}):
        notify(
            hub_id=course.hub_id,
            to=address,
            subject=subject,
            body=body,
            at=at,
            private=True,
            page=reverse("check:release", args=[course.key]),
        )
