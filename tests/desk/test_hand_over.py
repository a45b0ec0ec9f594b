"""A shift is handed over: listed by the software, completed by a person, accepted line by line, by name."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from mash.desk.hand_over import actions, policy, queries
from mash.desk.models import HandedOver, HandOver, HandOverWord
from mash.ledger.models import Entry
from mash.partnership.content import hand_overs
from mash.partnership.models import Email
from mash.triage.models import Rating, Standing
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import (
    MONDAY_9AM,
    AccessFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.rota import TurnFactory
from tests.factories.triage import ConfirmationFactory, RatingFactory, RouteFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
EVENING = MONDAY_9AM + timedelta(hours=7, minutes=45)
MORNING = MONDAY_9AM + timedelta(hours=23)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub():
    """A hub with a decision maker, a worker of the emergency duty team with a deputy, and a manager on call."""
    care = AgencyFactory(kind="childrens_social_care")
    day = StaffFactory(agency=care, decider=True)
    MembershipFactory(hub=day.hub, agency=care)
    same = {"hub": day.hub, "agency": care}

    class Hub:
        night = StaffFactory(**same, duties=["out_of_hours"])
        deputy = StaffFactory(**same, duties=["out_of_hours"])
        on_call = StaffFactory(**same, duties=["approve"])

    Hub.day, Hub.hub = day, day.hub
    span = {"from_at": MONDAY_9AM + timedelta(hours=7), "until_at": MONDAY_9AM + timedelta(hours=24)}
    TurnFactory(staff=Hub.night, post="emergency_duty", deputies=[Hub.deputy.pk], **span)
    TurnFactory(staff=Hub.on_call, post="manager_on_call", **span)
    return Hub


def contact(hub, colour="", **changes):
    made = ContactFactory(hub=hub.hub, **changes)
    if colour:
        RatingFactory(contact=made, colour=colour)
        StandingFactory(contact=made, colour=colour)
    return made


def do(action, by, *, at=EVENING, **said):
    with signed_in_as(by):
        return action(by=by, at=at, **said)


def begin(hub, which="to_emergency_duty", by=None, at=EVENING):
    return do(actions.begin, by or hub.day, which=which, key=uuid.uuid4(), at=at)


def lines(hand_over):
    found = list(HandedOver.objects.using("builder").filter(hand_over_id=hand_over.pk).order_by("place"))
    for one in found:
        one._state.db = "default"
        one.hand_over = hand_over
    return found


def whole(hand_over):
    """Return every line with all that is asked of it."""
    asked = [name for name, _ in queries.asked_of(hand_over.which)]
    return {one.pk: dict.fromkeys(asked, "He has a key.") for one in lines(hand_over)}


def handed_over(hub):
    """Return a hand-over with what there is, each line completed, and offered."""
    made = begin(hub)
    do(actions.write, hub.day, hand_over=made, says=whole(made), note="A quiet day.")
    do(actions.offer, hub.day, hand_over=made)
    return fresh(made)


def fresh(hand_over):
    found = HandOver.objects.using("builder").select_related("by__account", "hub").get(pk=hand_over.pk)
    found._state.db = "default"
    return found


def accept(hub, line, by=None, **said):
    return do(actions.answer, by or hub.night, line=line, **{"state": "accepted", "spoken": True} | said)


# The lists


def test_the_evening_s_list_holds_red_unrated_and_danger_each_once_in_the_order_of_work(hub):
    contact(hub, "green"), contact(hub, "amber")
    red, unrated, danger = contact(hub, "red"), contact(hub), contact(hub, immediate_danger=True)
    found = lines(begin(hub))
    assert [one.case for one in found] == [danger.pk, red.pk, unrated.pk]
    assert found[0].listed == ["stated_immediate_danger", "every_unrated"]


def test_the_morning_s_list_holds_what_came_and_what_was_done_in_the_night(hub):
    contact(hub, "green", received_at=MONDAY_9AM)
    came = contact(hub, "red", received_at=MONDAY_9AM + timedelta(hours=12))
    red = contact(hub, "red", received_at=MONDAY_9AM)
    rated = contact(hub, received_at=MONDAY_9AM)
    RatingFactory(contact=rated, colour="green", by=hub.night, at=MONDAY_9AM + timedelta(hours=13))
    StandingFactory(contact=rated, colour="green")
    made = begin(hub, "to_day_team", by=hub.night, at=MORNING)
    assert {one.case: one.listed for one in lines(made)} == {
        came.pk: ["everything_received", "every_red_still_open"],
        rated.pk: ["every_action_taken"],
        red.pk: ["every_red_still_open"],
    }


def test_what_came_meanwhile_is_put_on_the_list_and_nothing_twice(hub):
    contact(hub, "red")
    made = begin(hub)
    contact(hub)
    for new in (1, 0):
        assert do(actions.list_again, hub.day, hand_over=made) == new
    assert begin(hub).pk == made.pk


# Handing over and accepting


def test_until_every_line_is_accepted_by_name_the_first_keeps_the_duty(hub):
    contact(hub, "red"), contact(hub)
    made = handed_over(hub)
    before = list(Rating.objects.using("builder").all()), list(Standing.objects.using("builder").all())
    first, second = lines(made)
    accept(hub, first)
    with pytest.raises(actions.NotWhole):
        do(actions.accept_whole, hub.night, hand_over=made)
    accept(hub, second)
    assert fresh(made).accepted_at is None
    for _ in range(2):
        do(actions.accept_whole, hub.night, hand_over=made)
    assert fresh(made).accepted_by_id == hub.night.pk
    assert before == (
        list(Rating.objects.using("builder").all()),
        list(Standing.objects.using("builder").all()),
    )
    assert Entry.objects.using("builder").filter(event="hand_over.answered").count() == 2
    assert Entry.objects.using("builder").filter(event="hand_over.accepted").count() == 1


def test_an_empty_list_is_handed_over_and_accepted_too(hub):
    made = handed_over(hub)
    assert lines(made) == []
    do(actions.accept_whole, hub.night, hand_over=made)
    assert fresh(made).accepted_at


def test_a_line_that_says_nothing_is_not_handed_over(hub):
    contact(hub, "red")
    made = begin(hub)
    with pytest.raises(actions.NotWhole):
        do(actions.offer, hub.day, hand_over=made)
    assert fresh(made).offered_at is None


@pytest.mark.parametrize("which", ["to_emergency_duty", "to_day_team"])
def test_each_line_says_all_that_the_rota_asks_of_it(hub, which):
    contact(hub, "red")
    by = hub.day if which == "to_emergency_duty" else hub.night
    made = begin(hub, which, by=by)
    by_hand = {"to_emergency_duty": "people_who_may_call", "to_day_team": "who_must_be_seen_today"}[which]
    do(actions.add_line, by, hand_over=made, listed=by_hand, words="The aunt")
    asked = hand_overs()[which].each_line_says
    assert len(asked) > 3
    for name in asked:
        says = whole(made)
        for words in says.values():
            words[name] = "  "
        do(actions.write, by, hand_over=made, says=says, note="")
        with pytest.raises(actions.NotWhole) as refused:
            do(actions.offer, by, hand_over=made)
        assert refused.value.lacks == {one.pk: [name] for one in lines(made)}
    do(actions.write, by, hand_over=made, says=whole(made), note="")
    do(actions.offer, by, hand_over=made)
    assert fresh(made).offered_at


def test_what_is_handed_over_stays_as_it_was_written(hub):
    contact(hub, "red")
    made = handed_over(hub)
    with pytest.raises(PermissionDenied):
        do(actions.write, hub.day, hand_over=made, says={}, note="Different")
    with pytest.raises(PermissionDenied):
        do(actions.add_line, hub.day, hand_over=made, listed="people_who_may_call", words="The aunt")


def test_anything_red_is_also_spoken(hub):
    contact(hub, "red")
    made = handed_over(hub)
    with pytest.raises(actions.NotWhole):
        accept(hub, lines(made)[0], spoken=False)
    accept(hub, lines(made)[0])
    assert HandOverWord.objects.using("builder").get().spoken


@pytest.mark.parametrize("state", ["questioned", "refused"])
def test_a_line_is_questioned_or_refused_with_a_reason_and_the_manager_on_call_settles_it(hub, state):
    contact(hub)
    made = handed_over(hub)
    line = lines(made)[0]
    with pytest.raises(actions.NotWhole):
        accept(hub, line, state=state)
    accept(hub, line, state=state, words="Who has the key?")
    with pytest.raises(PermissionDenied):
        do(actions.settle, hub.night, line=line, stays=True, words="Stay")
    do(actions.settle, hub.on_call, line=line, stays=True, words="Ruth stays on until eight.")
    assert [one.state for one in lines(made)] == ["stays"]
    with pytest.raises(actions.MovedOn):
        accept(hub, line)
    do(actions.accept_whole, hub.night, hand_over=made)
    assert [one.state for one in HandOverWord.objects.using("builder").order_by("at", "state")].count(
        "stays"
    ) == 1


def test_the_same_answer_twice_is_one(hub):
    contact(hub)
    made = handed_over(hub)
    for _ in range(2):
        accept(hub, lines(made)[0])
    assert HandOverWord.objects.using("builder").count() == 1


def test_nobody_accepts_what_they_hand_over_and_the_database_holds_it(hub):
    both = StaffFactory(hub=hub.hub, agency=hub.day.agency, account=hub.day.account, duties=["out_of_hours"])
    made = handed_over(hub)
    with pytest.raises(PermissionDenied):
        do(actions.accept_whole, both, hand_over=made)
    with pytest.raises(DatabaseError), signed_in_as(hub.day):
        HandOver.objects.filter(pk=made.pk).update(accepted_at=EVENING, accepted_by=hub.day)


def test_the_deputy_is_told_after_half_an_hour_and_the_manager_on_call_after_one(hub):
    handed_over(hub)
    to = []
    for minutes, told in (
        (0, hub.night),
        (29, None),
        (30, hub.deputy),
        (31, None),
        (60, hub.on_call),
        (90, None),
    ):
        with in_service("reminders"):
            actions.chase_unaccepted(at=EVENING + minutes * MINUTE)
        to += [told.account.email] if told else []
        assert sorted(Email.objects.using("builder").values_list("to", flat=True)) == sorted(to)
    said = Email.objects.using("builder").first()
    assert "Okafor" not in said.subject + said.body


def test_the_manager_on_call_takes_what_nobody_else_takes(hub):
    made = handed_over(hub)
    with pytest.raises(PermissionDenied):
        do(actions.accept_whole, hub.on_call, hand_over=made)
    with in_service("reminders"):
        actions.chase_unaccepted(at=EVENING + 61 * MINUTE)
    do(actions.accept_whole, hub.on_call, hand_over=fresh(made))
    assert fresh(made).accepted_by_id == hub.on_call.pk


# Who


@pytest.mark.parametrize(
    ("same_hub", "duties", "reads", "hands", "accepts"),
    [
        (True, ["decide"], True, True, False),
        (True, ["out_of_hours"], True, False, True),
        (True, ["screen"], True, False, False),
        (True, ["answer"], False, False, False),
        (True, [], False, False, False),
        (False, ["decide", "out_of_hours", "manage"], False, True, False),
    ],
)
def test_who_reads_hands_over_and_accepts(hub, same_hub, duties, reads, hands, accepts):
    contact(hub)
    made = handed_over(hub)
    reader = StaffFactory(hub=hub.hub if same_hub else HubFactory(), agency=hub.day.agency, duties=duties)
    everything = HandOver.objects.using("builder")
    assert bool(policy.may_read(reader, made)) is reads
    assert everything.filter(policy.readable_by(reader)).exists() is reads
    with signed_in_as(reader):
        assert HandOver.objects.exists() is reads
        assert HandedOver.objects.exists() is reads
    assert bool(policy.may_hand_over(reader, "to_emergency_duty")) is hands
    assert bool(policy.may_accept(reader, made)) is accepts


def test_a_line_of_a_case_one_is_barred_from_is_not_there(hub):
    red = contact(hub, "red")
    made = handed_over(hub)
    AccessFactory(staff=hub.night, contact_id=red.pk, bars=True, why="her nephew")
    with signed_in_as(hub.night):
        assert queries.lines_of(fresh(made)) == []


# Pages


def test_a_shift_is_handed_over_on_the_pages(hub):
    red = contact(hub, "red")
    client = browser(hub.day)
    shown = client.get("/hand-over/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    where = client.post("/hand-over/", {"which": "to_emergency_duty", "key": key}).url
    made = fresh(HandOver.objects.using("builder").get())
    assert where == f"/hand-over/{made.pk}/"
    assert red.reference in client.get(where).content.decode()
    line = lines(made)[0]
    field = f"{line.pk}-what_worries_us"
    half = {"step": "offer", "note": "Kept", field: "He has a key."}
    refused = client.post(f"{where}write/", half).content.decode()
    assert f"Say “what would make it worse” of {red.reference}" in refused
    assert f'href="#id_{line.pk}-staff_safety"' in refused
    assert f"Say “what worries us” of {red.reference}" not in refused
    for kept in ("Kept", "He has a key."):
        assert kept in refused
    client.post(f"{where}add/", {"listed": "people_who_may_call", "words": "The aunt may call."})
    added = lines(made)[1]
    form = {f"{key}-{name}": words for key, said in whole(made).items() for name, words in said.items()}
    assert client.post(f"{where}write/", form | {"step": "offer"}).status_code == 302
    night = browser(hub.night)
    page = night.get(where).content.decode()
    assert "He has a key." in page
    assert "Printed pages are confidential" in page
    unspoken = night.post(f"{where}answer/", {"line": str(line.pk), "state": "accepted"}).content.decode()
    assert "Anything red is also spoken" in unspoken
    night.post(f"{where}answer/", {"line": str(line.pk), "state": "accepted", "spoken": "on"})
    night.post(f"{where}answer/", {"line": str(added.pk), "state": "accepted"})
    night.post(f"{where}accept/")
    assert fresh(made).accepted_by_id == hub.night.pk
    assert Entry.objects.using("builder").filter(event="hand_over.seen").exists()


def test_somebody_outside_the_desk_finds_no_hand_over(hub):
    made = handed_over(hub)
    stranger = browser(StaffFactory(hub=hub.hub, answerer=True))
    assert stranger.get("/hand-over/").status_code == 403
    assert stranger.get(f"/hand-over/{made.pk}/").status_code == 404


def test_a_line_leads_a_manager_to_the_rating_that_waits_for_their_word(hub):
    red, other = contact(hub), contact(hub, "red")
    rating = RatingFactory(contact=red, colour="red")
    StandingFactory(contact=red, colour="red")
    for one in (red, other):
        RouteFactory(contact=one)
    begun = begin(hub)
    link = f'href="/triage/{red.pk}/rating/confirm/"'
    path = f"/hand-over/{begun.pk}/"
    assert link in browser(hub.day).get(path).content.decode()
    ConfirmationFactory(rating=rating)
    words = browser(hub.day).get(path).content.decode()
    assert link not in words
    assert f'href="/triage/{other.pk}/rating/confirm/"' in words
    with signed_in_as(hub.night):
        assert queries.to_confirm(hub.night, lines(begun)) == set()
