import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mash.common.identity import acting_as
from mash.decision.models import Decision, Dissent, Strategy
from mash.ledger.models import Entry
from mash.sealed.actions import seal
from tests.decision.story import at_risk, decide
from tests.factories.base import browser
from tests.factories.contact import ContactFactory, ReferrerFactory
from tests.factories.decision import (
    DecisionFactory,
    InvolvementFactory,
    agreed,
    one_event,
    ready,
    settle,
    who_is,
)
from tests.factories.partnership import StaffFactory
from tests.factories.triage import GroundFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = {"reasons": "Help is wanted at home.", "what_would_change_it": "A further worry."}
TOLD = {
    "decision_plain": "Help will be offered.",
    "reason_plain": "It fits what is known.",
    "next_plain": "A worker calls.",
    "asked_of_you": "Keep breakfast club open.",
    "would_change_plain": "If it happens again.",
    "worker_phone": "020 7946 0123",
}


CHOSEN = re.compile(r"<input[^>]*\schecked")


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def page(name, *args):
    return reverse(f"decision:{name}", args=args)


def hidden_of(answer):
    """Return what a page carries along, as a browser would send it back."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', answer.content.decode()):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


class Deciding:
    """A decider at the page, step by step, without JavaScript."""

    def __init__(self, by, contact):
        self.client, self.contact, self.address = browser(by), contact, page("decide", contact.pk)
        self.answer = self.client.get(self.address)
        assert self.answer.status_code == 200
        self.sent = {}

    def send(self, step, **typed):
        self.sent = hidden_of(self.answer) | typed | {"step": step}
        self.answer = self.client.post(self.address, self.sent)
        return self.answer

    def chooses(self, outcome, level="2", **typed):
        chosen = {}
        for place in range(len(at_risk(self.contact))):
            chosen |= {f"p{place}_main": outcome, f"p{place}_level": level}
        return self.send("choose", **(chosen | WORDS | {"history_read": "on"} | typed))

    def says(self, step="details", referrers=1, **typed):
        told = {f"t{place}_{gap}": words for place in range(referrers) for gap, words in TOLD.items()}
        return self.send(step, **(told | typed))


def decider(contact, **duties):
    return StaffFactory(hub=contact.hub, **({"decider": True} | duties))


def errors_in(answer):
    return "There is a problem" in answer.content.decode()


def test_nothing_is_chosen_before_the_worker_chooses():
    contact = ready()
    words = Deciding(decider(contact), contact).answer.content.decode()
    assert not CHOSEN.search(words)
    assert words.count('type="radio"') > 10


def test_a_decision_is_made_in_three_pages_and_one_save():
    contact = ready()
    agreed(contact)
    desk = Deciding(decider(contact, duties=["assess"]), contact)
    assert not errors_in(desk.chooses("early_help"))
    desk.says(p0_early_help_lead_agency="School", p0_early_help_accepted_by="Not yet")
    assert "Check the decision" in desk.answer.content.decode()
    assert not kept(Decision).exists()
    answer = desk.send("save")
    decision = kept(Decision).get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == page("page", decision.pk)
    assert decision.made_at


def test_the_save_sent_twice_makes_one_and_going_back_is_harmless():
    contact = ready()
    agreed(contact)
    desk = Deciding(decider(contact), contact)
    desk.chooses("early_help")
    desk.says(p0_early_help_lead_agency="School", p0_early_help_accepted_by="Not yet")
    desk.send("mend")
    assert "Your decision" in desk.answer.content.decode()
    desk.send("choose", **{name: one for name, one in desk.sent.items() if name.startswith("p0_")} | WORDS)
    desk.answer = desk.client.post(desk.address, desk.sent | {"step": "choose"})
    desk.says(p0_early_help_lead_agency="School", p0_early_help_accepted_by="Not yet")
    first = desk.send("save")
    again = desk.client.post(desk.address, desk.sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert kept(Decision).count() == 1
    assert desk.client.get(first.headers["Location"]).status_code == 200


def test_what_is_missing_is_said_beside_its_question():
    contact = ready()
    desk = Deciding(decider(contact), contact)
    answer = desk.send("choose")
    words = answer.content.decode()
    assert errors_in(answer)
    assert "<title>Error:" in words
    assert "Enter reasons for the decision" in words
    assert not kept(Decision).exists()


def test_no_further_action_on_red_stops_first_and_then_waits():
    contact = ready(colour="red")
    desk = Deciding(decider(contact), contact)
    desk.chooses("no_further_action", level="1")
    answer = desk.says()
    assert "Stop and think" in answer.content.decode()
    answer = desk.send("go_on")
    assert "It waits first" in answer.content.decode()
    desk.send("save")
    decision = kept(Decision).get()
    assert decision.made_at is None
    assert decision.needs_second
    assert decision.needs_clearance


def test_going_on_without_agreement_stops_first():
    contact = ready()
    desk = Deciding(decider(contact), contact)
    desk.chooses("early_help")
    more = {"p0_early_help_lead_agency": "School", "p0_early_help_accepted_by": "Not yet"}
    assert errors_in(desk.says(**more))
    answer = desk.says(overrides_agreement="on", **more)
    assert "Stop and think" in answer.content.decode()
    desk.send("go_on")
    desk.send("save")
    assert kept(Decision).get().overrides_agreement


def test_words_that_a_referrer_may_not_have_come_back_to_the_page():
    school = ready()
    agreed(school)
    neighbour = ContactFactory(hub=school.hub, from_public=True, people=[{"role": "sibling", "given": "Zoe"}])
    settle(neighbour)
    ReferrerFactory(contact=neighbour, name="Una Price", email="una@home.example", role="")
    one_event(school, neighbour)
    desk = Deciding(decider(school), school)
    desk.chooses("early_help")
    answer = desk.says(
        p0_early_help_lead_agency="School", p0_early_help_accepted_by="No", t0_next_plain="Una was right."
    )
    assert errors_in(answer)
    assert "member of the public" in answer.content.decode()


def test_a_page_that_has_grown_old_is_shown_anew_and_keeps_what_was_typed():
    contact = ready()
    agreed(contact)
    desk = Deciding(decider(contact), contact)
    InvolvementFactory(person=who_is(at_risk(contact)[0]), tier=3)
    answer = desk.chooses("early_help")
    words = answer.content.decode()
    assert "became known after you opened this page" in words
    assert WORDS["reasons"] in words
    assert "Child in need" in words
    assert not errors_in(desk.chooses("early_help"))


def test_whoever_comes_second_reads_who_decided():
    contact = ready()
    late = Deciding(decider(contact), contact)
    first = decide(contact, decider(contact), "strategy_discussion", at=timezone.now())
    answer = late.chooses("early_help")
    assert f"{first.by.account.name} has decided" in answer.content.decode()


def test_a_worker_who_decides_nothing_here_reads_who_does():
    contact = ready(colour="red")
    screener, social_worker = (StaffFactory(hub=contact.hub, duties=[duty]) for duty in ("screen", "assess"))
    for staff in (screener, social_worker):
        words = Deciding(staff, contact).answer.content.decode()
        assert "decided by the social care decision maker" in words
        assert 'type="radio"' not in words
        assert page("pass", contact.pk) not in words
    InvolvementFactory(person=who_is(at_risk(contact)[0]))
    assert page("pass", contact.pk) in Deciding(screener, contact).answer.content.decode()


def test_somebody_not_settled_is_settled_first():
    contact = ContactFactory()
    words = Deciding(decider(contact), contact).answer.content.decode()
    assert reverse("contact:settle", args=[contact.pk]) in words
    assert "Save" not in words
    settle(contact)


@pytest.mark.parametrize("name", ["decide", "strategy", "pass"])
def test_a_stranger_finds_no_page(name):
    contact = ready()
    stranger = StaffFactory(whole_desk=True)
    assert browser(stranger).get(page(name, contact.pk)).status_code == 404
    assert browser(stranger).get(page(name, uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("name", ["page", "second", "clear", "take_back"])
def test_a_stranger_finds_no_decision(name):
    decision = DecisionFactory(contact=ready(), waiting=True)
    assert browser(StaffFactory(whole_desk=True)).get(page(name, decision.pk)).status_code == 404


def test_the_page_of_a_decision_is_recorded_as_seen():
    decision = decide(contact := ready(), decider(contact), "strategy_discussion")
    answer = browser(StaffFactory(hub=contact.hub, screener=True)).get(page("page", decision.pk))
    words = answer.content.decode()
    assert "Strategy discussion" in words
    assert "Not read yet" in words
    assert "without a coat" in words
    assert kept(Entry, event="contact.seen", about=f"contact.contact:{contact.pk}").exists()
    assert "Okafor" not in re.search("<title>(.*?)</title>", words)[1]


# A second and a cleared person


def waiting_decision():
    contact = ready(colour="red")
    return decide(contact, decider(contact), "no_further_action", at=timezone.now() - timedelta(minutes=5))


def test_what_waits_is_listed_for_whoever_may_answer():
    decision = waiting_decision()
    for duties, listed in ((["approve"], True), (["clear"], True), (["screen"], False)):
        staff = StaffFactory(hub=decision.hub, duties=duties)
        words = browser(staff).get(page("waiting")).content.decode()
        assert (decision.contact.reference in words) is listed


def test_the_list_of_what_waits_asks_the_database_the_same_for_one_and_for_many(django_assert_num_queries):
    first = waiting_decision()
    GroundFactory(contact=first.contact)
    staff = StaffFactory(hub=first.hub, duties=["approve", "manage"])
    client = browser(staff)
    client.get(page("waiting"))
    with django_assert_num_queries(13):
        client.get(page("waiting"))
    for _ in range(3):
        DecisionFactory(contact=ready(hub=first.hub), waiting=True)
        GroundFactory(contact=ready(hub=first.hub))
    with django_assert_num_queries(13):
        client.get(page("waiting"))


def test_a_second_and_a_cleared_person_answer_on_their_pages():
    decision = waiting_decision()
    second, cleared = (StaffFactory(hub=decision.hub, duties=[duty]) for duty in ("approve", "clear"))
    for staff, name in ((second, "second"), (cleared, "clear")):
        client = browser(staff)
        shown = client.get(page(name, decision.pk)).content.decode()
        assert "without a coat" in shown
        assert not CHOSEN.search(shown)
        assert errors_in(client.post(page(name, decision.pk), {}))
        assert client.post(page(name, decision.pk), {"agreed": "yes"}).status_code == 302
        assert client.post(page(name, decision.pk), {"agreed": "yes"}).status_code == 302
    assert kept(Decision).get().made_at


def test_an_approver_is_told_when_something_has_become_known_since():
    decision = waiting_decision()
    client = browser(StaffFactory(hub=decision.hub, second_person=True))
    assert "Something has become known since" not in client.get(page("second", decision.pk)).content.decode()
    InvolvementFactory(person=who_is(at_risk(decision.contact)[0]), tier=3)
    assert "Something has become known since" in client.get(page("second", decision.pk)).content.decode()


def test_sending_back_asks_for_a_reason():
    decision = waiting_decision()
    client = browser(StaffFactory(hub=decision.hub, second_person=True))
    assert errors_in(client.post(page("second", decision.pk), {"agreed": "no"}))
    client.post(page("second", decision.pk), {"agreed": "no", "why": "Two more days were missed."})
    assert kept(Decision).get().turned_down_at
    assert "Two more days" in client.get(page("page", decision.pk)).content.decode()


def seal_something(contact):
    who = who_is(at_risk(contact)[0])
    officer = StaffFactory(hub=contact.hub, answerer=True)
    with acting_as(officer.identity), transaction.atomic():
        seal(
            hub_id=contact.hub_id,
            case=contact.pk,
            agency=officer.agency_id,
            author=officer.pk,
            about="enquiry:none/none",
            people=[who.pk],
            words="MARKER the uncle is under watch",
            at=timezone.now(),
        )


def test_a_cleared_person_is_told_whether_anything_sealed_is_held_and_not_what():
    decision = waiting_decision()
    client = browser(StaffFactory(hub=decision.hub, cleared=True))
    assert "Nothing sealed is held" in client.get(page("clear", decision.pk)).content.decode()
    seal_something(decision.contact)
    words = client.get(page("clear", decision.pk)).content.decode()
    assert "Confidential information is held" in words
    assert "MARKER" not in words


def test_whoever_is_not_cleared_does_not_reach_the_clearing_page():
    decision = waiting_decision()
    for duties in (["approve", "decide", "manage"], ["screen"]):
        answer = browser(StaffFactory(hub=decision.hub, duties=duties)).get(page("clear", decision.pk))
        assert answer.status_code == 403


def same_for_all(words):
    """Take out what differs between any two requests: tokens, one-time keys and how much time is left."""
    words = re.sub(r"<time.*?</time>", "", words, flags=re.DOTALL)
    return re.sub(
        r'(name="(?:csrfmiddlewaretoken|key|kept_for)"[^>]*value=")[^"]+|(value=")[^"]{64}(?=" name="csrf)',
        r"\1",
        words,
    )


def test_an_uncleared_decider_sees_the_same_bytes_whether_or_not_something_is_sealed():
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, duties=["screen", "assess", "decide", "approve", "manage"])
    client, key = browser(by), str(uuid.uuid4())

    def walk():
        """Everything an uncleared decider can ask for, up to the save, which is undone by never sending it."""
        seen = [client.get(page("decide", contact.pk)), client.get(page("waiting"))]
        desk = Deciding.__new__(Deciding)
        desk.client, desk.contact, desk.address = client, contact, page("decide", contact.pk)
        desk.answer, desk.sent = seen[0], {}
        seen += [
            desk.chooses("no_further_action", level="1", key=key),
            desk.says(key=key),
            desk.send("go_on"),
        ]
        seen.append(client.get(page("clear", uuid.uuid4())))
        return [(one.status_code, same_for_all(one.content.decode())) for one in seen]

    without = walk()
    seal_something(contact)
    assert walk() == without


def test_the_snapshot_and_what_waits_are_the_same_whether_or_not_something_is_sealed():
    plain, sealed = ready(colour="amber"), ready(colour="amber")
    seal_something(sealed)
    made = [decide(one, decider(one), "no_further_action") for one in (plain, sealed)]
    assert [one.needs_clearance for one in made] == [True, True]
    assert [one.made_at for one in made] == [None, None]
    shapes = [
        re.sub(r"[0-9a-f-]{36}|NF-TEST-\d+|Worker \d+|S-\d+", "", json.dumps(one.snapshot)) for one in made
    ]
    assert shapes[0] == shapes[1]


# Disagreement, passing on, strategy discussions, turnaround


def test_a_disagreement_is_recorded_once_on_the_page():
    decision = decide(contact := ready(), decider(contact), "strategy_discussion")
    client, key = browser(StaffFactory(hub=contact.hub, screener=True)), str(uuid.uuid4())
    said = {"key": key, "who": "Health", "urgent": "no", "words": "We would wait."}
    for _ in range(2):
        assert client.post(page("disagree", decision.pk), said).status_code == 302
    assert kept(Dissent).count() == 1
    assert "We would wait." in client.get(page("page", decision.pk)).content.decode()
    assert errors_in(client.post(page("disagree", decision.pk), said | {"who": ""}))


def test_an_open_case_is_passed_on_from_its_page():
    contact = ready()
    InvolvementFactory(person=who_is(at_risk(contact)[0]))
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    shown = client.get(page("pass", contact.pk))
    assert "Bea Lund" in shown.content.decode()
    answer = client.post(page("pass", contact.pk), hidden_of(shown) | {"words": ""})
    assert answer.status_code == 302
    assert kept(Decision).get().made_at


def test_a_contact_without_an_open_case_says_so_instead():
    contact = ready()
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    shown = client.get(page("pass", contact.pk))
    answer = client.post(page("pass", contact.pk), hidden_of(shown) | {"words": ""})
    assert "has no open case" in answer.content.decode()


def test_a_strategy_discussion_is_recorded_and_its_record_sent():
    contact = ready(colour="red")
    client = browser(StaffFactory(hub=contact.hub, social_worker=True))
    shown = client.get(page("strategy", contact.pk))
    said = hidden_of(shown) | {
        "held_on-day": "2",
        "held_on-month": "11",
        "held_on-year": "2025",
        "held_time": "14:30",
        "chair": "Rosa Klein",
        "chair_role": "team_manager",
        "children": str(at_risk(contact)[0].pk),
        "information": "What each agency knew.",
        "decisions": "A joint visit.",
        "section_47": "no",
        "a0_agency": "childrens_social_care",
        "a0_name": "Rosa Klein",
        "a1_agency": "police",
        "a1_name": "DS Kerr",
        "d0_what": "Visit together",
        "d0_who": "Rosa Klein",
    }
    refused = client.post(page("strategy", contact.pk), said)
    assert "A strategy discussion needs health." in refused.content.decode()
    nobody_knows_whose = client.post(page("strategy", contact.pk), said | {"a2_name": "Dr Ng"})
    assert "Choose the agency of Dr Ng" in nobody_knows_whose.content.decode()
    assert 'href="#id_a2_agency"' in nobody_knows_whose.content.decode()
    whole = said | {"a2_agency": "gp", "a2_name": "Dr Ng"}
    answers = [client.post(page("strategy", contact.pk), whole) for _ in range(2)]
    assert {one.status_code for one in answers} == {302}
    strategy = kept(Strategy).get()
    words = client.get(page("strategy_page", strategy.pk)).content.decode()
    assert "Overdue" in words
    assert "Dr Ng" in words
    client.post(page("strategy_page", strategy.pk), {"how": "Secure e-mail to all three"})
    assert kept(Strategy).get().record_sent_at


def test_turnaround_shows_every_figure_with_its_definition():
    contact = ready()
    client = browser(StaffFactory(hub=contact.hub, duties=["manage"]))
    asked = {f"{name}-{box}": part for name in ("from_on", "until_on") for box, part in
             (("day", "2"), ("month", "11"), ("year", "2026"))}  # fmt: skip
    for query in ({}, asked):
        words = client.get(page("turnaround"), query).content.decode()
        assert words.count("Receipt to first rating") == 2
        assert "What each figure means" in words
    assert browser(StaffFactory(hub=contact.hub, screener=True)).get(page("turnaround")).status_code == 403
