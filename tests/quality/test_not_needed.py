"""What was sent and made no help: for children and adults, month by month."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.decision.models import Decision
from mash.quality.actions import mark_change
from mash.quality.queries.not_needed import MONTHS, not_needed
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import ReturnedFactory
from tests.quality.story import police_message
from tests.quality.test_pages import said

pytestmark = pytest.mark.usefixtures("transactional_db")
ON = datetime(2026, 11, 16, tzinfo=UTC).date()
ADULT = [{"role": "adult_at_risk", "given": "Edna", "family": "Rowe"}]


@pytest.fixture
def lead():
    return StaffFactory(hub=HubFactory(), manager=True)


def decided(hub, outcome, at=datetime(2026, 11, 2, 9, tzinfo=UTC), people=None, **more):
    more = more | ({"people": people, "subject": "adult"} if people else {})
    contact = ContactFactory(hub=hub, received_at=at, sent_at=at, **more)
    made = DecisionFactory(contact=contact, at=at, made_at=at)
    OutcomeFactory(decision=made, outcome=outcome, about=people_of(contact)[0])
    return contact


def asked(lead, on=ON):
    with signed_in_as(lead):
        return not_needed(lead, on)


def test_what_made_no_help_is_counted_for_children_and_for_adults(lead):
    for outcome in ("no_further_action", "advice", "back_for_agreement", "early_help", "section_47_enquiry"):
        decided(lead.hub, outcome)
    decided(lead.hub, "no_further_action", people=ADULT)
    children, adults = asked(lead)
    assert len(children.months) == MONTHS
    assert children.months[-1][0].isoformat() == "2026-11-01"
    assert children.months[0][0].isoformat() == "2025-11-01"
    share = children.months[-1][1]
    assert (share.top, share.n) == (3, 5)
    assert dict(children.reasons)["No further action"] == 1
    assert children.sources[0][0] == "school"
    assert (adults.months[-1][1].top, adults.n) == (1, 1)
    assert all(not one.n for _, one in adults.months[:-1])


def test_what_went_back_and_nobody_decided_since_counts_as_sent_back(lead):
    decided(lead.hub, "early_help")
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    ReturnedFactory(contact=ContactFactory(hub=lead.hub, received_at=at, sent_at=at))
    ReturnedFactory(contact=decided(lead.hub, "early_help"))  # decided since
    children, _ = asked(lead)
    share = children.months[-1][1]
    assert (share.top, share.n) == (1, 3)
    assert dict(children.reasons) == {"Back to the referrer to speak with the family": 1}


def test_agencies_and_police_teams_stand_by_name_and_few_of_them_together(lead):
    for place in range(6):
        decided(lead.hub, "advice" if place < 2 else "early_help")
    for _ in range(5):
        decided(lead.hub, "advice", police=True, message=police_message("P"))
    decided(lead.hub, "no_further_action", organisation="Hill Farm Nursery")
    decided(lead.hub, "no_further_action", from_public=True)
    children, _ = asked(lead)
    assert [(name, share.top, share.n) for name, share in children.places] == [
        ("Fernbank Primary", 2, 6),
        ("North Thames Constabulary, Response Team B", 5, 5),
    ]
    assert (children.fewer.top, children.fewer.n) == (1, 1)
    page = said(browser(lead).get(reverse("quality:not_needed")))
    assert "Hill Farm" not in page


def test_what_changed_stands_on_the_charts(lead):
    decided(lead.hub, "advice", at=timezone.now())
    today = timezone.localdate()
    doing(lead, mark_change, key=uuid.uuid4(), on=today, words="Three-hour session begins", at=timezone.now())
    doing(
        lead,
        mark_change,
        key=uuid.uuid4(),
        on=today - timedelta(days=500),
        words="Long ago",
        at=timezone.now(),
    )
    page = said(browser(lead).get(reverse("quality:not_needed")))
    assert "Three-hour session begins" in page
    assert "Long ago" not in page


def test_the_last_decision_that_stands_counts_once(lead):
    contact = decided(lead.hub, "no_further_action")
    later = datetime(2026, 11, 3, 9, tzinfo=UTC)
    first = Decision.objects.using("builder").get()
    again = DecisionFactory(contact=contact, at=later, made_at=later, follows_id=first.pk)
    OutcomeFactory(decision=again, outcome="early_help", about=people_of(contact)[0])
    down = DecisionFactory(contact=contact, at=later, made_at=None, turned_down_at=later, follows_id=again.pk)
    OutcomeFactory(decision=down, outcome="no_further_action", about=people_of(contact)[0])
    children, _ = asked(lead)
    assert (children.months[-1][1].top, children.n) == (0, 1)


def test_notices_other_hubs_what_is_older_and_what_one_is_kept_from_are_not_counted(lead):
    decided(lead.hub, "no_further_action", type="information_only")
    decided(HubFactory(), "no_further_action")
    decided(lead.hub, "no_further_action", at=datetime(2025, 10, 30, 9, tzinfo=UTC))
    kept = decided(lead.hub, "no_further_action")
    AccessFactory(staff=lead, contact_id=kept.pk, bars=True)
    children, adults = asked(lead)
    assert children.n == adults.n == 0


def test_a_month_begins_at_midnight_in_london(lead):
    decided(lead.hub, "advice", at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))
    children, _ = asked(lead)
    assert [f"{month:%Y-%m}" for month, share in children.months if share.n] == ["2026-06"]


def test_the_page_and_the_table_say_the_same_and_only_who_manages_the_hub_sees_them(lead):
    now = timezone.now()
    for outcome in ("no_further_action", "early_help"):
        decided(lead.hub, outcome, at=now - timedelta(minutes=5))
    address = reverse("quality:not_needed")
    page = browser(lead).get(address)
    assert "1 of 2: 50 % (9 to 91)" in said(page)
    assert "cannot be told from what came" in said(page)
    assert "Nothing was decided in these thirteen months" in said(page)  # of adults
    assert page.content.decode().count('<svg class="mash-chart') == 1
    rows = list(csv.DictReader(io.StringIO(browser(lead).get(address + "?as=csv").content.decode())))
    assert len(rows) == 2 * MONTHS
    last = rows[MONTHS - 1]
    assert (last["About"], last["Decided"], last["Not needed or sent back"], last["Share"]) == (
        "Children",
        "2",
        "1",
        "0.5",
    )
    for duties in (["grade"], ["analyse"], ["decide"]):
        assert browser(StaffFactory(hub=lead.hub, duties=duties)).get(address).status_code == 403
