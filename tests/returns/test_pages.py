"""The pages of returns: asking, what is wrong, taking out; who is refused; and the lines that are left."""

import hashlib
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.common.fields import BOXES
from mash.ledger.models import Entry
from mash.returns import actions
from mash.returns.models import File, Made, Problem, Run, TakenOut
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.returns.story import (
    MARCH,
    NOW,
    B,
    a_child,
    a_contact,
    a_hub,
    asked,
    body_of,
    made,
)
from tests.subject_access.case import again

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def hub():
    return a_hub()


@pytest.fixture
def manager(hub):
    staff = StaffFactory(hub=hub, manager=True)
    staff.account.set_password("lantern gravel piano nine")
    staff.account.save(using=B)
    return staff


def at(name, *args):
    return reverse(f"returns:{name}", args=[getattr(one, "pk", one) for one in args])


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def day(name, on):
    return {f"{name}-{box}": part for box, part in zip(BOXES, (on.day, on.month, on.year), strict=True)}


def form(**changes):
    return {
        "key": uuid.uuid4(), **day("from_on", MARCH), **day("until_on", MARCH + timedelta(days=20)),
        "why": "The inspectors asked", **changes,
    }  # fmt: skip


def test_a_manager_asks_sees_what_is_wrong_and_takes_it_out(hub, manager):
    a_contact(a_child(hub, ""), MARCH)
    client = browser(manager)
    answer = client.post(at("new", "annex_a"), form())
    run = Run.objects.using(B).get()
    assert answer.headers["Location"] == at("run", run)
    assert "It may take a minute" in said(client.get(at("run", run)))
    with in_service("returns"):
        found = actions.make(run_id=run.pk, at=NOW)
    page = client.get(at("run", run))
    assert "No number of the authority is on record" in said(page)
    assert found.sha256 in said(page)
    client = again(manager)
    file = client.post(at("take_out", run), {"purpose": "inspection"})
    assert file.headers["Content-Disposition"] == f'attachment; filename="{found.name}"'
    assert hashlib.sha256(file.content).hexdigest() == found.sha256
    taken = TakenOut.objects.using(B).get()
    assert (taken.by_id, taken.sha256, taken.purpose) == (manager.pk, found.sha256, "inspection")
    lines = [one.event for one in Entry.objects.using(B).filter(event__startswith="return.").order_by("at")]
    assert {"return.asked_for", "return.made", "return.taken_out", "return.seen"} <= set(lines)
    out = Entry.objects.using(B).get(event="return.taken_out")
    assert out.detail["sha256"] == found.sha256
    assert out.why == "For inspectors who asked for it"
    assert "For inspectors who asked for it" in said(client.get(at("run", run)))


def test_nobody_takes_a_return_out_on_one_sign_in_alone(hub, manager):
    found = made(hub, by=manager)
    client = browser(manager)
    for answer in (
        client.get(at("take_out", found.run_id)),
        client.post(at("take_out", found.run_id), {"purpose": "inspection"}),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not TakenOut.objects.using(B).exists()


def test_the_name_of_a_file_names_nobody(hub):
    a_contact(a_child(hub), MARCH)
    found = made(hub)
    assert found.name == f"annex-a-{hub.prefix.lower()}-20251001-20260331.xlsx"


def test_the_same_form_sent_twice_asks_once(hub, manager):
    client, twice = browser(manager), form()
    for _ in range(2):
        client.post(at("new", "annex_a"), twice)
    assert Run.objects.using(B).count() == 1


def test_making_it_twice_makes_one(hub):
    run = asked(hub)
    for _ in range(2):
        with in_service("returns"):
            actions.make(run_id=run.pk, at=NOW)
    assert Made.objects.using(B).count() == File.objects.using(B).count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"why": ""}, "Say why it is made"),
        ({"why": "   "}, "Say why it is made"),
        (day("until_on", timezone.localdate() + timedelta(days=3)), "The last day must be over"),
        (day("until_on", MARCH - timedelta(days=9)), "must not be before the first"),
        (day("from_on", MARCH - timedelta(days=900)), "Choose at most 400 days"),
        ({"from_on-month": "13"}, "must be a real date"),
        ({"from_on-day": "", "from_on-month": "", "from_on-year": ""}, "Enter the first day"),
    ],
)
def test_what_does_not_do_is_said_at_its_field_and_nothing_is_asked_for(manager, changes, words):
    page = browser(manager).post(at("new", "annex_a"), form(**changes))
    assert page.status_code == 200
    assert "There is a problem" in said(page)
    assert words in said(page)
    assert not Run.objects.using(B).exists()


def test_another_purpose_has_to_be_said(hub, manager):
    found = made(hub, by=manager)
    client = again(manager)
    page = client.post(at("take_out", found.run_id), {"purpose": "other"})
    assert "Say what it is for" in said(page)
    page = client.post(at("take_out", found.run_id), {})
    assert "Choose what it is taken out for" in said(page)
    assert not TakenOut.objects.using(B).exists()


def test_a_file_that_is_not_the_one_that_was_checked_is_not_handed_over(hub, manager):
    found = made(hub, by=manager)
    File.objects.using(B).update(body=b"something else")
    client = again(manager)
    page = client.post(at("take_out", found.run_id), {"purpose": "inspection"}, follow=True)
    assert "not the one that was checked" in said(page)
    assert not TakenOut.objects.using(B).exists()


def test_after_ninety_days_the_file_and_the_children_are_gone_and_the_hash_remains(hub, manager):
    a_contact(a_child(hub, ""), MARCH)
    found = made(hub, by=manager)
    with in_service("returns"):
        assert actions.forget_old(at=NOW + timedelta(days=89)) == 0
    assert Problem.objects.using(B).exists()
    with in_service("returns"):
        assert actions.forget_old(at=NOW + timedelta(days=91)) == 1
    assert not Problem.objects.using(B).exists()
    client = again(manager)
    page = said(client.get(at("run", found.run_id)))
    assert "removed 90 days after" in page
    assert found.sha256 in page
    page = client.post(at("take_out", found.run_id), {"purpose": "inspection"}, follow=True)
    assert "no file of this return any more" in said(page)


def test_who_loses_the_duty_or_is_kept_from_a_case_meanwhile_gets_no_file(hub):
    contact = a_contact(a_child(hub), MARCH)
    for spoil in (
        lambda one: type(one).objects.using(B).filter(pk=one.pk).update(duties=["screen"]),
        lambda one: type(one).objects.using(B).filter(pk=one.pk).update(until_at=NOW - timedelta(days=1)),
        lambda one: AccessFactory(staff=one, contact_id=contact.pk, bars=True),
    ):
        by = StaffFactory(hub=hub, manager=True)
        run = asked(hub, by=by)
        spoil(by)
        with in_service("returns"):
            found = actions.make(run_id=run.pk, at=NOW)
        assert "may not make returns any more" in found.trouble
        assert not File.objects.using(B).filter(run=run.pk).exists()


@pytest.mark.parametrize(
    "duties", [[], ["screen"], ["decide", "clear"], ["audit"], ["administer"], ["answer"]]
)
def test_a_post_without_the_duty_is_refused(hub, duties):
    found = made(hub)
    client = browser(StaffFactory(hub=hub, duties=duties))
    for page in (at("home"), at("new", "annex_a")):
        assert client.get(page).status_code == 403
    assert client.post(at("new", "annex_a"), form()).status_code == 403
    for page in (at("run", found.run_id), at("take_out", found.run_id)):
        assert client.get(page).status_code == 404
    assert client.post(at("take_out", found.run_id), {"purpose": "inspection"}).status_code == 404
    assert not TakenOut.objects.using(B).exists()


def test_who_is_kept_from_a_case_is_told_to_ask_a_colleague(hub):
    contact = a_contact(a_child(hub), MARCH)
    found = made(hub)
    staff = StaffFactory(hub=hub, manager=True)
    AccessFactory(staff=staff, contact_id=contact.pk, bars=True)
    client = browser(staff)
    page = client.get(at("home"))
    assert page.status_code == 403
    assert "ask a colleague who makes returns" in said(page)
    assert client.get(at("run", found.run_id)).status_code == 404
    assert client.post(at("take_out", found.run_id), {"purpose": "inspection"}).status_code == 404


def test_a_return_of_another_hub_is_not_there(hub):
    found = made(hub)
    client = browser(StaffFactory(hub=HubFactory(), manager=True))
    for page in (at("run", found.run_id), at("take_out", found.run_id)):
        assert client.get(page).status_code == 404
    assert "No return has been made yet" in said(client.get(at("home")))


def test_a_return_that_does_not_exist_is_not_asked_for(manager):
    client = browser(manager)
    assert client.get(at("new", "annex_z")).status_code == 404
    assert client.get(at("run", uuid.uuid4())).status_code == 404


def test_an_analyst_sees_no_link_into_a_case(hub):
    a_contact(a_child(hub, ""), MARCH, code="")
    found = made(hub)
    page = browser(StaffFactory(hub=hub, duties=["analyse"])).get(at("run", found.run_id))
    assert "Somebody at the hub" in said(page)
    assert "/people/" not in page.content.decode().split("<main")[1]
    page = browser(StaffFactory(hub=hub, manager=True)).get(at("run", found.run_id))
    assert "/people/" in page.content.decode().split("<main")[1]


def test_problems_are_paged_and_kept_to_one_rule(hub, manager, django_assert_max_num_queries):
    for number in range(60):
        a_contact(a_child(hub, f"CH{number:03}", sex="U"), MARCH)
    found = made(hub, by=manager)
    client = browser(manager)
    client.get(at("run", found.run_id))
    with django_assert_max_num_queries(40):
        page = client.get(at("run", found.run_id) + "?rule=4180")
    assert "Showing 1 to 50 of 60" in said(page)
    assert "Rule 4180 alone" in said(page)
    assert client.get(at("run", found.run_id) + "?rule=4180&page=2").status_code == 200
    assert client.get(at("run", found.run_id) + "?rule=no&page=x").status_code == 200


def test_of_one_rule_two_hundred_are_named_and_all_counted(hub):
    from mash.returns.actions import making

    child = a_child(hub)
    for _ in range(5):
        a_contact(child, MARCH, code="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "NAMED_OF_EACH", 3)
        found = made(hub)
    assert found.problems["H02"] == 5
    assert Problem.objects.using(B).filter(rule="H02").count() == 3


def test_the_home_page_lists_returns_with_a_fixed_number_of_questions(
    hub, manager, django_assert_max_num_queries
):
    for _ in range(7):
        made(hub, by=manager)
    client = browser(manager)
    client.get(at("home"))
    with django_assert_max_num_queries(30):
        page = client.get(at("home"))
    assert said(page).count("Ready") == 7


def test_the_job_is_ordered_from_the_program_and_runs_as_it(hub, manager):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from mash.returns.jobs import make_return

    a_contact(a_child(hub), MARCH)
    with signed_in_as(manager):
        run = actions.ask_for(
            key=uuid.uuid4(), kind="annex_a", from_on=MARCH, until_on=MARCH, why="To try it", hub=hub,
            by=manager, at=NOW,
        )  # fmt: skip
    job = ProcrastinateJob.objects.using(B).get(task_name=make_return.task.name)
    assert "annex" not in str(job.args)
    make_return.task.func(**job.args)
    assert Made.objects.using(B).get(run=run.pk).counts["List 1"] == 1
    assert body_of(Made.objects.using(B).get(run=run.pk))
