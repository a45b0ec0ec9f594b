"""Registers compared between hubs: who lets them, what the run may read, and what each hub is told."""

import re
import sys
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from mash.common.identity import as_service
from mash.ledger.models import Entry
from mash.people.models import Person
from mash.region import actions, queries
from mash.region.actions import comparing
from mash.region.models import Grant, LookedOver, Met, Word
from tests.boroughs.test_asking import protected, restricted, sealed
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import people_of
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
CHILD = {"given": "Tamsin", "family": "Quillfeather", "born_on": date(2016, 5, 6), "sex": "F",
         "phones": ("020 7946 0991",)}  # fmt: skip
B = "builder"
LOOKED_OVER = """INSERT INTO region_lookedover (id, hub_id, at, records, found)
    SELECT gen_random_uuid(), hub_id, now(), 1, 1 FROM people_person LIMIT 1"""
MET = """INSERT INTO region_met (id, hub_id, person_id, elsewhere_id, likely, at)
    SELECT gen_random_uuid(), hub_id, person_id, elsewhere_id, true, now() FROM region_met"""


class Side:
    """A hub that knows the child, and who works there."""

    def __init__(self, name, *, knows=CHILD, training=False):
        self.hub = HubFactory(name=name, telephone="020 7946 0100", is_training=training)
        self.person = a_known_person(self.hub, **knows) if knows else None
        self.manager = StaffFactory(hub=self.hub, manager=True)
        self.screener = StaffFactory(hub=self.hub, screener=True)

    def lets(self, *sides, **changed):
        newest = Grant.objects.using(B).filter(hub=self.hub).count()
        said = {
            "follows": newest, "others": [one.hub for one in sides], "basis": "task",
            "agreement": "Northern agreement, 1 May 2026; DPIA 7", "purpose": "Children who move between us.",
            "from_at": MONDAY_9AM - timedelta(days=1), "until_at": MONDAY_9AM + timedelta(days=9000), "at": MONDAY_9AM,
        } | changed  # fmt: skip
        return doing(self.manager, actions.grant, **said)

    def told(self, by=None):
        with signed_in_as(by or self.screener):
            return [(one.person_id, one.elsewhere_id) for one in queries.waiting(by or self.screener)]


@pytest.fixture(autouse=True)
def _any_length(monkeypatch):
    """The tests' Monday is past by the database's own clock, which says what runs."""
    monkeypatch.setattr("mash.region.actions.granting.LONGEST", timedelta(days=20000))


@pytest.fixture
def one():
    return Side("Northfield")


@pytest.fixture
def other():
    return Side("Eastmere")


@pytest.fixture
def both(one, other):
    one.lets(other)
    other.lets(one)
    return one, other


def run(**said):
    with as_service("region"):
        return actions.look_over(at=MONDAY_9AM, **said)


def readable():
    """Return which people the run could read now, in all tables that it reads of them."""
    with as_service("region"), transaction.atomic():
        return set(Person.objects.values_list("pk", flat=True))


def lines(hub, event):
    return list(Entry.objects.using(B).filter(hub_id=hub.pk, event=event))


def named_in_a_case(side, **more):
    contact = ContactFactory(hub=side.hub, people=[{"role": "child", "given": "T", "family": "Q"} | more])
    SettlementFactory(contact_person=people_of(contact)[0], person=side.person, answer="known")
    return contact


# What is told


def test_each_hub_is_told_whom_to_ask_about_and_nothing_of_the_others_record(both):
    one, other = both
    said = run()
    assert (said.hubs, said.records, said.found) == (2, 2, 2)
    assert one.told() == [(one.person.pk, other.hub.pk)]
    assert other.told() == [(other.person.pk, one.hub.pk)]
    theirs = {str(other.person.pk), other.person.given}
    kept = str(list(Met.objects.using(B).filter(hub=one.hub).values()))
    assert not [word for word in theirs if word in kept]


def test_two_of_one_hub_are_not_told_here(both):
    one, other = both
    again = a_known_person(one.hub, **CHILD | {"given": "Tamsyn"})
    run()
    assert set(one.told()) == {(one.person.pk, other.hub.pk), (again.pk, other.hub.pk)}


def test_a_stranger_is_told_to_nobody(one):
    other = Side("Eastmere", knows={"given": "Oskar", "family": "Bellweather", "born_on": date(2011, 1, 2)})
    one.lets(other)
    other.lets(one)
    assert run().found == 0
    assert LookedOver.objects.using(B).filter(hub=one.hub, records=1, found=0).exists()


def test_a_brother_is_never_likely(one):
    other = Side("Eastmere", knows=CHILD | {"given": "Toby", "sex": "M", "born_on": date(2014, 2, 3)})
    one.lets(other)
    other.lets(one)
    run()
    assert not Met.objects.using(B).filter(likely=True).exists()


def test_a_hub_s_line_is_committed_before_anything_of_it_is_read(both, monkeypatch):
    one, _ = both

    def reads(*_, **__):
        assert [len(lines(side.hub, "region.read")) for side in both] == [1, 1]
        raise RuntimeError("Broke off")

    monkeypatch.setattr(comparing.splinking, "pairs", reads)
    with pytest.raises(RuntimeError, match="Broke off"):
        run()
    assert len(lines(one.hub, "region.read")) == 1
    assert not lines(one.hub, "region.compared")


def test_a_run_that_breaks_off_leaves_the_list_as_it_was(both, monkeypatch):
    run()
    monkeypatch.setattr(comparing, "weigh_several", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert both[0].told()


# Who lets it


def test_without_a_grant_nothing_is_read(one, other):
    one.lets(other)
    assert run() == (0, 0, 0)
    assert readable() == set()
    assert not lines(one.hub, "region.read")


@pytest.mark.parametrize(
    "changed",
    [
        {"until_at": MONDAY_9AM + timedelta(minutes=1)},
        {"from_at": MONDAY_9AM + timedelta(days=8000)},
    ],
)
def test_a_grant_that_is_over_or_has_not_begun_lets_nothing_be_read(one, other, changed):
    one.lets(other, **changed)
    other.lets(one)
    assert run().hubs == 0
    assert readable() == set()


def test_a_third_hub_is_compared_only_with_whom_it_chose(both):
    one, other = both
    third = Side("Westbury")
    third.lets(one)
    one.lets(other, third)
    run()
    assert set(one.told()) == {(one.person.pk, other.hub.pk), (one.person.pk, third.hub.pk)}
    assert third.told() == [(third.person.pk, one.hub.pk)]
    assert other.told() == [(other.person.pk, one.hub.pk)]


def test_a_hub_that_lets_nobody_is_not_read(both):
    third = Side("Westbury")
    assert run().records == 2
    assert third.person.pk not in readable()


def test_a_practice_hub_is_never_compared_with_a_real_one(one):
    practice = Side("Practice", training=True)
    with pytest.raises(actions.NotWhole, match="hubs of the list"):
        practice.lets(one)


def test_once_it_ends_nobody_reads_and_nobody_is_shown_what_was_found(both):
    one, other = both
    run()
    doing(one.manager, actions.end, follows=1, why="The agreement ended.", at=MONDAY_9AM)
    assert readable() == set()
    assert one.told() == other.told() == []
    run()
    assert not Met.objects.using(B).exists()


def test_a_grant_that_ends_while_the_run_reads_lets_nothing_be_told(both, monkeypatch):
    one, _ = both
    real = comparing._told

    def slow(*args):
        found = real(*args)
        assert found
        Grant.objects.using(B).filter(hub=one.hub).update(until_at=MONDAY_9AM)
        return found

    monkeypatch.setattr(comparing, "_told", slow)
    assert run().found == 0
    assert not Met.objects.using(B).exists()


def test_only_the_manager_lets_it_and_says_why(one, other):
    with pytest.raises(PermissionDenied):
        doing(one.screener, actions.end, follows=0, why="No.", at=MONDAY_9AM)
    with pytest.raises(actions.NotWhole, match="on which basis"):
        one.lets(other, agreement=" ")
    began = MONDAY_9AM - timedelta(days=2)
    with pytest.raises(actions.NotThen, match="must not be before the first"):
        one.lets(other, from_at=MONDAY_9AM, until_at=began)
    with pytest.raises(actions.NotThen, match="over already"):
        one.lets(other, from_at=began, until_at=MONDAY_9AM - timedelta(days=1))
    with pytest.raises(actions.NotThen, match="20000 days at most"):
        one.lets(other, from_at=MONDAY_9AM, until_at=MONDAY_9AM + timedelta(days=20001))
    one.lets(other)
    with pytest.raises(actions.SpokenMeanwhile, match="while you wrote"):
        one.lets(other, follows=0)


def test_nobody_lets_it_for_another_hub_or_in_anothers_name(one, other):
    forged = {"number": 1, "runs": False, "why": "Forged."}
    for hub, by in ((other.hub, one.manager), (one.hub, one.screener)):
        with signed_in_as(one.manager), pytest.raises(DatabaseError), transaction.atomic():
            Grant.objects.create(hub=hub, by=by if hub == one.hub else one.manager, at=MONDAY_9AM, **forged)
    with signed_in_as(one.screener), pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.create(hub=one.hub, by=one.screener, at=MONDAY_9AM, **forged)


# Who is never met


def recognised(there):
    """The unit holds somebody of whom all that the record can be recognised by is true."""
    with connections[B].cursor() as cursor:
        subject = uuid.uuid4()
        cursor.execute(
            "INSERT INTO sealed.sealed_subject (id, hub_id, agency, author, nonce, body, at) "
            "VALUES (%s, %s, %s, %s, '', '', now())",
            [subject, there.hub.pk, uuid.uuid4(), uuid.uuid4()],
        )
        cursor.execute(
            "INSERT INTO sealed.sealed_mark (id, hub_id, subject_id, kind, token) "
            "SELECT gen_random_uuid(), hub_id, %s, kind, token FROM people_token WHERE person_id = %s",
            [subject, there.person.pk],
        )


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("hides", [restricted, protected, sealed, recognised])
def test_nobody_on_whom_something_is_held_in_confidence_is_read_or_told(both, side, hides):
    there = both[side]
    there.contact = named_in_a_case(there)
    there.named = people_of(there.contact)[0]
    assert there.person.pk in readable()
    hides(there)
    assert there.person.pk not in readable()
    assert both[1 - side].person.pk in readable()
    assert run() == (2, 1, 0)


def test_a_record_joined_to_one_that_is_never_met_is_not_met_either(both):
    one, _ = both
    again = a_known_person(one.hub, **CHILD)
    Person.objects.using(B).filter(pk=again.pk).update(merged_into=one.person)
    named_in_a_case(one, protected=True)
    assert not {one.person.pk, again.pk} & readable()


def test_whoever_is_kept_from_somebody_is_not_shown_them(both):
    one, _ = both
    run()
    AccessFactory(staff=one.screener, person_id=one.person.pk, bars=True)
    assert one.told() == []
    assert one.told(one.manager)


# Smuggled in


@pytest.mark.parametrize(
    "words",
    [
        "SELECT identity.region_hidden()",
        "SELECT * FROM identity.region_running()",
        LOOKED_OVER,
        MET,
        "UPDATE region_grant SET until_at = now() + interval '9 years'",
        "UPDATE region_met SET likely = true",
    ],
)
def test_no_post_writes_what_the_run_writes_or_asks_what_it_may_not(both, words):
    one, _ = both
    run()
    with signed_in_as(one.manager), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(words)


def test_what_nobody_is_barred_from_for_a_moment_is_kept_for_nobody(both):
    one, _ = both
    named_in_a_case(one, protected=True)
    with as_service("region"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT identity.forget()")
        cursor.execute("SELECT count(*) FROM people_person WHERE id = %s", [one.person.pk])
        assert cursor.fetchone() == (0,)


# The pages


def test_a_worker_asks_the_other_hub_and_says_what_became_of_it(both):
    one, other = both
    run()
    client = browser(one.screener)
    assert reverse("region:waiting") in client.get(reverse("contact:suspected")).content.decode()
    page = client.get(reverse("region:waiting")).content.decode()
    assert str(one.person) in page
    assert "Eastmere" in page
    (met,) = Met.objects.using(B).filter(hub=one.hub)
    asking = client.get(reverse("region:say", args=[met.pk])).content.decode()
    assert "May be the same as somebody known to Eastmere: ask them, 020 7946 0100" in asking
    answer = client.post(reverse("region:say", args=[met.pk]), {"kind": "asked", "why": "They knew her."})
    assert answer.status_code == 302
    assert one.told() == []
    assert Word.objects.using(B).filter(person=one.person, elsewhere=other.hub, kind="asked").count() == 1
    run()
    assert one.told() == []
    assert other.told()
    assert [len(lines(one.hub, f"region.{word}")) for word in ("listed", "seen", "said")] == [1, 1, 1]


def test_the_other_hub_s_row_is_not_there_for_a_stranger(both):
    one, other = both
    run()
    (theirs,) = Met.objects.using(B).filter(hub=other.hub)
    assert browser(one.screener).get(reverse("region:say", args=[theirs.pk])).status_code == 404


def test_the_manager_lets_it_on_a_page_and_ends_it(one, other):
    other.lets(one)
    client = browser(one.manager)
    assert "nobody’s" in client.get(reverse("region:waiting")).content.decode()
    typed = {
        "follows": 0, "others": [str(other.hub.pk)], "basis": "task", "agreement": "Agreement of May; DPIA 7",
        "purpose": "Children who move.", "from_on-day": "1", "from_on-month": "12", "from_on-year": "2026",
        "until_on-day": "1", "until_on-month": "6", "until_on-year": "2027",
    }  # fmt: skip
    missing = client.post(reverse("region:grant"), typed | {"agreement": ""})
    assert missing.status_code == 200
    assert "There is a problem" in missing.content.decode()
    page = client.post(reverse("region:grant"), typed, follow=True).content.decode()
    assert "Eastmere" in page, page
    assert "through 1 June 2027" in page
    grant = Grant.objects.using(B).get(hub=one.hub)
    assert (grant.others, grant.basis, grant.runs) == ([other.hub.pk], "task", True)
    again = client.get(reverse("region:grant")).content.decode()
    assert 'value="Agreement of May; DPIA 7"' in again
    assert re.search(r'name="until_on-month"[^>]*value="6"', again)
    meanwhile = client.post(reverse("region:grant"), typed).content.decode()
    assert "Somebody decided on it while you wrote" in meanwhile
    assert re.search(r'name="follows" value="1"', meanwhile)
    reversed_ = client.post(reverse("region:grant"), typed | {"follows": 1, "until_on-year": "2026"})
    assert "The last day must be" in reversed_.content.decode()
    assert client.post(reverse("region:end"), {"follows": 1, "why": "Over."}).status_code == 302
    assert Grant.objects.using(B).filter(hub=one.hub, runs=False, number=2).exists()


def test_a_screener_neither_lets_it_nor_ends_it(one):
    client = browser(one.screener)
    assert client.get(reverse("region:grant")).status_code == 403
    assert client.post(reverse("region:end"), {"follows": 0, "why": "No."}).status_code == 403


# The command


def test_the_command_says_what_it_found(both, capsys):
    call_command("region")
    assert "2 hubs, 2 records: 2 times somebody may be known to another hub" in capsys.readouterr().out


def test_the_command_says_that_nobody_lets_it(one, capsys):
    call_command("region")
    assert "nothing was read" in capsys.readouterr().out


def test_without_spark_its_run_says_so_and_leaves_the_list(both, monkeypatch):
    run()
    monkeypatch.setattr(comparing.splinking, "FEWEST", 1)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(CommandError, match="Spark is not installed"):
        call_command("region", engine="spark")
    assert both[0].told()
