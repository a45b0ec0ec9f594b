"""A professional refers: from a post or by a code, in tasks, and comes back to it on another machine."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from mash.contact.models import Contact, ContactPerson, ContactRelationship
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.referral.models import Draft, Sent
from tests.factories.base import browser
from tests.factories.partnership import StaffFactory
from tests.referral.conftest import LEAD, by_email, sent_code
from tests.referral.pages import PROFESSIONAL, Writer

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_referral_from_a_post_becomes_one_contact(lead, post, hub):
    lead.fills(PROFESSIONAL)
    assert lead.sends().headers["Location"] == lead.address("sent")
    assert lead.sends().headers["Location"] == lead.address("sent")
    contact = Contact.objects.using("builder").get()
    assert (contact.hub_id, contact.channel, contact.organisation) == (hub.pk, "form", "Fernbank Primary")
    assert contact.reference == Draft.objects.using("builder").get().reference
    assert [one.role for one in ContactPerson.objects.using("builder").order_by("ref")] == [
        "child",
        "parent_or_carer",
    ]
    assert ContactPerson.objects.using("builder").get(ref="p2").postcode == "NF2 3AB"
    relation = ContactRelationship.objects.using("builder").get()
    assert (relation.from_ref, relation.kind, relation.to_ref) == ("p2", "parent", "p1")
    assert relation.parental_responsibility is True
    said = contact.message
    assert said["agreement"] == {
        "family_aware": True,
        "sought": "given",
        "by": "Grace Okafor",
        "covers": ["p1", "p2"],
    }
    assert "Seen or heard by the referrer: A bruise" in said["concern"]["seen_or_told"]
    assert "Told to the referrer: He said: I fell." in said["concern"]["seen_or_told"]
    assert "On: 02/11/2026; the time is not known" in said["concern"]["what_happened"]
    assert Sent.objects.using("builder").get().staff_id == post.pk
    sent = Entry.objects.using("builder").get(event="draft.sent")
    assert sent.detail["by"] == f"staff:{post.pk}"


def test_what_the_post_knows_is_not_typed_again(lead, post):
    page = lead.opens("you").content.decode()
    assert f'value="{post.account.name}"' in page
    assert 'value="Fernbank Primary"' in page
    assert re.search(r'value="school"\s+checked', page)


def test_nothing_is_chosen_before_the_writer_chooses(lead):
    for name in ("person", "concern", "agreement"):
        assert "checked" not in lead.opens(name).content.decode(), name


def test_the_tasks_say_how_far_each_is(lead):
    lead.types("you", PROFESSIONAL["you"])
    lead.types("person", {"given": "Daniel"}, step="later")
    page = lead.opens("draft").content.decode()
    assert [page.count(words) for words in ("Completed", "In progress")] == [1, 1]
    assert "Cannot start yet" in page


def test_there_are_at_most_eight_pages(lead):
    page = lead.opens("draft").content.decode()
    assert len(re.findall('<li class="govuk-task-list__item', page)) == 8


def test_a_page_is_kept_by_script_and_answers_when(lead):
    answer = lead.types("concern", {"what_happened": "He came late and"}, quiet=True)
    assert re.fullmatch(r"Saved \d+(:\d\d)?[ap]m|Saved midday|Saved midnight", answer.json()["words"])
    assert "He came late and" in lead.opens("concern").content.decode()
    assert "govuk-error-summary" not in lead.opens("concern").content.decode()


def test_it_opens_on_another_machine_by_signing_in(lead, post):
    lead.types(
        "concern", {"what_happened": "He came late and", "autosave_field": "what_happened"}, quiet=True
    )
    other = browser(post)
    start = other.get(reverse("referral:start", args=["nf"])).content.decode()
    assert reverse("referral:draft", args=[lead.draft_id]) in start
    page = other.get(lead.address("concern")).content.decode()
    assert "He came late and" in page
    assert 'data-autosave-field="what_happened"' in page


def test_two_screens_never_write_over_each_other_unseen(lead, post):
    one, other = (lead.key_of("strengths") for _ in range(2))
    lead.types("strengths", {"voice": "One"}, key=one, quiet=True)
    assert "Not saved" in lead.types("strengths", {"voice": "Other"}, key=other, quiet=True).json()["words"]
    answer = lead.types("strengths", {"voice": "Other"}, key=other)
    page = answer.content.decode()
    assert "changed on another screen" in page
    assert ">Other</textarea>" in page
    again = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert lead.types("strengths", {"voice": "Other"}, key=again).status_code == 302
    assert ">Other</textarea>" in lead.opens("strengths").content.decode()


def test_what_a_closed_screen_sends_late_changes_nothing(lead):
    key = lead.key_of("family")
    lead.types("family", PROFESSIONAL["family"], key=key, quiet=True)
    lead.types("family", PROFESSIONAL["family"], key=key, step="drop-1")
    assert "Not saved" in lead.types("family", PROFESSIONAL["family"], key=key, quiet=True).json()["words"]
    assert "Grace" not in lead.opens("family").content.decode()


def test_people_are_added_and_taken_away_and_agreement_stays_about_the_same(lead):
    family = PROFESSIONAL["family"] | {
        "people": "2",
        "m2-role": "sibling",
        "m2-given": "Ruth",
        "m2-relation": "sibling",
    }
    lead.fills(
        PROFESSIONAL | {"family": family, "agreement": PROFESSIONAL["agreement"] | {"covers": ["p1", "p3"]}}
    )
    lead.types("family", family, step="add")
    assert "Person 3" in lead.opens("family").content.decode()
    lead.types("family", family, step="drop-1")
    page = lead.opens("family").content.decode()
    assert "Ruth" in page
    assert "Grace" not in page
    lead.sends()
    contact = Contact.objects.using("builder").get()
    assert contact.message["people"][1]["name"] == {"given": "Ruth"}
    assert contact.message["agreement"]["covers"] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            {
                "sought": "refused",
                "agreed_by": "Grace Okafor",
                "ground": "significant_harm",
                "ground_reason": "He hits.",
            },
            {"sought": "refused", "by": "Grace Okafor", "ground": "significant_harm", "reason": "He hits."},
        ),
        (
            {"sought": "not_sought", "ground_reason": "Nobody answers.", "agreed_by": "not asked"},
            {"sought": "not_sought", "reason": "Nobody answers."},
        ),
    ],
)
def test_each_branch_of_agreement_is_kept_as_it_was_said(lead, said, kept):
    lead.fills(PROFESSIONAL | {"agreement": said})
    lead.sends()
    assert Contact.objects.using("builder").get().message["agreement"] == kept


def test_what_was_written_for_another_answer_is_left_out(lead):
    refused = {
        "sought": "refused",
        "agreed_by": "Grace Okafor",
        "ground": "significant_harm",
        "ground_reason": "He hits.",
    }
    lead.fills(PROFESSIONAL | {"agreement": refused})
    lead.types("agreement", refused | {"sought": "given", "covers": ["p1"]})
    page = lead.opens("check").content.decode()
    assert "He hits." not in page
    lead.sends()
    kept = Contact.objects.using("builder").get().message["agreement"]
    assert kept == {"sought": "given", "by": "Grace Okafor", "covers": ["p1"]}


def test_each_page_leads_to_the_next_that_is_not_finished(lead):
    said = [
        (name, PROFESSIONAL[name])
        for name in ("you", "family", "concern", "strengths", "agreement", "person")
    ]
    ways = [lead.types(name, page).headers["Location"] for name, page in said]
    assert ways[:-1] == [
        lead.address(name) for name in ("person", "concern", "strengths", "agreement", "person")
    ]
    assert ways[-1] == lead.address("check")


def test_disability_and_communication_are_kept_in_code_and_in_words(lead, hub):
    person = PROFESSIONAL["person"] | {
        "disabilities": ["AUT", "COMM"],
        "needs": "Autistic; has a plan at school.",
        "communication": "Pictures, and one question at a time.",
        "interpreter": "on",
        "language": "Polish",
    }
    shown = lead.types("person", person | {"disabilities": ["NONE", "AUT"]}).content.decode()
    assert "Choose “No disability”, or the kinds that there are" in shown
    lead.fills(PROFESSIONAL | {"person": person})
    page = lead.opens("check").content.decode()
    assert "This address must be kept from somebody" not in page  # a box left alone says nothing
    for words in ("Autism, Communicating", "Pictures, and one question at a time."):
        assert words in page
    lead.sends()
    contact = Contact.objects.using("builder").get()
    assert contact.message["people"][0]["disabilities"] == ["AUT", "COMM"]
    said = contact.message["concern"]["what_happened"]
    assert "How they communicate, and what helps: Pictures, and one question at a time." in said
    assert "Communicating" in lead.opens("copy").content.decode()
    screener = browser(StaffFactory(hub=hub, whole_desk=True))
    page = screener.get(reverse("triage:page", args=[contact.pk])).content.decode()
    for words in ("Polish, interpreter needed", "Autism, Communicating", "Fernbank Primary"):
        assert words in page


def test_a_referral_about_a_child_and_an_adult_names_both(lead):
    both = {"person": PROFESSIONAL["person"] | {"subject": "both"}}
    adult = {"m1-role": "adult_at_risk", "m1-given": "Maud", "m1-relation": "grandparent"}
    lead.fills(PROFESSIONAL | both | {"family": PROFESSIONAL["family"] | adult})
    shown = lead.types("family", PROFESSIONAL["family"]).content.decode()
    assert "Add the adult it is about" in shown
    assert "Grace" in shown
    assert lead.sends().headers["Location"] == lead.address("check")
    assert lead.types("family", PROFESSIONAL["family"] | adult).status_code == 302
    assert lead.sends().headers["Location"] == lead.address("sent")
    contact = Contact.objects.using("builder").get()
    assert [one["role"] for one in contact.message["people"]] == ["child", "adult_at_risk"]


def test_worries_stand_under_their_groups_and_those_chosen_stay_chosen(lead):
    lead.types("person", PROFESSIONAL["person"])
    lead.types("concern", PROFESSIONAL["concern"] | {"categories": ["neglect", "gangs"]})
    page = lead.opens("concern").content.decode()
    assert re.search(r"<legend[^>]*>\s*Abuse and neglect\s*</legend>", page)
    assert "Adults with care and support needs" not in page
    chosen = re.findall(r'name="categories" type="checkbox" value="(\w+)" checked', page)
    assert chosen == ["neglect", "gangs"]
    ids = re.findall(r'id="(id_categories[\w-]*)"', page)
    assert len(ids) == len(set(ids))


def test_agreement_needs_who_gave_it_and_whom_it_covers(lead):
    page = lead.types("agreement", {"sought": "given"}).content.decode()
    assert "Enter who agreed" in page
    assert "Tick each person whom the agreement covers" in page


def test_a_protected_address_of_a_relative_is_sealed(lead):
    family = PROFESSIONAL["family"] | {
        "m1-same_home": "no",
        "m1-address": "7 Hidden Mews",
        "m1-protected": "on",
    }
    concern = PROFESSIONAL["concern"] | {"told": "They stay at 7 Hidden Mews."}
    lead.fills(PROFESSIONAL | {"family": family, "concern": concern})
    lead.sends()
    assert "Hidden" not in str(Contact.objects.using("builder").get().message)
    assert "Hidden" not in lead.opens("copy").content.decode()


# Without an account


def test_a_professional_without_an_account_begins_by_a_code(hub):
    one = by_email(hub)
    one.fills(PROFESSIONAL)
    one.took_their_time()
    assert one.sends().headers["Location"] == one.address("sent")
    assert Contact.objects.using("builder").get().pk == one.draft_id
    assert not Sent.objects.using("builder").exists()
    assert b"Your referral" in one.client.get(reverse("desk:referral")).content


def test_the_email_says_a_reference_and_a_code_and_nothing_else(hub):
    by_email(hub)
    (email,) = Email.objects.using("builder").all()
    draft = Draft.objects.using("builder").get()
    assert email.to == LEAD
    assert email.body.startswith(f"Your code for reference {draft.reference} is ")


def test_reference_and_address_lead_back_on_another_machine(hub):
    one = by_email(hub)
    one.types("concern", {"what_happened": "He came late and"})
    other = Writer(Client())
    other.draft_id = one.draft_id
    reference = Draft.objects.using("builder").get().reference
    other.client.post(reverse("referral:back"), {"e-reference": reference.lower(), "e-email": LEAD})
    answer = other.client.post(reverse("referral:enter"), {"reference": reference, "code": sent_code()})
    assert answer.headers["Location"] == reverse("referral:draft", args=[one.draft_id])
    assert "He came late and" in other.opens("concern").content.decode()


def test_another_address_gets_no_code_and_the_same_answer(hub):
    by_email(hub)
    reference = Draft.objects.using("builder").get().reference
    right, wrong = (
        Client().post(reverse("referral:back"), {"e-reference": reference, "e-email": email}).content
        for email in (LEAD, "craig@example.org")
    )
    assert re.sub(rb'value="[^"]{40,}"', b"", right) == re.sub(rb'value="[^"]{40,}"', b"", wrong)
    assert {email.to for email in Email.objects.using("builder").all()} == {LEAD}


def test_a_code_ends_after_five_wrong_tries_and_opens_once(hub):
    Client().post(reverse("referral:by_email", args=["nf"]), {"email": LEAD})
    reference, code = Draft.objects.using("builder").get().reference, sent_code()
    enter = reverse("referral:enter")
    assert Client().post(enter, {"reference": reference, "code": code}).status_code == 302
    assert Client().post(enter, {"reference": reference, "code": code}).status_code == 200
    Client().post(reverse("referral:back"), {"e-reference": reference, "e-email": LEAD})
    code = sent_code()
    for _ in range(5):
        assert Client().post(enter, {"reference": reference, "code": "WRONG-00"}).status_code == 200
    assert Client().post(enter, {"reference": reference, "code": code}).status_code == 200


def test_one_address_gets_only_five_codes_by_beginning(hub):
    answers = [Client().post(reverse("referral:by_email", args=["nf"]), {"email": LEAD}) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert Email.objects.using("builder").count() == 5
