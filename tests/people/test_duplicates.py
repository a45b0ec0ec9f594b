"""Records of one person, found by night over a whole register; nothing is joined by it."""

import io
import math
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mash.people import actions, jobs, joined
from mash.people.actions import suspecting
from mash.people.details import Details, Home, OtherName
from mash.people.duplicates import records, spilling, splinking, spreading, weighing
from mash.people.duplicates.reading import Register
from mash.people.held import known
from mash.people.matching import Band, rank
from mash.people.matching.weights import shipped
from mash.people.models import LookedOver, Person, Suspected
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
GIVEN = ("Ada", "Ben", "Cora", "Dev", "Elsie", "Farah", "Gus", "Hana", "Idris", "Jonah", "Kofi", "Leila")
FAMILY = ("Ashby", "Brook", "Castell", "Dunmore", "Eze", "Farrow", "Gill", "Hussain", "Ibrahim", "Joyce")
LETTERS = "ABDEFGHJKLMNPQRSTUVWXYZ"
NORA = {"given": "Nora", "family": "Lindqvist", "born_on": date(2019, 10, 31), "sex": "F"}
QUAY = Home(("4 Quay Row",), "NF2 3AB")


@pytest.fixture
def hub():
    return HubFactory(name="Northfield")


def look(hub, engine="duckdb"):
    with in_service("reminders"):
        return actions.look_for_duplicates(hub=hub, at=MONDAY_9AM, engine=engine)


def found():
    rows = Suspected.objects.using("builder").order_by("-likely", "-points")
    return [({one.first_id, one.second_id}, one.likely) for one in rows]


def plain(place, **more):
    """Return a line of a made-up register, told apart from all others by its place."""
    born = date(1950, 1, 1) + timedelta(days=13 * place)
    home = Home((f"{place} Kiln Lane",), f"NF{place % 9 + 1} {place % 7 + 1}{LETTERS[place % 23]}B")
    said = {"given": GIVEN[place % 12], "family": FAMILY[place // 12 % 10], "born_on": born}
    phones = (f"020 7946 {place:04}",)
    said |= {"addresses": (home,), "phones": phones, "sex": "FM"[place % 2]}
    return records.line(place, records.stored(Details(**(said | more))))


@pytest.fixture
def register():
    """Return 1,500 records, of which forty stand twice, each with something else."""
    once = [plain(place) for place in range(1500)]
    for place in range(0, 1500, 38):
        said = once[place]
        other = [
            {"given": f"{said.given}h", "phone": None},
            dict.fromkeys(("born_on", "days", "year", "month", "day")),
            {"postcode": "NF1 1ZZ", "phone": None},
            {"given": said.family, "family": said.given, "given_sound": said.family_sound,
             "family_sound": said.given_sound},
        ][place // 38 % 4]  # fmt: skip
        once.append(said._replace(id=len(once), **other))
    return once


TWICE = {(38 * place, 1500 + place) for place in range(40)}


def named(register):
    return [pair for part in splinking.pairs(iter(register)) for pair in part]


def test_a_register_is_looked_over_by_splink(register, monkeypatch):
    monkeypatch.setattr(splinking, "FEWEST", 300)
    found = named(register)
    assert all(pair.one < pair.other for pair in found)
    assert found == sorted(found, key=lambda pair: pair[:2])
    assert {(pair.one, pair.other) for pair in found} >= TWICE
    assert len(found) < 20 * len(TWICE)


def test_a_small_register_is_looked_over_without_splink(register, monkeypatch):
    monkeypatch.setitem(sys.modules, "splink", None)
    found = named(register)
    assert {(pair.one, pair.other) for pair in found} >= TWICE
    assert len(found) < 20 * len(TWICE)


def test_both_ways_have_the_same_pairs_to_weigh(register, monkeypatch):
    small = {(pair.one, pair.other) for pair in named(register)}
    monkeypatch.setattr(splinking, "FEWEST", 300)
    monkeypatch.setattr(splinking, "LEAST_WEIGHT", -1000.0)
    assert {(pair.one, pair.other) for pair in named(register)} == small


def test_day_and_month_swapped_are_the_same_days():
    one, other = plain(1, born_on=date(2019, 10, 3)), plain(1, born_on=date(2019, 3, 10))
    assert one.days == other.days
    assert one.born_on != other.born_on


def test_nobody_lives_where_there_is_no_fixed_abode():
    assert plain(1, addresses=(Home(("No fixed abode",), "ZZ99 3VZ"),)).postcode is None


def test_what_the_database_says_is_what_a_description_says(hub):
    a_known_person(
        hub, **NORA, addresses=(QUAY,), phones=("020 7946 0011", "+44 7700 900123"), nhs_number="9992050586"
    )
    a_known_person(hub, given="Dr O'Neil", family="O Brien", nhs_number="9992050580", phones=("000000",))
    a_known_person(
        hub, given="Ann\\e\tMae", family="Łoś", born_on=date(1987, 1, 9), phones=("000000", "01632 960123")
    )
    a_known_person(hub, addresses=(QUAY, Home(("1 Kiln Lane",), "NF1 1AB", until_on=date(2020, 1, 1))))
    with in_service("reminders"):
        register = Register(hub.pk)
        lines = list(register.lines())
        assert lines == [
            records.line(place, records.stored(known([key])[key])) for place, key in enumerate(register.keys)
        ]
    assert [key.int for key in register.keys] == sorted(key.int for key in register.keys)
    assert len(lines) == 4


# What is said of a pair


NAMES = st.sampled_from(["Nora", "Norah", "Elin", "Mohammed Ali", "Mohammed", "Li Na", "Li", "N", ""])
SAID = st.builds(
    Details,
    given=NAMES,
    family=st.sampled_from(["Lindqvist", "Lindquist", "Begum", "Khan-Lindqvist", ""]),
    born_on=st.sampled_from([None, date(2019, 10, 3), date(2019, 3, 10), date(2019, 1, 1), date(2018, 5, 5)]),
    sex=st.sampled_from("FMU"),
    addresses=st.sampled_from([(), (QUAY,), (Home((), "NF2 3AC"),)]),
    phones=st.sampled_from([(), ("020 7946 0011",), ("020 7946 0012",)]),
    school=st.sampled_from(["", "Kiln Primary", "Quay Academy"]),
    nhs_number=st.sampled_from(["", "9992050586", "9992050594", "9992050580"]),
)


@given(SAID, SAID)
def test_what_is_said_of_a_pair_is_what_ranking_says(one, other):
    said = weighing.weigh(one, other, shipped())
    ranked = rank(one, [(weighing.NOBODY, other)])
    band = ranked[0].band if ranked else Band.NOT_FOUND
    assert said.band == band or (said.band, band) == (Band.CHECK, Band.LIKELY)
    if ranked:
        assert said.points == ranked[0].points


TWIN = {"family": "Lindqvist", "born_on": date(2019, 10, 31), "addresses": (QUAY,)}
CALLED = (OtherName("Abdi"),)


@pytest.mark.parametrize(
    ("one", "other", "band"),
    [
        ({"given": "Charlotte", "sex": "F"}, {"given": "Charlie", "sex": "M"}, Band.CHECK),
        ({"given": "Charlotte", "sex": "F"}, {"given": "Charlie", "sex": "F"}, Band.LIKELY),
        ({"given": "Abdirahman", "other_names": CALLED}, {"given": "Abdullahi", "other_names": CALLED}, Band.CHECK),
        ({"given": "Abdirahman", "other_names": CALLED}, {"given": "Abdi"}, Band.LIKELY),
        (
            {"given": "Ng", "family": "Yong", "kin": (OtherName("Joyce", "Ng"),)},
            {"given": "Ng", "family": "Wei Lok"},
            Band.CHECK,
        ),
        (
            {"given": "Ng", "family": "Yong", "kin": (OtherName("Joyce", "Lam"),)},
            {"given": "Ng", "family": "Wei Lok"},
            Band.LIKELY,
        ),
        (
            {"given": "Abdirahman", "other_names": CALLED, "nhs_number": "9992050586"},
            {"given": "Abdullahi", "other_names": CALLED, "nhs_number": "9992050586"},
            Band.LIKELY,
        ),
    ],
)  # fmt: skip
def test_twins_who_are_called_by_one_name_are_not_likely(one, other, band):
    assert weighing.weigh(Details(**(TWIN | one)), Details(**(TWIN | other)), shipped()).band == band


@pytest.mark.parametrize("steep", [0.5, 1.0, 3.0])
def test_the_line_rises_with_the_register_and_never_falls(steep):
    lines = tuple((records, place * steep * math.log(10)) for place, records in enumerate((10**5, 10**6)))
    weights = replace(shipped(), lines=lines, likely_from=lines[0][1])
    found = [weighing.weights_among(weights, records).likely_from for records in (0, 3_000, 10**5, 10**6)]
    assert found[:2] == [0.0, 0.0]
    assert 0 < found[2] < found[3]
    assert found[3] - found[2] == pytest.approx(max(1.0, steep) * math.log(10), abs=1e-3)


def test_weights_that_have_one_line_for_all_sizes_rise_by_how_many_times_more_there_are():
    learned = replace(shipped(), lines=(), likely_from=0.25)
    lines = [weighing.weights_among(learned, records).likely_from for records in (10**5, 10**6)]
    assert lines[1] - lines[0] == pytest.approx(math.log(10))


def test_namesakes_of_another_age_are_no_work_and_a_shared_number_is(hub):
    father = {"given": "Elis", "family": "Lindqvist", "born_on": date(1988, 5, 1), "addresses": (QUAY,)}
    a_known_person(hub, **father, nhs_number="9991225692")
    a_known_person(hub, **(father | {"born_on": date(2019, 10, 31)}), nhs_number="9993836265")
    one = a_known_person(hub, given="Gus", family="Farrow", born_on=date(1980, 2, 3), nhs_number="9992050586")
    other = a_known_person(
        hub, given="Ada", family="Brook", born_on=date(2001, 7, 9), nhs_number="9992050586"
    )
    look(hub)
    assert found() == [({one.pk, other.pk}, False)]


# Where what does not fit into memory lies


def test_what_is_spilled_is_nobody_elses_and_gone_afterwards():
    with spilling.private_folder() as folder:
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        (folder / "spilled").write_text("a name")
        with spilling.private_folder():
            assert folder.exists()  # in use, so another run leaves it alone
    assert not folder.parent.exists()


def test_what_a_killed_run_left_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{spilling.PREFIX}left"
    left.mkdir()
    (left / spilling.HELD).touch()
    (left / "a name").touch()
    with spilling.private_folder():
        assert not left.exists()


# The list of the whole hub


def test_a_twin_is_never_likely(hub):
    a_known_person(hub, **NORA, addresses=(QUAY,))
    a_known_person(hub, **(NORA | {"given": "Elin"}), addresses=(QUAY,))
    look(hub)
    assert all(not likely for _, likely in found())


def test_two_records_of_one_child_are_found_and_nobody_else(hub):
    nora = a_known_person(hub, **NORA, addresses=(QUAY,), nhs_number="9992050586")
    twice = a_known_person(hub, **(NORA | {"given": "Norah"}), addresses=(QUAY,))
    a_known_person(hub, given="Gus", family="Farrow", born_on=date(1980, 2, 3))
    said = look(hub)
    assert found() == [({nora.pk, twice.pk}, True)]
    assert (said.records, said.found) == (3, 1)
    assert not Person.objects.using("builder").exclude(merged_into=None).exists()


def test_looked_over_again_what_is_not_there_any_more_is_gone(hub):
    a_known_person(hub, **NORA)
    twice = a_known_person(hub, **NORA)
    look(hub)
    worker = StaffFactory(hub=hub, screener=True)
    with signed_in_as(worker):
        said = {"given": "Gus", "family": "Farrow", "born_on": date(1980, 2, 3), "sex": "M"}
        actions.correct_person(person=twice, by=worker, at=MONDAY_9AM, **said)
    look(hub)
    look(hub)
    assert not any(likely for _, likely in found())  # of what it was called before something may be left
    assert LookedOver.objects.using("builder").count() == 3


def test_a_run_that_breaks_off_leaves_the_list_as_it_was(hub, monkeypatch):
    pair = {a_known_person(hub, **NORA).pk for _ in range(2)}
    look(hub)
    a_known_person(hub, **NORA)

    def breaks_off(*_):
        raise MemoryError

    monkeypatch.setattr(suspecting, "weigh_several", breaks_off)
    with pytest.raises(MemoryError):
        look(hub)
    assert found() == [(pair, True)]
    assert LookedOver.objects.using("builder").count() == 1


def test_found_once_and_then_nobody_the_list_is_empty(hub, monkeypatch):
    for _ in range(2):
        a_known_person(hub, **NORA)
    look(hub)
    monkeypatch.setattr(splinking, "pairs", lambda lines, *, engine: iter([list(lines)][:0]))
    look(hub)
    assert found() == []


def test_another_hub_is_no_part_of_it(hub):
    a_known_person(hub, **NORA)
    a_known_person(HubFactory(), **NORA)
    look(hub)
    assert found() == []


# The list


def listed(staff):
    with signed_in_as(staff):
        return list(joined.suspected(staff))


def test_a_pair_waits_until_a_worker_says_what_it_is(hub):
    one, other, third = (a_known_person(hub, **NORA) for _ in range(3))
    look(hub)
    worker = StaffFactory(hub=hub, screener=True)
    assert len(listed(worker)) == 3
    with signed_in_as(worker):
        actions.tell_apart(one=other, other=one, why="Cousins", by=worker, at=MONDAY_9AM)
    assert len(listed(worker)) == 2
    with signed_in_as(worker):
        actions.join(person=third, into=one, why="Same school", by=worker, at=MONDAY_9AM)
    assert listed(worker) == []  # the third counts as the one that was told apart from the other


def test_of_whom_a_worker_is_kept_from_they_see_no_pair(hub):
    one, _ = (a_known_person(hub, **NORA) for _ in range(2))
    look(hub)
    kept = StaffFactory(hub=hub, whole_desk=True)
    assert len(listed(kept)) == 1
    AccessFactory(staff=kept, person_id=one.pk, contact_id=None, bars=True)
    assert listed(kept) == []
    with signed_in_as(kept):
        assert not Suspected.objects.exists()
    assert listed(StaffFactory(whole_desk=True)) == []


def test_the_page_lists_them_and_leads_to_the_comparison(hub):
    one, other = sorted((a_known_person(hub, **NORA) for _ in range(2)), key=lambda person: person.pk)
    worker = StaffFactory(hub=hub, screener=True)
    client, address = browser(worker), reverse("contact:suspected")
    assert "Nobody has looked over the register yet" in client.get(address).content.decode()
    look(hub)
    page = client.get(address).content.decode()
    assert reverse("contact:compare_records", args=[one.pk, other.pk]) in page
    assert "Likely the same" in page
    assert address in client.get(reverse("people:search")).content.decode()
    for staff in (StaffFactory(hub=hub, answerer=True), StaffFactory(hub=hub, duties=["out_of_hours"])):
        assert browser(staff).get(address).status_code == 403


# From the command line


def test_it_is_run_by_hand_and_says_what_it_found(hub):
    a_known_person(hub, **NORA)
    a_known_person(hub, **NORA)
    said = io.StringIO()
    call_command("people", "duplicates", hub="Northfield", stdout=said)
    assert said.getvalue().strip() == "Northfield: 1 pairs that may be one person, among 2 records"


def test_by_night_a_hub_too_large_for_it_without_splink_keeps_no_other_from_it(hub, monkeypatch):
    large = HubFactory(name="Eastmere")
    monkeypatch.setattr(splinking, "FEWEST", 3)
    monkeypatch.setitem(sys.modules, "splink", None)
    for where in (large, large, large, hub, hub):
        a_known_person(where, **NORA)
    with in_service("reminders"):
        jobs.look_for_duplicates()
    assert [one.hub_id for one in LookedOver.objects.using("builder")] == [hub.pk]


def test_without_splink_it_says_how_to_get_it(hub, monkeypatch):
    monkeypatch.setattr(splinking, "FEWEST", 0)
    monkeypatch.setitem(sys.modules, "splink", None)
    a_known_person(hub, **NORA)
    with pytest.raises(CommandError, match="pip install"):
        call_command("people", "duplicates", hub="Northfield")
    assert not LookedOver.objects.using("builder").exists()


def test_several_processes_find_the_same(hub, monkeypatch):
    for place in range(6):
        for _ in range(2):
            a_known_person(hub, **NORA | {"given": GIVEN[place], "born_on": date(2010 + place, 3, 4)})
    look(hub)
    alone = _as_found()
    assert len(alone) >= 6
    monkeypatch.setattr(suspecting, "MANY", 0)
    monkeypatch.setattr(suspecting, "AT_ONCE", 2)
    monkeypatch.setattr(suspecting, "cores", lambda: 2)
    look(hub)
    assert _as_found() == alone


def _as_found():
    rows = Suspected.objects.using("builder").order_by("first", "second")
    return list(rows.values_list("first", "second", "points", "likely"))


def test_what_is_written_is_what_the_rules_of_ranking_show(hub, monkeypatch):
    keys = [
        a_known_person(hub, **said).pk
        for place in range(4)
        for said in (
            NORA
            | {"family": FAMILY[place], "addresses": (QUAY,), "nhs_number": "9992050586" if place else ""},
            NORA | {"given": "Norah", "family": FAMILY[place], "phones": ("020 7946 0011",)},
            NORA | {"given": "Elin", "family": FAMILY[place], "addresses": (QUAY,)},
        )
    ]
    monkeypatch.setattr(suspecting, "AT_ONCE", 5)
    look(hub)
    with in_service("reminders"):
        held = known(keys)
    weights = weighing.weights_among(shipped(), len(keys))
    shown = {}
    for one, other, _, _ in _as_found():
        (ranked,) = rank(held[one], [(other, held[other])], weights)
        shown[one, other] = ranked.points, ranked.band == Band.LIKELY
    assert {(one, other): (points, likely) for one, other, points, likely in _as_found()} == shown
    assert {likely for _, likely in shown.values()} == {True, False}


def test_what_breaks_off_in_another_process_is_raised_here():
    with pytest.raises(ValueError, match="math domain"):
        list(spreading.in_order(math.sqrt, [1, -1, 4], processes=2))


def test_parts_are_read_as_they_are_needed():
    read = []

    def parts():
        for one in range(1, 100):
            read.append(one)
            yield one

    done = spreading.in_order(math.sqrt, parts(), processes=2)
    assert [next(done) for _ in range(3)] == [(one, math.sqrt(one)) for one in (1, 2, 3)]
    assert len(read) < 12
    done.close()
