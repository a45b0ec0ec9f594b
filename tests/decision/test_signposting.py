"""From a decision to the directory: what fits somebody's age, area and level, and what is named is kept as it was."""

import re
import uuid

import pytest
from django.db import DatabaseError
from django.urls import reverse

from mash.decision import actions
from mash.decision.models import Signpost
from mash.directory.models import Service
from tests.directory.entries import an_entry, take_in
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CHILD = {"role": "child", "given": "Ama", "family": "Boateng", "born_on": "2016-03-04", "postcode": "NF2 3AB"}


@pytest.fixture
def outcome(tmp_path):
    contact = ContactFactory(people=[CHILD])
    made = OutcomeFactory(
        decision=DecisionFactory(contact=contact), about=people_of(contact)[0], outcome="signpost", level=1
    )
    take_in(
        contact.hub,
        an_entry("Grief group", postcode="NF2 2AB", minimum_age=5, maximum_age=11),
        an_entry("Youth club", postcode="NF2 1AA", minimum_age=14, maximum_age=18),
        an_entry("Far away", postcode="NF9 1AA"),
        tmp_path=tmp_path,
    )
    return made


@pytest.fixture
def worker(outcome):
    return StaffFactory(hub=outcome.hub, social_worker=True)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def page(outcome):
    return reverse("decision:signpost", args=[outcome.pk])


def named():
    return list(Signpost.objects.using("builder").order_by("name").values_list("name", flat=True))


def key(name):
    return str(Service.objects.using("builder").get(name=name).pk)


def test_what_fits_the_childs_age_and_area_is_offered_and_the_link_names_nobody(outcome, worker):
    shown = text(browser(worker).get(page(outcome)))
    assert "Grief group" in shown
    assert "Youth club" not in shown  # for older ones
    assert "Far away" not in shown
    (query,) = re.findall(r'href="/directory/\?([^"]*)"', shown)
    assert query.startswith("place=NF2&amp;age=1")
    assert "3AB" not in query
    there = text(browser(worker).get(reverse("decision:page", args=[outcome.decision_id])))
    assert f"/directory/?{query}" in there


def test_of_a_protected_address_no_area_is_looked_for(outcome, worker):
    type(outcome.about).objects.using("builder").filter(pk=outcome.about.pk).update(protected=True)
    shown = text(browser(worker).get(page(outcome)))
    assert "NF2" not in re.sub(r"<[^>]*>", " ", shown).replace("NF2 2AB", "")
    assert "place=" not in shown


def test_what_is_named_is_kept_as_it_was_called_and_once(outcome, worker):
    client = browser(worker)
    for _ in range(2):
        assert client.post(page(outcome), {"services": [key("Grief group")]}).status_code == 302
    assert named() == ["Grief group"]
    Service.objects.using("builder").filter(name="Grief group").update(name="Harbour for the bereaved")
    shown = text(client.get(reverse("decision:page", args=[outcome.decision_id])))
    assert "Grief group" in shown
    assert "Harbour for the bereaved" not in shown


@pytest.mark.parametrize("services", [[], [str(uuid.uuid4())], ["youth club"]])
def test_nothing_or_what_is_not_offered_is_refused_in_words(outcome, worker, services):
    answer = browser(worker).post(page(outcome), {"services": services})
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert named() == []


@pytest.mark.parametrize("duty", ["approve", "clear", "out_of_hours", "answer"])
def test_others_name_none(outcome, duty):
    post = StaffFactory(hub=outcome.hub, duties=[duty])
    assert browser(post).get(page(outcome)).status_code in {403, 404}
    assert browser(post).post(page(outcome), {"services": [key("Grief group")]}).status_code in {403, 404}
    assert named() == []


def test_another_hub_neither_sees_nor_names(outcome):
    elsewhere = StaffFactory(social_worker=True)
    assert browser(elsewhere).get(page(outcome)).status_code == 404
    row = Signpost(hub_id=outcome.hub_id, outcome_id=outcome.pk, service=uuid.uuid4(), name="x", by=elsewhere)
    row.at = MONDAY_9AM
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(elsewhere):
        row.save(force_insert=True)


def test_a_service_that_ended_is_not_named(outcome, worker):
    gone = key("Grief group")
    Service.objects.using("builder").filter(pk=gone).update(status="defunct")
    with signed_in_as(worker), pytest.raises(actions.NotWhole):
        actions.name_services(outcome=outcome, services=[uuid.UUID(gone)], by=worker, at=MONDAY_9AM)
