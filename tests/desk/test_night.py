"""What the emergency duty team sees and may not do: rule, filter and database, each asked without the others."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from mash.check import policy as checks
from mash.check.models import Check, Enquiry
from mash.contact import policy
from mash.contact.models import Addition, Consultation, Contact, ContactPerson, Referrer, Reply, Settlement
from mash.decision import policy as decisions
from mash.decision.models import Decision, Outcome, Strategy
from mash.desk.models import HandedOver
from mash.desk.night.queries import marker_of
from mash.sealed.actions import seal
from mash.triage.models import Agreement, Rating, Standing
from tests.factories.base import signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory
from tests.factories.contact import (
    AdditionFactory,
    ConsultationFactory,
    ContactFactory,
    ReferrerFactory,
    ReplyFactory,
    SettlementFactory,
)
from tests.factories.decision import DecisionFactory, OutcomeFactory, StrategyFactory
from tests.factories.desk import HandedOverFactory, HandOverFactory
from tests.factories.partnership import (
    MONDAY_9AM,
    AccessFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.rota import TurnFactory
from tests.factories.triage import (
    AgreementFactory,
    KnownFactory,
    RatingFactory,
    StandingFactory,
    who,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
TONIGHT = MONDAY_9AM + timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.fixture
def night():
    """Return a worker of the emergency duty team."""
    return StaffFactory(duties=["out_of_hours"])


def rated(hub, colour, **changes):
    made = ContactFactory(hub=hub, **changes)
    RatingFactory(contact=made, colour=colour)
    StandingFactory(contact=made, colour=colour)
    return made


def decided(contact):
    DecisionFactory(contact=contact)
    return contact


def settle(contact, person, ref="p1"):
    SettlementFactory(contact_person=who(contact, ref), person=person, answer="known")
    return contact


# The kinds of contact


def red(night):
    return rated(night.hub, "red")


def not_yet_rated(night):
    return ContactFactory(hub=night.hub)


def danger_stated_and_rated_amber(night):
    return rated(night.hub, "amber", immediate_danger=True)


def amber(night):
    return rated(night.hub, "amber")


def green(night):
    return rated(night.hub, "green")


def red_and_decided(night):
    return decided(red(night))


def unrated_and_decided(night):
    return decided(not_yet_rated(night))


def red_with_a_decision_turned_down(night):
    made = red(night)
    DecisionFactory(contact=made, made_at=None, turned_down_at=MONDAY_9AM)
    return made


def green_handed_over(night):
    made = green(night)
    HandedOverFactory(hand_over__by__hub=night.hub, case=made.pk)
    return made


def green_on_a_hand_over_not_yet_offered(night):
    made = green(night)
    HandedOverFactory(hand_over__by__hub=night.hub, hand_over__offered_at=None, case=made.pk)
    return made


def green_handed_over_and_back(night):
    made = green_handed_over(night)
    back(night)
    return made


def back(night, at=MONDAY_9AM + HOUR, **more):
    by = StaffFactory(hub=night.hub, duties=["out_of_hours"])
    day = StaffFactory(hub=night.hub, decider=True)
    said = {"which": "to_day_team", "offered_at": at, "accepted_at": at, "accepted_by": day} | more
    return HandOverFactory(by=by, **said)


def green_on_the_hand_back_that_waits(night):
    made = green(night)
    waits = back(night, accepted_at=None, accepted_by=None)
    HandedOverFactory(hand_over=waits, case=made.pk)
    return made


def rated_green_by_the_team(night):
    made = ContactFactory(hub=night.hub)
    RatingFactory(contact=made, colour="green", by=night, at=TONIGHT)
    StandingFactory(contact=made, colour="green")
    return made


def rated_green_by_the_team_before_the_last_hand_back(night):
    made = rated_green_by_the_team(night)
    back(night, at=TONIGHT + HOUR)
    return made


def taken_by_the_team_and_rated_green_by_day(night):
    return rated(night.hub, "green", taken_by=night, received_at=TONIGHT)


def decided_long_ago_about_the_same_child(night):
    child = KnownFactory(hub=night.hub)
    settle(red(night), child)
    return settle(decided(green(night)), child)


def decided_long_ago_about_a_record_found_to_be_the_same_child(night):
    child = KnownFactory(hub=night.hub)
    settle(red(night), child)
    return settle(decided(green(night)), KnownFactory(hub=night.hub, merged_into=child))


def about_the_mother_of_a_red_contact_alone(night):
    mother = KnownFactory(hub=night.hub, given="Grace")
    settle(red(night), mother, "p2")
    return settle(green(night), mother, "p2")


def about_the_child_of_a_green_contact(night):
    child = KnownFactory(hub=night.hub)
    settle(amber(night), child)
    return settle(green(night), child)


def red_in_another_hub(night):
    return rated(HubFactory(), "red")


def red_and_barred(night):
    made = red(night)
    AccessFactory(staff=night, contact_id=made.pk, bars=True, why="knows the family")
    return made


KINDS = [
    (red, True),
    (not_yet_rated, True),
    (danger_stated_and_rated_amber, True),
    (amber, False),
    (green, False),
    (red_and_decided, False),
    (unrated_and_decided, False),
    (red_with_a_decision_turned_down, True),
    (green_handed_over, True),
    (green_on_a_hand_over_not_yet_offered, False),
    (green_handed_over_and_back, False),
    (green_on_the_hand_back_that_waits, True),
    (rated_green_by_the_team, True),
    (rated_green_by_the_team_before_the_last_hand_back, False),
    (taken_by_the_team_and_rated_green_by_day, True),
    (decided_long_ago_about_the_same_child, True),
    (decided_long_ago_about_a_record_found_to_be_the_same_child, True),
    (about_the_mother_of_a_red_contact_alone, False),
    (about_the_child_of_a_green_contact, False),
    (red_in_another_hub, False),
    (red_and_barred, False),
]


@pytest.mark.parametrize(("kind", "sees"), KINDS)
def test_which_contacts_the_night_sees(night, kind, sees):
    contact = kind(night)
    everything = Contact.objects.using("builder")
    assert everything.filter(policy.readable_by(night), pk=contact.pk).exists() is sees
    with signed_in_as(night):
        assert bool(policy.may_read(night, contact)) is sees
        assert Contact.objects.filter(pk=contact.pk).exists() is sees
        assert ContactPerson.objects.filter(contact=contact.pk).exists() is sees
        assert Rating.objects.filter(contact=contact.pk).exists() is (
            sees and Rating.objects.using("builder").filter(contact=contact.pk).exists()
        )


def colleague(night):
    return StaffFactory(hub=night.hub, agency=night.agency, duties=["out_of_hours"])


def also_screens(night):
    return StaffFactory(hub=night.hub, duties=["out_of_hours", "screen"])


def manager_on_call(night):
    return StaffFactory(hub=night.hub, duties=["approve"])


def also_answers(night):
    return StaffFactory(hub=night.hub, duties=["out_of_hours", "answer"])


def same_agency_in_another_hub(night):
    return StaffFactory(agency=night.agency, duties=["out_of_hours"])


def stranger(night):
    return StaffFactory(duties=["out_of_hours"])


def ended(night):
    return StaffFactory(hub=night.hub, duties=["out_of_hours"], until_at=MONDAY_9AM.replace(year=2025))


@pytest.mark.parametrize(
    ("reader", "urgent", "ordinary"),
    [
        (colleague, True, False),
        (also_answers, True, False),
        (also_screens, True, True),
        (manager_on_call, True, True),
        (same_agency_in_another_hub, False, False),
        (stranger, False, False),
    ],
)
def test_who_is_held_to_the_night(night, reader, urgent, ordinary):
    somebody, first, other = reader(night), red(night), green(night)
    everything = Contact.objects.using("builder")
    for contact, sees in ((first, urgent), (other, ordinary)):
        assert everything.filter(policy.readable_by(somebody), pk=contact.pk).exists() is sees
        with signed_in_as(somebody):
            assert bool(policy.may_read(somebody, contact)) is sees
            assert Contact.objects.filter(pk=contact.pk).exists() is sees


def test_a_post_that_has_ended_sees_nothing_of_the_night(night):
    red(night)
    with signed_in_as(ended(night)):
        assert not Contact.objects.exists()


def _with_everything(night, colour):
    """Return a contact with something in every table that hangs on one."""
    contact = rated(night.hub, colour)
    settle(contact, KnownFactory(hub=night.hub))
    AdditionFactory(contact=contact), ReplyFactory(contact=contact), ReferrerFactory(contact=contact)
    AgreementFactory(contact=contact)
    asked = EnquiryFactory(check_asked=CheckFactory(contact=contact, colour=colour))
    OutcomeFactory(decision=DecisionFactory(contact=contact, waiting=True), about=who(contact, "p1"))
    StrategyFactory(contact=contact)
    return contact, asked


OF_A_CONTACT = [
    ContactPerson,
    Settlement,
    Addition,
    Reply,
    Referrer,
    Rating,
    Standing,
    Agreement,
    Check,
    Enquiry,
    Decision,
    Outcome,
    Strategy,
]


def test_everything_that_hangs_on_a_contact_is_seen_with_it_and_not_without(night):
    _with_everything(night, "green")
    with signed_in_as(night):
        assert [model.__name__ for model in OF_A_CONTACT if model.objects.exists()] == []
    _with_everything(night, "red")
    with signed_in_as(night):
        assert [model.__name__ for model in OF_A_CONTACT if model.objects.count() == 0] == []
    with signed_in_as(also_screens(night)):  # by day all of it twice
        assert Check.objects.count() == Strategy.objects.count() == Reply.objects.count() == 2


@pytest.mark.parametrize(("colour", "sees"), [("red", True), ("green", False)])
def test_checks_enquiries_and_decisions_go_with_their_contact(night, colour, sees):
    contact, enquiry = _with_everything(night, colour)
    decision = Decision.objects.using("builder").get()
    assert Check.objects.using("builder").filter(checks.seen_by(night)).exists() is sees
    assert Contact.objects.using("builder").filter(checks.contacts_seen_by(night)).exists() is sees
    assert Enquiry.objects.using("builder").filter(checks.enquiries_read_by(night)).exists() is sees
    assert Decision.objects.using("builder").filter(decisions.readable_by(night)).exists() is sees
    with signed_in_as(night):
        assert bool(checks.may_see(night, contact)) is sees
        assert bool(checks.may_read_enquiry(night, enquiry)) is sees
        assert bool(decisions.may_work_on(night, decision.contact)) is sees


def test_a_post_that_answers_too_still_sees_what_its_agency_is_asked(night):
    _, enquiry = _with_everything(night, "green")
    both = StaffFactory(hub=night.hub, agency=enquiry.agency, duties=["out_of_hours", "answer"])
    assert Enquiry.objects.using("builder").filter(checks.enquiries_read_by(both)).exists()
    with signed_in_as(both):
        assert checks.may_read_enquiry(both, enquiry)
        assert Enquiry.objects.get() == enquiry
        assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("own", "linked_to", "reads"),
    [(True, None, True), (False, None, False), (False, red, True), (False, green, False)],
)
def test_which_advice_the_night_reads(night, own, linked_to, reads):
    by = night if own else StaffFactory(hub=night.hub, screener=True)
    contacts = [linked_to(night).pk] if linked_to else []
    advice = ConsultationFactory(hub=night.hub, by=by, contacts=contacts)
    with signed_in_as(night):
        assert bool(policy.may_read_consultation(night, advice)) is reads
        assert Consultation.objects.exists() is reads
        condition = policy.consultations_readable_by(night)
    assert Consultation.objects.using("builder").filter(condition).exists() is reads


def test_the_night_reads_the_lines_of_its_own_hand_over_and_no_line_of_another(night):
    day = StaffFactory(hub=night.hub, decider=True)
    taken = StaffFactory(hub=night.hub, duties=["out_of_hours"])
    over = HandOverFactory(by=day, accepted_at=MONDAY_9AM, accepted_by=taken)
    HandedOverFactory(hand_over=over, case=green(night).pk)
    HandedOverFactory(hand_over=over, place=2, case=None)
    HandedOverFactory(hand_over__by=day, hand_over__offered_at=None, case=green(night).pk)
    with signed_in_as(night):
        assert set(HandedOver.objects.values_list("hand_over", flat=True)) == {over.pk}
        assert HandedOver.objects.count() == 2


# What it may not do, in the database


def _write(night, table, **columns):
    with signed_in_as(night), connection.cursor() as cursor:
        names, values = ", ".join(columns), list(columns.values())
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO {table} (id, {names}) VALUES (gen_random_uuid(), {marks})", values)


def _rating(night, contact, colour, change):
    ids = {"hub_id": contact.hub_id, "contact_id": contact.pk, "by_id": night.pk, "at": TONIGHT}
    said = {"colour": colour, "change": change, "why": "Because", "what_is_new": "", "said_by": ""}
    _write(night, "triage_rating", **ids, **said, danger_answered="")


@pytest.mark.parametrize(
    ("kind", "colour", "change", "stored"),
    [
        (not_yet_rated, "green", "first", True),
        (not_yet_rated, "red", "first", True),
        (danger_stated_and_rated_amber, "red", "news", True),
        (danger_stated_and_rated_amber, "green", "lowered", True),
        (red, "amber", "lowered", False),
        (red, "amber", "correction", False),  # whatever it calls itself
        (green, "red", "news", False),  # not the night's
    ],
)
def test_the_database_refuses_the_night_a_lowering_from_red(night, kind, colour, change, stored):
    contact = kind(night)
    if stored:
        _rating(night, contact, colour, change)
    else:
        with pytest.raises(DatabaseError, match="row-level security"):
            _rating(night, contact, colour, change)


def test_by_day_and_on_call_a_red_one_is_lowered(night):
    contact = red(night)
    for somebody in (manager_on_call(night), StaffFactory(hub=night.hub, social_worker=True)):
        _rating(somebody, contact, "amber", "lowered")


@pytest.mark.parametrize("duties", [["out_of_hours"], ["decide"]])
def test_the_database_refuses_the_night_a_decision(night, duties):
    contact, by_night = red(night), duties == ["out_of_hours"]
    by = night if by_night else StaffFactory(hub=night.hub, duties=duties)

    def decide():
        with signed_in_as(by):
            made = DecisionFactory.build(contact=contact, hub=contact.hub, by=by)
            made.save(force_insert=True, using="default")

    if by_night:
        with pytest.raises(DatabaseError, match="row-level security"):
            decide()
    else:
        decide()


def test_the_database_refuses_the_night_to_close_a_check_or_to_open_one_that_is_not_red(night):
    check = CheckFactory(contact=red(night), colour="red")
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(night):
        Check.objects.filter(pk=check.pk).update(closed_at=TONIGHT, closed_by=night)
    with signed_in_as(night):
        Check.objects.filter(pk=check.pk).update(why="What else do they know?")
    other = CheckFactory.build(contact=danger_stated_and_rated_amber(night), hub=night.hub, opened_by=night)
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(night):
        other.save(force_insert=True, using="default")


def test_the_database_refuses_the_night_to_send_a_contact_back(night):
    contact = danger_stated_and_rated_amber(night)
    said = {"reason": "Ask them", "look_again_on": "2026-11-04", "who_keeps_safe": "The school"}
    with pytest.raises(DatabaseError, match="row-level security"):
        _write(
            night,
            "triage_returned",
            hub_id=contact.hub_id,
            contact_id=contact.pk,
            by_id=night.pk,
            at=TONIGHT,
            **said,
        )


# The sealed marker


@pytest.fixture
def unit(night):
    """Have the sealed unit on call tonight, with a number."""
    police = AgencyFactory(kind="police")
    MembershipFactory(hub=night.hub, agency=police)
    cleared = StaffFactory(hub=night.hub, agency=police, cleared=True)
    TurnFactory(
        staff=cleared,
        post="intelligence_on_call",
        from_at=TONIGHT - HOUR,
        until_at=TONIGHT + HOUR,
        reached_on="020 7946 0006",
    )
    return cleared


def sealed(unit, case, people=()):
    with signed_in_as(unit):
        seal(
            hub_id=unit.hub_id,
            case=case,
            agency=unit.agency_id,
            author=unit.pk,
            about="enquiry:1/2",
            words="Owes money to the man next door",
            people=people,
            at=MONDAY_9AM,
        )


def marker(staff, contact):
    with signed_in_as(staff):
        return marker_of(staff, contact, TONIGHT)


def test_where_something_is_sealed_the_night_reads_whom_to_call_and_nothing_else(night, unit):
    contact, nothing = red(night), red(night)
    sealed(unit, contact.pk)
    words = marker(night, contact)
    assert words.startswith("Confidential information is held.")
    assert "020 7946 0006" in words
    assert marker(night, nothing) == ""
    for somebody in (also_screens(night), manager_on_call(night), unit, StaffFactory(hub=night.hub)):
        assert marker(somebody, contact) == ""


def test_the_marker_follows_a_person_into_another_contact(night, unit):
    child = KnownFactory(hub=night.hub)
    other, tonight = settle(decided(green(night)), child), settle(red(night), child)
    sealed(unit, other.pk, people=[who(other, "p1").pk])
    assert marker(night, tonight)


def test_the_database_says_nothing_of_what_is_sealed_on_a_contact_that_is_not_the_night_s(night, unit):
    contact = green(night)
    sealed(unit, contact.pk)
    elsewhere = stranger(night)
    for somebody, case in ((night, contact.pk), (night, uuid.uuid4()), (elsewhere, contact.pk)):
        with signed_in_as(somebody), connection.cursor() as cursor:
            cursor.execute("SELECT identity.held_tonight(%s)", [case])
            assert cursor.fetchone() == (False,)
    with signed_in_as(also_screens(night)), connection.cursor() as cursor:
        cursor.execute("SELECT identity.held_tonight(%s)", [red(night).pk])
        assert cursor.fetchone() == (False,)


def test_nobody_of_the_unit_on_the_rota_is_said_in_words(night):
    contact = red(night)
    writer = StaffFactory(hub=night.hub, answerer=True)
    sealed(writer, contact.pk)
    assert "ask the manager on call" in marker(night, contact)
