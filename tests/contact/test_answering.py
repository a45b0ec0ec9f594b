"""What referrers are told, and how they reach it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from mash.common.identity import Identity, Kind, acting_as
from mash.contact import actions, queries
from mash.contact.models import Addition, Contact, ContactPerson, Reply, ReplyKind, ReplySeen
from mash.ledger.models import Entry
from mash.partnership.models import Email, ReferrerCode
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import AdditionFactory, ContactFactory, ReferrerFactory, ReplyFactory
from tests.factories.partnership import LONG_AGO, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
INES = "ines.duarte@fernbank.example.org"


def now():
    return datetime.now(UTC)  # what the database compares a code's end with


@pytest.fixture
def contact():
    made = ContactFactory(reference=_reference())
    ReferrerFactory(contact=made, email=INES)
    return made


def _reference():
    from mash.common.references import new_reference

    return new_reference("NF")


def emails():
    return list(Email.objects.using("builder").order_by("queued_at"))


def ask(contact, email=INES, at=None):
    with in_service("front_door"):
        actions.send_code(reference=contact.reference.lower(), email=email, at=at or now())


def sent_code():
    return re.search(r"is (\S+)\.", emails()[-1].body)[1]


def enter(contact, code, at=None):
    with in_service("front_door"):
        return actions.enter_code(reference=contact.reference, code=code, at=at or now())


def referrer_of(contact):
    ask(contact)
    return acting_as(Identity(Kind.REFERRER, enter(contact, sent_code())))


def test_a_reply_is_a_row_an_email_without_content_and_a_ledger_line(contact):
    worker = StaffFactory(hub=contact.hub, screener=True)
    with signed_in_as(worker):
        actions.reply(
            contact=contact, kind=ReplyKind.DECIDED, words="A social worker will visit.", by=worker, at=now()
        )
    (email,) = emails()
    assert email.to == INES
    assert contact.reference in email.subject
    assert not re.search("social|visit|Okafor|Daniel|Fernbank", email.subject + email.body)
    assert Entry.objects.using("builder").get(event="referrer.answered").detail["kind"] == "decided"


def test_who_gave_no_address_is_sent_no_email():
    contact = ContactFactory(from_public=True)
    with in_service("intake"):
        actions.reply(contact=contact, kind=ReplyKind.RECEIVED, words="We have it.", by=None, at=now())
    assert Reply.objects.using("builder").exists()
    assert not emails()


def test_a_stranger_cannot_answer_a_referrer(contact):
    stranger = StaffFactory(whole_desk=True)
    with pytest.raises(PermissionDenied), signed_in_as(stranger):
        actions.reply(contact=contact, kind=ReplyKind.DECIDED, words="No.", by=stranger, at=now())


def test_a_code_goes_to_the_address_that_was_given_and_opens_the_page(contact):
    ask(contact, email=INES.upper())
    assert enter(contact, sent_code().lower().replace("-", " "))


def test_a_code_goes_to_the_address_as_it_was_given_not_to_one_that_only_looks_like_it():
    contact = ContactFactory(reference=_reference())
    ReferrerFactory(contact=contact, email="ines@strasse.example.org")
    ask(contact, email="ines@straße.example.org")
    assert [email.to for email in emails()] == ["ines@strasse.example.org"]


def test_a_wrong_address_gets_no_code_and_leaves_nothing(contact):
    ask(contact, email="craig@example.org")
    assert not emails()
    assert not ReferrerCode.objects.using("builder").exists()


@pytest.mark.parametrize("email", ["", " "])
def test_a_contact_without_an_address_can_be_opened_by_nobody(email):
    contact = ContactFactory(reference=_reference())
    ask(contact, email=email)
    assert not ReferrerCode.objects.using("builder").exists()


def statements(contact, email):
    """Return what the database is asked when a code is asked for, without the values and the savepoints."""
    with in_service("front_door"), CaptureQueriesContext(connection) as asked:
        actions.send_code(reference=contact.reference, email=email, at=now())
    plain = [re.sub(r"'[^']*'|[0-9]+", "?", query["sql"]) for query in asked]
    return [words for words in plain if "SAVEPOINT" not in words]


def test_right_and_wrong_ask_the_database_the_same(contact):
    right, wrong = statements(contact, INES), statements(contact, "craig@example.org")
    assert right == wrong
    assert [words for words in right if words.startswith('INSERT INTO "partnership_referrercode"')]


def test_a_code_ends_after_five_wrong_tries(contact):
    ask(contact)
    code = sent_code()
    assert [enter(contact, "WRONG-00") for _ in range(5)] == [None] * 5
    assert enter(contact, code) is None


def test_four_wrong_tries_do_not_end_it(contact):
    ask(contact)
    assert [enter(contact, "WRONG-00") for _ in range(4)] == [None] * 4
    assert enter(contact, sent_code())


def test_a_code_ends_after_half_an_hour(contact):
    ask(contact)
    assert enter(contact, sent_code(), at=now() + timedelta(minutes=31)) is None


def test_a_new_code_ends_the_one_before(contact):
    ask(contact)
    first = sent_code()
    ask(contact)
    assert enter(contact, first) is None
    assert enter(contact, sent_code())


def test_only_five_codes_an_hour_are_sent(contact):
    for _ in range(7):
        ask(contact)
    assert len(emails()) == 5


def test_a_code_of_one_contact_does_not_open_another(contact):
    ask(contact)
    assert enter(ContactFactory(reference=_reference()), sent_code()) is None


def test_a_referrer_sees_their_own_contact_and_replies_and_nothing_else(contact):
    ReplyFactory(contact=contact, words="We have it.")
    ReplyFactory(words="Somebody else's.")
    AdditionFactory(contact=contact, by=StaffFactory(hub=contact.hub))
    neighbour = ContactFactory(hub=contact.hub)
    with referrer_of(contact), transaction.atomic():
        assert list(Contact.objects.all()) == [contact]
        assert {person.contact_id for person in ContactPerson.objects.all()} == {contact.pk}
        assert [one.words for one in queries.replies_for_referrer()] == ["We have it."]
        assert not Addition.objects.exists()
    assert neighbour.pk


@pytest.mark.parametrize("ending", [{"expires_at": LONG_AGO}, {"wrong_tries": 5}])
def test_a_code_that_has_ended_opens_nothing_any_more(contact, ending):
    ReplyFactory(contact=contact)
    identity = referrer_of(contact)
    ReferrerCode.objects.using("builder").update(**ending)
    with identity, transaction.atomic():
        assert not Contact.objects.exists()
        assert not Reply.objects.exists()
        with pytest.raises(Http404):
            queries.referral()


def test_nobody_but_a_referrer_has_a_referrers_page(contact):
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    with pytest.raises(Http404), signed_in_as(worker):
        list(queries.replies_for_referrer())


def test_a_reply_that_was_opened_is_known_to_be_read_the_first_time(contact):
    ReplyFactory(contact=contact)
    at = now()
    with referrer_of(contact):
        for opened in (at, at + timedelta(minutes=1)):
            with transaction.atomic():
                actions.see_replies(at=opened)
    assert [seen.at for seen in ReplySeen.objects.using("builder").all()] == [at]


def test_a_referrer_opens_their_page_as_a_reader(contact):
    ReplyFactory(contact=contact)
    ask(contact)
    who = Identity(Kind.REFERRER, enter(contact, sent_code()))
    with acting_as(who, role="mash_reader"), transaction.atomic():
        assert len(actions.see_replies(at=now())) == 1
    assert ReplySeen.objects.using("builder").count() == 1


def test_a_referrer_adds_to_their_own_contact_only(contact):
    other = ContactFactory(hub=contact.hub)
    with referrer_of(contact), transaction.atomic():
        actions.add(contact=contact, words="He was back today.", said_by="The referrer", by=None, at=now())
        assert [one.words for one in Addition.objects.all()] == ["He was back today."]
    ask(contact)
    with (
        pytest.raises(Exception, match="row-level security"),
        acting_as(Identity(Kind.REFERRER, enter(contact, sent_code()))),
        transaction.atomic(),
    ):
        actions.add(contact=other, words="Mine now.", said_by="The referrer", by=None, at=now())


def test_an_addition_stands_beside_what_was_received(contact):
    worker = StaffFactory(hub=contact.hub, screener=True)
    with signed_in_as(worker):
        actions.add(contact=contact, words="The coat was found.", said_by="Ines Duarte", by=worker, at=now())
        assert contact.additions.get().by == worker
    assert Entry.objects.using("builder").filter(event="contact.added_to").count() == 1
