"""What is typed is kept: by the script, by "Save for later", on another machine, and for nobody else."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import ContactPerson
from mash.drafts import actions, queries
from mash.drafts.models import Draft, Writing
from mash.drafts.owners import of_post
from mash.drafts.pages import PAGES
from mash.ledger.models import Entry
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.drafts import SAVE, kept_form, types
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = "The uncle was there again last night."


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def contact(worker):
    return ContactFactory(hub=worker.hub)


@pytest.fixture
def triage(contact):
    return reverse("triage:page", args=[contact.pk])


def page_of(client, path):
    return html.unescape(client.get(path).content.decode())


def test_what_is_typed_is_saved_and_stands_in_the_field_on_another_machine(worker, triage):
    here = browser(worker)
    answer = types(here, kept_form(here, triage), why=WORDS, route="check")
    assert answer.status_code == 200
    assert answer.json()["words"].startswith("Saved ")
    assert answer.json()["others"] == []

    there = page_of(browser(worker), triage)
    assert WORDS in there
    assert "You started this on" in there
    assert 'data-autosave-field="route"' in there
    assert 'href="#id_route"' in there
    assert 'value="check" checked' in there


def test_what_was_not_typed_is_not_kept_and_nothing_is_preselected(worker, triage):
    client = browser(worker)
    types(client, kept_form(client, triage), why=WORDS)
    assert " checked" not in page_of(client, triage).partition("Screen this contact")[2]


def test_a_box_that_was_unticked_stays_unticked(worker, contact):
    client, path = browser(worker), reverse("triage:agreement", args=[contact.pk])
    form = kept_form(client, path)
    child = str(ContactPerson.objects.using("builder").filter(contact_id=contact.pk).first().pk)
    types(client, form, about=[child])
    assert f'value="{child}" checked' in page_of(client, path)
    types(client, form | {}, about=[])
    assert f'value="{child}" checked' not in page_of(client, path)


def test_a_date_is_kept_whole(worker, contact):
    client, path = browser(worker), reverse("triage:agreement", args=[contact.pk])
    form = kept_form(client, path)
    client.post(
        SAVE,
        form
        | {
            "said_on-day": "3",
            "said_on-month": "11",
            "said_on-year": "20",
            "autosave_changed": ["said_on-year"],
        },
        headers={"X-Autosave": "1"},
    )
    page = page_of(client, path)
    assert 'name="said_on-day" type="text" value="3"' in page
    assert 'name="said_on-year" type="text" value="20"' in page


def test_save_for_later_keeps_all_of_it_without_a_script(worker, triage):
    client = browser(worker)
    answer = client.post(SAVE, kept_form(client, triage) | {"why": WORDS, "colour": "red"}, follow=True)
    assert answer.redirect_chain == [(triage, 302)]
    page = html.unescape(answer.content.decode())
    assert "It is not sent yet." in page
    assert WORDS in page
    assert 'value="red" checked' in page


def test_start_again_throws_it_away_and_says_so(worker, triage):
    client = browser(worker)
    form = kept_form(client, triage)
    types(client, form, why=WORDS)
    answer = client.post(reverse("drafts:again"), form, follow=True)
    assert WORDS not in html.unescape(answer.content.decode())
    assert not Draft.objects.using("builder").exists()
    events = Entry.objects.using("builder").filter(event__startswith="draft.").order_by("at", "pk")
    assert [one.event for one in events] == ["draft.begun", "draft.dropped"]


def test_the_draft_goes_when_the_form_is_sent_and_does_not_come_back(worker, triage):
    client = browser(worker, enforce_csrf_checks=True)
    form = kept_form(client, triage)
    types(client, form, why=WORDS)
    sent = form | {"why": WORDS, "colour": "amber", "step": "save"}
    assert client.post(triage, sent).status_code == 302
    assert not Draft.objects.using("builder").exists()
    assert not Writing.objects.using("builder").exists()
    late = types(client, form, why=WORDS)  # the script's last word, overtaken by the form itself
    assert late.json()["words"] == "Sent"
    assert not Draft.objects.using("builder").exists()


def test_the_draft_stays_when_the_form_is_refused(worker, triage):
    client = browser(worker)
    form = kept_form(client, triage)
    types(client, form, why=WORDS)
    assert client.post(triage, form | {"why": WORDS, "route": "check"}).status_code == 200
    assert Draft.objects.using("builder").count() == 1


def test_two_windows_of_one_person_keep_both_fields_and_learn_of_each_other(worker, triage):
    client = browser(worker)
    one, two = kept_form(client, triage), kept_form(client, triage)
    types(client, one, why=WORDS)
    answer = types(client, two, route_why="To the check")
    assert answer.json()["merged"] == {"why": [WORDS]}
    page = page_of(client, triage)
    assert WORDS in page
    assert "To the check" in page


def test_words_are_encrypted_where_they_lie(worker, triage):
    client = browser(worker)
    types(client, kept_form(client, triage), why=WORDS)
    row = Draft.objects.using("builder").get()
    assert WORDS.encode() not in bytes(row.body)
    assert WORDS not in " ".join(str(one) for one in row.__dict__.values())


def test_no_password_code_or_key_is_ever_kept(worker, triage):
    client = browser(worker)
    typed = {"password": "secret", "code": "123456", "key": "k", "why": WORDS}
    types(client, kept_form(client, triage), **typed)
    with signed_in_as(worker):
        draft = queries.opened(Draft.objects.get(), of_post(worker))
    assert set(draft.fields) == {"why"}


def test_too_much_is_refused_and_what_was_kept_before_stays(worker, triage):
    client = browser(worker)
    form = kept_form(client, triage)
    types(client, form, why=WORDS)
    assert types(client, form, why="x" * (actions.LARGEST + 1)).status_code == 413
    assert WORDS in page_of(client, triage)


def test_after_28_days_it_is_gone(worker, triage):
    client = browser(worker)
    types(client, kept_form(client, triage), why=WORDS)
    now = timezone.now()
    with in_service("drafts"):
        assert actions.forget_old(at=now + timedelta(days=27)) == 0
    with in_service("drafts"):
        assert actions.forget_old(at=now + timedelta(days=28, minutes=1)) == 1
    assert not Draft.objects.using("builder").exists()


# Who reads it


@pytest.mark.parametrize(
    "who", ["colleague", "cleared", "same account, other post", "same agency elsewhere", "stranger"]
)
def test_nobody_but_its_own_post_reads_a_draft(worker, triage, who):
    client = browser(worker)
    types(client, kept_form(client, triage), why=WORDS)
    reader = {
        "colleague": lambda: StaffFactory(social_worker=True, hub=worker.hub, agency=worker.agency),
        "cleared": lambda: StaffFactory(whole_desk=True, hub=worker.hub),
        "same account, other post": lambda: StaffFactory(
            social_worker=True, hub=worker.hub, account=worker.account
        ),
        "same agency elsewhere": lambda: StaffFactory(social_worker=True, agency=worker.agency),
        "stranger": lambda: StaffFactory(hub=HubFactory()),
    }[who]()
    row = Draft.objects.using("builder").get()
    with signed_in_as(reader):
        assert not Draft.objects.exists()
        assert queries.draft_of(of_post(reader), PAGES["triage:page"], row.about) is None
    assert WORDS not in page_of(browser(reader), triage)
    with signed_in_as(worker):
        assert Draft.objects.count() == 1


def test_nobody_writes_into_the_draft_of_another(worker, triage):
    form = kept_form(browser(worker), triage)
    colleague = StaffFactory(social_worker=True, hub=worker.hub)
    assert types(browser(colleague), form, why="not mine").status_code == 404
    assert not Draft.objects.using("builder").exists()


def test_a_form_about_what_is_hidden_since_is_not_there(worker, triage, contact):
    client = browser(worker)
    form = kept_form(client, triage)
    AccessFactory(staff=worker, contact_id=contact.pk, bars=True)
    assert types(client, form, why=WORDS).status_code == 404
    assert client.post(reverse("drafts:again"), form).status_code == 404


def test_a_token_that_is_not_ours_leads_nowhere(worker, triage):
    client = browser(worker)
    form = kept_form(client, triage)
    assert types(client, form | {"kept_for": form["kept_for"][:-1]}, why=WORDS).status_code == 404
    assert types(client, {}, why=WORDS).status_code == 404


# Two people


def test_two_people_are_told_of_each_other_by_name_and_time_alone(worker, triage):
    types(browser(worker), kept_form(browser(worker), triage), why=WORDS)
    colleague = StaffFactory(social_worker=True, hub=worker.hub)
    client = browser(colleague)
    page = page_of(client, triage)
    assert f"{worker.account.name} is writing here too, since" in page
    assert WORDS not in page
    answer = types(client, kept_form(client, triage), why="mine").json()
    assert len(answer["others"]) == 1
    assert worker.account.name in answer["others"][0]


def test_that_somebody_writes_is_told_only_to_their_own_desk(worker, triage):
    types(browser(worker), kept_form(browser(worker), triage), why=WORDS)
    for reader in (StaffFactory(answerer=True, hub=worker.hub), StaffFactory(social_worker=True)):
        with signed_in_as(reader):
            assert not Writing.objects.exists()
    with signed_in_as(StaffFactory(screener=True, hub=worker.hub)):
        assert Writing.objects.count() == 1
