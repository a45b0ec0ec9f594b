"""The front page, and the pages of whoever referred by the form."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Addition, Contact, Feedback, ReplyKind, ReplySeen
from mash.decision.actions import disagreeing
from mash.decision.models import Dissent
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ReplyFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import AccountFactory, AgencyFactory, HubFactory, StaffFactory
from tests.referral.pages import PROFESSIONAL, PUBLIC, Writer

NO = {"urgent": "no", "words": "No."}
pytestmark = pytest.mark.usefixtures("transactional_db")
DECIDED = "We have decided about your referral for D.O. A social worker will visit.\n\nWhy: it is needed."


@pytest.fixture
def hub():
    return HubFactory(name="Northfield MASH", prefix="NF")


@pytest.fixture
def post(hub):
    return StaffFactory(hub=hub, agency=AgencyFactory(name="Fernbank Primary"))


def sent(writer, hub, pages):
    writer.begins(hub)
    writer.fills(pages)
    writer.took_their_time()
    assert writer.sends().headers["Location"] == writer.address("sent")
    return received(writer)


def received(writer):
    """Return the contact as the app's own."""
    found = Contact.objects.using("builder").select_related("hub").get(pk=writer.draft_id)
    found._state.db = found.hub._state.db = "default"
    return found


@pytest.fixture
def contact(post, hub):
    return sent(Writer(browser(post)), hub, PROFESSIONAL)


def decided(contact):
    ReplyFactory(contact=contact, kind=ReplyKind.DECIDED, words=DECIDED)
    return DecisionFactory(contact=contact, hub=contact.hub, made_at=contact.received_at)


def words(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_is_led_to_the_forms_and_to_signing_in(hub):
    page = words(Client().get("/"))
    for where in (reverse("referral:start", args=["nf"]), reverse("account_login"), reverse("desk:referral")):
        assert f'href="{where}"' in page
    account = Client()
    account.force_login(AccountFactory())
    assert account.get("/").url == reverse("post")


def test_what_is_begun_is_told_apart_by_initials_and_no_name(post, hub):
    one, other = Writer(browser(post)), Writer(browser(post))
    for writer in (one, other):
        writer.begins(hub)
    one.types("person", PROFESSIONAL["person"])
    for address in (reverse("desk:my_referrals"), reverse("referral:start", args=["nf"])):
        page = words(browser(post).get(address))
        assert "D.O., saved" in page
        assert "No name, saved" in page
        assert "Okafor" not in page


def test_my_referrals_list_reference_initials_and_the_decision_and_no_name(contact, post):
    page = words(browser(post).get(reverse("desk:my_referrals")))
    assert contact.reference in page
    assert "D.O." in page
    assert "Not yet" in page
    assert "Okafor" not in page
    decided(contact)
    page = words(browser(post).get(reverse("desk:my_referrals")))
    assert "A social worker will visit." in page
    assert "it is needed" not in page


def test_a_referral_s_page_says_what_was_decided_and_counts_as_read(contact, post):
    decided(contact)
    page = words(browser(post).get(reverse("desk:my_referral", args=[contact.pk])))
    assert "Why: it is needed." in page
    assert ReplySeen.objects.using("builder").count() == 2
    assert Entry.objects.using("builder").filter(event="referral.followed").count() == 1


def test_colleagues_and_strangers_find_nothing_there(contact, post, hub):
    for other in (
        StaffFactory(hub=hub, agency=post.agency),
        StaffFactory(agency=post.agency),
        StaffFactory(),
    ):
        client = browser(other)
        assert contact.reference not in words(client.get(reverse("desk:my_referrals")))
        for name in ("desk:my_referral", "referral:copy", "referral:sent"):
            assert client.get(reverse(name, args=[contact.pk])).status_code == 404
        for name in ("desk:my_referral", "desk:disagree"):
            assert client.post(reverse(name, args=[contact.pk]), {"words": "x"}).status_code == 404
    assert not Addition.objects.using("builder").exists()


def test_what_is_added_stands_beside_it_once(contact, post):
    client, where = browser(post), reverse("desk:my_referral", args=[contact.pk])
    for _ in range(2):
        assert client.post(where, {"words": "He was back today."}).status_code == 302
    added = Addition.objects.using("builder").get()
    assert (added.words, added.by) == ("He was back today.", None)


def test_who_does_not_agree_is_kept_beside_the_decision_once(contact, post):
    decision = decided(contact)
    client, key = browser(post), uuid.uuid4()
    where = reverse("desk:disagree", args=[contact.pk])
    for _ in range(2):
        answer = client.post(where, {"key": key, "urgent": "no", "words": "The bruise was not looked at."})
        assert answer.headers["Location"] == reverse("desk:my_referral", args=[contact.pk])
    kept = Dissent.objects.using("builder").get()
    assert (kept.decision_id, kept.by, kept.words) == (decision.pk, None, "The bruise was not looked at.")
    assert kept.who == f"{post.account.name}, Fernbank Primary, who referred"
    assert "Kept in your words" in words(client.get(answer.headers["Location"]))
    manager = StaffFactory(hub=contact.hub, decider=True)
    shown = words(browser(manager).get(reverse("decision:page", args=[decision.pk])))
    assert "on their own page" in shown


def test_nothing_is_kept_before_anything_is_decided(contact, post):
    browser(post).post(reverse("desk:disagree", args=[contact.pk]), {"key": uuid.uuid4()} | NO)
    assert not Dissent.objects.using("builder").exists()


def test_a_member_of_the_public_is_thanked_and_cannot_disagree(hub):
    neighbour = Writer()
    contact = sent(neighbour, hub, PUBLIC)
    page = words(neighbour.client.get(reverse("desk:referral")))
    assert "Thank you for telling us." in page
    assert "govuk-exit-this-page" in page
    decided(contact)
    assert "I do not agree" not in words(neighbour.client.get(reverse("desk:referral")))
    answer = neighbour.client.post(reverse("desk:disagree_by_code"), {"key": uuid.uuid4()} | NO)
    assert answer.status_code == 404


def test_a_professional_by_code_disagrees_too(hub, post):
    from tests.referral.conftest import LEAD, by_email

    lead = by_email(hub)
    lead.fills(PROFESSIONAL)
    lead.took_their_time()
    lead.sends()
    contact = received(lead)
    decided(contact)
    page = words(lead.client.get(reverse("desk:referral")))
    assert "I do not agree" in page
    before = where_it_is(page)
    lead.client.post(reverse("desk:disagree_by_code"), {"key": uuid.uuid4()} | NO)
    dissent = Dissent.objects.using("builder").select_related("decision__contact", "contact", "hub").get()
    assert dissent.who == "Fernbank Primary, who referred"
    for row in (dissent, dissent.decision, dissent.decision.contact, dissent.contact, dissent.hub):
        row._state.db = "default"
    worker = StaffFactory(hub=hub, manager=True)
    told = Email.objects.using("builder").filter(to=LEAD).count()
    doing(
        worker, disagreeing.answer_dissent, key=uuid.uuid4(), dissent=dissent, who="Jo Bright, team manager",
        text="Her aunt will be asked this week.", at=timezone.now(),
    )  # fmt: skip
    page = words(lead.client.get(reverse("desk:referral")))
    assert "About your disagreement" in page
    assert "Her aunt will be asked this week." in page
    assert where_it_is(page) == before
    assert Email.objects.using("builder").filter(to=LEAD).count() == told + 1
    said = {"words": "We went again.", "learning": "Ask who else sees her.", "outcome": "changed"}
    doing(worker, disagreeing.end_dissent, dissent=dissent, at=timezone.now(), **said)
    page = words(lead.client.get(reverse("desk:referral")))
    assert "The decision was changed." in page
    assert "We went again." in page
    assert "Ask who else sees her." not in page


def where_it_is(page):
    """Return where a referral is, as its page says it."""
    return re.search(r"Where it is now\s*</dt>\s*<dd[^>]*>\s*([^<]+?)\s*<", page)[1]


# How it went


def says_how(client, contact, **said):
    data = {
        "part": "went",
        "went-key": uuid.uuid4(),
        **{f"went-{name}": value for name, value in said.items()},
    }
    return client.post(reverse("desk:my_referral", args=[contact.pk]), data)


def test_a_post_says_how_it_went_once_there_is_an_end(contact, post):
    client = browser(post)
    assert "How did it go?" not in words(client.get(reverse("desk:my_referral", args=[contact.pk])))
    decided(contact)
    shown = words(says_how(client, contact, listened="yes", words="Nobody rang."))
    assert "Error: Your referral" in shown
    assert ">Nobody rang.</textarea>" in shown
    key = {"part": "went", "went-key": uuid.uuid4(), "went-listened": "yes", "went-clear": "no"}
    for _ in range(2):
        where = reverse("desk:my_referral", args=[contact.pk])
        assert client.post(where, key | {"went-words": "Nobody rang."}).status_code == 302
    kept = Feedback.objects.using("builder").get()
    assert (kept.contact_id, kept.listened, kept.clear, kept.words, kept.by) == (
        contact.pk,
        "yes",
        "no",
        "Nobody rang.",
        None,
    )
    assert Entry.objects.using("builder").filter(event="feedback.given").count() == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("sender", True),
        ("desk", True),
        ("colleague", False),
        ("same agency elsewhere", False),
        ("stranger", False),
    ],
)
def test_how_it_went_is_seen_by_its_sender_and_the_desk_alone(contact, post, hub, who, may):
    decided(contact)
    says_how(browser(post), contact, listened="yes", clear="no")
    reader = {
        "sender": lambda: post,
        "desk": lambda: StaffFactory(hub=hub, whole_desk=True),
        "colleague": lambda: StaffFactory(hub=hub, agency=post.agency, answerer=True),
        "same agency elsewhere": lambda: StaffFactory(agency=post.agency, account=post.account),
        "stranger": StaffFactory,
    }[who]()
    with signed_in_as(reader):
        assert Feedback.objects.exists() is may


def test_what_cannot_be_kept_is_shown_again(contact, post):
    decided(contact)
    client, where = browser(post), reverse("desk:disagree", args=[contact.pk])
    long = "No. " * 1001
    shown = words(client.post(where, {"key": uuid.uuid4(), "words": long}))
    assert "Error: If you do not agree" in shown
    assert long.strip() in shown
    assert not Dissent.objects.using("builder").exists()
