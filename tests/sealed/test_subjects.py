"""People whom only the unit knows: recognised for the cleared, absent after the same work for anybody else."""

import io
import re
import uuid
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.people.details import Details, Home
from mash.sealed.actions import NotEnough, NotForThisSystem, end_subject, seal_subject
from mash.sealed.models import Mark, Subject
from mash.sealed.queries import ask_the_unit, find_subject, subjects_of, who_it_is
from mash.sealed.room import sealed_room
from mash.sealed.subjects import Words
from tests.check.test_sealed_answers import told_apart
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")

HELD = "Confidential information is held: ask the unit"
HOME = Home(("7 Larkspur Yard",), "HV1 2AB")
LEILA = Details(
    given="Leila Jane",
    family="Marchetti",
    known_as=("Lily",),
    born_on=date(2014, 5, 9),
    addresses=(Home(postcode="HV1 2AB"),),
    phones=("07700 900461",),
    nhs_number="9993831220",
)
UNDATED = Details(given="Leila", family="Marchetti", addresses=(Home(postcode="HV1 2AB"),))


@pytest.fixture
def cleared():
    return StaffFactory(cleared=True)


def put_on_the_list(cleared, details=LEILA, why="A witness"):
    key = uuid.uuid4()
    with signed_in_as(cleared):
        seal_subject(key=key, words=Words(details, why), by=cleared, at=MONDAY_9AM)
    return key


def told(staff, *described, role=""):
    with signed_in_as(staff, role=role):
        return ask_the_unit(staff, described)


def lines():
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT event, about, why, detail::text FROM ledger_entry ORDER BY at, id")
        return cursor.fetchall()


@pytest.mark.parametrize(
    "said",
    [
        {"given": "Leila", "family": "Marchetti", "born_on": date(2014, 5, 9)},
        {"given": "Leyla", "family": "Marketti", "born_on": date(2014, 5, 9)},  # by ear
        {"given": "Lily", "family": "Marchetti", "born_on": date(2014, 5, 9)},
        {"given": "Marchetti", "family": "Leila", "born_on": date(2014, 5, 9)},  # the wrong way round
        {"given": "Leila", "family": "Marchetti", "born_on": date(2014, 9, 5)},  # day and month changed over
        {"given": "Leila", "family": "Stone", "born_on": date(2014, 5, 9)},  # a new family name
        {"given": "Leila", "family": "Marchetti", "addresses": (HOME,)},
        {"given": "Leila", "family": "Marchetti", "phones": ("+44 7700 900461",)},
        {"given": "Leila", "family": "Marchetti", "nhs_number": "999 383 1220"},
        {"given": "Leila", "family": "Marchetti", "age_words": "12", "age_as_of": date(2026, 6, 1)},
        {"given": "Jo", "family": "Lane", "born_on": date(2014, 5, 9), "nhs_number": "9993831220"},
    ],
    ids=lambda said: " ".join(str(one) for one in said.values())[:60],
)
def test_the_cleared_are_told_whichever_way_they_are_described(cleared, said):
    put_on_the_list(cleared)
    if said["given"] == "Jo":
        said = said | {"family": "Lang"}  # another name; the number and the birth date are theirs
    assert told(cleared, Details(**said)) == [True]


@pytest.mark.parametrize(
    "said",
    [
        {"given": "Leila", "family": "Marchetti"},  # a name alone
        {
            "given": "Marco",
            "family": "Marchetti",
            "born_on": date(2011, 2, 3),
            "addresses": (HOME,),
        },  # a brother
        {
            "given": "Marco",
            "family": "Marchetti",
            "born_on": date(2014, 5, 9),
            "addresses": (HOME,),
        },  # a twin
        {"given": "Marco", "family": "Marchetti", "born_on": date(2011, 2, 3), "nhs_number": "9993831220"},
        {
            "given": "Leila",
            "family": "Marchetti",
            "born_on": date(2014, 11, 23),
        },  # a namesake of the same year
        {"given": "Leila", "family": "Marchetti", "nhs_number": "9993831221"},  # a wrong check digit
        {"given": "Unknown", "born_on": date(2014, 5, 9)},
        {},
    ],
    ids=lambda said: " ".join(str(one) for one in said.values())[:60] or "nothing",
)
def test_nobody_else_is_taken_for_them(cleared, said):
    put_on_the_list(cleared)
    assert told(cleared, Details(**said)) == [False]


def test_of_several_people_each_has_an_answer_of_their_own(cleared):
    put_on_the_list(cleared)
    other = Details(given="Tom", family="Field", born_on=date(2014, 5, 9))
    assert told(cleared, other, LEILA, other, LEILA) == [False, True, False, True]
    assert told(cleared) == []


def test_where_the_unit_knows_no_birth_date_a_home_recognises_them_too(cleared):
    put_on_the_list(cleared, UNDATED)
    assert told(cleared, LEILA, Details(given="Leila", family="Marchetti", born_on=date(2014, 5, 9))) == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("duties", "here", "is_told"),
    [
        (["clear"], True, True),
        (["out_of_hours"], True, True),  # at night nobody else is there to ask
        (["clear"], False, False),
        (["out_of_hours"], False, False),
        (["out_of_hours", "screen"], True, False),  # a day post
        (["screen", "assess", "decide", "approve", "manage"], True, False),
        (["audit", "administer", "release"], True, False),
        (["answer"], True, False),
        ([], True, False),
    ],
)
@pytest.mark.parametrize("role", ["", "mash_reader"])
def test_who_is_told_and_who_sees_the_list(cleared, duties, here, is_told, role):
    key = put_on_the_list(cleared)
    hub = cleared.hub if here else HubFactory()
    staff = StaffFactory(hub=hub, duties=duties)
    assert told(staff, LEILA, role=role) == [is_told]
    sees = "clear" in duties and here
    with signed_in_as(staff), sealed_room():  # row-level security without the filter
        assert Subject.objects.exists() is Mark.objects.exists() is sees
    with signed_in_as(staff):
        if sees:
            assert find_subject(staff, key).key == key
        else:
            with pytest.raises(Http404):
                find_subject(staff, key)


def test_somebody_who_asks_for_another_hub_is_told_nothing(cleared):
    put_on_the_list(cleared)
    elsewhere = StaffFactory(cleared=True)
    elsewhere.hub = cleared.hub  # as if a caller mixed them up; who acts is signed
    assert told(elsewhere, LEILA) == [False]


def test_for_whoever_is_not_cleared_the_work_is_the_same(cleared):
    put_on_the_list(cleared)
    screener = StaffFactory(hub=cleared.hub, screener=True)
    asked = []
    for staff, described in ((screener, LEILA), (screener, UNDATED), (cleared, LEILA)):
        with signed_in_as(staff), CaptureQueriesContext(connection) as done:
            ask_the_unit(staff, [described])
        asked.append([re.sub(r"'[^']*'|ARRAY\[.*?\]|\{.*?\}", "", one["sql"])[:60] for one in done])
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 1


def test_an_entry_that_ended_is_told_no_more_and_a_second_ending_changes_nothing(cleared):
    key = put_on_the_list(cleared)
    for _ in range(2):
        with signed_in_as(cleared):
            end_subject(key=key, why="The trial is over", by=cleared, at=MONDAY_9AM)
    assert told(cleared, LEILA) == [False]
    with signed_in_as(cleared):
        assert find_subject(cleared, key).ended_at == MONDAY_9AM
        assert who_it_is(cleared, key).details == LEILA
    assert [event for event, *_ in lines()].count("subject.ended") == 1


def test_what_is_written_lies_encrypted_and_the_record_names_nobody(cleared):
    put_on_the_list(cleared, why="zqwitness")
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT body || (SELECT string_agg(token, ''::bytea) FROM sealed.sealed_mark) FROM sealed.sealed_subject"
        )
        kept = bytes(cursor.fetchone()[0])
    everything = kept + " ".join(" ".join(map(str, line)) for line in lines()).encode()
    # Nothing as short as a year: among bytes like dice, four digits stand together now and then.
    for word in (
        "zqwitness",
        "Leila",
        "Marchetti",
        "2014-05-09",
        "May 2014",
        "9993831220",
        "HV1 2AB",
        "HV12AB",
    ):
        assert word.encode() not in everything


def test_too_little_to_recognise_somebody_by_and_what_is_too_secret_are_refused(cleared):
    with pytest.raises(NotEnough):
        put_on_the_list(cleared, Details(given="Leila", family="Marchetti"))
    with pytest.raises(NotEnough):
        put_on_the_list(cleared, Details(born_on=date(2014, 5, 9), phones=("07700 900461",)))
    with pytest.raises(NotForThisSystem):
        put_on_the_list(cleared, why="SECRET\nWho she is")
    with signed_in_as(cleared):
        assert subjects_of(cleared) == []


def test_nobody_but_the_cleared_writes_on_the_list_and_nobody_changes_it(cleared):
    put_on_the_list(cleared)
    screener = StaffFactory(hub=cleared.hub, screener=True)
    with pytest.raises(Http404):
        put_on_the_list(screener)
    row = Subject(
        hub_id=cleared.hub_id, agency=uuid.uuid4(), author=screener.pk, nonce=b"", body=b"", at=MONDAY_9AM
    )
    with (
        signed_in_as(screener),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        sealed_room(),
    ):
        Subject.objects.bulk_create([row])
    with signed_in_as(cleared), pytest.raises(DatabaseError, match="permission denied"), sealed_room():
        Mark.objects.all().delete()


def test_marks_are_made_anew_by_their_own_service_alone(cleared):
    put_on_the_list(cleared)
    with connections["builder"].cursor() as cursor:
        cursor.execute("DELETE FROM sealed.sealed_mark")
    assert told(cleared, LEILA) == [False]
    with in_service("imports"), sealed_room():
        assert not Subject.objects.exists()
    said = io.StringIO()
    for _ in range(2):
        call_command("sealed", "refresh", "--hub", cleared.hub.name, stdout=said)
    assert said.getvalue().startswith("1 people")
    assert told(cleared, LEILA) == [True]
    with pytest.raises(CommandError, match="There is no hub named Nowhere"):
        call_command("sealed", "refresh", "--hub", "Nowhere")


# The pages


def sent(**more):
    fields = {
        "key": str(uuid.uuid4()),
        "given": "Leila Jane",
        "family": "Marchetti",
        "known_as": "Lily\n",
        "born_on-day": "9",
        "born_on-month": "5",
        "born_on-year": "2014",
        "postcodes": "hv1 2ab",
        "phones": "07700 900461",
        "nhs_number": "999 383 1220",
        "upn": "",
        "why": "A witness",
    }
    return fields | more


def test_the_unit_writes_somebody_down_once_opens_them_with_a_reason_and_ends_the_entry(cleared):
    client, listed, add = browser(cleared), reverse("sealed:people"), reverse("sealed:add")
    assert "Nobody is on this list." in client.get(listed).content.decode()
    for _ in range(2):  # a double click
        assert client.post(add, sent(key="0d2e7f3a-9a4b-4c8e-8f56-1f6a3c1b2d10")).status_code == 302
    page = client.get(listed).content.decode()
    assert page.count("See who it is") == 1
    assert "Marchetti" not in page
    (key,) = set(re.findall(r"/sealed/people/([0-9a-f-]{36})/", page))
    one = reverse("sealed:person", args=[key])
    assert "Marchetti" not in client.get(one).content.decode()
    assert "Enter why you open what is held" in client.post(one, {"why": " "}).content.decode()
    opened = client.post(one, {"why": "The board asks"}).content.decode()
    for words in ("Leila Jane Marchetti", "Lily", "9 May 2014", "A witness", "HV1 2AB"):
        assert words in opened
    assert ("subject.opened", f"subject:{key}", "The board asks", "{}") in lines()
    end = reverse("sealed:end", args=[key])
    assert "Enter why the entry ends" in client.post(end, {"end-why": ""}).content.decode()
    assert client.post(end, {"end-why": "The trial is over"}).status_code == 302
    assert "Ended" in client.get(listed).content.decode()
    assert "Take them off" not in client.get(one).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"given": ""}, "Enter their given name"),
        ({"why": ""}, "Enter why only the unit may know of them"),
        ({"postcodes": "HV1"}, "“HV1” is not a whole postcode"),
        ({"phones": "none"}, "“none” is not a telephone number"),
        ({"nhs_number": "9993831221"}, "This is not a right NHS number"),
        ({"upn": "A1"}, "This is not a right unique pupil number"),
        ({"known_as": "\n".join("abcdefghijk")}, "Enter 10 at most"),
        ({"why": "SECRET\nNo"}, "does not belong in this system"),
        (
            {
                "born_on-day": "",
                "born_on-month": "",
                "born_on-year": "",
                "postcodes": "",
                "phones": "",
                "nhs_number": "",
            },
            "by a name alone somebody else would be taken for them",
        ),
    ],
)
def test_what_is_wrong_in_the_form_is_said_in_words(cleared, wrong, words):
    shown = browser(cleared).post(reverse("sealed:add"), sent(**wrong))
    assert words in shown.content.decode()
    with signed_in_as(cleared):
        assert subjects_of(cleared) == []


def test_for_everybody_else_no_page_of_the_list_exists(cleared):
    key = put_on_the_list(cleared)
    manager = StaffFactory(
        hub=cleared.hub, duties=["screen", "assess", "decide", "approve", "manage", "audit"]
    )
    client = browser(manager)
    absent = client.get(reverse("sealed:person", args=[uuid.uuid4()]))
    for where in ("sealed:people", "sealed:add"):
        assert told_apart(client.get(reverse(where)).content) == told_apart(absent.content)
    for ask in (client.get, client.post):
        there = ask(reverse("sealed:person", args=[key]))
        assert there.status_code == 404
        assert told_apart(there.content) == told_apart(absent.content)
    assert client.post(reverse("sealed:end", args=[key]), {"end-why": "x"}).status_code == 404
    other = browser(StaffFactory(cleared=True))
    assert other.get(reverse("sealed:person", args=[key])).status_code == 404


LEILA_IN_A_CONTACT = {"role": "child", "given": "Leila", "family": "Marchetti", "born_on": "2014-05-09"}


@pytest.mark.parametrize("held", [True, False])
def test_the_pages_that_recognise_people_tell_the_cleared_and_nobody_else(cleared, held):
    if held:
        put_on_the_list(cleared)
    contact = ContactFactory(hub=cleared.hub, people=[LEILA_IN_A_CONTACT])
    with in_service("intake"):
        who = contact.people.get()
    screener = StaffFactory(hub=cleared.hub, screener=True)
    both = StaffFactory(hub=cleared.hub, duties=["screen", "clear"])
    for where in (reverse("contact:settle_person", args=[who.pk]), reverse("triage:page", args=[contact.pk])):
        assert (HELD in browser(both).get(where).content.decode()) is held
        assert HELD not in browser(screener).get(where).content.decode()
    assert (HELD in searched(both).content.decode()) is held
    assert HELD not in searched(screener).content.decode()
    room = browser(cleared).post(reverse("check:held", args=[contact.pk]), {"why": "To pass the closing"})
    assert (HELD in room.content.decode()) is held


def searched(staff):
    return browser(staff).post(reverse("people:search"), {"q": "leila marchetti 9/5/2014"}, follow=True)


def test_somebody_recorded_otherwise_is_recognised_by_what_their_record_says(cleared):
    """The contact says too little, and the record they were settled to says enough."""
    put_on_the_list(cleared)
    contact = ContactFactory(hub=cleared.hub, people=[{"role": "child", "given": "Lily"}])
    with in_service("intake"):
        who = contact.people.get()
    person = a_known_person(cleared.hub, given="Leila", family="Marchetti", born_on=date(2014, 5, 9))
    room = reverse("check:held", args=[contact.pk])
    assert HELD not in browser(cleared).post(room, {"why": "To look"}).content.decode()
    SettlementFactory(hub=cleared.hub, contact_person=who, answer="known", person=person)
    assert HELD in browser(cleared).post(room, {"why": "To look"}).content.decode()
