"""Asking whether another hub knows somebody: what is told, to whom, and that nothing else can be learned."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.boroughs import actions, queries
from mash.boroughs.actions.telling import tell_asked
from mash.boroughs.limits import IN_TEN_MINUTES, OF_A_HUB
from mash.boroughs.models import Asked, Known, Marks, Question
from mash.ledger.models import Entry
from mash.partnership.models import Hub, Restriction
from mash.people.actions import correct_person
from tests.boroughs.story import (
    CHILD,
    MONDAY_9AM,
    WHY,
    Side,
    ask,
    asked_of,
    every_row,
    known_to,
)
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.people import PersonFactory

OF_ONE_TIME = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|s[0-9]+_x[0-9]+|[0-9]+|[0-9a-f]{32,}")
"""Keys, names of savepoints and figures: another each time."""

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def here():
    return Side()


@pytest.fixture
def there():
    return Side()


def lines(hub, event):
    return list(Entry.objects.using("builder").filter(hub_id=hub.pk, event=event))


# What is told


def test_a_hub_that_knows_the_child_is_named_with_how_to_reach_it(here, there):
    question = ask(here)
    with signed_in_as(here.screener):
        (told,) = Known.objects.filter(question=question)
    assert (told.elsewhere_id, told.name, told.telephone) == (
        there.hub.pk,
        there.hub.name,
        there.hub.telephone,
    )


def test_a_stranger_is_not_known_and_every_hub_has_a_row_that_says_nothing(here):
    others = [HubFactory(), HubFactory()]
    question = ask(here)
    assert known_to(here, question) == set()
    rows = {row.hub_id: row for row in every_row(question)}
    assert set(rows) == set(Hub.objects.using("builder").exclude(pk=here.hub.pk).values_list("pk", flat=True))
    assert {one.pk for one in others} <= set(rows)
    assert {(row.person_id, row.told, row.why, row.from_name, row.from_post) for row in rows.values()} == {
        (None, False, "", "", None)
    }


def test_a_twin_there_is_not_this_child(here):
    twin = Side(details=CHILD | {"given": "Ruth"})
    assert known_to(here, ask(here)) == set()
    assert asked_of(twin) == []


def test_the_asked_hub_sees_who_asked_and_why_and_about_whom_of_its_own(here, there):
    ask(here)
    (asked,) = asked_of(there)
    assert (asked.person, asked.told, asked.why) == (there.person, True, WHY)
    assert (asked.from_name, asked.from_hub) == (here.screener.account.name, here.hub)
    with signed_in_as(there.screener):
        assert not Asked.objects.exists(), "who only screens does not answer other hubs"


def test_both_hubs_records_say_so(here, there):
    question = ask(here)
    with in_service("boroughs"):
        tell_asked(question_id=question.pk, at=MONDAY_9AM)
    (mine,), (theirs,) = lines(here.hub, "elsewhere.asked"), lines(there.hub, "elsewhere.was_asked")
    assert mine.why == WHY
    assert mine.actor == str(here.screener.identity)
    assert theirs.about == f"people.person:{there.person.pk}"
    assert theirs.detail["from_post"] == str(here.screener.pk)


def test_one_form_sent_twice_asks_once(here, there):
    key = uuid.uuid4()
    assert ask(here, key=key) == ask(here, key=key)
    assert len(asked_of(there)) == 1


def test_what_is_corrected_counts_from_the_same_transaction(here, there):
    doing(there.decider, correct_person, person=there.person, given="Perpetua", at=MONDAY_9AM)
    assert known_to(here, ask(here)) == {there.hub.pk}, "a former name still tells"
    doing(there.decider, correct_person, person=there.person, born_on=MONDAY_9AM.date(), at=MONDAY_9AM)
    assert known_to(here, ask(here)) == set()


# Who is never told of


def restricted(there):
    row = {"contact_id": there.contact.pk, "why": "honour", "from_at": MONDAY_9AM, "by": there.manager}
    Restriction.objects.using("builder").create(hub=there.hub, **row)


def protected(there):
    with connections["builder"].cursor() as cursor:
        cursor.execute("UPDATE contact_contactperson SET protected = true WHERE id = %s", [there.named.pk])


def sealed(there):
    with connections["builder"].cursor() as cursor:
        room = uuid.uuid4()
        cursor.execute(
            'INSERT INTO sealed.sealed_room (id, hub_id, "case", opened_at) VALUES (%s, %s, %s, now())',
            [room, there.hub.pk, there.contact.pk],
        )
        cursor.execute(
            "INSERT INTO sealed.sealed_item (id, hub_id, room_id, agency, about, people, source_grade, "
            "information_grade, handling, nonce, body, terms_nonce, terms, at) "
            "VALUES (%s, %s, %s, %s, 'x', %s::uuid[], '', '', '', '', '', '', '', now())",
            [uuid.uuid4(), there.hub.pk, room, uuid.uuid4(), [there.named.pk]],
        )


@pytest.mark.parametrize("hides", [restricted, protected, sealed])
def test_somebody_sealed_is_never_told_of_and_the_cleared_alone_see_that_a_hub_asked(here, there, hides):
    hides(there)
    question = ask(here)
    assert known_to(here, question) == set()
    assert asked_of(there) == []
    (asked,) = asked_of(there, by=there.cleared)
    assert (asked.person, asked.told) == (there.person, False)


def test_a_hub_that_does_not_answer_says_not_known_and_is_not_told(here, there):
    doing(
        there.manager,
        actions.choose,
        hub=there.hub,
        follows=0,
        answers=False,
        why="Not agreed yet.",
        at=MONDAY_9AM,
    )
    assert known_to(here, ask(here)) == set()
    assert asked_of(there, by=there.cleared) == []
    doing(there.manager, actions.choose, hub=there.hub, follows=1, answers=True, why="Agreed.", at=MONDAY_9AM)
    assert known_to(here, ask(here)) == {there.hub.pk}


def test_none_sealed_and_off_take_the_same_statements_and_leave_the_same_rows(here, there):
    """Structural, not by the clock: what a worker's transaction sends and what it leaves is the same for all three."""

    def asked():
        with CaptureQueriesContext(connection) as found:
            question = ask(here)
        said = [OF_ONE_TIME.sub("", one["sql"].split("VALUES")[0])[:60] for one in found.captured_queries]
        orders = sum("procrastinate" in one["sql"] for one in found.captured_queries)
        return said, orders, len(every_row(question)), len(known_to(here, question))

    restricted(there)
    hidden = asked()
    doing(there.manager, actions.choose, hub=there.hub, follows=0, answers=False, why="No.", at=MONDAY_9AM)
    off = asked()
    with connections["builder"].cursor() as cursor:
        cursor.execute("DELETE FROM boroughs_marks WHERE hub_id = %s", [there.hub.pk])
    nobody = asked()
    assert hidden == off == nobody
    assert nobody[1] >= 1


def test_practice_hubs_and_real_ones_know_nothing_of_each_other(here):
    practice = Side(hub=HubFactory(is_training=True))
    assert known_to(here, ask(here)) == set()
    assert asked_of(practice, by=practice.cleared) == []


def test_whoever_is_kept_from_the_person_does_not_see_that_a_hub_asked(here, there):
    AccessFactory(staff=there.decider, person_id=there.person.pk, bars=True)
    ask(here)
    assert asked_of(there) == []
    with signed_in_as(there.decider), pytest.raises(Http404):
        queries.find_asked(there.decider, every_row(Question.objects.using("builder").get())[0].pk)


# Who may ask, and how often


@pytest.mark.parametrize("duties", [["manage"], ["clear"], ["answer"], ["out_of_hours"], ["audit"], []])
def test_only_who_screens_or_decides_asks(here, duties):
    with pytest.raises(PermissionDenied):
        ask(here, by=StaffFactory(hub=here.hub, duties=duties))


def test_nobody_asks_about_another_hubs_contact(here, there):
    with pytest.raises(PermissionDenied):
        ask(here, contact=there.contact, person=there.person)


def test_a_reason_is_given(here):
    with pytest.raises(actions.NotWhole, match="why"):
        ask(here, why="  ")


def test_who_asks_too_often_is_stopped_in_words_and_asks_nothing(here, there):
    for _ in range(IN_TEN_MINUTES):
        ask(here)
    with pytest.raises(actions.AskedTooOften, match="Ask again later"):
        ask(here)
    assert len(asked_of(there)) == IN_TEN_MINUTES
    other_post = StaffFactory(hub=here.hub, screener=True, account=here.screener.account)
    with pytest.raises(actions.AskedTooOften):
        ask(here, by=other_post)


def test_each_of_several_records_that_were_joined_counts(here, there):
    for number in range(IN_TEN_MINUTES - 1):
        PersonFactory(hub=here.hub, given=f"Tam {number}", merged_into=here.person)
    ask(here)
    assert Question.objects.using("builder").get().records == IN_TEN_MINUTES
    with pytest.raises(actions.AskedTooOften, match="each of several that were joined counts"):
        ask(here)
    assert len(asked_of(there)) == 1


def test_more_records_than_the_limit_are_not_asked_about_at_once(here, there):
    for number in range(IN_TEN_MINUTES):
        PersonFactory(hub=here.hub, given=f"Tam {number}", merged_into=here.person)
    with pytest.raises(actions.AskedTooOften):
        ask(here)
    assert asked_of(there) == []


def test_everybody_of_a_hub_together_asks_so_often_and_other_hubs_still_ask(here, there):
    ask(here)
    rows = Question.objects.using("builder")
    rows.update(records=OF_A_HUB - 1)
    other = StaffFactory(hub=here.hub, screener=True)
    ask(here, by=other)
    third = StaffFactory(hub=here.hub, screener=True)
    with pytest.raises(actions.AskedTooOften, match=f"about {OF_A_HUB} in twelve hours by a hub"):
        ask(here, by=third)
    ask(there)
    rows.filter(hub=here.hub).update(answered_at=timezone.now() - timedelta(hours=13))
    ask(here, by=third)


# Raw SQL, as the restricted role


def refused(staff, words, given=(), *, role="", match=None):
    with (
        pytest.raises(DatabaseError, match=match),
        signed_in_as(staff, role=role),
        connection.cursor() as cursor,
    ):
        cursor.execute(words, list(given))


@pytest.mark.parametrize("role", ["", "mash_reader"])
@pytest.mark.parametrize("words", ["SELECT marks FROM boroughs_marks", "SELECT * FROM boroughs_marks"])
def test_nobody_reads_the_marks_not_even_their_own_hubs(here, there, words, role):
    for staff in (here.decider, here.cleared, here.manager):
        refused(staff, words, role=role)
    refused(here.decider, "SELECT count(*) FROM boroughs_marks WHERE marks && ARRAY['\\x00'::bytea]")


def test_which_people_have_marks_shows_ones_own_hub_only(here, there):
    with signed_in_as(here.decider):
        assert set(Marks.objects.values_list("person", flat=True)) == {here.person.pk}


def test_marks_are_not_written_onto_another_hubs_person(here, there):
    write = (
        "INSERT INTO boroughs_marks (id, hub_id, person_id, marks) VALUES (gen_random_uuid(), %s, %s, '{}') "
    )
    refused(here.decider, write, [there.hub.pk, there.person.pk])
    refused(here.decider, write, [here.hub.pk, there.person.pk])
    refused(here.decider, "UPDATE boroughs_marks SET marks = '{}'")
    with signed_in_as(here.decider), connection.cursor() as cursor:
        cursor.execute("DELETE FROM boroughs_marks WHERE person_id = %s", [there.person.pk])
    assert known_to(here, ask(here)) == {there.hub.pk}


def test_the_function_answers_ones_own_question_once_and_nothing_else(here, there):
    question = ask(here)
    call = "SELECT identity.known_elsewhere(%s)"
    refused(here.screener, call, [question.pk])
    refused(there.screener, call, [question.pk])
    refused(here.screener, call, [uuid.uuid4()])
    unanswered = (
        "INSERT INTO boroughs_question (id, hub_id, key, contact_id, person_id, why, by_id, at, answered_at, "
        "records) "
    )
    unanswered += "VALUES (%s, %s, gen_random_uuid(), %s, %s, 'x', %s, now(), %s, 1)"
    mine, key = here.screener, uuid.uuid4()
    refused(mine, unanswered, [key, here.hub.pk, here.contact.pk, here.person.pk, here.decider.pk, None])
    refused(mine, unanswered, [key, here.hub.pk, here.contact.pk, here.person.pk, mine.pk, MONDAY_9AM])
    refused(mine, unanswered, [key, there.hub.pk, there.contact.pk, there.person.pk, mine.pk, None])
    with signed_in_as(mine), connection.cursor() as cursor:
        cursor.execute(unanswered, [key, here.hub.pk, here.contact.pk, here.person.pk, mine.pk, None])
    refused(there.screener, call, [key])
    refused(mine, call, [key], role="mash_reader")


def test_a_person_who_is_in_no_contact_of_that_key_is_not_asked_about(here, there):
    other = ContactFactory(hub=here.hub)
    with pytest.raises(DatabaseError):
        ask(here, contact=other)


@pytest.mark.parametrize("in_the_name_of", ["screener", "manager"])
def test_nobody_asks_another_hub_in_anothers_name(here, in_the_name_of):
    question = Question(
        hub=here.hub, key=uuid.uuid4(), contact=here.contact, person=here.person, why=WHY, at=MONDAY_9AM,
        by=getattr(here, in_the_name_of),
    )  # fmt: skip
    if in_the_name_of == "screener":
        with signed_in_as(here.screener):
            question.save(force_insert=True)
        return
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(here.screener):
        question.save(force_insert=True)


def test_no_setting_that_a_worker_makes_opens_another_hubs_records(here, there):
    with signed_in_as(here.screener), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mash.across', 'on', true)")
        for table in ("people_person", "people_token", "contact_settlement", "contact_contactperson"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE hub_id = %s", [there.hub.pk])
            assert cursor.fetchone() == (0,)
        assert not Asked.objects.exists()


@pytest.mark.parametrize("table", ["boroughs_known", "boroughs_asked"])
def test_answers_are_written_by_the_function_alone(here, there, table):
    ask(here)
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) || jsonb_build_object('id', gen_random_uuid()) FROM {table} t LIMIT 1"
        )
        row = cursor.fetchone()[0]
    for staff in (here.screener, here.decider, there.decider):
        again = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
        refused(staff, again, [row], match="row-level security")
        refused(staff, f"UPDATE {table} SET at = now()")
        refused(staff, f"DELETE FROM {table}")


# Pages


def test_the_pages_ask_answer_and_say_that_it_is_no_all_clear(here, there):
    page = browser(here.screener)
    address = f"/other-hubs/ask/{here.contact.pk}/{here.named.pk}/"
    shown = page.get(address)
    assert "no all-clear" in shown.content.decode()
    again = page.post(address, {"key": uuid.uuid4(), "why": ""})
    assert again.status_code == 200
    assert "There is a problem" in again.content.decode()
    said = page.post(address, {"key": uuid.uuid4(), "why": WHY}, follow=True).content.decode()
    assert "Known: ask this hub" in said
    assert there.hub.name in said
    assert str(there.person.pk) not in said
    case = page.get(f"/cases/{here.contact.pk}/")
    assert case.status_code == 404 or there.hub.name in case.content.decode()


def test_strangers_get_not_found_for_everything(here, there):
    question = ask(here)
    (asked,) = asked_of(there)
    for staff in (there.decider, StaffFactory(hub=here.hub)):
        page = browser(staff)
        assert page.get(f"/other-hubs/questions/{question.pk}/").status_code == 404
        assert page.get(f"/other-hubs/ask/{here.contact.pk}/{here.named.pk}/").status_code == 404
    assert browser(here.decider).get(f"/other-hubs/asked/{asked.pk}/").status_code == 404
    assert browser(here.decider).post(f"/other-hubs/asked/{asked.pk}/", {}).status_code == 404
