"""What stops a request, what voids an answer, who is kept out, and what two at once do."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from mash.contact.actions import join_records
from mash.ledger.models import Entry
from mash.partnership.models import Duty, Restriction
from mash.people.models import Person
from mash.sealed.actions import seal
from mash.subject_access import actions, policy
from mash.subject_access.grounds import GIVE, WITHHOLD
from mash.subject_access.models import Found, Output, OwnerAsked, Request, SecondWord, Sent, UnitPass
from mash.subject_access.passages import Cut, split
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries import unit
from mash.subject_access.sealed_part import Decided, Strike
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import AnswerFactory, doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, people_of, ready, who_is
from tests.factories.partnership import LONG_AGO, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import a_known_person
from tests.subject_access import case as steps
from tests.subject_access.case import Case, kept

pytestmark = pytest.mark.usefixtures("transactional_db")
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def case(told_once):
    return told_once(begun)


def begun():
    """A decided contact about a child on record, and posts of one hub; the request is written down."""
    contact = ready()
    hub = contact.hub
    DecisionFactory(contact=contact, reasons="Daniel needs help. His uncle Craig Stone frightens him.")
    posts = {
        "decision.maker": StaffFactory(hub=hub, decider=True),
        "manager": StaffFactory(hub=hub, manager=True),
        **{
            name: StaffFactory(hub=hub, cleared=True)
            for name in ("cleared", "intelligence", "release.approver")
        },
        "police": StaffFactory(hub=hub, answerer=True),
    }
    person = Person.objects.using("builder").select_related("hub").get(pk=who_is(people_of(contact)[0]).pk)
    person._state.db = "default"
    person.hub = hub
    made = Case(posts, person, NOW)
    made.told = contact
    steps.recorded(made, asker_name="Daniel Okafor")
    return made


def at(name, *args):
    return reverse(f"subject_access:{name}", args=args)


# Who asks


@pytest.mark.parametrize("asker", ["police", "court"])
def test_the_police_and_courts_are_told_their_own_way_and_nothing_is_kept(case, asker):
    with pytest.raises(actions.AnotherRoute):
        steps.recorded(case, asker=asker)
    form = {"asker": asker, "asker_name": "DC Hale", "reached": "x", "words": "x", "key": str(uuid.uuid4())}
    page = browser(case.handler).post(at("record", case.person.pk), form).content.decode()
    assert "legal team" in page
    assert kept(Request).count() == 1


def test_a_parent_says_whether_it_serves_the_child_and_what_the_child_says(case):
    words = {
        "authority": "Birth certificate",
        "interest": "Yes",
        "child_view": "Does not mind",
        "competent": "no",
    }
    for missing in words:
        with pytest.raises(actions.NotWhole):
            steps.recorded(case, asker="parent", **(words | {missing: ""}))
    assert steps.recorded(case, asker="parent", **words).competent == "no"


def test_the_same_form_sent_twice_makes_one_request(case):
    key = uuid.uuid4()
    assert steps.recorded(case, key=key).pk == steps.recorded(case, key=key).pk
    assert kept(Entry, event="subject_request.recorded").count() == 2


def test_nothing_is_gathered_before_somebody_sees_who_asks(case):
    with pytest.raises(actions.NotWhole):
        doing(case.handler, actions.gather, request=case.request, at=NOW)
    assert not kept(Found).exists()


def test_time_stands_still_while_identity_is_awaited_and_is_extended_once_within_the_month(case):
    on, today = {"request": case.request, "at": NOW}, NOW.date()
    doing(case.handler, actions.ask_identity, on=today - timedelta(days=2), words="A passport", **on)
    with signed_in_as(case.handler):
        assert queries.find(case.handler, case.request.pk).due.waits
    with pytest.raises(actions.NotWhole):
        doing(case.handler, actions.extend, why="Complex", told_on=today, told_how="By post", **on)
    doing(case.handler, actions.see_identity, on=today, words="Passport", **on)
    doing(case.manager, actions.extend, why="Complex", told_on=today, told_how="By post", **on)
    with signed_in_as(case.handler):
        time = queries.find(case.handler, case.request.pk).due
    assert time.runs_from == today
    assert time.extended
    assert not time.may_be_extended(today)


# Gathering


def test_what_stands_on_a_joined_record_is_gathered_and_no_longer_once_they_are_apart(case):
    hub = case.person.hub
    other = a_known_person(hub, given="Danny", family="Okafor")
    second = ContactFactory(hub=hub)
    SettlementFactory(contact_person=people_of(second)[0], answer="known", person=other)
    steps.seen_and_gathered(case)
    before = {one.found.contact_id for one in steps.texts(case)}
    assert second.pk not in before
    doing(case.handler, join_records, person=other, into=case.person, why="One child", at=NOW)
    assert doing(case.handler, actions.gather, request=case.request, at=NOW + timedelta(hours=1)) > 0
    assert second.pk in {one.found.contact_id for one in steps.texts(case)}
    assert any("Danny" in one.found.text for one in steps.texts(case) if one.found.kind == "record")


def test_a_text_that_changed_is_gathered_anew_and_marked_anew(case):
    steps.seen_and_gathered(case)
    steps.mark_all(case)
    Person.objects.using("builder").filter(pk=case.person.pk).update(school="Another school")
    assert doing(case.handler, actions.gather, request=case.request, at=NOW + timedelta(hours=1)) == 1
    assert [one.found.kind for one in steps.texts(case) if one.marking is None] == ["record"]
    assert doing(case.handler, actions.gather, request=case.request, at=NOW + timedelta(hours=2)) == 0


# Marking


def test_every_word_is_decided_on_and_of_two_who_mark_at_once_one_is_told(case):
    steps.seen_and_gathered(case)
    one = steps.texts(case)[0]
    cuts = [Cut(*span, GIVE) for span in split(one.found.text)]
    with pytest.raises(actions.NotWhole):
        doing(case.handler, actions.mark, text=one.found, cuts=cuts[1:], follows=0, at=NOW)
    doing(case.handler, actions.mark, text=one.found, cuts=cuts, follows=0, at=NOW)
    again = doing(case.handler, actions.mark, text=one.found, cuts=cuts, follows=0, at=NOW)  # a double click
    assert again.number == 1
    other = [one._replace(what=WITHHOLD, ground="third_party") for one in cuts]
    with pytest.raises(actions.ChangedMeanwhile):
        doing(case.handler, actions.mark, text=one.found, cuts=other, follows=0, at=NOW)


def test_the_page_marks_sentence_by_sentence_and_single_words_without_a_script(case):
    steps.seen_and_gathered(case)
    one = next(one for one in steps.texts(case) if "uncle" in one.found.text)
    client, where = browser(case.handler), at("text", one.found.pk)
    spans = split(one.found.text)
    empty = client.post(where, {"follows": "0"}).content.decode()
    assert empty.count("Select what becomes of this sentence") >= len(spans)
    said = {f"p{place}": "give" for place in range(len(spans))}
    said |= {
        "follows": "0",
        "own": "Craig Stone",
        "own_becomes": "replace:third_party",
        "own_instead": "a relative",
    }
    assert client.post(where, said | {"own": "Craig Rock"}).status_code == 200
    assert client.post(where, said).status_code == 302
    assert (
        client.post(where, said | {"own": "", "own_becomes": ""}).status_code == 200
    )  # back, and sent as it was
    marked = next(two for two in steps.texts(case) if two.found.pk == one.found.pk)
    assert [cut.words for cut in marked.cuts if cut.what == "replace"] == ["a relative"]
    assert "[a relative]" in client.get(where).content.decode()


def test_what_an_agency_shared_is_not_handed_on_before_it_was_asked(case):
    answer = AnswerFactory(enquiry__check_asked__contact=case.told, text="The school saw a bruise.")
    steps.seen_and_gathered(case)
    steps.mark_all(case)
    hand = {"request": case.request, "looked_at": "Looked at", "at": NOW}
    with pytest.raises(actions.NotWhole, match=answer.enquiry.agency.name):
        doing(case.handler, actions.hand_to_unit, **hand)
    steps.ask_owners(case)
    assert kept(OwnerAsked).exists()
    doing(case.handler, actions.hand_to_unit, **hand)


def test_words_that_are_withheld_and_given_are_looked_at(case):
    steps.seen_and_gathered(case)
    steps.mark_all(case, withhold=["frightens"])
    one = next(one for one in steps.texts(case) if one.found.kind == "decision")
    hand = {"request": case.request, "at": NOW}
    cuts = [Cut(0, 8, WITHHOLD, "third_party"), Cut(8, len(one.found.text), GIVE)]
    doing(case.handler, actions.mark, text=one.found, cuts=cuts, follows=1, at=NOW)
    assert one.found.text[:8] == "Reasons:"
    found = next(two for two in steps.texts(case) if two.found.place.startswith("people.person"))
    name = found.found.text.index("OKAFOR")
    cuts = [
        Cut(0, name, GIVE),
        Cut(name, name + 6, WITHHOLD, "third_party"),
        Cut(name + 6, len(found.found.text), GIVE),
    ]
    doing(case.handler, actions.mark, text=found.found, cuts=cuts, follows=1, at=NOW)
    with pytest.raises(actions.NotWhole, match="withheld in one place"):
        doing(case.handler, actions.hand_to_unit, looked_at=" ", **hand)
    doing(case.handler, actions.hand_to_unit, looked_at="It is the child’s own name.", **hand)


# The unit


def seal_on(case, words, about="enquiry:1/2"):
    by = case.posts["police"]
    with signed_in_as(by):
        return seal(
            hub_id=by.hub_id,
            case=case.told.pk,
            agency=by.agency_id,
            author=by.pk,
            about=about,
            people=[one.pk for one in people_of(case.told)],
            words=json.dumps(words),
            at=NOW,
        )


SECRET = {"question": "item", "words": "An officer saw zqsecret there.", "on": "", "precision": "day"}


def handlers_pages(case):
    """Return what the handler sees of a request, without what differs each time."""
    client = browser(case.handler)
    pages = [at("requests"), at("request", case.request.pk), at("hand", case.request.pk)]
    pages += [at("text", one.found.pk) for one in steps.texts(case)]
    token = re.compile(rb'(csrfmiddlewaretoken"[^>]*value=")[^"]*')
    return {where: token.sub(rb"\1", client.get(where).content) for where in pages}


def test_with_something_sealed_and_with_nothing_the_handler_and_the_answer_are_the_same(case):
    steps.with_the_unit(case)
    before = handlers_pages(case)
    steps.passed(case)
    plain = steps.finished(case, case.cleared)
    assert plain is None
    first = steps.answered(case)
    bytes_before = steps.finished(case).html
    seal_on(case, SECRET)
    assert not steps.finished(case).stands  # what it rests on has changed
    with pytest.raises(actions.NotWhole):
        steps.answered(case, follows=1)
    steps.passed(case)
    second = steps.answered(case, follows=1)
    assert steps.finished(case).html == bytes_before
    assert (second.number, first.number) == (2, 1)
    assert handlers_pages(case) == before
    for name in ("unit", "back"):
        assert browser(case.handler).get(at(name, case.request.pk)).status_code == 404
    for name in ("second", "send", "html_file", "pdf_file"):
        assert browser(case.handler).get(at(name, second.pk)).status_code == 404
    with signed_in_as(case.handler):  # row-level security without the filter
        for model in (UnitPass, Output, SecondWord):
            assert not model.objects.exists()


def test_what_is_sealed_is_given_in_new_words_once_its_owner_agreed(case):
    seal_on(case, SECRET)
    steps.with_the_unit(case)
    with signed_in_as(case.cleared):
        key = str(unit.sealed_on(case.cleared, case.request, NOW).keys[0])
    with pytest.raises(actions.NotWhole):
        steps.passed(case, things={key: Decided(GIVE, words="Somebody saw you.")})
    agreed = Decided(GIVE, words="Somebody saw you.", owner_said="DI Whitby, today, by telephone")
    steps.passed(case, things={key: agreed})
    steps.answered(case)
    html = steps.finished(case).html.decode()
    assert "Somebody saw you." in html
    assert "zqsecret" not in html


def test_a_protected_address_is_left_out_wherever_it_stands_unless_it_is_decided_to_be_given(case):
    text = "Daniel stays at 9 Zephyr Row now, near ZQ4 1AA. He likes school."
    DecisionFactory(contact=case.told, reasons=text, follows=None, turned_down_at=NOW, made_at=None)
    address = {"lines": ["9 Zephyr Row"], "postcode": "ZQ4 1AA", "words": {}}
    seal_on(case, address, about=f"address:{people_of(case.told)[0].pk}")
    steps.with_the_unit(case)
    steps.passed(case)
    steps.answered(case)
    html = steps.finished(case).html.decode()
    assert "Zephyr" not in html
    assert "ZQ4" not in html.replace(case.request.reference, "")
    assert "He likes school." in html
    with signed_in_as(case.cleared):
        key = str(unit.sealed_on(case.cleared, case.request, NOW).keys[0])
    given = Decided(GIVE, words="9 Zephyr Row, ZQ4 1AA", owner_said="The hub, F. Boateng, today")
    steps.passed(case, things={key: given})
    steps.answered(case, follows=1)
    assert "Zephyr" in steps.finished(case).html.decode()


def test_words_that_the_unit_strikes_go_with_their_sentence_and_the_handler_does_not_learn_it(case):
    steps.with_the_unit(case, withhold=["frightens"])
    before = handlers_pages(case)
    steps.passed(case, strikes=[Strike("needs HELP", "serious_harm")])
    steps.answered(case)
    html = steps.finished(case).html.decode()
    assert "needs help" not in html
    assert handlers_pages(case) == before


def test_a_restricted_case_is_gathered_and_marked_by_the_unit_alone(case):
    hidden = ContactFactory(hub=case.person.hub)
    SettlementFactory(contact_person=people_of(hidden)[0], answer="known", person=case.person)
    Restriction.objects.using("builder").create(
        contact_id=hidden.pk, hub=hidden.hub, by=case.manager, why="honour_based_abuse", from_at=LONG_AGO
    )
    steps.with_the_unit(case)
    assert hidden.pk not in {one.found.contact_id for one in steps.texts(case)}
    before = handlers_pages(case)
    steps.passed(case)
    of_it = [one for one in steps.texts(case, case.cleared) if one.found.contact_id == hidden.pk]
    assert of_it
    assert all(one.marking for one in of_it)
    assert handlers_pages(case) == before
    assert browser(case.handler).get(at("text", of_it[0].found.pk)).status_code == 404
    steps.answered(case)


# The second person, and what goes out


def test_the_second_person_is_another_human_being_than_everybody_who_worked_on_it(case):
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    other_post = StaffFactory(hub=case.person.hub, account=case.maker.account, cleared=True)
    both = StaffFactory(hub=case.person.hub, account=case.handler.account, cleared=True)
    named_alike = StaffFactory(
        hub=case.person.hub, cleared=True, account__name=case.cleared.account.name.upper()
    )
    for who in (case.cleared, case.maker, other_post, both, named_alike, case.manager):
        with pytest.raises(PermissionDenied):
            steps.approved(case, output, by=who)
    with (
        signed_in_as(other_post),
        pytest.raises(Error),
        transaction.atomic(),
    ):  # past the program, into the table
        SecondWord(
            hub_id=output.hub_id, output=output, agreed=True, digest=output.digest, by=other_post, at=NOW
        ).save(force_insert=True)
    case.second.account.password = "argon2$nobody-knows-it"
    case.second.account.save(using="builder")
    case.second.account._state.db = "default"
    client = browser(case.second)
    assert client.get(at("second", output.pk)).url.startswith(reverse("account_reauthenticate"))
    steps.again(case.second).post(at("second", output.pk), {"agreed": "yes", "digest": "0" * 64})
    assert not kept(SecondWord).exists()
    shown = steps.again(case.second).get(at("second", output.pk)).content.decode()
    assert "Daniel Okafor" in shown
    assert output.way in shown
    steps.again(case.second).post(at("second", output.pk), {"agreed": "yes", "digest": output.digest})
    assert kept(SecondWord).get().agreed


def test_the_program_that_wraps_an_answer_anew_reads_no_second_word_on_it(case):
    steps.with_the_unit(case)
    steps.passed(case)
    steps.approved(case, steps.answered(case))
    with in_service("seal_keys"):
        assert Output.objects.exists()
        assert not SecondWord.objects.exists()


@pytest.mark.parametrize("change", ["a marking", "a text", "a pass", "the handler has it again"])
def test_any_change_after_the_approval_voids_it(case, change):
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    steps.approved(case, output)
    assert steps.finished(case).is_approved
    if change == "a marking":
        one = steps.texts(case, case.cleared)[0]
        cuts = [Cut(*span, WITHHOLD, "privilege") for span in split(one.found.text)]
        doing(case.cleared, actions.mark, text=one.found, cuts=cuts, follows=one.marking.number, at=NOW)
    elif change == "a text":
        Person.objects.using("builder").filter(pk=case.person.pk).update(school="Another school")
        doing(case.cleared, actions.gather, request=case.request, at=NOW + timedelta(hours=1))
    elif change == "a pass":
        steps.passed(case, strikes=[Strike("school", "third_party")])
    else:
        doing(case.cleared, actions.give_back, request=case.request, words="Mark the letter again.", at=NOW)
    assert not steps.finished(case).is_approved
    with pytest.raises(actions.NotWhole):
        steps.sent(case, output)
    assert not kept(Sent).exists()


@pytest.mark.parametrize(("also", "may"), [("manage", True), ("decide", True), ("screen", False)])
def test_who_is_cleared_sees_a_request_and_writes_one_down_only_where_they_decide_or_manage(case, also, may):
    by = StaffFactory(hub=case.person.hub, duties=["clear", also])
    with signed_in_as(by):
        row = Request.objects.get(pk=case.request.pk)
    row.pk, row.key, row.reference, row.by = uuid.uuid4(), uuid.uuid4(), "S-another", by
    if may:
        with signed_in_as(by):
            row.save(force_insert=True)
        return
    with pytest.raises(Error, match="row-level security"), signed_in_as(by):
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "what",
    ["its own", "in another's name", "of other bytes", "for another hub", "uncleared", "of one's own answer"],
)
def test_the_database_takes_a_second_word_of_another_cleared_person_alone(case, what):
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    colleague = StaffFactory(hub=case.person.hub, cleared=True)
    by = {"uncleared": case.handler, "of one's own answer": case.maker}.get(what, case.second)
    word = SecondWord(
        hub_id=HubFactory().pk if what == "for another hub" else output.hub_id,
        output=output,
        agreed=True,
        digest="0" * 64 if what == "of other bytes" else output.digest,
        by=colleague if what == "in another's name" else by,
        at=NOW,
    )
    if what == "its own":
        with signed_in_as(by):
            word.save(force_insert=True)
        return
    with pytest.raises(Error, match="row-level security"), signed_in_as(by):
        word.save(force_insert=True)


def test_it_goes_out_once_and_only_as_approved_and_nothing_is_changed_afterwards(case):
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    with pytest.raises(actions.NotWhole):
        steps.sent(case, output)
    with signed_in_as(case.maker), pytest.raises(Error), transaction.atomic():  # past the program
        Sent(
            hub_id=output.hub_id, request=case.request, output=output, recipient=output.recipient,
            how="post", sent_on=NOW.date(), digest=output.digest, by=case.maker, at=NOW,
        ).save(force_insert=True)  # fmt: skip
    steps.approved(case, output)
    assert steps.sent(case, output).pk == steps.sent(case, output).pk
    for who, action, said in (
        (case.handler, actions.gather, {}),
        (case.handler, actions.end_request, {"kind": "withdrawn", "words": "They rang"}),
        (case.cleared, actions.give_back, {"words": "Again"}),
        (case.maker, actions.answer_request, {"follows": 1}),
    ):
        with pytest.raises((actions.NotWhole, PermissionDenied)):
            doing(who, action, request=case.request, at=NOW, **said)
    file = browser(case.maker).get(at("html_file", output.pk))
    assert file.content == steps.finished(case).html
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "okafor" not in file.headers["Content-Disposition"].lower()
    opened = kept(Entry, event="subject_request.answer_opened").get()
    assert opened.detail["digest"] == output.digest


def test_bytes_that_somebody_changed_in_the_database_are_void(case):
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    steps.approved(case, output)
    kept(Output, pk=output.pk).update(recipient="Somebody else")
    assert not steps.finished(case).is_approved


# Who is kept out

WHO = {
    "manager": True,
    "decider": True,
    "cleared": True,
    "screener": False,
    "social_worker": False,
    "second_person": False,
    "auditor": False,
    "administrator": False,
    "answerer": False,
    "barred decider": False,
    "barred cleared": False,
    "decider elsewhere": False,
}


@pytest.mark.parametrize("who", WHO)
def test_who_sees_a_request(case, who):
    duty = who.split()[-1] if who.startswith("barred") else who.split()[0]
    hub = HubFactory() if who.endswith("elsewhere") else case.person.hub
    staff = StaffFactory(hub=hub, **{duty: True})
    if who.startswith("barred"):
        AccessFactory(staff=staff, bars=True, person_id=case.person.pk)
    sees = WHO[who]
    with signed_in_as(staff):
        request = kept(Request).select_related("person").get()
        assert bool(policy.may_see(staff, request)) is sees
        assert kept(Request).filter(policy.seen_by(staff)).exists() is sees
        assert Request.objects.exists() is sees  # row-level security without the filter
        if not sees:
            with pytest.raises(Http404):
                queries.find(staff, request.pk)
    for key in (case.request.pk, uuid.uuid4()):
        status = browser(staff).get(at("request", key)).status_code
        assert status == (200 if sees and key == case.request.pk else 404)


def test_whoever_is_kept_from_the_person_is_given_no_request_and_loses_the_one_they_had(case):
    rival = StaffFactory(hub=case.person.hub, decider=True)
    AccessFactory(staff=rival, bars=True, person_id=case.person.pk)
    with pytest.raises(actions.NotWhole):
        steps.recorded(case, handler=rival)
    steps.seen_and_gathered(case)
    AccessFactory(staff=case.handler, bars=True, person_id=case.person.pk)
    with pytest.raises(PermissionDenied):
        doing(case.handler, actions.gather, request=case.request, at=NOW)
    with signed_in_as(case.handler):
        assert not Found.objects.exists()
    page = browser(case.handler).get(at("requests")).content.decode()
    assert case.request.reference not in page
    other = StaffFactory(hub=case.person.hub, decider=True)
    give = {"request": case.request, "to": other, "why": "A conflict of interest", "at": NOW}
    doing(case.manager, actions.give_to_handler, follows=1, **give)
    with pytest.raises(actions.NotWhole):
        doing(case.manager, actions.give_to_handler, follows=1, **give)
    assert doing(other, actions.gather, request=case.request, at=NOW) == 0


def test_whoever_is_kept_from_a_case_sees_nothing_of_it_that_was_gathered_nor_whose_it_was(case):
    answer = AnswerFactory(enquiry__check_asked__contact=case.told, text="The school saw a bruise.")
    steps.seen_and_gathered(case)
    steps.ask_owners(case)
    of_it = {"agency": answer.enquiry.agency_id, "request": case.request.pk}
    with signed_in_as(case.handler):
        assert Found.objects.filter(**of_it).exists()
        assert OwnerAsked.objects.filter(**of_it).exists()
    AccessFactory(staff=case.handler, bars=True, contact_id=case.told.pk)
    with signed_in_as(case.handler):
        assert Request.objects.filter(pk=case.request.pk).exists()  # it is about the person, and stays theirs
        assert not Found.objects.filter(contact=case.told.pk).exists()
        assert not OwnerAsked.objects.filter(**of_it).exists()


def test_a_handler_who_holds_no_duty_any_more_marks_nothing(case):
    steps.seen_and_gathered(case)
    one = steps.texts(case)[0]
    case.handler.duties = [Duty.SCREEN]
    type(case.handler).objects.using("builder").filter(pk=case.handler.pk).update(duties=[Duty.SCREEN])
    with pytest.raises(PermissionDenied):
        doing(case.handler, actions.gather, request=case.request, at=NOW)
    answer = browser(case.handler).post(at("text", one.found.pk), {"follows": "0", "p0": "give"})
    assert answer.status_code == 404
