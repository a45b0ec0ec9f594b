"""Name and colour, hours, closures and clocks through the browser: each shown before it counts, each in the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from mash.common.colour import contrast_with_white
from mash.ledger.models import Entry
from mash.partnership.models import Closure, Hub
from mash.setup.actions import recount
from mash.setup.models import Change
from mash.setup.queries.hubs import hub_for_a_program
from mash.triage.models import Standing, Target
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import ChangeFactory
from tests.factories.triage import RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = "Agreed by the partnership in October."


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


def go(staff, name, data=None, *, step="save", args=()):
    """Open a page; with data, send its form as the page itself would, as far as `step`."""
    client, address = browser(staff), reverse(f"setup:{name}", args=args)
    page = client.get(address)
    if data is None:
        return page
    seen = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    return client.post(address, {**data, "seen": seen, "step": step})


def said(answer):
    return answer.content.decode()


def hub_of(staff):
    return Hub.objects.using("builder").get(pk=staff.hub_id)


def kept(model):
    return list(model.objects.using("builder").all())


PARTICULARS = {
    "name": "Riverside MASH",
    "letters": "rv",
    "colour": "#7a1f5c",
    "telephone": "020 7946 0000",
    "out_of_hours_telephone": "",
    "email": "mash@riverside.example",
    "family_first": "True",
}


def test_a_change_is_shown_before_it_counts_and_then_stands_in_the_log(administrator):
    before = administrator.hub.name
    shown = go(administrator, "particulars", PARTICULARS, step="")
    assert "Check before it counts" in said(shown)
    assert before in said(shown)
    assert "Riverside MASH" in said(shown)
    assert hub_of(administrator).name == before
    answer = go(administrator, "particulars", PARTICULARS)
    assert answer.status_code == 302
    hub = hub_of(administrator)
    assert (hub.name, hub.prefix, hub.colour) == ("Riverside MASH", "RV", "#7a1f5c")
    (line,) = kept(Change)
    assert line.by_id == administrator.pk
    assert ["Name", before, "Riverside MASH"] in line.differences
    assert Entry.objects.using("builder").filter(event="setup.changed").count() == 1


def test_sending_it_twice_changes_it_once(administrator):
    for _ in range(2):
        assert go(administrator, "particulars", PARTICULARS).status_code == 302
    assert len(kept(Change)) == 1


def test_a_faint_colour_is_refused_with_its_figure_and_nothing_typed_is_lost(administrator):
    answer = said(go(administrator, "particulars", PARTICULARS | {"colour": "#ffdd00"}))
    assert "contrast of 1.3 to 1" in answer
    assert "Riverside MASH" in answer
    assert not kept(Change)


def test_a_name_that_another_hub_has_is_refused_at_its_field(administrator):
    HubFactory(name="Riverside MASH")
    answer = said(go(administrator, "particulars", PARTICULARS))
    assert "Another hub has this name" in answer
    assert 'href="#id_name"' in answer


def test_what_somebody_changed_meanwhile_is_not_overwritten(administrator):
    client, address = browser(administrator), reverse("setup:particulars")
    seen = said(client.get(address)).split('name="seen" value="')[1].split('"')[0]
    Hub.objects.using("builder").filter(pk=administrator.hub_id).update(telephone="111")
    answer = client.post(address, PARTICULARS | {"seen": seen, "step": "save"})
    assert "Somebody changed this while you were writing" in said(answer)
    assert hub_of(administrator).telephone == "111"


@pytest.mark.parametrize(
    ("colour", "status"),
    [("0b3d5c", 200), ("000000", 200), ("ffdd00", 404), ("767676", 200), ("777777", 404)],
)
def test_a_colour_is_a_style_sheet_of_its_own_if_white_words_can_be_read_on_it(client, colour, status):
    answer = client.get(reverse("setup:colour", args=[colour]))
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"].startswith("text/css")
        assert f"--hub-colour: #{colour}" in said(answer)
        assert "immutable" in answer.headers["Cache-Control"]


def test_contrast_is_as_the_accessibility_guidelines_have_it():
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_page_names_the_colour_of_its_hub(administrator):
    Hub.objects.using("builder").filter(pk=administrator.hub_id).update(colour="#7a1f5c")
    assert 'href="/set-up/colours/7a1f5c.css"' in said(go(administrator, "overview"))


# Hours, closures and clocks

WEEK = {f"{part}_{day}": at for day in range(5) for part, at in (("opens", "8:30"), ("closes", "18:00"))}


def test_new_hours_order_the_open_clocks_to_be_worked_out_afresh(administrator):
    answer = go(administrator, "hours", WEEK | {"why": WHY})
    assert answer.status_code == 302
    assert hub_of(administrator).hours == {str(day): ["08:30", "18:00"] for day in range(5)}
    jobs = ProcrastinateJob.objects.using("builder").filter(task_name="mash.setup.jobs.recount_clocks")
    assert jobs.count() == 1


def test_the_program_moves_what_is_due_and_logs_how_many(administrator):
    contact = ContactFactory(hub=administrator.hub)
    RatingFactory(contact=contact, colour="amber")
    StandingFactory(contact=contact, due_at=None)
    with in_service("reminders"):
        hub = hub_for_a_program(administrator.hub_id)
        assert recount(hub=hub, at=timezone.now()) == 1
    assert kept(Standing)[0].due_at
    (line,) = kept(Change)
    assert "1 open contact due" in line.what
    assert line.by is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"opens_0": "half nine"}, "Monday: say the time as 09:00"),
        ({"closes_1": ""}, "Tuesday: give both times, or neither"),
        ({"closes_2": "08:00"}, "Wednesday: the hub closes after it opens"),
    ],
)
def test_a_time_that_is_none_is_named_with_its_day(administrator, change, words):
    answer = said(go(administrator, "hours", WEEK | {"why": WHY} | change))
    assert words in answer
    assert not kept(Change)


def test_a_hub_is_open_on_at_least_one_day(administrator):
    empty = dict.fromkeys(WEEK, "")
    assert "at least one day" in said(go(administrator, "hours", empty | {"why": WHY}))


def on(day):
    return {"on-day": day.day, "on-month": day.month, "on-year": day.year}


def test_a_day_is_closed_and_opened_after_all(administrator):
    day = timezone.localdate() + timedelta(days=9)
    go(administrator, "closures", on(day) | {"reason": "Staff training"})
    assert [(one.on, one.reason) for one in kept(Closure)] == [(day, "Staff training")]
    assert "Staff training" in said(go(administrator, "closures"))
    for _ in range(2):
        browser(administrator).post(reverse("setup:open_after_all", args=[day]))
    assert not kept(Closure)
    assert [line.part for line in kept(Change)] == ["closures", "closures"]


def test_a_closure_in_the_past_is_refused(administrator):
    day = timezone.localdate() - timedelta(days=3)
    assert "today or later" in said(go(administrator, "closures", on(day) | {"reason": "Flood"}))


def test_bank_holidays_are_shown(administrator):
    assert "25 December" in said(go(administrator, "closures"))


def clock(**change):
    day = timezone.localdate() + timedelta(days=1)
    start = {"from_on-day": day.day, "from_on-month": day.month, "from_on-year": day.year}
    wanted = {
        "stage": "hub_decision",
        "subject": "child",
        "rating": "green",
        "value": "3",
        "unit": "working_days",
    }
    return wanted | start | {"why": WHY} | change


def test_a_limit_is_changed_from_a_day_on(administrator):
    assert go(administrator, "clocks", clock()).status_code == 302
    (row,) = kept(Target)
    assert (row.stage, row.rating, row.subject, row.value, row.unit) == (
        "hub_decision", "green", "child", 3, "working_days",
    )  # fmt: skip
    assert "3 working days from" in said(go(administrator, "clocks"))


@pytest.mark.parametrize(
    "change",
    [
        {"rating": "amber", "value": "2"},
        {"stage": "triage", "rating": "green", "value": "2"},
        {"stage": "triage", "rating": "green", "value": "30", "unit": "elapsed"},
        {"rating": "amber", "value": "9", "unit": "working"},
    ],
)
def test_a_limit_of_national_guidance_is_never_loosened(administrator, change):
    answer = said(go(administrator, "clocks", clock(**change)))
    assert "never longer" in answer
    assert 'href="#id_value"' in answer
    assert not kept(Target)


@pytest.mark.parametrize(
    "change",
    [
        {"rating": "amber", "value": "1"},
        {"rating": "amber", "value": "4", "unit": "working"},
        {"rating": "amber", "value": "3", "subject": "adult"},
        {"stage": "feedback", "value": "5"},
    ],
)
def test_a_limit_may_be_tightened_and_a_local_one_set_freely(administrator, change):
    assert go(administrator, "clocks", clock(**change)).status_code == 302


def test_a_limit_begins_today_or_later(administrator):
    past = timezone.localdate() - timedelta(days=1)
    start = {"from_on-day": past.day, "from_on-month": past.month, "from_on-year": past.year}
    assert "today or later" in said(go(administrator, "clocks", clock(**start)))


def test_nothing_is_chosen_beforehand_on_a_clock(administrator):
    assert "checked" not in said(go(administrator, "clocks"))


# Who may

PAGES = ["overview", "particulars", "hours", "closures", "clocks"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("trait", ["screener", "decider", "answerer", "auditor"])
def test_nobody_else_sets_up_a_hub(page, trait):
    assert go(StaffFactory(**{trait: True}), page).status_code == 403


@pytest.mark.parametrize(
    ("trait", "status"), [("administrator", 200), ("manager", 200), ("auditor", 200), ("screener", 403)]
)
def test_who_reads_the_change_log(trait, status):
    assert go(StaffFactory(**{trait: True}), "log").status_code == status


def test_another_hubs_change_is_not_there(administrator):
    change = ChangeFactory()
    assert go(administrator, "change", args=[change.pk]).status_code == 404
    own = ChangeFactory(hub=administrator.hub, differences=[["Name", "A", "B"]])
    assert "Name changed" in said(go(administrator, "change", args=[own.pk]))


@pytest.mark.parametrize(
    ("trait", "same_hub", "reads"),
    [
        ("administrator", True, True),
        ("manager", True, True),
        ("auditor", True, True),
        ("screener", True, False),
        ("administrator", False, False),
    ],
)
def test_rule_filter_and_row_level_security_agree_on_the_change_log(trait, same_hub, reads):
    from mash.setup import policy

    change = ChangeFactory()
    post = StaffFactory(hub=change.hub if same_hub else HubFactory(), **{trait: True})
    assert (bool(policy.may_read_the_log(post)) and post.hub_id == change.hub_id) is reads
    assert Change.objects.using("builder").filter(policy.readable_by(post)).exists() is reads
    with signed_in_as(post):
        assert Change.objects.exists() is reads


def test_an_administrator_of_one_hub_cannot_change_another(administrator):
    from django.db import ProgrammingError

    other = HubFactory()
    with pytest.raises(ProgrammingError, match="row-level security"), signed_in_as(administrator):
        Hub.objects.filter(pk=other.pk).update(name="Taken over")
