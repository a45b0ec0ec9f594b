"""A manager confirms the rating: who may, what it says, and what the database refuses whatever asks it."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from mash.partnership.models import Email
from mash.triage import actions, confirming, policy
from mash.triage.models import Rating
from mash.triage.reading import Confirmation
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, ContactRelationshipFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.triage import ConfirmationFactory, RatingFactory, RouteFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def a_rating(colour="amber", **contact):
    contact = ContactFactory(**contact)
    ContactRelationshipFactory(contact=contact)
    rating = RatingFactory(contact=contact, colour=colour)
    RouteFactory(contact=contact)
    return rating


def confirm(rating, by, *, agreed=True, words="", at=MONDAY_9AM):
    return doing(
        by,
        actions.confirm_rating,
        contact=rating.contact,
        rating=rating.pk,
        agreed=agreed,
        words=words,
        at=at,
    )


def said():
    return list(Confirmation.objects.using("builder").order_by("at"))


# Who may

WHO = {  # who: hub of the rating? duties; whether they may confirm
    "owner": (True, ["assess", "decide"], False),  # gave the rating
    "the owner's other post": (True, ["decide"], False),
    "colleague who decides": (True, ["decide"], True),
    "colleague who approves": (True, ["approve"], True),
    "hub manager": (True, ["manage"], True),
    "social worker": (True, ["screen", "assess"], False),
    "cleared": (True, ["clear"], False),
    "night": (True, ["out_of_hours"], False),
    "auditor": (True, ["audit"], False),
    "agency": (True, ["answer"], False),
    "decider of another hub": (False, ["decide", "approve", "manage"], False),
    "decider of two hubs, acting in the other": ("both", ["decide"], False),
    "barred decider": (True, ["decide"], False),
}


def somebody(who, rating):
    here, duties, _ = WHO[who]
    giver = rating.by
    if who == "owner":
        Rating.objects.using("builder").filter(pk=rating.pk).update(
            by=StaffFactory(hub=rating.hub, duties=duties)
        )
        return Rating.objects.using("builder").select_related("by").get(pk=rating.pk).by
    if who == "the owner's other post":
        return StaffFactory(hub=rating.hub, account=giver.account, duties=duties)
    if here == "both":
        return StaffFactory(account=StaffFactory(hub=rating.hub, duties=duties).account, duties=duties)
    staff = StaffFactory(duties=duties, **({"hub": rating.hub} if here else {}))
    if who.startswith("barred"):
        AccessFactory(staff=staff, bars=True, contact_id=rating.contact_id)
    return staff


def inserts(staff, rating, **changes):
    """Tell whether the database takes a word on a rating by plain SQL."""
    row = {
        "id": uuid.uuid4(),
        "hub_id": rating.hub_id,
        "contact_id": rating.contact_id,
        "rating_id": rating.pk,
        "agreed": True,
        "words": "",
        "by_id": staff.pk,
        "at": MONDAY_9AM,
    } | changes
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    try:
        with signed_in_as(staff), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO triage_confirmation ({names}) VALUES ({places})", list(row.values()))
    except DatabaseError as refusal:
        if isinstance(refusal, IntegrityError):
            raise
        return False
    return True


@pytest.mark.parametrize("who", WHO)
def test_rule_filter_and_database_agree_on_who_confirms(who):
    rating = a_rating()
    staff = somebody(who, rating)
    may = WHO[who][2]
    rating = Rating.objects.using("builder").select_related("contact__hub", "hub", "by").get(pk=rating.pk)
    with signed_in_as(staff):
        rule = bool(policy.may_confirm_rating(staff, rating))
    filtered = Rating.objects.using("builder").filter(policy.confirmable_by(staff), pk=rating.pk).exists()
    assert (rule, filtered, inserts(staff, rating)) == (may, may, may)


def test_nobody_confirms_in_another_name_or_beside_its_contact():
    rating = a_rating()
    manager = StaffFactory(hub=rating.hub, manager=True)
    other = StaffFactory(hub=rating.hub, manager=True)
    assert not inserts(manager, rating, by_id=other.pk)
    assert not inserts(manager, rating, contact_id=a_rating(hub=rating.hub).contact_id)
    assert not said()


def test_a_rating_is_confirmed_once_and_a_no_says_why_in_the_database_too():
    rating = a_rating()
    manager = StaffFactory(hub=rating.hub, manager=True)
    with pytest.raises(IntegrityError, match="rating_not_confirmed_says_why"):
        inserts(manager, rating, agreed=False)
    assert inserts(manager, rating)
    with pytest.raises(IntegrityError, match="rating_confirmed_once"):
        inserts(manager, rating)


def test_no_word_is_changed_afterwards():
    word = ConfirmationFactory(rating=a_rating())
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(word.by):
        Confirmation.objects.filter(pk=word.pk).update(agreed=False)


# What it says


def test_the_first_confirmation_stands_however_often_it_is_sent():
    rating = a_rating()
    first, second = (StaffFactory(hub=rating.hub, manager=True) for _ in range(2))
    made = confirm(rating, first)
    assert confirm(rating, second).pk == made.pk
    assert [one.by_id for one in said()] == [first.pk]


def test_a_no_says_why_and_leaves_the_rating_unconfirmed():
    rating = a_rating()
    manager = StaffFactory(hub=rating.hub, manager=True)
    with pytest.raises(actions.WhyNot):
        confirm(rating, manager, agreed=False, words="  ")
    confirm(rating, manager, agreed=False, words="The bruise is on a baby.")
    with signed_in_as(manager):
        assert confirming.to_confirm(rating.contact)
        assert confirming.holds_up(rating.contact)
    confirm(rating, StaffFactory(hub=rating.hub, decider=True))
    with signed_in_as(manager):
        assert confirming.to_confirm(rating.contact) is None


def test_a_rating_that_was_changed_meanwhile_is_not_confirmed_unread():
    first = a_rating()
    RatingFactory(
        contact=first.contact, colour="green", change="lowered", at=MONDAY_9AM.replace(hour=11), by=first.by
    )
    with pytest.raises(actions.ChangedMeanwhile):
        confirm(first, StaffFactory(hub=first.hub, manager=True))


def test_a_new_rating_waits_for_a_word_of_its_own():
    first = a_rating()
    manager = StaffFactory(hub=first.hub, manager=True)
    confirm(first, manager)
    lowered = {"colour": "green", "change": "lowered", "at": MONDAY_9AM.replace(hour=11), "by": first.by}
    second = RatingFactory(contact=first.contact, **lowered)
    with signed_in_as(manager):
        assert confirming.to_confirm(first.contact).pk == second.pk
        assert confirming.confirmation_of(first)


@pytest.mark.parametrize(
    ("colour", "danger", "holds"),
    [("amber", False, True), ("green", False, True), ("red", False, False), ("amber", True, False)],
)
def test_what_is_urgent_is_not_held_up(colour, danger, holds):
    rating = a_rating(colour, immediate_danger=danger)
    with signed_in_as(StaffFactory(hub=rating.hub, screener=True)):
        assert confirming.holds_up(rating.contact) is holds


def test_the_manager_is_told_when_a_contact_goes_to_a_check_and_whoever_rated_is_not():
    contact = ContactFactory()
    ContactRelationshipFactory(contact=contact)
    rater = StaffFactory(hub=contact.hub, duties=["assess", "manage"])
    manager = StaffFactory(hub=contact.hub, manager=True)
    RatingFactory(contact=contact, by=rater)
    doing(
        rater, actions.propose_route, contact=contact, route="check", why="A fuller picture.", at=MONDAY_9AM
    )
    (mail,) = Email.objects.using("builder").filter(hub_id=contact.hub_id)
    assert mail.to == manager.account.email
    assert contact.reference in mail.body
    assert "Okafor" not in mail.subject + mail.body


# The page


def test_a_manager_confirms_on_the_page_and_the_case_says_so():
    rating = a_rating()
    manager = StaffFactory(hub=rating.hub, manager=True)
    page = browser(manager)
    address = reverse("triage:confirm", args=[rating.contact_id])
    shown = page.get(address).text
    assert rating.why in shown
    assert "checked" not in shown.split("<main", 1)[1]  # nothing is preselected
    sent = page.post(address, {"rating": rating.pk, "agreed": "yes", "words": ""})
    assert sent.status_code == 302
    assert (
        f"Confirmed by {manager.account.name}"
        in page.get(reverse("triage:page", args=[rating.contact_id])).text
    )


def test_the_page_keeps_what_was_written_when_the_rating_changed_meanwhile():
    rating = a_rating()
    manager = StaffFactory(hub=rating.hub, manager=True)
    later = RatingFactory(
        contact=rating.contact, colour="green", change="lowered", at=MONDAY_9AM.replace(hour=11), by=rating.by
    )
    sent = {"rating": rating.pk, "agreed": "no", "words": "Too low for a baby."}
    shown = browser(manager).post(reverse("triage:confirm", args=[rating.contact_id]), sent).text
    assert "rated anew after you opened the page" in shown
    assert "Too low for a baby." in shown
    assert str(later.pk) in shown
    assert not said()


def test_whoever_gave_the_rating_reads_why_they_cannot_confirm_it():
    rating = a_rating()
    rater = StaffFactory(hub=rating.hub, decider=True)
    Rating.objects.using("builder").filter(pk=rating.pk).update(by=rater)
    address = reverse("triage:confirm", args=[rating.contact_id])
    page = browser(rater)
    assert "another manager confirms it" in page.get(address).text
    assert page.post(address, {"rating": rating.pk, "agreed": "yes"}).status_code == 403
    with pytest.raises(PermissionDenied):
        confirm(Rating.objects.using("builder").select_related("contact__hub").get(pk=rating.pk), rater)
    assert not said()
