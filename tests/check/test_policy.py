"""Who reads what of a check: the rule, the filter and row-level security, each asked without the others."""

import pytest

from mash.check import policy
from mash.check.models import Answer, Check, Draft, Enquiry, FullAnswer
from mash.sealed.models import Item
from mash.sealed.room import sealed_room
from tests.factories.base import signed_in_as
from tests.factories.check import (
    AnswerFactory,
    CheckFactory,
    DraftFactory,
    EnquiryFactory,
    FullAnswerFactory,
    in_hub,
)
from tests.factories.partnership import AccessFactory, AgencyFactory, HubFactory, StaffFactory
from tests.factories.triage import StandingFactory
from tests.sealed.test_room import sealed

pytestmark = pytest.mark.usefixtures("transactional_db")

# who: agency of the enquiry? hub? duties, barred
PEOPLE = {
    "owner": (True, True, ["answer"]),  # answers for the agency asked
    "colleague": (True, True, []),  # of the same agency, without the duty
    "same agency in another hub": (True, False, ["answer"]),
    "another agency that was asked": ("asked", True, ["answer"]),
    "stranger": (False, True, ["answer"]),  # an agency of the hub that was not asked
    "screener": (False, True, ["screen"]),
    "decider": (False, True, ["screen", "assess", "decide"]),
    "cleared": (False, True, ["clear"]),
    "screener of another hub": (False, False, ["screen", "assess", "decide", "clear"]),
    "auditor": (False, True, ["audit"]),
    "barred screener": (False, True, ["screen", "assess", "decide", "clear"]),
}
READS = {
    "check": {"screener", "decider", "cleared"},
    "enquiry": {"owner", "screener", "decider", "cleared"},
    "answer": {"owner", "another agency that was asked", "screener", "decider", "cleared"},
    "full answer": {"owner", "decider"},
    "draft": {"owner"},
}


def somebody(who, enquiry):
    own, here, duties = PEOPLE[who]
    hub = enquiry.hub if here else HubFactory()
    agency = enquiry.agency if own is True else in_hub(hub)
    if own == "asked":
        EnquiryFactory(check_asked=enquiry.check_asked, agency=agency)
    staff = StaffFactory(hub=hub, agency=agency, duties=duties)
    if who.startswith("barred"):
        AccessFactory(staff=staff, bars=True, contact_id=enquiry.contact_id_opaque)
    return staff


def ask_three(staff, thing, model, rule, allowed):
    """Return what rule, filter and row-level security each say."""
    stored = model.objects.using("builder")
    with signed_in_as(staff):
        says = bool(rule(staff, thing))
        row = model.objects.filter(pk=thing.pk).exists()
    return says, stored.filter(allowed(staff), pk=thing.pk).exists(), row


THINGS = {
    "check": (CheckFactory, Check, lambda s, c: policy.may_see(s, c.contact), policy.seen_by),
    "enquiry": (EnquiryFactory, Enquiry, policy.may_read_enquiry, policy.enquiries_read_by),
    "answer": (AnswerFactory, Answer, policy.may_read_answer, policy.answers_read_by),
    "full answer": (FullAnswerFactory, FullAnswer, policy.may_read_full, policy.full_read_by),
    "draft": (DraftFactory, Draft, policy.may_read_draft, policy.drafts_read_by),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("what", THINGS)
def test_who_reads(what, who):
    factory, model, rule, allowed = THINGS[what]
    thing = factory()
    enquiry = {
        "check": lambda: EnquiryFactory(check_asked=thing),
        "enquiry": lambda: thing,
        "answer": lambda: thing.enquiry,
        "full answer": lambda: thing.answer.enquiry,
        "draft": lambda: thing.enquiry,
    }[what]()
    staff = somebody(who, enquiry)
    reads = who in READS[what]
    assert ask_three(staff, thing, model, rule, allowed) == (reads, reads, reads)


def test_a_person_of_two_hubs_reads_in_the_one_they_act_in():
    answer = AnswerFactory()
    here = StaffFactory(hub=answer.hub, screener=True)
    there = StaffFactory(account=here.account, screener=True)
    for staff, reads in ((here, True), (there, False)):
        said = ask_three(staff, answer, Answer, policy.may_read_answer, policy.answers_read_by)
        assert said == (reads, reads, reads)


def test_an_agency_whose_enquiry_was_taken_back_reads_no_more_answers():
    answer = AnswerFactory()
    other = EnquiryFactory(check_asked=answer.check_asked)
    staff = StaffFactory(hub=other.hub, agency=other.agency, answerer=True)
    assert ask_three(staff, answer, Answer, policy.may_read_answer, policy.answers_read_by) == (
        True,
        True,
        True,
    )
    Enquiry.objects.using("builder").filter(pk=other.pk).update(withdrawn_at=other.sent_at)
    assert ask_three(staff, answer, Answer, policy.may_read_answer, policy.answers_read_by) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize(("colour", "reads"), [("red", True), ("green", False)])
def test_the_night_reads_answers_about_its_own_cases_alone(colour, reads):
    answer = AnswerFactory()
    StandingFactory(contact=answer.enquiry.check_asked.contact, colour=colour)
    night = StaffFactory(hub=answer.hub, duties=["out_of_hours"])
    with signed_in_as(night):
        assert bool(policy.may_read_answer(night, answer)) is reads
        assert Answer.objects.exists() is reads
    assert Answer.objects.using("builder").filter(policy.answers_read_by(night)).exists() is reads


@pytest.mark.parametrize("who", PEOPLE)
def test_who_reads_a_sealed_item_of_the_case(who):
    enquiry = EnquiryFactory()
    author = StaffFactory(hub=enquiry.hub, agency=enquiry.agency, answerer=True)
    sealed(author, enquiry.contact_id_opaque)
    staff = author if who == "owner" else somebody(who, enquiry)
    with signed_in_as(staff), sealed_room():
        assert Item.objects.exists() is (who in {"owner", "cleared"})


@pytest.mark.parametrize(
    ("who", "answers"),
    [("owner", True), ("colleague", False), ("same agency in another hub", False), ("screener", False)],
)
def test_who_answers(who, answers):
    enquiry = EnquiryFactory()
    staff = somebody(who, enquiry)
    with signed_in_as(staff):
        assert bool(policy.may_answer(staff, enquiry)) is answers
    assert Enquiry.objects.using("builder").filter(policy.answered_by(staff)).exists() is answers


def test_an_agency_that_also_works_at_the_desk_is_still_held_to_its_hub():
    enquiry = EnquiryFactory()
    both = StaffFactory(hub=HubFactory(), agency=AgencyFactory(), duties=["answer", "screen"])
    assert ask_three(both, enquiry, Enquiry, policy.may_read_enquiry, policy.enquiries_read_by) == (
        False,
        False,
        False,
    )
