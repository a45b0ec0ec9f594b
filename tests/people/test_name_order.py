"""Names are written as the hub has them, on every page of a case, and for its own workers alone."""

import pytest
from django.urls import reverse

from mash.common.naming import name_of, names_written
from mash.partnership.models import Hub
from tests.factories.base import browser
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import StaffFactory
from tests.factories.triage import KnownFactory, who

FAMILY_FIRST, GIVEN_FIRST = "OKAFOR, Daniel", "Daniel Okafor"
PAGES = ("desk:case", "contact:settle", "triage:page", "triage:clocks", "check:chronology", "decision:decide")


@pytest.mark.parametrize(
    ("given", "family", "first", "last"),
    [
        ("Daniel", "Okafor", FAMILY_FIRST, GIVEN_FIRST),
        ("", "Okafor", "OKAFOR", "Okafor"),
        ("Daniel", "", "Daniel", "Daniel"),
        ("", "", "", ""),
    ],
)
def test_a_name_in_both_orders(given, family, first, last):
    assert name_of(given, family) == first
    with names_written(family_first=False):
        assert name_of(given, family) == last
    assert name_of(given, family) == first


@pytest.mark.parametrize(
    ("family_first", "shown", "not_shown"),
    [(True, FAMILY_FIRST, GIVEN_FIRST), (False, GIVEN_FIRST, FAMILY_FIRST)],
)
def test_every_page_of_a_case_and_the_list_write_names_as_the_hub_does(
    transactional_db, family_first, shown, not_shown
):
    worker = StaffFactory(social_worker=True)
    Hub.objects.using("builder").filter(pk=worker.hub_id).update(family_first=family_first)
    contact = ContactFactory(hub=worker.hub)
    person = KnownFactory(hub=worker.hub, given="Daniel", family="Okafor")
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=person)
    client = browser(worker)
    addresses = [reverse(name, args=[contact.pk]) for name in PAGES]
    for address in ("/worklist/", reverse("people:page", args=[person.pk]), *addresses):
        page = client.get(address).content.decode()
        assert shown in page, address
        assert not_shown not in page, address


def test_one_hubs_order_does_not_reach_into_the_next_request_of_another(transactional_db):
    given, family = (StaffFactory(social_worker=True) for _ in range(2))
    Hub.objects.using("builder").filter(pk=given.hub_id).update(family_first=False)
    for worker in (given, family):
        ContactFactory(hub=worker.hub)
    for worker, shown in ((given, GIVEN_FIRST), (family, FAMILY_FIRST), (given, GIVEN_FIRST)):
        assert shown in browser(worker).get("/worklist/").content.decode()
