"""The pages of a release, from the room to its reader, as each worker's browser asks for them."""

import time
import uuid
from datetime import timedelta

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.check.queries.releases import reference_of
from mash.partnership.models import Email
from mash.sealed.course import State
from mash.sealed.models import OwnerWord, Release, ReleaseSeen, SecondWord, Wording
from tests.check.test_room import an_address
from tests.factories.base import browser
from tests.factories.check import people_of
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, AccountFactory, MembershipFactory, StaffFactory
from tests.factories.releases import RENDITION, UNIT, WORDS, Cast, now
from tests.sealed.test_releasing import resealed

pytestmark = pytest.mark.usefixtures("transactional_db")

PASSWORD = "a-long-password"
NEXT_WEEK = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def cast():
    made = Cast()
    MembershipFactory(hub=made.hub, agency=made.police)
    return made


def at(name, *keys):
    return reverse(f"check:{name}", args=keys)


def signed_in_again(staff, ago=0):
    """Return the browser of somebody who has signed in again some seconds ago."""
    staff.account.set_password(PASSWORD)
    staff.account.save(using="builder")
    staff.account._state.db = "default"
    client = browser(staff)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() - ago, "reauthenticated": True}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(staff.account_id)
    session.save()
    return client


def a_form(cast, step="propose", **more):
    return {
        "step": step,
        "follows": 0,
        "items": [str(cast.item)],
        "words": RENDITION,
        "conditions": "For this week's visit",
        "recipients": [str(cast.recipient.pk)],
        "outside": "",
        "purpose": "safety_of_workers",
        "protocol": "hub_agreement",
        "basis": "ca1989_s17",
        "expires_on-day": NEXT_WEEK.day,
        "expires_on-month": NEXT_WEEK.month,
        "expires_on-year": NEXT_WEEK.year,
    } | more


def begun(cast):
    answer = browser(cast.proposer).post(
        at("begin_release", cast.case), {"key": str(uuid.uuid4()), "why": "For tonight's visit"}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Release.objects.using("builder").latest("at").pk


def posted(cast, release, **more):
    return browser(cast.proposer).post(at("write_release", release), a_form(cast, **more))


def said_in(answer):
    return answer.content.decode()


def lines(event):
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT actor, why FROM ledger_entry WHERE event = %s ORDER BY at", [event])
        return cursor.fetchall()


def emails():
    return [
        (one.to, one.subject, one.body, one.private)
        for one in Email.objects.using("builder").order_by("queued_at", "to")
    ]


def test_from_the_room_to_the_reader(cast):
    release = begun(cast)
    page = said_in(browser(cast.proposer).get(at("write_release", release)))
    assert WORDS in page.replace("&#34;", '"') or "Seen twice" in page
    assert '<textarea class="govuk-textarea' in page
    assert page.count(WORDS) == 1  # the original alone: the box is blank
    over = said_in(posted(cast, release, step="read"))
    assert RENDITION in over
    assert str(cast.recipient.account.name) in over
    assert not Wording.objects.using("builder").exists()
    assert posted(cast, release).status_code == 302
    assert f'href="{at("answer_release", release)}"' in said_in(browser(cast.owner).get(at("releases")))
    assert RENDITION in said_in(browser(cast.owner).get(at("answer_release", release)))
    wording = Wording.objects.using("builder").get()
    browser(cast.owner).post(at("answer_release", release), {"wording": wording.pk, "answer": "agree"})
    assert OwnerWord.objects.using("builder").get().agreed
    second = signed_in_again(cast.approver)
    assert f'href="{at("approve_release", release)}"' in said_in(second.get(at("releases")))
    assert RENDITION in said_in(second.get(at("approve_release", release)))
    answer = second.post(at("approve_release", release), the_second(wording))
    assert answer.status_code == 302
    assert "Released to me" in said_in(browser(cast.recipient).get(at("releases")))
    read = said_in(browser(cast.recipient).get(at("read_release", release)))
    assert RENDITION in read
    assert f"For {cast.recipient.account.name} alone, read " in read
    for unsaid in (WORDS, cast.author.account.name, cast.police.name, "1: reliable", str(cast.item)):
        assert unsaid not in read
    assert ReleaseSeen.objects.using("builder").get().staff == cast.recipient.pk
    assert [why for _, why in lines("room.opened")][:1] == ["For tonight's visit"]


def the_second(wording, answer="approve", **more):
    return {
        "wording": wording.pk,
        "words_digest": wording.words_digest,
        "people_digest": wording.people_digest,
        "answer": answer,
    } | more


# Whoever approves signs in again


def ready(cast):
    release = cast.begins()
    wording = cast.proposes(release)
    cast.answers(release, wording)
    return release, Wording.objects.using("builder").get(pk=wording)


@pytest.mark.parametrize("ask", ["get", "post"])
def test_whoever_approves_signs_in_again_and_nothing_sent_before_is_kept(cast, ask):
    cast.approver.account.set_password(PASSWORD)
    cast.approver.account.save(using="builder")
    release, wording = ready(cast)
    client = browser(cast.approver)
    where = at("approve_release", release)
    answer = client.get(where) if ask == "get" else client.post(where, the_second(wording))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert "account_reauthentication_state" not in client.session
    back = client.post(answer.headers["Location"], {"password": PASSWORD, "next": where})
    assert back.headers["Location"] == where
    assert RENDITION in said_in(client.get(where))
    assert not SecondWord.objects.using("builder").exists()
    client.post(where, the_second(wording))
    assert SecondWord.objects.using("builder").get().approved


def test_having_signed_in_again_long_ago_is_not_enough(cast):
    release, wording = ready(cast)
    answer = signed_in_again(cast.approver, ago=301).post(at("approve_release", release), the_second(wording))
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert not SecondWord.objects.using("builder").exists()


def test_an_account_that_cannot_sign_in_again_approves_nothing(cast):
    release, wording = ready(cast)
    assert browser(cast.approver).post(at("approve_release", release), the_second(wording)).status_code == 403
    assert not SecondWord.objects.using("builder").exists()


def test_the_proposer_by_another_post_is_refused(cast):
    release, wording = ready(cast)
    other = StaffFactory(account=cast.proposer.account, hub=cast.hub, duties=UNIT)
    same = StaffFactory(account=AccountFactory(name=cast.proposer.account.name), hub=cast.hub, duties=UNIT)
    for somebody in (cast.proposer, other, same):
        answer = signed_in_again(somebody).post(at("approve_release", release), the_second(wording))
        assert answer.status_code == 403
    assert not SecondWord.objects.using("builder").exists()


def test_what_was_edited_while_the_approver_read_is_shown_again_and_not_approved(cast):
    release, wording = ready(cast)
    client = signed_in_again(cast.approver)
    client.get(at("approve_release", release))
    newer = cast.proposes(release, words="Quite other words", follows=1)
    cast.answers(release, newer)
    answer = client.post(at("approve_release", release), the_second(wording), follow=True)
    assert "written anew since you opened it" in said_in(answer)
    assert "Quite other words" in said_in(answer)
    assert not SecondWord.objects.using("builder").exists()


def test_one_turned_down_asks_why(cast):
    release, wording = ready(cast)
    client = signed_in_again(cast.approver)
    assert "Enter why it does not go like this" in said_in(
        client.post(at("approve_release", release), the_second(wording, "turn_down"))
    )
    client.post(at("approve_release", release), the_second(wording, "turn_down", reason="Too much"))
    assert "Turned down" in said_in(browser(cast.proposer).get(at("release", release)))


# What may not go


def test_a_protected_address_of_the_case_goes_in_no_release(cast):
    release = begun(cast)
    an_address(cast.contact, StaffFactory(hub=cast.hub, cleared=True))
    for words in ("They are at 3 Larkspur Yard now", "at 3, LARKSPUR  yard", "near hv1 2ab"):
        page = said_in(posted(cast, release, words=words, looked="on"))
        assert "Take out the address: it is protected" in page
    page = said_in(posted(cast, release, conditions="Not at HV12AB", looked="on"))
    assert "Take out the address: it is protected" in page
    assert not Wording.objects.using("builder").exists()


def test_an_address_that_its_writer_is_kept_from_is_found_when_it_is_approved(cast):
    elsewhere = ContactFactory(hub=cast.hub)
    person = people_of(cast.contact)[0]
    an_address(elsewhere, StaffFactory(hub=cast.hub, cleared=True), people=[person.pk])
    AccessFactory(staff=cast.proposer, bars=True, contact_id=elsewhere.pk, until_at=None)
    release = begun(cast)
    assert posted(cast, release, words="They are at 3 Larkspur Yard now", looked="on").status_code == 302
    wording = Wording.objects.using("builder").get()
    cast.answers(release, wording.pk)
    second = signed_in_again(cast.approver)
    page = said_in(second.post(at("approve_release", release), the_second(wording)))
    assert "It tells an address that is protected. Turn it down, and say so." in page
    assert cast.course(cast.approver, release).said.second is None
    turned_down = the_second(wording, "turn_down", reason="It tells an address")
    assert second.post(at("approve_release", release), turned_down).status_code == 302


@pytest.mark.parametrize(
    ("words", "warns"),
    [
        ("Ring 07700 900123 first", "a telephone number"),
        ("They moved to 12 Cobbold Street", "an address"),
        ("It is near NF2 3AB", "a postcode"),
        ("Her number is 999 123 4004", "an NHS number"),
        ("He carries a knife", ""),
        ("Seen 3 times in 2026", ""),
    ],
)
def test_words_that_look_like_more_than_they_should_ask_for_a_look(cast, words, warns):
    release = begun(cast)
    page = said_in(posted(cast, release, step="read", words=words))
    if not warns:
        assert "Propose it" in page
        return
    assert f"looks like {warns}" in page
    assert "Propose it" not in page
    assert "Propose it" in said_in(posted(cast, release, step="read", words=words, looked="on"))


def test_a_recipient_kept_from_the_case_by_any_post_of_theirs_is_refused(cast):
    release = begun(cast)
    other_post = StaffFactory(account=cast.recipient.account, hub=cast.hub)
    AccessFactory(staff=other_post, bars=True, contact_id=cast.case)
    assert "The case is closed to" in said_in(posted(cast, release))
    assert not Wording.objects.using("builder").exists()


def test_nobody_who_is_named_in_the_case_receives_a_release(cast):
    release = begun(cast)
    person = people_of(cast.contact)[0]
    for name in (f"{person.given} {person.family}", f"{person.family.upper()}  {person.given}"):
        page = said_in(posted(cast, release, outside=f"{name}, Family"))
        assert "is named in this case, and a release goes to nobody in it" in page
    namesake = StaffFactory(
        account=AccountFactory(name=f"{person.given} {person.family}"), hub=cast.hub, duties=["screen"]
    )
    page = said_in(posted(cast, release, recipients=[str(namesake.pk)]))
    assert "is named in this case" in page


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"items": []}, "Tick at least one original"),
        ({"words": " "}, "Write what will be released"),
        ({"recipients": []}, "Choose at least one person"),
        ({"outside": "Jo Smith"}, "Enter each person as name, comma, organisation"),
        ({"purpose": ""}, "Choose the purpose"),
        ({"protocol": ""}, "Choose the protocol"),
        ({"basis": ""}, "Choose the lawful basis"),
        ({"expires_on-year": 2020}, "or later"),
        ({"expires_on-day": 1, "expires_on-year": timezone.localdate().year + 3}, "or earlier"),
        ({"words": "SECRET\nHe is watched"}, "does not belong in this system"),
    ],
)
def test_a_release_that_is_not_whole_says_what_is_missing(cast, change, asked):
    release = begun(cast)
    page = said_in(posted(cast, release, **change))
    assert asked in page
    assert "Error: " in page
    assert not Wording.objects.using("builder").exists()


def test_an_item_of_another_case_by_its_key_is_no_choice(cast):
    release = begun(cast)
    for other in (Cast(hub=cast.hub), Cast()):
        assert "Select a valid choice" in said_in(posted(cast, release, items=[str(other.item)]))


def test_an_item_sealed_anew_is_offered_in_its_newer_wording_alone(cast):
    release = begun(cast)
    newer = resealed(cast)
    page = said_in(browser(cast.proposer).get(at("write_release", release)))
    assert f'value="{newer}"' in page
    assert f'value="{cast.item}"' not in page


# A veto


def test_a_veto_starts_its_clock_and_reaches_the_senior_leads_and_nobody_else(cast):
    release = begun(cast)
    posted(cast, release)
    wording = Wording.objects.using("builder").get()
    client = browser(cast.owner)
    page = said_in(client.post(at("answer_release", release), {"wording": wording.pk, "answer": "veto"}))
    assert "Enter why it may not be released" in page
    client.post(
        at("answer_release", release), {"wording": wording.pk, "answer": "veto", "reason": "He would know"}
    )
    veto = OwnerWord.objects.using("builder").get()
    assert veto.due_at - veto.at == timedelta(hours=1)  # nobody rated the case: as in a red one
    assert (cast.senior.account.email, "A decision is asked of you") in [one[:2] for one in emails()]
    senior = browser(cast.senior)
    assert f'href="{at("veto", release)}"' in said_in(senior.get(at("releases")))
    assert "He would know" in said_in(senior.get(at("veto", release)))
    for nobody in (cast.recipient, StaffFactory(hub=cast.hub, duties=["screen", "decide"])):
        assert browser(nobody).get(at("veto", release)).status_code == 404
    sent = {"veto": veto.pk, "wording": wording.pk, "ground": "danger_to_life"}
    assert "Enter why you decide so" in said_in(senior.post(at("veto", release), sent))
    senior.post(at("veto", release), sent | {"reason": "They are alone with him tonight"})
    assert cast.course(cast.proposer, release).state(now()) == State.READY
    assert senior.get(at("veto", release)).status_code == 404


# E-mails and pages tell nobody else


def test_the_emails_name_nobody_and_stay_out_of_the_outbox(cast):
    release, wording = ready(cast)
    signed_in_again(cast.approver).post(at("approve_release", release), the_second(wording))
    (told,) = emails()
    body = f"Sign in to see reference {reference_of(release)}."
    assert told == (cast.recipient.account.email, "Something was passed to you", body, True)
    manager = StaffFactory(hub=cast.hub, manager=True)
    assert "passed to you" not in said_in(browser(manager).get(reverse("desk:outbox")))


def test_a_page_of_a_release_is_absent_for_whoever_it_is_not_for(cast):
    release, wording = ready(cast)
    cast.approves(release, wording.pk)
    nobody = {
        "desk": StaffFactory(hub=cast.hub, duties=["screen", "decide"]),
        "other agency": StaffFactory(hub=cast.hub, answerer=True),
        "cleared elsewhere": StaffFactory(duties=[*UNIT, "manage", "audit"]),
    }
    barred = StaffFactory(hub=cast.hub, duties=UNIT)
    AccessFactory(staff=barred, bars=True, contact_id=cast.case)
    pages = (
        "release",
        "write_release",
        "approve_release",
        "recall_release",
        "answer_release",
        "veto",
        "read_release",
    )
    for who, staff in (nobody | {"barred": barred}).items():
        for name in pages:
            here, nowhere = (browser(staff).get(at(name, key)) for key in (release, uuid.uuid4()))
            assert here.status_code == nowhere.status_code == 404, (who, name)
    for name in ("release", "write_release", "approve_release", "recall_release", "answer_release"):
        assert browser(cast.recipient).get(at(name, release)).status_code == 404, name


def test_after_a_recall_the_page_is_as_absent_as_one_that_never_was(cast):
    release, _ = cast.goes_out()
    reader = browser(cast.recipient)
    assert reader.get(at("read_release", release)).status_code == 200
    page = said_in(browser(cast.proposer).get(at("recall_release", release)))
    assert "Not yet" not in page
    assert "Enter why it is taken back" in said_in(
        browser(cast.proposer).post(at("recall_release", release), {"reason": " "})
    )
    browser(cast.proposer).post(at("recall_release", release), {"reason": "He has moved away"})
    gone, never = (reader.get(at("read_release", key)) for key in (release, uuid.uuid4()))
    assert gone.status_code == never.status_code == 404
    assert "Nothing is released to you now" in said_in(reader.get(at("releases")))
    assert (cast.recipient.account.email, "Something that was passed to you was taken back") in [
        one[:2] for one in emails()
    ]


# The register, and a sheet


@pytest.mark.parametrize(
    ("duties", "opens", "words"),
    [
        (["clear"], True, True),
        (["audit"], True, False),
        (["manage"], True, False),
        (["screen", "decide"], False, False),
        (["administer"], False, False),
    ],
)
def test_who_follows_the_register(cast, duties, opens, words):
    release, _ = cast.goes_out()
    browser(cast.recipient).get(at("read_release", release))
    staff = StaffFactory(hub=cast.hub, duties=duties)
    answer = browser(staff).get(at("release_register"))
    assert answer.status_code == (200 if opens else 404)
    if opens:
        page = said_in(answer)
        assert reference_of(release) in page
        assert cast.recipient.account.name in page
        assert "read " in page
        assert RENDITION not in page
        assert (f'href="{at("release", release)}"' in page) is words


def test_the_register_is_filtered_by_name_state_and_day(cast):
    release, _ = cast.goes_out()
    other = cast.begins()
    client = browser(StaffFactory(hub=cast.hub, cleared=True))
    for query, shown, hidden in (
        ({"state": "Out"}, release, other),
        ({"state": "Being written"}, other, release),
        ({"q": cast.recipient.account.name}, release, other),
        ({"q": reference_of(other).lower()}, other, release),
    ):
        page = said_in(client.get(at("release_register"), query))
        assert reference_of(shown) in page
        assert reference_of(hidden) not in page
    day = {"since-day": NEXT_WEEK.day, "since-month": NEXT_WEEK.month, "since-year": NEXT_WEEK.year}
    assert "No release fits" in said_in(client.get(at("release_register"), day))


def test_a_sheet_for_somebody_outside_is_marked_with_their_name_and_leaves_a_receipt(cast):
    release = begun(cast)
    posted(cast, release, outside="Jo Smith, Harbour Refuge", recipients=[])
    wording = Wording.objects.using("builder").get()
    cast.answers(release, wording.pk)
    (recipient,) = cast.course(cast.proposer, release).said.outside
    assert browser(cast.proposer).get(at("release_sheet", release, recipient)).status_code == 404
    cast.approves(release, wording.pk)
    page = said_in(browser(cast.proposer).get(at("release_sheet", release, recipient)))
    assert "For Jo Smith, Harbour Refuge, alone" in page
    assert RENDITION in page
    assert ReleaseSeen.objects.using("builder").get().recipient_id == recipient
    for staff in (cast.owner, cast.recipient, StaffFactory(hub=cast.hub, cleared=True)):
        answer = browser(staff).get(at("release_sheet", release, recipient))
        assert answer.status_code in {403, 404}


def test_queries_of_the_register_do_not_grow_with_its_rows(cast):
    counts = []
    for _ in range(2):
        cast.goes_out()
        client = browser(StaffFactory(hub=cast.hub, cleared=True))
        with CaptureQueriesContext(connection) as found:
            client.get(at("release_register"))
        counts.append(len(found))
    assert counts[0] == counts[1]
