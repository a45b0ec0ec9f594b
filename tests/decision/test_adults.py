"""What is decided for an adult at risk rests on the three-part test, and stands beside what is decided for a child."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mash.decision import actions
from mash.decision.adults import why_not
from mash.decision.content import outcomes
from mash.decision.models import Outcome
from mash.triage.adults import AdultRecord, record_of
from mash.triage.models import Capacity, ThreePartTest, Wishes
from tests.decision.story import decide, proposed
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import SettlementFactory
from tests.factories.decision import agreed, one_event, settle, who_is
from tests.factories.partnership import StaffFactory
from tests.factories.triage import RatingFactory
from tests.triage.test_adults import LATER, TEST, a_case, adult_in, record

HOUR = timedelta(hours=1)
MET = ThreePartTest(needs="yes", harm="yes", protect="yes")
NOT_MET = ThreePartTest(needs="yes", harm="yes", protect="no")
HALF = ThreePartTest(needs="yes", harm="yes", protect="not_known")
WANTS, ABLE = Wishes(asked="adult", words="x"), Capacity(finding="has", words="x")


@pytest.mark.parametrize(
    ("outcome", "test", "wishes", "capacity", "why"),
    [
        ("adult_section_42", MET, WANTS, ABLE, ""),
        ("adult_section_42", None, WANTS, ABLE, "record the three parts"),
        ("adult_section_42", HALF, WANTS, ABLE, "record the three parts"),
        ("adult_section_42", NOT_MET, WANTS, ABLE, "not all three parts"),
        ("adult_section_42", MET, None, ABLE, "what the adult wants"),
        ("adult_section_42", MET, WANTS, None, "capacity"),
        ("adult_other_enquiry", NOT_MET, WANTS, None, ""),
        ("adult_other_enquiry", None, WANTS, None, "record the three parts"),
        ("adult_other_enquiry", NOT_MET, None, None, "what the adult wants"),
        ("adult_other_enquiry", MET, WANTS, ABLE, "choose the section 42 enquiry"),
        ("no_further_action", NOT_MET, None, None, ""),
        ("no_further_action", None, None, None, ""),
        ("no_further_action", MET, WANTS, ABLE, "choose the section 42 enquiry"),
        ("adult_needs_assessment", MET, WANTS, ABLE, "choose the section 42 enquiry"),
        ("to_allocated_worker", MET, WANTS, ABLE, ""),
        ("to_other_authority", MET, None, None, ""),
        ("marac_referral", MET, None, None, ""),
    ],
)
def test_which_outcome_fits_what_is_recorded(outcome, test, wishes, capacity, why):
    said = why_not(outcomes()[outcome], AdultRecord(None, test, wishes, capacity))
    assert why in said
    assert bool(said) is bool(why)


@pytest.fixture
def both(transactional_db):
    """A rated contact about a child and an adult, everybody settled."""
    contact = a_case()
    RatingFactory(contact=contact, colour="amber")
    settle(contact)
    return contact


def chosen(contact, adults="adult_section_42"):
    return [
        proposed(adult_in(contact, "p1"), "child_and_family_assessment", level=3),
        proposed(adult_in(contact, "p2"), adults, level=4),
    ]


def test_a_section_42_enquiry_waits_for_the_test_and_freezes_what_it_rests_on(both):
    by = StaffFactory(hub=both.hub, decider=True)
    with pytest.raises(actions.NotWhole, match="record the three parts"):
        decide(both, by, *chosen(both))
    record(both, test=TEST | {"protect": "no"})
    with pytest.raises(actions.NotWhole, match="not all three parts"):
        decide(both, by, *chosen(both))
    record(both, wants=None, able=None, at=LATER + HOUR)
    made = decide(both, by, *chosen(both))
    assert made.made_at
    child, adult = Outcome.objects.using("builder").order_by("about__ref")
    assert (child.outcome, adult.outcome) == ("child_and_family_assessment", "adult_section_42")
    assert "Cannot wash or dress alone." in adult.needs["three_part_test"]
    assert "I want to stay here, but dry." in adult.needs["wishes"]
    assert "Whether to share this" in adult.needs["capacity_view"]
    assert made.snapshot["adults"][0]["name"] == "BRANDT, Maud"
    assert "three_part_test" not in child.needs


def test_where_the_test_is_met_no_other_outcome_ends_it(both):
    by = StaffFactory(hub=both.hub, decider=True)
    record(both)
    with pytest.raises(actions.NotWhole, match="choose the section 42 enquiry"):
        decide(both, by, *chosen(both, "adult_other_enquiry"))
    record(both, test=TEST | {"needs": "no"}, wants=None, able=None, at=LATER + HOUR)
    assert decide(both, by, *chosen(both, "adult_other_enquiry")).made_at


def test_the_page_says_so_at_the_adults_outcome_and_shows_what_is_recorded(both):
    agreed(both)
    client = browser(StaffFactory(hub=both.hub, decider=True))
    address = reverse("decision:decide", args=[both.pk])
    page = client.get(address).content.decode()
    assert "Test, wishes and capacity of BRANDT, Maud" in page
    assert "Test, wishes and capacity of BRANDT, Tyler" not in page


def test_what_is_recorded_on_one_report_of_an_event_counts_on_the_other(both):
    other, earlier = a_case(hub=both.hub), a_case(hub=both.hub)
    one_event(both, other)
    maud = who_is(adult_in(both))
    for contact in (other, earlier):
        SettlementFactory(contact_person=adult_in(contact), person=maud, answer="known")
    record(both)
    with signed_in_as(StaffFactory(hub=both.hub, decider=True)):
        assert record_of(adult_in(other), LATER).test.is_met
        assert record_of(adult_in(earlier), LATER).test is None  # another event is judged anew
