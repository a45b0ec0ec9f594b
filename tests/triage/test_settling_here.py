"""People are settled while their contact is screened: searched for first, in one transaction with the rest, or not."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.contact import actions as contacts
from mash.contact import queries as contact_queries
from mash.contact.models import Answer, Settlement
from mash.ledger.models import Entry
from mash.partnership.models import Duty
from mash.triage import actions, queries
from mash.triage.models import Rating, Route
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import AlertFactory, PersonFactory
from tests.factories.triage import OpenWorkFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")
TOKEN = re.compile(r'name="(who-[^"]+-search)" value="([^"]+)"')
SCREENED = {
    "colour": "amber",
    "why": "Three days without a coat.",
    "route": "check",
    "route_why": "The school alone cannot tell us.",
}


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def contact(worker):
    return ContactFactory(hub=worker.hub)


@pytest.fixture
def daniel(worker):
    return PersonFactory(hub=worker.hub)


def address(contact):
    return reverse("triage:page", args=[contact.pk])


def page_of(worker, contact):
    answer = browser(worker).get(address(contact))
    assert answer.status_code == 200
    return answer.content.decode()


def choice_of(contact, ref="p1"):
    return f"who-{who(contact, ref).pk}-choice"


def form_on(words, **said):
    """Return the form of a page that was opened, its searches included, with these words in it."""
    return dict(TOKEN.findall(words)) | {"key": str(uuid.uuid4()), "step": "save"} | said


def sends(worker, contact, form):
    return browser(worker).post(address(contact), form)


def kept(model):
    return list(model.objects.using("builder").all())


def searches():
    return Entry.objects.using("builder").filter(event="people.searched")


def test_the_page_searches_for_whoever_is_not_settled_and_nothing_is_preselected(worker, contact, daniel):
    words = page_of(worker, contact)
    assert f'value="{daniel.pk}"' in words
    assert "Likely the same" in words
    assert " checked" not in words
    assert sorted(one.detail["count"] for one in searches()) == [0, 1]


def test_nobody_is_searched_for_where_all_but_professionals_are_settled(worker):
    people = [
        {"role": "child", "given": "Ama", "family": "Boateng"},
        {"role": "professional", "given": "Ines", "family": "Duarte"},
    ]
    contact = ContactFactory(hub=worker.hub, people=people)
    SettlementFactory(contact_person=who(contact, "p1"), answer="cannot_tell")
    assert "-choice" not in page_of(worker, contact)
    assert not searches().exists()


def test_who_may_settle_nobody_is_asked_nothing(contact, daniel):
    manager = StaffFactory(hub=contact.hub, manager=True)
    night = StaffFactory(hub=contact.hub, duties=[Duty.OUT_OF_HOURS])
    for one in (manager, night):
        browser(one).get(address(contact))
    assert not searches().exists()


INES = {"role": "professional", "given": "Ines", "family": "Duarte"}


def children(number):
    return [{"role": "child", "given": f"Child{n}", "family": "Boateng"} for n in range(number)]


def test_everybody_is_searched_for_in_two_questions_and_the_page_asks_no_more_for_many_than_for_few(worker):
    few, many = (ContactFactory(hub=worker.hub, people=[*children(n), INES]) for n in (2, 13))
    PersonFactory(hub=worker.hub, given="Child1", family="Boateng")
    browser(worker).get(address(few))
    asked = []
    for contact in (few, many):
        with CaptureQueriesContext(connection) as questions:
            words = page_of(worker, contact)
        asked.append([one["sql"] for one in questions if not one["sql"].startswith("INSERT")])
    assert len([one for one in asked[1] if "people_token" in one]) <= 2
    assert len(asked[0]) == len(asked[1])
    assert len(TOKEN.findall(words)) == 14
    assert "7 more: BOATENG, Child6; BOATENG, Child7" in words
    assert "Professionals: DUARTE, Ines" in words
    assert words.index("Child12") < words.index("Professionals: ")


def test_of_very_many_the_next_are_asked_about_when_the_first_are_saved(worker):
    contact = ContactFactory(hub=worker.hub, people=[INES, *children(21)])
    words = page_of(worker, contact)
    assert len(TOKEN.findall(words)) == 20
    assert "2 more are not settled" in words
    form = form_on(words) | {
        name.replace("-search", "-choice"): "cannot_tell" for name, _ in TOKEN.findall(words)
    }
    assert sends(worker, contact, form).status_code == 302
    words = page_of(worker, contact)
    assert "Child20" in words
    assert len(TOKEN.findall(words)) == 2
    assert "not settled. They" not in words


def test_what_was_said_in_a_fold_is_shown_open_when_the_page_comes_back(worker):
    contact = ContactFactory(hub=worker.hub, people=[*children(8), INES])
    words = page_of(worker, contact)
    assert len(re.findall(r"<details[^>]*>", folds(words))) == 2
    assert " open" not in "".join(re.findall(r"<details[^>]*>", folds(words)))
    said = {choice_of(contact, "p8"): "new", choice_of(contact, "p9"): "somebody"}
    words = sends(worker, contact, form_on(words, **SCREENED, **said)).content.decode()
    assert [" open" in one for one in re.findall(r"<details[^>]*>", folds(words))] == [True, True]
    assert "Choose who this is" in words
    said[choice_of(contact, "p9")] = "cannot_tell"
    assert sends(worker, contact, form_on(words, **SCREENED, **said)).status_code == 302
    assert sorted(one.answer for one in kept(Settlement)) == ["cannot_tell", "new"]


def folds(words):
    """Return the part of a page in which people are settled."""
    return words.partition("Is anybody already known?")[2].partition('name="colour"')[0]


def test_who_they_are_is_saved_with_the_rest(worker, contact, daniel):
    form = form_on(page_of(worker, contact), **SCREENED, **{choice_of(contact): str(daniel.pk)})
    form |= {choice_of(contact, "p2"): "new"}
    assert sends(worker, contact, form).status_code == 302
    child, mother = sorted(kept(Settlement), key=lambda one: one.candidates_shown, reverse=True)
    assert (child.answer, child.person_id, child.by_id) == ("known", daniel.pk, worker.pk)
    assert Entry.objects.using("builder").get(pk=child.search).event == "people.searched"
    assert mother.answer == "new"
    assert (len(kept(Rating)), len(kept(Route))) == (1, 1)
    words = page_of(worker, contact)
    assert "Known: OKAFOR, Daniel" in words
    assert "-choice" not in words


def test_to_settle_somebody_is_enough(worker, contact):
    form = form_on(page_of(worker, contact), **{choice_of(contact): "cannot_tell"})
    assert sends(worker, contact, form).status_code == 302
    assert [one.answer for one in kept(Settlement)] == ["cannot_tell"]


def test_what_is_held_on_those_chosen_is_shown_before_anything_is_saved(worker, contact, daniel):
    OpenWorkFactory(person=daniel, plan="Child protection plan")
    AlertFactory(person=daniel, words="Visit in pairs")
    before = ContactFactory(
        hub=worker.hub, reference="NF-7K3M-2Q9", received_at=MONDAY_9AM - timedelta(days=40)
    )
    SettlementFactory(contact_person=who(before, "p1"), answer="known", person=daniel)
    page = page_of(worker, contact)
    assert "Open: Child protection plan" in page
    assert "1 earlier contact, the newest 23 September 2026" in page
    form = form_on(page, **SCREENED, **{choice_of(contact): str(daniel.pk)}) | {"step": ""}
    words = sends(worker, contact, form).content.decode()
    for said in ("Known: OKAFOR, Daniel", "A case is already open", "Visit in pairs", "NF-7K3M-2Q9"):
        assert said in words
    assert not kept(Rating)
    assert len(kept(Settlement)) == 1


@pytest.mark.parametrize("chosen", ["", "somebody else", "nobody"])
def test_a_word_without_a_search_that_showed_them_saves_nothing_and_loses_nothing(
    worker, contact, daniel, chosen
):
    form = form_on(page_of(worker, contact), **SCREENED)
    late = PersonFactory(hub=worker.hub, given="Danny")
    if chosen == "":
        form |= {choice_of(contact): str(daniel.pk), choice_of(contact).replace("choice", "search"): ""}
    else:
        form |= {choice_of(contact): str(late.pk if chosen == "somebody else" else uuid.uuid4())}
    answer = sends(worker, contact, form)
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "Look again, then choose" in words
    assert SCREENED["why"] in words
    assert not kept(Settlement) + kept(Rating) + kept(Route)


def test_what_is_no_answer_is_refused_in_place(worker, contact):
    form = form_on(page_of(worker, contact), **SCREENED, **{choice_of(contact): "somebody"})
    words = sends(worker, contact, form).content.decode()
    assert "Choose who this is" in words
    assert SCREENED["why"] in words


def test_where_the_rest_is_refused_nobody_is_settled(worker, contact, daniel):
    form = form_on(page_of(worker, contact), **SCREENED, **{choice_of(contact): str(daniel.pk)})
    form |= {"route": "outcome", "outcome": ""}
    words = sends(worker, contact, form).content.decode()
    assert "Choose the outcome you propose" in words
    assert re.search(rf'value="{daniel.pk}" checked', words)
    assert not kept(Settlement)


def test_a_colleagues_word_is_not_overwritten_and_nothing_typed_is_lost(worker, contact, daniel):
    page = page_of(worker, contact)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    theirs = form_on(page_of(colleague, contact), **{choice_of(contact): "cannot_tell"})
    assert sends(colleague, contact, theirs).status_code == 302
    mine = form_on(page, **SCREENED, **{choice_of(contact): str(daniel.pk), choice_of(contact, "p2"): "new"})
    words = sends(worker, contact, mine).content.decode()
    assert "Somebody else has said who OKAFOR, Daniel is" in words
    assert SCREENED["why"] in words
    assert re.search(r'value="new" checked', words)
    assert [one.answer for one in kept(Settlement)] == ["cannot_tell"]
    assert not kept(Rating)


def test_somebody_closed_to_this_worker_meanwhile_is_as_if_they_had_gone(worker, contact, daniel):
    form = form_on(page_of(worker, contact), **SCREENED, **{choice_of(contact): str(daniel.pk)})
    AccessFactory(staff=worker, hub=worker.hub, person_id=daniel.pk, contact_id=None, bars=True)
    words = sends(worker, contact, form).content.decode()
    assert "Look again, then choose" in words
    assert f'value="{daniel.pk}"' not in words
    assert not kept(Settlement) + kept(Rating)


def test_of_two_workers_who_screen_at_one_moment_one_is_told_and_saves_nothing(worker, contact, daniel):
    both = [worker, StaffFactory(hub=worker.hub, social_worker=True)]
    looked = []
    for one in both:
        with signed_in_as(one):
            person = contact_queries.find_person(one, who(contact, "p1").pk)
            looked.append(contacts.look_for(contact_person=person, by=one, at=MONDAY_9AM))
    start, told = threading.Barrier(2), []

    def screen(one, found):
        said = actions.Said(found.who, Answer.KNOWN, daniel.pk, found.token)
        try:
            start.wait(timeout=10)
            with signed_in_as(one):
                actions.screen(
                    contact=queries.find(one, contact.pk), who=[said], colour="green", why="As it stands.",
                    by=one, at=MONDAY_9AM, key=uuid.uuid4(),
                )  # fmt: skip
            told.append("saved")
        except contacts.AlreadySettled:
            told.append("already")
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=screen, args=pair) for pair in zip(both, looked, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(told) == ["already", "saved"]
    assert (len(kept(Settlement)), len(kept(Rating))) == (1, 1)
