"""What is read of releases.  Row-level security shows each reader what they may know, and every reading is recorded."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404

from mash.ledger.actions import record
from mash.partnership.models import Duty, Staff
from mash.sealed import policy
from mash.sealed.course import By, Course, Owner, Read, Ruled, Said, Second, State, Word
from mash.sealed.locking import Locked, place_of_wording, unlock, unlock_reason
from mash.sealed.models import (
    Item,
    OwnerWord,
    Recall,
    Recipient,
    Release,
    ReleaseSeen,
    Rendition,
    RestsOn,
    Ruling,
    SecondWord,
    Wording,
)
from mash.sealed.rendition import Rendition as Words
from mash.sealed.rendition import To, from_json
from mash.sealed.room import hub_as_owner, sealed_room


def find_release(staff: Staff, release: uuid.UUID, at: datetime) -> Course:
    """Return a release as far as this worker may know of it, with its line in the record.

    Raises Http404 for one that they may know nothing of, as for one that is not there.

    Source: docs/rules.md, "Releases", "Evidence".
    """
    found = read_again(staff, release)
    record("release.seen", about=about(release), at=at, hub_id=staff.hub_id)
    return found


def read_again(staff: Staff, release: uuid.UUID) -> Course:
    """Return a release as it stands now, for an action, which writes its own line.  Raises Http404."""
    with sealed_room():
        found = _courses(staff, Release.objects.filter(pk=release))
    if not found:
        raise Http404
    return found[0]


def about(release: uuid.UUID) -> str:
    """Return the name under which the record knows a release."""
    return f"sealed.release:{release}"


def releases_of(staff: Staff, case: uuid.UUID, at: datetime) -> list[Course]:
    """Return the releases from one case that this worker may know of, newest first."""
    with sealed_room():
        found = _courses(staff, Release.objects.filter(case=case))
    record("releases.listed", about=f"case:{case}", at=at, hub_id=staff.hub_id)
    return found


def register(staff: Staff, at: datetime) -> list[Course]:
    """Return the releases of a hub for its register, newest first, without their words for whoever is not cleared.

    Source: docs/rules.md, "Releases".
    """
    with sealed_room():
        found = _courses(staff, Release.objects.all())
    record("releases.listed", about="releases:register", at=at, hub_id=staff.hub_id)
    return [one for one in found if policy.is_in_register(staff, one)]


def released_to(staff: Staff, at: datetime) -> list[Course]:
    """Return what is released to this post now, newest first.  Source: docs/rules.md, "Releases"."""
    with sealed_room():
        mine = Recipient.objects.filter(staff=staff.pk).values("wording__release")
        found = _courses(staff, Release.objects.filter(pk__in=mine))
    record("releases.listed", about="releases:mine", at=at, hub_id=staff.hub_id)
    return [one for one in found if policy.may_read(staff, one, at)]


def waiting_for(staff: Staff, at: datetime) -> dict[State, list[Course]]:
    """Return what waits for this worker, by what it waits for: an owner's word, the senior leads, a second person."""
    unanswered = Wording.objects.filter(release=OuterRef("pk"), second_word=None)
    with sealed_room():
        found = _courses(staff, Release.objects.filter(Exists(unanswered), recall=None))
    record("releases.listed", about="releases:waiting", at=at, hub_id=staff.hub_id)
    return {state: [one for one in found if _waits(staff, one, state, at)] for state in WAITS}


WAITS = (State.ASKED, State.VETOED, State.READY)


def _waits(staff: Staff, course: Course, state: State, at: datetime) -> bool:
    said = course.said
    if said is None or course.state(at) not in WAITS:
        return False
    if state == State.ASKED:
        return any(one.word is None and policy.may_answer(staff, course, one) for one in said.owners)
    if state == State.VETOED:
        vetoes = [one.word for one in said.owners if one.word and one.word.is_before_the_seniors]
        return any(policy.may_rule(staff, course, one) for one in vetoes)
    return course.state(at) == State.READY and bool(
        policy.may_begin(staff) and staff.account_id not in course.persons
    )


# From rows


def _courses(staff: Staff, releases: QuerySet[Release]) -> list[Course]:
    """Read releases whole, each table once; what a reader may not know of is not there."""
    words = OwnerWord.objects.order_by("at", "pk")
    wordings = Wording.objects.order_by("-number").prefetch_related(
        Prefetch("rendition", Rendition.objects.all()),
        Prefetch("rests_on", RestsOn.objects.annotate(replaced=Exists(_newer())).order_by("agency", "pk")),
        Prefetch("recipients", Recipient.objects.order_by("name", "pk")),
        Prefetch("owner_words", words),
        Prefetch("rulings", Ruling.objects.all()),
        Prefetch("second_word", SecondWord.objects.all()),
        Prefetch("seen", ReleaseSeen.objects.order_by("at", "pk")),
    )
    found = (
        releases.filter(hub_id=staff.hub_id)
        .order_by("-at", "-pk")
        .prefetch_related(Prefetch("wordings", wordings), Prefetch("recall", Recall.objects.all()))
    )
    return [_course(staff, one) for one in found]


def _newer() -> QuerySet[Item]:
    return Item.objects.filter(replaces=OuterRef("item"))


def _course(staff: Staff, row: Release) -> Course:
    wordings = list(row.wordings.all())
    recall = getattr(row, "recall", None)
    knows = _knows_reasons(staff, wordings)
    return Course(
        key=row.pk,
        hub_id=row.hub_id,
        case=row.case,
        begun=By(row.by, row.person, row.at, _why(row, row.nonce, row.why) if knows else ""),
        said=_said(wordings[0], knows=knows) if wordings else None,
        recalled=_by(recall, knows=knows) if recall else None,
        went_out=any(second.approved for one in wordings if (second := getattr(one, "second_word", None))),
    )


def _knows_reasons(staff: Staff, wordings: Iterable[Wording]) -> bool:
    """Tell whether a reader has the words of a release too: who only follows its course reads no reasons."""
    return staff.has(Duty.CLEAR) or any(hasattr(one, "rendition") for one in wordings)


def _open(row: Wording) -> Words | None:
    kept = getattr(row, "rendition", None)
    if kept is None:
        return None
    place = place_of_wording(row.pk, row.release_id, row.case)
    owner = hub_as_owner(row.hub_id)
    return from_json(unlock(Locked(kept.nonce, kept.body), purpose="release", agency=owner, bound_to=place))


def _said(row: Wording, *, knows: bool) -> Said:
    words = {one.agency: _word(one, row, knows=knows) for one in row.owner_words.all()}  # the newest stays
    rests = list(row.rests_on.all())
    owned = {one.agency: one.of_hub for one in rests} | {key: one.of_hub for key, one in words.items()}
    second = getattr(row, "second_word", None)
    return Said(
        key=row.pk,
        number=row.number,
        purpose=row.purpose,
        protocol=row.protocol,
        basis=row.basis,
        colour=row.colour,
        expires_at=row.expires_at,
        words_digest=row.words_digest,
        people_digest=row.people_digest,
        by=By(row.by, row.person, row.at),
        rendition=_open(row),
        to={one.pk: To(one.name, one.organisation, one.staff) for one in row.recipients.all()},
        items=tuple(one.item_id for one in rests),
        owners=tuple(Owner(key, of_hub, words.get(key)) for key, of_hub in owned.items()),
        second=Second(_by(second, knows=knows), second.approved) if second else None,
        read=tuple(Read(one.recipient_id, one.staff, one.at) for one in row.seen.all()),
        replaced=any(one.replaced for one in rests),  # type: ignore[attr-defined]
    )


def _word(row: OwnerWord, wording: Wording, *, knows: bool) -> Word:
    ruled = next((one for one in wording.rulings.all() if one.veto_id == row.pk), None)
    return Word(
        key=row.pk,
        agency=row.agency,
        of_hub=row.of_hub,
        agreed=row.agreed,
        by=_by(row, knows=knows),
        due_at=row.due_at,
        ruled=Ruled(_by(ruled, knows=knows), ruled.overruled, ruled.ground) if ruled else None,
    )


def _by(row: OwnerWord | Ruling | SecondWord | Recall, *, knows: bool) -> By:
    return By(row.by, row.person, row.at, _why(row, row.nonce, row.reason) if knows else "")


def _why(
    row: Release | OwnerWord | Ruling | SecondWord | Recall,
    nonce: bytes | memoryview,
    body: bytes | memoryview,
) -> str:
    return unlock_reason(Locked(nonce, body), hub=hub_as_owner(row.hub_id), row=row.pk)
