"""Who sees what goes alongside: the rule, its filter and row-level security asked the same, each without the others."""

import uuid

import pytest
from django.db import DatabaseError
from django.http import Http404

from mash.alongside import policy, queries
from mash.alongside.models import Alongside, Happening, Reminder
from mash.decision import content
from mash.partnership.models import Restriction
from tests.factories.alongside import AlongsideFactory, HappeningFactory, ReminderFactory
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import people_of
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def made(**options):
    one = AlongsideFactory(**options)
    for row in (one, one.contact, one.hub):
        row._state.db = "default"
    HappeningFactory(alongside=one)
    ReminderFactory(alongside=one)
    return one


def restrict(one):
    rows = Restriction.objects.using("builder")
    by = StaffFactory(hub=one.hub, manager=True)
    rows.create(hub=one.hub, contact_id=one.contact_id, why="A reason", from_at=LONG_AGO, by=by)


# same hub, duties, kept out, restricted: reads what is open, reads what is sealed
CASES = [
    (True, ["screen"], False, False, True, False),
    (True, ["decide"], False, False, True, False),
    (True, ["manage"], False, False, True, False),
    (True, ["clear"], False, False, True, True),
    (True, ["decide", "clear"], False, False, True, True),
    (True, ["clear"], True, False, False, False),
    (True, ["screen"], True, False, False, False),
    (True, ["screen"], False, True, False, False),
    (True, ["clear"], False, True, True, True),
    (False, ["screen", "clear"], False, False, False, False),
    (True, ["answer"], False, False, False, False),
    (True, ["audit"], False, False, False, False),
    (True, [], False, False, False, False),
]


@pytest.mark.parametrize(("hub", "duties", "barred", "restricted", "open_", "sealed"), CASES)
@pytest.mark.parametrize("lado", [False, True])
def test_who_reads_what_goes_alongside(hub, duties, barred, restricted, open_, sealed, lado):
    one = made(lado=lado)
    reader = StaffFactory(hub=one.hub if hub else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=one.contact_id, bars=True)
    if restricted:
        restrict(one)
    sees = sealed if lado else open_
    with signed_in_as(reader):
        assert bool(policy.may_read(reader, one)) is sees
        assert bool(policy.may_follow(reader, one)) is sees
        assert Alongside.objects.filter(policy.readable_by(reader)).exists() is sees
        assert Alongside.objects.exists() is sees
        assert Happening.objects.exists() is sees
        assert Reminder.objects.exists() is sees


def test_whoever_opened_something_sealed_still_reads_it_and_their_other_post_does_not():
    one = made(lado=True)
    other = StaffFactory(hub=one.hub, duties=["screen"], account=one.by.account)
    with signed_in_as(one.by):
        assert queries.find(one.by, one.pk).one == one
    with signed_in_as(other), pytest.raises(Http404):
        queries.find(other, one.pk)


def test_whoever_opened_something_sealed_is_kept_from_it_with_its_case():
    one = made(lado=True)
    AccessFactory(staff=one.by, contact_id=one.contact_id, bars=True)
    with signed_in_as(one.by):
        assert not Alongside.objects.exists()
        assert not policy.may_read(one.by, one)


def test_the_program_that_reminds_sees_all_and_another_program_nothing_sealed():
    one, lado = made(), made(lado=True)
    with in_service("reminders"):
        assert set(Alongside.objects.values_list("pk", flat=True)) == {one.pk, lado.pk}
    with in_service("hand_overs"):
        assert list(Alongside.objects.values_list("pk", flat=True)) == [one.pk]


def row(one, by, **changes):
    said = {
        "hub": one.hub, "contact": one.contact, "about": one.about, "key": uuid.uuid4(), "kind": "marac_referral",
        "label": "MARAC referral", "sealed": False, "agreed": "not_needed", "starts_at": MONDAY_9AM,
        "receipt_due_at": MONDAY_9AM, "by": by, "at": MONDAY_9AM,
    }  # fmt: skip
    return Alongside(**(said | changes))


def test_no_row_is_forged():
    one = made()
    here, elsewhere = StaffFactory(hub=one.hub, screener=True), StaffFactory(screener=True)
    another = ContactFactory(hub=one.hub)
    cleared_only_row = made(lado=True, contact=one.contact)
    forged = [
        (elsewhere, row(one, elsewhere)),
        (here, row(one, one.by)),  # in somebody else's name
        (here, row(one, here, about=people_of(another)[0])),  # a person of another case
        (here, row(one, here, kept_from=people_of(another)[0])),
        (here, Happening(hub=one.hub, alongside=cleared_only_row, key=uuid.uuid4(), what="sent", who="X",
                         how="telephone", happened_at=MONDAY_9AM, by=here, at=MONDAY_9AM)),
        (here, Happening(hub=one.hub, alongside=one, key=uuid.uuid4(), what="sent", who="X",
                         how="telephone", happened_at=MONDAY_9AM, by=one.by, at=MONDAY_9AM)),
        (here, Reminder(hub=one.hub, alongside=one, step="receipt_9", at=MONDAY_9AM)),
    ]  # fmt: skip
    for by, forgery in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            forgery.save(force_insert=True)
    with signed_in_as(here):
        row(one, here).save(force_insert=True)


def test_nobody_changes_or_takes_away_a_row():
    one = made()
    for model in (Alongside, Happening, Reminder):
        for change in (lambda rows: rows.update(at=LONG_AGO), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), signed_in_as(one.by):
                change(model.objects.all())


@pytest.mark.parametrize(
    ("kind", "duties", "colour", "may"),
    [
        ("designated_officer", ["screen"], "", True),
        ("designated_officer", ["screen"], "red", True),  # passing on waits for nobody
        ("marac_referral", ["screen"], "red", True),
        ("exploitation_panel", ["screen"], "amber", False),
        ("exploitation_panel", ["assess"], "amber", True),
        ("exploitation_panel", ["assess"], "red", False),
        ("exploitation_panel", ["decide"], "red", True),
        ("mappa_referral", ["assess"], "amber", False),
        ("mappa_referral", ["decide"], "amber", True),
        ("prevent_referral", ["assess"], "", False),
        ("nrm_referral", ["screen"], "", True),
        ("marac_referral", ["answer"], "", False),
    ],
)
def test_who_opens_what(kind, duties, colour, may):
    contact = ContactFactory()
    by = StaffFactory(hub=contact.hub, duties=duties)
    with signed_in_as(by):
        assert bool(policy.may_open(by, contact, content.outcomes()[kind], colour)) is may


def test_nobody_opens_anything_in_another_hub():
    contact, by = ContactFactory(), StaffFactory(whole_desk=True)
    with signed_in_as(by):
        assert not policy.may_open(by, contact, content.outcomes()["marac_referral"], "")
