"""Enquiries go on a rating that a manager has confirmed, or on what is urgent; the database holds that too."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from mash.check import jobs
from mash.check.actions import Ask, NotConfirmed, send_enquiries
from mash.check.models import Enquiry
from mash.decision import queries as decisions
from mash.decision.turnaround import Stage
from mash.desk import queries as desk
from mash.partnership.models import Email
from mash.triage.models import Rating
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import (
    FOCUS,
    WORRY,
    CheckFactory,
    EnquiryFactory,
    desk_of,
    doing,
    in_hub,
    people_of,
    ready,
)
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.triage import ConfirmationFactory, RatingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timedelta(hours=1)


def a_check(colour="amber", **contact):
    return CheckFactory(contact=ready(colour, **{"confirmed": False, **contact}), colour=colour)


def send(check, by=None, at=MONDAY_9AM):
    return doing(
        by or desk_of(check),
        send_enquiries,
        check=check,
        asks=[Ask(in_hub(check.hub), FOCUS)],
        people=people_of(check.contact),
        worry=WORRY,
        key=uuid.uuid4(),
        at=at,
    )


def rating_of(contact):
    found = Rating.objects.using("builder").select_related("by").filter(contact_id=contact.pk).latest("at")
    found._state.db = found.by._state.db = "default"
    found.contact, found.hub = contact, contact.hub
    return found


def confirmed(check, at=MONDAY_9AM):
    return ConfirmationFactory(rating=rating_of(check.contact), at=at)


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


@pytest.mark.parametrize("colour", ["amber", "green"])
def test_nothing_is_asked_on_a_rating_that_no_manager_confirmed(colour):
    check = a_check(colour)
    with pytest.raises(NotConfirmed):
        send(check)
    assert not rows(Enquiry)
    confirmed(check)
    assert send(check).enquiries


def test_a_no_lets_nothing_go():
    check = a_check()
    ConfirmationFactory(rating=rating_of(check.contact), agreed=False, words="Look again.")
    with pytest.raises(NotConfirmed):
        send(check)


@pytest.mark.parametrize(("colour", "danger"), [("red", False), ("amber", True)])
def test_what_is_urgent_goes_at_once(colour, danger):
    assert send(a_check(colour, immediate_danger=danger)).enquiries


def test_a_rating_changed_after_the_first_send_is_confirmed_before_more_is_asked():
    check = a_check()
    confirmed(check)
    send(check)
    RatingFactory(contact=check.contact, colour="green", change="lowered", at=MONDAY_9AM + HOUR)
    with pytest.raises(NotConfirmed):
        send(check, at=MONDAY_9AM + 2 * HOUR)
    assert len(rows(Enquiry)) == 1  # what was asked stands
    confirmed(check, at=MONDAY_9AM + 2 * HOUR)
    send(check, at=MONDAY_9AM + 2 * HOUR)
    assert len(rows(Enquiry)) == 2


def test_raised_to_red_more_is_asked_at_once():
    check = a_check()
    RatingFactory(contact=check.contact, colour="red", change="news", at=MONDAY_9AM + HOUR)
    assert send(check, at=MONDAY_9AM + 2 * HOUR).enquiries


def smuggle(check):
    """Copy a good enquiry into a check by plain SQL, as a worker of its desk."""
    like = EnquiryFactory(check_asked=CheckFactory(contact=ready(hub=check.hub)))
    row = dict(Enquiry.objects.using("builder").filter(pk=like.pk).values().get())
    row |= {"id": uuid.uuid4(), "check_asked_id": check.pk, "sending": uuid.uuid4()}
    row["contact_id_opaque"] = like.contact_id_opaque  # names a contact whose rating is confirmed
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with signed_in_as(StaffFactory(hub=check.hub, whole_desk=True)), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO check_enquiry ({names}) VALUES ({places})", list(row.values()))


def test_smuggled_sql_asks_nobody_on_an_unconfirmed_rating():
    check = a_check()
    with pytest.raises(DatabaseError, match="row-level security"):
        smuggle(check)
    confirmed(check)
    smuggle(check)
    RatingFactory(contact=check.contact, colour="green", change="lowered", at=MONDAY_9AM + HOUR)
    with pytest.raises(DatabaseError, match="row-level security"):
        smuggle(check)


def test_smuggled_sql_on_red_is_taken():
    smuggle(a_check("red"))


# Where it waits


def waiting(staff, at=MONDAY_9AM):
    with signed_in_as(staff):
        found = [(one.contact_id, one.asked_at) for one in decisions.ratings_waiting_for(staff)]
        assert desk.worklist(staff, desk.Wanted(), at, page="1")[0].ratings == len(found)
    return found


def test_it_waits_for_every_manager_but_who_rated_and_for_nobody_else():
    check = a_check()
    rater = rating_of(check.contact).by
    managers = [
        StaffFactory(hub=check.hub, manager=True),
        StaffFactory(hub=check.hub, decider=True),
    ]
    for one in managers:
        assert waiting(one) == [(check.contact_id, None)]
    for one in (
        StaffFactory(hub=check.hub, account=rater.account, manager=True),
        StaffFactory(hub=check.hub, screener=True),
        StaffFactory(manager=True),
    ):
        assert waiting(one) == []
    confirmed(check)
    assert waiting(managers[0]) == []


def test_what_was_asked_already_comes_first_with_its_due_time():
    manager = StaffFactory(hub=(amber := a_check()).hub, manager=True)
    red = a_check("red", hub=amber.hub)
    send(red)
    assert waiting(manager) == [(red.contact_id, MONDAY_9AM), (amber.contact_id, None)]
    page = browser(manager).get(reverse("decision:waiting")).text
    assert "Ratings to confirm: 2" in page
    assert "Agencies are asked already: by" in page


def test_a_contact_that_goes_to_no_check_asks_no_manager():
    contact = ready(confirmed=False)
    contact.routes.using("builder").update(route="early_help")
    assert waiting(StaffFactory(hub=contact.hub, manager=True)) == []


# Chased and measured


def test_managers_are_reminded_every_two_hours_until_one_has_confirmed(monkeypatch):
    check = a_check("red")
    manager = StaffFactory(hub=check.hub, manager=True)
    rater = rating_of(check.contact).by
    StaffFactory(hub=check.hub, account=rater.account, manager=True)
    send(check)

    def sent(at):
        monkeypatch.setattr(jobs.timezone, "now", lambda: at)
        with in_service("reminders"):
            jobs.ask_for_approvals()
        return [one.to for one in rows(Email, hub_id=check.hub_id, subject__startswith="A rating is to be")]

    assert sent(MONDAY_9AM + HOUR) == []
    assert sent(MONDAY_9AM + 2 * HOUR) == [manager.account.email]
    assert len(sent(MONDAY_9AM + 3 * HOUR)) == 1
    assert len(sent(MONDAY_9AM + 4 * HOUR)) == 2
    confirmed(check)
    assert len(sent(MONDAY_9AM + 8 * HOUR)) == 2


def figures_of(hub, now):
    with signed_in_as(StaffFactory(hub=hub, decider=True)):
        found = decisions.turnaround_of(hub, MONDAY_9AM - HOUR, MONDAY_9AM + HOUR, now).stages
    return next(one for one in found if one.stage == Stage.CONFIRMED)


def test_how_long_confirming_took_is_measured_from_the_rating():
    check = a_check()
    confirmed(check, at=MONDAY_9AM + HOUR)
    found = figures_of(check.hub, MONDAY_9AM + 9 * HOUR)
    assert (found.n, found.median_elapsed, found.with_target) == (1, HOUR, 0)


def test_in_target_is_red_that_was_confirmed_the_same_day():
    first = a_check("red")
    second = a_check("red", hub=first.hub)
    for one in (first, second):
        send(one)
    waits = figures_of(first.hub, MONDAY_9AM + HOUR)
    assert (waits.n, waits.going_on) == (0, 2)
    confirmed(first, at=MONDAY_9AM + HOUR)
    confirmed(second, at=MONDAY_9AM + 24 * HOUR)
    found = figures_of(first.hub, MONDAY_9AM + 30 * HOUR)
    assert (found.n, found.in_target, found.with_target) == (2, 1, 2)


# The pages


def test_the_page_says_who_confirms_and_keeps_what_was_written():
    check = a_check()
    school = in_hub(check.hub)
    page = browser(desk_of(check))
    address = reverse("check:ask", args=[check.pk])
    assert "No manager has confirmed the rating" in page.get(address).text
    child = people_of(check.contact)[0]
    sent = {
        "key": uuid.uuid4(),
        "worry": "No tea last night.",
        "people": [child.pk],
        "agencies": [school.pk],
        f"focus-{school.pk}": "Was he in school?",
    }
    shown = page.post(address, sent).text
    assert "A manager confirms the rating before agencies are asked." in shown
    assert "Was he in school?" in shown
    assert not rows(Enquiry)


def test_the_board_of_a_red_check_says_by_when_it_is_confirmed():
    check = a_check("red", received_at=timezone.now())
    Rating.objects.using("builder").filter(contact_id=check.contact_id).update(at=timezone.now() - HOUR)
    send(check, at=timezone.now())
    manager = browser(StaffFactory(hub=check.hub, manager=True))
    shown = manager.get(reverse("check:board", args=[check.pk])).text
    assert "Agencies were asked on it already: to be confirmed by" in shown
    assert reverse("triage:confirm", args=[check.contact_id]) in shown
