"""What the policies ask is worked out once a transaction.  Nothing but the database itself may say what it is."""

import hashlib
import re

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from mash.common.identity import Identity, Kind, acting_as
from mash.partnership.models import Access, Duty, ReferrerCode, Staff
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timezone.timedelta(hours=1)


def ask(words, *values):
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return cursor.fetchone()[0]


def note(name):
    return ask("SELECT current_setting(%s)", f"mash.known_{name}")


def write(name, words):
    ask("SELECT set_config(%s, %s, true)", f"mash.known_{name}", words)


def hubs_seen():
    return set(Staff.objects.values_list("hub", flat=True))


def kept_under():
    """Return the names of everything that is worked out, as the database lists it."""
    with connections["builder"].cursor() as cursor:
        cursor.execute(r"SELECT proname FROM pg_proc WHERE proname LIKE 'work\_out\_%'")
        return sorted(name.removeprefix("work_out_") for (name,) in cursor.fetchall())


def asker_of(name):
    return {"nights": "works_nights"}.get(name, f"my_{name}")


def everybody():
    contact = ContactFactory()
    hub = contact.hub
    barred, let_in = StaffFactory(hub=hub, screener=True), StaffFactory(hub=hub, answerer=True)
    AccessFactory(staff=barred, contact_id=contact.pk, bars=True)
    AccessFactory(staff=let_in, contact_id=contact.pk)
    left = StaffFactory(hub=hub, screener=True, until_at=timezone.now() - HOUR)
    code = ReferrerCode.objects.using("builder").create(
        hub=hub, contact_id=contact.pk, code_hash="c" * 64, expires_at=timezone.now() + HOUR
    )
    posts = [
        barred,
        let_in,
        left,
        StaffFactory(hub=hub, duties=[Duty.OUT_OF_HOURS]),
        StaffFactory(hub=hub, cleared=True),
    ]
    posts += [StaffFactory(hub=hub, administrator=True), StaffFactory()]
    return [
        *(one.identity for one in posts),
        Identity(Kind.ACCOUNT, str(barred.account_id)),
        Identity(Kind.SERVICE, "intake"),
        Identity(Kind.REFERRER, code.code_hash),
    ]


@pytest.mark.parametrize("role", ["", "mash_reader"])
def test_what_is_kept_is_what_would_be_worked_out(role):
    names = kept_under()
    assert {"hubs", "desks", "grants", "bars", "nights", "night"} <= set(names)
    for identity in everybody():
        with acting_as(identity, role=role), transaction.atomic():
            for name in names:
                kept = ask(f"SELECT coalesce(identity.{asker_of(name)}()::text, '')")
                assert kept == ask(f"SELECT coalesce(identity.work_out_{name}()::text, '')"), (identity, name)
                if name != "night":
                    assert note(name)[64:] == kept, (identity, name)


def test_the_night_s_contacts_are_kept_for_a_page_and_follow_the_work_otherwise():
    contact = ContactFactory()
    night = StaffFactory(hub=contact.hub, duties=[Duty.OUT_OF_HOURS])
    with signed_in_as(night, role="mash_reader"):
        assert note("night")[64:] == f"{{{contact.pk}}}"
    with signed_in_as(night):
        assert note("night") == ""
        assert ask("SELECT identity.my_night()") == [contact.pk]
    by_day = StaffFactory(hub=contact.hub, duties=[Duty.OUT_OF_HOURS, Duty.SCREEN])
    with signed_in_as(by_day):  # no wall reads it for such a post, and nothing is worked out
        assert ask("SELECT identity.my_night()") == []


def test_a_note_written_by_smuggled_sql_counts_for_nothing():
    worker, elsewhere = StaffFactory(), HubFactory()
    with signed_in_as(worker):
        for words in (
            f"{{{elsewhere.pk}}}",
            "0" * 64 + f"{{{elsewhere.pk}}}",
            note("hubs")[:64] + f"{{{elsewhere.pk}}}",
        ):
            write("hubs", words)
            assert hubs_seen() == {worker.hub_id}


def test_a_note_of_one_name_says_nothing_under_another():
    worker = StaffFactory(answerer=True)
    with signed_in_as(worker):
        assert ask("SELECT identity.my_desks()") == []
        write("desks", note("hubs"))
        assert ask("SELECT identity.my_desks()") == []


def test_a_note_of_an_earlier_transaction_counts_for_nothing():
    contact = ContactFactory()
    worker = StaffFactory(hub=contact.hub, answerer=True)
    access = AccessFactory(staff=worker, contact_id=contact.pk)
    with signed_in_as(worker):
        assert ask("SELECT count(*) FROM contact_contact") == 1
        kept = note("grants")
    Access.objects.using("builder").filter(pk=access.pk).update(until_at=timezone.now() - HOUR)
    with signed_in_as(worker):
        write("grants", kept)
        assert ask("SELECT count(*) FROM contact_contact") == 0


def test_a_note_goes_with_the_identity_it_was_worked_out_for():
    worker, elsewhere = StaffFactory(), StaffFactory()
    with signed_in_as(worker):
        ask("SELECT set_config('mash.identity', %s, true)", elsewhere.identity.signed())
        assert hubs_seen() == {elsewhere.hub_id}


def test_notes_without_an_identity_count_for_nothing():
    with signed_in_as(StaffFactory()):
        ask("SELECT set_config('mash.identity', '', true)")
        with pytest.raises(DatabaseError, match="nobody is acting"), transaction.atomic():
            Staff.objects.count()


def test_what_the_transaction_itself_writes_counts_at_once_and_is_gone_with_its_savepoint():
    contact = ContactFactory()
    worker = StaffFactory(hub=contact.hub, manager=True)
    asked = "SELECT count(*) FROM contact_contact"
    with signed_in_as(worker):
        assert ask(asked) == 1
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Access.objects.create(
                hub=worker.hub, staff=worker, contact_id=contact.pk, by=worker, bars=True, why="knows them",
                from_at=timezone.now() - HOUR,
            )  # fmt: skip
            assert ask(asked) == 0
            raise ZeroDivisionError
        assert ask(asked) == 1


def test_a_post_that_is_ended_within_the_transaction_sees_nothing_more():
    worker = StaffFactory()
    with in_service("setup"):
        Staff.objects.filter(pk=worker.pk).update(until_at=timezone.now() - HOUR)
        assert hubs_seen() == {worker.hub_id}
    with signed_in_as(worker):
        assert hubs_seen() == set()


def test_nothing_is_left_after_the_transaction():
    with signed_in_as(StaffFactory()):
        assert note("hubs")
    assert ask("SELECT coalesce(current_setting('mash.known_hubs', true), '')") == ""


def test_nobody_but_the_database_can_sign():
    """The key is read by four functions, and none of them signs what it is told."""
    with connections["builder"].cursor() as cursor:
        cursor.execute("""
            SELECT proname, prosrc, pg_get_function_arguments(oid) FROM pg_proc
            WHERE prosrc ~ 'identity\\.key' AND pronamespace = 'identity'::regnamespace
        """)
        found = {name: (source, takes) for name, source, takes in cursor.fetchall()}
    assert set(found) == {"me", "known", "learn", "region_hidden"}
    assert not found["learn"][1]
    assert not found["region_hidden"][1]
    assert re.findall("identity.signature\\((.*)\\)", found["region_hidden"][0]) == [
        "pads.inner_pad, pads.outer_pad, 'barred_people', '{}') || '{}', true"
    ]
    assert not re.search("set_config", found["known"][0] + found["me"][0])
    worker = StaffFactory()
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
        ask("SELECT identity.signature(inner_pad, outer_pad, 'hubs', %s) FROM identity.key", "{}")


def test_a_signature_by_another_key_counts_for_nothing():
    worker, elsewhere = StaffFactory(), HubFactory()
    pads = [hashlib.sha512(pad).digest() for pad in (b"in", b"out")]
    said = f"{{{elsewhere.pk}}}"
    with signed_in_as(worker):
        forged = ask("SELECT identity.signature(%s, %s, 'hubs', %s)", *pads, said) + said
        write("hubs", forged)
        assert hubs_seen() == {worker.hub_id}
