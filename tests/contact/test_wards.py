"""Wards: a hub's own list, by postcode; a filter of the list that a protected address is never found by."""

import copy

import pytest

from mash.common.content import ContentError, Given
from mash.contact.models import Contact
from mash.contact.wards import Ward, lies_in, load_wards
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory
from tests.factories.setup import EditionFactory, changed

TERN = {"id": "tern", "label": "Tern", "postcodes": ["NF1 2", "nf3", "NF4 5AB"]}


def with_wards(*wards):
    return changed("wards", lambda raw: raw["wards"].extend(copy.deepcopy(wards)))


def test_the_product_carries_none():
    assert load_wards().wards == ()


@pytest.mark.parametrize("wrong", ["Tern Row", "NF", "NF1 2A", "NF1  2", ""])
def test_what_is_no_beginning_of_a_postcode_is_refused_by_its_place(wrong):
    raw = with_wards(TERN | {"postcodes": [wrong]})
    with pytest.raises(ContentError, match=r"wards\.tern\.postcodes"):
        load_wards(Given("wards.yaml", raw))


@pytest.fixture
def worker(transactional_db):
    return StaffFactory(social_worker=True)


@pytest.mark.parametrize(
    ("postcode", "lies"),
    [
        ("NF1 2XY", True),
        ("nf12xy", True),
        ("NF12 3XY", False),  # another district, which begins alike
        ("NF1 3XY", False),
        ("NF3 9ZZ", True),
        ("NF31 9ZZ", False),
        ("NF4 5AB", True),
        ("NF4 5AC", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("where", ["home", "event"])
def test_a_contact_lies_in_a_ward_by_home_or_event(worker, postcode, lies, where):
    person = {"role": "child", "given": "Ama"} | ({"postcode": postcode} if where == "home" else {})
    ContactFactory(hub=worker.hub, people=[person], event_postcode=postcode if where == "event" else "")
    with signed_in_as(worker):
        assert Contact.objects.filter(lies_in(Ward(**TERN))).exists() is lies


def test_only_whom_it_is_about_counts(worker):
    ContactFactory(hub=worker.hub, people=[{"role": "professional", "given": "Ines", "postcode": "NF1 2XY"}])
    with signed_in_as(worker):
        assert not Contact.objects.filter(lies_in(Ward(**TERN))).exists()


def test_the_list_offers_the_wards_of_the_hub_and_none_where_it_has_none(worker):
    assert "Any ward" not in browser(worker).get("/worklist/").content.decode()
    EditionFactory(
        hub=worker.hub, content="wards", words=with_wards(TERN, TERN | {"id": "old", "retired": True})
    )
    near = ContactFactory(hub=worker.hub, people=[{"role": "child", "given": "Ama", "postcode": "NF3 9ZZ"}])
    far = ContactFactory(hub=worker.hub, people=[{"role": "child", "given": "Kofi", "postcode": "NF8 9ZZ"}])
    page = browser(worker).get("/worklist/", {"ward": "tern"}).content.decode()
    assert near.reference in page
    assert far.reference not in page
    assert "Ward: Tern" in page
    for gone in ("old", "nowhere"):
        page = browser(worker).get("/worklist/", {"ward": gone}).content.decode()
        assert "does not exist (ward)" in page
        assert far.reference in page
