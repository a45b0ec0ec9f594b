"""With whom agencies work, as their systems say it: kept, closed, recognised, settled, and seen by whom it concerns."""

import json
import re
import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.ledger.models import Entry
from mash.people.details import Details
from mash.sealed.actions import seal_subject
from mash.sealed.subjects import Words
from mash.subject_access.queries.gathering.at_agencies import at_agencies
from mash.systems import actions
from mash.systems.models import CaseLike, CaseWord, OpenCase, OpenCasesTaken, Scope, System
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import people_of
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import LONG_AGO, AccessFactory, StaffFactory
from tests.factories.people import a_known_person
from tests.factories.systems import (
    CaseLikeFactory,
    CaseWordFactory,
    KeyFactory,
    OpenCaseFactory,
    SystemFactory,
)
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")
PATH = "/api/v1/open-cases"
MORNING = datetime(2026, 11, 2, 6, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)
AMA = {"given": "Ama", "family": "Osei", "born_on": "2015-04-02", "nhs_number": "9992050586"}


def rows(model):
    return model.objects.using("builder")


@pytest.fixture
def key():
    return KeyFactory(system=SystemFactory(scopes=[Scope.CASES]))


@pytest.fixture
def ama(key):
    details = AMA | {"born_on": date(2015, 4, 2)}
    return a_known_person(key.hub, **details)


def a_case(number=1, **more):
    person = more.pop("person", AMA)
    return {"id": f"C-{number}", "reference": f"EH-{number}", "worker": "Ada Mensah", "opened_on": "2026-09-01",
            "person": person} | more  # fmt: skip


def say(key, *cases, as_at=MORNING, whole=True, body=None, **more):
    said = {"as_at": as_at.isoformat(), "whole": whole, "cases": list(cases)} | more
    body = json.dumps(said).encode() if body is None else body
    return Asking(key).ask("put", PATH, data=body, content_type="application/json")


def recognise(at=EVENING):
    with in_service("open_cases"):
        return actions.recognise(at=at)


def named_in_a_contact(person):
    contact = ContactFactory(hub=person.hub)
    (child, *_) = people_of(contact)
    SettlementFactory(contact_person=child, person=person, answer="known")
    return contact


def counts(answer):
    said = answer.json()
    return said["opened"], said["renewed"], said["closed"], said["older"]


# What a statement does


def test_the_same_again_changes_nothing_and_a_whole_statement_closes_what_it_does_not_name(key):
    assert counts(say(key, a_case(1), a_case(2))) == (2, 0, 0, 0)
    before = list(rows(OpenCase).order_by("their_id").values())
    assert counts(say(key, a_case(1), a_case(2))) == (0, 2, 0, 0)
    assert list(rows(OpenCase).order_by("their_id").values()) == before
    assert counts(say(key, a_case(2), as_at=MORNING + timedelta(hours=1))) == (0, 1, 1, 0)
    one, two = rows(OpenCase).order_by("their_id")
    assert (one.closed_at, two.closed_at) == (MORNING + timedelta(hours=1), None)
    again = say(key, a_case(1), whole=False, as_at=MORNING + timedelta(hours=2))
    assert counts(again) == (0, 1, 0, 0)
    assert not rows(OpenCase).exclude(closed_at=None).exists()


def test_what_changed_is_said_alone_and_an_end_ends(key):
    say(key, a_case(1), a_case(2))
    later = MORNING + timedelta(hours=1)
    ended = a_case(1, closed_on="2026-11-01")
    assert counts(say(key, ended, whole=False, as_at=later)) == (0, 1, 1, 0)
    assert counts(say(key, ended, whole=False, as_at=later)) == (0, 1, 0, 0)
    assert rows(OpenCase).get(their_id="C-1").closed_at == later
    assert rows(OpenCase).get(their_id="C-2").closed_at is None


def test_an_older_word_never_counts(key):
    say(key, a_case(1, worker="Before"))
    newer = MORNING + timedelta(hours=2)
    say(key, a_case(1, worker="Now"), whole=False, as_at=newer)
    between = say(key, a_case(1, worker="Between"), whole=False, as_at=MORNING + timedelta(hours=1))
    assert counts(between) == (0, 0, 0, 1)
    assert rows(OpenCase).get().worker == "Now"
    say(key, a_case(1), as_at=newer)
    for whole in (True, False):
        assert say(key, a_case(2), whole=whole, as_at=MORNING).status_code == 409
    assert rows(OpenCase).count() == 1


def test_a_clock_that_runs_ahead_is_told(key):
    answer = say(key, a_case(1), as_at=timezone.now() + timedelta(hours=1))
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "$.as_at")
    assert not rows(OpenCase).exists()


def test_a_statement_that_looks_cut_short_asks(key):
    say(key, *(a_case(number) for number in range(30)))
    later = MORNING + timedelta(hours=1)
    short = say(key, a_case(1), as_at=later)
    assert (short.status_code, short.json()["errors"][0]["path"]) == (409, "$.even_if_shorter")
    assert not rows(OpenCase).exclude(closed_at=None).exists()
    assert counts(say(key, a_case(1), as_at=later, even_if_shorter=True)) == (0, 1, 29, 0)


def test_systems_do_not_touch_each_other_s_cases(key):
    other = KeyFactory(system=SystemFactory(hub=key.hub, scopes=[Scope.CASES]))
    elsewhere = KeyFactory(system=SystemFactory(scopes=[Scope.CASES]))
    for one in (key, other, elsewhere):
        assert counts(say(one, a_case(1))) == (1, 0, 0, 0)
    say(other, as_at=MORNING + timedelta(hours=1))
    closed = rows(OpenCase).exclude(closed_at=None)
    assert [one.system_id for one in closed] == [other.system_id]


def test_two_statements_at_once_make_one_row_a_case(key):
    gate, found = threading.Barrier(4), []

    def go(number):
        try:
            gate.wait()
            at = MORNING + timedelta(minutes=number)
            found.append(say(key, *(a_case(one) for one in range(20)), as_at=at).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=[number]) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(found) <= {200, 409}
    assert 200 in found
    assert rows(OpenCase).count() == 20
    assert {one.as_at for one in rows(OpenCase)} == {MORNING + timedelta(minutes=3)}


# What is hostile


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5000, 400),
        (b"x" * (5 * 1024 * 1024 + 1), 413),
        (json.dumps({"as_at": MORNING.isoformat(), "whole": True, "cases": [a_case(1)] * 2}).encode(), 422),
        (json.dumps({"as_at": MORNING.isoformat(), "whole": True, "cases": [{}] * 2001}).encode(), 422),
        (json.dumps({"as_at": MORNING.isoformat(), "whole": "true", "cases": []}).encode(), 422),
        (json.dumps({"as_at": "2026-11-02T06:00:00", "whole": True, "cases": []}).encode(), 422),
        (json.dumps({"as_at": MORNING.isoformat(), "whole": True, "cases": [], "hub": "x"}).encode(), 422),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_and_nothing_is_kept(key, body, status):
    assert say(key, body=body).status_code == status
    assert not rows(OpenCase).exists()
    assert not rows(OpenCasesTaken).exists()


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"worker": "x" * 10_000}, "$.cases[0].worker"),
        ({"person": AMA | {"given": "x" * 10_000}}, "$.cases[0].person.given"),
        ({"person": AMA | {"given": "Ama\u2028Osei"}}, "$.cases[0].person.given"),
        ({"person": AMA | {"address": "1 The Road"}}, "$.cases[0].person.address"),
        ({"person": AMA | {"sex": "X"}}, "$.cases[0].person.sex"),
        ({"reference": "a\nb"}, "$.cases[0].reference"),
        ({"team": "a\u0000b"}, "$.cases[0].team"),
        ({"id": ""}, "$.cases[0].id"),
        ({"id": "  "}, "$.cases[0].id"),
        ({"opened_on": "2026-02-30"}, "$.cases[0].opened_on"),
        ({"opened_on": 20260201}, "$.cases[0].opened_on"),
        ({"closed_on": "2026-01-01"}, "$.cases[0].closed_on"),
        ({"confidential": False}, "$.cases[0].confidential"),
        ({"restricted": "no"}, "$.cases[0].restricted"),
    ],
)
def test_what_is_wrong_in_a_case_is_named_and_nothing_is_kept(key, more, path):
    answer = say(key, a_case(2), a_case(1, **more)) if path == "" else say(key, a_case(1, **more))
    assert answer.status_code == 422
    assert path in {one["path"] for one in answer.json()["errors"]}
    assert not rows(OpenCase).exists()


def test_a_case_may_be_called_whatever_its_system_calls_it_and_is_shown_as_text(key, ama):
    hostile = "<script>alert(1)</script>\"'; DROP TABLE systems_opencase; --"
    say(key, a_case(1, id="' OR 1=1 --", worker=hostile, reference="{{ 7*7 }}"))
    recognise()
    contact = named_in_a_contact(ama)
    page = browser(StaffFactory(screener=True, hub=ama.hub)).get(reverse("desk:case", args=[contact.pk]))
    assert b"<script>alert" not in page.content
    assert b"{{ 7*7 }}" in page.content


def test_without_a_key_that_counts_nothing_is_taken(key):
    now = timezone.now()
    lead = key.post
    ended = KeyFactory(system=key.system, post=lead, ended_at=now, ended_by=lead)
    ran_out = KeyFactory(system=key.system, post=lead, expires_at=LONG_AGO + timedelta(days=1))
    gone = KeyFactory(system=SystemFactory(scopes=[Scope.CASES], ended_at=now, ended_by=lead))
    left = KeyFactory(system=SystemFactory(scopes=[Scope.CASES]))
    left.post.until_at = now
    left.post.save(using="builder")
    for one in (ended, ran_out, gone, left):
        assert say(one, a_case(1)).status_code == 401
    assert Asking().ask("put", PATH, data=b"{}", content_type="application/json").status_code == 401
    may_not = KeyFactory(system=SystemFactory(scopes=[one for one in Scope if one != Scope.CASES]))
    assert say(may_not, a_case(1)).status_code == 403
    assert Asking(key).ask("put", PATH, data=b"{}", content_type="application/json").status_code == 422
    assert not rows(OpenCase).exists()


def test_nothing_in_the_answer_says_whether_anybody_is_known(key, ama):
    stranger = {"given": "Zephyrine", "family": "Quarrington", "born_on": "2014-01-01"}
    known = say(key, a_case(1)).json()
    unknown = say(key, a_case(1, person=stranger), as_at=MORNING + timedelta(hours=1)).json()
    assert (known, unknown) == (
        {"opened": 1, "renewed": 0, "closed": 0, "older": 0},
        {"opened": 0, "renewed": 1, "closed": 0, "older": 0},
    )
    assert rows(Entry).filter(event="open_cases.said", about=f"systems.system:{key.system_id}").count() == 2


def test_somebody_known_a_stranger_and_somebody_sealed_are_taken_by_the_same_statements(key, ama):
    """Non-interference: no statement asks about people, so nothing of an answer can depend on them."""
    sealed = {"given": "Ines", "family": "Marlowe", "born_on": "2012-02-03"}
    cleared = StaffFactory(cleared=True, hub=key.hub)
    with signed_in_as(cleared):
        words = Words(Details(**sealed | {"born_on": date(2012, 2, 3)}), "A witness in a trial")
        seal_subject(key=uuid.uuid4(), words=words, by=cleared, at=MORNING)
    stranger = {"given": "Zephyrine", "family": "Quarrington", "born_on": "2014-01-01"}
    say(key, as_at=MORNING - timedelta(hours=1))  # the first use in an hour leaves a receipt
    asked, said = [], []
    for number, person in enumerate((AMA, stranger, sealed)):
        with CaptureQueriesContext(connections["default"]) as found:
            answer = say(key, a_case(number, person=person), whole=False)
        said.append(answer.content)
        asked.append([re.sub(r"'[^']*'|_x\d+|\d+", "?", one["sql"]) for one in found])
    assert said[0] == said[1] == said[2]
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) > 5
    assert not [one for one in asked[0] if re.search("people_|sealed_|contact_", one)]


# Whom it is of


def test_who_is_likely_is_suggested_and_joined_to_nobody(key, ama):
    say(key, a_case(1))
    assert recognise() == 1
    like = rows(CaseLike).get()
    assert (like.person_id, like.band) == (ama.pk, "likely")
    assert not rows(CaseWord).exists()
    assert recognise() == 0


def test_a_namesake_born_another_day_is_never_likely(key, ama):
    say(
        key,
        a_case(1, person={"given": "Ama", "family": "Osei", "born_on": "2011-12-25"}),
        a_case(2, person={"given": "Ama", "family": "Osei"}),
        a_case(3, person={"born_on": "2015-04-02"}),
        a_case(4, person={}),
        a_case(5, person=AMA | {"given": "Kofi", "born_on": "2001-08-09", "nhs_number": "9990000018"}),
    )
    recognise()
    assert not rows(CaseLike).filter(band="likely").exists()


def test_whoever_comes_on_record_later_is_found_then(key):
    say(key, a_case(1))
    recognise(at=MORNING)
    assert not rows(CaseLike).exists()
    later = a_known_person(key.hub, **(AMA | {"born_on": date(2015, 4, 2)}))
    later.recorded_at = MORNING + timedelta(hours=1)
    later.save(using="builder")
    assert recognise(at=MORNING + timedelta(hours=2)) == 1
    assert rows(CaseLike).get().person_id == later.pk


def test_what_is_said_otherwise_is_looked_for_anew_and_a_suggestion_goes_that_fits_no_more(key, ama):
    say(key, a_case(1))
    recognise()
    say(
        key,
        a_case(1, person={"given": "Zephyrine", "family": "Quarrington"}),
        as_at=MORNING + timedelta(hours=1),
    )
    recognise(at=EVENING + timedelta(hours=1))
    assert not rows(CaseLike).exists()


# Who sees it


def test_nobody_of_the_hub_sees_whom_nobody_on_record_is_like(key):
    OpenCaseFactory(system=key.system)
    for duty in ("screener", "decider", "manager", "cleared", "administrator"):
        with signed_in_as(StaffFactory(**{duty: True}, hub=key.hub)):
            assert not OpenCase.objects.exists()


@pytest.mark.parametrize(
    ("duty", "plain", "confidential"),
    [
        ("screener", True, False),
        ("decider", True, False),
        ("manager", True, False),
        ("cleared", True, True),
        ("administrator", False, False),
        ("answerer", False, False),
        ("auditor", False, False),
    ],
)
def test_the_desk_sees_it_and_what_is_in_confidence_the_cleared_alone(key, ama, duty, plain, confidential):
    CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    CaseLikeFactory(case=OpenCaseFactory(system=key.system, confidential=True), person=ama)
    staff = StaffFactory(**{duty: True}, hub=key.hub)
    with signed_in_as(staff):
        for model in (OpenCase, CaseLike):
            assert [*model.objects.order_by("confidential").values_list("confidential", flat=True)] == (
                [False] * plain + [True] * confidential
            ), model


def test_a_case_in_confidence_is_the_cleared_s_even_where_whom_it_is_like_is_not(key, ama):
    CaseLikeFactory(
        case=OpenCaseFactory(system=key.system, confidential=True), person=ama, confidential=False
    )
    for duty, sees in (("screener", False), ("decider", False), ("cleared", True)):
        with signed_in_as(StaffFactory(**{duty: True}, hub=key.hub)):
            assert CaseLike.objects.exists()
            assert OpenCase.objects.exists() is sees


def test_the_agency_s_own_people_and_other_hubs_see_none_of_it(key, ama):
    CaseWordFactory(like=CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama))
    for one in (key.post, StaffFactory(screener=True, cleared=True), StaffFactory(leads=True, hub=key.hub)):
        with signed_in_as(one):
            for model in (OpenCase, CaseLike, CaseWord):
                assert not model.objects.exists(), model


def test_whoever_is_kept_from_somebody_sees_none_of_theirs(key, ama):
    word = CaseWordFactory(like=CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama))
    staff = StaffFactory(screener=True, hub=key.hub)
    AccessFactory(staff=staff, person_id=ama.pk, bars=True)
    with signed_in_as(staff):
        for model in (OpenCase, CaseLike, CaseWord):
            assert not model.objects.exists(), model
    contact = named_in_a_contact(ama)
    page = browser(staff).get(reverse("desk:case", args=[contact.pk]))
    assert b"EH-30912" not in page.content
    assert browser(staff).post(reverse("systems:settle_case", args=[word.like_id])).status_code == 404


def test_no_post_says_what_a_system_says_or_whom_it_is_like(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    staff = StaffFactory(screener=True, cleared=True, manager=True, hub=key.hub)
    of_it = {"hub": key.hub, "case": OpenCaseFactory(system=key.system)}
    statement = {"hub": key.hub, "whole": True, "rows": 0, "as_at": MORNING, "at": MORNING}
    tries = (
        lambda: OpenCase.objects.bulk_create([OpenCaseFactory.build(system=key.system, hub=key.hub)]),
        lambda: OpenCase.objects.filter(pk=like.case_id).update(worker="Somebody else"),
        lambda: CaseLike.objects.filter(pk=like.pk).update(band="check"),
        lambda: CaseLike.objects.bulk_create([CaseLike(band="likely", confidential=False, person=ama, **of_it)]),
        lambda: OpenCasesTaken.objects.bulk_create([OpenCasesTaken(system=key.system, **statement)]),
        lambda: CaseWord.objects.bulk_create([CaseWord(hub=key.hub, like=like, same=True, by=key.post, at=MORNING)]),
    )  # fmt: skip
    for one in tries:
        with pytest.raises(DatabaseError), signed_in_as(staff):
            one()
    with signed_in_as(staff):
        assert not CaseLike.objects.filter(pk=like.pk).delete()[0]
    assert rows(CaseLike).filter(pk=like.pk).exists()


def test_what_an_agency_restricts_is_hidden_at_once_before_anybody_looks_again(key, ama):
    say(key, a_case(1))
    recognise()
    staff = StaffFactory(screener=True, hub=key.hub)
    contact = named_in_a_contact(ama)
    page = reverse("desk:case", args=[contact.pk])
    assert b"Ada Mensah" in browser(staff).get(page).content
    say(key, a_case(1, restricted=True), whole=False, as_at=MORNING + timedelta(hours=1))
    assert b"Ada Mensah" not in browser(staff).get(page).content
    cleared = StaffFactory(cleared=True, screener=True, hub=key.hub)
    recognise(at=EVENING + timedelta(hours=2))
    assert b"Ada Mensah" not in browser(staff).get(page).content
    assert b"Ada Mensah" in browser(cleared).get(page).content


def test_a_system_in_confidence_says_everything_in_confidence(key, ama):
    clinic = KeyFactory(system=SystemFactory(hub=key.hub, scopes=[Scope.CASES, Scope.CONFIDENTIAL]))
    say(clinic, a_case(1))
    recognise()
    assert rows(CaseLike).get().confidential
    with signed_in_as(StaffFactory(screener=True, hub=key.hub)):
        assert not OpenCase.objects.exists()


def test_what_was_said_before_a_system_spoke_in_confidence_is_kept_in_confidence_too(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system, details=AMA), person=ama)
    rows(System).filter(pk=key.system_id).update(scopes=[Scope.CASES, Scope.CONFIDENTIAL])
    recognise()
    for row in (rows(OpenCase).get(pk=like.case_id), rows(CaseLike).get(case=like.case_id)):
        assert row.confidential


# On the pages


def test_what_is_likely_stands_on_the_case_as_that_and_what_is_not_sure_only_as_a_number(key, ama):
    CaseLikeFactory(case=OpenCaseFactory(system=key.system, worker="Likely Worker"), person=ama)
    CaseLikeFactory(case=OpenCaseFactory(system=key.system, worker="Unsure Worker"), person=ama, band="check")
    contact = named_in_a_contact(ama)
    page = browser(StaffFactory(screener=True, hub=key.hub)).get(reverse("desk:case", args=[contact.pk]))
    words = " ".join(page.content.decode().split())
    assert "Likely Worker" in words
    assert "Nobody has settled yet that it is them" in words
    assert "Unsure Worker" not in words
    assert "1 more may be of somebody named here" in words


def test_a_worker_settles_it_and_may_say_otherwise_later(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama, band="check")
    contact = named_in_a_contact(ama)
    staff = StaffFactory(screener=True, hub=key.hub)
    one = browser(staff)
    shown = one.get(reverse("systems:open_cases"))
    assert b"EH-30912" in shown.content
    assert rows(Entry).filter(event="open_cases.seen", actor=f"staff:{staff.pk}").count() == 1
    settle = reverse("systems:settle_case", args=[like.pk])
    page = reverse("desk:case", args=[contact.pk])
    for answer, is_shown in (("same", True), ("same", True), ("other", False), ("same", True)):
        assert one.post(settle, {"answer": answer}).status_code == 302
        assert (b"Ada Mensah" in one.get(page).content) is is_shown
    assert [*rows(CaseWord).order_by("at", "pk").values_list("same", "by_id")] == [
        (same, staff.pk) for same in (True, False, True)
    ]
    assert b"Nothing waits" in one.get(reverse("systems:open_cases")).content
    recognise(at=MORNING + timedelta(days=3))
    assert rows(CaseLike).filter(pk=like.pk).exists()  # what a worker said stays


def test_an_answer_that_is_neither_settles_nothing(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    named_in_a_contact(ama)
    one = browser(StaffFactory(screener=True, hub=key.hub))
    wrong = one.post(reverse("systems:settle_case", args=[like.pk]), {"answer": "x", "page": "2"})
    assert wrong.url == reverse("systems:open_cases") + "?page=2"
    for page in ("1", "", "//elsewhere.example"):
        wrong = one.post(reverse("systems:settle_case", args=[like.pk]), {"answer": "x", "page": page})
        assert wrong.url == reverse("systems:open_cases")
    assert not rows(CaseWord).exists()


def test_with_whom_else_an_agency_works_is_on_no_page(key, ama):
    """A register holds everybody: of those whom no contact names nobody reads who works with them."""
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    one = browser(StaffFactory(screener=True, hub=key.hub))
    assert b"Nothing waits" in one.get(reverse("systems:open_cases")).content
    assert one.post(reverse("systems:settle_case", args=[like.pk]), {"answer": "same"}).status_code == 404


def test_who_may_not_judge_records_settles_none(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    named_in_a_contact(ama)
    for duties, status in (
        (["approve"], 403),
        (["out_of_hours"], 403),
        (["answer"], 404),
        (["administer"], 404),
    ):
        one = browser(StaffFactory(hub=key.hub, duties=duties))
        assert one.get(reverse("systems:open_cases")).status_code == 403
        assert (
            one.post(reverse("systems:settle_case", args=[like.pk]), {"answer": "same"}).status_code == status
        )
    assert not rows(CaseWord).exists()


def test_what_is_closed_or_of_a_system_that_ended_is_shown_no_more(key, ama):
    like = CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    page = reverse("desk:case", args=[named_in_a_contact(ama).pk])
    one = browser(StaffFactory(screener=True, hub=key.hub))
    assert b"EH-30912" in one.get(page).content
    rows(OpenCase).filter(pk=like.case_id).update(closed_at=MORNING)
    assert b"EH-30912" not in one.get(page).content
    rows(OpenCase).filter(pk=like.case_id).update(closed_at=None)
    rows(System).filter(pk=key.system_id).update(ended_at=MORNING, ended_by=key.post)
    recognise()
    assert b"EH-30912" not in one.get(page).content


def test_a_number_that_is_used_again_for_somebody_else_takes_no_word_with_it(key, ama):
    say(key, a_case(1))
    recognise()
    page = reverse("desk:case", args=[named_in_a_contact(ama).pk])
    one = browser(StaffFactory(screener=True, hub=key.hub))
    one.post(reverse("systems:settle_case", args=[rows(CaseLike).get().pk]), {"answer": "same"})
    moved = AMA | {"postcode": "NF3 9ZZ"}
    say(key, a_case(1, person=moved), as_at=MORNING + timedelta(hours=1))
    recognise(at=EVENING + timedelta(hours=1))
    assert rows(CaseWord).filter(same=True).exists()  # likely still
    assert b"Ada Mensah" in one.get(page).content
    sister = {"given": "Esi", "family": "Osei", "born_on": "2017-09-09"}
    say(key, a_case(1, person=sister), as_at=MORNING + timedelta(hours=2))
    assert b"Ada Mensah" not in one.get(page).content
    recognise(at=EVENING + timedelta(hours=2))
    assert not rows(CaseWord).exists()
    assert b"Ada Mensah" not in one.get(page).content


# How long


def test_it_goes_ninety_days_after_it_was_closed(key, ama):
    CaseWordFactory(
        like=CaseLikeFactory(case=OpenCaseFactory(system=key.system, closed_at=MORNING), person=ama)
    )
    CaseLikeFactory(case=OpenCaseFactory(system=key.system), person=ama)
    with in_service("open_cases"):
        assert actions.forget_cases(at=MORNING + timedelta(days=90)) == 0
        assert actions.forget_cases(at=MORNING + timedelta(days=90, hours=1)) == 1
    assert (rows(OpenCase).count(), rows(CaseLike).count(), rows(CaseWord).count()) == (1, 1, 0)


def test_who_asks_for_their_own_information_is_given_what_was_settled(key, ama):
    CaseWordFactory(
        like=CaseLikeFactory(case=OpenCaseFactory(system=key.system, reference="EH-1"), person=ama)
    )
    CaseLikeFactory(case=OpenCaseFactory(system=key.system, reference="EH-2"), person=ama)
    with signed_in_as(StaffFactory(decider=True, hub=key.hub)):
        (text,) = at_agencies(ama)
    assert "Case: EH-1" in text.text
    assert text.agency == key.system.agency_id
