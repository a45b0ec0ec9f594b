"""What came under a reference in use, with other content: refused, kept, and shown to a person."""

import re

import pytest

from mash.contact import message
from mash.contact.comparing import changes
from mash.contact.naming import NAMES, ONE_OF, PARTS, where_in_words
from tests.factories.base import browser
from tests.factories.contact import ContactFactory, DisputedFactory, a_message
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PAGE = "/contacts/sent-again/"


@pytest.fixture
def disputed():
    contact = ContactFactory()
    other = a_message(contact.sender_reference, concern={"what_happened": "It was nothing after all."})
    return DisputedFactory(contact=contact, message=other)


def test_the_desk_sees_what_differs(disputed):
    page = browser(StaffFactory(hub=disputed.hub, screener=True)).get(PAGE).content.decode()
    assert disputed.contact.reference in page
    assert "The worry: what happened" in page
    assert "concern.what_happened" not in page
    assert "It was nothing after all." in page
    assert "Came to school without a coat" in page


def test_who_is_kept_from_the_case_does_not(disputed):
    worker = StaffFactory(hub=disputed.hub, screener=True)
    AccessFactory(staff=worker, contact_id=disputed.contact_id, bars=True)
    for reader in (worker, StaffFactory(screener=True)):
        page = browser(reader).get(PAGE).content.decode()
        assert "Nothing was sent again" in page
        assert disputed.contact.reference not in page


def test_an_agency_does_not_see_the_page(disputed):
    assert browser(StaffFactory(hub=disputed.hub, answerer=True)).get(PAGE).status_code == 403


def test_only_what_differs_is_listed():
    held = {"a": {"b": "x", "c": [1, 2]}, "d": True}
    came = {"a": {"b": "y", "c": [1, 2, 3]}, "d": True, "e": "new"}
    assert [(one.path, one.held, one.came) for one in changes(held, came)] == [
        ("a.b", "x", "y"),
        ("a.c[2]", "", "3"),
        ("e", "", "new"),
    ]


def test_a_path_is_said_in_words():
    held = {
        "people": [{"name": {"given": "Amara", "family": "Okafor"}, "born_on": "2016-05-04", "phones": ["1"]}]
    }
    came = {
        "people": [
            {"name": {"given": "Amara", "family": "Okafor"}, "born_on": "2016-05-14", "phones": ["1", "2"]}
        ]
    }
    assert [(one.where, one.held, one.came) for one in changes(held, came)] == [
        ("Person 1, Amara Okafor: date of birth", "4 May 2016", "14 May 2016"),
        ("Person 1, Amara Okafor: telephone 2", "", "2"),
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("people[1].name.given", "Person 2: given names"),
        ("people[0].address.lines[1]", "Person 1: lines of the address 2"),
        ("people[0].name", "Person 1: name"),
        ("people[3]", "Person 4"),
        ("concern.what_happened", "The worry: what happened"),
        ("agreement", "Agreement"),
        ("event.place.postcode", "What happened: postcode"),
        ("attachments[0].name", "File 1: name"),
        ("relationships[2].parental_responsibility", "Relationship 3: parental responsibility"),
        ("sent_at", "When it was sent"),
        ("", "The message"),
    ],
)
def test_where_something_stands_in_a_message(path, words):
    assert where_in_words(path) == words


def test_every_field_of_a_message_has_words():
    def names(shape):
        for name, one in shape.model_fields.items():
            yield one.alias or name
            for inner in re.findall(r"mash\.contact\.message\.(\w+)", str(one.annotation)):
                shaped = getattr(message, inner, None)
                if isinstance(shaped, type) and issubclass(shaped, message.Shape):
                    yield from names(shaped)

    found = set(names(message.Message)) - {*PARTS, *ONE_OF}
    assert len(found) > 40
    assert found <= set(NAMES)
    assert set(NAMES) <= found | {"place", "address", "name"}
