"""Who somebody in a contact is: after a search, by a worker, undoable, and never by a machine."""

import re
import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from mash.contact import actions, queries
from mash.contact.models import Answer, ContactPerson, NotThisPerson, Settlement
from mash.ledger.models import Entry
from mash.people import actions as people
from mash.people.details import Details, Home
from mash.people.models import Address, Name, Person
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import HouseholdFactory, ResidentFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DANIEL = {"role": "child", "given": "Daniel", "family": "Okafor", "born_on": "2016-03-04"}


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


def on_record(hub, given="Daniel", family="Okafor", born="2016-03-04", **more):
    from datetime import date

    said = Details(given=given, family=family, born_on=date.fromisoformat(born), **more)
    with in_service("imports"):
        return people.record_person(details=said, by=None, hub_id=hub.pk, at=MONDAY_9AM)


def contact_about(worker, *who):
    return ContactFactory(hub=worker.hub, people=list(who) or [DANIEL])


def first_of(contact, ref="p1"):
    with in_service("intake"):
        return ContactPerson.objects.select_related("contact__hub", "hub").get(contact_id=contact.pk, ref=ref)


def look(worker, who):
    with signed_in_as(worker):
        return actions.look_for(contact_person=queries.find_person(worker, who.pk), by=worker, at=MONDAY_9AM)


def settle(worker, who, answer, looked, person=None, *, at=MONDAY_9AM):
    with signed_in_as(worker):
        return actions.settle(
            contact_person=queries.find_person(worker, who.pk),
            answer=answer,
            person_id=person.pk if person else None,
            search=looked.token if looked else "",
            why="",
            by=worker,
            at=at,
        )


def test_somebody_new_is_put_on_record_as_the_contact_describes_them(worker):
    who = first_of(contact_about(worker))
    said = settle(worker, who, Answer.NEW, look(worker, who))
    assert str(said.person) == "OKAFOR, Daniel"
    assert said.candidates_shown == 0
    with signed_in_as(worker):
        assert queries.person_of(who) == said.person
        assert not queries.unsettled(who.contact).exists()


def test_somebody_known_stays_and_what_the_contact_says_is_added_as_history(worker):
    known = on_record(worker.hub, addresses=(Home(("1 Old Road",), "NF1 1AA"),))
    moved = {"known_as": ["Danny Marsh"], "lines": ["12 Cobbold Street"], "postcode": "NF2 3AB"}
    who = first_of(contact_about(worker, DANIEL | moved))
    looked = look(worker, who)
    assert [one.person_id for one in looked.candidates] == [known.pk]
    said = settle(worker, who, Answer.KNOWN, looked, known)
    assert said.person == known
    assert said.candidates_shown == 1
    assert Person.objects.using("builder").count() == 1
    assert Name.objects.using("builder").filter(given="Danny Marsh").exists()
    homes = Address.objects.using("builder").filter(person=known)
    assert {home.postcode for home in homes} == {"NF1 1AA", "NF2 3AB"}


def test_a_protected_address_is_not_added_to_a_record(worker):
    known = on_record(worker.hub)
    who = first_of(contact_about(worker, DANIEL | {"protected": True}))
    settle(worker, who, Answer.KNOWN, look(worker, who), known)
    assert not Address.objects.using("builder").exists()


def test_cannot_tell_yet_is_a_word_and_names_nobody(worker):
    who = first_of(contact_about(worker))
    said = settle(worker, who, Answer.CANNOT_TELL, look(worker, who))
    assert said.person is None
    with signed_in_as(worker):
        assert queries.person_of(who) is None
        assert not queries.unsettled(who.contact).exists()


def test_the_search_cannot_be_skipped(worker):
    who = first_of(contact_about(worker))
    with pytest.raises(actions.SearchFirst):
        settle(worker, who, Answer.NEW, None)
    assert not Person.objects.using("builder").exists()


def test_the_search_for_somebody_else_or_by_somebody_else_does_not_count(worker):
    contact = contact_about(worker, DANIEL, DANIEL | {"given": "Ruth"})
    who, sister = first_of(contact), first_of(contact, "p2")
    colleague = StaffFactory(hub=worker.hub, screener=True)
    for looked in (look(worker, sister), look(colleague, who)):
        with pytest.raises(actions.SearchFirst):
            settle(worker, who, Answer.NEW, looked)


def test_somebody_the_search_did_not_show_cannot_be_chosen(worker):
    other = on_record(worker.hub, given="Kwame", family="Boateng", born="1999-01-09")
    who = first_of(contact_about(worker))
    with pytest.raises(actions.SearchFirst):
        settle(worker, who, Answer.KNOWN, look(worker, who), other)


def test_whoever_came_on_record_since_the_search_is_shown_before_somebody_new_is_made(worker):
    who = first_of(contact_about(worker))
    looked = look(worker, who)
    on_record(worker.hub)
    with pytest.raises(actions.SearchFirst):
        settle(worker, who, Answer.NEW, looked)
    assert Person.objects.using("builder").count() == 1


def test_the_same_word_twice_is_said_once(worker):
    who = first_of(contact_about(worker))
    looked = look(worker, who)
    assert settle(worker, who, Answer.NEW, looked) == settle(worker, who, Answer.NEW, looked)
    assert Settlement.objects.using("builder").count() == 1
    assert Person.objects.using("builder").count() == 1


def test_a_word_that_stands_is_not_overwritten(worker):
    who = first_of(contact_about(worker))
    settle(worker, who, Answer.CANNOT_TELL, look(worker, who))
    colleague = StaffFactory(hub=worker.hub, screener=True)
    with pytest.raises(actions.AlreadySettled):
        settle(colleague, who, Answer.NEW, look(colleague, who))


def test_of_two_workers_who_settle_at_one_moment_one_is_told(worker):
    who = first_of(contact_about(worker))
    both = [worker, StaffFactory(hub=worker.hub, screener=True)]
    looked = [look(one, who) for one in both]
    start, said = threading.Barrier(2), []

    def speak(one, found):
        try:
            start.wait(timeout=10)
            said.append(settle(one, who, Answer.NEW, found).answer)
        except actions.AlreadySettled:
            said.append("already")
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=speak, args=pair) for pair in zip(both, looked, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["already", "new"]
    assert Person.objects.using("builder").count() == 1


def test_a_word_taken_back_is_kept_and_another_can_be_said(worker):
    who = first_of(contact_about(worker))
    first = settle(worker, who, Answer.CANNOT_TELL, look(worker, who))
    with signed_in_as(worker):
        actions.undo(settlement=first, by=worker, at=MONDAY_9AM)
    second = settle(worker, who, Answer.NEW, look(worker, who))
    with signed_in_as(worker):
        assert [one.pk for one in queries.past_settlements(who)] == [first.pk]
        assert queries.settlement_of(who).pk == second.pk


def test_undone_and_said_again_nobody_is_put_on_record_twice(worker):
    who = first_of(contact_about(worker))
    first = settle(worker, who, Answer.NEW, look(worker, who))
    with signed_in_as(worker):
        actions.undo(settlement=first, by=worker, at=MONDAY_9AM)
    again = settle(worker, who, Answer.NEW, look(worker, who))
    assert again.person == first.person


def test_a_word_is_taken_back_once(worker):
    settlement = SettlementFactory(contact_person=first_of(contact_about(worker)), by=worker)
    with signed_in_as(worker):
        actions.undo(settlement=settlement, by=worker, at=MONDAY_9AM)
    with pytest.raises(actions.NothingToUndo), signed_in_as(worker):
        actions.undo(settlement=settlement, by=worker, at=MONDAY_9AM)


@pytest.mark.parametrize("duties", [["answer"], ["manage"], []])
def test_who_may_not_settle_is_refused(worker, duties):
    who = first_of(contact_about(worker))
    looked = look(worker, who)
    other = StaffFactory(hub=worker.hub, duties=duties)
    with pytest.raises(PermissionDenied), signed_in_as(other):
        actions.settle(
            contact_person=who,
            answer=Answer.NEW,
            person_id=None,
            search=looked.token,
            why="",
            by=other,
            at=MONDAY_9AM,
        )


def test_a_person_closed_to_a_worker_is_not_shown_to_them(worker):
    known = on_record(worker.hub)
    AccessFactory(staff=worker, person_id=known.pk, bars=True, why="their own family")
    assert not look(worker, first_of(contact_about(worker))).candidates


def test_somebody_merged_is_followed_to_who_they_turned_out_to_be(worker):
    into, gone = on_record(worker.hub), on_record(worker.hub, given="Dan")
    Person.objects.using("builder").filter(pk=gone.pk).update(merged_into=into)
    who = first_of(contact_about(worker))
    SettlementFactory(contact_person=who, answer="known", person=gone, by=worker)
    with signed_in_as(worker):
        assert queries.person_of(who) == into


def test_the_record_keeps_the_search_and_the_word(worker):
    who = first_of(contact_about(worker))
    said = settle(worker, who, Answer.NEW, look(worker, who))
    lines = {line.event: line for line in Entry.objects.using("builder").all()}
    assert lines["people.searched"].pk == said.search
    assert lines["person.settled"].detail["search"] == str(said.search)
    assert "Okafor" not in str([line.detail for line in lines.values()])


# The pages


def page_of(who):
    return f"/contacts/people/{who.pk}/"


def token_in(response):
    return re.search(r'name="search" value="([^"]+)"', response.content.decode())[1]


def test_the_page_shows_who_it_may_be_with_reasons_and_nothing_chosen(worker):
    on_record(worker.hub)
    who = first_of(contact_about(worker))
    page = browser(worker).get(page_of(who)).content.decode()
    assert "Likely the same" in page
    assert "same date of birth" in page
    assert not re.search(r"<input[^>]* checked", page)


def test_a_twin_is_never_offered_as_likely(worker):
    home = Home(("3 Mill Lane",), "NF4 5AB")
    on_record(worker.hub, given="Kehinde", family="Adeyemi", born="2018-05-05", addresses=(home,))
    twin = {"role": "child", "given": "Taiwo", "family": "Adeyemi", "born_on": "2018-05-05"}
    twin |= {"lines": list(home.lines), "postcode": home.postcode}
    page = browser(worker).get(page_of(first_of(contact_about(worker, twin)))).content.decode()
    assert "Likely the same" not in page
    assert "given name different" in page
    assert not re.search(r"<input[^>]* checked", page)


def test_a_worker_settles_on_the_page_and_takes_it_back(worker):
    known = on_record(worker.hub)
    who = first_of(contact_about(worker))
    client = browser(worker)
    answer = client.post(
        page_of(who),
        {"choice": str(known.pk), "why": "Same NHS number.", "search": token_in(client.get(page_of(who)))},
    )
    assert answer.url == f"/contacts/{who.contact_id}/people/"
    assert "Known: this person" in client.get(answer.url).content.decode()

    settled = client.get(page_of(who)).content.decode()
    assert "Same NHS number." in settled
    word = re.search(r'name="settlement" value="([^"]+)"', settled)[1]
    client.post(f"{page_of(who)}undo/", {"settlement": word})
    assert "Not settled yet" in client.get(answer.url).content.decode()


def test_nothing_chosen_is_an_error_that_keeps_the_words(worker):
    who = first_of(contact_about(worker))
    client = browser(worker)
    page = client.post(page_of(who), {"why": "I am thinking.", "search": token_in(client.get(page_of(who)))})
    assert page.status_code == 200
    assert "Choose who this is" in page.content.decode()
    assert "I am thinking." in page.content.decode()


def test_a_stale_search_shows_the_list_again_with_the_choice_kept(worker):
    who = first_of(contact_about(worker))
    client = browser(worker)
    token = token_in(client.get(page_of(who)))
    on_record(worker.hub)
    page = client.post(page_of(who), {"choice": "new", "search": token}).content.decode()
    assert "come on record" in page
    assert "Likely the same" in page
    assert re.search(r'value="new"[^>]* checked', page)


@pytest.mark.parametrize("address", ["/contacts/people/{person}/", "/contacts/{contact}/people/"])
def test_anothers_contact_and_no_contact_look_alike(worker, address):
    who = first_of(contact_about(worker))
    stranger = browser(StaffFactory(whole_desk=True))
    hidden = stranger.get(address.format(person=who.pk, contact=who.contact_id))
    absent = stranger.get(address.format(person=uuid.uuid4(), contact=uuid.uuid4()))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert re.sub(r"csrf\S+ value=\S+", "", hidden.content.decode()) == re.sub(
        r"csrf\S+ value=\S+", "", absent.content.decode()
    )


def test_a_protected_address_is_on_neither_page(worker):
    who = first_of(contact_about(worker, DANIEL | {"protected": True}))
    client = browser(worker)
    for address in (page_of(who), f"/contacts/{who.contact_id}/people/"):
        assert "protected" in client.get(address).content.decode()


def test_a_list_of_many_people_asks_no_more_of_the_database(worker, django_assert_num_queries):
    many = contact_about(worker, *[DANIEL | {"given": f"Child {n}"} for n in range(12)])
    with signed_in_as(worker), django_assert_num_queries(2):
        assert len(queries.people_of(many)) == 12


def not_the_same(worker, who, looked, *people):
    with signed_in_as(worker):
        return actions.say_not_the_same(
            contact_person=queries.find_person(worker, who.pk),
            people_ids=[one.pk for one in people],
            search=looked.token,
            why="Another birthday.",
            by=worker,
            at=MONDAY_9AM,
        )


def test_not_the_same_is_remembered_stops_known_and_can_be_taken_back(worker):
    other = on_record(worker.hub)
    who = first_of(contact_about(worker))
    not_the_same(worker, who, look(worker, who), other)
    not_the_same(worker, who, look(worker, who), other)
    with pytest.raises(actions.SaidNotTheSame):
        settle(worker, who, Answer.KNOWN, look(worker, who), other)
    with signed_in_as(worker):
        (said,) = queries.not_same_as(who)
        actions.undo_not_the_same(said=said, by=worker, at=MONDAY_9AM)
        assert not queries.not_same_as(who).exists()
    assert settle(worker, who, Answer.KNOWN, look(worker, who), other).person == other
    assert (
        Entry.objects.using("builder").filter(event__in=["person.not_same", "not_same.undone"]).count() == 2
    )


def test_only_somebody_the_search_showed_is_said_not_to_be_them(worker):
    who = first_of(contact_about(worker))
    looked = look(worker, who)
    unlike = on_record(worker.hub, given="Ama", family="Boateng", born="2009-01-01")
    with pytest.raises(actions.SearchFirst):
        not_the_same(worker, who, looked, unlike)


@pytest.mark.parametrize(("same_hub", "duties", "barred", "sees"), [
    (True, ["screen"], False, True), (True, ["screen"], True, False),
    (True, ["answer"], False, False), (False, ["screen"], False, False),
])  # fmt: skip
def test_who_sees_that_somebody_is_not_a_person_on_record(worker, same_hub, duties, barred, sees):
    other = on_record(worker.hub)
    who = first_of(contact_about(worker))
    not_the_same(worker, who, look(worker, who), other)
    reader = StaffFactory(hub=worker.hub, duties=duties) if same_hub else StaffFactory(duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=who.contact_id, bars=True, why="her nephew")
    with signed_in_as(reader):
        assert NotThisPerson.objects.exists() is sees


def test_the_page_takes_both_words_shows_them_again_and_says_who_lives_where_and_when(worker):
    from datetime import date

    home = Home(("1 Old Road",), "NF1 1AA", date(2020, 3, 1), date(2022, 5, 9))
    other, known = on_record(worker.hub), on_record(worker.hub, addresses=(home,))
    grace = on_record(worker.hub, given="Grace", born="1988-07-11")
    household = HouseholdFactory(hub=worker.hub)
    for one in (known, grace):
        ResidentFactory(hub=worker.hub, household=household, person=one)
    mother = {"role": "parent_or_carer", "given": "Grace", "family": "Okafor"}
    who = first_of(contact_about(worker, DANIEL, mother))
    client, page = browser(worker), f"/contacts/people/{who.pk}/"
    shown = client.get(page).content.decode()
    assert "1 Old Road (from 1 March 2020 until 9 May 2022)" in shown
    assert "OKAFOR, Grace" in shown
    assert "one of the family named is on record with them" in shown

    def token():
        return re.search(r'name="search" value="([^"]+)"', client.get(page).content.decode())[1]

    both = {"choice": str(other.pk), "not_same": [str(other.pk)], "search": token()}
    assert "choose one" in client.post(page, both).content.decode()
    assert "Choose who this is" in client.post(page, {"search": token()}).content.decode()
    apart = {"not_same": [str(other.pk)], "why": "Another school.", "search": token()}
    assert client.post(page, apart).url == page
    shown = client.get(page).content.decode()
    assert "Said not the same" in shown
    assert "Another school." in shown
    client.post(page, {"choice": str(known.pk), "search": token()})
    with signed_in_as(worker):
        assert queries.person_of(who) == known
    again = first_of(contact_about(worker))
    assert (
        "In another contact said not to be OKAFOR, Daniel"
        in client.get(f"/contacts/people/{again.pk}/").content.decode()
    )
