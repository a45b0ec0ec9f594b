"""Telling a school of domestic abuse: when it is due, what goes, who reads it, and that opening it is the receipt."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import ContactPerson
from mash.decision import policy, schools
from mash.decision.actions import schooling as actions
from mash.decision.models import SchoolNotice, SchoolNoticeSeen
from mash.decision.queries import schools as queries
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.triage import fixed
from mash.triage.actions import NotAFact, record_clock_fact
from mash.triage.reading import ClockFact
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, ReferrerFactory
from tests.factories.decision import SchoolNoticeFactory
from tests.factories.directory import NamedContactFactory
from tests.factories.partnership import (
    AccessFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timedelta(hours=1)
ABUSE = {"categories": ["domestic_abuse_in_home"], "police": True}
AMA = {"role": "child", "given": "Ama", "family": "Boateng", "born_on": "2014-01-02"}
HOME = {"lines": ["14 Tern Row"], "postcode": "NF1 1ZZ", "phones": ["020 7946 0123"]}
MOTHER = {"role": "parent_or_carer", "given": "Esi", "family": "Boateng"}


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def school(worker):
    agency = AgencyFactory(name="Fernbank Primary")
    MembershipFactory(hub=worker.hub, agency=agency, email="key.adult@fernbank.example")
    return agency


@pytest.fixture
def key_adult(worker, school):
    return StaffFactory(hub=worker.hub, agency=school, answerer=True)


@pytest.fixture
def contact(worker):
    return ContactFactory(
        hub=worker.hub,
        received_at=timezone.now(),
        event_at=timezone.now(),
        people=[AMA, MOTHER | HOME],
        **ABUSE,
    )


def child_of(contact, role="child"):
    found = (
        ContactPerson.objects.using("builder").select_related("contact__hub").get(contact=contact, role=role)
    )
    found._state.db = "default"
    return found


def notice_to(school, **other):
    return actions.Notice(
        agency=school,
        was_there="They were there.",
        police_contact="Harm reduction unit, 020 7946 0900",
        **other,
    )


def tell(worker, contact, school, **other):
    with signed_in_as(worker):
        child = queries.find_child(worker, child_of(contact).pk)
        return actions.tell_school(
            child=child, notice=notice_to(school, **other), by=worker, at=timezone.now()
        )


def rows_of(worker, contact):
    with signed_in_as(worker):
        contact.refresh_from_db()
        return queries.to_tell(contact)


def say(worker, contact, what, words="", about="Ama"):
    with signed_in_as(worker):
        contact.refresh_from_db()
        said = [one for one in fixed.can_be_said(contact) if (one.clock, one.what) == (fixed.SCHOOL, what)]
        code = next(one.code for one in said if one.about is None or about in str(one.about))
        at = timezone.now()
        return record_clock_fact(contact=contact, code=code, happened_at=at, words=words, by=worker, at=at)


# When the next day starts


@pytest.mark.parametrize(
    ("after", "starts"),
    [
        (
            datetime(2026, 11, 24, 3, tzinfo=UTC),
            datetime(2026, 11, 24, 8, 45, tzinfo=UTC),
        ),  # a Tuesday, at night
        (
            datetime(2026, 11, 24, 8, 45, tzinfo=UTC),
            datetime(2026, 11, 25, 8, 45, tzinfo=UTC),
        ),  # as it starts
        (datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 30, 8, 45, tzinfo=UTC)),  # over a weekend
        (
            datetime(2026, 4, 2, 20, tzinfo=UTC),
            datetime(2026, 4, 7, 7, 45, tzinfo=UTC),
        ),  # Easter, summer time
    ],
)
def test_the_next_school_day_is_no_weekend_and_no_bank_holiday(after, starts):
    assert schools.next_start(after, time(8, 45)) == starts


def test_the_clock_begins_when_the_police_attended_and_ends_when_the_school_opens_it(
    worker, contact, school, key_adult
):
    (row,) = rows_of(worker, contact)
    assert row.clock.started_at == contact.event_at
    assert row.clock.due_at == schools.next_start(contact.event_at, queries.day_starts())
    assert row.told_at is None
    sent = tell(worker, contact, school)
    assert rows_of(worker, contact)[0].told_at is None  # sent is not told
    assert browser(worker).get(reverse("decision:school_notice", args=[sent.pk])).status_code == 200
    assert rows_of(worker, contact)[0].told_at is None  # nor is it told when the desk looks at it
    assert browser(key_adult).get(reverse("decision:school_notice", args=[sent.pk])).status_code == 200
    (row,) = rows_of(worker, contact)
    (seen,) = SchoolNoticeSeen.objects.using("builder").all()
    assert (row.told_at, seen.staff_id) == (seen.at, key_adult.pk)


def test_where_another_tells_of_it_the_clock_waits_for_the_police_to_have_attended(worker):
    contact = ContactFactory(hub=worker.hub, categories=["domestic_abuse_in_home"], people=[AMA])
    assert rows_of(worker, contact)[0].clock is None
    page = browser(worker).get(reverse("triage:clocks", args=[contact.pk])).content.decode()
    assert "when somebody records that the police attended" in page
    say(worker, contact, fixed.STARTED)
    assert rows_of(worker, contact)[0].clock is not None


@pytest.mark.parametrize(
    ("change", "children"),
    [
        ({}, 1),
        ({"categories": ["neglect"]}, 0),
        ({"people": [MOTHER]}, 0),
        ({"people": [AMA | {"role": "sibling"}]}, 1),
    ],
)
def test_it_is_offered_only_where_the_facts_fit(worker, change, children):
    contact = ContactFactory(hub=worker.hub, **({"people": [AMA]} | ABUSE | change))
    assert len(rows_of(worker, contact)) == children
    page = browser(worker).get(reverse("triage:page", args=[contact.pk])).content.decode()
    assert (reverse("decision:schools", args=[contact.pk]) in page) is bool(children)


def test_that_the_school_was_told_otherwise_ends_it_and_that_it_is_not_told_takes_it_off(worker):
    told = ContactFactory(hub=worker.hub, people=[AMA], received_at=timezone.now(), **ABUSE)
    kept = ContactFactory(hub=worker.hub, people=[AMA], received_at=timezone.now(), **ABUSE)
    with signed_in_as(worker):
        listed = {one.contact.pk for one in fixed.running(worker, timezone.now())}
    assert listed == {told.pk, kept.pk}
    say(worker, told, fixed.ENDED, "By the police at 8am")
    with pytest.raises(NotAFact, match="why no school is told"):
        say(worker, kept, fixed.NOT_HELD)
    say(worker, kept, fixed.NOT_HELD, "Not yet at school. Decided by B. Lund")
    assert rows_of(worker, told)[0].told_otherwise
    assert rows_of(worker, told)[0].told_at
    assert rows_of(worker, kept)[0].not_told.startswith("Not yet at school")
    with signed_in_as(worker):
        assert not fixed.running(worker, timezone.now())
        assert not queries.school_clocks(kept, timezone.now())


def test_a_notice_that_goes_after_all_puts_the_clock_on_the_list_again(worker, contact, school):
    say(worker, contact, fixed.NOT_HELD, "The head is away. Decided by B. Lund")
    with signed_in_as(worker):
        assert not fixed.running(worker, timezone.now())
    tell(worker, contact, school)
    (row,) = rows_of(worker, contact)
    assert not row.not_told
    with signed_in_as(worker):
        assert [one.contact.pk for one in fixed.running(worker, timezone.now())] == [contact.pk]


def test_a_contact_with_several_clocks_of_law_is_listed_once(worker):
    about = {"categories": ["domestic_abuse_in_home", "adult_in_trusted_role"], "police": True}
    contact = ContactFactory(hub=worker.hub, people=[AMA], received_at=timezone.now(), **about)
    with signed_in_as(worker):
        (row,) = fixed.running(worker, timezone.now())
    assert row.contact == contact
    assert len(row.clocks) == 2


def test_a_notice_that_nobody_opened_asks_for_a_call_within_the_last_hour(worker, contact, school):
    starts = timezone.now() + timedelta(days=1)
    tell(worker, contact, school, day_starts_at=starts)
    (row,) = rows_of(worker, contact)
    assert row.clock.due_at == starts
    assert not row.should_be_called(starts - HOUR * 2)
    assert row.should_be_called(starts - HOUR / 2)


# What goes


def test_it_says_fixed_words_and_nothing_of_the_case(worker, contact, school):
    ReferrerFactory(contact=contact, name="Ruth Hale")
    sent = tell(worker, contact, school)
    assert "Ama Boateng, born 2 January 2014" in sent.words
    assert "They were there." in sent.words
    assert "Who may not collect" not in sent.words
    for word in ("Tern Row", "NF1", "0123", "Esi", "Hale", "coat", "{"):
        assert word not in sent.words, word
    (email,) = Email.objects.using("builder").all()
    assert (email.to, email.body) == (
        "key.adult@fernbank.example",
        f"Sign in to see reference {contact.reference}.",
    )
    line = Entry.objects.using("builder").get(event="school.notice_sent")
    assert "Ama" not in f"{line.why}{line.detail}"


def test_an_order_says_who_may_not_collect(worker, contact, school):
    assert (
        "Who may not collect: Kwame Boateng"
        in tell(worker, contact, school, collection_note="Kwame Boateng").words
    )


@pytest.mark.parametrize(
    ("note", "refused"),
    [
        ("Kwame, of 14 Tern Row", "Take out the address"),
        ("Kwame, SW9 9ZZ", "Take out the address"),
        ("Kwame, 020 7946 0123", "telephone number"),
        ("Kwame. Confidential information is held", "held in confidence"),
        ("Kwame, who is rated red", "ratings"),
    ],
)
@pytest.mark.parametrize("protected", [True, False])
def test_a_notice_with_an_address_or_what_is_not_theirs_does_not_go(worker, school, note, refused, protected):
    home = {"protected": True} if protected else HOME
    contact = ContactFactory(
        hub=worker.hub,
        received_at=timezone.now(),
        people=[AMA, MOTHER | home | {"phones": HOME["phones"]}],
        **ABUSE,
    )
    with pytest.raises(actions.NoticeBlocked, match=refused):
        tell(worker, contact, school, collection_note=note)
    assert not SchoolNotice.objects.using("builder").exists()
    assert not Email.objects.using("builder").exists()


def test_only_a_school_of_the_hub_is_told(worker, contact, school):
    elsewhere = MembershipFactory(agency__name="Far Primary").agency
    housing = AgencyFactory(kind="housing")
    MembershipFactory(hub=worker.hub, agency=housing)
    for other in (elsewhere, housing):
        with pytest.raises(actions.NoticeBlocked, match="a school of this hub"):
            tell(worker, contact, other)


def test_nothing_goes_before_the_police_attended_or_with_made_up_words(worker, school):
    contact = ContactFactory(hub=worker.hub, categories=["domestic_abuse_in_home"], people=[AMA])
    with pytest.raises(actions.NoticeBlocked, match="police attended"):
        tell(worker, contact, school)
    answer = browser(worker).get(reverse("decision:tell_school", args=[child_of(contact).pk]))
    assert answer.url == reverse("triage:clocks", args=[contact.pk])


# On the pages


def typed(school, **other):
    said = {
        "agency": str(school.pk),
        "was_there": "They were there.",
        "police_contact": "Harm reduction unit, 020 7946 0900",
        "order": "no",
        "collection_note": "",
    }
    return said | other


def test_a_worker_reads_the_exact_words_and_sends_them(worker, contact, school, key_adult):
    client, address = browser(worker), reverse("decision:tell_school", args=[child_of(contact).pk])
    page = client.get(address).content.decode()
    assert " checked" not in page  # nothing is chosen beforehand
    assert "selected" not in page.split('name="agency"')[1].split("</select>")[0].replace(
        "selected>Choose", ""
    )
    read = client.post(address, typed(school)).content.decode()
    assert "The exact words" in read
    assert not SchoolNotice.objects.using("builder").exists()
    answer = client.post(address, typed(school, step="send"))
    assert answer.url == reverse("decision:schools", args=[contact.pk])
    assert "Not opened yet" in client.get(answer.url).content.decode()
    at_school = browser(key_adult)
    assert "Ama Boateng" in at_school.get(reverse("decision:school_notices")).content.decode()
    (sent,) = SchoolNotice.objects.using("builder").all()
    assert (
        sent.words.splitlines()[0]
        in at_school.get(reverse("decision:school_notice", args=[sent.pk])).content.decode()
    )
    assert f"by {key_adult.account.name}" in client.get(answer.url).content.decode()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(worker, contact, school):
    address = reverse("decision:tell_school", args=[child_of(contact).pk])
    wrong = typed(school, order="yes", collection_note="Kwame, 14 Tern Row")
    for step in ("", "send"):
        page = browser(worker).post(address, wrong | {"step": step}).content.decode()
        assert "Take out the address" in page
        assert "Kwame, 14 Tern Row" in page
    assert (
        "Say who may not collect"
        in browser(worker).post(address, typed(school, order="yes")).content.decode()
    )
    page = browser(worker).post(address, {}).content.decode()
    for words in ("Choose the school", "Choose whether the child was there"):
        assert words in page
    assert not SchoolNotice.objects.using("builder").exists()


# Who may


@pytest.mark.parametrize(
    ("trait", "kind", "may"),
    [
        ("social_worker", "childrens_social_care", True),
        ("decider", "childrens_social_care", True),
        ("screener", "police", True),
        ("screener", "childrens_social_care", False),
        ("manager", "childrens_social_care", False),
        ("answerer", "police", False),
        ("administrator", "childrens_social_care", False),
    ],
)
def test_who_tells_a_school(worker, contact, school, trait, kind, may):
    post = StaffFactory(hub=worker.hub, agency=AgencyFactory(kind=kind), **{trait: True})
    child = child_of(contact)
    row = {"hub": worker.hub, "contact": contact, "about": child, "agency": school, "by": post}
    words = {"reference": "x", "child": "x", "subject_line": "x", "words": "x"}
    if may:
        assert tell(post, contact, school)
        return
    with pytest.raises(PermissionDenied), signed_in_as(post):
        actions.tell_school(child=child, notice=notice_to(school), by=post, at=timezone.now())
    if trait in {"answerer", "administrator", "manager"}:  # the database holds the duties at the desk
        with pytest.raises(DatabaseError), signed_in_as(post):
            SchoolNotice.objects.bulk_create(
                [SchoolNotice(**row, **words, day_starts_at=timezone.now(), at=timezone.now())]
            )
    assert not SchoolNotice.objects.using("builder").exists()


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("the school's key adult", True),
        ("the desk", True),
        ("a colleague there without the duty", False),
        ("another school", False),
        ("the same school in another hub", False),
        ("the key adult's post in another hub", False),
        ("another hub's desk", False),
        ("a key adult whom it concerns", False),
        ("a worker whom it concerns", False),
        ("the administrator", False),
    ],
)
def test_who_reads_a_notice(worker, contact, school, key_adult, who, reads):
    notice = SchoolNoticeFactory(contact=contact, about=child_of(contact), agency=school, by=worker)
    hub = worker.hub
    post = {
        "the school's key adult": lambda: key_adult,
        "the desk": lambda: StaffFactory(hub=hub, screener=True),
        "a colleague there without the duty": lambda: StaffFactory(hub=hub, agency=school),
        "another school": lambda: StaffFactory(hub=hub, answerer=True),
        "the same school in another hub": lambda: StaffFactory(agency=school, answerer=True),
        "the key adult's post in another hub": lambda: StaffFactory(
            hub=HubFactory(), account=key_adult.account, agency=school, answerer=True
        ),
        "another hub's desk": lambda: StaffFactory(whole_desk=True),
        "a key adult whom it concerns": lambda: StaffFactory(hub=hub, agency=school, answerer=True),
        "a worker whom it concerns": lambda: StaffFactory(hub=hub, screener=True),
        "the administrator": lambda: StaffFactory(hub=hub, administrator=True),
    }[who]()
    if "concerns" in who:
        AccessFactory(staff=post, contact_id=contact.pk, bars=True, why="Their own child")
    with signed_in_as(post):
        assert bool(policy.may_read_notice(post, notice)) is reads
        assert SchoolNotice.objects.exists() is reads
    found = SchoolNotice.objects.using("builder").filter(policy.notices_read_by(post))
    assert found.exists() is reads
    address = reverse("decision:school_notice", args=[notice.pk])
    assert (browser(post).get(address).status_code == 200) is reads


def test_nobody_changes_a_notice_or_leaves_a_receipt_for_another(worker, contact, school, key_adult):
    notice = SchoolNoticeFactory(contact=contact, about=child_of(contact), agency=school, by=worker)
    for post in (worker, key_adult):
        with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(post):
            SchoolNotice.objects.filter(pk=notice.pk).update(words="x")
    for post, by in ((worker, key_adult), (worker, worker), (StaffFactory(answerer=True), key_adult)):
        seen = SchoolNoticeSeen(hub=worker.hub, notice=notice, staff=by, at=timezone.now())
        with pytest.raises(DatabaseError), signed_in_as(post):
            SchoolNoticeSeen.objects.bulk_create([seen])
    assert not SchoolNoticeSeen.objects.using("builder").exists()


def test_the_emergency_duty_team_tells_no_school(worker, contact, school):
    night = StaffFactory(hub=worker.hub, duties=["out_of_hours"])
    assert browser(night).get(reverse("decision:tell_school", args=[child_of(contact).pk])).status_code in {
        403,
        404,
    }


# The key adult and the deputy


@pytest.fixture
def named(worker, school):
    """The school's key adult and deputy, by the directory; and another school's key adult."""
    at = {"hub": worker.hub, "agency": school}
    return {
        "key": NamedContactFactory(role="key_adult", name="Ines Duarte", email="ines@fernbank.example", **at),
        "deputy": NamedContactFactory(role="deputy_key_adult", name="Owen Clarke", **at),
        "elsewhere": NamedContactFactory(
            hub=worker.hub, role="key_adult", agency=AgencyFactory(name="Orchard Academy"), name="Tessa Lowe"
        ),
        "lapsed": NamedContactFactory(role="key_adult", name="Gone", until_on="2026-01-06", **at),
    }


def test_a_notice_is_for_the_key_adult_by_name_who_hears_a_reference_alone(worker, contact, school, named):
    sent = tell(worker, contact, school, recipient=named["key"])
    assert (sent.for_role, sent.for_name) == ("key_adult", "Ines Duarte")
    letters = Email.objects.using("builder").filter(to="ines@fernbank.example")
    assert [one.body for one in letters] == [f"Sign in to see reference {contact.reference}."]
    assert "Ines Duarte" not in sent.words


@pytest.mark.parametrize(
    ("who", "involved", "refused"),
    [
        ("key", True, "choose the deputy"),
        ("elsewhere", False, "whom this school has named"),
        ("lapsed", False, "whom this school has named"),
        (None, True, "Choose the deputy"),
        ("deputy", True, ""),
        ("deputy", False, ""),
        (None, False, ""),
    ],
)
def test_where_the_key_adult_is_involved_the_deputy_is_told(
    worker, contact, school, named, who, involved, refused
):
    said = {"recipient": named[who] if who else None, "involved": involved}
    if refused:
        with pytest.raises(actions.NoticeBlocked, match=refused):
            tell(worker, contact, school, **said)
    else:
        assert tell(worker, contact, school, **said).for_role == ("deputy_key_adult" if who else "")


def test_the_form_offers_who_is_named_and_keeps_what_was_chosen(worker, contact, school, named):
    client, address = browser(worker), reverse("decision:tell_school", args=[child_of(contact).pk])
    page = client.get(address).content.decode()
    assert "Ines Duarte, key adult, Fernbank Primary" in page
    assert "Gone" not in page
    wrong = typed(school) | {"involved": "yes", "recipient": str(named["key"].pk)}
    assert "choose the deputy" in client.post(address, wrong).content.decode()
    read = client.post(address, wrong | {"recipient": str(named["deputy"].pk)}).content.decode()
    assert "for Owen Clarke (deputy of the key adult)" in read
    assert "Choose whom at the school it is for" in client.post(address, typed(school)).content.decode()


# Calling


def unopened(worker, contact, school, minutes=30):
    """Return a notice that nobody opened, some minutes before the school's day starts."""
    return SchoolNoticeFactory(
        contact=contact, about=child_of(contact), agency=school, by=worker,
        day_starts_at=timezone.now() + timedelta(minutes=minutes), at=timezone.now() - HOUR,
    )  # fmt: skip


def run_calls():
    from mash.decision import jobs
    from tests.factories.base import in_service

    with in_service("reminders"):
        jobs.call_schools()


def to_call(worker):
    with signed_in_as(worker):
        return queries.to_call(worker, timezone.now())


@pytest.mark.parametrize(("minutes", "asked"), [(90, 0), (59, 1), (-30, 1)])
def test_from_an_hour_before_its_day_an_unopened_notice_is_on_the_list_and_its_sender_hears_once(
    worker, contact, school, minutes, asked
):
    unopened(worker, contact, school, minutes)
    run_calls()
    run_calls()
    letters = Email.objects.using("builder").filter(to=worker.account.email)
    assert letters.count() == len(to_call(worker)) == asked
    for letter in letters:
        assert contact.reference in letter.body
        assert not any(
            word in letter.subject + letter.body for word in ("Ama", "Boateng", "Fernbank", "abuse")
        )


def test_whoever_opened_it_or_was_called_takes_it_off_the_list(worker, contact, school, key_adult):
    notice = unopened(worker, contact, school)
    with signed_in_as(key_adult):
        actions.see_notice(notice=queries.find_notice(key_adult, notice.pk), by=key_adult, at=timezone.now())
    assert to_call(worker) == []
    run_calls()
    assert not Email.objects.using("builder").exists()


def test_nobody_kept_from_the_case_or_of_another_hub_is_told_to_call(worker, contact, school):
    unopened(worker, contact, school)
    kept_out = StaffFactory(hub=worker.hub, social_worker=True)
    AccessFactory(staff=kept_out, contact_id=contact.pk, bars=True)
    for other in (kept_out, StaffFactory(social_worker=True)):
        assert to_call(other) == []
        assert (
            contact.reference not in browser(other).get(reverse("decision:schools_to_call")).content.decode()
        )
    assert contact.reference in browser(worker).get(reverse("decision:schools_to_call")).content.decode()


def test_a_call_is_recorded_with_whom_and_ends_the_time(worker, contact, school):
    unopened(worker, contact, school)
    now = timezone.localtime()
    address = reverse("decision:school_called", args=[child_of(contact).pk])
    said = {
        "key": "5f1f9c0e-8a46-4c5c-9a42-000000000001", "who": "Owen Clarke", "role": "deputy_key_adult",
        "on-day": now.day, "on-month": now.month, "on-year": now.year, "clock": f"{now:%H:%M}",
    }  # fmt: skip
    client = browser(worker)
    assert "Choose as what you spoke" in client.post(address, said | {"role": ""}).content.decode()
    assert (
        client.post(address, said).status_code == client.post(address, said).status_code == 302
    )  # sent twice
    facts = ClockFact.objects.using("builder").filter(contact=contact)
    assert [one.words for one in facts] == ["By telephone: Owen Clarke, deputy of the key adult."]
    (row,) = rows_of(worker, contact)
    assert row.told_at is not None
    assert to_call(worker) == []


def test_that_a_school_is_not_told_says_why_who_decided_and_how_the_child_is_supported(worker, contact):
    address = reverse("decision:school_not_told", args=[child_of(contact).pk])
    said = {
        "key": "5f1f9c0e-8a46-4c5c-9a42-000000000002", "reason": "raises_risk", "decided_by": "DS Noor, police",
        "support": "Her aunt walks her to school.",
    }  # fmt: skip
    client = browser(worker)
    for missing in ("reason", "decided_by", "support"):
        assert client.post(address, said | {missing: " "}).status_code == 200
    assert client.post(address, said).status_code == 302
    (row,) = rows_of(worker, contact)
    for words in (
        "Sending it would raise the risk",
        "Decided by DS Noor, police",
        "Her aunt walks her to school.",
    ):
        assert words in row.not_told


def test_nobody_without_the_duty_records_either(worker, contact):
    screener = browser(StaffFactory(hub=worker.hub, screener=True))
    stranger = browser(StaffFactory(social_worker=True))
    for name in ("school_called", "school_not_told"):
        address = reverse(f"decision:{name}", args=[child_of(contact).pk])
        for asking in ("get", "post"):
            assert getattr(screener, asking)(address).status_code == 403
            assert getattr(stranger, asking)(address).status_code == 404


def test_a_notice_holds_the_letter_s_own_gaps_and_no_other_word(worker, contact, school, named):
    """Whatever else stands in the case, the words are the letter's, with exactly its gaps filled."""
    sent = tell(worker, contact, school, recipient=named["key"])
    letter = queries.templates()[schools.NOTICE]
    with signed_in_as(worker):
        child = queries.find_child(worker, child_of(contact).pk)
        gaps = queries.gaps_of_notice(child, fixed.police_attended_at(child.contact)) | {
            schools.WAS_THERE: "They were there.", "police_contact": "Harm reduction unit, 020 7946 0900",
        }  # fmt: skip
    expected = [
        schools.stopped_once(schools.PLACEHOLDER.sub(lambda gap: gaps[gap.group(1)], part.text))
        for part in letter.body
        if part.only_if is None
    ]
    assert sent.words.split("\n\n") == expected
