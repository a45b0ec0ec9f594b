"""Questions written once: other values each time, and nothing kept of whoever asked first."""

import pytest
from django.db import connection
from django.db.models import CharField, Count, IntegerField, UUIDField

from mash.common.editions import NotHere
from mash.common.identity import READER
from mash.common.prepared import SEVERAL_KEYS, NotOfItsForm, asked_once, prepared
from mash.contact.content import categories
from mash.contact.models import Contact
from mash.contact.policy import readable_by
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Duty
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@prepared(ids=SEVERAL_KEYS, subject=CharField())
def about(ids, subject):
    return Contact.objects.filter(pk__in=ids, subject=subject).select_related("hub").order_by("received_at")


def test_each_asking_has_its_own_values_and_brings_whole_rows(worker):
    child, adult = ContactFactory(hub=worker.hub), ContactFactory(hub=worker.hub, subject="adult")
    with signed_in_as(worker):
        found = {
            subject: about.rows(ids=[child.pk, adult.pk], subject=subject) for subject in ("child", "adult")
        }
        assert found == {"child": [child], "adult": [adult]}
        assert found["child"][0].hub.name == worker.hub.name
        assert about.rows(ids=[], subject="child") == []


def test_it_is_written_once(worker):
    made = []

    @prepared(key=UUIDField())
    def one(form, key):
        made.append(form)
        return Contact.objects.filter(pk=key, subject=form)

    contact = ContactFactory(hub=worker.hub)
    with signed_in_as(worker):
        assert [len(one.rows(form, key=contact.pk)) for form in ("child", "adult", "child")] == [1, 0, 1]
    assert made == ["child", "adult"]


def test_a_plan_is_kept_however_much_else_is_asked_meanwhile(worker):
    contact = ContactFactory(hub=worker.hub)
    asked = prepared(key=UUIDField())(
        lambda key: Contact.objects.filter(pk=key, subject="child").order_by("-pk")
    )
    with signed_in_as(worker):
        for number in range(7):
            assert asked.rows(key=contact.pk) == [contact]
            for other in range(120):
                assert not Contact.objects.filter(reference=f"{number} {other}")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%ORDER BY%id%DESC%'"
            )
            assert [words for (words,) in cursor.fetchall() if "$1" in words and '"reference" =' not in words]


def test_nothing_given_for_a_place_is_refused(worker):
    with signed_in_as(worker), pytest.raises(ValueError, match="subject"):
        about.rows(ids=[], subject=None)


def test_what_can_find_nothing_finds_nothing(worker):
    with signed_in_as(worker):
        assert prepared()(lambda: Contact.objects.filter(pk__in=[])).rows() == []


def test_a_question_that_hangs_on_content_is_refused(worker):
    hangs = prepared()(lambda: Contact.objects.filter(categories__overlap=list(categories())))
    with signed_in_as(worker):
        with pytest.raises(NotHere):
            hangs.rows()
        assert categories()


def test_a_question_that_hangs_on_rows_is_refused(worker):
    hangs = prepared()(
        lambda: Contact.objects.filter(pk__in=list(Contact.objects.values_list("pk", flat=True)))
    )
    with signed_in_as(worker), pytest.raises(NotOfItsForm):
        hangs.rows()


@asked_by_a_worker()
def readable(staff):
    return Contact.objects.filter(readable_by(staff)).order_by("received_at")


def test_two_with_the_same_duties_ask_in_the_same_words_and_each_reads_what_is_theirs(worker):
    other, kept_out = StaffFactory(screener=True), StaffFactory(screener=True, hub=worker.hub)
    here, there = ContactFactory(hub=worker.hub), ContactFactory(hub=other.hub)
    AccessFactory(staff=kept_out, contact_id=here.pk, bars=True)
    found = []
    for staff in (worker, other, kept_out, worker):
        with signed_in_as(staff):
            found.append(readable.rows(staff))
    assert found == [[here], [there], [], [here]]


def test_a_plan_that_is_kept_shows_each_what_is_theirs_whoever_it_was_made_for(worker):
    """PostgreSQL plans anew five times, and then keeps one plan for all."""
    other, kept_out = StaffFactory(screener=True), StaffFactory(screener=True, hub=worker.hub)
    here, there = ContactFactory(hub=worker.hub), ContactFactory(hub=other.hub)
    AccessFactory(staff=kept_out, contact_id=here.pk, bars=True)
    theirs = {worker: [here], other: [there], kept_out: []}
    for role in ["mash_reader"] * 8 + [""] * 8 + ["mash_reader", ""] * 2:
        for staff, contacts in theirs.items():
            with signed_in_as(staff, role=role):
                assert readable.rows(staff) == contacts
    with signed_in_as(worker), connection.cursor() as cursor:
        cursor.execute("SELECT max(generic_plans) FROM pg_prepared_statements")
        assert cursor.fetchone()[0]
    # the rule of the question taken away, what lies beneath still holds
    everything = prepared()(lambda: Contact.objects.order_by("received_at"))
    for _ in range(14):
        for staff, contacts in theirs.items():
            with signed_in_as(staff):
                assert everything.rows() == contacts


def test_a_statement_whose_plan_is_kept_is_still_counted_and_can_be_read(worker, django_assert_num_queries):
    contact = ContactFactory(hub=worker.hub)
    with signed_in_as(worker), django_assert_num_queries(1) as asked:
        about.rows(ids=[contact.pk], subject="child")
    assert contact.pk.hex in asked[0]["sql"]


def test_a_statement_that_counts_can_be_asked_again_as_it_is_read(worker, django_assert_num_queries):
    for subject in ("child", "child", "adult"):
        ContactFactory(hub=worker.hub, subject=subject)
    as_many = prepared(many=IntegerField())(
        lambda many: (
            Contact.objects.values("subject").annotate(n=Count("id")).filter(n=many).values("subject")
        )
    )
    with signed_in_as(worker):
        with django_assert_num_queries(1) as asked:
            assert as_many.rows(many=2) == [{"subject": "child"}]
        with connection.cursor() as cursor:
            cursor.execute(asked[0]["sql"])
            assert cursor.fetchall() == [("child",)]


def test_other_duties_are_another_question(worker):
    ContactFactory(hub=worker.hub)
    answers = StaffFactory(answerer=True, hub=worker.hub)
    with signed_in_as(worker):
        assert len(readable.rows(worker)) == 1
    with signed_in_as(answers):
        assert readable.rows(answers) == []


def test_what_is_open_at_night_is_asked_afresh(worker):
    night = StaffFactory(duties=[Duty.OUT_OF_HOURS], hub=worker.hub)
    red = ContactFactory(hub=worker.hub)
    with signed_in_as(night):
        assert readable.rows(night) == [red]  # nobody has rated it


def test_of_whoever_asks_a_question_learns_the_duties_alone(worker):
    title = asked_by_a_worker()(lambda staff: Contact.objects.filter(organisation=staff.title))
    with signed_in_as(worker), pytest.raises(NotOfItsForm):
        title.rows(worker)


@asked_once(contact=UUIDField())
def one_of(contact):
    return Contact.objects.filter(pk=contact)


def test_a_page_that_only_reads_asks_the_same_once_and_each_page_anew(worker, django_assert_num_queries):
    here, there = ContactFactory(hub=worker.hub), ContactFactory(hub=worker.hub)
    for _ in range(2):
        with signed_in_as(worker, role=READER), django_assert_num_queries(2):
            assert [one_of.rows(contact=key.pk) for key in (here, there, here)] == [[here], [there], [here]]
            one_of.rows(contact=here.pk).clear()
            assert one_of.rows(contact=here.pk) == [here]
    AccessFactory(staff=worker, contact_id=here.pk, bars=True)
    with signed_in_as(worker, role=READER):
        assert one_of.rows(contact=here.pk) == []


def test_whoever_writes_asks_each_time(worker, django_assert_num_queries):
    contact = ContactFactory(hub=worker.hub)
    with signed_in_as(worker), django_assert_num_queries(2):
        assert one_of.rows(contact=contact.pk) == one_of.rows(contact=contact.pk) == [contact]


def test_what_two_posts_ask_on_one_connection_is_never_shared(worker):
    other = StaffFactory(screener=True)
    here = ContactFactory(hub=worker.hub)
    for staff, found in ((worker, [here]), (other, []), (worker, [here]), (other, [])):
        with signed_in_as(staff, role=READER):
            assert one_of.rows(contact=here.pk) == found
