"""Each way in which access ends, ends it from the next request on: the page, the row, and work that was ordered before.

To add a way: one line in ENDINGS, with a page that was open until then.
"""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connections
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from mash.common.identity import acting_as, presence
from mash.common.jobs import job
from mash.contact import queries as contacts
from mash.contact.actions import add
from mash.contact.models import Addition, Contact
from mash.partnership.models import Access, Account, Dormant, Membership, Restriction, Staff
from mash.sealed.models import Recall, Wording
from mash.setup.actions.agencies import StillAtWork, refuse_while_at_work
from tests.access.asking import answers
from tests.access.rules import ABSENT, ALLOWED, READ
from tests.factories.base import signed_in_as
from tests.figures import figure

pytestmark = pytest.mark.exhaustive
OK = 200
CASE = ("desk:case", "contact_id")
HELD = ("check:held", "contact_id")
PASSED = ("desk:passed_contact", "contact_id")
ENQUIRY = ("check:enquiry", "enquiry_id")
RELEASE = ("check:read_release", "release_id")
SEALED_ROW, RELEASED_ROW = "sealed.sealed_item", "sealed.sealed_rendition"


@dataclass(frozen=True)
class Ending:
    """One way in which access ends.

    who: the duty and the relation of the post.  page: what was open.  row: a table whose row was there.
    ends: told the post and the scene, does it as the builder and returns how to take it back.
    """

    why: str
    who: tuple
    page: tuple
    row: str
    ends: object


def changed(model, **changes):
    """Return what changes the post's own row of a model."""

    def ends(post, told):
        key = post.account_id if model is Account else post.pk
        rows = model.objects.using("builder").filter(pk=key)
        before = {name: getattr(rows.get(), name) for name in changes}
        rows.update(**{name: value(told) if callable(value) else value for name, value in changes.items()})
        return lambda: rows.update(**before)

    return ends


def access(**changes):
    """Return what changes why the post sees the contact."""

    def ends(post, told):
        rows = Access.objects.using("builder").filter(
            staff=post.pk, contact_id=told.scene.told["contact_id"], bars=False
        )
        rows.update(**{name: value(told) for name, value in changes.items()})
        return lambda: rows.update(
            until_at=told.scene.now + timedelta(days=30), from_at=told.scene.now - timedelta(days=1)
        )

    return ends


def added(make):
    """Return what adds a row."""

    def ends(post, told):
        one = make(post, told)
        one.save(using="builder", force_insert=True)
        return lambda: type(one).objects.using("builder").filter(pk=one.pk).delete()

    return ends


def bar(post, told):
    return Access(
        hub=post.hub,
        staff=post,
        contact_id=told.scene.told["contact_id"],
        bars=True,
        why="A neighbour",
        from_at=timezone.now() - timedelta(seconds=5),
    )


def restriction(post, told):
    return Restriction(
        contact_id=told.scene.told["contact_id"],
        hub=post.hub,
        by=told.scene.posts["manager"],
        why="Sensitive",
        from_at=timezone.now() - timedelta(seconds=5),
    )


def dormant(post, told):
    long_ago = timezone.now() - timedelta(days=40)
    return Dormant(staff=post, hub=post.hub, last_used_at=long_ago, from_at=timezone.now(), owner_ends=False)


def recall(post, told):
    by = told.scene.posts["intelligence"]
    return Recall(
        hub_id=post.hub_id,
        release_id=told.scene.told["release_id"],
        nonce=b"0" * 12,
        reason=b"taken back",
        by=by.pk,
        person=by.account_id,
        at=timezone.now(),
    )


def expired(_post, told):
    rows = Wording.objects.using("builder").filter(release=told.scene.told["release_id"])
    before = rows.get().expires_at
    rows.update(expires_at=timezone.now() - timedelta(seconds=5))
    return lambda: rows.update(expires_at=before)


def now(_told):
    return timezone.now() - timedelta(seconds=1)


SCREENS, ANSWERS, CLEARED = ("screen", "of the hub"), ("answer", "asked"), ("clear", "of the hub")
LET_IN, READS_IT = ("answer", "let in"), ("answer", "recipient")
CONTACT, ENQUIRY_ROW = "contact_contact", "check_enquiry"
ENDINGS = [
    Ending("the duty is taken away", SCREENS, CASE, CONTACT, changed(Staff, duties=["grade"])),
    Ending("the post ends", SCREENS, CASE, CONTACT, changed(Staff, until_at=now)),
    Ending(
        "the post is not to begin yet",
        SCREENS,
        CASE,
        CONTACT,
        changed(Staff, from_at=lambda _: timezone.now() + timedelta(days=1)),
    ),
    Ending("the account is switched off", SCREENS, CASE, CONTACT, changed(Account, is_active=False)),
    Ending("nobody has used the post for long", SCREENS, CASE, CONTACT, added(dormant)),
    Ending("a conflict of interest is declared", SCREENS, CASE, CONTACT, added(bar)),
    Ending("the case is restricted", SCREENS, CASE, CONTACT, added(restriction)),
    Ending(
        "who answers for the agency does so no more", ANSWERS, ENQUIRY, ENQUIRY_ROW, changed(Staff, duties=[])
    ),
    Ending("the answerer's post ends", ANSWERS, ENQUIRY, ENQUIRY_ROW, changed(Staff, until_at=now)),
    Ending("the answerer has a conflict of interest", ANSWERS, ENQUIRY, ENQUIRY_ROW, added(bar)),
    Ending("who was let in by name is let in no more", LET_IN, PASSED, CONTACT, access(until_at=now)),
    Ending(
        "the last day of being let in is over",
        LET_IN,
        PASSED,
        CONTACT,
        access(until_at=lambda _: timezone.now() - timedelta(days=1)),
    ),
    Ending(
        "being let in has not begun",
        LET_IN,
        PASSED,
        CONTACT,
        access(from_at=lambda _: timezone.now() + timedelta(days=1)),
    ),
    Ending("who was let in has a conflict of interest", LET_IN, PASSED, CONTACT, added(bar)),
    Ending("the clearance is withdrawn", CLEARED, HELD, SEALED_ROW, changed(Staff, duties=["screen"])),
    Ending("the cleared post ends", CLEARED, HELD, SEALED_ROW, changed(Staff, until_at=now)),
    Ending("the release is taken back", READS_IT, RELEASE, RELEASED_ROW, added(recall)),
    Ending("the release expires", READS_IT, RELEASE, RELEASED_ROW, expired),
    Ending("its recipient loses the duty", READS_IT, RELEASE, RELEASED_ROW, changed(Staff, duties=["grade"])),
    Ending("its recipient's post ends", READS_IT, RELEASE, RELEASED_ROW, changed(Staff, until_at=now)),
    Ending("its recipient has a conflict of interest", READS_IT, RELEASE, RELEASED_ROW, added(bar)),
]


class NotThere(Exception):
    """The row is not there for whoever ordered the work."""


@job
def look_up(*, table: str, key: str) -> None:
    """Look for a row as whoever ordered it, in the sealed room if it lies there."""
    with connections["default"].cursor() as cursor:
        if table.startswith("sealed."):
            cursor.execute("SET LOCAL ROLE mash_sealed")
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s", [key])
        if cursor.fetchone() is None:
            raise NotThere(table)


@job
def write_down(*, contact_id: str) -> None:
    """Add a word to a contact as whoever ordered it, if they still may."""
    by = Staff.objects.select_related("hub").get(pk=presence().identity.key)
    contact = contacts.find(by, uuid.UUID(contact_id))
    add(contact=contact, words="Written by a job", said_by="", by=by, at=timezone.now())


def ordered(work, post, monkeypatch, **ids):
    """Return work that a post ordered, signed as the queue would hold it."""
    kept = []
    monkeypatch.setattr(work.task, "defer", lambda **said: kept.append(said["order"]))
    with acting_as(post.identity):
        work.later(**{name: str(one) for name, one in ids.items()})
    return kept[0]


@contextmanager
def ended(ending, post, told):
    """Have access end while the block lasts."""
    take_back = ending.ends(post, told)
    try:
        yield
    finally:
        take_back()


def opens(told, who, page):
    name, argument = page
    cache.clear()
    answer = told.browser(who, told.posts[who]).get(reverse(name, args=[told.scene.told[argument]]))
    marks = (b"Okafor", told.scene.reference.encode())
    assert answer.status_code == OK or not any(one in answer.content for one in marks)
    return answer.status_code == OK


def row_of(told, table):
    (row,) = [one for one in told.rows if one.table == table]
    return row


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda one: one.why)
def test_access_that_ended_ends_with_the_next_request(told, ending, monkeypatch):
    post, row = told.posts[ending.who], row_of(told, ending.row)
    contact = told.scene.told["contact_id"]
    assert opens(told, ending.who, ending.page), "it was open before, or this proves nothing"
    assert answers(post, [row], {READ}) == {(row.table, READ): ALLOWED}
    looks = ordered(look_up, post, monkeypatch, table=row.table, key=row.key)
    writes = ordered(write_down, post, monkeypatch, contact_id=contact)
    look_up.task.func(looks)
    before = Addition.objects.using("builder").count()
    with ended(ending, post, told):
        assert not opens(told, ending.who, ending.page)
        assert answers(post, [row], {READ}) == {(row.table, READ): ABSENT}
        with pytest.raises(NotThere):
            look_up.task.func(looks)
        if ending.who == SCREENS:  # the others never wrote down anything
            with pytest.raises((Http404, PermissionDenied, DatabaseError, Staff.DoesNotExist)):
                write_down.task.func(writes)
        assert Addition.objects.using("builder").count() == before
    assert opens(told, ending.who, ending.page), "it ends by this and by nothing else"


def test_the_ways_to_end_are_told():
    assert len({ending.why for ending in ENDINGS}) == len(ENDINGS) >= 21
    figure(
        "S13 revocation",
        f"{len(ENDINGS)} ways: page, row, ordered work, from the next request on",
        "each way",
    )


def test_work_that_was_ordered_is_done_while_the_right_to_it_stands(told, monkeypatch):
    """Or that nothing came of it after the end would prove nothing."""
    post = told.posts[SCREENS]
    order = ordered(write_down, post, monkeypatch, contact_id=told.scene.told["contact_id"])
    rows = Addition.objects.using("builder").filter(words="Written by a job")
    write_down.task.func(order)
    assert rows.count() == 1
    rows.delete()


def test_an_agency_leaves_a_hub_only_when_no_post_of_it_is_left(told):
    """So access by an agency ends with its posts: the last of them is ended before the agreement is."""
    agency = told.posts[ANSWERS].agency_id
    place = (
        Membership.objects.using("builder").select_related("agency").get(hub=told.scene.hub, agency=agency)
    )
    with signed_in_as(told.posts["administer", "of the hub"]), pytest.raises(StillAtWork):
        refuse_while_at_work(place, timezone.now())


def test_no_contact_is_lost_by_these_tests(told):
    assert Contact.objects.using("builder").filter(pk=told.scene.told["contact_id"]).exists()
