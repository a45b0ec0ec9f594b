"""Letters to a family: begun, written, cleared by a named worker, read by a second, given by hand or voice or post.

Nothing here sends anything, and nothing clears itself.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import ContactPerson
from mash.decision import letters, policy, queries
from mash.decision.actions.refusals import AlreadySaid, NotWhole
from mash.decision.content import letters as templates
from mash.decision.models import (
    Clearing,
    Decision,
    Given,
    GivenHow,
    Letter,
    LetterState,
    LetterVersion,
    LetterWords,
    SafeMethod,
)
from mash.ledger.actions import record
from mash.partnership.models import Staff

CLOSED = {LetterState.GIVEN, LetterState.TAKEN_BACK}
FITS = {  # how a letter may be given, by the way that was found safe
    SafeMethod.IN_PERSON: {GivenHow.BY_HAND, GivenHow.READ_OUT},
    SafeMethod.CALL: {GivenHow.CALLED},
    SafeMethod.HANDED_OVER: {GivenHow.BY_HAND, GivenHow.READ_OUT},
    SafeMethod.POST: {GivenHow.POSTED},
    SafeMethod.SECURE: {GivenHow.SECURE_EMAIL},
}


class ChangedMeanwhile(Exception):
    """Somebody else saved the letter after this page was opened: `by`."""

    def __init__(self, by: Staff) -> None:
        super().__init__(f"{by.account.name} has changed this letter since you opened it. Read it again.")
        self.by = by


class LetterBlocked(Exception):
    """The words or the way are not safe; `reasons` say why, each in the worker's words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class LetterClosed(Exception):
    """The letter was given or taken back: nothing of it is changed any more."""


@transaction.atomic
def begin_letter(
    *,
    key: uuid.UUID,
    decision: Decision,
    template: str,
    recipient: ContactPerson,
    by: Staff,
    at: datetime,
) -> Letter:
    """Begin a draft for one person about a decision that stands; the one begun before is returned.

    Raises PermissionDenied, and NotWhole where the decision does not stand or the letter is not for such a person.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    hold_still(decision.contact)
    require(policy.may_write_letter(by, decision.contact))
    if decision.made_at is None:
        raise NotWhole("This decision does not stand, so nobody is told of it.")
    if recipient not in queries.recipients(decision.contact):
        raise NotWhole("Choose somebody of this case.")
    fitting = {one.id for one in letters.family_letters(recipient.role)}
    if template not in fitting:
        raise NotWhole(f"{templates()[template].label} is not for {recipient}.")
    begun = Letter.objects.filter(decision=decision, recipient=recipient, template=template)
    begun = begun.exclude(state=LetterState.TAKEN_BACK)
    made = begun.first() or Letter.objects.filter(key=key, decision=decision).first()
    if made:
        return made
    letter = Letter(
        hub_id=decision.hub_id,
        contact=decision.contact,
        decision=decision,
        key=key,
        template=template,
        recipient=recipient,
        by=by,
        at=at,
    )
    letter.save(force_insert=True)
    _write(letter, 1, queries.first_gaps(decision, recipient, by), by=by, at=at)
    told = {"contact": str(decision.contact_id), "template": template}
    record("letter.begun", about=letter, at=at, hub_id=letter.hub_id, detail=told)
    return letter


@transaction.atomic
def save_letter(
    *,
    letter: Letter,
    version: int,
    gaps: Mapping[str, str],
    help_needs_agreement: bool = False,
    by: Staff,
    at: datetime,
) -> LetterVersion:
    """Save the words of a letter as a new version; changed words are cleared again.

    version: the number that was on the page.  gaps: what fills each gap, by its id.

    Raises PermissionDenied, LetterClosed, and ChangedMeanwhile if somebody else saved it first.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    letter = _held(letter, by)
    newest = queries.newest_version(letter)
    wanted = {name: words.strip() for name, words in gaps.items() if words.strip()}
    if help_needs_agreement:
        wanted[letters.HELP_NEEDS_AGREEMENT] = "yes"
    if wanted == newest.gaps and _words(letter, wanted) == newest.words:
        return newest
    if newest.number != version:
        raise ChangedMeanwhile(newest.by)
    made = _write(letter, newest.number + 1, wanted, by=by, at=at)
    _move(letter, LetterState.DRAFT)
    record("letter.saved", about=letter, at=at, hub_id=letter.hub_id, detail={"version": made.number})
    return made


def _write(letter: Letter, number: int, gaps: Mapping[str, str], *, by: Staff, at: datetime) -> LetterVersion:
    words = _words(letter, gaps)
    made = LetterVersion(
        hub_id=letter.hub_id, letter=letter, number=number, gaps=dict(gaps), words=words, by=by, at=at
    )
    made.save(force_insert=True)
    return made


def _words(letter: Letter, gaps: Mapping[str, str]) -> str:
    return letters.write(
        templates()[letter.template],
        {**queries.gaps_known(letter), **gaps},
        help_needs_agreement=letters.HELP_NEEDS_AGREEMENT in gaps,
    )


@transaction.atomic
def clear_letter(
    *,
    letter: Letter,
    version: int,
    who_receives: str,
    safe_method: str,
    safe_because: str,
    language: str,
    must_not_see: str,
    told_what_already: str,
    must_not_see_people: Sequence[str] = (),
    look_again_on: date | None = None,
    looked_at: bool = False,
    by: Staff,
    at: datetime,
) -> Clearing:
    """Record who receives a letter, the safe way, the language and who must not see it, on the words as they stand.

    A second person reads it before it may be given.  Where there is no safe way nothing goes, and that is an answer.

    version: the number the worker read.  looked_at: the worker looked at everything that was noticed in the words.

    Raises PermissionDenied, LetterClosed, ChangedMeanwhile, LetterBlocked, and NotWhole where something was not said.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    letter = _held(letter, by)
    newest = queries.newest_version(letter)
    if newest.number != version:
        raise ChangedMeanwhile(newest.by)
    around, no_way = queries.around(letter), safe_method == SafeMethod.NONE
    noticed = letters.warnings(newest.words, around)
    if no_way and look_again_on is None:
        raise NotWhole("Say on which day somebody looks again.")
    if not no_way:
        stopped = letters.blocks(newest.words, around)
        stopped += letters.conflicts(around, safe_method, must_not_see_people)
        if stopped:
            raise LetterBlocked(stopped)
        if noticed and not looked_at:
            raise NotWhole("Look at each thing that was noticed, and say that you did.")
    clearing = Clearing(
        hub_id=letter.hub_id,
        letter=letter,
        version=newest,
        who_receives=who_receives.strip(),
        safe_method=safe_method,
        safe_because=safe_because.strip(),
        language=language.strip(),
        must_not_see=must_not_see.strip(),
        must_not_see_people=[uuid.UUID(key) for key in must_not_see_people],
        told_what_already=told_what_already.strip(),
        warnings=noticed,
        circumstances=letters.fingerprint(around),
        by=by,
        at=at,
    )
    clearing.save(force_insert=True)
    letter.look_again_on = look_again_on if no_way else None
    _move(letter, LetterState.NO_SAFE_WAY if no_way else LetterState.CLEARED)
    event = "letter.no_safe_way" if no_way else "letter.cleared"
    record(event, about=letter, at=at, hub_id=letter.hub_id, detail={"version": version})
    return clearing


@transaction.atomic
def read_second(*, clearing: Clearing, agreed: bool, why: str = "", by: Staff, at: datetime) -> Letter:
    """Give the second reader's word on the exact words for the exact recipient, or send them back.

    Raises PermissionDenied, LetterClosed, AlreadySaid, and NotWhole where it goes back without a reason or something
    about the people has changed since it was cleared.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    require(policy.may_read_letter_second(by, clearing))
    letter = _locked(clearing.letter)
    clearing = Clearing.objects.select_related("second_by__account").get(pk=clearing.pk)
    if letter.state != LetterState.CLEARED or clearing.second_agreed is not None:
        raise AlreadySaid(clearing.second_by)
    if not agreed and not why.strip():
        raise NotWhole("Say why it goes back.")
    if agreed:
        _refuse_if_changed(letter, clearing)
    clearing.second_by, clearing.second_at, clearing.second_agreed = by, at, agreed
    clearing.second_why = why.strip()
    clearing.save(update_fields=["second_by", "second_at", "second_agreed", "second_why"])
    _move(letter, LetterState.READY if agreed else LetterState.DRAFT)
    event = "letter.read_second" if agreed else "letter.sent_back"
    record(event, about=letter, at=at, hub_id=letter.hub_id)
    return letter


@transaction.atomic
def give_letter(
    *, letter: Letter, how: str, given_at: datetime, what_they_said: str = "", by: Staff, at: datetime
) -> Given:
    """Keep that a letter reached its person, in the words of the worker who gave it.  The same twice changes nothing.

    Raises PermissionDenied, LetterClosed, and NotWhole where it was not cleared, does not go that way, or something
    about the people has changed since.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    require(policy.may_write_letter(by, letter.contact))
    letter = _locked(letter)
    given = queries.given_of(letter)
    if given:
        return given
    clearing = queries.standing_clearing(letter)
    if letter.state != LetterState.READY or clearing is None:
        raise NotWhole("It is not cleared, so it goes nowhere.")
    if queries.reopening_of(letter.decision):
        raise NotWhole("The decision was reopened: what this letter says may be true no more. Take it back.")
    if how not in FITS.get(SafeMethod(clearing.safe_method), set()):
        raise NotWhole(f"It was cleared for another way: {clearing.get_safe_method_display().lower()}.")
    if given_at > at:
        raise NotWhole("Write down that it was given once it has been.")
    _refuse_if_changed(letter, clearing)
    given = Given(
        hub_id=letter.hub_id,
        letter=letter,
        clearing=clearing,
        how=how,
        given_at=given_at,
        what_they_said=what_they_said.strip(),
        by=by,
        at=at,
    )
    given.save(force_insert=True)
    _move(letter, LetterState.GIVEN)
    record("letter.given", about=letter, at=at, hub_id=letter.hub_id, detail={"how": how})
    return given


@transaction.atomic
def take_back_letter(*, letter: Letter, why: str, by: Staff, at: datetime) -> Letter:
    """Take a letter back before it is given; it stays on record.  The same twice changes nothing.

    Raises PermissionDenied, and LetterClosed once it was given.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    require(policy.may_write_letter(by, letter.contact))
    letter = _locked(letter)
    if letter.state == LetterState.TAKEN_BACK:
        return letter
    if letter.state == LetterState.GIVEN:
        raise LetterClosed("It was given, so it cannot be taken back.")
    letter.taken_back_by, letter.taken_back_at, letter.taken_back_why = by, at, why.strip()
    letter.save(update_fields=["taken_back_by", "taken_back_at", "taken_back_why"])
    _move(letter, LetterState.TAKEN_BACK)
    record("letter.taken_back", about=letter, at=at, hub_id=letter.hub_id, why=why.strip())
    return letter


@transaction.atomic
def word_letters(*, words: Mapping[str, str], by: Staff, at: datetime) -> int:
    """Set what a hub's letters say of the hub; return how many words were new.  What was said before is kept.

    words: name to words, of the letterhead and of the gaps that a hub fills.

    Raises PermissionDenied.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    require(policy.may_word_letters(by))
    before = queries.letter_words(by.hub)
    known = {letters.LETTERHEAD, *letters.gaps_of_hub()}
    new = {name: said.strip() for name, said in words.items() if name in known}
    changed = [
        LetterWords(hub_id=by.hub_id, name=name, words=said, by=by, at=at)
        for name, said in new.items()
        if said != before.get(name, "")
    ]
    LetterWords.objects.bulk_create(changed)
    if changed:
        names = {"names": sorted(one.name for one in changed)}
        record("letters.worded", about="letters", at=at, hub_id=by.hub_id, detail=names)
    return len(changed)


def _held(letter: Letter, by: Staff) -> Letter:
    require(policy.may_write_letter(by, letter.contact))
    letter = _locked(letter)
    if letter.state in CLOSED:
        raise LetterClosed("It was given or taken back: nothing of it is changed any more.")
    return letter


def _locked(letter: Letter) -> Letter:
    hold_still(letter.contact)
    return Letter.objects.select_related("contact__hub", "decision", "recipient").get(pk=letter.pk)


def _move(letter: Letter, to: LetterState) -> None:
    letter.state = to
    letter.save(update_fields=["state", "look_again_on"])


def _refuse_if_changed(letter: Letter, clearing: Clearing) -> None:
    if letters.fingerprint(queries.around(letter)) != clearing.circumstances:
        raise NotWhole("An address, a number or the people of the case have changed since: clear it again.")
