"""Who sees what of a release, row by row: the rule, and row-level security without it.

Tables are asked as each worker in the sealed room, and must show what the table below says and nothing else.
"""

import pytest
from django.db import DatabaseError
from django.http import Http404

from mash.sealed import policy
from mash.sealed.course import State
from mash.sealed.models import (
    OwnerWord,
    Recall,
    Recipient,
    Release,
    ReleaseSeen,
    Rendition,
    RestsOn,
    SecondWord,
    Wording,
)
from mash.sealed.queries.releases import register, released_to
from mash.sealed.room import sealed_room
from tests.factories.base import signed_in_as
from tests.factories.partnership import AccessFactory, StaffFactory
from tests.factories.releases import UNIT, Cast, now
from tests.sealed.test_releasing import reads

pytestmark = pytest.mark.usefixtures("transactional_db")

TABLES = {
    "release": Release,
    "wording": Wording,
    "words": Rendition,
    "items": RestsOn,
    "people": Recipient,
    "owners": OwnerWord,
    "second": SecondWord,
    "recall": Recall,
    "read": ReleaseSeen,
}
COURSE = {"release", "wording", "people", "owners", "second", "read"}
ALL = set(TABLES) - {"recall"}
OWNER = ALL
READER = {"release", "wording", "words", "people", "second", "read"}


def somebody(cast, who):
    """Return the worker of a row of the table."""
    made = {
        "cleared": lambda: StaffFactory(hub=cast.hub, cleared=True),
        "colleague of the owner": lambda: StaffFactory(hub=cast.hub, agency=cast.police, answerer=True),
        "lead of the owner": lambda: StaffFactory(hub=cast.hub, agency=cast.police, leads=True),
        "idle at the owner": lambda: StaffFactory(hub=cast.hub, agency=cast.police),
        "other agency": lambda: StaffFactory(hub=cast.hub, answerer=True),
        "desk": lambda: StaffFactory(hub=cast.hub, duties=["screen", "assess", "decide"]),
        "senior": lambda: cast.senior,
        "manager": lambda: StaffFactory(hub=cast.hub, duties=["manage"]),
        "auditor": lambda: StaffFactory(hub=cast.hub, auditor=True),
        "administrator": lambda: StaffFactory(hub=cast.hub, administrator=True),
        "cleared elsewhere": lambda: StaffFactory(duties=[*UNIT, "manage", "audit", "answer"]),
        "owner elsewhere": lambda: StaffFactory(agency=cast.police, answerer=True),
        "recipient's post elsewhere": lambda: StaffFactory(account=cast.recipient.account, duties=["screen"]),
    }
    if who.startswith("barred "):
        found = somebody(cast, who.removeprefix("barred "))
        AccessFactory(staff=found, bars=True, contact_id=cast.case)
        return found
    if who in made:
        return made[who]()
    return getattr(cast, who)


def shown(staff):
    """Return which tables show this worker a row, asked without any filter of the program."""
    with signed_in_as(staff), sealed_room():
        return {name for name, table in TABLES.items() if table.objects.exists()}


NOBODY = (
    "barred proposer",
    "barred approver",
    "barred owner",
    "barred recipient",
    "barred cleared",
    "barred auditor",
    "barred manager",
    "idle at the owner",
    "other agency",
    "desk",
    "administrator",
    "cleared elsewhere",
    "owner elsewhere",
    "recipient's post elsewhere",
)
PREPARED = {
    "proposer": ALL - {"second", "read"},
    "approver": ALL - {"second", "read"},
    "cleared": ALL - {"second", "read"},
    "owner": ALL - {"second", "read"},
    "colleague of the owner": ALL - {"second", "read"},
    "lead of the owner": ALL - {"second", "read"},
    "auditor": COURSE - {"second", "read"},
    "manager": set(),
    "senior": set(),
    "recipient": set(),
} | {who: set() for who in NOBODY}
OUT = {
    "proposer": ALL,
    "approver": ALL,
    "cleared": ALL,
    "owner": ALL,
    "colleague of the owner": ALL,
    "lead of the owner": ALL,
    "auditor": COURSE,
    "manager": COURSE,
    "senior": set(),
    "recipient": READER,
} | {who: set() for who in NOBODY}
OVER = OUT | {"recipient": set()}
TAKEN_BACK = {who: seen | {"recall"} if "release" in seen else seen for who, seen in OVER.items()}


def prepared():
    cast = Cast()
    release = cast.begins()
    cast.answers(release, cast.proposes(release))
    return cast, release


def vetoed():
    cast = Cast()
    release = cast.begins()
    cast.answers(release, cast.proposes(release), agreed=False, reason="He would know")
    return cast


def read():
    cast = Cast()
    release, wording = cast.goes_out()
    reads(cast.recipient, release)
    return cast, release, wording


def recalled():
    cast, release, _ = read()
    cast.recalls(release)
    return cast


def written_anew():
    cast, release, _ = read()
    cast.proposes(release, words="Other words", follows=1)
    return cast


@pytest.mark.parametrize("who", list(PREPARED))
def test_before_it_is_approved(told_once, who):
    cast, release = told_once(prepared)
    worker = somebody(cast, who)
    assert shown(worker) == PREPARED[who]
    with pytest.raises(Http404):
        reads(worker, release)


@pytest.mark.parametrize("who", list(OUT))
def test_while_it_is_out(told_once, who):
    cast, release, _ = told_once(read)
    worker = somebody(cast, who)
    assert shown(worker) == OUT[who]
    _three_voices(cast, worker, release, is_recipient=who == "recipient")


def _three_voices(cast, worker, release, *, is_recipient):
    """The rule on the whole truth, the list of this worker, and the page's action say the same."""
    whole = cast.course(StaffFactory(hub=cast.hub, cleared=True), release)
    assert bool(policy.may_read(worker, whole, now())) is (worker.pk == cast.recipient.pk)
    with signed_in_as(worker):
        assert bool(released_to(worker, now())) is is_recipient
        in_register = bool(register(worker, now()))
    allowed = policy.is_in_register(worker, whole)
    assert not in_register or allowed
    if is_recipient:
        assert reads(worker, release)
    else:
        with pytest.raises(Http404):
            reads(worker, release)


@pytest.mark.parametrize("who", list(TAKEN_BACK))
def test_after_a_recall(told_once, who):
    cast = told_once(recalled)
    worker = somebody(cast, who)
    assert shown(worker) == TAKEN_BACK[who]


@pytest.mark.parametrize("who", list(OVER))
def test_after_it_expired(told_once, who):
    cast, release, wording = told_once(read)
    Wording.objects.using("builder").filter(pk=wording).update(expires_at=now())
    worker = somebody(cast, who)
    assert shown(worker) == OVER[who]
    course = cast.course(StaffFactory(hub=cast.hub, cleared=True), release)
    assert course.state(now()) == State.EXPIRED


@pytest.mark.parametrize("who", list(OVER))
def test_after_it_was_written_anew(told_once, who):
    cast = told_once(written_anew)
    assert shown(somebody(cast, who)) == OVER[who]


SENIOR = {"release", "wording", "words", "people", "owners"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("senior", SENIOR),
        ("manager", SENIOR),
        ("auditor", {"release", "wording", "people", "owners"}),
        ("recipient", set()),
        ("desk", set()),
        ("other agency", set()),
        ("barred senior", set()),
        ("cleared elsewhere", set()),
    ],
)
def test_a_veto_lays_it_before_the_senior_leads_and_nobody_else(told_once, who, seen):
    cast = told_once(vetoed)
    assert shown(somebody(cast, who)) == seen


def test_who_manages_follows_what_went_out_and_learns_of_nothing_else_that_is_being_prepared():
    cast = Cast()
    out, _ = cast.goes_out()
    turned_down, waits = cast.begins(), cast.begins()
    wording = cast.proposes(turned_down)
    cast.answers(turned_down, wording)
    cast.approves(turned_down, wording, approved=False, reason="Not like this")
    cast.answers(waits, cast.proposes(waits))
    for duty, known in (("manage", {out}), ("audit", {out, turned_down, waits})):
        with signed_in_as(StaffFactory(hub=cast.hub, duties=[duty])), sealed_room():
            assert {*Release.objects.values_list("pk", flat=True)} == known


def test_an_owner_learns_nothing_of_what_another_owns():
    cast = Cast()
    nurse = StaffFactory(hub=cast.hub, answerer=True)
    theirs = cast.seals("Seen at the clinic", agency=nurse.agency_id)
    release = cast.begins()
    wording = cast.proposes(release, items=[cast.item, theirs])
    cast.answers(release, wording)
    said = cast.course(nurse, release).said
    assert said.items == (theirs,)
    assert [one.agency for one in said.owners] == [nurse.agency_id]
    assert said.owners[0].word is None


def test_who_follows_the_course_alone_reads_no_words_and_no_reasons():
    cast = Cast()
    release, _ = cast.goes_out()
    cast.recalls(release, reason="He has moved away")
    for duty in ("audit", "manage"):
        course = cast.course(StaffFactory(hub=cast.hub, duties=[duty]), release)
        assert course.said.rendition is None
        assert course.recalled.why == ""
        assert course.begun.why == ""
        assert course.said.items == ()


@pytest.mark.parametrize("who", ["desk", "recipient", "owner", "senior", "manager", "auditor"])
def test_only_the_unit_writes_a_release(who):
    cast = Cast()
    release, _ = cast.goes_out()
    worker = somebody(cast, who)
    begun = Release(
        hub_id=cast.hub.pk,
        case=cast.case,
        by=worker.pk,
        person=worker.account_id,
        nonce=b"",
        why=b"",
        at=now(),
    )
    seen = ReleaseSeen(
        hub_id=cast.hub.pk, staff=worker.pk, at=now(), wording_id=release, recipient_id=release
    )
    for table, row in ((Release, begun), (ReleaseSeen, seen)):
        with pytest.raises(DatabaseError), signed_in_as(worker), sealed_room():
            table.objects.bulk_create([row])
