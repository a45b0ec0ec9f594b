"""A service is handed somebody and says what it makes of it; it and the hub's records agree, whoever is first."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404

from mash.decision import actions as decision
from mash.decision import queries as decisions
from mash.decision.models import Accepted, PassedBack, Reopening
from mash.handover import actions, queries
from mash.handover.composing import IN_CONFIDENCE, digest_of
from mash.handover.models import Carried, Pack, PackChase, PackSeen, Remark, Word
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.people.models import Involvement
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.handover import story
from tests.handover.story import DAY, HOUR

pytestmark = pytest.mark.usefixtures("transactional_db")


def tell():
    made = story.decided()
    service = story.a_service(made.hub)
    return made, service, story.send(made, service)


@pytest.fixture
def sent(told_once):
    return told_once(tell)


def rows(model):
    return model.objects.using("builder")


def by_telephone(made, what, by=None, *, at=MONDAY_9AM + 2 * HOUR):
    """Have a worker of the hub write down what a service said by telephone."""
    by = by or story.a_worker(made)
    with signed_in_as(by):
        outcome, today = story.outcome_for(by, made), at.date()
        if what == "accepted":
            return decision.accept_hand_over(
                outcome=outcome, service="Family Help", said_by="Their manager", from_on=today,
                until_on=today + 84 * DAY, by=by, at=at,
            )  # fmt: skip
        return decision.pass_back(
            outcome=outcome, service="Family Help", said_by="Their manager", told_on=today, reason="no_room",
            words="Full.", by=by, at=at,
        )  # fmt: skip


# The pack


def test_a_pack_is_frozen_with_its_digest_and_edition_and_never_says_whether_something_is_sealed(sent):
    made, _, pack = sent
    body = json.loads(pack.body)
    assert (pack.edition, pack.digest) == (1, digest_of(pack.body))
    assert body["in_confidence"] == IN_CONFIDENCE
    assert [one["heading"] for one in body["passages"]][:2] == ["What was decided", "Why"]
    assert made.reasons in pack.body
    with pytest.raises(Exception, match="permission denied"), signed_in_as(story.a_worker(made)):
        Pack.objects.filter(pk=pack.pk).update(body="{}")


def test_what_a_worker_leaves_out_is_not_in_the_bytes_and_is_named():
    made = story.decided()
    pack = story.send(made, story.a_service(made.hub), left_out=["reasons"])
    assert made.reasons not in pack.body
    assert "Why" in pack.left_out


def test_words_that_may_not_leave_the_hub_stop_it_and_nothing_goes():
    made = story.decided()
    with pytest.raises(actions.NotWhole, match="held in confidence"):
        story.send(made, story.a_service(made.hub), words="There is sealed intelligence on him.")
    assert not rows(Pack).exists()


def test_a_page_that_has_grown_old_sends_nothing():
    made = story.decided()
    with pytest.raises(actions.NotWhole, match="Read it once more"):
        story.send(made, story.a_service(made.hub), seen="of another page")


def test_the_same_form_twice_sends_once_and_a_second_form_is_told_who_was_first(sent):
    made, service, _ = sent
    with pytest.raises(actions.NotWhole, match="has sent this already"):
        story.send(made, service)
    key, other = uuid.uuid4(), story.decided()
    there = story.a_service(other.hub)
    assert story.send(other, there, key=key).pk == story.send(other, there, key=key).pk


def test_the_service_hears_by_an_e_mail_that_names_nobody(sent):
    made, _, pack = sent
    mail = rows(Email).get(to="inbox@service.example")
    assert pack.reference in mail.subject
    assert "Daniel" not in mail.subject + mail.body
    assert made.reasons not in mail.body


@pytest.mark.parametrize(("colour", "due"), [("red", "2026-11-03T00:00"), ("amber", "2026-11-03")])
def test_a_red_one_is_answered_the_same_day_and_any_other_within_a_working_day(colour, due):
    made = story.decided("child_and_family_assessment", colour=colour)
    pack = story.send(made, story.a_service(made.hub, "childrens_social_care"))
    assert pack.due_at.isoformat().startswith(due)


# What the service says


def test_opening_it_is_a_receipt_once_a_worker(sent):
    _, service, pack = sent
    for _ in range(2):
        with signed_in_as(service, role="mash_reader"):
            actions.see(pack=story.received(service, pack), by=service, at=MONDAY_9AM + HOUR)
    assert rows(PackSeen).count() == 1
    assert rows(Entry).filter(event="hand_over.seen").count() == 2


def test_accepted_by_a_named_worker_it_is_an_open_case_in_the_hubs_records(sent):
    _, service, pack = sent
    story.accept(service, pack, worker_email="bea@service.example")
    assert not rows(Accepted).exists()  # the service writes nothing of the case
    story.follow()
    (work,) = rows(Involvement)
    assert (work.agency, work.worker_name, work.tier, work.source) == (
        service.agency.name,
        "Bea Lund",
        2,
        "decision",
    )
    assert rows(Accepted).get().by_id == service.pk
    assert "own page" in rows(Accepted).get().said_by
    story.follow()
    assert rows(Involvement).count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"worker_name": " "}, "who works"),
        ({"from_on": (MONDAY_9AM - DAY).date()}, "between the decision and today"),
        ({"from_on": (MONDAY_9AM + DAY).date()}, "between the decision and today"),
        ({"until_on": MONDAY_9AM.date()}, "later than the first"),
        ({"until_on": (MONDAY_9AM + 400 * DAY).date()}, "at most"),
    ],
)
def test_what_is_not_whole_is_refused(sent, changes, says):
    _, service, pack = sent
    with pytest.raises(actions.NotWhole, match=says):
        story.accept(service, pack, **changes)
    assert story.word_of(pack) is None


def test_returned_with_reasons_the_case_is_on_the_line_again_from_that_day(sent):
    _, service, pack = sent
    story.return_it(service, pack)
    story.follow()
    back = rows(PassedBack).get()
    assert (back.service, back.reason, back.by_id) == (service.agency.name, "no_room", service.pk)
    assert rows(Reopening).get().kind == "back"
    with pytest.raises(actions.AlreadySaid, match="returned"):
        story.accept(service, pack)


def test_a_question_and_its_answer_are_kept_and_the_clock_goes_on(sent):
    made, service, pack = sent
    key = uuid.uuid4()
    for _ in range(2):
        with signed_in_as(service):
            actions.ask(
                pack=story.received(service, pack), key=key, words="Which school?", by=service, at=MONDAY_9AM
            )
    by = story.a_worker(made)
    with signed_in_as(by):
        state = queries.find_at_hub(by, pack.pk)
        assert state.asked
        actions.answer_question(
            pack=state.pack, key=uuid.uuid4(), words="Fernbank.", by=by, at=MONDAY_9AM + HOUR
        )
        assert [one.words for one in queries.remarks_of(state.pack)] == ["Which school?", "Fernbank."]
        assert queries.find_at_hub(by, pack.pk).waits
    assert rows(Pack).get().due_at == pack.due_at


@pytest.mark.parametrize("words", ["Intelligence is held on his uncle.", "She is at 14 Larch Road."])
def test_an_answer_holds_nothing_that_may_not_leave_the_hub(words):
    from tests.factories.contact import ContactPersonFactory

    made = story.decided()
    pack = story.send(made, story.a_service(made.hub))
    contact = rows(type(made.contact)).select_related("hub").get(pk=made.contact_id)
    contact._state.db = contact.hub._state.db = "default"
    ContactPersonFactory(contact=contact, role="other", given="Ann", family="Rowe", protected=True)
    by = story.a_worker(made)
    with pytest.raises(actions.NotWhole, match="Take out"), signed_in_as(by):
        found = queries.find_at_hub(by, pack.pk).pack
        actions.answer_question(pack=found, key=uuid.uuid4(), words=words, by=by, at=MONDAY_9AM)
    assert not rows(Remark).exists()


# One word wins


def test_the_hub_is_told_where_the_service_was_first(sent):
    made, service, pack = sent
    story.accept(service, pack)
    with pytest.raises(decision.NotWhole, match="was first: accepted"):
        by_telephone(made, "returned")
    story.follow()
    assert not rows(PassedBack).exists()


def test_the_service_is_told_where_the_hub_was_first(sent):
    made, service, pack = sent
    by_telephone(made, "returned")
    with pytest.raises(actions.AlreadySaid, match="at the hub was first: returned"):
        story.accept(service, pack)
    story.follow()
    assert not rows(Involvement).exists()


def test_a_call_and_the_page_agree(sent):
    made, _, pack = sent
    by_telephone(made, "accepted")
    assert (story.word_of(pack).kind, story.word_of(pack).by_hub) == ("accepted", True)


def test_once_it_accepted_a_service_may_still_pass_somebody_back_by_telephone(sent):
    made, service, pack = sent
    story.accept(service, pack)
    story.follow()
    by_telephone(made, "returned", at=MONDAY_9AM + 5 * HOUR)
    assert rows(PassedBack).exists()


def test_of_two_at_once_exactly_one_word_wins(sent):
    made, service, pack = sent
    by, said, gate = story.a_worker(made), [], threading.Barrier(2)

    def run(work):
        gate.wait()
        try:
            work()
            said.append("did")
        except (actions.AlreadySaid, decision.NotWhole) as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    works = [lambda: story.accept(service, pack), lambda: by_telephone(made, "returned", by)]
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    story.follow()
    assert sorted(one == "did" for one in said) == [False, True]
    assert any("was first" in one for one in said)
    assert rows(Involvement).exists() != rows(PassedBack).exists()


def test_reopened_what_waits_is_taken_back_and_the_service_learns_no_reason(sent):
    made, service, pack = sent
    by = story.a_worker(made)
    with signed_in_as(by):
        decision.reopen(
            decision=decisions.find(by, made.pk),
            kind="wrong",
            why="Her uncle was overlooked.",
            by=by,
            at=MONDAY_9AM + HOUR,
        )
    word = story.word_of(pack)
    assert word.kind == "withdrawn"
    assert "uncle" not in word.words
    with pytest.raises(actions.AlreadySaid):
        story.accept(service, pack)


def test_reopened_between_the_word_and_the_records_the_hub_has_the_case(sent):
    made, service, pack = sent
    story.accept(service, pack)
    by = story.a_worker(made)
    with signed_in_as(by):
        decision.reopen(
            decision=decisions.find(by, made.pk),
            kind="wrong",
            why="Overlooked.",
            by=by,
            at=MONDAY_9AM + 2 * HOUR,
        )
    story.follow()
    assert not rows(Involvement).exists()
    assert "reopened" in rows(Carried).get().trouble


def test_taken_back_it_goes_to_another_service_as_the_next_edition(sent):
    made, _, pack = sent
    by = story.a_worker(made)
    with signed_in_as(by):
        actions.take_back_pack(
            pack=queries.find_at_hub(by, pack.pk).pack,
            why="Sent to the wrong team.",
            by=by,
            at=MONDAY_9AM + HOUR,
        )
    other = story.a_service(made.hub)
    assert story.send(made, other).edition == 2


# Chasing


def test_a_service_is_reminded_before_when_due_and_each_day_with_the_reference_alone(sent):
    _, _, pack = sent
    found = rows(Pack).select_related("by__account").get()
    found._state.db = "default"
    moments = [
        pack.due_at - timedelta(hours=3),
        pack.due_at - timedelta(hours=1),
        pack.due_at,
        pack.due_at + HOUR,
        pack.due_at + DAY,
    ]
    from mash.common.editions import content_of

    for at in moments:
        with in_service("reminders"), content_of(pack.hub_id):
            actions.chase_when_due(pack=found, at=at)
    assert list(rows(PackChase).order_by("at").values_list("step", flat=True)) == ["before", "due", "1"]
    assert all("Daniel" not in one.subject + one.body for one in rows(Email))


# Who sees what


def test_a_service_sees_what_is_handed_to_it_and_nothing_else_of_the_case(sent):
    from mash.contact.models import Contact
    from mash.decision.models import Decision, Outcome
    from mash.people.models import Person

    _, service, _ = sent
    with signed_in_as(service):
        assert Pack.objects.count() == 1
        assert not any(model.objects.exists() for model in (Contact, Decision, Outcome, Person, Involvement))


@pytest.mark.parametrize("who", ["another agency", "no duty", "another hub", "kept out"])
def test_nobody_else_sees_a_hand_over(sent, who):
    from tests.factories.partnership import AccessFactory, HubFactory

    made, service, pack = sent
    other = {
        "another agency": lambda: story.a_service(made.hub),
        "no duty": lambda: StaffFactory(hub=made.hub, agency=service.agency, duties=[]),
        "another hub": lambda: StaffFactory(hub=HubFactory(), agency=service.agency, duties=["answer"]),
        "kept out": lambda: StaffFactory(hub=made.hub, agency=service.agency, duties=["answer"]),
    }[who]()
    if who == "kept out":
        AccessFactory(staff=other, contact_id=made.contact_id, bars=True)
    with signed_in_as(other):
        assert not Pack.objects.exists()
        with pytest.raises(Http404):
            queries.find_received(other, pack.pk)


def test_a_service_writes_no_word_on_what_is_not_its_own(sent):
    made, service, pack = sent
    other = story.a_service(made.hub)
    forged = Word(
        hub_id=made.hub_id,
        pack_id=pack.pk,
        kind="returned",
        by_hub=False,
        words="No.",
        by=other,
        at=MONDAY_9AM,
    )
    with pytest.raises(Exception, match="row-level security"), signed_in_as(other):
        forged.save(force_insert=True)
    as_hub = Word(
        hub_id=made.hub_id,
        pack_id=pack.pk,
        kind="withdrawn",
        by_hub=True,
        words="No.",
        by=service,
        at=MONDAY_9AM,
    )
    with pytest.raises(Exception, match="row-level security"), signed_in_as(service):
        as_hub.save(force_insert=True)


def test_who_screens_at_night_or_works_elsewhere_sends_nothing():
    made = story.decided()
    service = story.a_service(made.hub)
    with pytest.raises((PermissionDenied, Http404)):
        story.send(made, service, StaffFactory(hub=made.hub, duties=["out_of_hours"]))
    with pytest.raises((PermissionDenied, Http404)):
        story.send(made, service, service)
