"""Guarded duties and one's own post, asked of the database alone: no rule of the product stands in front of it."""

import pytest
from django.db import ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from mash.partnership.models import Duty, Staff
from mash.setup import actions, policy
from mash.setup.models import Grant
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import AccountFactory, AgencyFactory, StaffFactory
from tests.factories.setup import GrantFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
GUARDED = sorted(policy.GUARDED)
BY_A_SECOND = "opened by a second person"


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def manager(administrator):
    return StaffFactory(hub=administrator.hub, manager=True)


@pytest.fixture
def worker(administrator):
    return StaffFactory(hub=administrator.hub, screener=True)


def duties_of(post):
    return Staff.objects.using("builder").get(pk=post.pk).duties


def give(post, *duties):
    return Staff.objects.filter(pk=post.pk).update(duties=[*post.duties, *duties])


def confirm(grant, by):
    Grant.objects.filter(pk=grant.pk).update(answered_by=by, answered_at=timezone.now(), confirmed=True)


@pytest.mark.parametrize("duty", GUARDED)
@pytest.mark.parametrize("trait", ["administrator", "manager"])
def test_one_person_alone_opens_no_guarded_duty(administrator, worker, duty, trait):
    alone = StaffFactory(hub=administrator.hub, **{trait: True})
    with pytest.raises(ProgrammingError, match=BY_A_SECOND), signed_in_as(alone):
        give(worker, duty)
    with pytest.raises(ProgrammingError, match=BY_A_SECOND), signed_in_as(alone):
        Staff(
            account=AccountFactory(),
            hub=alone.hub,
            agency=AgencyFactory(),
            title="New",
            duties=[duty],
            from_at=timezone.now(),
        ).save(force_insert=True)
    assert duties_of(worker) == ["screen"]


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty not in policy.GUARDED])
def test_every_other_duty_is_given_by_one(administrator, worker, duty):
    with signed_in_as(administrator):
        assert give(worker, duty) == 1
    assert duty in duties_of(worker)


@pytest.mark.parametrize("trait", ["administrator", "manager"])
@pytest.mark.parametrize("duty", [Duty.SCREEN, Duty.CLEAR])
def test_nobody_gives_their_own_account_a_duty_by_any_post(administrator, trait, duty):
    me = StaffFactory(hub=administrator.hub, **{trait: True})
    other = StaffFactory(account=me.account, hub=me.hub, title="Other")
    for post in (me, other):
        with pytest.raises(ProgrammingError, match="own post"), signed_in_as(me):
            give(post, duty)
    with pytest.raises(ProgrammingError, match="own post"), signed_in_as(me):
        Staff(
            account_id=me.account_id,
            hub=me.hub,
            agency=me.agency,
            title="Third",
            duties=[duty],
            from_at=timezone.now(),
        ).save(force_insert=True)
    assert Staff.objects.using("builder").filter(account=me.account_id).count() == 2


def test_nobody_hands_a_guarded_post_to_themselves_or_on_to_another(administrator, manager):
    cleared = StaffFactory(hub=administrator.hub, cleared=True)
    for account in (administrator.account_id, manager.account_id):
        with pytest.raises(ProgrammingError), signed_in_as(administrator):
            Staff.objects.filter(pk=cleared.pk).update(account=account)


def test_two_people_open_it_and_one_confirmation_opens_it_once(administrator, manager, worker):
    grant = GrantFactory(post=worker, by=administrator, duties=["clear"])
    with signed_in_as(manager):
        actions.answer(grant=grant, confirmed=True, by=manager, at=timezone.now())
    assert duties_of(worker) == ["screen", "clear"]
    with signed_in_as(administrator):
        Staff.objects.filter(pk=worker.pk).update(duties=["screen"])
    for alone in (administrator, manager):
        with pytest.raises(ProgrammingError, match=BY_A_SECOND), signed_in_as(alone):
            give(worker, "clear")


def test_a_confirmation_opens_nothing_else_and_nobody_else(administrator, manager, worker):
    grant = GrantFactory(post=worker, by=administrator, duties=["clear"])
    another = StaffFactory(hub=administrator.hub, screener=True)
    for post, duty in ((worker, "audit"), (another, "clear")):
        with pytest.raises(ProgrammingError, match=BY_A_SECOND), signed_in_as(manager):
            confirm(grant, manager)
            give(post, duty)
    assert Grant.objects.using("builder").get().answered_at is None


@pytest.mark.parametrize("who", ["asked", "asked by another post", "gets it"])
def test_the_two_are_two_people(administrator, manager, worker, who):
    by = StaffFactory(hub=administrator.hub, administrator=True)
    grant = GrantFactory(post=worker, by=by, duties=["clear"])
    answers = {
        "asked": by,
        "asked by another post": StaffFactory(hub=by.hub, account=by.account, manager=True),
        "gets it": StaffFactory(hub=by.hub, account=worker.account, manager=True),
    }[who]
    with pytest.raises(Exception, match="another"), signed_in_as(answers):
        confirm(grant, answers)
    with pytest.raises(ProgrammingError, match="another"), signed_in_as(answers):
        confirm(grant, manager)  # in a colleague's name


def test_nobody_asks_in_anothers_name_or_with_the_answer(administrator, manager, worker):
    row = {"hub": worker.hub, "post": worker, "duties": ["clear"], "why": "x", "at": timezone.now()}
    answered = {"answered_by": administrator, "answered_at": timezone.now(), "confirmed": True}
    for words in (
        row | {"by": manager},
        row | answered | {"by": manager},
        row | {"by": administrator, "used": True},
    ):
        with pytest.raises(ProgrammingError, match="own name"), signed_in_as(administrator):
            Grant.objects.bulk_create([Grant(**words)])


def test_what_was_answered_stays_answered(administrator, manager, worker):
    grant = GrantFactory(post=worker, by=administrator, duties=["clear"])
    with signed_in_as(manager):
        actions.answer(grant=grant, confirmed=False, by=manager, at=timezone.now())
    with pytest.raises(ProgrammingError, match="stays answered"), signed_in_as(manager):
        confirm(grant, manager)


def test_a_listed_program_gives_the_first_administrator(administrator):
    with in_service("setup"):
        give(StaffFactory(hub=administrator.hub), "administer")


def test_the_database_guards_the_duties_that_the_rule_names():
    module = MigrationLoader(connections["builder"]).get_migration("setup", "0004_guarded_duties").__module__
    named = __import__(module, fromlist=["GUARDED"]).GUARDED
    assert sorted(named.removeprefix("ARRAY[").strip("]").replace("'", "").split(", ")) == GUARDED
