import time
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from mash.common import roles
from mash.common.identity import (
    SECONDS_FROM_SIGNING_TO_BEGIN,
    Identity,
    IdentityIsFixed,
    Kind,
    acting_as,
    as_service,
)
from mash.partnership.models import Hub, Staff
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def said(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_nobody_acting_is_an_error_and_not_an_empty_page():
    HubFactory()
    with pytest.raises(DatabaseError, match="nobody is acting"):
        Hub.objects.count()


def test_a_worker_sees_the_posts_of_their_own_hub_only():
    worker, elsewhere = StaffFactory(), StaffFactory()
    with signed_in_as(worker):
        found = set(Staff.objects.all())
    assert worker in found
    assert elsewhere not in found


def test_a_service_that_is_not_listed_is_refused():
    HubFactory()
    with pytest.raises(DatabaseError, match="not listed"), in_service("made-up"):
        Hub.objects.count()


def test_a_listed_service_works_in_every_hub():
    StaffFactory(), StaffFactory()
    with in_service("intake"):
        assert Staff.objects.count() == 2


def test_an_identity_with_a_forged_signature_is_refused():
    worker = StaffFactory()
    forged = worker.identity.signed()[:-1] + ("0" if worker.identity.signed()[-1] != "0" else "1")
    with pytest.raises(DatabaseError, match="not ours"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mash.identity', %s, true)", [forged])
        cursor.execute("SELECT count(*) FROM partnership_staff")


def test_an_identity_rewritten_by_smuggled_sql_is_refused():
    worker, elsewhere = StaffFactory(), StaffFactory()
    token = worker.identity.signed().replace(str(worker.pk), str(elsewhere.pk))
    with pytest.raises(DatabaseError, match="not ours"), signed_in_as(worker), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mash.identity', %s, true)", [token])
        cursor.execute("SELECT count(*) FROM partnership_staff")


def seen_by_a_token(token):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mash.identity', %s, true)", [token])
        cursor.execute("SELECT count(*) FROM partnership_staff")
        return cursor.fetchone()[0]


def test_an_identity_kept_for_later_is_refused(monkeypatch):
    worker = StaffFactory()
    assert seen_by_a_token(worker.identity.signed()) == 1
    kept = time.time() - SECONDS_FROM_SIGNING_TO_BEGIN - 1
    monkeypatch.setattr("mash.common.identity.time.time", lambda: kept)
    with pytest.raises(DatabaseError, match="too old"):
        seen_by_a_token(worker.identity.signed())


def test_a_key_that_was_replaced_counts_until_its_day_and_no_longer(administrator, settings):
    worker = StaffFactory()
    old, new = worker.identity.signed(), "5a" * 32
    roles.prepare(administrator, new)
    settings.MASH_IDENTITY_KEY = new
    try:
        assert seen_by_a_token(worker.identity.signed()) == 1
        assert seen_by_a_token(old) == 1
        administrator.execute(
            "UPDATE identity.key SET until = now() WHERE inner_pad <> %s", [inner_pad_of(new)]
        )
        assert seen_by_a_token(worker.identity.signed()) == 1
        with pytest.raises(DatabaseError, match="not ours"):
            seen_by_a_token(old)
    finally:
        administrator.execute("DELETE FROM identity.key WHERE inner_pad = %s", [inner_pad_of(new)])
        administrator.execute("UPDATE identity.key SET until = now() + interval '1 year'")


def inner_pad_of(key):
    return bytes(byte ^ 0x36 for byte in bytes.fromhex(key).ljust(64, b"\0"))


def test_the_identity_stands_after_a_savepoint_that_failed():
    worker, elsewhere = StaffFactory(), StaffFactory()
    with signed_in_as(worker):
        with pytest.raises(DatabaseError), transaction.atomic():
            said("SELECT 1 / 0")
        assert set(Staff.objects.all()) == {worker}
        assert elsewhere.pk


@pytest.mark.parametrize("ending", ["commit", "crash"])
def test_identity_and_role_are_gone_after_the_transaction(ending):
    worker = StaffFactory()
    try:
        with signed_in_as(worker, role="mash_reader"):
            assert said("SELECT current_user") == "mash_reader"
            if ending == "crash":
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert said("SELECT coalesce(current_setting('mash.identity', true), '')") == ""
    assert said("SELECT current_user") == "mash_app"


def test_an_open_transaction_keeps_the_identity_it_began_with():
    worker = StaffFactory()
    with signed_in_as(worker), pytest.raises(IdentityIsFixed), as_service("intake"):
        raise AssertionError("not reached")


def test_a_post_that_has_ended_sees_nothing_from_the_next_transaction_on():
    worker = StaffFactory()
    Staff.objects.using("builder").filter(pk=worker.pk).update(until_at=datetime(2025, 1, 1, tzinfo=UTC))
    with signed_in_as(worker):
        assert not Staff.objects.exists()


def test_an_account_without_a_post_sees_its_own_posts_and_nothing_else():
    worker, colleague = StaffFactory(), StaffFactory()
    with acting_as(Identity(Kind.ACCOUNT, str(worker.account_id))), transaction.atomic():
        assert list(Staff.objects.all()) == [worker]
    assert colleague.pk


def test_a_reader_cannot_write():
    worker = StaffFactory(administrator=True)
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker, role="mash_reader"):
        Hub.objects.update(name="Elsewhere")


def test_the_app_cannot_delete_or_truncate():
    worker = StaffFactory(administrator=True)
    for words in ("DELETE FROM partnership_hub", "TRUNCATE partnership_hub"):
        with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
            connection.cursor().execute(words)
