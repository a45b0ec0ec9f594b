"""The pages of what goes alongside: what they show and refuse, who is not let in, and what gives nothing away."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.alongside.models import Alongside, Happening
from mash.common.fields import BOXES
from mash.ledger.models import Entry
from mash.subject_access.queries import gathering
from tests.factories.alongside import AlongsideFactory, HappeningFactory
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import A_CHILD, A_PARENT
from tests.factories.decision import DecisionFactory, one_event, people_of, ready, who_is
from tests.factories.directory import NamedContactFactory
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW = timezone.now().replace(microsecond=0)
MARKER = "Zyxwort"


@pytest.fixture
def contact():
    return ready()


@pytest.fixture
def screener(contact):
    return StaffFactory(hub=contact.hub, screener=True)


def at(name, *args):
    return reverse(f"alongside:{name}", args=[getattr(one, "pk", one) for one in args])


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def day(name, on):
    return {f"{name}-{box}": part for box, part in zip(BOXES, (on.day, on.month, on.year), strict=True)}


def marac(contact, **changes):
    return {
        "key": uuid.uuid4(), "about": people_of(contact)[0].pk, "q_ground": "score", "q_score": 15,
        "q_safe_contact": "At school.", "kept_from": "not_named", "agreed": "given", "agreed_words": "She did.",
    } | changes  # fmt: skip


def when(moment=NOW):
    here = timezone.localtime(moment)
    return {**day("on", here.date()), "clock": f"{here:%H:%M}"}


def pages_of(one):
    return [at(name, one) for name in ("one", "paper", "send", "receive", "result")]


def sealed_one(contact, **options):
    return AlongsideFactory(
        contact=contact, lado=True, said=[{"id": "role", "label": "Role", "words": MARKER}], **options
    )


# Who is let in


def test_every_page_opens_to_the_desk_and_to_no_stranger(contact, screener):
    one = AlongsideFactory(contact=contact)
    kept_out = StaffFactory(hub=contact.hub, whole_desk=True)
    AccessFactory(staff=kept_out, contact_id=contact.pk, bars=True)
    strangers = [browser(StaffFactory(whole_desk=True)), browser(kept_out)]
    everything = [*pages_of(one), at("on_case", contact), at("open", contact, "marac_referral")]
    for address in everything:
        assert browser(screener).get(address).status_code == 200, address
        for stranger in strangers:
            assert stranger.get(address).status_code == 404, address
            assert stranger.post(address, {}).status_code in {404, 405}, address
    answers = browser(StaffFactory(hub=contact.hub, answerer=True))
    assert answers.get(at("listed")).status_code == 403
    assert all(answers.get(address).status_code == 404 for address in everything)


def test_a_form_that_a_post_may_not_send_is_refused_and_one_that_is_none_is_absent(contact, screener):
    assert browser(screener).get(at("open", contact, "mappa_referral")).status_code == 403
    assert browser(screener).post(at("open", contact, "prevent_referral"), {}).status_code == 403
    assert browser(screener).get(at("open", contact, "early_help")).status_code == 404
    assert browser(screener).get(at("open", contact, "no-such-thing")).status_code == 404


# Opening


def test_a_worker_opens_sends_hears_and_writes_what_came_of_it(contact, screener):
    page = browser(screener)
    opened = page.post(at("open", contact, "marac_referral"), marac(contact))
    one = Alongside.objects.using(B).get()
    assert opened["Location"] == at("one", one)
    shown = said(page.get(at("one", one)))
    assert "Not sent yet" in shown
    assert "Never told: whoever causes the harm" in shown
    place, reached = f"The {'very ' * 29}long house", f"{'marac' * 12}@agency.example"
    named = NamedContactFactory(
        hub=contact.hub,
        role="marac_coordinator",
        name="Priya Shah",
        agency=None,
        at_school=place,
        telephone="",
        email=reached,
    )
    assert "Priya Shah" in said(page.get(at("send", one)))
    sent = {"key": uuid.uuid4(), "to": str(named.pk), "how": "secure_email", **when()}
    assert page.post(at("send", one), sent).status_code == 302
    got = {"key": uuid.uuid4(), "who": "Priya Shah", **when()}
    assert page.post(at("receive", one), got).status_code == 302
    came = {"key": uuid.uuid4(), "result": "heard", "who": "Priya Shah", "words": "Heard today.", **when()}
    assert page.post(at("result", one), came).status_code == 302
    assert page.post(at("result", one), came).status_code == 302  # sent twice
    assert [row.what for row in Happening.objects.using(B).order_by("at", "pk")] == [
        "sent",
        "received",
        "result",
    ]
    assert Happening.objects.using(B).get(what="sent").who == f"Priya Shah, {place}, {reached}"
    assert "Heard at the conference" in said(page.get(at("one", one)))
    ended = page.get(at("send", one), follow=True)
    assert "It has ended" in said(ended)


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(contact, screener):
    page, address = browser(screener), at("open", contact, "marac_referral")
    shown = page.post(address, marac(contact, q_score=9, q_safe_contact=" ", kept_from=""))
    assert shown.status_code == 200
    for expected in (
        "There is a problem",
        "Choose who is never told",
        "Below 14 choose another",
        "Answer: How and when",
    ):
        assert expected in said(shown), expected
    assert 'value="9"' in shown.content.decode()
    shown = page.post(address, marac(contact, agreed="refused", agreed_words=""))
    assert "Say who agreed, to what and when" in said(shown)
    assert "At school." in shown.content.decode()
    assert not Alongside.objects.using(B).exists()


def test_a_moment_is_a_day_and_a_time(contact):
    by = StaffFactory(hub=contact.hub, decider=True)
    address = at("open", contact, "missing_return_interview")
    said_of = {
        "key": uuid.uuid4(), "about": people_of(contact)[0].pk, "q_arranged_by": "us", "q_interviewer": "Jo Rask",
        "q_independent": "yes", "q_where": "Park", "q_may_be_shared": "Not asked yet", "agreed": "given",
        "agreed_words": "He did.", "q_found_on_clock": "08:10",
    }  # fmt: skip
    assert "When was the child found" in said(browser(by).post(address, said_of))
    found = timezone.localdate(NOW) - timedelta(days=1)
    assert browser(by).post(address, said_of | day("q_found_on_on", found)).status_code == 302
    one = Alongside.objects.using(B).get()
    assert timezone.localtime(one.starts_at).strftime("%H:%M") == "08:10"
    assert one.result_due_at - one.starts_at == timedelta(hours=72)


def test_a_word_that_may_not_leave_the_hub_is_refused_where_it_goes_out(contact, screener):
    one = AlongsideFactory(contact=contact)
    sent = {
        "key": uuid.uuid4(),
        "who": "Priya",
        "how": "telephone",
        "words": "Intelligence says so.",
        **when(),
    }
    assert "held in confidence" in said(browser(screener).post(at("send", one), sent))


# Where it is shown


def test_what_is_overdue_stands_on_the_case_the_decision_and_the_list(contact, screener):
    decision = DecisionFactory(contact=contact)
    late = AlongsideFactory(contact=contact)
    ended = AlongsideFactory(
        contact=contact, kind="prevent_referral", label="Prevent referral", never_told=""
    )
    HappeningFactory(
        alongside=ended, what="result", how="", result="to_channel", result_label="Goes on to Channel", ends=True,
        words="Agreed.",
    )  # fmt: skip
    page = browser(screener)
    for address in (
        reverse("desk:case", args=[contact.pk]),
        reverse("decision:page", args=[decision.pk]),
        at("listed"),
        at("on_case", contact),
    ):
        words = said(page.get(address))
        assert "Overdue since" in words, address
        assert "Goes on to Channel" in words, address
    assert f'href="{at("one", late)}"' in page.get(at("listed")).content.decode()


def test_opening_a_page_leaves_a_line_before_anything_is_shown(contact, screener):
    one = AlongsideFactory(contact=contact)
    for address in pages_of(one):
        browser(screener).get(address)
    lines = Entry.objects.using(B).filter(event="alongside.seen")
    assert [line.detail["page"] for line in lines.order_by("at", "pk")] == [
        "one",
        "paper",
        "send",
        "receive",
        "result",
    ]


def test_the_sheet_says_what_goes_and_nothing_else_of_the_case(contact, screener):
    one = AlongsideFactory(contact=contact)
    words = said(browser(screener).get(at("paper", one)))
    assert "At school, before noon." in words
    assert str(one.about) in words
    for other in people_of(contact)[1:]:
        assert str(other) not in words
    for line in one.about.lines:
        assert line not in words


# What is sealed


def pages_of_the_case(contact, decision):
    return [
        reverse("desk:case", args=[contact.pk]),
        reverse("decision:page", args=[decision.pk]),
        reverse("decision:decide", args=[contact.pk]),
        reverse("decision:letters_on", args=[decision.pk]),
        reverse("check:chronology", args=[contact.pk]),
        reverse("check:risk", args=[contact.pk]),
        reverse("contact:settle", args=[contact.pk]),
        reverse("plans:on_case", args=[contact.pk]),
        reverse("triage:page", args=[contact.pk]),
        reverse("triage:clocks", args=[contact.pk]),
        reverse("handover:waiting"),
        reverse("desk:worklist"),
    ]


NOISE = re.compile(
    rb'name="(?:csrfmiddlewaretoken|key|kept_for|opened)" value="[^"]*"|nonce="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}'
)


def bare(page):
    return NOISE.sub(b"", page.content)


def test_somebody_who_may_not_see_a_sealed_one_gets_the_same_bytes_with_it_and_without(contact):
    decision = DecisionFactory(contact=contact)
    reader = browser(StaffFactory(hub=contact.hub, duties=["screen", "assess", "decide", "manage"]))
    addresses = [*pages_of_the_case(contact, decision), at("listed"), at("on_case", contact),
                 at("open", contact, "designated_officer")]  # fmt: skip
    first = {address: reader.get(address) for address in addresses}
    one = sealed_one(contact)
    HappeningFactory(alongside=one)
    for address, before in first.items():
        after = reader.get(address)
        assert after.status_code == before.status_code == 200, address
        words = [re.sub(rb"\d\d:\d\d|seconds?|minutes?|\d+", b"", bare(page)) for page in (before, after)]
        assert words[0] == words[1], address
    absent = at("one", uuid.uuid4())
    for address in pages_of(one):
        hidden = reader.get(address)
        assert hidden.status_code == 404
        assert bare(hidden) == bare(reader.get(absent))
        assert reader.post(address, {}).status_code in {404, 405}


def test_nothing_sealed_stands_on_any_page_of_the_case_for_the_cleared_either(contact):
    decision = DecisionFactory(contact=contact)
    cleared = browser(StaffFactory(hub=contact.hub, duties=["screen", "assess", "decide", "manage", "clear"]))
    one = sealed_one(contact)
    HappeningFactory(alongside=one, words=MARKER)
    for address in pages_of_the_case(contact, decision):
        page = cleared.get(address)
        assert page.status_code == 200, address
        assert MARKER not in page.content.decode(), address
        assert f'href="{at("one", one)}"' not in page.content.decode(), address
    assert MARKER in said(cleared.get(at("one", one)))
    assert f'href="{at("one", one)}"' in cleared.get(at("on_case", contact)).content.decode()


# A person's own record


def gathered(contact, person, by):
    with signed_in_as(by):
        return "\n".join(text.text for text in gathering.gather(person, NOW))


def test_a_person_s_own_record_holds_what_is_open_and_nothing_sealed(contact):
    by = StaffFactory(hub=contact.hub, duties=["decide", "clear"])
    child = people_of(contact)[0]
    AlongsideFactory(contact=contact, by=by)
    HappeningFactory(alongside=sealed_one(contact, by=by), words=MARKER)
    words = gathered(contact, who_is(child), by)
    assert "At school, before noon." in words
    assert MARKER not in words
    assert "LADO" not in words


def test_whoever_causes_the_harm_is_given_nothing_of_it_in_their_own_record(contact):
    by = StaffFactory(hub=contact.hub, duties=["decide", "clear"])
    child, parent = people_of(contact)[:2]
    one = AlongsideFactory(contact=contact, by=by, kept_from=parent)
    HappeningFactory(alongside=one, words=MARKER)
    assert MARKER in gathered(contact, who_is(child), by)
    assert MARKER not in gathered(contact, who_is(parent), by)
    assert "At school, before noon." not in gathered(contact, who_is(parent), by)


def test_another_report_of_the_event_does_not_tell_whom_it_leaves_out(contact):
    by = StaffFactory(hub=contact.hub, duties=["decide", "clear"])
    parent = people_of(contact)[1]
    other = ready(hub=contact.hub)
    one_event(contact, other)
    HappeningFactory(alongside=AlongsideFactory(contact=other, by=by), words=MARKER)
    assert MARKER in gathered(other, who_is(people_of(other)[0]), by)
    assert MARKER not in gathered(contact, who_is(parent), by)


def test_whoever_is_said_to_cause_harm_is_told_nothing_where_nobody_said_from_whom_it_is_kept():
    contact = ready(people=[A_CHILD, A_PARENT | {"role": "alleged_perpetrator"}])
    by = StaffFactory(hub=contact.hub, duties=["decide", "clear"])
    child, parent = people_of(contact)
    HappeningFactory(alongside=AlongsideFactory(contact=contact, by=by, kept_from=None), words=MARKER)
    assert MARKER in gathered(contact, who_is(child), by)
    assert MARKER not in gathered(contact, who_is(parent), by)
