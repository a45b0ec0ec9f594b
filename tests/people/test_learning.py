"""What workers decided, learned from: which decisions count, what is proposed, and that only a person adopts it."""

import io
import json
import threading
from collections import defaultdict
from datetime import date, timedelta
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction

from mash.contact import actions as contacts
from mash.contact import queries as told
from mash.contact.models import Answer, ContactPerson, SetBeside
from mash.ledger.models import Entry
from mash.people import actions, decisions, policy, queries, weighing
from mash.people.details import Details, Home
from mash.people.matching import refitting
from mash.people.matching.weights import plain, shipped
from mash.people.models import LearnedWeights, WeightsChoice
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory, SetBesideFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import (
    HouseholdFactory,
    LearnedWeightsFactory,
    PersonFactory,
    ResidentFactory,
    a_known_person,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=1)
BORN = date(2016, 3, 4)
QUAY = Home(("4 Quay Row",), "NF2 3AB")
DANIEL = {"role": "child", "given": "Danial", "family": "Okafor", "born_on": "2016-03-04", "sex": "M"}
ADOPTED, LEFT, SHIPPED = "adopted", "left", "shipped"


@pytest.fixture
def hub():
    return HubFactory(name="Northfield")


@pytest.fixture
def worker(hub):
    return StaffFactory(hub=hub, screener=True)


@pytest.fixture
def manager(hub):
    return StaffFactory(hub=hub, manager=True)


def on_record(hub, given="Daniel", **more):
    said = {"given": given, "family": "Okafor", "born_on": BORN, "sex": "M"}
    return a_known_person(hub, **(said | more))


def told_of(worker, **said):
    contact = ContactFactory(
        hub=worker.hub, people=[DANIEL | {"lines": ["4 Quay Row"], "postcode": "NF2 3AB"} | said]
    )
    with in_service("intake"):
        return ContactPerson.objects.get(contact_id=contact.pk)


def said(worker, who, answer, person=None, not_same=(), at=MONDAY_9AM):
    """Look for somebody and say who they are, as the page does."""
    with signed_in_as(worker):
        about = told.find_person(worker, who.pk)
        search = contacts.look_for(contact_person=about, by=worker, at=at).token
        common = {"contact_person": about, "search": search, "why": "", "by": worker, "at": at}
        if not_same:
            contacts.say_not_the_same(people_ids=[one.pk for one in not_same], **common)
        if answer:
            return contacts.settle(answer=answer, person_id=person.pk if person else None, **common)
        return None


def gathered(hub):
    with in_service("imports"):
        return decisions.gathered(hub.pk)


def labels(hub):
    return [(one.known, [seen.same for seen in one.seen]) for one in gathered(hub).decided]


# Which decisions count


def test_whoever_was_taken_is_the_same_and_whoever_was_seen_and_left_is_not(hub, worker):
    daniel = on_record(hub, addresses=(QUAY,))
    on_record(hub, given="Dora", sex="F", addresses=(QUAY,))  # his twin
    said(worker, told_of(worker), Answer.KNOWN, daniel)
    assert labels(hub) == [(True, [True, False])]
    assert gathered(hub).counts == {"known": 1, "same": 1, "not_same": 1}


def test_how_a_record_compared_is_kept_before_it_takes_over_what_the_contact_says(hub, worker):
    """The record learns the other spelling and the home: looked at now, it would be like the contact in everything."""
    daniel = on_record(hub)
    said(worker, told_of(worker), Answer.KNOWN, daniel)
    (row,) = SetBeside.objects.using("builder").all()
    assert (row.person_id, row.place, row.claimed, row.edition) == (daniel.pk, 1, False, shipped().edition)
    assert "given.same" not in row.levels
    assert not any(code.startswith("postcode") for code in row.levels)
    (one,) = gathered(hub).decided
    assert one.seen[0].levels["given"].code.startswith("given.")
    again = told_of(worker)
    with signed_in_as(worker):
        now = queries.candidates(hub.pk, told.details_of(told.find_person(worker, again.pk)))
    assert now[0].levels["postcode"].code == "postcode.same"


def test_somebody_new_is_none_of_those_who_were_shown(hub, worker):
    on_record(hub)
    said(worker, told_of(worker), Answer.NEW)
    assert labels(hub) == [(False, [False])]


def test_somebody_new_who_was_joined_to_one_shown_since_was_that_one(hub, worker):
    daniel = on_record(hub)
    new = said(worker, told_of(worker), Answer.NEW).person
    with signed_in_as(worker):
        joining = actions.join(person=new, into=daniel, why="Same NHS number", by=worker, at=LATER)
    assert (True, [True]) in labels(hub)
    with signed_in_as(worker):
        actions.separate(joining=joining, why="A cousin after all", by=worker, at=LATER)
    assert labels(hub) == [(False, [False])]


def test_a_word_that_was_taken_back_does_not_count(hub, worker):
    daniel = on_record(hub)
    who = told_of(worker)
    settled = said(worker, who, Answer.KNOWN, daniel)
    with signed_in_as(worker):
        contacts.undo(settlement=settled, by=worker, at=LATER)
    assert gathered(hub).decided == []
    said(worker, who, Answer.NEW, at=LATER)
    assert labels(hub) == [(False, [False])]


def test_cannot_tell_teaches_nothing_but_who_they_are_not(hub, worker):
    one, other = on_record(hub), on_record(hub, given="Danielle", sex="F", addresses=(QUAY,))
    who = told_of(worker)
    said(worker, who, Answer.CANNOT_TELL)
    assert gathered(hub).decided == []
    said(worker, who, None, not_same=[other])
    (found,) = gathered(hub).decided
    assert found.known is None
    assert sorted(map(str, (seen.same for seen in found.seen))) == ["False", "None"]
    assert one
    with signed_in_as(worker):
        (word,) = told.not_same_as(who)
        contacts.undo_not_the_same(said=word, by=worker, at=LATER)
    assert gathered(hub).decided == []


def test_of_two_words_that_say_the_opposite_the_later_counts(hub, worker):
    daniel = on_record(hub)
    who = told_of(worker)
    said(worker, who, Answer.KNOWN, daniel)
    said(worker, who, None, not_same=[daniel], at=LATER)
    assert labels(hub) == [(None, [False])]


def test_whoever_was_denied_and_joined_since_is_the_same_after_all(hub, worker):
    daniel = on_record(hub)
    who = told_of(worker)
    new = said(worker, who, Answer.NEW, not_same=[daniel]).person
    assert labels(hub) == [(False, [False])]
    with signed_in_as(worker):
        actions.join(
            person=new, into=daniel, why="The school has one child of that name", by=worker, at=LATER
        )
    assert (True, [True]) in labels(hub)
    assert (False, [False]) not in labels(hub)


def test_of_a_second_record_that_was_left_nothing_is_learned_unless_somebody_says_so(hub, worker):
    """Both are him: whoever takes one has not said that the other is somebody else."""
    first, second = (on_record(hub, addresses=(QUAY,)) for _ in range(2))
    said(worker, told_of(worker), Answer.KNOWN, first)
    ((_, same),) = labels(hub)
    assert sorted(map(str, same)) == ["None", "True"]
    with signed_in_as(worker):
        actions.tell_apart(one=first, other=second, why="Cousins", by=worker, at=LATER)
    assert (True, [True, False]) in [(known, sorted(seen, reverse=True)) for known, seen in labels(hub)]


def test_two_records_joined_or_told_apart_count_until_it_is_taken_back(hub, worker):
    daniel, twice, cousin = on_record(hub), on_record(hub), on_record(hub, given="Dani")
    with signed_in_as(worker):
        joining = actions.join(person=twice, into=daniel, why="Same school", by=worker, at=MONDAY_9AM)
        apart = actions.tell_apart(one=daniel, other=cousin, why="Cousins", by=worker, at=MONDAY_9AM)
    assert sorted(labels(hub)) == [(False, [False]), (True, [True])]
    assert gathered(hub).counts == {"joined": 1, "apart": 1, "same": 1, "not_same": 1}
    with signed_in_as(worker):
        actions.separate(joining=joining, why="Not so", by=worker, at=LATER)
        actions.take_back_apart(said=apart, by=worker, at=LATER)
    assert gathered(hub).decided == []


def test_whoever_lives_together_stands_in_one_contact_or_was_joined_is_one_household(hub, worker):
    daniel, joel = on_record(hub), on_record(hub, given="Joel", born_on=date(2014, 5, 6))
    said(worker, told_of(worker), Answer.KNOWN, daniel)
    said(worker, told_of(worker, given="Joel", born_on="2014-05-06"), Answer.KNOWN, joel)
    first, second = (one.home for one in gathered(hub).decided)
    assert first != second
    household = HouseholdFactory(hub=hub)
    for person in (daniel, joel):
        ResidentFactory(hub=hub, household=household, person=person)
    first, second = (one.home for one in gathered(hub).decided)
    assert first == second


def test_another_hubs_decisions_are_no_part_of_it(hub, worker):
    other = StaffFactory(screener=True)
    said(other, told_of(other), Answer.KNOWN, on_record(other.hub))
    assert gathered(hub).decided == []
    assert len(gathered(other.hub).decided) == 1


def test_what_was_kept_is_never_changed_and_hidden_from_who_is_kept_from_the_person(hub, worker):
    daniel = on_record(hub)
    said(worker, told_of(worker), Answer.KNOWN, daniel)
    with signed_in_as(worker):
        assert SetBeside.objects.count() == 1
    with pytest.raises(ProgrammingError), signed_in_as(worker):
        SetBeside.objects.update(levels=[])
    kept_away = StaffFactory(hub=hub, whole_desk=True)
    AccessFactory(staff=kept_away, person_id=daniel.pk, contact_id=None, bars=True)
    for staff in (kept_away, StaffFactory(hub=hub, administrator=True), StaffFactory(screener=True)):
        with signed_in_as(staff):
            assert not SetBeside.objects.exists()


# From the command line

NAMESAKE = ["given.same", "family.same", "born.different", "sex.same", "postcode.different"]
MARRIED = ["given.same", "family.different", "born.swapped", "sex.same", "postcode.different"]


def many_decisions(hub, many):
    """Put decisions on record: three in four are known, by another family name and with day and month swapped; a
    namesake stands beside each."""
    for place in range(many):
        (who,) = _people(hub)
        person, namesake = PersonFactory(hub=hub), PersonFactory(hub=hub)
        known = place % 4 != 0
        settled = SettlementFactory(
            contact_person=who, answer="known" if known else "new", person=person, by=StaffFactory(hub=hub)
        )
        beside = {"contact_person": who, "search": settled.search}
        if known:
            SetBesideFactory(person=person, levels=MARRIED, **beside)
        SetBesideFactory(person=namesake, place=2, levels=NAMESAKE, **beside)


def _people(hub):
    contact = ContactFactory(hub=hub, people=[DANIEL])
    with in_service("intake"):
        return list(ContactPerson.objects.select_related("hub").filter(contact_id=contact.pk))


@pytest.fixture
def few_are_enough(monkeypatch):
    """Let it learn from few, and hold every fifth household back, where keys of chance would hold back any number."""
    number = defaultdict(count().__next__)
    monkeypatch.setattr(refitting, "FEWEST", 60)
    monkeypatch.setattr(refitting, "ENOUGH", 5)
    monkeypatch.setattr(refitting, "_drawn", number.__getitem__)


def refitted(**options):
    out = io.StringIO()
    call_command("people", "refit", hub="Northfield", stdout=out, **options)
    return out.getvalue()


def test_it_proposes_and_changes_nothing(hub, few_are_enough):
    many_decisions(hub, 80)
    words = refitted()
    (row,) = LearnedWeights.objects.using("builder").all()
    assert (row.number, row.based_on, row.hub_id) == (1, shipped().edition, hub.pk)
    assert row.weights["levels"]["family.different"] > shipped().levels["family.different"]
    assert row.weights["edition"] == f"{shipped().edition}/1"
    assert "from 80 decisions" in words
    assert "Nobody is recognised by it until" in words
    with in_service("imports"):
        assert weighing.weights_of(hub.pk) == shipped()
    (line,) = Entry.objects.using("builder").filter(event="people.weights_learned")
    assert (line.actor, line.hub_id) == ("service:imports", hub.pk)


def test_it_says_the_figures_as_json_and_the_same_decisions_are_proposed_once(hub, few_are_enough):
    many_decisions(hub, 80)
    found = json.loads(refitted(json=True))
    assert json.loads(refitted(json=True)) == found
    assert LearnedWeights.objects.using("builder").count() == 1
    assert found["hub"] == "Northfield"
    assert found["decisions"] == 80
    assert found["after"]["found"]["n"] == found["before"]["found"]["n"] > 5
    assert {"share", "low", "high", "n"} == set(found["after"]["right"])
    assert found["counts"]["known"] == 60


def test_learned_anew_it_is_measured_beside_what_counts_now(hub, manager, few_are_enough):
    many_decisions(hub, 80)
    refitted()
    first = LearnedWeights.objects.using("builder").get()
    first._state.db = "default"
    choose(manager, ADOPTED, first)
    found = json.loads(refitted(json=True))
    assert (found["number"], found["based_on"], found["beside"]) == (
        2,
        shipped().edition,
        f"{shipped().edition}/1",
    )
    assert found["before"] == found["after"] == first.report["after"]
    assert first.report["before"] != first.report["after"]


def test_learned_twice_at_once_both_are_numbered(hub, few_are_enough, monkeypatch):
    many_decisions(hub, 60)
    start, numbers, count = threading.Barrier(2), [], iter((0.0, 1.0))
    whole = refitting.Refitted.report
    monkeypatch.setattr(
        refitting.Refitted, "report", lambda self: whole(self) | {"needed": next(count)}
    )  # so that they differ

    def learn():
        try:
            start.wait(timeout=10)
            with in_service("imports"):
                numbers.append(actions.learn_weights(hub=hub, at=LATER).number)
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=learn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(numbers) == [1, 2]


def test_what_is_proposed_holds_nothing_of_anybody(hub, few_are_enough):
    many_decisions(hub, 60)
    refitted()
    (row,) = LearnedWeights.objects.using("builder").all()
    said = json.dumps([row.weights, row.report])
    assert "Okafor" not in said
    without_fractions = json.loads(
        said, parse_float=lambda _: None
    )  # in so many digits any four stand together
    assert "2016" not in str(without_fractions)


def test_a_hub_with_too_few_decisions_of_one_kind_or_not_there_is_refused_plainly(
    hub, few_are_enough, monkeypatch
):
    many_decisions(hub, 12)
    with pytest.raises(CommandError, match="Northfield: 12 decisions are too few to learn from: at least 60"):
        refitted()
    monkeypatch.setattr(refitting, "FEWEST", 5)
    SetBeside.objects.using("builder").filter(levels=NAMESAKE).delete()
    with pytest.raises(CommandError, match="both are needed"):
        refitted()
    with pytest.raises(CommandError, match="There is no hub named Nowhere"):
        call_command("people", "refit", hub="Nowhere")
    assert not LearnedWeights.objects.using("builder").exists()


# Adopting


def choose(staff, what, learned=None, *, seen=0, hub=None, at=MONDAY_9AM):
    with signed_in_as(staff):
        return actions.choose_weights(
            hub=hub or staff.hub,
            what=what,
            learned=learned,
            seen=seen,
            why="Read with the team",
            by=staff,
            at=at,
        )


def weights_for(staff, hub=None):
    with signed_in_as(staff):
        return weighing.weights_of((hub or staff.hub).pk)


def test_adopted_they_count_in_the_search_and_for_duplicates_here_and_nowhere_else(hub, worker, manager):
    learned = LearnedWeightsFactory(hub=hub, surer=1.5)
    other = StaffFactory(screener=True)
    for one in (hub, other.hub):
        on_record(one)
    described = Details(given="Daniel", family="Okafor", born_on=BORN)

    def points(staff):
        with signed_in_as(staff):
            return queries.candidates(staff.hub_id, described)[0].points

    before = points(worker)
    choose(manager, ADOPTED, learned)
    assert points(worker) == pytest.approx(before + 1.5)
    assert points(other) == pytest.approx(before)
    on_record(hub)
    with in_service("reminders"):
        actions.look_for_duplicates(hub=hub, at=LATER)
        assert weighing.weights_of(hub.pk).edition == f"{shipped().edition}/1"
    who = told_of(worker)
    said(worker, who, Answer.CANNOT_TELL)
    assert {row.edition for row in SetBeside.objects.using("builder").all()} == {f"{shipped().edition}/1"}


def test_going_back_the_products_edition_counts_and_they_can_be_adopted_again(hub, worker, manager):
    learned = LearnedWeightsFactory(hub=hub)
    choose(manager, ADOPTED, learned)
    choose(manager, SHIPPED, seen=1)
    assert weights_for(worker) == shipped()
    choose(manager, ADOPTED, learned, seen=2)
    assert weights_for(worker).edition == f"{shipped().edition}/1"
    lines = (
        Entry.objects.using("builder").filter(event="people.weights_chosen").order_by("at", "detail__what")
    )
    assert [line.detail["what"] for line in lines].count("adopted") == 2
    assert {line.actor for line in lines} == {f"staff:{manager.pk}"}


def test_left_nothing_changes_and_what_counted_before_goes_on(hub, worker, manager):
    first = LearnedWeightsFactory(hub=hub)
    choose(manager, ADOPTED, first)
    second = LearnedWeightsFactory(hub=hub, number=2)
    choose(manager, LEFT, second, seen=1)
    assert weights_for(worker).edition == f"{shipped().edition}/1"


def test_weights_learned_from_an_edition_that_is_no_more_carried_do_not_count(hub, worker, manager):
    old = LearnedWeightsFactory(hub=hub, based_on="1")
    with pytest.raises(actions.OtherEdition):
        choose(manager, ADOPTED, old)
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_weightschoice (id, hub_id, number, what, learned_id, why, by_id, at) "
            "VALUES (gen_random_uuid(), %s, 1, 'adopted', %s, 'then', %s, %s)",
            [hub.pk, old.pk, manager.pk, MONDAY_9AM],
        )
    assert weights_for(worker) == shipped()


@pytest.mark.parametrize(("same_hub", "duties", "may"), [
    (True, ["administer"], True), (True, ["manage"], True), (True, ["screen", "manage"], True),
    (True, ["screen"], False), (True, ["assess", "decide"], False), (True, ["audit"], False),
    (True, ["analyse"], False), (True, ["answer"], False), (True, ["clear"], False), (True, []  , False),
    (False, ["administer"], False), (False, ["manage"], False),
])  # fmt: skip
def test_who_adopts_and_who_reads_what_was_learned(hub, same_hub, duties, may):
    """The rule, its filter and the wall under both: predicate, filter, and a row written past them."""
    learned = LearnedWeightsFactory(hub=hub)
    staff = StaffFactory(hub=hub, duties=duties) if same_hub else StaffFactory(duties=duties)
    assert bool(policy.may_choose_weights(staff, hub.pk)) is may
    with signed_in_as(staff):
        assert LearnedWeights.objects.filter(policy.learned_seen_by(staff)).exists() is may
        at_desk = bool({"screen", "assess", "decide", "clear", "manage"} & {*duties}) and same_hub
        assert LearnedWeights.objects.exists() is (may or at_desk)  # whoever searches is answered by them
    row = {"hub": hub, "number": 1, "what": ADOPTED, "learned": learned, "why": "x", "by": staff, "at": LATER}
    try:
        with signed_in_as(staff):
            WeightsChoice(**row).save(force_insert=True)
            wrote = True
            transaction.set_rollback(True)
    except ProgrammingError:
        wrote = False
    assert wrote is may
    if may:
        assert choose(staff, ADOPTED, learned).number == 1
    else:
        with pytest.raises(PermissionDenied):
            choose(staff, ADOPTED, learned, hub=hub)


def test_a_program_proposes_and_chooses_nothing_and_a_worker_proposes_nothing(hub, manager):
    learned = LearnedWeightsFactory(hub=hub)
    row = {
        "hub": hub,
        "number": 1,
        "what": ADOPTED,
        "learned": learned,
        "why": "x",
        "by": manager,
        "at": LATER,
    }
    with pytest.raises(ProgrammingError), in_service("imports"):
        WeightsChoice(**row).save(force_insert=True)
    made = {"hub": hub, "number": 2, "based_on": "3", "weights": plain(shipped()), "report": {}, "at": LATER}
    with pytest.raises(ProgrammingError), signed_in_as(manager):
        LearnedWeights(**made).save(force_insert=True)
    with pytest.raises(ProgrammingError), signed_in_as(manager):
        LearnedWeights.objects.update(number=9)


def test_another_hubs_weights_are_not_adopted(hub, manager):
    theirs = LearnedWeightsFactory()
    with pytest.raises(actions.ChosenMeanwhile):
        choose(manager, ADOPTED, theirs)


def test_of_two_who_choose_at_one_moment_one_is_told(hub, worker, manager):
    learned = LearnedWeightsFactory(hub=hub)
    both = [manager, StaffFactory(hub=hub, administrator=True)]
    start, told_so = threading.Barrier(2), []

    def speak(staff, what):
        try:
            start.wait(timeout=10)
            told_so.append(choose(staff, what, learned).what)
        except actions.ChosenMeanwhile:
            told_so.append("meanwhile")
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=speak, args=pair) for pair in zip(both, (ADOPTED, LEFT), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(told_so) == 2
    assert "meanwhile" in told_so
    assert WeightsChoice.objects.using("builder").count() == 1
    adopted = ADOPTED in told_so
    assert weights_for(worker).edition == (f"{shipped().edition}/1" if adopted else shipped().edition)


def test_what_was_learned_anew_meanwhile_is_looked_at_first(hub, manager):
    first = LearnedWeightsFactory(hub=hub)
    LearnedWeightsFactory(hub=hub, number=2)
    with pytest.raises(actions.ChosenMeanwhile):
        choose(manager, ADOPTED, first)
    with pytest.raises(actions.NotInForce):
        choose(manager, SHIPPED)
