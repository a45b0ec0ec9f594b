"""What is typed on the page of what was sent, by whoever shows its code: kept for them alone, until it is sent."""

import uuid
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mash.common.identity import Identity, Kind, acting_as
from mash.contact.models import Addition, Feedback, ReplyKind
from mash.decision.models import Dissent
from mash.drafts.models import Draft
from mash.partnership.models import ReferrerCode
from mash.referral.models import Sent
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory, ReplyFactory
from tests.factories.decision import DecisionFactory
from tests.factories.drafts import forms_on, types
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PAGE, SAVE = reverse("desk:referral"), reverse("drafts:save_by_code")
AGAIN = reverse("drafts:again_by_code")
WORDS = "He told the class that the uncle is back."
ADD, WENT, DISAGREE = range(3)


@pytest.fixture
def contact():
    made = ContactFactory()
    ReplyFactory(contact=made, kind=ReplyKind.DECIDED, words="We have decided.")
    DecisionFactory(contact=made, hub=made.hub, made_at=made.received_at)
    return made


def shows_a_code(contact):
    """Return the browser of somebody who has shown a code that was just sent."""
    code = ReferrerCode.objects.using("builder").create(
        hub_id=contact.hub_id,
        contact_id=contact.pk,
        code_hash=uuid.uuid4().hex,
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    client = Client()
    said = client.session
    said.update({"referrer": code.code_hash})
    said.save()
    return client


def ends(client):
    """Let the code have had its time."""
    code = ReferrerCode.objects.using("builder").filter(code_hash=client.session["referrer"])
    code.update(expires_at=timezone.now() - timedelta(seconds=1))


def page_of(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(client, which=ADD):
    return forms_on(client.get(PAGE))[which]


def writes(client, form, **typed):
    said = form | typed | {"autosave_changed": list(typed), "autosave_field": list(typed)[-1]}
    return client.post(SAVE, said, headers={"X-Autosave": "1"})


def drafts():
    return list(Draft.objects.using("builder").all())


@pytest.mark.parametrize(
    ("which", "typed"), [(ADD, "words"), (WENT, "went-words"), (DISAGREE, "words")], ids=["add", "went", "no"]
)
def test_what_is_typed_is_found_again_with_another_code_and_by_nobody_else(contact, which, typed):
    first = shows_a_code(contact)
    answer = writes(first, form_of(first, which), **{typed: WORDS})
    assert answer.json()["words"].startswith("Saved ")
    (kept,) = drafts()
    assert WORDS.encode() not in bytes(kept.body)
    assert (kept.staff_id, kept.referral) == (None, contact.pk)

    ends(first)
    assert WORDS not in page_of(first)
    assert WORDS in page_of(shows_a_code(contact))
    assert WORDS not in page_of(shows_a_code(ContactFactory(hub=contact.hub)))


def test_no_post_sees_it_nor_any_other_code_nor_the_reader_of_another_contact(contact):
    client = shows_a_code(contact)
    writes(client, form_of(client), words=WORDS)
    for one in (
        StaffFactory(hub=contact.hub, whole_desk=True),
        StaffFactory(hub=contact.hub, manager=True),
        StaffFactory(),
    ):
        with signed_in_as(one):
            assert not Draft.objects.exists()
    other = shows_a_code(ContactFactory(hub=contact.hub)).session["referrer"]
    with acting_as(Identity(Kind.REFERRER, other)), transaction.atomic():
        assert not Draft.objects.exists()
    with in_service("imports"):
        assert not Draft.objects.exists()


def test_what_is_sent_is_kept_as_a_draft_no_longer_and_not_again(contact):
    client = shows_a_code(contact)
    form = form_of(client)
    writes(client, form, words=WORDS)
    assert client.post(reverse("desk:add_words"), form | {"words": WORDS}).status_code == 302
    assert Addition.objects.using("builder").count() == 1
    assert not drafts()
    assert writes(client, form, words=WORDS).json()["words"] == "Sent"
    assert not drafts()


def test_a_disagreement_that_is_sent_ends_its_draft_and_a_late_word_brings_none_back(contact):
    client = shows_a_code(contact)
    form = form_of(client, DISAGREE)
    writes(client, form, words=WORDS)
    for _ in range(2):
        said = form | {"urgent": "no", "words": WORDS}
        assert client.post(reverse("desk:disagree_by_code"), said).status_code == 302
    assert Dissent.objects.using("builder").count() == 1
    assert writes(client, form, words=WORDS).json()["words"] == "Sent"
    assert not drafts()


def test_how_it_went_ends_its_own_draft_alone(contact):
    client = shows_a_code(contact)
    added, went = form_of(client, ADD), form_of(client, WENT)
    writes(client, added, words=WORDS)
    writes(client, went, **{"went-words": "You were kind."})
    said = went | {"went-listened": "yes", "went-clear": "yes", "went-words": "You were kind."}
    assert client.post(reverse("desk:say_how_it_went"), said).status_code == 302
    assert Feedback.objects.using("builder").count() == 1
    assert [one.page for one in drafts()] == ["desk:add_words"]


@pytest.mark.parametrize("by_script", [True, False])
def test_what_is_typed_or_sent_after_the_code_has_ended_is_kept(contact, by_script):
    client = shows_a_code(contact)
    form = form_of(client)
    ends(client)
    if by_script:
        said = writes(client, form, words=WORDS).json()["words"]
        assert "Ask for a new code" in said
    else:
        answer = client.post(reverse("desk:add_words"), form | {"words": WORDS})
        assert answer.headers["Location"] == f"{PAGE}?kept=yes"
        assert "What you wrote is kept" in client.get(answer.headers["Location"]).content.decode()
    assert not Addition.objects.using("builder").exists()
    assert WORDS in page_of(shows_a_code(contact))


def test_it_is_kept_without_a_script_too_and_can_be_thrown_away(contact):
    client = shows_a_code(contact)
    form = form_of(client)
    assert client.post(SAVE, form | {"words": WORDS}).headers["Location"] == PAGE
    assert "You started this on" in page_of(client)
    assert client.post(AGAIN, form).status_code == 302
    assert not drafts()


def test_a_form_of_one_is_not_kept_for_another(contact):
    client, other = shows_a_code(contact), shows_a_code(ContactFactory(hub=contact.hub))
    form = form_of(client)
    for address in (SAVE, AGAIN):
        answer = browser(StaffFactory(hub=contact.hub, whole_desk=True)).post(
            address, form | {"words": WORDS}
        )
        assert answer.status_code in {302, 404}
    other.post(AGAIN, form)
    assert other.post(reverse("drafts:save"), form | {"words": WORDS}).status_code == 302
    said = form | {"kept_for": form["kept_for"][:-2] + "xx", "words": WORDS}
    assert client.post(SAVE, said).status_code == 404


def test_the_front_door_writes_for_nobody_but_whoever_shows_a_code(contact):
    worker = StaffFactory(hub=contact.hub)
    now = timezone.now()
    row = Draft(
        hub=contact.hub, staff=worker, page="desk:disagree", about=contact.pk, begun_at=now, saved_at=now
    )
    with pytest.raises(ProgrammingError), in_service("front_door"):
        row.save()


def test_a_posts_own_disagreement_is_kept_and_goes_when_it_is_sent(contact):
    post = StaffFactory(hub=contact.hub)
    Sent.objects.using("builder").create(hub=contact.hub, contact=contact, staff=post, at=contact.received_at)
    client, path = browser(post), reverse("desk:my_referral", args=[contact.pk])
    form = forms_on(client.get(path))[-1]
    types(client, form, words=WORDS)
    assert WORDS in client.get(path).content.decode()
    assert [one.staff_id for one in drafts()] == [post.pk]
    answer = client.post(reverse("desk:disagree", args=[contact.pk]), form | {"urgent": "no", "words": WORDS})
    assert answer.headers["Location"] == path
    assert Dissent.objects.using("builder").count() == 1
    assert types(client, form, words=WORDS).json()["words"] == "Sent"
    assert not drafts()
