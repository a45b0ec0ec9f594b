"""A contact about a child and an adult is sent on once, with an outcome proposed for each."""

import uuid

import pytest
from django.urls import reverse

from mash.triage.forms import Screening
from mash.triage.models import Route
from mash.triage.routes import label_of, offered
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.triage import RatingFactory
from tests.triage.test_adults import a_case

pytestmark = pytest.mark.usefixtures("transactional_db")
CHILDS, ADULTS = "child_and_family_assessment", "adult_section_42"


def sends(contact, **said):
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    data = {
        "key": uuid.uuid4(),
        "route_why": "Each needs their own.",
        "step": "save",
        "route": "outcome",
        **said,
    }
    return browser(worker).post(reverse("triage:page", args=[contact.pk]), data)


@pytest.fixture
def both():
    made = a_case()
    RatingFactory(contact=made, colour="amber")
    return made


def test_an_outcome_is_proposed_for_each(both):
    answer = sends(both, outcome=CHILDS, for_adult=ADULTS)
    assert answer.status_code == 302
    route = Route.objects.using("builder").get()
    assert (route.route, route.for_adult) == (CHILDS, ADULTS)
    shown = browser(StaffFactory(hub=both.hub, whole_desk=True)).get(reverse("triage:page", args=[both.pk]))
    assert "Child: Child and family assessment. Adult: Adult section 42 enquiry" in shown.content.decode()


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({"outcome": CHILDS}, "Choose the outcome you propose for the adult"),
        ({"for_adult": ADULTS}, "Choose the outcome you propose"),
        ({"outcome": ADULTS, "for_adult": ADULTS}, "Select a valid choice"),
        ({"outcome": CHILDS, "for_adult": CHILDS}, "Select a valid choice"),
    ],
)
def test_neither_is_sent_on_with_the_other_s_outcome_or_none(both, said, asks):
    page = sends(both, **said)
    assert page.status_code == 200
    assert asks in page.content.decode()
    assert not Route.objects.using("builder").exists()


def test_a_check_is_one_for_both(both):
    assert sends(both, route="check").status_code == 302
    route = Route.objects.using("builder").get()
    assert (route.route, route.for_adult) == ("check", "")


@pytest.mark.parametrize(("subject", "name"), [("child", CHILDS), ("adult", ADULTS)])
def test_a_contact_about_one_side_has_one_outcome(subject, name):
    contact = ContactFactory(subject=subject)
    form = Screening(None, contact=contact, rated=True, on=MONDAY_9AM.date())
    assert "for_adult" not in form.fields
    assert name in dict(form.fields["outcome"].choices)
    assert label_of(name, subject) == next(one.label for one in offered(subject) if one.id == name)


def test_the_law_of_both_sides_is_offered():
    sides = {
        subject: set(
            dict(
                Screening(None, contact=ContactFactory(subject=subject), rated=True, on=MONDAY_9AM.date())
                .fields["bases"]
                .choices
            )
        )
        for subject in ("child", "adult", "both")
    }
    assert sides["child"] - sides["adult"]
    assert sides["adult"] - sides["child"]
    assert sides["both"] == sides["child"] | sides["adult"]
