"""What is worked out without a database: quorum, days, calendars, papers, and words on a screen."""

import os
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from mash.common.clock import LONDON, WorkingWeek
from mash.common.content import ContentError
from mash.panel import days
from mash.panel.calendars import Invitation, to_ics
from mash.panel.composing import Case, Entry, Task, lines_of_item, lines_of_pack, pack_of, to_html
from mash.panel.content import load_panel, panel_content, rules
from mash.panel.projecting import initialled
from mash.panel.quorum import Seated, in_words, is_confirmed, quorum, who_confirms
from mash.partnership.models import AgencyKind

RULE = panel_content().quorum
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PRINTED = "Made by Mary Hale, chair, 2 November 2026, 9am"


def seat(kind, agency=None, *, chairs=False):
    return Seated(agency or uuid.uuid5(uuid.NAMESPACE_OID, kind), kind, chairs)


CHAIR = seat("early_help", chairs=True)
ENOUGH = [CHAIR, seat("education"), seat("camhs"), seat("childrens_social_care")]


# Quorum


@pytest.mark.parametrize(
    ("here", "missing"),
    [
        (ENOUGH, ()),
        ([*ENOUGH[1:], seat("police")], ("chair",)),
        ([*ENOUGH[:3], seat("police")], ("childrens_social_care",)),
        ([CHAIR, seat("education"), seat("childrens_social_care"), seat("maternity")], ("health",)),
        ([CHAIR, seat("gp"), seat("childrens_social_care"), seat("police")], ("education",)),
        ([seat("education", chairs=True), seat("gp"), seat("childrens_social_care")], ("agencies:1",)),
        ([], ("education", "health", "childrens_social_care", "chair", "agencies:4")),
        ([CHAIR, CHAIR, CHAIR, CHAIR], ("education", "health", "childrens_social_care", "agencies:3")),
    ],
)
def test_who_makes_a_quorum(here, missing):
    assert quorum(here, RULE, 4).missing == missing


@given(some.sets(some.sampled_from(AgencyKind.values)), some.booleans())
def test_a_quorum_never_falls_when_somebody_more_comes(kinds, chaired):
    here = [seat(kind) for kind in kinds] + ([CHAIR] if chaired else [])
    found = quorum(here, RULE, 4)
    more = quorum([*here, seat("education")], RULE, 4)
    assert len(more.missing) <= len(found.missing)
    by_hand = (
        len({one.agency for one in here}) >= 4
        and "education" in {one.kind for one in here}
        and "childrens_social_care" in {one.kind for one in here}
        and bool(
            {one.kind for one in here}
            & {"community_health", "camhs", "gp", "hospital", "adult_mental_health"}
        )
        and chaired
    )
    assert found.is_met is by_hand


@given(some.sets(some.sampled_from(AgencyKind.values)))
def test_whoever_is_asked_makes_good_what_is_lacking_and_nobody_more_is_asked(kinds):
    seats = [CHAIR, *(seat(kind) for kind in AgencyKind.values if kind != "early_help")]
    here = [one for one in seats if one.kind in kinds]
    missing = quorum(here, RULE, 4).missing
    asked = who_confirms(missing, seats, here, [], RULE)
    agreed = [one for one in seats if one.agency in asked]
    assert is_confirmed(missing, agreed, RULE)
    assert not missing or not is_confirmed(missing, [], RULE)
    assert not {one.agency for one in here if not one.chairs} & set(asked)
    assert len(asked) <= 4


def test_those_who_hear_of_the_family_already_are_asked_first():
    seats = [*ENOUGH, seat("community_health"), seat("gp")]
    here = [CHAIR, seat("education"), seat("childrens_social_care"), seat("police")]
    assert who_confirms(["health"], seats, here, [seat("gp").agency], RULE) == [seat("gp").agency]
    assert who_confirms(["health"], seats, here, [], RULE) == [seat("community_health").agency]


def test_what_is_lacking_is_said_in_words():
    assert [in_words(one) for one in ("health", "education", "chair", "agencies:1", "agencies:2")] == [
        "health", "Education", "the chair or the deputy chair", "1 more agency", "2 more agencies",
    ]  # fmt: skip


# Days


def test_a_year_of_meetings_keeps_its_weekday_and_its_hour_and_gives_way_to_closed_days():
    week = WorkingWeek(closed=frozenset({date(2026, 12, 14)}))
    found = days.series(date(2026, 11, 16), time(10), 13, 4, week)
    local = [one.astimezone(LONDON) for one in found]
    assert {(one.hour, one.minute) for one in local} == {(10, 0)}
    assert local[1].date() == date(2026, 12, 15)  # the Monday is closed
    assert local[2].date() == date(2027, 1, 11)
    assert all(week.is_working_day(one.date()) for one in local)
    assert {one.utcoffset() for one in local} == {timedelta(0), timedelta(hours=1)}


def test_papers_go_out_working_days_before():
    christmas = datetime(2026, 12, 30, 10, tzinfo=UTC)
    assert days.papers_on(christmas, 5, WorkingWeek()) == date(2026, 12, 21)


# Calendars


def invitation(**changed):
    said = {
        "key": uuid.UUID(int=7), "panel": "North panel", "hub": "Northfield MASH", "hub_email": "mash@north.example",
        "starts_at": NOW, "minutes": 120, "place": "Room 2; ground floor, left", "sequence": 3, "said_at": NOW,
        "to": [("Kwame Ölberg-Obi of the very long agency of the north and of the south", "kwame@youth.example")],
    } | changed  # fmt: skip
    return Invitation(**said)


def test_an_invitation_is_what_rfc_5545_asks_for():
    words = to_ics(invitation())
    assert words.startswith("BEGIN:VCALENDAR\r\n")
    assert words.endswith("END:VCALENDAR\r\n")
    assert "\n" not in words.replace("\r\n", "")
    assert max(len(line.encode()) for line in words.split("\r\n")) <= 75
    calendar = Calendar.from_ical(words)
    assert str(calendar["version"]) == "2.0"
    assert str(calendar["method"]) == "REQUEST"
    assert calendar["prodid"]
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == NOW
    assert event.decoded("dtend") == NOW + timedelta(minutes=120)
    assert event["uid"] == f"{uuid.UUID(int=7)}@openmash"
    assert event["sequence"] == 3
    assert str(event["location"]) == "Room 2; ground floor, left"
    assert str(event["attendee"]) == "mailto:kwame@youth.example"
    assert event["attendee"].params["CN"].startswith("Kwame Ölberg-Obi")
    assert str(event["organizer"]) == "mailto:mash@north.example"
    assert event.decoded("dtstamp").tzinfo is not None


@pytest.mark.parametrize(
    ("changed", "method", "status"),
    [
        ({}, "REQUEST", "CONFIRMED"),
        ({"to": []}, "PUBLISH", "CONFIRMED"),
        ({"called_off": True}, "CANCEL", "CANCELLED"),
    ],
)
def test_what_it_asks_of_a_calendar(changed, method, status):
    calendar = Calendar.from_ical(to_ics(invitation(**changed)))
    assert (str(calendar["method"]), str(calendar.walk("VEVENT")[0]["status"])) == (method, status)


@given(some.text(), some.text(), some.integers(0, 999), some.integers(1, 480))
def test_whatever_a_panel_is_called_comes_back_from_its_invitation(panel, place, sequence, minutes):
    clean = "".join(one for one in panel if one.isprintable())
    where = "".join(one for one in place if one.isprintable())
    words = to_ics(invitation(panel=clean, place=where, sequence=sequence, minutes=minutes))
    (event,) = Calendar.from_ical(words).walk("VEVENT")
    assert str(event["summary"]) == f"{clean}, Northfield MASH"
    assert str(event["location"]) == where
    assert event["sequence"] == sequence
    assert len(Calendar.from_ical(words).walk()) == 2


# Papers

PANELS = int(os.environ.get("MASH_PANELS") or 500)
SEED = int(os.environ.get("MASH_SEED", "34"))


def marked(chance, number, agencies):
    """Return a family each of whose words carries a mark of its own, and the agencies it needs."""
    mark = f"zq{chance.randrange(16**12):012x}{number}"
    needed = frozenset(chance.sample(agencies, chance.randint(1, min(4, len(agencies)))))
    task = Task(f"{mark}t", f"{mark}o", "An agency", f"{mark}w", date(2026, 12, 1))
    case = Case(
        reference=f"{mark}r", kind="New family", minutes=20, name=f"{mark}n", born_on=date(2016, 3, 4),
        household=f"{mark}h", asked=f"{mark}a", background=f"{mark}b", agreement=f"{mark}g", needed=needed,
        checks=[("An agency", f"{mark}c")], tasks=[task],
    )  # fmt: skip
    return mark, case


def test_each_agency_s_papers_hold_its_own_families_and_no_other():
    """Over random panels: every mark of a family that an agency is needed for, and none of another's."""
    chance = random.Random(SEED)
    held = left_out = 0
    for _ in range(PANELS):
        agencies = [uuid.UUID(int=chance.getrandbits(128)) for _ in range(chance.randint(1, 12))]
        every = [marked(chance, number, agencies) for number in range(chance.randint(0, 14))]
        for agency in [*agencies, uuid.UUID(int=chance.getrandbits(128))]:
            pack = pack_of(
                [case for _, case in every], agency, hub="Hub", panel="Panel", starts_at=NOW, place="Room",
                name="Agency", opening="Words",
            )  # fmt: skip
            page = to_html(pack, PRINTED)
            several = sum(agency in case.needed for _, case in every) > 1
            each = (
                18 if several else 12
            )  # ten facts, the name of its part, and with several three times in the contents
            for mark, case in every:
                own = agency in case.needed
                assert page.count(mark) == (each if own else 0)
                held, left_out = held + own, left_out + (not own)
    assert held > PANELS
    assert left_out > PANELS


def test_a_pack_is_escaped_and_says_when_it_is_empty():
    agency = uuid.UUID(int=1)
    case = Case("R", "New", 20, "<script>alert(1)</script>", None, "", "A & B", "", "", frozenset({agency}))
    said = {"hub": "H", "panel": "P", "starts_at": NOW, "place": "R", "name": "<b>", "opening": "O"}
    page = to_html(pack_of([case], agency, **said), PRINTED)
    assert "<script>" not in page
    assert "A &amp; B" in page
    assert "<b>" not in page
    empty = pack_of([case], uuid.UUID(int=2), **said)
    assert ("p", "Your agency is needed for no family at this meeting.") in lines_of_pack(empty)


# Minutes


def test_minutes_say_what_was_recorded_and_that_there_was_no_quorum():
    task = Task("Meet him at the gate.", "He is in by nine.", "Schools", "Ines", date(2026, 12, 1), "Done")
    entry = Entry(
        "Accepted",
        "A plan.",
        "Ines, Schools",
        date(2027, 1, 4),
        ["health"],
        NOW,
        earlier=[task],
        added=[task],
    )
    said = "\n".join(lines_of_item(entry))
    for words in ("Decided: Accepted.", "health was lacking", "Lead professional: Ines, Schools", "4 January 2027",
                  "From last time: Meet him", "Action: Meet him", "Done."):  # fmt: skip
        assert words in said
    assert lines_of_item(Entry()) == ["Nothing was decided."]


# On the screen


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Who helps Daniel to school?", "Who helps D. to school?"),
        ("OKAFOR and okafor's mother", "O. and O.'s mother"),
        ("Danielle is his friend", "Danielle is his friend"),
        ("", ""),
    ],
)
def test_names_become_initials_on_the_screen(words, shown):
    assert initialled(words, "OKAFOR, Daniel") == shown


@given(
    some.lists(some.sampled_from(["Ama", "O'Neill-Obi", "said", "the", "school"]), min_size=1).map(" ".join)
)
def test_no_part_of_the_name_is_left_on_the_screen(words):
    shown = initialled(words, "O'NEILL-OBI, Ama")
    assert "Ama" not in shown
    assert "Neill" not in shown


# Content


def test_the_carried_content_is_whole():
    assert rules()["every_weeks"] == 4
    assert RULE.must_include == ("education", "health", "childrens_social_care")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda raw: raw["rules"].pop(), "there is no review_weeks"),
        (lambda raw: raw["quorum"].update(must_include=["unknown"]), "quorum.must_include"),
        (lambda raw: raw["core"].append("unknown"), "core"),
        (lambda raw: [one.update(retired=True) for one in raw["decisions"]], "decisions"),
        (lambda raw: raw["agenda"][0].update(about="nobody"), "agenda"),
    ],
)
def test_what_is_wrong_in_content_is_named(change, place):
    raw = panel_content.carried()
    change(raw)
    with pytest.raises(ContentError, match=place):
        panel_content.check(raw)
    assert load_panel()
