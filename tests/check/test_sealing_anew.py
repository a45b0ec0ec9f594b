"""Whoever sealed an answer seals it anew: beside the earlier one, with a line that tells nothing of it."""

import html
import re
import uuid

import pytest
from django.db import connections
from django.urls import reverse

from mash.sealed.models import Item
from mash.sealed.queries import items_for
from tests.check.test_sealed_answers import an_enquiry
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MARKER = "whispered"


@pytest.fixture
def told():
    return an_enquiry(MARKER)


@pytest.fixture
def enquiry(told):
    return told[0]


@pytest.fixture
def author(told):
    return told[1]


@pytest.fixture
def item(enquiry):
    return Item.objects.using("builder").get(about=f"enquiry:{enquiry.pk}/item")


def address(enquiry, item):
    return reverse("check:seal_anew", args=[enquiry.pk, item.pk if isinstance(item, Item) else item])


SAID = {
    "words": "He told her sister so",
    "source_grade": "1",
    "information_grade": "B",
    "handling": "C",
    "conditions": "Ask before anything is done",
}


def seals(author, enquiry, item, **more):
    return browser(author).post(address(enquiry, item), SAID | more)


def events():
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT event FROM ledger_entry WHERE event LIKE 'enquiry.%' ORDER BY at, id")
        return [row[0] for row in cursor.fetchall()]


def test_the_newer_one_stands_beside_the_earlier_and_the_cleared_see_both(enquiry, author, item):
    page = browser(author).get(reverse("check:enquiry", args=[enquiry.pk])).content.decode()
    assert address(enquiry, item) in page
    form = browser(author).get(address(enquiry, item)).content.decode()
    assert MARKER in form, "what was sealed is there to be changed"
    before = {one.pk: (bytes(one.nonce), bytes(one.body)) for one in Item.objects.using("builder").all()}
    answer = seals(author, enquiry, item)
    assert answer.url == reverse("check:enquiry", args=[enquiry.pk])
    (newer,) = Item.objects.using("builder").filter(replaces=item.pk)
    assert (newer.source_grade, newer.information_grade, newer.handling) == ("1", "B", "C")
    assert (newer.agency, newer.author, newer.about) == (item.agency, author.pk, item.about)
    assert newer.people == item.people
    for one in Item.objects.using("builder").exclude(pk=newer.pk):
        assert before[one.pk] == (bytes(one.nonce), bytes(one.body)), "nothing in the room is changed"
    cleared = StaffFactory(hub=author.hub, cleared=True)
    with signed_in_as(cleared):
        words = "".join(one.words for one in items_for(cleared, enquiry.contact_id_opaque, at=MONDAY_9AM))
    assert "He told her sister so" in words
    assert MARKER in words
    page = browser(author).get(reverse("check:enquiry", args=[enquiry.pk])).content.decode()
    assert "replaced by a newer one" in page
    assert address(enquiry, item) not in page
    assert address(enquiry, newer) in page


def test_the_record_has_the_line_of_any_addition(enquiry, author, item):
    seals(author, enquiry, item)
    assert events()[-1] == "enquiry.supplemented"
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_entry WHERE hub_id IS NOT NULL AND row_to_json(ledger_entry)::text ~ %s",
            [str(item.pk)],
        )  # what vouches for the row belongs to no hub, and no auditor reads it
        assert cursor.fetchone()[0] == 0


def test_sent_twice_it_is_sealed_once(enquiry, author, item):
    assert seals(author, enquiry, item).status_code == 302
    assert seals(author, enquiry, item).status_code == 404
    assert Item.objects.using("builder").filter(replaces=item.pk).count() == 1


def test_sealing_what_is_the_same_is_refused_since_it_would_end_approvals(enquiry, author, item):
    form = browser(author).get(address(enquiry, item)).content.decode()
    words, conditions = (
        html.unescape(re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL)[1])
        for name in ("words", "conditions")
    )
    assert MARKER in words
    same = {
        "words": words.replace("\n", "\r\n"),
        "source_grade": item.source_grade,
        "information_grade": item.information_grade,
        "handling": item.handling,
        "conditions": conditions,
        "classification": "OFFICIAL",
    }
    answer = seals(author, enquiry, item, **same)
    assert answer.status_code == 200
    assert "Nothing is different" in answer.content.decode()
    assert not Item.objects.using("builder").filter(replaces=item.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"words": " "}, "Write what you know"),
        ({"conditions": ""}, "Say what the conditions are"),
        ({"classification": "SECRET"}, "SECRET"),
        ({"source_grade": "9"}, "Source"),
        ({"information_grade": ""}, "There is a problem"),
    ],
)
def test_what_is_not_whole_or_does_not_belong_here_is_refused_and_nothing_is_kept(
    enquiry, author, item, wrong, words
):
    number = Item.objects.using("builder").count()
    answer = seals(author, enquiry, item, **wrong)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Item.objects.using("builder").count() == number


def test_to_anybody_else_the_page_is_not_there(enquiry, author, item):
    colleague = StaffFactory(hub=author.hub, agency=author.agency, duties=["answer"])
    cleared_there = StaffFactory(hub=author.hub, agency=author.agency, duties=["answer", "clear"])
    others = [
        colleague,
        cleared_there,
        StaffFactory(hub=author.hub, screener=True),
        StaffFactory(hub=author.hub, cleared=True),
        StaffFactory(duties=["answer"]),
    ]
    for other in others:
        there = browser(other).get(address(enquiry, item))
        absent = browser(other).get(address(enquiry, uuid.uuid4()))
        assert (there.status_code, absent.status_code) == (404, 404)
        assert seals(other, enquiry, item).status_code == 404
    assert not Item.objects.using("builder").filter(replaces=item.pk).exists()
