"""One send to several agencies about several people: truthful, settled person by person, and once."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mash.check import truth
from mash.check.actions import (
    Ask,
    CheckClosed,
    FocusMissing,
    NoBasis,
    NobodyCovered,
    NotAskedHere,
    pass_to_deputy,
    send_enquiries,
    withdraw_enquiry,
)
from mash.check.models import Enquiry, EnquiryPerson
from mash.check.truth import Untruthful
from tests.factories.base import in_service
from tests.factories.check import (
    FOCUS,
    MONDAY_10AM,
    WORRY,
    BasisFactory,
    CheckFactory,
    EnquiryFactory,
    desk_of,
    doing,
    in_hub,
    people_of,
    ready,
)
from tests.factories.contact import ReferrerFactory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory
from tests.factories.triage import AgreementFactory, GroundFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")

FAMILY = [
    {"role": "child", "given": "Daniel", "family": "Okafor", "born_on": "2016-03-04"},
    {"role": "parent_or_carer", "given": "Grace", "family": "Okafor", "born_on": "1988-07-11"},
    {"role": "sibling", "given": "Ruth", "family": "Okafor", "born_on": "2020-01-29"},
    {"role": "sibling", "given": "Samuel", "family": "Okafor", "born_on": "2021-02-23"},
]


def a_check(covering=("p1", "p2", "p3", "p4"), **contact):
    contact = ready(agreed=False, **{"people": FAMILY, **contact})
    for ref in covering:
        adult = ref == "p2"
        AgreementFactory(contact=contact, about=who(contact, ref), given_by="adult" if adult else "parent")
    return CheckFactory(contact=contact)


def send(check, asks=None, *, people=None, worry=WORRY, by=None, key=None, at=MONDAY_9AM, **more):
    by = by or desk_of(check)
    return doing(
        by,
        send_enquiries,
        check=check,
        asks=asks or [Ask(in_hub(check.hub), FOCUS)],
        people=people_of(check.contact) if people is None else people,
        worry=worry,
        key=key or uuid.uuid4(),
        at=at,
        **more,
    )


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


def test_five_agencies_are_asked_about_three_siblings_in_one_send():
    check = a_check()
    kinds = ["education", "police", "community_health", "housing", "probation"]
    sent = send(check, [Ask(in_hub(check.hub, kind), FOCUS) for kind in kinds])
    assert sorted(one.question_set for one in sent.enquiries) == sorted(f"{kind}_v1" for kind in kinds)
    assert all(len(rows(EnquiryPerson, enquiry_id=one.pk)) == 4 for one in sent.enquiries)
    assert sent.left_out == ()


def test_the_focus_may_differ_for_each_child():
    check = a_check()
    ruth = who(check.contact, "p3")
    sent = send(check, [Ask(in_hub(check.hub), FOCUS, {ruth.pk: "Who collects Ruth?"})])
    said = {one.name: one.focus for one in rows(EnquiryPerson, enquiry_id=sent.enquiries[0].pk)}
    assert said["OKAFOR, Ruth"] == "Who collects Ruth?"
    assert said["OKAFOR, Daniel"] == ""
    assert sent.enquiries[0].focus == FOCUS


def test_whoever_is_not_settled_is_left_out_and_named_to_the_hub():
    check = a_check(covering=("p1",))
    sent = send(check)
    assert [one.name for one in rows(EnquiryPerson)] == ["OKAFOR, Daniel"]
    assert {cover.person.ref for cover in sent.left_out} == {"p2", "p3", "p4"}
    assert all(cover.words for cover in sent.left_out)
    assert "Grace" not in sent.enquiries[0].position


def test_an_enquiry_about_nobody_who_is_settled_is_not_sent():
    check = a_check(covering=("p1",))
    with pytest.raises(NobodyCovered):
        send(check, people=[who(check.contact, "p2")])
    assert not rows(Enquiry)


def test_the_same_send_twice_sends_once():
    check = a_check()
    asks, key, by = [Ask(in_hub(check.hub), FOCUS)], uuid.uuid4(), desk_of(check)
    first, second = (send(check, asks, by=by, key=key) for _ in range(2))
    assert [one.pk for one in first.enquiries] == [one.pk for one in second.enquiries]
    assert len(rows(Enquiry)) == 1


@pytest.mark.parametrize(
    ("colour", "due"),
    [
        ("red", "2026-11-02T11:00:00+00:00"),  # two hours, by the clock
        ("amber", "2026-11-02T15:00:00+00:00"),  # six hours of the hub's time
        ("green", "2026-11-04T17:00:00+00:00"),  # 24 hours of the hub's time
        ("blue", "2026-11-04T17:00:00+00:00"),  # no limit of its own: green's
    ],
)
def test_each_enquiry_has_its_own_clock(colour, due):
    contact = ready(colour)
    sent = send(CheckFactory(contact=contact, colour=colour))
    assert sent.enquiries[0].due_at.isoformat() == due


def test_it_says_the_stage_the_basis_and_what_the_family_said():
    (enquiry,) = send(a_check()).enquiries
    assert enquiry.stage == "Multi-agency check, rated amber. Nothing has been decided yet."
    assert "s17" in enquiry.basis
    assert "OKAFOR, Daniel: agreement was given on 2 November 2026." in enquiry.position


def test_an_enquiry_on_a_ground_says_so_and_that_approval_is_awaited():
    contact = ready("red", agreed=False)
    ground = GroundFactory(contact=contact)
    check = CheckFactory(
        contact=contact,
        gate_agreement=None,
        gate_ground=ground,
        ground=ground.ground,
        reason=ground.reason,
        colour="red",
        approval_due_at=MONDAY_10AM,
    )
    (enquiry,) = send(check).enquiries
    assert "approval by a manager is awaited" in enquiry.position
    assert "agreement does not cover this" in enquiry.position


def test_without_a_lawful_basis_nothing_is_sent():
    contact = ready(based=False)
    with pytest.raises(NoBasis):
        send(CheckFactory(contact=contact))


@pytest.mark.parametrize("words", ["This is a section 47 enquiry.", "An s47 check", "under S.47 of the Act"])
def test_section_47_is_not_spoken_of_before_it_is_decided(words):
    check = a_check()
    with pytest.raises(Untruthful, match="section 47"):
        send(check, [Ask(in_hub(check.hub), words)])
    with pytest.raises(Untruthful, match="section 47"):
        send(check, worry=words)
    assert not rows(Enquiry)


def test_a_basis_of_section_47_is_not_relied_on_before_it_is_decided():
    contact = ready()
    BasisFactory(contact=contact, basis="ca1989_s47", words="Children Act 1989")
    with pytest.raises(Untruthful):
        send(CheckFactory(contact=contact))


def test_once_the_decision_is_recorded_section_47_is_said(monkeypatch):
    monkeypatch.setattr(truth, "_asked_of", [lambda contact: True])
    check = a_check()
    (enquiry,) = send(check, [Ask(in_hub(check.hub), "For the section 47 enquiry: was he seen?")]).enquiries
    assert "A section 47 enquiry was decided." in enquiry.stage


@pytest.mark.parametrize(
    "words",
    [
        "Mrs Pemberton next door rang us.",
        "IDA PEMBERTON says so",
        "ring 07700 900 123 for more",
        "or +44 7700 900123",
        "write to ida@neighbour.example",
    ],
)
def test_a_member_of_the_public_is_named_in_no_enquiry(words):
    check = a_check(from_public=True)
    ReferrerFactory(
        contact=check.contact, name="Ida Pemberton", phone="07700 900123", email="ida@neighbour.example"
    )
    with pytest.raises(Untruthful, match="not named to agencies"):
        send(check, [Ask(in_hub(check.hub), words)])
    with pytest.raises(Untruthful, match="not named to agencies"):
        send(check, [Ask(in_hub(check.hub), FOCUS, {who(check.contact, "p1").pk: words})])
    assert not rows(Enquiry)


def test_a_neighbour_of_the_familys_own_name_does_not_stop_the_familys_name():
    check = a_check(from_public=True)
    ReferrerFactory(contact=check.contact, name="Ida Okafor")
    assert send(check, [Ask(in_hub(check.hub), "Was Daniel Okafor in school?")]).enquiries


def test_a_professional_referrer_may_be_named():
    check = a_check()
    ReferrerFactory(contact=check.contact, name="Ines Duarte")
    assert send(check, worry="Ines Duarte saw him without a coat.").enquiries


def test_a_protected_postcode_goes_to_no_agency():
    hidden = [
        {**FAMILY[0], "protected": True},
        {**FAMILY[1], "postcode": "NF2 3AB", "lines": ["12 Cobbold Street"]},
    ]
    check = a_check(covering=("p1", "p2"), people=hidden)
    with pytest.raises(Untruthful, match="protected address"):
        send(check, [Ask(in_hub(check.hub), "Is anyone registered at NF9 9ZZ?")])
    (enquiry,) = send(check, [Ask(in_hub(check.hub), "Who else lives at NF2 3AB?")]).enquiries
    shown = {one.name: one.address for one in rows(EnquiryPerson, enquiry_id=enquiry.pk)}
    assert shown == {"OKAFOR, Daniel": "", "OKAFOR, Grace": "12 Cobbold Street, NF2 3AB"}


def test_each_agency_is_told_what_is_asked_and_why():
    check = a_check()
    with pytest.raises(FocusMissing):
        send(check, [Ask(in_hub(check.hub), FOCUS), Ask(in_hub(check.hub, "police"), "  ")])
    assert not rows(Enquiry)


def test_an_agency_of_another_hub_is_not_asked():
    check = a_check()
    with pytest.raises(NotAskedHere):
        send(check, [Ask(AgencyFactory(), FOCUS)])


@pytest.mark.parametrize("again", ["", "  "])
def test_a_closed_check_asks_nobody_without_a_reason_to_open_again(again):
    with pytest.raises(CheckClosed):
        send(CheckFactory(contact=ready(), closed_at=MONDAY_9AM), again=again)
    assert not rows(Enquiry)


@pytest.mark.parametrize("duties", [["answer"], ["audit"], []])
def test_only_the_desks_workers_send(duties):
    check = a_check()
    with pytest.raises(PermissionDenied):
        send(check, by=StaffFactory(hub=check.hub, duties=duties))


def test_an_adult_and_a_child_of_one_contact_are_asked_about_with_questions_of_their_own():
    people = [
        FAMILY[0],
        {"role": "adult_at_risk", "given": "Vera", "family": "Okafor", "born_on": "1941-05-06"},
    ]
    contact = ready(agreed=False, people=people, subject="both")
    for ref in ("p1", "p2"):
        GroundFactory(
            contact=contact,
            about=who(contact, ref),
            approved_by=desk_of(contact, manager=True),
            approved_at=MONDAY_9AM,
        )
    check = CheckFactory(contact=contact, gate_agreement=AgreementFactory(contact=contact))
    sent = send(check, [Ask(in_hub(check.hub, "police"), FOCUS), Ask(in_hub(check.hub), FOCUS)])
    sets = {
        one.question_set: [p.name for p in rows(EnquiryPerson, enquiry_id=one.pk)] for one in sent.enquiries
    }
    assert sets["police_v1"] == ["OKAFOR, Daniel"]
    assert sets["police_adult_v1"] == ["OKAFOR, Vera"]
    assert sorted(sets["education_v1"]) == ["OKAFOR, Daniel", "OKAFOR, Vera"]


def test_a_kind_without_questions_of_its_own_is_asked_in_free_text():
    check = a_check()
    assert send(check, [Ask(in_hub(check.hub, "other"), FOCUS)]).enquiries[0].question_set == "free_v1"


def test_while_somebody_is_away_their_deputy_is_asked():
    check = a_check()
    agency = in_hub(check.hub)
    deputy = StaffFactory(hub=check.hub, agency=agency, answerer=True)
    away = StaffFactory(
        hub=check.hub, agency=agency, answerer=True, deputy=deputy, away_until=MONDAY_9AM + timedelta(days=1)
    )
    (enquiry,) = send(check, [Ask(agency, FOCUS, addressed_to=away)]).enquiries
    assert enquiry.addressed_to_id == deputy.pk


def test_what_waits_for_somebody_now_away_goes_to_their_deputy():
    enquiry = EnquiryFactory()
    deputy = StaffFactory(hub=enquiry.hub, agency=enquiry.agency, answerer=True)
    away = StaffFactory(
        hub=enquiry.hub, agency=enquiry.agency, deputy=deputy, away_until=MONDAY_9AM + timedelta(days=1)
    )
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=away)
    with in_service("reminders"):
        assert pass_to_deputy(enquiry=enquiry, at=MONDAY_10AM).addressed_to_id == deputy.pk


def test_an_enquiry_is_taken_back_once():
    enquiry = EnquiryFactory()
    by = desk_of(enquiry)
    for why in ("Sent to the wrong school", "Again"):
        held = doing(by, withdraw_enquiry, enquiry=enquiry, why=why, at=MONDAY_10AM)
    assert held.withdrawn_why == "Sent to the wrong school"
