"""Dip samples: drawn so that it can be proved, reviewed once, and what they come to counted both ways."""

import csv
import io
import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mash.common.content import ContentError, Given, raw_of
from mash.common.shares import Share
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.quality import actions, jobs, policy, queries
from mash.quality.content.dips import DIP_SAMPLES, asked, load_dip_samples
from mash.quality.measures.compliance import Found, counted
from mash.quality.measures.drawing import due
from mash.quality.measures.funnel import funnel
from mash.quality.models import (
    Dip,
    DipCard,
    Dipped,
    EarlierShare,
    HubTold,
    Incident,
    Raised,
    RaisedReminder,
    Review,
)
from mash.quality.plotting import plot_funnel
from mash.quality.queries import compliance, dips
from mash.quality.yearly import past_shares
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.dip_story import (
    FROM,
    NEEDED,
    OFFICER,
    UNIT,
    UNTIL,
    a_sample,
    drawn,
    found_of,
    review,
    reviewed,
)
from tests.quality.incident_files import DATA, NOW, a_file, a_row, taken
from tests.quality.story import another_seed
from tests.quality.test_pages import ABSENT, FOUND, OK, REFUSED, said

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
SENT = {
    "form_required": "required", "for_whom": "both", "form_submitted": "yes", "form_in_time": "yes",
    "all_people_covered": "yes", "risk_today": "no", "put_right": "nothing_needed",
}  # fmt: skip
UNCLEAR = {"form_required": "unclear", "form_submitted": "no", "risk_today": "no", "put_right": "not_yet"}
NOT_NEEDED_SENT = {
    "form_required": "not_required", "form_submitted": "yes", "form_in_time": "no", "all_people_covered": "no",
    "what_led_to_it": "to_be_safe", "risk_today": "no", "put_right": "nothing_needed",
}  # fmt: skip
PUBLISHED = b"""year,percent_with_form,period
2022,64.6,full year
2023,69.2,full year
2024,80,full year
2025,88,first two quarters
"""


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


# Drawing


def test_a_sample_is_drawn_from_its_days_and_shared_out_evenly():
    sample = drawn(size=10)
    assert (sample.dip.frame_size, len(sample.dip.drawn), sample.dip.shortfall) == (30, 10, {})
    assert [one.place for one in sample.cards()] == list(range(1, 11))
    assert sorted(Counter(one.reviewer_id for one in sample.cards()).values()) == [5, 5]
    with signed_in_as(sample.lead):
        assert queries.redrawn(sample.dip).is_proved


def test_a_sample_is_drawn_of_some_types_and_spread():
    sample = drawn(size=6, kinds=["shoplifting"], spread_over="unit")
    assert {one.kind for one in sample.cards()} == {"shoplifting"}
    assert sample.dip.frame_size == 10
    assert sample.dip.asked == {UNIT: 3, "Roads": 3}
    sample = drawn(a_sample(), size=6, spread_over="child")
    assert sample.dip.asked == {"yes": 3, "no": 3}


def test_the_same_days_are_drawn_again_only_with_a_reason_and_no_incident_twice():
    sample = drawn(size=10)
    with pytest.raises(actions.NotWhole) as refused:
        drawn(sample, label="Again")
    assert (
        "Some of these days are drawn already: 2026, September and October" in refused.value.places["again"]
    )
    first = sample.dip
    drawn(sample, size=40, label="Again", again="Too few were needed.", from_on=UNTIL - timedelta(days=60))
    assert (sample.dip.again, sample.dip.excluded, sample.dip.frame_size) == ("Too few were needed.", 10, 20)
    assert sample.dip.shortfall == {"all": 20}
    keys = Dipped.objects.using(B).values_list("incident_id", flat=True)
    assert len(keys) == len(set(keys)) == 30
    assert first.pk != sample.dip.pk


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"label": " "}, "label"),
        ({"until_on": FROM - timedelta(days=1)}, "until_on"),
        ({"until_on": NOW.date()}, "until_on"),
        ({"size": 0}, "size"),
        ({"size": 201}, "size"),
        ({"spread_over": "star sign"}, "spread_over"),
        ({"reviewers": []}, "reviewers"),
        ({"from_on": date(2020, 1, 1), "until_on": date(2020, 1, 2)}, "from_on"),
        ({"kinds": ["arson"]}, "from_on"),
    ],
)
def test_what_cannot_be_drawn_is_said(changes, place):
    sample = a_sample(many=4)
    with pytest.raises(actions.NotWhole) as refused:
        drawn(sample, **changes)
    assert place in refused.value.places
    assert not Dip.objects.using(B).exists()


def test_drawing_the_same_form_twice_draws_one_and_names_are_taken_once():
    key = uuid.uuid4()
    sample = drawn(key=key)
    first = sample.dip
    assert drawn(sample, key=key).dip.pk == first.pk
    with pytest.raises(actions.NotWhole) as refused:
        drawn(sample, label=first.label.upper(), from_on=date(2026, 1, 1), until_on=date(2026, 1, 2))
    assert refused.value.places == {"label": "There is a sample of this name already: a sample is drawn once"}


@given(st.integers(1, 400), st.integers(0, 500), st.integers(1, 12), st.sampled_from([1, 2, 3, 4, 6]))
def test_what_is_due_each_time_reaches_the_least_by_the_end_of_the_year(least, so_far, month, months):
    now = due(least, so_far, month, months)
    draws = -(-(13 - month) // months)
    assert so_far + now * draws >= least
    assert now == 0 or so_far + (now - 1) * draws < least


def test_the_page_says_how_many_are_due():
    sample = drawn(size=10)
    with signed_in_as(sample.lead):
        way = dips.on_the_way(sample.lead, date(2026, 9, 1))
    assert (way.drawn, way.reviewed, way.least, way.due) == (10, 0, 200, 95)
    page = said(browser(sample.lead).get(at("dips")))
    assert "2026: 10 drawn, 0 of them reviewed, of at least 200 a year" in page


def test_a_program_draws_it_again_and_says_what_does_not_come_out(capsys):
    sample = drawn(size=5)
    call_command("quality", "redraw", hub=sample.hub.name, dip=sample.dip.label)
    assert "2026, September and October: drawn again, and the same" in capsys.readouterr().out
    Dip.objects.using(B).filter(pk=sample.dip.pk).update(seed=another_seed(sample.dip))
    with pytest.raises(CommandError, match="1 of 1 could not be proved"):
        call_command("quality", "redraw", hub=sample.hub.name)
    with pytest.raises(CommandError, match="no dip sample named X"):
        call_command("quality", "redraw", hub=sample.hub.name, dip="X")


# Questions


@given(st.dictionaries(st.sampled_from([one.id for one in load_dip_samples().questions]),
                       st.sampled_from(["required", "not_required", "unclear", "yes", "no", "other"])))  # fmt: skip
def test_a_question_is_asked_only_after_the_answers_it_follows_from(answers):
    content = load_dip_samples()
    counts = {}
    for one in content.questions:
        if one.is_asked(counts):
            assert all(answers.get(name) == value for name, value in one.only_if.items())
            if one.id in answers:
                counts[one.id] = answers[one.id]


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        ({"form_required": "required", "form_submitted": "no"}, ["for_whom", "why_not"]),
        ({"form_required": "required", "form_submitted": "yes", "form_in_time": "yes"},
         ["for_whom", "form_in_time", "all_people_covered"]),
        ({"form_required": "required", "form_submitted": "yes", "form_in_time": "no"},
         ["for_whom", "form_in_time", "all_people_covered", "why_not"]),
        ({"form_required": "not_required", "form_submitted": "yes"},
         ["form_in_time", "all_people_covered", "what_led_to_it"]),
        ({"form_required": "unclear", "form_submitted": "no"}, []),
    ],
)  # fmt: skip
def test_which_questions_are_asked(answers, ids):
    sample = a_sample(many=1)
    always = {"form_required", "form_submitted", "risk_today", "put_right"}
    with signed_in_as(sample.lead):
        assert {one.id for one in asked(answers)} == always | {*ids}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw["questions"].pop(0), "form_required"),
        (
            lambda raw: raw["questions"][1].update(only_if={"put_right": "training"}),
            "for_whom: there is no put_right",
        ),
        (lambda raw: raw["questions"][1].update(only_if={"form_required": "x"}), "there is no x"),
        (lambda raw: raw["questions"][0]["choices"].pop(), "form_required"),
        (lambda raw: raw["rules"].pop(), "each rule once"),
    ],
)
def test_questions_that_do_not_fit_together_are_refused(change, why):
    raw = raw_of(DIP_SAMPLES)
    change(raw)
    with pytest.raises(ContentError, match=why):
        load_dip_samples(Given("dip_samples.yaml", raw))


# Reviewing


def test_what_is_not_asked_is_let_go_and_what_is_asked_must_be_answered():
    sample = drawn()
    card = sample.cards()[0]
    with pytest.raises(actions.NotWhole) as refused:
        review(
            sample,
            card,
            said={"form_required": "required", "form_submitted": "yes", "form_in_time": "perhaps"},
        )
    assert set(refused.value.places) == {
        "for_whom",
        "form_in_time",
        "all_people_covered",
        "risk_today",
        "put_right",
    }
    with pytest.raises(actions.NotWhole) as refused:
        review(sample, card, said=UNCLEAR)
    assert refused.value.places == {"words": "Say what the record lacks"}
    made = review(sample, card, said=NEEDED, form_in_time="yes", what_led_to_it="other")
    assert made.said == NEEDED
    assert (made.required, made.submitted, made.in_time, made.at_risk) == (True, False, None, False)


def test_an_incident_is_reviewed_once_by_whom_it_was_given_to():
    sample = drawn()
    card = sample.cards()[0]
    other = next(one for one in sample.reviewers if one.pk != card.reviewer_id)
    with pytest.raises(PermissionDenied):
        doing(other, actions.review_incident, card=card, key=uuid.uuid4(), said=NEEDED, words="", at=NOW)
    key = uuid.uuid4()
    made = review(sample, card, key=key)
    assert review(sample, card, key=key).pk == made.pk
    with pytest.raises(actions.WrongState, match="already"):
        review(sample, card)


def test_who_is_at_risk_leads_to_telling_the_hub_and_is_marked_until_it_is_told():
    sample = drawn()
    card = sample.cards()[0]
    reviewer = browser(sample.reviewer_of(card))
    answer = reviewer.post(
        at("review", card.pk), NEEDED | {"risk_today": "yes", "key": str(uuid.uuid4()), "words": ""}
    )
    assert answer.url == at("tell_hub", card.pk)
    assert "Tell the hub now" in said(reviewer.get(answer.url))
    for page in (browser(sample.lead).get(at("dips")), browser(sample.lead).get(at("dip", sample.dip.pk))):
        assert "nobody has said yet that the hub was told" in said(page)
    assert "1 at risk, and the hub not told" in said(browser(sample.lead).get(at("home")))
    assert "At risk: tell the hub" in said(reviewer.get(at("home")))
    closing = browser(sample.lead).post(at("close_dip", sample.dip.pk), {"left_out": "X"})
    assert "nobody has said that the hub was told: say so first" in said(closing)
    assert "Say how the hub was told" in said(reviewer.post(at("tell_hub", card.pk), {"how": ""}))
    assert (
        reviewer.post(at("tell_hub", card.pk), {"how": "Rang the desk", "reference": "NF-1"}).status_code
        == FOUND
    )
    assert "not told" not in said(browser(sample.lead).get(at("home")))
    assert "Rang the desk, reference NF-1" in said(browser(sample.lead).get(at("dip_card", card.pk)))
    assert HubTold.objects.using(B).count() == 1


def test_no_page_of_a_reviewer_shows_officer_or_unit_and_no_row_holds_them():
    sample = drawn()
    for card in sample.cards():
        reviewer = sample.reviewer_of(card)
        shown = said(browser(reviewer).get(at("review", card.pk))) + said(browser(reviewer).get(at("home")))
        assert card.reference in shown
        assert OFFICER not in shown
        assert UNIT not in shown
    with signed_in_as(sample.reviewers[0]):
        assert not Incident.objects.exists()
        assert not Dipped.objects.exists()
        assert {one.reviewer_id for one in DipCard.objects.all()} == {sample.reviewers[0].pk}
    assert OFFICER in said(browser(sample.lead).get(at("dip_card", sample.cards()[0].pk)))


def test_a_card_is_given_to_another_and_a_sample_is_closed_with_a_reason():
    sample = drawn(size=3)
    card = sample.cards()[0]
    other = next(one for one in sample.reviewers if one.pk != card.reviewer_id)
    assert browser(sample.lead).post(at("give_card", card.pk), {"to": str(other.pk)}).status_code == FOUND
    assert sample.cards()[0].reviewer_id == other.pk
    review(sample, sample.cards()[0])
    with pytest.raises(actions.WrongState):
        doing(sample.lead, actions.give_card, card=sample.cards()[0], to=sample.reviewers[0], at=NOW)
    assert "Say why some are not reviewed" in said(
        browser(sample.lead).post(at("close_dip", sample.dip.pk), {})
    )
    done = browser(sample.lead).post(at("close_dip", sample.dip.pk), {"left_out": "Away."})
    assert done.status_code == FOUND
    for one in sample.cards():
        assert browser(sample.reviewer_of(one)).get(at("review", one.pk)).status_code == ABSENT
    with signed_in_as(sample.reviewer_of(card)):
        assert not DipCard.objects.exists()


# What it comes to


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), max_size=60))
def test_the_two_ways_of_counting_hold_the_truth_between_them_where_nothing_unclear_was_sent(found):
    total = counted(Found(required, submitted) for required, submitted in found)
    assert total.n == len(found)
    assert total.needed + total.unclear + total.not_needed == len(found)
    low, high = total.as_not_needed, total.as_needed
    assert high.n == low.n + total.unclear
    assert 0 <= high.top - low.top <= total.unclear


def test_what_reviewers_found_is_counted_both_ways():
    sample = reviewed(answers=[SENT, NEEDED, UNCLEAR, NOT_NEEDED_SENT, NEEDED], size=10)
    with signed_in_as(sample.lead):
        found = compliance.results(sample.lead, compliance.REVIEWED)
    total = found.total
    assert (total.needed, total.needed_sent, total.unclear, total.not_needed, total.not_needed_sent) == (
        6,
        2,
        2,
        2,
        2,
    )
    assert (total.as_not_needed.top, total.as_not_needed.n) == (2, 6)
    assert (total.as_needed.top, total.as_needed.n) == (2, 8)
    assert total.apart == pytest.approx(100 * (2 / 6 - 2 / 8))
    assert found.is_wide_apart
    assert (total.in_time.top, total.over_sending.top) == (2, 2)
    words = said(browser(sample.lead).get(at("compliance")))
    assert "8.3 points apart, 5 or more: the record keeping is the finding" in words
    assert "Unclear as not needed: 2 of 6: 33 %" in words
    assert "Unclear as needed: 2 of 8: 25 %" in words
    assert "There was no time" in words
    assert OFFICER not in words


def test_the_made_up_force_comes_to_its_known_figures_by_year():
    lead = StaffFactory(hub=HubFactory(), manager=True)
    taken(lead, (DATA / "incidents.csv").read_bytes())
    with signed_in_as(lead):
        found = compliance.results(lead, compliance.RECORDED)
    by_year = {
        one.label: (one.of.n, one.of.needed, one.of.needed_sent, one.of.not_needed_sent, one.of.unclear)
        for one in found.years
    }
    assert by_year == {
        "2024": (52, 22, 17, 0, 0), "2025": (197, 91, 75, 4, 1), "2026": (171, 80, 71, 5, 2),
    }  # fmt: skip
    assert len(found.periods) == 13
    assert sum(one.of.n for one in found.units) == sum(one.of.n for one in found.kinds) == 420
    answer = browser(lead).get(at("compliance") + "?of=recorded&as=csv")
    lines = {(one["Of"], one["Which"]): one for one in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert lines["Year", "2025"]["Needed and sent"] == "75"
    assert lines["Year", "2025"]["Unclear"] == "1"


def test_a_funnel_is_drawn_with_the_limits_of_every_number():
    some = funnel([("A", Share(9, 10)), ("B", Share(2, 40)), ("C", Share(0, 0))])
    drawn_ = plot_funnel(some)
    assert [(place, dot.signal) for dot, place in drawn_.named] == [
        (place, one.where != "within") for place, one in enumerate(some[:2], 1)
    ]
    assert len(drawn_.inner) == len(drawn_.outer) == 2 * 39
    assert min(line.x1 for line in drawn_.outer) < max(line.x2 for line in drawn_.outer) == 96.0
    widths = [abs(low.y1 - high.y1) for low, high in zip(drawn_.outer[:39], drawn_.outer[39:], strict=True)]
    assert widths[0] > widths[-1]
    assert plot_funnel(funnel([("A", Share(0, 0))])) is None


def test_a_unit_that_begins_like_a_formula_is_harmless_in_the_table():
    lead = StaffFactory(hub=HubFactory(), manager=True)
    taken(lead, a_file(a_row(unit="=HYPERLINK(1)")))
    answer = browser(lead).get(at("compliance") + "?of=recorded&as=csv").content.decode()
    assert "'=HYPERLINK(1)" in answer
    assert ",=HYPERLINK" not in answer


def test_figures_published_without_n_stand_beside_and_in_no_limit():
    sample = reviewed(answers=[SENT, NEEDED], size=4)
    page = browser(sample.lead)
    shown = page.post(at("earlier_shares"), {"file": SimpleUploadedFile("c.csv", PUBLISHED)})
    assert "2025, first two quarters 88 %, n not published" in said(shown)
    assert page.post(at("earlier_shares"), {"rows": PUBLISHED.decode()}).status_code == FOUND
    assert page.post(at("earlier_shares"), {"rows": PUBLISHED.decode()}).status_code == FOUND
    assert EarlierShare.objects.using(B).count() == 4
    other = page.post(at("earlier_shares"), {"rows": "year,percent_with_form\n2022,70\n"})
    assert "Here already with another figure, and left as they are: 2022" in said(other)
    with signed_in_as(sample.lead):
        found = compliance.results(sample.lead, compliance.REVIEWED)
    assert found.as_not_needed.middle == 0.5
    assert [one.n for one in found.as_not_needed.points] == [4]
    answer = page.get(at("compliance"))
    words = said(answer)
    assert "2022, published elsewhere n not published 64.6 %" in words
    assert answer.content.decode().count("mash-chart__dot--open") == 2 * 4  # both ways of counting


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("22,64", "year is not a year"),
        ("2022,164", "percent_with_form is not a percentage"),
        ("2022,=1", "percent_with_form is not a percentage"),
        ("2022", "has 1 columns"),
        ("2022,", "percent_with_form is missing"),
    ],
)
def test_a_yearly_figure_that_is_none_is_named_by_its_line(row, why):
    found, wrong = past_shares(f"year,percent_with_form\n{row}\n2023,69.2\n")
    assert [one.label for one in found] == ["2023"]
    assert wrong[0].startswith("Line 2")
    assert why in wrong[0]


# What is done


def raise_it(sample, **changes):
    said_ = {
        "key": uuid.uuid4(), "kind": "training", "unit": UNIT, "words": "A briefing on shoplifting with children.",
        "owner": sample.reviewers[0], "due_on": NOW.date() + timedelta(days=7), "at": NOW,
    }  # fmt: skip
    return doing(sample.lead, actions.raise_action, **(said_ | changes))


def test_an_action_is_raised_owned_reminded_of_and_done():
    sample = drawn(size=2)
    card = sample.cards()[0]
    one = raise_it(sample, card=card)
    assert one.dip_id == sample.dip.pk
    owner = browser(sample.reviewers[0])
    assert "A briefing on shoplifting" in said(owner.get(at("tasks")))
    assert "Actions" in said(owner.get(at("home")))
    with in_service("reminders"):
        assert not actions.remind_of_action(raised=one, at=NOW + timedelta(days=7))
        late = NOW + timedelta(days=9)
        assert [each.pk for each in dips.overdue(late)] == [one.pk]
        assert actions.remind_of_action(raised=one, at=late)
        assert not actions.remind_of_action(raised=one, at=late)
        assert actions.remind_of_action(raised=one, at=late + timedelta(days=7))
    mails = Email.objects.using(B).filter(to=sample.reviewers[0].account.email)
    assert mails.count() == 2
    assert not any("shoplifting" in mail.body + mail.subject for mail in mails)
    assert "Overdue" in said(browser(sample.lead).get(at("tasks")))
    assert "Say what was done" in said(owner.post(at("task", one.pk), {"words": ""}))
    assert owner.post(at("task", one.pk), {"words": "Briefed on Monday."}).status_code == FOUND
    assert "Briefed on Monday." in said(browser(sample.lead).get(at("task", one.pk)))
    with in_service("reminders"):
        assert dips.overdue(late) == []
    with pytest.raises(actions.WrongState):
        doing(sample.lead, actions.finish_action, raised=one, words="Again", at=NOW)


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"kind": "x"}, "kind"), ({"words": " "}, "words"), ({"due_on": date(2026, 11, 15)}, "due_on")],
)
def test_what_cannot_be_raised_is_said(changes, place):
    sample = a_sample(many=1)
    with pytest.raises(actions.NotWhole) as refused:
        raise_it(sample, **changes)
    assert place in refused.value.places
    with pytest.raises(actions.NotWhole):
        raise_it(sample, owner=StaffFactory(hub=HubFactory()))


def test_the_timetable_reminds(monkeypatch):
    sample = drawn(size=1)
    raise_it(sample)
    monkeypatch.setattr(jobs.timezone, "now", lambda: NOW + timedelta(days=9))
    with in_service("reminders"):
        jobs.remind()
    assert RaisedReminder.objects.using(B).count() == 1


# Who may

CASES = [  # same hub, duties: sees a sample and its figures, leads
    (True, ["manage"], True, True),
    (True, ["analyse"], True, False),
    (True, ["grade"], False, False),
    (True, ["decide", "screen", "clear"], False, False),
    (True, ["audit"], False, False),
    (True, [], False, False),
    (False, ["manage", "analyse", "grade"], False, False),
]


@pytest.mark.parametrize(("here", "duties", "sees", "leads"), CASES)
def test_who_sees_what_of_a_sample(here, duties, sees, leads):
    sample = reviewed(size=2)
    raise_it(sample)
    doing(sample.lead, actions.take_earlier_shares, shares=past_shares(PUBLISHED.decode())[0], at=NOW)
    reader = StaffFactory(hub=sample.hub if here else HubFactory(), duties=duties)
    assert Dip.objects.using(B).filter(policy.dips_of(reader)).exists() is sees
    assert Raised.objects.using(B).filter(policy.raised_for(reader)).exists() is leads
    assert not DipCard.objects.using(B).filter(policy.reviewable_by(reader)).exists()
    one = Raised.objects.using(B).get()
    with signed_in_as(reader):
        assert bool(policy.may_see_dip(reader, sample.dip)) is sees
        assert bool(policy.may_see_raised(reader, one)) is leads
        assert not any(policy.may_review(reader, card) for card in sample.cards())
        assert Dip.objects.exists() is (here and bool({*duties} & {"grade", "manage", "analyse"}))
        for model in (Dipped, DipCard, Review, EarlierShare):
            assert model.objects.exists() is sees, model
        assert Raised.objects.exists() is leads
    page = browser(reader)
    only = OK if sees else ABSENT
    assert page.get(at("dip", sample.dip.pk)).status_code == only
    card = sample.cards()[0]
    for name, key in (("dip_card", card.pk), ("give_card", card.pk), ("raise_from_card", card.pk)):
        assert page.get(at(name, key)).status_code == (OK if leads else ABSENT)
    for name in ("close_dip", "raise_from_dip"):
        assert page.get(at(name, sample.dip.pk)).status_code == (OK if leads else REFUSED if sees else ABSENT)
    assert page.get(at("task", one.pk)).status_code == (OK if leads else ABSENT)
    assert page.get(at("review", card.pk)).status_code == ABSENT
    assert page.post(at("tell_hub", card.pk), {}).status_code == (FOUND if leads else ABSENT)
    if here:
        assert page.get(at("compliance")).status_code == (OK if sees else REFUSED)
        for name in ("new_dip", "raise_from_figures", "earlier_shares"):
            assert page.get(at(name)).status_code == (OK if leads else REFUSED)
    assert page.get(at("tasks")).status_code == OK


def test_no_row_of_a_sample_is_forged_or_changed():
    sample = drawn(size=4)
    card = sample.cards()[0]
    mine, stranger = sample.reviewer_of(card), next(o for o in sample.reviewers if o.pk != card.reviewer_id)
    word = {"version": 1, "said": {}, "required": True, "submitted": False, "at_risk": True, "at": NOW}
    first = review(sample, sample.cards()[1], said=NEEDED, risk_today="yes")
    told = {"hub": sample.hub, "review": first, "how": "X", "at": NOW}
    to_do = {"hub": sample.hub, "kind": "advice", "words": "X", "due_on": NOW.date(), "at": NOW}
    analyst = StaffFactory(hub=sample.hub, duties=["analyse"])
    forged = [
        (stranger, Review(hub=sample.hub, card=card, key=uuid.uuid4(), by=stranger, **word)),
        (mine, Review(hub=sample.hub, card=card, key=uuid.uuid4(), by=stranger, **word)),
        (sample.lead, Review(hub=sample.hub, card=card, key=uuid.uuid4(), by=sample.lead, **word)),
        (analyst, HubTold(by=sample.lead, **told)),
        (mine, Raised(key=uuid.uuid4(), owner=mine, by=mine, **to_do)),
        (sample.lead, Raised(key=uuid.uuid4(), owner=mine, by=mine, **to_do)),
        (analyst, EarlierShare(hub=sample.hub, label="2020", year=2020, percent=1, by=analyst, at=NOW)),
        (sample.lead, RaisedReminder(hub=sample.hub, raised=raise_it(sample), step="x", at=NOW)),
    ]
    for by, row in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            row.save(force_insert=True)
    with pytest.raises(DatabaseError), signed_in_as(mine):
        DipCard.objects.filter(pk=card.pk).update(reviewer=stranger)
    with pytest.raises(DatabaseError), signed_in_as(sample.lead):
        Dip.objects.update(seed="0")
    with pytest.raises(DatabaseError), signed_in_as(mine):
        Dip.objects.update(closed_at=NOW)
    for model in (Dip, Dipped, DipCard, Review, Raised, EarlierShare):
        with pytest.raises(DatabaseError), signed_in_as(sample.lead):
            model.objects.all().delete()
    with signed_in_as(mine):
        Review(hub=sample.hub, card=card, key=uuid.uuid4(), by=mine, **word).save(force_insert=True)
    assert found_of(card).by_id == mine.pk


def test_lists_take_as_many_queries_for_many_as_for_few():
    counts = []
    for size in (2, 12):
        sample = reviewed(size=size)
        page = browser(sample.lead)
        page.get(at("dip", sample.dip.pk))
        with CaptureQueriesContext(connection) as queries_made:
            page.get(at("dip", sample.dip.pk))
            page.get(at("compliance"))
            page.get(at("dips"))
        counts.append(len(queries_made))
    assert counts[0] == counts[1]


def test_each_reading_leaves_a_line():
    sample = drawn(size=1)
    card = sample.cards()[0]
    browser(sample.reviewer_of(card)).get(at("review", card.pk))
    browser(sample.lead).get(at("compliance"))
    events = {*Entry.objects.using(B).values_list("event", flat=True)}
    assert {"quality.dip_drawn", "quality.dip_card_seen", "quality.dip_figures_seen"} <= events


def test_a_sample_is_drawn_by_the_page():
    sample = a_sample()
    page = browser(sample.lead)
    words = said(page.get(at("new_dip")))
    assert "Missing child" in words
    days = {"from_on": FROM, "until_on": UNTIL}
    sent = {
        "key": str(uuid.uuid4()), "label": "By the page", "size": "8", "spread_over": "kind", "again": "",
        "reviewers": [str(one.pk) for one in sample.reviewers], "kinds": ["missing child", "shoplifting"],
        **{f"{name}-{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")},
    }  # fmt: skip
    answer = page.post(at("new_dip"), sent)
    made = Dip.objects.using(B).get()
    assert answer.url == at("dip", made.pk)
    assert "Drawn again just now: the same incidents" in said(page.get(answer.url))
    assert "Choose who reviews" in said(page.post(at("new_dip"), sent | {"reviewers": [], "label": "X"}))
    again = sent | {"key": str(uuid.uuid4()), "label": "Once more"}
    assert "Some of these days are drawn already: By the page" in said(page.post(at("new_dip"), again))
