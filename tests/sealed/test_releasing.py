"""How something leaves the sealed room, and every way in which it must not."""

import threading
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connections, transaction
from django.http import Http404

from mash.sealed.actions import (
    Barred,
    Changed,
    NotForThisSystem,
    NotReady,
    NotYours,
    Resealed,
    WrongState,
    reseal,
    rule_on_veto,
    see_release,
)
from mash.sealed.course import State
from mash.sealed.grading import Grading
from mash.sealed.locking import Locked, place_of_wording, unlock
from mash.sealed.models import Recipient, ReleaseSeen, Rendition, RestsOn, SecondWord, Wording
from mash.sealed.rendition import Rendition as Words
from mash.sealed.rendition import To, from_json, short
from mash.sealed.room import hub_as_owner, sealed_room
from tests.factories.base import signed_in_as
from tests.factories.partnership import AccessFactory, AccountFactory, AgencyFactory, StaffFactory
from tests.factories.releases import RENDITION, UNIT, WORDS, Cast, for_room, now

pytestmark = pytest.mark.usefixtures("transactional_db")


def reads(staff, release):
    """Return the words that a recipient reads."""
    with signed_in_as(staff):
        return see_release(release=release, by=staff, at=now()).rendition.words


def state_of(cast, release, at=None):
    return cast.course(cast.proposer, release).state(at or now())


def lines():
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT event FROM ledger_entry WHERE event LIKE 'release%' ORDER BY at, id")
        return [row[0] for row in cursor.fetchall()]


def test_a_release_is_written_agreed_approved_and_read_and_each_step_stands_in_the_record():
    cast = Cast()
    release = cast.begins()
    assert state_of(cast, release) == State.BEGUN
    wording = cast.proposes(release)
    assert state_of(cast, release) == State.ASKED
    cast.answers(release, wording)
    assert state_of(cast, release) == State.READY
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    cast.approves(release, wording)
    assert state_of(cast, release) == State.OUT
    assert reads(cast.recipient, release) == RENDITION
    assert lines() == [
        "release.begun",
        "release.proposed",
        "release.agreed",
        "release.approved",
        "release.read",
    ]


def test_each_view_leaves_a_receipt_of_its_own():
    cast = Cast()
    release, _ = cast.goes_out()
    for _ in range(3):
        reads(cast.recipient, release)
    (to,) = cast.course(cast.proposer, release).said.to
    assert [(one.recipient, one.post) for one in cast.course(cast.proposer, release).said.read] == [
        (to, cast.recipient.pk)
    ] * 3


def test_the_words_lie_encrypted_and_open_in_their_own_place_only():
    cast = Cast()
    release, wording = cast.goes_out()
    kept = Rendition.objects.using("builder").get(wording=wording)
    assert b"alone" not in bytes(kept.body)
    locked, owner = Locked(kept.nonce, kept.body), hub_as_owner(cast.hub.pk)
    here = place_of_wording(wording, release, cast.case)
    assert from_json(unlock(locked, purpose="release", agency=owner, bound_to=here)).words == RENDITION
    for place in (
        place_of_wording(wording, release, uuid.uuid4()),
        place_of_wording(wording, uuid.uuid4(), cast.case),
        place_of_wording(uuid.uuid4(), release, cast.case),
    ):
        with pytest.raises(InvalidTag):
            unlock(locked, purpose="release", agency=owner, bound_to=place)


def test_what_a_recipient_is_given_names_neither_item_nor_author_nor_grading():
    cast = Cast()
    release, _ = cast.goes_out()
    with signed_in_as(cast.recipient):
        said = see_release(release=release, by=cast.recipient, at=now())
    assert said.items == ()
    assert said.owners == ()
    assert said.second.by.why == ""
    assert [one.staff for one in said.to.values()] == [cast.recipient.pk]
    assert WORDS not in str(said)
    assert str(cast.author.pk) not in str(said)
    assert str(cast.item) not in str(said)


# Who may not


def test_nobody_approves_what_they_proposed_by_another_post_of_theirs_or_by_a_name_of_theirs():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    other_post = StaffFactory(account=cast.proposer.account, hub=cast.hub, duties=UNIT)
    same_name = StaffFactory(
        account=AccountFactory(name=f" {cast.proposer.account.name.upper()} "), hub=cast.hub, duties=UNIT
    )
    for somebody in (cast.proposer, other_post, same_name):
        with pytest.raises(PermissionDenied):
            cast.approves(release, wording, by=somebody)
    assert state_of(cast, release) == State.READY


@pytest.mark.parametrize("duties", [["clear"], ["release"], ["approve", "manage", "decide"], []])
def test_only_the_cleared_who_release_approve(duties):
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    somebody = StaffFactory(hub=cast.hub, duties=duties)
    with pytest.raises((PermissionDenied, Http404)):
        cast.approves(release, wording, by=somebody, digests=("a", "b"))


@pytest.mark.parametrize("duties", [["clear"], ["release"], ["screen", "decide", "manage"], ["answer"]])
def test_only_the_cleared_who_release_begin(duties):
    cast = Cast()
    with pytest.raises(PermissionDenied):
        cast.begins(by=StaffFactory(hub=cast.hub, duties=duties))


def test_somebody_kept_from_the_case_neither_begins_nor_learns_of_it():
    cast = Cast()
    release, _ = cast.goes_out()
    AccessFactory(staff=cast.proposer, bars=True, contact_id=cast.case)
    with pytest.raises(Http404):
        cast.begins(barred=[cast.proposer.pk])
    with pytest.raises(DatabaseError):
        cast.begins()  # row-level security, where nobody said who is barred
    with pytest.raises(Http404):
        cast.course(cast.proposer, release)


def test_a_recipient_who_is_barred_is_refused_and_one_barred_later_reads_nothing():
    cast = Cast()
    release = cast.begins()
    with pytest.raises(Barred):
        cast.proposes(release, barred=[cast.recipient.pk])
    wording = cast.proposes(release)
    cast.answers(release, wording)
    cast.approves(release, wording)
    assert reads(cast.recipient, release)
    AccessFactory(staff=cast.recipient, bars=True, contact_id=cast.case)
    with pytest.raises(Http404):
        reads(cast.recipient, release)


def test_a_recipient_who_loses_the_duty_or_the_post_reads_nothing_from_the_next_request_on():
    cast = Cast()
    release, _ = cast.goes_out()
    assert reads(cast.recipient, release)
    everybody = type(cast.recipient).objects.using("builder").filter(pk=cast.recipient.pk)
    everybody.update(duties=["train"])
    cast.recipient.duties = ["train"]
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    cast.recipient.duties = ["assess"]  # whatever the program believes, the database asks again
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    everybody.update(duties=["assess"], until_at=now())
    with pytest.raises(Http404):
        reads(cast.recipient, release)


def test_secret_words_are_refused_and_nothing_is_kept():
    cast = Cast()
    release = cast.begins()
    with pytest.raises(NotForThisSystem):
        cast.proposes(release, words="SECRET\nHe is watched")
    assert cast.course(cast.proposer, release).said is None


# Items


def test_an_item_of_another_case_or_hub_carries_no_release():
    cast, other_case, other_hub = Cast(), None, Cast()
    other_case = Cast(hub=cast.hub)
    release = cast.begins()
    for item in (other_case.item, other_hub.item, uuid.uuid4()):
        with pytest.raises(NotYours):
            cast.proposes(release, items=[cast.item, item])
    assert cast.course(cast.proposer, release).said is None


@pytest.mark.parametrize("where", ["case", "hub", "agency"])
def test_the_database_refuses_such_an_item_too(where):
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    other = Cast(hub=cast.hub) if where == "case" else Cast()
    item = cast.seals() if where == "agency" else other.item
    agency = AgencyFactory().pk if where == "agency" else other.police.pk
    row = RestsOn(hub_id=cast.hub.pk, wording_id=wording, item_id=item, agency=agency)
    with pytest.raises(DatabaseError), signed_in_as(cast.proposer), sealed_room():
        RestsOn.objects.bulk_create([row])


def test_an_item_that_its_owner_replaced_since_stops_the_approval_and_the_newer_one_carries_a_new_wording():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    newer = resealed(cast)
    assert cast.course(cast.approver, release).said.replaced
    with pytest.raises(NotReady):
        cast.approves(release, wording)
    with pytest.raises(DatabaseError):
        straight_in(cast, wording)
    with pytest.raises(NotYours):
        cast.proposes(release, follows=1)
    again = cast.proposes(release, items=[newer], follows=1)
    cast.answers(release, again)
    cast.approves(release, again)
    assert reads(cast.recipient, release) == RENDITION


def resealed(cast, by=None, item=None):
    by = by or cast.author
    with signed_in_as(by):
        return reseal(
            case=cast.case,
            item=item or cast.item,
            words=for_room("Seen once, and the knife is hearsay"),
            grading=Grading("2", "D", "P"),
            by=by,
            at=now(),
        )


def test_what_is_sealed_anew_stands_beside_the_old_and_is_the_owners_alone_to_give():
    cast = Cast()
    newer = resealed(cast)
    with pytest.raises(Resealed):
        resealed(cast)
    for somebody in (cast.approver, cast.owner, StaffFactory(hub=cast.hub, duties=["screen", "answer"])):
        with pytest.raises(NotYours):
            resealed(cast, by=somebody, item=newer)
    again = resealed(cast, by=cast.proposer, item=newer)  # the owner's own unit, which reads it
    assert again != newer


# Owners, and a veto


def test_it_does_not_leave_without_every_owner():
    cast = Cast()
    health = AgencyFactory(kind="community_health")
    theirs = cast.seals("Seen at the clinic", agency=health.pk)
    release = cast.begins()
    wording = cast.proposes(release, items=[cast.item, theirs])
    cast.answers(release, wording)
    assert state_of(cast, release) == State.ASKED
    with pytest.raises(NotReady):
        cast.approves(release, wording)
    with pytest.raises(DatabaseError):
        straight_in(cast, wording)
    nurse = StaffFactory(hub=cast.hub, agency=health, leads=True)
    cast.answers(release, wording, by=nurse, owner=health.pk)
    cast.approves(release, wording)
    assert state_of(cast, release) == State.OUT


def test_nobody_agrees_for_another_agency_or_for_what_they_proposed():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    second_post = StaffFactory(
        account=cast.proposer.account, hub=cast.hub, agency=cast.police, duties=["answer"]
    )
    for somebody in (StaffFactory(hub=cast.hub, duties=["answer"]), cast.approver, second_post):
        with pytest.raises((PermissionDenied, Http404)):
            cast.answers(release, wording, by=somebody)
    elsewhere = StaffFactory(agency=cast.police, duties=["answer"])
    with pytest.raises(Http404):
        cast.answers(release, wording, by=elsewhere)


def test_an_owner_takes_the_agreement_back_before_a_second_person_spoke():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    cast.answers(release, wording, agreed=False, reason="He would know who said it")
    assert state_of(cast, release) == State.VETOED
    with pytest.raises(NotReady):
        cast.approves(release, wording)
    with pytest.raises(DatabaseError):
        straight_in(cast, wording)


@pytest.mark.parametrize(("ground", "state"), [("danger_to_life", State.READY), ("", State.STOPPED)])
def test_a_veto_goes_to_the_senior_leads_who_overrule_it_on_a_ground_or_uphold_it(ground, state):
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording, agreed=False, reason="He would know who said it")
    rules(cast, release, wording, cast.senior, ground)
    assert state_of(cast, release) == state
    if ground:
        cast.approves(release, wording)
        assert reads(cast.recipient, release) == RENDITION
    else:
        with pytest.raises(NotReady):
            cast.approves(release, wording)


def rules(cast, release, wording, by, ground="danger_to_life"):
    with signed_in_as(by):
        (owner,) = cast.course_in(by, release).said.owners
        rule_on_veto(
            release=release,
            wording=wording,
            veto=owner.word.key,
            ground=ground,
            reason="The children are alone with him tonight",
            by=by,
            at=now(),
        )


def test_neither_whoever_proposed_nor_whoever_vetoed_rules_on_a_veto():
    cast = Cast()
    owner = StaffFactory(hub=cast.hub, agency=cast.police, duties=["answer", "approve"])
    proposer = StaffFactory(hub=cast.hub, agency=cast.police, duties=[*UNIT, "approve"])
    cast.proposer = proposer
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording, by=owner, agreed=False, reason="He would know")
    for somebody in (owner, proposer):
        with pytest.raises(PermissionDenied):
            rules(cast, release, wording, somebody)
    rules(cast, release, wording, cast.senior)
    with pytest.raises(WrongState):
        rules(cast, release, wording, StaffFactory(hub=cast.hub, duties=["manage"]))


# Edited meanwhile


def test_a_new_wording_makes_void_what_was_agreed_and_what_was_approved():
    cast = Cast()
    release, first = cast.goes_out()
    second = cast.proposes(release, words="Do not visit at all.", follows=1)
    assert state_of(cast, release) == State.ASKED
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    for wording in (first, second):
        with pytest.raises((Changed, NotReady)):
            cast.approves(release, wording)
    cast.answers(release, second)
    cast.approves(release, second)
    assert reads(cast.recipient, release) == "Do not visit at all."


def test_what_was_edited_after_the_approver_opened_it_is_not_approved():
    cast = Cast()
    release = cast.begins()
    first = cast.proposes(release)
    cast.answers(release, first)
    seen = cast.course(cast.approver, release).said
    second = cast.proposes(release, words="Something else", follows=1)
    cast.answers(release, second)
    for wording in (first, second):
        with pytest.raises(Changed):
            cast.approves(release, wording, digests=(seen.words_digest, seen.people_digest))
    assert state_of(cast, release) == State.READY


def test_two_windows_do_not_write_over_each_other():
    cast = Cast()
    release = cast.begins()
    cast.proposes(release)
    with pytest.raises(Changed):
        cast.proposes(release, words="From the other window")


def test_only_whoever_began_it_writes_it():
    cast = Cast()
    release = cast.begins()
    with pytest.raises(PermissionDenied):
        cast.proposes(release, by=cast.approver)


def test_a_recipient_smuggled_in_by_the_database_is_not_shown_the_words():
    cast = Cast()
    release, wording = cast.goes_out()
    thief = StaffFactory(hub=cast.hub, duties=["screen"])
    row = Recipient(hub_id=cast.hub.pk, wording_id=wording, staff=thief.pk, name="A", organisation="B")
    with pytest.raises(DatabaseError), signed_in_as(cast.proposer), sealed_room():
        Recipient.objects.bulk_create([row])
    Recipient.objects.using("builder").bulk_create([row])  # not even by somebody above every wall
    with pytest.raises(Http404):
        reads(thief, release)


# Two at once


def at_once(*works):
    """Run each work in a thread and connection of its own, all from one moment on; return what each came to."""
    line, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        line.wait()
        try:
            found[place] = work() or "done"
        except Exception as error:  # noqa: BLE001 - what it came to is the answer
            found[place] = type(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def test_two_approvers_at_once_and_a_double_click_let_it_out_once():
    cast = Cast()
    other = StaffFactory(hub=cast.hub, duties=UNIT)
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    found = at_once(
        lambda: cast.approves(release, wording),
        lambda: cast.approves(release, wording),
        lambda: cast.approves(release, wording, by=other),
    )
    assert SecondWord.objects.using("builder").count() == 1
    assert found.count("done") in {1, 2}  # a double click is answered as the first was
    assert lines().count("release.approved") == 1


@pytest.mark.parametrize("_", range(3))
def test_an_edit_and_an_approval_at_once_never_let_out_what_was_not_approved(_):
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    at_once(
        lambda: cast.approves(release, wording),
        lambda: cast.proposes(release, words="Other words", follows=1),
    )
    course = cast.course(cast.proposer, release)
    assert course.said.number == 2
    assert course.state(now()) == State.ASKED
    with pytest.raises(Http404):
        reads(cast.recipient, release)


def test_a_recall_waits_for_whoever_reads_and_shows_that_they_had():
    cast = Cast()
    release, _ = cast.goes_out()
    reading, recalled = threading.Event(), threading.Event()

    def slow():
        with signed_in_as(cast.recipient):
            see_release(release=release, by=cast.recipient, at=now())
            reading.set()
            assert not recalled.wait(0.4)  # the page is open: the recall has to wait for it

    def takes_back():
        reading.wait(5)
        cast.recalls(release)
        recalled.set()

    assert at_once(slow, takes_back) == ["done", "done"]
    assert len(cast.course(cast.proposer, release).said.read) == 1
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    assert ReleaseSeen.objects.using("builder").count() == 1


# Its end


def test_a_release_expires_by_itself():
    cast = Cast()
    release, wording = cast.goes_out()
    assert state_of(cast, release, now() + timedelta(days=8)) == State.EXPIRED
    Wording.objects.using("builder").filter(pk=wording).update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Http404):
        reads(cast.recipient, release)


def test_one_that_ran_out_is_approved_by_nobody():
    cast = Cast()
    release = cast.begins()
    with pytest.raises(WrongState):
        cast.proposes(release, lasts=-timedelta(seconds=1))
    wording = cast.proposes(release)
    cast.answers(release, wording)
    Wording.objects.using("builder").filter(pk=wording).update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(NotReady):
        cast.approves(release, wording)
    with pytest.raises(DatabaseError):
        straight_in(cast, wording)


@pytest.mark.parametrize("who", ["proposer", "owner", "manager"])
def test_it_is_taken_back_by_its_proposer_an_owner_or_the_hubs_manager(who):
    cast = Cast()
    release, _ = cast.goes_out()
    somebody = StaffFactory(hub=cast.hub, duties=["manage"]) if who == "manager" else getattr(cast, who)
    cast.recalls(release, by=somebody)
    assert state_of(cast, release) == State.RECALLED
    with pytest.raises(Http404):
        reads(cast.recipient, release)
    cast.recalls(release, by=somebody)
    with pytest.raises((PermissionDenied, WrongState)):
        cast.proposes(release, follows=1)


@pytest.mark.parametrize("who", ["approver", "recipient", "desk", "elsewhere"])
def test_nobody_else_takes_it_back(who):
    cast = Cast()
    release, _ = cast.goes_out()
    others = {
        "desk": StaffFactory(hub=cast.hub, duties=["screen", "decide"]),
        "elsewhere": StaffFactory(duties=["manage", *UNIT]),
    }
    with pytest.raises((PermissionDenied, Http404)):
        cast.recalls(release, by=others.get(who) or getattr(cast, who))
    assert state_of(cast, release) == State.OUT


def test_a_recall_without_a_reason_is_none():
    cast = Cast()
    release, _ = cast.goes_out()
    with pytest.raises(WrongState):
        cast.recalls(release, reason=" ")


def test_one_turned_down_says_why_and_does_not_leave():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    with pytest.raises(WrongState):
        cast.approves(release, wording, approved=False)
    cast.approves(release, wording, approved=False, reason="It says who told us")
    course = cast.course(cast.proposer, release)
    assert course.state(now()) == State.TURNED_DOWN
    assert course.said.second.by.why == "It says who told us"
    with pytest.raises((WrongState, NotReady)):
        cast.approves(release, wording, by=StaffFactory(hub=cast.hub, duties=UNIT))


# The database by itself


def straight_in(cast, wording, who=None, **more):
    """Write an approval past every rule of the program, as its approver."""
    by = who or cast.approver
    said = Wording.objects.using("builder").get(pk=wording)
    row = SecondWord(
        **{
            "hub_id": cast.hub.pk,
            "wording_id": wording,
            "approved": True,
            "words_digest": said.words_digest,
            "people_digest": said.people_digest,
            "by": by.pk,
            "person": by.account_id,
            "at": now(),
        }
        | more
    )
    with signed_in_as(by), sealed_room():
        SecondWord.objects.bulk_create([row])


def test_the_database_lets_a_sound_approval_in():
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    straight_in(cast, wording)
    assert SecondWord.objects.using("builder").get().approved


@pytest.mark.parametrize(
    "wrong", ["proposer", "second post", "name", "person", "digest", "not agreed", "old"]
)
def test_the_database_refuses_an_unsound_one(wrong):
    cast = Cast()
    release = cast.begins()
    wording = cast.proposes(release)
    if wrong != "not agreed":
        cast.answers(release, wording)
    by, more = cast.approver, {}
    if wrong == "proposer":
        by = cast.proposer
    elif wrong == "second post":
        by = StaffFactory(account=cast.proposer.account, hub=cast.hub, duties=UNIT)
    elif wrong == "name":
        more = {"by": cast.author.pk}
    elif wrong == "person":
        more = {"person": cast.author.account_id}
    elif wrong == "digest":
        more = {"words_digest": "0" * 64}
    elif wrong == "old":
        cast.proposes(release, words="Newer", follows=1)
    with pytest.raises(DatabaseError):
        straight_in(cast, wording, who=by, **more)
    assert not SecondWord.objects.using("builder").exists()


def test_nothing_of_a_release_is_ever_changed_or_deleted():
    cast = Cast()
    cast.goes_out()
    for change in (
        lambda: Wording.objects.update(expires_at=now() + timedelta(days=900)),
        lambda: SecondWord.objects.all().delete(),
        lambda: ReleaseSeen.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), signed_in_as(cast.proposer), sealed_room(), transaction.atomic():
            change()


# Digests


def test_digests_name_exactly_the_words_and_exactly_the_people():
    said = {
        "words": "One",
        "purpose": "p",
        "protocol": "q",
        "basis": "b",
        "conditions": "c",
        "expires_at": now(),
        "salt": "s",
    }
    jo, sam = To("Jo", "Police", uuid.uuid4()), To("Sam", "School")
    first = Words(**said, to=(jo, sam))
    assert first.words_digest == from_json(first.to_json()).words_digest
    assert first.people_digest == Words(**said, to=(sam, jo)).people_digest
    assert first.people_digest != Words(**said, to=(jo,)).people_digest
    for name in ("words", "purpose", "protocol", "basis", "conditions", "salt"):
        assert Words(**said | {name: "other"}, to=(jo, sam)).words_digest != first.words_digest
    later = Words(**said | {"expires_at": now() + timedelta(days=1)}, to=(jo, sam))
    assert later.words_digest != first.words_digest
    assert short("abcdef0123456789") == "abcd ef01 2345"
