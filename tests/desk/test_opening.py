"""Opening a restricted case in an emergency: one case, one worker, one hour, told at once and reviewed."""

import json
import re
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Contact
from mash.desk.models import ClockAlert
from mash.ledger.models import Entry
from mash.partnership.actions import opening
from mash.partnership.actions.access import ReasonMissing
from mash.partnership.models import Access, Email, Opening
from mash.sealed.actions import seal_address
from mash.sealed.queries import items_for
from tests import conftest
from tests.desk.test_restricted import kept, reads_as, sees
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = "The child is at the school gate with him now"
NOTHING = b"No restricted case can be opened with this reference"
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken"[^>]*value="|name="key"[^>]*value="|"token": ")[^"]*')


@pytest.fixture
def contact():
    return ContactFactory(reference="NF-7K3M-2Q9")


@pytest.fixture
def manager(contact):
    return StaffFactory(hub=contact.hub, manager=True)


@pytest.fixture
def worker(contact):
    return with_a_password(StaffFactory(hub=contact.hub, screener=True))


@pytest.fixture
def restricted(contact, manager):
    reads_as(StaffFactory(hub=contact.hub, social_worker=True), contact)
    return contact


def with_a_password(staff):
    staff.account.password = "argon2$nobody-knows-it"
    staff.account.save(using="builder")
    staff.account._state.db = "default"
    return staff


def again(staff):
    """Return a browser whose worker has just given their password a second time."""
    client = browser(staff)
    session = client.session
    at = timezone.now().timestamp()
    session["account_authentication_methods_user"] = str(staff.account_id)
    session["account_authentication_methods"] = [{"method": "password", "at": at, "reauthenticated": True}]
    session.save()
    return client


def opens(staff, reference="nf 7k3m 2q9", why=WHY):
    return again(staff).post(reverse("desk:open_restricted"), {"reference": reference, "why": why})


def hours_later(contact, minutes):
    """Let time pass: what began and ended then did so that much earlier."""
    passed = timedelta(minutes=minutes)
    for row in Access.objects.using("builder").filter(
        contact_id=contact.pk, why__startswith="In an emergency"
    ):
        row.from_at, row.until_at = row.from_at - passed, row.until_at - passed
        row.save(using="builder")


def test_it_opens_this_case_to_this_worker_and_to_no_colleague(restricted, worker):
    other = ContactFactory(hub=restricted.hub)
    reads_as(StaffFactory(hub=restricted.hub, social_worker=True), other)
    colleague = StaffFactory(hub=restricted.hub, screener=True)
    assert not sees(worker, restricted)
    answer = opens(worker)
    assert answer.url == reverse("desk:case", args=[restricted.pk])
    assert sees(worker, restricted)
    assert not sees(worker, other)
    assert not sees(colleague, restricted)


def test_the_page_of_the_case_answers_until_the_hour_is_over_and_not_after(restricted, worker):
    page = reverse("desk:case", args=[restricted.pk])
    opens(worker)
    assert browser(worker).get(page).status_code == 200
    hours_later(restricted, 59)
    assert browser(worker).get(page).status_code == 200
    hours_later(restricted, 2)
    assert browser(worker).get(page).status_code == 404
    assert not sees(worker, restricted)


def test_the_managers_are_told_at_once_by_reference_alone(restricted, worker, manager):
    Email.objects.using("builder").all().delete()
    opens(worker)
    (alert,) = kept(ClockAlert, step="opened")
    assert alert.to_id == manager.pk
    (email,) = kept(Email)
    assert (email.to, email.subject) == (
        manager.account.email,
        f"Opened in an emergency: {restricted.reference}",
    )
    for words in (WHY, worker.account.name):
        assert words not in email.subject + email.body
    page = browser(manager).get(reverse("desk:alerts")).content
    assert b"somebody opened it in an emergency" in page
    assert reverse("desk:openings").encode() in page


def test_what_was_opened_why_and_until_when_is_written(restricted, worker):
    opens(worker)
    (line,) = kept(Entry, event="restricted.opened")
    assert (line.actor, line.about, line.why) == (
        f"staff:{worker.pk}",
        f"contact.contact:{restricted.pk}",
        WHY,
    )
    (made,) = kept(Opening)
    assert made.until_at - made.from_at == timedelta(minutes=60)
    assert made.review_due_at > made.from_at


# One answer


@pytest.mark.parametrize("which", ["absent", "of another hub", "of a conflict", "with a mistake in it"])
def test_what_may_not_be_opened_answers_like_what_is_not_there(restricted, worker, which, contact):
    absent = opens(worker, reference="NF-9999-9XX").content
    if which == "of another hub":
        elsewhere = ContactFactory(hub=HubFactory())
        reads_as(StaffFactory(hub=elsewhere.hub, social_worker=True), elsewhere)
        reference = elsewhere.reference
    elif which == "of a conflict":
        AccessFactory(staff=worker, contact_id=contact.pk, bars=True, why="A neighbour")
        reference = contact.reference
    else:
        reference = "NF-9999-9XY" if which == "absent" else "NF-7K3M-2Q8"
    answer = opens(worker, reference=reference)
    assert answer.status_code == 200
    assert NOTHING in answer.content
    typed, other = (f'value="{one}"'.encode() for one in (reference, "NF-9999-9XX"))
    assert TOKEN.sub(rb"\1", answer.content).replace(typed, b"") == TOKEN.sub(rb"\1", absent).replace(
        other, b""
    )
    assert not kept(Opening)
    assert len(kept(Entry, event="restricted.not_opened")) == 2


def test_a_conflict_of_interest_is_never_opened_by_it_even_declared_within_the_hour(restricted, worker):
    opens(worker)
    AccessFactory(staff=worker, contact_id=restricted.pk, bars=True, why="A neighbour")
    assert not sees(worker, restricted)
    assert NOTHING in opens(worker).content
    assert len(kept(Opening)) == 1


def test_a_case_that_is_open_to_them_is_not_opened_again(restricted, worker, contact):
    opens(worker)
    again_and_again = opens(worker)
    assert again_and_again.url == reverse("desk:case", args=[restricted.pk])
    assert len(kept(Opening)) == 1


@pytest.mark.parametrize("duty", ["clear", "manage", "audit", "answer", "out_of_hours"])
def test_who_is_not_kept_from_restricted_cases_or_not_of_the_desk_has_no_such_page(restricted, duty):
    staff = with_a_password(StaffFactory(hub=restricted.hub, duties=[duty]))
    assert again(staff).get(reverse("desk:open_restricted")).status_code == 403
    assert opens(staff).status_code == 403
    assert not kept(Opening)


def test_a_second_authentication_is_asked_for_first_and_signing_in_is_not_enough(restricted, worker):
    client = browser(worker)
    where = reverse("desk:open_restricted")
    for answer in (client.get(where), client.post(where, {"reference": restricted.reference, "why": WHY})):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not kept(Opening)
    session = client.session
    old = timezone.now().timestamp() - 301
    session["account_authentication_methods_user"] = str(worker.account_id)
    session["account_authentication_methods"] = [{"method": "password", "at": old, "reauthenticated": True}]
    session.save()
    assert client.get(where).status_code == 302


def test_who_has_nothing_to_authenticate_with_a_second_time_is_refused(restricted):
    staff = StaffFactory(hub=restricted.hub, screener=True)
    staff.account.set_unusable_password()
    staff.account.save(using="builder")
    assert browser(staff).get(reverse("desk:open_restricted")).status_code == 403


@pytest.mark.parametrize("why", ["", "   "])
def test_it_needs_a_reason(restricted, worker, why):
    assert b"Enter why you must see it now" in opens(worker, why=why).content
    with pytest.raises(ReasonMissing), signed_in_as(worker):
        opening.open_restricted(reference=restricted.reference, why=why, by=worker, at=timezone.now())
    assert not kept(Opening)


# Never what is sealed


def test_what_is_sealed_stays_sealed(restricted, worker):
    cleared = StaffFactory(hub=restricted.hub, cleared=True)
    words, about = json.dumps({"lines": ["3 Larkspur Yard"]}), f"address:{uuid.uuid4()}"
    with signed_in_as(cleared):
        seal_address(
            hub_id=restricted.hub_id, case=restricted.pk, about=about, words=words, at=timezone.now()
        )
        assert len(items_for(cleared, restricted.pk, at=timezone.now())) == 1
    opens(worker)
    with signed_in_as(worker):
        assert items_for(worker, restricted.pk, at=timezone.now()) == []
    assert b"Larkspur" not in browser(worker).get(reverse("desk:case", args=[restricted.pk])).content


# The database holds it


def test_the_database_lets_no_worker_in_by_itself_nor_writes_an_opening(restricted, worker):
    at = timezone.now()
    row = {"hub_id": worker.hub_id, "contact_id": restricted.pk, "why": "x", "from_at": at}
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(worker):
        Access.objects.bulk_create([Access(staff=worker, by=worker, **row)])
    made = Opening(
        id=uuid.uuid4(),
        staff=worker,
        reference="x",
        until_at=at + timedelta(days=9),
        review_due_at=at,
        **row,
    )
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
        Opening.objects.bulk_create([made])


@pytest.mark.parametrize("what", ["night", "cleared", "agency", "nobody"])
def test_the_function_opens_nothing_to_anybody_else(restricted, what):
    if what == "nobody":
        database = connections["default"].settings_dict["NAME"]
        with (
            psycopg.connect(conftest._server().url("mash_app", database)) as connection,
            pytest.raises(psycopg.Error, match="nobody"),
        ):
            connection.execute(
                "SELECT identity.open_restricted(%s, 'x', gen_random_uuid(), now())", [restricted.reference]
            )
        return
    duty = {"night": "out_of_hours", "cleared": "clear", "agency": "answer"}[what]
    staff = StaffFactory(hub=restricted.hub, duties=[duty])
    with signed_in_as(staff), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT identity.open_restricted(%s, 'x', gen_random_uuid(), now())", [restricted.reference]
        )
        assert cursor.fetchone() == (None,)
    assert not kept(Opening)


def test_a_page_that_only_reads_opens_nothing(restricted, worker):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        signed_in_as(worker, role="mash_reader"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "SELECT identity.open_restricted(%s, 'x', gen_random_uuid(), now())", [restricted.reference]
        )


# The review


def test_a_manager_says_whether_it_was_justified_and_the_auditor_reads_it(restricted, worker, manager):
    opens(worker)
    (made,) = kept(Opening)
    page = reverse("desk:opening", args=[made.pk])
    auditor = StaffFactory(hub=restricted.hub, auditor=True)
    assert WHY.encode() in browser(auditor).get(page).content
    answer = browser(manager).post(page, {"outcome": "justified", "why": "He was there"})
    assert answer.url == reverse("desk:openings")
    (made,) = kept(Opening)
    assert (made.outcome, made.review_why, made.reviewed_by_id) == ("justified", "He was there", manager.pk)
    assert b"He was there" in browser(auditor).get(page).content
    (line,) = kept(Entry, event="opening.reviewed")
    assert line.detail["outcome"] == "justified"


def test_a_word_is_not_said_twice_and_not_without_a_reason(restricted, worker, manager):
    opens(worker)
    (made,) = kept(Opening)
    page = reverse("desk:opening", args=[made.pk])
    assert b"Enter why" in browser(manager).post(page, {"outcome": "justified", "why": ""}).content
    assert b"Choose whether it was justified" in browser(manager).post(page, {"why": "x"}).content
    browser(manager).post(page, {"outcome": "not_justified", "why": "No danger was there"})
    browser(manager).post(page, {"outcome": "justified", "why": "Another word"})
    assert kept(Opening)[0].outcome == "not_justified"


@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 403), ("screener", 403), ("worker", 403), ("manager elsewhere", 404)],
)
def test_nobody_else_reviews_it(restricted, worker, who, status):
    opens(worker)
    (made,) = kept(Opening)
    staff = {
        "auditor": lambda: StaffFactory(hub=restricted.hub, auditor=True),
        "screener": lambda: StaffFactory(hub=restricted.hub, screener=True),
        "worker": lambda: worker,
        "manager elsewhere": lambda: StaffFactory(manager=True),
    }[who]()
    answer = browser(staff).post(
        reverse("desk:opening", args=[made.pk]), {"outcome": "justified", "why": "x"}
    )
    assert answer.status_code == status
    assert not kept(Opening)[0].outcome


def test_a_manager_who_has_a_conflict_with_the_case_sees_no_opening_of_it(restricted, worker, manager):
    opens(worker)
    AccessFactory(staff=manager, contact_id=restricted.pk, bars=True, why="My nephew")
    (made,) = kept(Opening)
    assert browser(manager).get(reverse("desk:opening", args=[made.pk])).status_code == 404
    assert restricted.reference.encode() not in browser(manager).get(reverse("desk:openings")).content


def test_nobody_reviews_what_they_opened_in_another_post(restricted, worker):
    opens(worker)
    (made,) = kept(Opening)
    same = StaffFactory(hub=restricted.hub, account=worker.account, manager=True)
    answer = browser(same).post(reverse("desk:opening", args=[made.pk]), {"outcome": "justified", "why": "x"})
    assert answer.status_code == 403
    with signed_in_as(same):
        assert not Opening.objects.filter(pk=made.pk).update(outcome="justified")


def test_a_review_that_is_not_said_within_a_working_day_shows_as_overdue(restricted, worker, manager):
    opens(worker)
    Opening.objects.using("builder").update(review_due_at=timezone.now() - timedelta(minutes=1))
    assert b"Overdue" in browser(manager).get(reverse("desk:openings")).content


def test_a_manager_ends_it_before_its_hour_is_over(restricted, worker, manager):
    opens(worker)
    (row,) = kept(Access, why__startswith="In an emergency")
    browser(manager).post(reverse("desk:end_access", args=[restricted.pk]), {"which": row.pk, "why": "Seen"})
    assert not sees(worker, restricted)


def test_nothing_lasts_of_the_contact_for_the_worker(restricted, worker):
    """What is opened is read through the same walls as ever: nothing is copied to the worker."""
    opens(worker)
    hours_later(restricted, 61)
    with signed_in_as(worker):
        assert not Contact.objects.filter(pk=restricted.pk).exists()
        assert not ClockAlert.objects.filter(contact=restricted.pk).exists()
