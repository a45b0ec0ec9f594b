"""Several forms at one address keep a draft each; a form of a referrer's own page is kept too."""

import html
import uuid

import pytest
from django.urls import reverse

from mash.contact.models import Contact
from mash.drafts.models import Draft
from mash.triage.models import RepeatReview, Wishes
from tests.factories.base import browser
from tests.factories.contact import ContactFactory, ReplyFactory
from tests.factories.drafts import forms_on, kept_form, types
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory
from tests.factories.triage import who
from tests.referral.pages import PROFESSIONAL, Writer

pytestmark = pytest.mark.usefixtures("transactional_db")
ADULT = [{"role": "adult_at_risk", "given": "Maud", "family": "Brandt"}]


def drafts():
    return sorted(Draft.objects.using("builder").values_list("page", flat=True))


def page_of(client, path):
    return html.unescape(client.get(path).content.decode())


@pytest.fixture
def adult():
    contact = ContactFactory(subject="adult", people=ADULT)
    return reverse("triage:adult", args=[contact.pk, who(contact, "p1").pk]), contact


def test_each_part_of_an_adult_s_page_keeps_a_draft_of_its_own(adult):
    path, contact = adult
    client = browser(StaffFactory(hub=contact.hub, social_worker=True))
    test, wishes, _ = forms_on(client.get(path))
    types(client, test, **{"test-needs_words": "Cannot dress alone."})
    types(client, wishes, **{"wishes-words": "To stay here."})
    assert drafts() == ["triage:adult#test", "triage:adult#wishes"]
    shown = page_of(client, path)
    assert "Cannot dress alone." in shown
    assert "To stay here." in shown
    assert shown.count("You started this on") == 2


def test_what_is_recorded_takes_its_own_draft_and_no_other(adult):
    path, contact = adult
    client = browser(StaffFactory(hub=contact.hub, social_worker=True))
    test, wishes, _ = forms_on(client.get(path))
    types(client, test, **{"test-needs_words": "Cannot dress alone."})
    types(client, wishes, **{"wishes-words": "To stay here."})
    said = {"wishes-key": str(uuid.uuid4()), "wishes-asked": "adult", "wishes-words": "To stay here."}
    assert client.post(path, wishes | said).status_code == 302
    assert Wishes.objects.using("builder").count() == 1
    assert drafts() == ["triage:adult#test"]
    assert "Cannot dress alone." in page_of(client, path)


def test_two_repeats_of_one_contact_keep_a_draft_each():
    contact = ContactFactory()
    for rule in ("three_low_in_90_days", "re_referral"):
        RepeatReview.objects.using("builder").create(
            hub=contact.hub, contact=contact, rule=rule, asked_at=contact.received_at
        )
    client = browser(StaffFactory(hub=contact.hub, manager=True))
    first, second = (
        reverse("triage:repeat", args=[contact.pk, rule]) for rule in ("three_low_in_90_days", "re_referral")
    )
    types(client, kept_form(client, first), words="One story.")
    types(client, kept_form(client, second), words="Another.")
    assert drafts() == ["triage:repeat#re_referral", "triage:repeat#three_low_in_90_days"]
    assert "One story." in page_of(client, first)
    assert "Another." not in page_of(client, first)
    assert client.post(first, kept_form(client, first) | {"words": "One story."}).status_code == 302
    assert drafts() == ["triage:repeat#re_referral"]
    assert "Another." in page_of(client, second)


def test_a_referrer_s_own_page_keeps_what_is_added_and_how_it_went():
    hub = HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")
    post = StaffFactory(hub=hub, agency=AgencyFactory(name="Fernbank Primary"), title="Safeguarding lead")
    writer = Writer(browser(post))
    writer.begins(hub)
    writer.fills(PROFESSIONAL)
    writer.took_their_time()
    writer.sends()
    contact = Contact.objects.using("builder").get(pk=writer.draft_id)
    ReplyFactory(contact=contact, kind="decided", words="A social worker will visit.")
    client = browser(post)
    path = reverse("desk:my_referral", args=[contact.pk])
    adds, went, disagrees = forms_on(client.get(path))
    types(client, adds, words="He was hungry again.")
    types(client, went, **{"went-words": "You rang back at once."})
    types(client, disagrees, words="The bruise was not looked at.")
    assert drafts() == ["desk:disagree", "desk:my_referral", "desk:my_referral#went"]
    shown = page_of(client, path)
    assert "He was hungry again." in shown
    assert "The bruise was not looked at." in shown
    assert "You rang back at once." in shown
    assert client.post(path, adds | {"words": "He was hungry again."}).status_code == 302
    assert drafts() == ["desk:disagree", "desk:my_referral#went"]
