"""Letters to a family: nothing goes before a named worker and a second reader, and nothing goes by itself."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Contact, ContactPerson, Feedback, Reply
from mash.decision import actions, letters, policy, queries
from mash.decision.content import letters as templates
from mash.decision.models import Clearing, Given, Letter, LetterState, LetterVersion
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.decision.test_policy import READERS
from tests.factories.base import browser, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory
from tests.factories.decision import DecisionFactory, LetterFactory, people_of, ready
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=1)
RECORDED = {
    "who_receives": "Grace Okafor, his mother, who has parental responsibility",
    "safe_method": "in_person",
    "safe_because": "She said so on Friday.",
    "language": "English; no interpreter",
    "must_not_see": "No one known: she lives alone with him.",
    "told_what_already": "That we were looking, by the school.",
}


@pytest.fixture
def decision():
    contact = ready()
    told = {"decision_plain": "Help is offered at home.", "next_plain": "We call you."}
    return DecisionFactory(contact=contact, told={str(contact.pk): told})


@pytest.fixture
def worker(decision):
    return StaffFactory(hub=decision.hub, social_worker=True)


def words_of_the_hub(hub):
    with signed_in_as(manager := StaffFactory(hub=hub, manager=True)):
        said = dict.fromkeys((*letters.gaps_of_hub(), letters.LETTERHEAD), "Town Hall, NF1 1AA")
        actions.word_letters(words=said, by=manager, at=MONDAY_9AM)


def begun(decision, by, template="family_outcome", place=1):
    with signed_in_as(by):
        return actions.begin_letter(
            key=uuid.uuid4(),
            decision=decision,
            template=template,
            recipient=people_of(decision.contact)[place],
            by=by,
            at=MONDAY_9AM,
        )


def newest(letter):
    return LetterVersion.objects.using("builder").filter(letter=letter).latest("number")


def save(letter, by, version=None, **gaps):
    with signed_in_as(by):
        known = {**newest(letter).gaps, **dict.fromkeys(("worry_plain", "done_plain"), "We met.")}
        known |= dict.fromkeys(("asked_plain", "strengths_plain", "reason_plain"), "You want help.")
        known |= {"worker_phone": "020 7946 0000"}
        number = newest(letter).number if version is None else version
        return actions.save_letter(letter=letter, version=number, gaps=known | gaps, by=by, at=LATER)


def written(decision, by, **gaps):
    words_of_the_hub(decision.hub)
    letter = begun(decision, by)
    save(letter, by, **gaps)
    return letter


def clear(letter, by, at=LATER, **changes):
    said = RECORDED | {"version": newest(letter).number} | changes
    with signed_in_as(by):
        return actions.clear_letter(letter=letter, by=by, at=at, **said)


def second(letter, by, **changes):
    with signed_in_as(by):
        clearing = Clearing.objects.select_related("letter__contact", "by").latest("at")
        return actions.read_second(clearing=clearing, by=by, at=LATER, **({"agreed": True} | changes))


def give(letter, by, how="by_hand", **changes):
    with signed_in_as(by):
        return actions.give_letter(letter=letter, how=how, given_at=LATER, by=by, at=LATER, **changes)


def state(letter):
    return Letter.objects.using("builder").get(pk=letter.pk).state


def reader(decision):
    return StaffFactory(hub=decision.hub, second_person=True)


# The way of a letter


def test_a_letter_is_written_cleared_read_by_another_and_given_and_nothing_is_sent(decision, worker):
    letter = written(decision, worker)
    assert "Help is offered at home." in newest(letter).words
    assert "Dear Grace Okafor," in newest(letter).words
    clear(letter, worker)
    assert state(letter) == LetterState.CLEARED
    second(letter, reader(decision))
    assert state(letter) == LetterState.READY
    give(letter, worker, what_they_said="She will come.")
    give(letter, worker)
    assert state(letter) == LetterState.GIVEN
    assert Given.objects.using("builder").get().what_they_said == "She will come."
    assert not Email.objects.using("builder").exists()
    assert not Reply.objects.using("builder").exists()
    events = Entry.objects.using("builder").filter(event__startswith="letter.")
    assert sorted(events.values_list("event", flat=True)) == [
        "letter.begun",
        "letter.cleared",
        "letter.given",
        "letter.read_second",
        "letter.saved",
    ]


def test_a_letter_is_begun_once_for_one_person_and_the_same_words_make_no_version(decision, worker):
    first = begun(decision, worker)
    assert begun(decision, worker).pk == first.pk
    assert begun(decision, worker, template="family_call").pk != first.pk
    words_of_the_hub(decision.hub)
    assert save(first, worker).number == 2  # the hub's words are new, and ours
    assert save(first, worker).number == 2


@pytest.mark.parametrize(("place", "template"), [(0, "family_outcome"), (1, "young_person_outcome")])
def test_a_letter_is_only_for_its_own_kind_of_reader(decision, worker, place, template):
    with pytest.raises(actions.NotWhole, match="is not for"):
        begun(decision, worker, template=template, place=place)


def test_nobody_is_told_of_a_decision_that_waits(worker, decision):
    waiting = DecisionFactory(contact=ready(), waiting=True)
    by = StaffFactory(hub=waiting.hub, social_worker=True)
    with pytest.raises(actions.NotWhole, match="does not stand"):
        begun(waiting, by)


def test_what_may_not_go_is_not_given(decision, worker):
    letter = written(decision, worker)
    with pytest.raises(actions.NotWhole, match="not cleared"):
        give(letter, worker)
    clear(letter, worker)
    with pytest.raises(actions.NotWhole, match="not cleared"):
        give(letter, worker)
    second(letter, reader(decision))
    with pytest.raises(actions.NotWhole, match="another way"):
        give(letter, worker, how="posted")
    assert state(letter) == LetterState.READY


def test_words_that_are_changed_are_cleared_again(decision, worker):
    letter = written(decision, worker)
    clear(letter, worker)
    second(letter, reader(decision))
    save(letter, worker, worry_plain="We met, and met again.")
    assert state(letter) == LetterState.DRAFT
    with pytest.raises(actions.NotWhole, match="not cleared"):
        give(letter, worker)


def test_a_change_of_address_asks_for_clearing_again(decision, worker):
    letter = written(decision, worker)
    clear(letter, worker)
    second(letter, reader(decision))
    ContactPerson.objects.using("builder").filter(pk=letter.recipient_id).update(lines=["9 Oak Lane"])
    with pytest.raises(actions.NotWhole, match="changed since"):
        give(letter, worker)
    clear(letter, worker, at=LATER + timedelta(minutes=1))
    second(letter, reader(decision))
    assert give(letter, worker).how == "by_hand"


def test_the_second_reader_is_another_human_being_with_a_duty(decision, worker):
    letter = written(decision, worker)
    clear(letter, worker)
    also_me = StaffFactory(hub=decision.hub, account=worker.account, second_person=True)
    for by in (worker, also_me, StaffFactory(hub=decision.hub, screener=True)):
        with pytest.raises(PermissionDenied):
            second(letter, by)
    second(letter, reader(decision), agreed=False, why="Too hard to read.")
    assert state(letter) == LetterState.DRAFT
    with pytest.raises(actions.AlreadySaid):
        second(letter, reader(decision))


def test_nobody_reads_second_what_they_cleared_whatever_the_code_says(decision, worker):
    letter = written(decision, worker)
    clearing = clear(letter, worker)
    with pytest.raises(IntegrityError, match="clearing_read_by_another"), signed_in_as(worker):
        Clearing.objects.filter(pk=clearing.pk).update(second_by=worker)


def test_no_tick_lets_a_blocked_letter_through(decision, worker):
    letter = written(decision, worker, worry_plain="It was rated red.")
    with pytest.raises(actions.LetterBlocked, match="ratings and levels"):
        clear(letter, worker, looked_at=True)
    assert state(letter) == LetterState.DRAFT


def test_a_protected_address_in_the_case_stops_every_address(decision, worker):
    letter = written(decision, worker, worry_plain="We came to 4 Harbour Street.")
    clear(letter, worker, looked_at=True)
    save(letter, worker, worry_plain="We came to 5 Harbour Street.")
    ContactPerson.objects.using("builder").filter(contact=decision.contact, ref="p1").update(protected=True)
    with pytest.raises(actions.LetterBlocked, match="kept from another"):
        clear(letter, worker, looked_at=True)


def test_what_was_noticed_is_looked_at_first(decision, worker):
    letter = written(decision, worker, worry_plain="You must come.")
    with pytest.raises(actions.NotWhole, match="Look at each"):
        clear(letter, worker)
    assert clear(letter, worker, looked_at=True).warnings


def test_a_way_shared_with_somebody_who_must_not_see_it_is_refused(decision, worker):
    letter = written(decision, worker)
    people = ContactPerson.objects.using("builder").filter(contact=decision.contact)
    people.update(lines=["12 Cobbold Street"], postcode="NF2 3AB")
    with signed_in_as(worker):
        child = queries.around(letter).others[0].key
    with pytest.raises(actions.LetterBlocked, match="same address"):
        clear(letter, worker, safe_method="post_to_safe_address", must_not_see_people=[child])
    assert clear(letter, worker, must_not_see_people=[child]).must_not_see_people == [uuid.UUID(child)]


def test_where_there_is_no_safe_way_nothing_goes_and_a_day_is_kept(decision, worker):
    letter = begun(decision, worker)  # its gaps are empty, and that is no matter: nothing goes
    with pytest.raises(actions.NotWhole, match="which day"):
        clear(letter, worker, safe_method="no_safe_way")
    clear(letter, worker, safe_method="no_safe_way", look_again_on=date(2026, 11, 9))
    assert state(letter) == LetterState.NO_SAFE_WAY
    with pytest.raises(actions.NotWhole, match="not cleared"):
        give(letter, worker)


def test_two_workers_never_overwrite_each_other(decision, worker):
    letter = written(decision, worker)
    other = StaffFactory(hub=decision.hub, social_worker=True)
    save(letter, other, version=2, worry_plain="Theirs.")
    with pytest.raises(actions.ChangedMeanwhile, match=other.account.name):
        save(letter, worker, version=2, worry_plain="Ours.")
    with pytest.raises(actions.ChangedMeanwhile):
        clear(letter, worker, version=2)


def test_a_letter_is_taken_back_before_it_is_given_and_not_after(decision, worker):
    letter = written(decision, worker)
    with signed_in_as(worker):
        for _ in range(2):
            actions.take_back_letter(letter=letter, why="They moved.", by=worker, at=LATER)
    assert state(letter) == LetterState.TAKEN_BACK
    with pytest.raises(actions.LetterClosed):
        save(letter, worker, worry_plain="More.")
    again = begun(decision, worker)
    assert again.pk != letter.pk
    save(again, worker)
    clear(again, worker)
    second(again, reader(decision))
    give(again, worker)
    with pytest.raises(actions.LetterClosed), signed_in_as(worker):
        actions.take_back_letter(letter=again, why="Late.", by=worker, at=LATER)


# Who


@pytest.mark.parametrize(("who", "reads"), READERS)
def test_who_reads_a_letter(decision, who, reads):
    letter = LetterFactory(decision=decision, recipient=people_of(decision.contact)[1])
    person = who(decision)
    with signed_in_as(person):
        assert bool(policy.may_read(person, letter)) is reads
        assert Letter.objects.exists() is reads
        assert LetterVersion.objects.exists() is reads
    assert Letter.objects.using("builder").filter(policy.readable_by(person)).exists() is reads


@pytest.mark.parametrize(
    ("duty", "may"),
    [("assess", True), ("decide", True), ("screen", False), ("manage", False), ("clear", False)],
)
def test_who_writes_letters(decision, duty, may):
    by = StaffFactory(hub=decision.hub, duties=[duty])
    with signed_in_as(by):
        assert bool(policy.may_write_letter(by, decision.contact)) is may


def test_words_and_what_was_recorded_cannot_be_changed(decision, worker):
    letter = written(decision, worker)
    clear(letter, worker)
    for model, change in (
        (LetterVersion, {"words": "x"}),
        (Clearing, {"language": "x"}),
        (Letter, {"template": "x"}),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
            model.objects.update(**change)


# Pages


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)


def a_clearing(letter, **changes):
    return {**RECORDED, "version": newest(letter).number, "read": "on"} | changes


def test_a_worker_goes_the_whole_way_on_the_pages(decision, worker, now):
    words_of_the_hub(decision.hub)
    client, other = browser(worker), browser(StaffFactory(hub=decision.hub, second_person=True))
    start = reverse("decision:letters_on", args=[decision.pk])
    grace = people_of(decision.contact)[1]
    said = {"key": uuid.uuid4(), "recipient": str(grace.pk), "template": "young_person_outcome"}
    assert "For OKAFOR, Grace choose" in client.post(start, said).content.decode()
    client.post(start, said | {"template": "family_outcome"})
    letter = Letter.objects.using("builder").get()
    page = client.get(reverse("decision:write_letter", args=[letter.pk])).content.decode()
    assert "Fill this first" in page
    gaps = dict.fromkeys(letters.gaps_to_write(the_template("family_outcome")), "We met.")
    client.post(reverse("decision:write_letter", args=[letter.pk]), gaps | {"version": 1})
    clearing = reverse("decision:clear_letter", args=[letter.pk])
    missing = client.post(clearing, a_clearing(letter, language="")).content.decode()
    assert "Error: " in missing
    assert "She said so on Friday." in missing
    assert "Read every word" in client.post(clearing, a_clearing(letter, read="")).content.decode()
    assert client.get(reverse("decision:print_letter", args=[letter.pk])).status_code == 404
    assert client.post(clearing, a_clearing(letter)).status_code == 302
    assert client.get(reverse("decision:second_letter", args=[letter.pk])).status_code == 403
    reading = reverse("decision:second_letter", args=[letter.pk])
    assert "She said so on Friday." in other.get(reading).content.decode()
    assert "Say why they go back" in other.post(reading, {"agreed": "no"}).content.decode()
    other.post(reading, {"agreed": "yes"})
    giving = reverse("decision:give_letter", args=[letter.pk])
    when = {"given_on-day": "2", "given_on-month": "11", "given_on-year": "2026", "given_time": "09:30"}
    assert "There is a problem" in client.post(giving, when | {"how": "posted"}).content.decode()
    client.post(giving, when | {"how": "by_hand", "what_they_said": "Thank you."})
    assert state(letter) == LetterState.GIVEN
    how = {"key": uuid.uuid4(), "listened": "yes", "clear": "partly", "words": "It was long."}
    for _ in range(2):
        client.post(reverse("decision:feedback_on_letter", args=[letter.pk]), how)
    assert Feedback.objects.using("builder").get().about_id == grace.pk
    assert "It was long." in client.get(reverse("decision:letter", args=[letter.pk])).content.decode()
    assert "Given by hand" in client.get(reverse("decision:letters_waiting")).content.decode()


def the_template(name):
    return templates()[name]


def test_an_open_gap_is_shown_by_its_label_and_still_stops_the_letter(decision, worker):
    letter = begun(decision, worker)
    for name in ("letter", "write_letter", "clear_letter"):
        page = browser(worker).get(reverse(f"decision:{name}", args=[letter.pk])).content.decode()
        assert "[The worry, in plain words the reader may have]" in page
        assert "{worry_plain}" not in page
        assert "Fill this first: The worry" in page


def test_whoever_writes_is_told_which_agencies_were_asked(decision, worker):
    check = CheckFactory(contact=decision.contact)
    enquiry = EnquiryFactory(check_asked=check)
    letter = begun(decision, worker)
    for page in (
        browser(worker).get(reverse("decision:write_letter", args=[letter.pk])),
        browser(worker).post(reverse("decision:write_letter", args=[letter.pk]), {"version": "x"}),
    ):
        assert f"Asked in the check: {enquiry.agency.name}. Not each" in page.content.decode()


def test_the_printed_letter_holds_the_letterhead_and_nothing_internal(decision, worker):
    letter = written(decision, worker)
    clear(letter, worker)
    second(letter, reader(decision))
    page = browser(worker).get(reverse("decision:print_letter", args=[letter.pk])).content.decode()
    assert "Town Hall, NF1 1AA" in page
    assert "Dear Grace Okafor," in page
    reference = Contact.objects.using("builder").get().reference
    for internal in ("<nav", "<button", "<header", reference, "Worker 0", "{", "cleared", "version"):
        assert internal not in page.replace(f"{worker.account.name}, {worker.title}", "")
    assert Entry.objects.using("builder").filter(event="letter.printed").count() == 1


def test_the_list_shows_what_waits_and_why_nothing_goes(decision, worker):
    letter = begun(decision, worker)
    clear(letter, worker, safe_method="no_safe_way", look_again_on=date(2026, 11, 9))
    begun(decision, worker, place=0, template="young_person_outcome")
    page = browser(worker).get(reverse("decision:letters_waiting")).content.decode()
    assert "Look again 9 November 2026: She said so on Friday." in page
    assert "Draft: nobody has cleared it" in page
    assert "What our letters say of the hub" not in page


def test_only_a_manager_words_the_hub(decision, worker):
    address = reverse("decision:letters_words")
    assert browser(worker).get(address).status_code == 403
    manager = browser(StaffFactory(hub=decision.hub, manager=True))
    assert "There is a problem" in manager.post(address, {}).content.decode()
    said = dict.fromkeys((letters.LETTERHEAD, *letters.gaps_of_hub()), "020 7946 0007")
    assert manager.post(address, said).status_code == 302
    assert "020 7946 0007" in manager.get(address).content.decode()
