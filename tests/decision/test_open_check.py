from datetime import timedelta

import pytest

from mash.check.models import Check
from mash.decision import actions
from mash.decision.models import Without
from mash.ledger.models import Entry
from tests.decision.story import decide
from tests.decision.test_pages import Deciding, errors_in
from tests.factories.base import signed_in_as
from tests.factories.check import AnswerFactory, CheckFactory, EnquiryFactory, ReturnFactory, WithheldFactory
from tests.factories.decision import agreed, one_event, ready
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=3)


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def asked_of(*names, colour="amber", **options):
    """Return a contact with an open check in which these agencies were asked, and the enquiries."""
    contact = ready(colour=colour, **options)
    agreed(contact)
    check = CheckFactory(contact=contact)
    kinds = {"Education": "education", "Police": "police", "GP": "gp"}
    made = [
        EnquiryFactory(check_asked=check, agency=AgencyFactory(name=name, kind=kinds[name])) for name in names
    ]
    return contact, made


def decider(contact):
    return StaffFactory(hub=contact.hub, decider=True)


def test_an_agency_that_has_not_answered_is_named_in_the_decision():
    contact, (school, police) = asked_of("Education", "Police")
    ReturnFactory(enquiry=school)
    by = decider(contact)
    with pytest.raises(actions.AnswersMissing, match=r"^Police$"):
        decide(contact, by, "early_help")
    with pytest.raises(actions.AnswersMissing):
        decide(contact, by, "early_help", without={police.agency: "  "})
    decision = decide(
        contact, by, "early_help", without={police.agency: "The sergeant is away until Friday."}
    )
    assert kept(Without, decision=decision).get().why.startswith("The sergeant")
    assert decision.snapshot["missing"] == ["Police"]


def test_whoever_is_silent_in_another_reports_check_is_waited_for_too():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school)
    other, _ = asked_of("Police", hub=contact.hub)
    one_event(contact, other)
    with pytest.raises(actions.AnswersMissing, match=r"^Police$"):
        decide(contact, decider(contact), "early_help", together_with=[other])


def test_a_part_of_an_answer_is_not_an_answer():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school, part=True)
    with pytest.raises(actions.AnswersMissing):
        decide(contact, decider(contact), "early_help")


@pytest.mark.parametrize("how", [{}, {"nil": True}])
def test_a_whole_return_is_an_answer_nothing_held_too(how):
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school, **how)
    assert decide(contact, decider(contact), "early_help").made_at


def test_an_agency_that_has_answered_is_not_decided_without():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school)
    with pytest.raises(actions.PictureChanged):
        decide(contact, decider(contact), "early_help", without={school.agency: "They were slow."})


def test_a_withdrawn_enquiry_is_not_waited_for():
    contact, (school,) = asked_of("Education")
    type(school).objects.using("builder").filter(pk=school.pk).update(withdrawn_at=LATER)
    assert decide(contact, decider(contact), "early_help").made_at


def test_the_snapshot_holds_the_shared_answers_by_agency():
    contact, (school, police) = asked_of("Education", "Police")
    AnswerFactory(enquiry=school, text="Tries hard in the mornings.")
    ReturnFactory(enquiry=school)
    WithheldFactory(enquiry=police)
    ReturnFactory(enquiry=police)
    decision = decide(contact, decider(contact), "early_help")
    education, constabulary = decision.snapshot["agencies"]
    assert education["agency"] == "Education"
    assert education["answers"][0]["text"] == "Tries hard in the mornings."
    assert constabulary["answers"] == []
    assert constabulary["withheld"]


def test_a_decision_ends_the_gathering_when_it_stands():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school)
    by, cleared = decider(contact), StaffFactory(hub=contact.hub, cleared=True)
    decision = decide(contact, by, "advice")
    assert kept(Check).get().closed_at is None
    with signed_in_as(cleared):
        actions.clear_closing(decision=decision, by=cleared, at=LATER)
    check = kept(Check).get()
    assert (check.closed_at, check.closed_by_id) == (LATER, by.pk)
    assert kept(Entry, event="check.closed").count() == 1


def test_acting_first_leaves_the_gathering_open():
    contact, (school,) = asked_of("Education", colour="red")
    decision = decide(
        contact, decider(contact), "strategy_discussion", without={school.agency: "Acting comes first."}
    )
    assert decision.made_at
    assert kept(Check).get().closed_at is None


def test_the_page_lists_who_is_missing_and_asks_why_not_to_wait():
    contact, (school, police) = asked_of("Education", "Police")
    ReturnFactory(enquiry=school)
    desk = Deciding(decider(contact), contact)
    words = desk.answer.content.decode()
    assert "No answer yet from Police." in words
    assert "Decide without the answer of Education" not in words
    answer = desk.chooses("early_help")
    assert errors_in(answer)
    assert "Police has not answered: say that you decide without it" in answer.content.decode()
    ticked = {f"without_{police.agency_id}": "on"}
    assert errors_in(desk.chooses("early_help", **ticked))
    assert not errors_in(desk.chooses("early_help", **ticked, **{f"why_{police.agency_id}": "Too slow."}))


def test_an_answer_that_arrives_meanwhile_is_read_first():
    contact, (school,) = asked_of("Education")
    desk = Deciding(decider(contact), contact)
    AnswerFactory(enquiry=school, text="Has a bruise nobody explained.")
    ReturnFactory(enquiry=school)
    answer = desk.chooses("early_help")
    assert "became known after you opened this page" in answer.content.decode()
    assert "Has a bruise nobody explained." in answer.content.decode()
