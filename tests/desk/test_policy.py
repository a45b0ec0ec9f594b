"""Who reads the desk's own things: the rule, the filter and the database, each asked without the others."""

import pytest
from django.db import DatabaseError

from mash.desk import policy
from mash.desk.hand_over import policy as handing
from mash.desk.models import HandedOver, HandOver, HandOverWord, Moved, Moving, SavedView
from mash.desk.saved_views import queries
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.desk import HandOverWordFactory, MovedFactory, SavedViewFactory
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def owner():
    """Return a worker at the desk: whose view it is, who hands over, whose work is moved."""
    return StaffFactory(decider=True)


def themselves(owner):
    return owner


def colleague(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency, screener=True)


def desk_of_another_agency(owner):
    return StaffFactory(hub=owner.hub, screener=True)


def same_agency_not_at_the_desk(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency, answerer=True)


def another_agency(owner):
    return StaffFactory(hub=owner.hub, answerer=True)


def without_duties(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency)


def same_agency_in_another_hub(owner):
    return StaffFactory(agency=owner.agency, whole_desk=True)


def stranger(owner):
    return StaffFactory(whole_desk=True)


def two_hubs_in_this_one(owner):
    elsewhere = StaffFactory(whole_desk=True)
    return StaffFactory(hub=owner.hub, account=elsewhere.account, screener=True)


def two_hubs_in_the_other_one(owner):
    return StaffFactory(account=colleague(owner).account, whole_desk=True)


def two_hubs_without_the_desk_here(owner):
    """Return a post that answers here, of somebody who works at the desk of another hub."""
    elsewhere = StaffFactory(whole_desk=True)
    return StaffFactory(hub=owner.hub, account=elsewhere.account, answerer=True)


def owner_in_another_hub(owner):
    return StaffFactory(account=owner.account, agency=owner.agency, whole_desk=True)


READERS = [
    (themselves, True),
    (colleague, True),
    (desk_of_another_agency, True),
    (same_agency_not_at_the_desk, False),
    (another_agency, False),
    (without_duties, False),
    (same_agency_in_another_hub, False),
    (stranger, False),
    (two_hubs_in_this_one, True),
    (two_hubs_in_the_other_one, False),
    (two_hubs_without_the_desk_here, False),
    (owner_in_another_hub, False),
]


# Hand-overs


def handed_over(owner, case=None):
    """Return a hand-over of one line, to which one word was said."""
    return HandOverWordFactory(line__hand_over__by=owner, line__case=case).line.hand_over


@pytest.mark.parametrize(("reader", "reads"), READERS)
def test_who_reads_a_hand_over(owner, reader, reads):
    made = handed_over(owner)
    worker = reader(owner)

    everything = HandOver.objects.using("builder")  # so that the filter is asked without row-level security

    assert everything.filter(handing.readable_by(worker)).exists() is reads
    assert bool(handing.may_read(worker, made)) is reads
    with signed_in_as(worker):  # and row-level security without the filter
        assert HandOver.objects.exists() is reads
        assert HandedOver.objects.exists() is reads
        assert HandOverWord.objects.exists() is reads


def test_who_is_barred_from_a_case_reads_the_hand_over_without_its_line(owner):
    contact = ContactFactory(hub=owner.hub)
    handed_over(owner, contact.pk)
    worker = colleague(owner)
    AccessFactory(staff=worker, contact_id=contact.pk, bars=True, why="knows the family")

    with signed_in_as(worker):
        assert HandOver.objects.exists()
        assert not HandedOver.objects.exists()
        assert not HandOverWord.objects.exists()
    with signed_in_as(owner):
        assert HandOverWord.objects.exists()


# Saved views


@pytest.mark.parametrize(("reader", "reads"), READERS)
def test_who_reads_a_view_that_is_shared(owner, reader, reads):
    SavedViewFactory(staff=owner, shared=True)
    worker = reader(owner)

    found = queries.views_of(worker).using("builder")  # without row-level security

    assert (bool(policy.may_see_the_line(worker)) and found.exists()) is reads
    with signed_in_as(worker):
        assert SavedView.objects.exists() is reads


@pytest.mark.parametrize("reader", [reader for reader, _ in READERS])
def test_nobody_else_reads_a_view_that_is_not_shared(owner, reader):
    SavedViewFactory(staff=owner, shared=False)
    worker = reader(owner)

    assert queries.views_of(worker).using("builder").exists() is (worker == owner)
    with signed_in_as(worker):
        assert SavedView.objects.exists() is (worker == owner)


@pytest.mark.parametrize("reader", [colleague, desk_of_another_agency, stranger, two_hubs_in_this_one])
def test_nobody_changes_another_s_view(owner, reader):
    view = SavedViewFactory(staff=owner, shared=True)
    worker = reader(owner)
    assert not _changes(view, worker)
    assert _changes(view, owner)


def _changes(view, worker):
    try:
        with signed_in_as(worker):
            return bool(SavedView.objects.filter(pk=view.pk).update(query="rating=amber"))
    except DatabaseError:
        return False


# Work that was moved


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        *[row for row in READERS if row[0] not in {same_agency_not_at_the_desk, without_duties}],
        (same_agency_not_at_the_desk, True),
        (without_duties, True),
    ],
)
def test_who_sees_that_work_was_moved(owner, reader, sees):
    MovedFactory(moving__frm=owner)
    with signed_in_as(reader(owner)):
        assert Moving.objects.exists() is sees
        assert Moved.objects.exists() is sees


def test_who_was_given_work_sees_their_line_unless_barred_from_the_case(owner):
    contact, to = ContactFactory(hub=owner.hub), another_agency(owner)
    MovedFactory(moving__frm=owner, to=to, thing=contact.pk)
    with signed_in_as(to):
        assert Moved.objects.exists()
    AccessFactory(staff=to, contact_id=contact.pk, bars=True, why="knows the family")
    with signed_in_as(to):
        assert not Moved.objects.exists()


# The desk's pages


@pytest.mark.parametrize(
    ("duty", "line", "takes", "outbox"),
    [
        ("screen", True, True, False),
        ("decide", True, True, False),
        ("out_of_hours", True, True, False),
        ("manage", True, False, True),
        ("answer", False, False, False),
        ("administer", False, False, False),
    ],
)
def test_who_opens_the_worklist_takes_from_it_and_sees_the_outbox(duty, line, takes, outbox):
    worker = StaffFactory(duties=[duty])
    assert bool(policy.may_see_the_line(worker)) is line
    assert policy.may_take(worker) is takes
    assert bool(policy.may_see_the_outbox(worker)) is outbox
