"""Pages of performance: each figure opens its list, says what it means, and leaves the hub without small numbers."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from mash.insight.content import meanings
from mash.insight.days import Period, period_with
from mash.insight.measures import MEASURES
from mash.insight.models import Span
from mash.insight.queries import figures, leaving, tables
from mash.ledger.models import Entry
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import OwnerFactory
from tests.insight.story import NOW, B, Town

pytestmark = pytest.mark.usefixtures("transactional_db")
TODAY = localdate(NOW)


def grown():
    made = Town(21).grows(45)
    made.counted()
    return made


@pytest.fixture
def town(told_once):
    return told_once(grown)


def recent(span=Span.QUARTER, many=6):
    return [period_with(TODAY, span).back(back) for back in range(many)]


def every_figure(staff, split=""):
    """Every figure of the last quarters that is not empty, with what stands behind it."""
    for measure in MEASURES.values():
        if split and split not in {
            measure.by,
            "colour" if measure.colour else "",
            "ward" if measure.is_placed else "",
        }:
            continue
        found = figures.figures(staff, [measure.id], recent(), TODAY, split)
        for (_, begins, key), figure in found.items():
            said = {split: key} if split else {}
            yield figures.Behind(measure, Period(begins, Span.QUARTER), **said), figure


@pytest.mark.parametrize("split", ["", "source", "colour", "agency", "ward"])
def test_the_list_behind_each_figure_is_as_long_as_the_figure(town, split):
    with signed_in_as(town.manager):
        looked_at = 0
        for behind, figure in every_figure(town.manager, split):
            parts = {
                "all": figure.n,
                "yes": figure.hits,
                "no": figure.known - figure.hits,
                "open": figure.n - figure.known,
            }
            for part, count in parts.items():
                if not behind.measure.hit and part != "all":
                    continue
                wanted = figures.Behind(
                    behind.measure,
                    behind.period,
                    part,
                    behind.source,
                    behind.colour,
                    behind.agency,
                    behind.ward,
                )
                assert figures.rows_behind(town.manager, wanted, TODAY).count() == count, (behind, part)
                looked_at += count
    assert looked_at > 50


def test_whoever_is_kept_from_a_case_sees_figures_and_lists_that_agree_and_say_nothing_of_it(town):
    kept_out = StaffFactory(hub=town.hub, manager=True)
    barred = next(one for one in town.contacts if one.received_at.date() > TODAY - timedelta(days=400))
    AccessFactory(staff=kept_out, contact_id=barred.pk, bars=True)
    with signed_in_as(town.manager):
        whole = {(behind, figure.n) for behind, figure in every_figure(town.manager)}
    with signed_in_as(kept_out):
        theirs = {(behind, figure.n) for behind, figure in every_figure(kept_out)}
        for behind, n in theirs:
            rows = figures.rows_behind(kept_out, behind, TODAY)
            assert rows.count() == n
            if behind.measure.is_placed:
                assert barred.pk not in {row.contact_id for row in rows}
    assert {behind for behind, _ in theirs} <= {behind for behind, _ in whole}
    assert theirs != whole


def test_figures_are_the_same_from_sums_that_are_kept_and_counted_among_ones_own(town, monkeypatch):
    from mash.insight import policy

    with signed_in_as(town.manager):
        kept = [
            dict(figures.figures(town.manager, [*MEASURES], recent(), TODAY, split))
            for split in ("", "colour", "ward")
        ]
        took = [figures.lengths(town.manager, one, recent()) for one in MEASURES.values() if one.lengths]
        monkeypatch.setattr(policy, "sees_all", lambda _: False)
        again = [
            dict(figures.figures(town.manager, [*MEASURES], recent(), TODAY, split))
            for split in ("", "colour", "ward")
        ]
        took_again = [
            figures.lengths(town.manager, one, recent()) for one in MEASURES.values() if one.lengths
        ]

    def plain(found):
        return [
            {key: (one.n, one.median_working, one.ninetieth_elapsed) for key, one in each.items()}
            for each in found
        ]

    assert kept == again
    assert plain(took) == plain(took_again)
    assert any(plain(took))


def test_what_is_due_today_is_in_no_figure_before_the_day_is_over(town):
    enquiry = next(one for one in town.asked_ones() if one.withdrawn_at is None and one.let_go_at is None)
    day = localdate(enquiry.due_at)
    with signed_in_as(town.manager):
        one_day = [Period(day, Span.DAY)]
        assert (
            figures.figures(town.manager, ["agency_in_time"], one_day, day)["agency_in_time", day, ""].n == 0
        )
        after = figures.figures(town.manager, ["agency_in_time"], one_day, day + timedelta(days=1))
        assert after["agency_in_time", day, ""].n > 0


def opens(staff, name, *args, **query):
    return browser(staff).get(reverse(f"insight:{name}", args=args), query)


@pytest.mark.parametrize("measure", [*MEASURES])
def test_a_measure_says_what_it_means_and_its_file_says_the_same_as_its_page(town, measure):
    answer = opens(town.manager, "measure", measure, period="2026-Q3")
    assert answer.status_code == 200
    page = answer.content.decode()
    meaning = meanings()[measure]
    assert meaning.counts.replace("’", "&#39;")[:40] in page or meaning.counts[:40] in page
    assert ("It has no target." in page) is not meaning.target
    file = opens(town.manager, "measure", measure, period="2026-Q3", **{"as": "csv"})
    assert "not-to-share" in file["Content-Disposition"]
    rows = list(csv.reader(StringIO(file.content.decode())))
    assert tuple(rows[0]) == tables.COLUMNS
    with signed_in_as(town.manager):
        found = tables.shown(
            town.manager,
            measure,
            Period(period_with(TODAY, Span.QUARTER).back(1).begins, Span.QUARTER),
            TODAY,
        )
        assert rows[1:] == [
            ["" if cell is None else str(cell) for cell in line] for line in tables.lines(found)
        ]


def test_a_ward_is_named_and_its_list_and_what_is_shared_follow_it(town):
    quarter = period_with(TODAY, Span.QUARTER).back(1)
    page = opens(town.manager, "measure", "came", period=quarter.code).content.decode()
    assert "by ward" in page
    for label in ("Fen Hill", "Tern"):
        assert label in page
    link = re.search(r'href="([^"]*ward=fen)"[^>]*>(\d+)<', page)
    listed = browser(town.manager).get(link[1].replace("&amp;", "&")).content.decode()
    assert f'<p class="govuk-body">{link[2]} in all' in listed
    assert "by ward: Fen Hill" in listed
    assert "by ward" not in opens(town.manager, "measure", "advice", period=quarter.code).content.decode()
    with signed_in_as(town.manager):
        (found,) = leaving.leaving(town.manager, ["came"], quarter, TODAY)
        said = [row for row in leaving.lines([found]) if row[2] == "ward"]
    assert {row[3] for row in said} <= {"Fen Hill", "Tern", "In no ward, or not known"}
    assert not {1, 2, 3, 4} & {row[4] for row in said}


def test_advice_behind_a_figure_opens_as_advice_and_not_that_of_a_case_one_is_kept_from(town):
    kept_out = StaffFactory(hub=town.hub, manager=True)
    linked, case = town.consultations[0], town.contacts[0]
    type(linked).objects.using(B).filter(pk=linked.pk).update(contacts=[case.pk])
    AccessFactory(staff=kept_out, contact_id=case.pk, bars=True)
    said = {"period": f"{linked.held_at:%Y-%m}"}
    for who, sees in ((town.manager, True), (kept_out, False)):
        page = opens(who, "behind", "advice", **said).content.decode()
        assert (linked.reference in page) is sees
        assert (reverse("contact:consultation", args=[linked.pk]) in page) is sees


def test_the_pages_open_with_nothing_in_them_and_with_much(town):
    empty = StaffFactory(hub=HubFactory(), manager=True)
    for staff in (empty, town.manager):
        for name in ("now", "over_time", "demand", "waiting"):
            assert opens(staff, name).status_code == 200, name
        for measure in MEASURES:
            assert opens(staff, "measure", measure).status_code == 200, measure
            assert opens(staff, "behind", measure, period=f"{TODAY:%Y-%m}").status_code == 200, measure
            assert opens(staff, "share", measure).status_code == 200, measure
    assert b"Nothing has been counted yet" in opens(empty, "now").content


@pytest.mark.parametrize(
    "period", ["", "2026-13", "x", "2026-Q5", "0001-01", "9999-Q4", "2026-02-30", "٢٠٢٦-01", "2026-01 "]
)
def test_a_period_that_does_not_exist_shows_the_newest_month_or_no_list(town, period):
    assert opens(town.manager, "over_time", period=period).status_code == 200
    assert opens(town.manager, "measure", "came", period=period).status_code == 200
    assert opens(town.manager, "behind", "came", period=period).status_code == 404


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("measure", ["nothing"], {}),
        ("behind", ["nothing"], {"period": "2026-10"}),
        ("behind", ["came"], {"period": "2026-10", "part": "x"}),
        ("behind", ["agency_nil"], {"period": "2026-10", "agency": "x"}),
        ("waiting", [], {"stage": "x"}),
        ("waiting", [], {"owner": "x"}),
        ("waiting", [], {"agency": "x"}),
        ("share", ["came"], {"period": "2026-10"}),
    ],
)
def test_an_address_that_names_nothing_is_not_there(town, name, args, query):
    assert opens(town.manager, name, *args, **query).status_code == 404


# hub of the figures, duties, kept from a case: opens figures, opens lists, takes out
@pytest.mark.parametrize(
    ("duties", "barred", "sees", "lists", "shares"),
    [
        (["manage"], False, 200, 200, 200),
        (["manage"], True, 200, 200, 403),
        (["analyse"], False, 200, 403, 403),
        (["analyse"], True, 403, 403, 403),
        (["decide", "clear", "screen", "assess", "approve"], False, 403, 403, 403),
        (["out_of_hours"], False, 403, 403, 403),
        (["answer"], False, 403, 403, 403),
        (["audit"], False, 403, 403, 403),
        ([], False, 403, 403, 403),
    ],
)
def test_who_opens_what(town, duties, barred, sees, lists, shares):
    who = StaffFactory(hub=town.hub, duties=duties)
    if barred:
        AccessFactory(staff=who, contact_id=town.contacts[0].pk, bars=True)
    assert opens(who, "now").status_code == sees
    assert opens(who, "over_time").status_code == sees
    assert opens(who, "measure", "decided").status_code == sees
    assert opens(who, "behind", "decided", period="2026-10").status_code == lists
    assert opens(who, "waiting").status_code == lists
    assert opens(who, "demand").status_code == lists
    assert opens(who, "share", "decided").status_code == shares


def test_another_hub_s_manager_sees_its_own_nothing(town):
    other = StaffFactory(hub=HubFactory(), manager=True)
    page = opens(other, "behind", "came", period=f"{town.contacts[0].received_at:%Y-%m}").content.decode()
    assert not any(one.reference in page for one in town.contacts)
    with signed_in_as(other):
        assert not any(figure.n for figure in figures.figures(other, ["came"], recent(), TODAY).values())


def test_whoever_looks_leaves_a_line(town):
    opens(town.manager, "behind", "decided", period="2026-10", part="yes")
    line = Entry.objects.using(B).filter(event="insight.seen").latest("at")
    assert line.detail == {"page": "behind", "measure": "decided", "period": "2026-10", "part": "yes"}


def test_now_counts_what_is_open_by_stage_and_worker_and_each_number_opens_its_list(town):
    OwnerFactory(contact=town.plain, by=town.worker)
    page = opens(town.manager, "now").content.decode()
    links = [
        one.replace("&amp;", "&")
        for one in re.findall(r'<a class="govuk-link" href="([^"]*waiting[^"]*)"', page)
    ]
    numbers = [int(one) for one in re.findall(r'href="[^"]*waiting[^"]*">(\d+)<span', page)]
    assert len(links) == len(numbers) > 3
    client = browser(town.manager)
    for link, number in zip(links, numbers, strict=True):
        answer = client.get(link)
        assert answer.status_code == 200
        assert f'<p class="govuk-body">{number} ' in answer.content.decode(), link


def test_pages_ask_the_same_number_of_questions_however_much_there_is(town):
    def asked(name, *args, **query):
        client = browser(town.manager)
        client.get(reverse(f"insight:{name}", args=args), query)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(f"insight:{name}", args=args), query).status_code == 200
        return len(seen)

    pages = [("now",), ("over_time",), ("measure", "decided"), ("demand",), ("waiting",)]
    lists = [("behind", "came", {"period": f"{TODAY:%Y}-Q4"})]
    before = [asked(*one) for one in pages] + [asked(name, measure, **said) for name, measure, said in lists]
    town.grows(25)
    town.counted()
    after = [asked(*one) for one in pages] + [asked(name, measure, **said) for name, measure, said in lists]
    assert after == before


def test_what_is_shared_holds_no_small_number_and_adds_up_to_none(town):
    quarter = period_with(TODAY, Span.QUARTER).back(1)
    with signed_in_as(town.manager):
        found = leaving.leaving(town.manager, [*MEASURES], quarter, TODAY)
        rows = list(leaving.lines(found))
    assert len(found) == len(MEASURES)
    numbers = {cell for row in rows for cell in row[4:7] if isinstance(cell, int)}
    assert not numbers & {1, 2, 3, 4}
    assert any(leaving.HIDDEN in row for row in rows)
    file = opens(town.manager, "share", "decided", period=quarter.code)
    assert file["Content-Disposition"] == f'attachment; filename="decided-{quarter.code}-to-share.csv"'
    line = Entry.objects.using(B).filter(event="insight.seen", detail__page="share").latest("at")
    assert line.detail["measure"] == "decided"


def test_the_newest_quarter_stays_out_of_what_is_shared_until_it_is_over(town):
    going_on = period_with(TODAY, Span.QUARTER)
    assert opens(town.manager, "share", "came", period=going_on.code).status_code == 404
