"""A member of the public tells us: without a name, in few pages, and once."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mash.contact.models import Contact, ContactPerson, Referrer, Reply
from mash.ledger.models import Entry
from mash.partnership.models import Email, Hub
from mash.referral.codes import code_of, hash_of_code
from mash.referral.jobs import delete_old_drafts
from mash.referral.models import Draft
from tests.factories.base import in_service
from tests.factories.partnership import HubFactory
from tests.referral.pages import PUBLIC, Writer

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def hub():
    return HubFactory(
        name="Northfield MASH", prefix="NF", telephone="020 7946 0000", out_of_hours_telephone="020 7946 0999"
    )


@pytest.fixture
def neighbour(hub):
    one = Writer()
    one.begins(hub)
    return one


def told(neighbour, **changes):
    neighbour.fills(PUBLIC | changes)
    neighbour.took_their_time()
    return neighbour.sends()


def test_a_worry_becomes_one_contact_like_any_other(neighbour, hub):
    answer = told(neighbour)
    assert answer.headers["Location"] == neighbour.address("sent")
    contact = Contact.objects.using("builder").get()
    assert (contact.hub_id, contact.channel, contact.source_kind, contact.anonymous) == (
        hub.pk,
        "form",
        "public",
        True,
    )
    assert contact.pk == neighbour.draft_id
    assert ContactPerson.objects.using("builder").get().family == "Marsh"
    said = contact.message["concern"]
    assert said["what_happened"].startswith("He is outside alone at night.\n\nWhen: Every evening this week")
    assert "Who else lives there: His mum and a man called Dean." in said["what_happened"]
    assert contact.message["agreement"] == {"family_aware": False, "sought": "not_sought"}
    assert Reply.objects.using("builder").get().kind == "received"
    assert not Email.objects.using("builder").exists()


def test_the_form_has_eight_pages_and_leads_from_one_to_the_next(neighbour):
    at = neighbour.client.get(reverse("referral:draft", args=[neighbour.draft_id])).headers["Location"]
    seen = []
    for name, said in PUBLIC.items():
        assert at == neighbour.address(name)
        at = neighbour.types(name, said).headers["Location"]
        seen.append(name)
    assert at == neighbour.address("check")
    assert len(seen) + 1 == 8


def test_sent_twice_it_is_one_contact_and_one_ledger_line(neighbour):
    told(neighbour)
    assert neighbour.sends().headers["Location"] == neighbour.address("sent")
    assert neighbour.types("you", PUBLIC["you"], key="none").headers["Location"] == neighbour.address("sent")
    assert Contact.objects.using("builder").count() == 1
    assert Entry.objects.using("builder").filter(event="contact.received").count() == 1


def test_nothing_of_what_was_typed_is_left_in_the_draft(neighbour):
    told(neighbour)
    draft = Draft.objects.using("builder").get()
    assert (bytes(draft.body), draft.answers) == (b"", {})
    assert draft.sent_at


def test_what_is_typed_is_encrypted_before_it_is_sent(neighbour):
    neighbour.types("who", PUBLIC["who"])
    draft = Draft.objects.using("builder").get()
    assert b"Marsh" not in bytes(draft.body)
    assert draft.answers["who"]["said"]["family"] == ["Marsh"]


def test_a_page_that_needs_more_says_so_and_loses_nothing(neighbour):
    answer = neighbour.types("who", {"subject": "", "age": "about 6"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: Who are you worried about?" in page
    assert "Answer “Who is it about?”" in page
    assert "Write a name, or an address, or a school, so that we can find them" in page
    assert 'value="about 6"' in page


def test_it_cannot_be_sent_while_a_page_is_missing(neighbour):
    neighbour.fills({name: said for name, said in PUBLIC.items() if name != "you"})
    neighbour.took_their_time()
    assert neighbour.sends().headers["Location"] == neighbour.address("check")
    assert b"These parts are not finished" in neighbour.opens("check").content
    assert not Contact.objects.using("builder").exists()


def test_who_wants_no_name_leaves_none_even_if_they_typed_one(neighbour):
    told(
        neighbour, you=PUBLIC["you"] | {"name": "Zelda Finch", "email": "zelda@example.org", "phone": "0123"}
    )
    contact, referrer = Contact.objects.using("builder").get(), Referrer.objects.using("builder").get()
    assert (referrer.name, referrer.email, referrer.phone, referrer.role) == ("", "", "", "Neighbour")
    assert not re.search("Zelda|zelda|0123", json.dumps(contact.message))


def test_who_gives_a_name_is_known_to_the_desk_and_not_named_in_the_message(neighbour):
    told(
        neighbour, you=PUBLIC["you"] | {"named": "named", "name": "Zelda Finch", "email": "zelda@example.org"}
    )
    contact, referrer = Contact.objects.using("builder").get(), Referrer.objects.using("builder").get()
    assert (referrer.name, referrer.email, contact.anonymous) == ("Zelda Finch", "zelda@example.org", False)
    assert "elda" not in json.dumps(contact.message)
    assert "Zelda" not in neighbour.opens("copy").content.decode()


def test_a_protected_address_is_sealed_and_stands_nowhere_else(neighbour):
    told(neighbour, who=PUBLIC["who"] | {"protected": "on"})
    contact, person = Contact.objects.using("builder").get(), ContactPerson.objects.using("builder").get()
    assert person.protected
    assert not re.search("Quay|NF1", json.dumps(contact.message))
    assert "Quay" not in neighbour.opens("copy").content.decode()


def test_the_copy_holds_what_was_typed_and_the_file_is_not_kept_by_caches(neighbour):
    told(neighbour)
    answer = neighbour.opens("copy")
    page = answer.content.decode()
    for words in ("He is outside alone at night.", "about 6", "Leo Marsh", "Cold and hungry."):
        assert words in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_address_and_no_title_names_anybody(neighbour):
    for name, said in PUBLIC.items():
        where = neighbour.types(name, said).headers["Location"]
        page = neighbour.client.get(where).content.decode()
        title = re.search("<title>(.*?)</title>", page)[1]
        assert not re.search("Leo|Marsh|Quay|Dean", where + title)


def test_every_page_has_the_button_that_leaves(neighbour, hub):
    pages = [neighbour.opens(name) for name in (*PUBLIC, "check", "later")]
    pages.append(Client().get(reverse("referral:start", args=["nf"])))
    told(neighbour)
    pages += [neighbour.opens("sent"), neighbour.opens("copy")]
    for page in pages:
        assert b"govuk-exit-this-page" in page.content


def test_leaving_ends_the_visit_so_that_going_back_shows_nothing(neighbour):
    page = neighbour.opens("who").content.decode()
    link = re.search(r'href="(/refer/leave/[^"]*)"', page)[1]
    answer = neighbour.client.get(link.replace("&amp;", "&"))
    assert answer.headers["Location"].startswith("https://")
    assert neighbour.opens("who").status_code == 404


def test_somebody_elses_link_does_not_end_the_visit(neighbour):
    neighbour.client.get(reverse("referral:leave") + "?visit=0123456789abcdef")
    assert neighbour.opens("who").status_code == 200


def test_a_code_from_the_screen_leads_back_on_another_machine(neighbour, hub):
    neighbour.types("who", PUBLIC["who"])
    code = code_of(neighbour.draft_id)
    assert code in neighbour.opens("who").content.decode()
    other = Writer(Client())
    answer = other.client.post(
        reverse("referral:back"), {"by-screen": "1", "s-code": code.lower().replace("-", " ")}
    )
    assert answer.headers["Location"] == reverse("referral:draft", args=[neighbour.draft_id])
    other.draft_id = neighbour.draft_id
    assert 'value="Marsh"' in other.opens("who").content.decode()


def test_a_wrong_code_leads_nowhere_and_after_some_tries_has_to_wait(neighbour):
    other = Client()
    tries = [
        other.post(reverse("referral:back"), {"by-screen": "1", "s-code": "2222-3333-4444"})
        for _ in range(16)
    ]
    assert [one.status_code for one in tries] == [200] * 15 + [429]
    assert b"We do not know that code" in tries[0].content


def test_look_alike_letters_of_a_code_are_read_as_what_they_stand_for():
    assert hash_of_code("0I1L-5S00-22UV") == hash_of_code("0111 5500 22vv")


def test_nobody_else_opens_a_draft(neighbour, hub):
    neighbour.types("who", PUBLIC["who"])
    stranger = Writer(Client())
    stranger.begins(hub)
    stranger.draft_id = neighbour.draft_id
    for name in ("draft", "who", "check", "later", "files", "lacking", "sent", "copy"):
        assert stranger.opens(name).status_code == 404, name
    assert stranger.sends().status_code == 404
    nobody = Writer(Client())
    nobody.draft_id = neighbour.draft_id
    assert nobody.sends().status_code == 404


def test_too_many_from_one_place_wait_and_are_told_where_to_ring(hub):
    begin = reverse("referral:begin", args=["nf"])
    answers = [Client().post(begin) for _ in range(31)]
    assert {one.status_code for one in answers[:30]} == {302}
    assert answers[30].status_code == 429
    assert b"020 7946 0000" in answers[30].content
    assert Draft.objects.using("builder").count() == 30


def test_a_form_from_elsewhere_is_refused(hub):
    answer = Client(enforce_csrf_checks=True).post(reverse("referral:begin", args=["nf"]))
    assert answer.status_code == 403
    assert not Draft.objects.using("builder").exists()


def test_who_fills_in_what_is_hidden_or_in_a_second_is_asked_and_never_thrown_away(neighbour):
    neighbour.fills(PUBLIC)
    assert neighbour.sends().headers["Location"].endswith("?ask=1")
    neighbour.took_their_time()
    assert neighbour.sends(website="http://spam.example").headers["Location"].endswith("?ask=1")
    page = neighbour.client.get(neighbour.address("check") + "?ask=1").content
    assert b"What is four plus three?" in page
    assert neighbour.sends(website="x", person="eight").headers["Location"].endswith("?ask=2")
    assert neighbour.sends(website="x", person=" Seven ").headers["Location"] == neighbour.address("sent")
    assert Contact.objects.using("builder").count() == 1


def test_danger_puts_999_first_on_every_page_that_follows(neighbour):
    neighbour.types("danger", {"immediate_danger": "yes"})
    for name in ("who", "what", "check"):
        assert b"Call 999 now. Then send this form if you can." in neighbour.opens(name).content
    neighbour.fills({name: said for name, said in PUBLIC.items() if name != "danger"})
    neighbour.took_their_time()
    neighbour.sends()
    assert Contact.objects.using("builder").get().immediate_danger


def test_a_page_says_when_it_will_be_read_before_and_after(neighbour, monkeypatch):
    christmas_eve = datetime(2026, 12, 24, 18, tzinfo=UTC)
    neighbour.fills(PUBLIC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: christmas_eve)
    # Friday is Christmas Day, then the weekend; Monday 28 December is the bank holiday in lieu of Boxing Day
    start = Client().get(reverse("referral:start", args=["nf"])).content.decode()
    assert "This form is next read on Tuesday 29 December at 9am." in start
    assert "020 7946 0999" in start


def test_old_drafts_are_deleted_and_the_rest_is_kept(neighbour, hub):
    later = Writer(Client())
    later.begins(hub)
    Draft.objects.using("builder").filter(pk=neighbour.draft_id).update(
        saved_at=datetime.now(UTC) - timedelta(days=28, minutes=1)
    )
    with in_service("draft_keeper"):
        delete_old_drafts()
    assert [one.pk for one in Draft.objects.using("builder").all()] == [later.draft_id]
    assert Entry.objects.using("builder").filter(event="draft.deleted").count() == 1


# Training hubs


def test_nobody_who_is_worried_is_led_to_a_training_hub(hub):
    practice = HubFactory(name="Northfield practice hub", prefix="NP", is_training=True, practises_for=hub)
    for address in ("/", "/refer/"):
        page = Client().get(address).content.decode()
        assert hub.name in page
        assert practice.name not in page


def test_where_all_is_training_the_hubs_are_offered_and_their_practice_hubs_are_not(hub):
    Hub.objects.using("builder").filter(pk=hub.pk).update(is_training=True)
    practice = HubFactory(name="Northfield practice hub", prefix="NP", is_training=True, practises_for=hub)
    page = Client().get("/refer/").content.decode()
    assert hub.name in page
    assert practice.name not in page


def test_the_form_of_a_training_hub_says_on_each_page_that_nobody_acts_on_it(hub):
    training = HubFactory(name="Northfield training", prefix="NT", is_training=True)
    one = Writer()
    one.begins(training)
    for page in (Client().get("/refer/nt/"), one.opens("danger")):
        assert "nobody acts on anything that is sent here" in page.content.decode()
    assert "nobody acts" not in Client().get("/refer/nf/").content.decode()
