"""What the hub asks an agency, answered by its own system as a person of the agency would."""

import uuid

import pytest

from mash.check.models import Answer, Draft, EnquirySeen, PersonSearch, Return, Withheld
from mash.ledger.models import Entry
from mash.sealed.models import Item
from mash.systems.models import Said, Scope
from tests.check.test_answering import drafted, piece
from tests.factories.base import signed_in_as
from tests.factories.check import EnquiryFactory, answerer_of, asked_about
from tests.factories.partnership import LONG_AGO, AgencyFactory, StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory
from tests.ledger.test_no_line_no_page import a_ledger_that_fails
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")
LIST = "/api/v1/enquiries"
HOW = "All systems, by name and date of birth"


def rows(model):
    return model.objects.using("builder")


def key_for(enquiry, **system):
    """Return the key of a system of the agency asked, given by somebody who leads it and answers for it."""
    post = StaffFactory(hub=enquiry.hub, agency=enquiry.agency, answerer=True, leads=True)
    return KeyFactory(system=SystemFactory(lead=post, **system), post=post)


@pytest.fixture
def asked():
    return EnquiryFactory()


@pytest.fixture
def key(asked):
    return key_for(asked)


def search(person, result="something_held_see_answers", **more):
    return {"person": str(person.pk), "result": result, "how": HOW} | more


def said(enquiry, *answers, **more):
    people = asked_about(enquiry)
    return {
        "key": str(uuid.uuid4()),
        "searches": [search(one) for one in people],
        "answers": [
            {"person": str(people[0].pk), "question": "effort", "words": "Good.", "sharing": "share"} | one
            for one in answers
        ],
    } | more


def post(key, enquiry, message, what="answer"):
    return Asking(key).ask(
        "post", f"{LIST}/{enquiry.pk}/{what}", data=message, content_type="application/json"
    )


def places(answer):
    return {one["path"] for one in answer.json()["errors"]}


def test_what_waits_is_listed_without_a_name_read_whole_and_acknowledged_by_a_person(key, asked):
    listed = Asking(key).get(LIST)
    (line,) = listed.json()["enquiries"]
    assert (line["id"], line["reference"], line["part_sent"]) == (str(asked.pk), asked.reference, False)
    assert b"OKAFOR" not in listed.content
    whole = Asking(key).get(f"{LIST}/{asked.pk}").json()
    assert whole["worry"] == asked.worry
    assert {one["name"] for one in whole["people"]} == {one.name for one in asked_about(asked)}
    assert "effort" in {one["id"] for one in whole["questions"]}
    assert whole["reasons"]
    seen = rows(Entry).filter(event="enquiry.seen", actor=f"staff:{key.post_id}", detail__by="api")
    assert seen.count() == 1
    assert not rows(EnquirySeen).exists()  # a machine's reading is nobody's receipt
    for _ in range(2):
        assert post(key, asked, {}, "acknowledge").status_code == 200
    assert rows(EnquirySeen).get().staff_id == key.post_id


def test_an_answer_is_taken_once_piece_by_piece_as_each_is_marked(key, asked):
    message = said(
        asked,
        {"value": None, "on": "2026-03"},
        {"question": "behaviour", "sharing": "summary", "summary": "Settled.", "words": "Fought in May."},
        {"question": "item", "sharing": "sealed", "words": "A neighbour fears the father."},
    )
    first, again = post(key, asked, message), post(key, asked, message)
    assert (first.status_code, again.status_code) == (201, 200)
    returned = rows(Return).get()
    assert (returned.by_id, returned.part, returned.nil) == (key.post_id, False, False)
    shared = {one.question: one for one in rows(Answer)}
    assert set(shared) == {"effort", "behaviour"}
    assert (shared["effort"].on.isoformat(), shared["effort"].on_precision) == ("2026-03-01", "month")
    assert (shared["behaviour"].text, shared["behaviour"].full.text) == ("Settled.", "Fought in May.")
    assert rows(Item).count() == 1
    assert rows(Entry).filter(event="enquiry.answered", actor=f"staff:{key.post_id}").count() == 1
    assert not rows(Entry).filter(detail__icontains="neighbour").exists()
    assert Asking(key).get(LIST).json()["enquiries"] == []
    assert Asking(key).get(f"{LIST}/{asked.pk}").json()["answered_at"]
    other = post(key, asked, message | {"view": "red"})
    assert (other.status_code, places(other)) == (409, {"$.key"})
    assert rows(Return).count() == rows(Said).count() == 1


def test_the_same_answer_by_the_key_that_took_its_place_is_no_second_one(key, asked):
    message = said(asked, {})
    assert post(key, asked, message).status_code == 201
    successor = StaffFactory(hub=asked.hub, agency=asked.agency, answerer=True, leads=True)
    assert post(KeyFactory(system=key.system, post=successor), asked, message).status_code == 200
    assert rows(Answer).count() == 1


def test_nothing_held_is_a_search_for_everybody_and_a_part_may_leave_some_out(key, asked):
    child, other = asked_about(asked)
    nothing = [search(one, "searched_and_nothing_held") for one in (child, other)]
    short = post(key, asked, said(asked, searches=nothing[:1]))
    assert (short.status_code, places(short)) == (422, {"$.searches"})
    could_not = [nothing[0], search(other, "could_not_search", again_on="2026-12-08")]
    assert post(key, asked, said(asked, part=True, searches=could_not)).status_code == 201
    assert Asking(key).get(LIST).json()["enquiries"][0]["part_sent"] is True
    assert post(key, asked, said(asked, searches=nothing)).status_code == 201
    assert rows(PersonSearch).count() == 4
    assert [*rows(Return).order_by("at").values_list("part", "nil")] == [(True, False), (False, True)]


def test_what_colleagues_have_drafted_stays_theirs(key, asked):
    child, _ = asked_about(asked)
    drafted(asked, answerer_of(asked), piece(child, "behaviour", words="Half a sent"))
    assert post(key, asked, said(asked, {})).status_code == 201
    assert rows(Draft).count() == 1
    assert [one.question for one in rows(Answer)] == ["effort"]


WRONG = (
    ({"question": "colour"}, "$.answers[0].question"),
    ({"person": str(uuid.UUID(int=1))}, "$.answers[0].person"),
    ({"person": "p1"}, "$.answers[0].person"),
    ({"value": "maybe", "question": "lateness"}, "$.answers[0].value"),
    ({"value": "yes"}, "$.answers[0].value"),
    ({"value": {"a": [True]}, "question": "additional_support"}, "$.answers[0].value"),
    ({"words": "  "}, "$.answers[0].words"),
    ({"words": "a\x00b"}, "$.answers[0].words"),
    ({"words": "x" * 8001}, "$.answers[0].words"),
    ({"on": "spring"}, "$.answers[0].on"),
    ({"on": "2026-02-30"}, "$.answers[0].on"),
    ({"sharing": "everybody"}, "$.answers[0].sharing"),
    ({"sharing": "summary"}, "$.answers[0].summary"),
    ({"source_grade": "1", "information_grade": "A", "handling": "P"}, "$.answers[0].source_grade"),
    ({"handling": "C"}, "$.answers[0].conditions"),
    ({"classification": "SECRET"}, "$.answers[0].words"),
    ({"words": "SECRET\nHe is an informant."}, "$.answers[0].words"),
    ({"words": 5}, "$.answers[0].words"),
    ({"colour": "red"}, "$.answers[0].colour"),
)


def test_what_is_wrong_is_named_where_it_stands_and_nothing_is_kept(key, asked):
    for wrong, path in WRONG:
        answer = post(key, asked, said(asked, wrong))
        assert (answer.status_code, places(answer)) == (422, {path}), wrong
    twice = said(asked, {})
    twice["searches"].append(twice["searches"][0])
    assert places(post(key, asked, twice)) == {"$.searches[2].person"}
    assert places(post(key, asked, said(asked, {}, searches=[search(asked_about(asked)[0])]))) == {
        "$.searches"
    }
    for body in (b"{", b'{"a": NaN}', b"\xff"):
        path = f"{LIST}/{asked.pk}/answer"
        assert Asking(key).ask("post", path, data=body, content_type="application/json").status_code == 400
    assert not rows(Return).exists()
    assert not rows(Answer).exists()


def test_police_grade_what_they_give():
    asked = EnquiryFactory(agency=AgencyFactory(kind="police"))
    question = Asking(key := key_for(asked)).get(f"{LIST}/{asked.pk}").json()["questions"][0]["id"]
    graded = {"question": "item", "source_grade": "1", "information_grade": "B", "handling": "P"}
    assert question
    assert post(key, asked, said(asked, graded)).status_code == 201
    assert rows(Answer).get().grading == "1BP"
    half = post(key, asked, said(asked, graded | {"information_grade": ""}))
    assert (half.status_code, places(half)) == (422, {"$.answers[0].source_grade"})


def test_a_late_answer_says_why_and_what_was_taken_back_waits_for_none():
    late = EnquiryFactory(due_at=LONG_AGO)
    key = key_for(late)
    first = post(key, late, said(late, {}))
    assert (first.status_code, places(first)) == (422, {"$.late_reason"})
    assert post(key, late, said(late, {}, late_reason="Our archive was shut")).status_code == 201
    gone = EnquiryFactory(withdrawn_at=LONG_AGO, withdrawn_why="Sent twice")
    key = key_for(gone)
    assert Asking(key).get(LIST).json()["enquiries"] == []
    assert Asking(key).get(f"{LIST}/{gone.pk}").json()["taken_back_at"]
    for what, message in (("answer", said(gone, {})), ("withhold", held_back())):
        assert post(key, gone, message, what).status_code == 409


def held_back(**more):
    return {
        "key": str(uuid.uuid4()),
        "reason": "belongs_to_another",
        "explanation": "It is the court's.",
    } | more


def test_what_is_held_back_says_why_once(key, asked):
    reason = {one["id"]: one for one in Asking(key).get(f"{LIST}/{asked.pk}").json()["reasons"]}
    assert "belongs_to_another" in reason
    wrong = post(key, asked, held_back(reason="because"), "withhold")
    assert (wrong.status_code, places(wrong)) == (422, {"$.reason"})
    person = asked_about(asked)[0]
    message = held_back(person=str(person.pk))
    first, again = post(key, asked, message, "withhold"), post(key, asked, message, "withhold")
    assert (first.status_code, again.status_code) == (201, 200)
    assert rows(Withheld).get().person_id == person.pk
    assert not rows(Return).exists()
    assert post(key, asked, held_back(), "withhold").status_code == 201
    assert rows(Return).count() == 1


def test_nobody_else_s_system_finds_it(key, asked):
    other_agency = EnquiryFactory(check_asked=asked.check_asked, agency=AgencyFactory(kind="health"))
    strangers = [key_for(other_agency), key_for(EnquiryFactory())]
    for stranger in strangers:
        ask = Asking(stranger)
        there, nowhere = ask.get(f"{LIST}/{asked.pk}"), ask.get(f"{LIST}/{uuid.uuid4()}")
        assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
        assert there.status_code == 404
        assert str(asked.pk) not in ask.get(LIST).content.decode()
        for what, message in (("answer", said(asked, {})), ("withhold", held_back()), ("acknowledge", {})):
            assert post(stranger, asked, message, what).status_code == 404
    assert not rows(Return).exists()
    assert not rows(EnquirySeen).exists()


def test_a_key_of_somebody_who_does_not_answer_or_without_the_scope_is_told_so(asked):
    lead = StaffFactory(hub=asked.hub, agency=asked.agency, leads=True)
    keys = [
        KeyFactory(system=SystemFactory(lead=lead), post=lead),
        key_for(asked, scopes=[one for one in Scope.values if one != Scope.ANSWER]),
    ]
    for key in keys:
        assert Asking(key).get(LIST).status_code == 403
        assert Asking(key).get(f"{LIST}/{asked.pk}").status_code == 403
        assert post(key, asked, said(asked, {})).status_code == 403
    assert not rows(Return).exists()


def test_without_its_line_nothing_is_shown_and_nothing_kept(key, asked):
    asking = Asking(key)
    asking.client.raise_request_exception = False
    shown = {"HTTP_AUTHORIZATION": f"Bearer {asking.words}"}
    path, message = f"{LIST}/{asked.pk}", said(asked, {})
    with a_ledger_that_fails():
        for answer in (
            asking.client.get(LIST, **shown),
            asking.client.get(path, **shown),
            asking.client.post(f"{path}/answer", data=message, content_type="application/json", **shown),
        ):
            assert answer.status_code == 503
            assert asked.reference.encode() not in answer.content
    assert not rows(Return).exists()


def test_row_level_security_lets_nobody_write_what_another_system_said(key, asked):
    post(key, asked, said(asked, {}))
    with signed_in_as(StaffFactory(hub=asked.hub, agency=asked.agency, answerer=True, leads=True)):
        assert not Said.objects.exists()
    with signed_in_as(key.post):
        assert Said.objects.count() == 1
