"""What an agency gives: drafts, parts, nil returns, refusals, seals, copies and additions."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mash.check.actions import (
    DraftMoved,
    Incomplete,
    LateReasonMissing,
    MayNotBeCopied,
    NotAsked,
    ReasonIncomplete,
    SearchIncomplete,
    Sending,
    Withdrawn,
    copy_to_siblings,
    save_draft,
    send_answers,
    supplement,
    take_by_telephone,
    withhold,
)
from mash.check.content import set_sent
from mash.check.given import Given, Search
from mash.check.models import Answer, Draft, Enquiry, FullAnswer, PersonSearch, Return, Withheld
from mash.check.queries.answering import draft_of, offered_to, own_sealed
from mash.check.queries.board import State, board, missing
from mash.sealed.actions import NotYours
from mash.sealed.models import Item
from tests.factories.base import signed_in_as
from tests.factories.check import (
    MONDAY_10AM,
    AnswerFactory,
    EnquiryFactory,
    EnquiryPersonFactory,
    answerer_of,
    asked_about,
    desk_of,
    doing,
)
from tests.factories.partnership import AgencyFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

HELD = Search(result="something_held_see_answers", how="All systems, by name and date of birth")
NOTHING = Search(result="searched_and_nothing_held", how="All systems, by name and date of birth")
COULD_NOT = Search(result="could_not_search", how="The archive is shut", again_on=date(2026, 11, 5))


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


def piece(person, question="effort", **words):
    return Given(
        **({"person": str(person.pk), "question": question, "words": "Good.", "sharing": "share"} | words)
    )


def drafted(enquiry, by, *given, version=0, at=MONDAY_10AM):
    person = next(one for one in asked_about(enquiry) if str(one.pk) == given[0].person)
    return doing(by, save_draft, enquiry=enquiry, person=person, given=given, version=version, at=at)


def returned(enquiry, by, *, searches=None, part=False, version=1, at=MONDAY_10AM, key=None, **more):
    if searches is None:
        searches = {str(one.pk): HELD for one in asked_about(enquiry)}
    sending = Sending(key=key or uuid.uuid4(), part=part, searches=searches, **more)
    return doing(by, send_answers, enquiry=enquiry, sending=sending, version=version, at=at)


def line_of(enquiry, by=None):
    by = by or desk_of(enquiry)
    check = enquiry.check_asked
    with signed_in_as(by):
        return next(one for one in board(by, check) if one.enquiry.pk == enquiry.pk)


# Drafts


def test_a_draft_is_encrypted_and_opens_for_a_colleague():
    enquiry = EnquiryFactory()
    child = asked_about(enquiry)[0]
    drafted(enquiry, answerer_of(enquiry), piece(child, words="Sleeps in lessons"))
    (row,) = rows(Draft)
    assert b"Sleeps" not in bytes(row.body)
    colleague = answerer_of(enquiry)
    with signed_in_as(colleague):
        (kept,) = draft_of(colleague, enquiry).given.values()
    assert kept.words == "Sleeps in lessons"


def test_the_same_draft_twice_is_kept_once():
    enquiry = EnquiryFactory()
    by, child = answerer_of(enquiry), asked_about(enquiry)[0]
    words = piece(child)
    for _ in range(2):
        kept = drafted(enquiry, by, words)
    assert kept.version == 1


def test_two_colleagues_may_work_on_two_children_at_once_and_not_on_one():
    enquiry = EnquiryFactory()
    child, mother = asked_about(enquiry)
    drafted(enquiry, answerer_of(enquiry), piece(child))
    second = answerer_of(enquiry)
    kept = drafted(enquiry, second, piece(mother))
    assert len(kept.given) == 2
    with pytest.raises(DraftMoved):
        drafted(enquiry, second, piece(child, words="Other words"))
    assert {one.words for one in drafted(enquiry, second, piece(mother), version=1).given.values()} == {
        "Good."
    }


def test_what_was_not_asked_is_not_answered():
    enquiry = EnquiryFactory()
    by, child = answerer_of(enquiry), asked_about(enquiry)[0]
    with pytest.raises(NotAsked):
        drafted(enquiry, by, piece(child, "intelligence_held"))
    stranger = EnquiryPersonFactory()
    with pytest.raises(NotAsked):
        doing(
            by, save_draft, enquiry=enquiry, person=child, given=[piece(stranger)], version=0, at=MONDAY_10AM
        )


# Returns


def test_a_part_sends_what_is_whole_and_keeps_the_rest():
    enquiry = EnquiryFactory()
    by, child = answerer_of(enquiry), asked_about(enquiry)[0]
    drafted(enquiry, by, piece(child), piece(child, "behaviour", sharing=""))
    assert returned(enquiry, by, part=True, searches={}).part
    assert [one.question for one in rows(Answer)] == ["effort"]
    with signed_in_as(by):
        assert [one.question for one in draft_of(by, enquiry).given.values()] == ["behaviour"]
    assert line_of(enquiry).state is State.PART


def test_a_whole_return_takes_nothing_unfinished_and_nobody_unsearched():
    enquiry = EnquiryFactory()
    by, (child, mother) = answerer_of(enquiry), asked_about(enquiry)
    drafted(enquiry, by, piece(child, sharing=""))
    with pytest.raises(Incomplete):
        returned(enquiry, by)
    drafted(enquiry, by, piece(child), version=1)
    with pytest.raises(SearchIncomplete) as missed:
        returned(enquiry, by, version=2, searches={str(child.pk): HELD})
    assert list(missed.value.problems) == [str(mother.pk)]
    assert not rows(Answer)
    assert returned(enquiry, by, version=2)
    assert line_of(enquiry).state is State.ANSWERED
    assert not rows(Draft)


def test_the_same_return_twice_is_one():
    enquiry = EnquiryFactory()
    by, key = answerer_of(enquiry), uuid.uuid4()
    drafted(enquiry, by, piece(asked_about(enquiry)[0]))
    first, second = (returned(enquiry, by, key=key) for _ in range(2))
    assert first.pk == second.pk
    assert len(rows(Answer)) == len(rows(Return)) == 1


def test_a_return_of_a_draft_that_moved_is_not_sent():
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    drafted(enquiry, by, piece(asked_about(enquiry)[0]))
    with pytest.raises(DraftMoved):
        returned(enquiry, by, version=0)


def test_nothing_held_is_an_answer_once_each_person_is_ticked():
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    nil = returned(enquiry, by, version=0, searches={str(one.pk): NOTHING for one in asked_about(enquiry)})
    assert nil.nil
    assert line_of(enquiry).state is State.NOTHING_HELD
    assert line_of(enquiry).clock.ended_at == MONDAY_10AM


def test_a_tick_without_how_is_not_a_search():
    enquiry = EnquiryFactory()
    ticks = {str(one.pk): Search(result="searched_and_nothing_held") for one in asked_about(enquiry)}
    with pytest.raises(SearchIncomplete):
        returned(enquiry, answerer_of(enquiry), version=0, searches=ticks)


def test_nothing_held_cannot_be_ticked_for_somebody_answered_about():
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    drafted(enquiry, by, piece(asked_about(enquiry)[0]))
    with pytest.raises(SearchIncomplete):
        returned(enquiry, by, searches={str(one.pk): NOTHING for one in asked_about(enquiry)})


def test_somebody_who_could_not_be_searched_counts_as_not_answered():
    enquiry = EnquiryFactory()
    child, mother = asked_about(enquiry)
    ticks = {str(child.pk): NOTHING, str(mother.pk): COULD_NOT}
    assert returned(enquiry, answerer_of(enquiry), version=0, searches=ticks).part
    line = line_of(enquiry)
    assert line.state is State.PART
    assert line.could_not == (f"{mother.name}: The archive is shut",)
    assert any("could not search" in words for words in missing([line], MONDAY_10AM))
    with pytest.raises(SearchIncomplete):
        returned(
            enquiry,
            answerer_of(enquiry),
            version=0,
            searches={str(mother.pk): Search(result="could_not_search", how="x")},
        )


def test_a_late_return_says_why_and_is_counted_late():
    enquiry = EnquiryFactory()
    by, late = answerer_of(enquiry), enquiry.due_at + timedelta(hours=1)
    drafted(enquiry, by, piece(asked_about(enquiry)[0]))
    with pytest.raises(LateReasonMissing):
        returned(enquiry, by, at=late)
    assert returned(enquiry, by, at=late, late_reason="Half term").late_reason == "Half term"
    assert line_of(enquiry).clock.state(late) == "missed"


def test_an_enquiry_taken_back_takes_no_answer():
    enquiry = EnquiryFactory()
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(withdrawn_at=MONDAY_10AM)
    with pytest.raises(Withdrawn):
        drafted(enquiry, answerer_of(enquiry), piece(asked_about(enquiry)[0]))


@pytest.mark.parametrize("who", ["another agency", "the desk", "another hub", "without the duty"])
def test_only_the_agency_asked_answers(who):
    enquiry = EnquiryFactory()
    staff = {
        "another agency": lambda: StaffFactory(hub=enquiry.hub, answerer=True),
        "the desk": lambda: desk_of(enquiry, whole_desk=True),
        "another hub": lambda: StaffFactory(agency=enquiry.agency, answerer=True),
        "without the duty": lambda: StaffFactory(hub=enquiry.hub, agency=enquiry.agency),
    }[who]()
    with pytest.raises(PermissionDenied):
        drafted(enquiry, staff, piece(asked_about(enquiry)[0]))


# Share, summary, sealed


def test_a_summary_is_shared_and_the_full_words_are_kept_apart():
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    words = piece(
        asked_about(enquiry)[0],
        sharing="summary",
        words="All of it",
        source="His aunt",
        summary="A part of it",
    )
    drafted(enquiry, by, words)
    returned(enquiry, by)
    (answer,), (full,) = rows(Answer), rows(FullAnswer)
    assert (answer.text, answer.source) == ("A part of it", "")
    assert full.text == "All of it\nSource: His aunt"


def test_a_sealed_answer_leaves_no_row_and_its_author_reads_it():
    enquiry = EnquiryFactory()
    by, child = answerer_of(enquiry), asked_about(enquiry)[0]
    drafted(enquiry, by, piece(child, sharing="sealed", words="Only for the room"))
    assert not returned(enquiry, by).nil
    assert not rows(Answer)
    assert len(rows(Item)) == 1
    with signed_in_as(by):
        (sealed,) = own_sealed(by, enquiry, MONDAY_10AM)
    assert sealed.words == "Only for the room"
    colleague = answerer_of(enquiry)
    with signed_in_as(colleague):
        assert own_sealed(colleague, enquiry, MONDAY_10AM) == []
    assert line_of(enquiry).state is State.ANSWERED


@pytest.mark.parametrize(
    "wrong",
    [
        {"sharing": ""},
        {"sharing": "summary"},
        {"source_grade": "2", "information_grade": "D", "handling": "C"},
        {"source_grade": "9", "information_grade": "A", "handling": "P"},
        {"classification": "SECRET"},
        {"words": "SECRET\nA source says so", "sharing": "sealed"},
    ],
)
def test_an_answer_that_is_not_whole_is_not_sent(wrong):
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    drafted(enquiry, by, piece(asked_about(enquiry)[0], **wrong))
    with pytest.raises(Incomplete):
        returned(enquiry, by)
    assert not rows(Answer)
    assert not rows(Item)


def test_conditions_are_shown_with_what_they_go_with():
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    drafted(enquiry, by, piece(asked_about(enquiry)[0], handling="C", conditions="Not for the father"))
    returned(enquiry, by)
    (said,) = line_of(enquiry).answers
    assert said.answer.conditions == "Not for the father"


# Refusals


def test_a_refusal_stops_the_clock_and_keeps_its_reason():
    enquiry = EnquiryFactory()
    doing(
        answerer_of(enquiry),
        withhold,
        enquiry=enquiry,
        reason="confidence_and_no_ground",
        explanation="He did not agree.",
        approved_by_words="The Caldicott guardian",
        at=MONDAY_10AM,
        key=uuid.uuid4(),
    )
    line = line_of(enquiry)
    assert line.state is State.HELD_BACK
    assert line.clock.ended_at == MONDAY_10AM
    assert line.withheld[0][1] == "He did not agree."
    assert any("does not share it" in words for words in missing([line], MONDAY_10AM))


@pytest.mark.parametrize("reason", ["not_relevant", "confidence_and_no_ground", "no such reason"])
def test_a_refusal_without_what_its_reason_asks_for_is_not_taken(reason):
    enquiry = EnquiryFactory()
    with pytest.raises(ReasonIncomplete):
        doing(
            answerer_of(enquiry), withhold, enquiry=enquiry, reason=reason, at=MONDAY_10AM, key=uuid.uuid4()
        )


@pytest.mark.parametrize("reason", ["source_at_risk", "person_at_risk", "investigation_at_risk"])
def test_a_reason_that_could_endanger_somebody_is_sealed(reason):
    enquiry = EnquiryFactory()
    by = answerer_of(enquiry)
    doing(
        by,
        withhold,
        enquiry=enquiry,
        reason=reason,
        explanation="It would name her",
        approved_by_words="DI Ashdown",
        at=MONDAY_10AM,
        key=uuid.uuid4(),
    )
    assert not rows(Withheld)
    assert line_of(enquiry).state is State.ANSWERED
    with signed_in_as(by):
        (sealed,) = own_sealed(by, enquiry, MONDAY_10AM)
    assert "It would name her" in sealed.words


def test_one_persons_refusal_does_not_end_the_enquiry():
    enquiry = EnquiryFactory()
    mother = asked_about(enquiry)[1]
    doing(
        answerer_of(enquiry),
        withhold,
        enquiry=enquiry,
        person=mother,
        reason="belongs_to_another",
        at=MONDAY_10AM,
        key=uuid.uuid4(),
    )
    assert line_of(enquiry).waits


# Copies


def siblings():
    """Return an enquiry about two children of one mother, and a cousin of another."""
    enquiry = EnquiryFactory(agency=AgencyFactory(kind="adult_mental_health"), about=[])
    parent = uuid.uuid4()
    one = EnquiryPersonFactory(
        enquiry=enquiry, name="OKAFOR, Daniel", parents=[parent], address="12 Cobbold Street"
    )
    two = EnquiryPersonFactory(
        enquiry=enquiry, name="OKAFOR, Ruth", role="sibling", parents=[parent], address="12 Cobbold Street"
    )
    other = EnquiryPersonFactory(
        enquiry=enquiry, name="REID, Archie", role="sibling", parents=[uuid.uuid4()], address="9 Alma Parade"
    )
    return enquiry, one, two, other


def question_about(enquiry, asks_about):
    return next(one.id for one in set_sent(enquiry.question_set).questions if one.asks_about == asks_about)


def test_an_answer_about_the_home_is_offered_to_who_lives_there_and_no_other():
    enquiry, one, two, _ = siblings()
    by = answerer_of(enquiry)
    with signed_in_as(by):
        offered = offered_to(enquiry, piece(one, question_about(enquiry, "household")))
        never = offered_to(enquiry, piece(one, question_about(enquiry, "child")))
    assert [each.pk for each in offered] == [two.pk]
    assert never == []


def test_an_answer_about_a_parent_is_offered_to_children_of_that_parent():
    enquiry, one, two, _ = siblings()
    with signed_in_as(answerer_of(enquiry)):
        offered = offered_to(enquiry, piece(one, question_about(enquiry, "parent")))
    assert [each.pk for each in offered] == [two.pk]


@pytest.mark.parametrize("sharing", ["share", "sealed"])
def test_a_copy_is_made_by_tick_and_says_where_it_came_from(sharing):
    enquiry, one, two, other = siblings()
    by = answerer_of(enquiry)
    source = piece(
        one, question_about(enquiry, "household"), sharing=sharing, handling="C", conditions="Not the father"
    )
    kept = drafted(enquiry, by, source)
    with pytest.raises(MayNotBeCopied):
        doing(
            by,
            copy_to_siblings,
            enquiry=enquiry,
            copies=[(source.key, other)],
            version=kept.version,
            at=MONDAY_10AM,
        )
    copied = doing(
        by,
        copy_to_siblings,
        enquiry=enquiry,
        copies=[(source.key, two)],
        version=kept.version,
        at=MONDAY_10AM,
    )
    returned(enquiry, by, version=copied.version)
    if sharing == "share":
        copy = rows(Answer, person_id=two.pk)[0]
        assert copy.copied_from_id == rows(Answer, person_id=one.pk)[0].pk
        assert copy.conditions == "Not the father"
    else:
        assert not rows(Answer)
        assert {item.people[0] for item in rows(Item)} == {
            one.contact_person_id_opaque,
            two.contact_person_id_opaque,
        }


# Additions and the telephone


def test_an_addition_changes_nothing_that_was_sent():
    answer = AnswerFactory(text="First words")
    by, enquiry = answerer_of(answer.enquiry), answer.enquiry
    more = piece(answer.person, words="Later words")
    for _ in range(2):
        doing(by, supplement, enquiry=enquiry, supplements=answer.pk, given=more, at=MONDAY_10AM)
    assert {one.text for one in rows(Answer)} == {"First words", "Later words"}
    assert len(rows(Answer)) == 2


def test_a_sealed_answer_is_added_to_by_its_author_alone():
    enquiry = EnquiryFactory()
    by, child = answerer_of(enquiry), asked_about(enquiry)[0]
    drafted(enquiry, by, piece(child, sharing="sealed"))
    returned(enquiry, by)
    (item,) = rows(Item)
    more = piece(child, sharing="sealed", words="And more")
    doing(by, supplement, enquiry=enquiry, supplements=item.pk, given=more, at=MONDAY_10AM)
    assert [one.supplements_id for one in rows(Item) if one.pk != item.pk] == [item.pk]
    with pytest.raises(NotYours):
        doing(
            answerer_of(enquiry), supplement, enquiry=enquiry, supplements=item.pk, given=more, at=MONDAY_10AM
        )


def test_the_desk_writes_down_what_is_said_on_the_telephone():
    enquiry = EnquiryFactory()
    child = asked_about(enquiry)[0]
    sending = Sending(
        key=uuid.uuid4(), part=False, searches={str(one.pk): HELD for one in asked_about(enquiry)}
    )
    given = [piece(child), piece(child, "behaviour", sharing="summary", words="All", summary="Part")]
    desk = desk_of(enquiry)
    for _ in range(2):
        doing(
            desk,
            take_by_telephone,
            enquiry=enquiry,
            given=given,
            said_by="Ines Duarte",
            sending=sending,
            at=MONDAY_10AM,
        )
    assert {one.taken_by_telephone_from for one in rows(Answer)} == {"Ines Duarte"}
    assert len(rows(Answer)) == 2
    assert rows(FullAnswer)[0].agency_id == enquiry.agency_id
    with pytest.raises(PermissionDenied):
        doing(
            StaffFactory(hub=enquiry.hub, answerer=True),
            take_by_telephone,
            enquiry=enquiry,
            given=given,
            said_by="x",
            sending=sending,
            at=MONDAY_10AM,
        )
    assert len(rows(PersonSearch)) == 2
