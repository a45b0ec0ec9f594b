"""What is recorded of an adult at risk: of them alone, in words, with the hub's own clocks."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from mash.triage.actions import NotAnAdult, NotSaid, record_capacity, record_test, record_wishes
from mash.triage.adults import adults_of, clocks_by_subject, record_of
from mash.triage.models import Capacity, ThreePartTest, Wishes
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import RatingFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")

FAMILY = [
    {"role": "child", "given": "Tyler", "family": "Brandt", "born_on": "2014-09-17"},
    {"role": "adult_at_risk", "given": "Maud", "family": "Brandt", "born_on": "1941-02-11"},
    {"role": "parent_or_carer", "given": "Lorna", "family": "Brandt", "born_on": "1979-06-03"},
]
TEST = {
    "needs": "yes",
    "needs_words": "Cannot wash or dress alone.",
    "harm": "yes",
    "harm_words": "No food within reach on three visits.",
    "protect": "yes",
    "protect_words": "Cannot leave the room.",
}
WANTS = {"asked": "adult", "words": "I want to stay here, but dry."}
ABLE = {"decision": "Whether to share this", "finding": "assumed", "words": "Nothing suggests otherwise."}
LACKS = {
    "finding": "lacks",
    "assessed_by": "Dr Siddiqui, 2 November",
    "decides_for_them": "Her attorney, Lorna",
}
LATER = MONDAY_9AM + timedelta(hours=1)


def a_case(**more):
    return ContactFactory(**{"subject": "both", "people": FAMILY, **more})


def worker(contact):
    return StaffFactory(hub=contact.hub, screener=True)


def adult_in(contact, ref="p2"):
    person = who(contact, ref)
    person.contact, person.hub = contact, contact.hub
    return person


def doing(by, act, at=LATER, **said):
    with signed_in_as(by):
        return act(by=by, at=at, **said)


def record(contact, by=None, *, test=TEST, wants=WANTS, able=ABLE, at=LATER):
    """Record all three of an adult, as far as they are given."""
    by, about = by or worker(contact), adult_in(contact)
    for act, said in ((record_test, test), (record_wishes, wants), (record_capacity, able)):
        if said:
            doing(by, act, at, about=about, **said)


def rows(model):
    return list(model.objects.using("builder").all())


@pytest.mark.parametrize(
    ("changes", "answered", "met"),
    [
        ({}, True, True),
        ({"needs": "no"}, True, False),
        ({"harm": "no"}, True, False),
        ({"protect": "no"}, True, False),
        ({"protect": "not_known"}, False, False),
    ],
)
def test_the_test_is_met_when_all_three_parts_are(changes, answered, met):
    made = doing(worker(contact := a_case()), record_test, about=adult_in(contact), **TEST | changes)
    assert (made.is_answered, made.is_met) == (answered, met)


@pytest.mark.parametrize("part", ["needs_words", "harm_words", "protect_words"])
def test_each_part_is_put_into_words(part):
    contact = a_case()
    with pytest.raises(NotSaid, match=part):
        doing(worker(contact), record_test, about=adult_in(contact), **TEST | {part: "  "})


@pytest.mark.parametrize("ref", ["p1", "p3"])
@pytest.mark.parametrize(
    ("act", "said"), [(record_test, TEST), (record_wishes, WANTS), (record_capacity, ABLE)]
)
def test_it_is_recorded_of_the_adult_and_never_of_a_child_or_a_parent(ref, act, said):
    contact = a_case()
    with pytest.raises(NotAnAdult):
        doing(worker(contact), act, about=adult_in(contact, ref), **said)


def test_the_database_holds_that_too():
    contact = a_case()
    by, parent = worker(contact), adult_in(contact, "p3")
    row = Wishes(hub=contact.hub, contact=contact, about=parent, asked="adult", words="x", by=by, at=LATER)
    with signed_in_as(by), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Wishes.objects.bulk_create([row])


@pytest.mark.parametrize("missing", ["assessed_by", "decides_for_them"])
def test_who_lacks_capacity_has_somebody_named_who_assessed_it_and_who_decides(missing):
    contact = a_case()
    with pytest.raises(NotSaid, match=missing):
        doing(worker(contact), record_capacity, about=adult_in(contact), **ABLE | LACKS | {missing: ""})
    made = doing(worker(contact), record_capacity, about=adult_in(contact), **ABLE | LACKS)
    assert made.decides_for_them == "Her attorney, Lorna"


def test_whoever_speaks_for_them_is_named():
    contact = a_case()
    with pytest.raises(NotSaid, match="spoken_for_by"):
        doing(worker(contact), record_wishes, about=adult_in(contact), **WANTS | {"asked": "advocate"})


def test_the_same_form_twice_records_once_and_the_newest_counts():
    contact = a_case()
    by, key = worker(contact), uuid.uuid4()
    for _ in range(2):
        doing(by, record_test, about=adult_in(contact), key=key, **TEST)
    assert len(rows(ThreePartTest)) == 1
    doing(by, record_test, LATER + timedelta(hours=1), about=adult_in(contact), **TEST | {"harm": "no"})
    with signed_in_as(by):
        assert not record_of(adult_in(contact), LATER).test.is_met
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ThreePartTest.objects.update(harm="yes")


@pytest.mark.parametrize(
    ("duties", "here", "barred", "reads"),
    [
        (["screen"], True, False, True),
        (["screen"], True, True, False),
        (["answer"], True, False, False),
        (["screen", "decide"], False, False, False),
        ([], True, False, False),
    ],
)
def test_who_reads_and_records_it(duties, here, barred, reads):
    contact = a_case()
    record(contact)
    reader = StaffFactory(hub=contact.hub if here else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, bars=True, contact_id=contact.pk)
    with signed_in_as(reader):
        assert [model.objects.exists() for model in (ThreePartTest, Wishes, Capacity)] == [reads] * 3
    address = reverse("triage:adult", args=[contact.pk, adult_in(contact).pk])
    assert browser(reader).get(address).status_code == (200 if reads else 404)
    if not reads:
        with pytest.raises(PermissionDenied):
            doing(reader, record_wishes, about=adult_in(contact), **WANTS)


def test_the_limits_for_an_adult_are_the_hubs_own_and_end_when_they_are_asked_and_the_test_is_answered():
    contact = a_case()
    by = worker(contact)
    with signed_in_as(by):
        (record_,) = adults_of(contact, LATER)
    assert [label for label, _ in record_.clocks] == ["Asked what they want", "Three-part test answered"]
    assert all(clock.ended_at is None for _, clock in record_.clocks)
    record(contact, by)
    with signed_in_as(by):
        assert [clock.ended_at for _, clock in record_of(adult_in(contact), LATER).clocks] == [LATER, LATER]


def test_where_asking_is_unsafe_that_limit_does_not_run():
    contact = a_case()
    by = worker(contact)
    record(contact, by, test=None, able=None, wants=WANTS | {"asked": "unsafe", "words": "He listens in."})
    with signed_in_as(by):
        labels = [label for label, _ in record_of(adult_in(contact), LATER).clocks]
    assert labels == ["Three-part test answered"]


def test_a_child_and_an_adult_in_one_contact_each_keep_their_own_clock():
    contact = a_case()
    RatingFactory(contact=contact, colour="amber")
    with signed_in_as(worker(contact)):
        child, adult = clocks_by_subject(contact, LATER)
    assert (child[0], adult[0]) == ("Child", "Adult")
    assert child[1].due_at < adult[1].due_at  # one working day, and two


def test_the_page_records_each_part_keeps_what_was_typed_and_preselects_nothing():
    contact = a_case()
    client, adult = browser(worker(contact)), adult_in(contact)
    address = reverse("triage:adult", args=[contact.pk, adult.pk])
    page = client.get(address).content.decode()
    assert " checked" not in page
    typed = {"part": "test", "test-key": str(uuid.uuid4())} | {
        f"test-{name}": said for name, said in TEST.items()
    }
    answer = client.post(address, typed | {"test-harm": ""}).content.decode()
    assert "Cannot wash or dress alone." in answer
    assert "Error: " in answer
    assert not rows(ThreePartTest)
    page = client.post(address, typed, follow=True).content.decode()
    assert "all three parts are met" in page
    lacking = {"part": "capacity", "capacity-key": str(uuid.uuid4())}
    lacking |= {f"capacity-{name}": said for name, said in (ABLE | {"finding": "lacks"}).items()}
    assert "Enter who decides for them" in client.post(address, lacking).content.decode()
    assert client.post(address, {"part": "other"}).status_code == 404
    assert client.get(reverse("triage:adult", args=[contact.pk, who(contact, "p3").pk])).status_code == 404
    triage = client.get(reverse("triage:page", args=[contact.pk])).content.decode()
    assert "Adult at risk: BRANDT, Maud" in triage
    assert "Each by their own clock" in triage
