"""An e-mail is settled: a contact under its reference and from its time, a word on one, or no referral."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from mash.common.references import new_reference
from mash.contact.models import Addition, Attachment, Contact
from mash.ledger.models import Entry
from mash.mail import policy
from mash.mail.models import Enclosed, Mail
from tests.contact.hostile import PDF, a_pdf
from tests.contact.test_telephone import CALL, carried
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.mail import WORDS, MailFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def mail(worker):
    made = MailFactory(hub=worker.hub)
    for place, (name, body, refused) in enumerate([("a.pdf", a_pdf(), ""), ("a.exe", b"", "Not taken.")]):
        Enclosed.objects.using(B).create(
            hub=worker.hub, mail=made, place=place, name=name, media_type=PDF, size=1,
            sha256="0" * 64, body=body, refused=refused,
        )  # fmt: skip
    return made


def page(mail, *more):
    return "/e-mail/" + "".join(f"{part}/" for part in (mail.pk, *more))


def now(mail):
    return Mail.objects.using(B).get(pk=mail.pk)


def test_a_referral_is_written_beside_the_email_and_counts_from_its_time(worker, mail):
    client = browser(worker)
    assert mail.reference in client.get("/e-mail/").content.decode()
    shown = client.get(page(mail)).content.decode()
    assert "Not taken" in shown
    assert "Who wrote it?" in shown
    assert shown.count(WORDS) == 2  # as it came, and where it is made the referral's
    checked = client.post(page(mail), CALL | {"step": "check"})
    assert "Check the answers" in checked.content.decode()
    sent = client.post(page(mail), carried(checked) | {"step": "send"})

    contact = Contact.objects.using(B).get()
    assert sent.url == f"/contacts/{contact.pk}/taken/"
    assert (contact.pk, contact.reference, contact.channel) == (mail.pk, mail.reference, "email")
    assert (contact.received_at, contact.taken_by_id) == (MONDAY_9AM, worker.pk)
    (file,) = Attachment.objects.using(B).filter(contact=contact)
    assert (file.name, bytes(file.body)) == ("a.pdf", a_pdf())
    line = Entry.objects.using(B).get(event="contact.received")
    assert line.at > MONDAY_9AM  # it was written down now, whenever it came
    settled = now(mail)
    assert (settled.outcome, settled.contact_id, settled.by_id) == ("referral", contact.pk, worker.pk)

    again = client.post(page(mail), carried(checked) | {"step": "send"})
    assert again.url == sent.url
    assert "A contact of its own" in client.get(page(mail)).content.decode()
    assert Contact.objects.using(B).count() == 1


def test_an_email_that_names_a_contact_is_added_to_it_with_its_files(worker, mail):
    contact = ContactFactory(hub=worker.hub, reference=new_reference("NF"))
    hidden = ContactFactory(hub=worker.hub, reference=new_reference("NF"))
    AccessFactory(hub=worker.hub, staff=worker, contact_id=hidden.pk, bars=True)
    Mail.objects.using(B).filter(pk=mail.pk).update(
        words=f"More on {contact.reference.lower()} and {hidden.reference}", subject=""
    )
    client = browser(worker)
    shown = client.get(page(mail)).content.decode()
    assert f"Add it to {contact.reference}" in shown
    assert f"Add it to {hidden.reference}" not in shown
    for wrong in (hidden.reference, "MB-0000-000", ""):
        refused = client.post(page(mail, "add"), {"reference": wrong})
        assert refused.status_code == 200
    assert client.post(page(mail, "add"), {"reference": contact.reference}).url == "/e-mail/"
    added = Addition.objects.using(B).get(contact=contact)
    assert added.words.startswith("More on ")
    assert "ines@fernbank.example.org by e-mail" in added.said_by
    assert Attachment.objects.using(B).filter(contact=contact, name="a.pdf").count() == 1
    assert now(mail).contact_id == contact.pk
    assert client.get(page(mail, "add")).status_code == 404

    AccessFactory(hub=worker.hub, staff=worker, contact_id=contact.pk, bars=True)
    assert client.get(page(mail)).status_code == 404
    assert mail.reference not in client.get("/e-mail/?list=settled").content.decode()


def test_what_is_no_referral_is_kept_with_the_reason_and_can_be_taken_up(worker, mail):
    client = browser(worker)
    assert "Say why it is not a referral" in client.post(page(mail, "not-a-referral"), {}).content.decode()
    assert client.post(page(mail, "not-a-referral"), {"why": "An offer of shoes"}).url == "/e-mail/"
    assert now(mail).why == "An offer of shoes"
    assert "is kept as not a referral" in client.get("/e-mail/").content.decode()
    assert mail.reference not in client.get("/e-mail/").content.decode()
    assert "An offer of shoes" in client.get("/e-mail/?list=settled").content.decode()
    assert client.post(page(mail), CALL | {"step": "send"}).status_code == 302
    assert (now(mail).outcome, now(mail).why) == ("referral", "")


def test_what_was_put_aside_is_seen(worker):
    aside = MailFactory(hub=worker.hub, kind="automatic")
    client = browser(worker)
    assert aside.reference not in client.get("/e-mail/").content.decode()
    assert aside.reference in client.get("/e-mail/?list=put-aside").content.decode()


@pytest.mark.parametrize(
    ("who", "reads", "settles"),
    [
        ({"screener": True}, True, True),
        ({"duties": ["out_of_hours"]}, True, True),
        ({"manager": True}, True, False),  # is told where something in it was refused
        ({"duties": ["clear", "release"]}, False, False),
        ({"duties": ["answer"]}, False, False),
        ({"duties": ["audit"]}, False, False),
        ({"screener": True, "hub": None}, False, False),
    ],
)
def test_who_reads_email_and_says_what_it_is(who, reads, settles):
    hub = HubFactory()
    mail = MailFactory(hub=hub)
    who = dict(who)
    staff = StaffFactory(**who | {"hub": HubFactory() if "hub" in who else hub})
    with signed_in_as(staff):
        assert bool(policy.may_read(staff, mail)) is reads
        assert bool(policy.may_settle(staff, mail)) is settles
        assert Mail.objects.exists() is reads
    assert Mail.objects.using(B).filter(policy.readable_by(staff)).exists() is reads
    said = {"outcome": "not_a_referral", "why": "Shoes", "by": staff, "at": MONDAY_9AM}
    refused = pytest.raises(ProgrammingError) if reads and not settles else nullcontext()
    with refused, signed_in_as(staff):
        assert Mail.objects.filter(pk=mail.pk).update(**said) == settles


def test_who_manages_the_hub_reads_what_they_are_told_of_and_settles_nothing(mail):
    client = browser(StaffFactory(hub=mail.hub, manager=True))
    assert mail.reference in client.get("/e-mail/").content.decode()
    shown = client.get(page(mail)).content.decode()
    assert WORDS in shown
    assert "Not taken" in shown
    assert "Who wrote it?" not in shown
    for address in (page(mail), page(mail, "add"), page(mail, "not-a-referral")):
        assert client.post(address, CALL | {"step": "send", "why": "Shoes"}).status_code == 403
    assert now(mail).outcome == ""
    assert "Change that" in client.get("/e-mail/").content.decode()


def test_nobody_but_the_mail_room_brings_email_in_and_nobody_changes_its_words(worker, mail):
    with pytest.raises(ProgrammingError), signed_in_as(worker):
        MailFactory._meta.model.objects.create(
            hub=worker.hub, reference="X", digest="d", uid_validity="1", uid="1", kind="person",
            received_at=MONDAY_9AM, read_at=MONDAY_9AM,
        )  # fmt: skip
    with pytest.raises(ProgrammingError), signed_in_as(worker):
        Mail.objects.filter(pk=mail.pk).update(words="other")
    with pytest.raises(IntegrityError), transaction.atomic(using=B):
        Mail.objects.using(B).filter(pk=mail.pk).update(outcome="referral")


def test_who_manages_the_hub_says_if_email_is_answered(worker):
    manager = StaffFactory(hub=worker.hub, duties=["screen", "manage"])
    at = "/e-mail/acknowledging/"
    assert browser(worker).get(at).status_code == 403
    client = browser(manager)
    assert client.post(at, {}).status_code == 200
    assert client.post(at, {"on": "yes"}).url == at
    assert "E-mails are answered with their reference" in client.get("/e-mail/").content.decode()
