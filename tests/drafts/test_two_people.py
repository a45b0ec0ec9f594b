"""Two people in one form: nothing is overwritten in silence, and what both changed a person chooses."""

import html
import random
from functools import partial

import pytest
from django.urls import reverse

from mash.check.models import Happened, Risk
from mash.drafts import merging
from mash.triage.models import Rating
from tests.drafts.test_sending_once import hands
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.drafts import forms_on, kept_form
from tests.factories.partnership import StaffFactory

CHOICES = ["", "the uncle", "the aunt", "nobody", "a longer word\nand another"]
FIELDS = ["worries", "strengths", "needs_to_happen", "childs_voice", "missing"]


# Pure


def edits(chance, base):
    """Return a base as somebody changed it, each field or not."""
    return {
        name: [chance.choice(CHOICES)] if chance.random() < 0.6 else value for name, value in base.items()
    }


@pytest.mark.parametrize("seed", range(20))
def test_no_pair_of_edits_loses_a_word(seed):
    chance = random.Random(seed)
    for _ in range(250):
        base = {name: [chance.choice(CHOICES)] for name in FIELDS}
        theirs, mine = edits(chance, base), edits(chance, base)
        opened = merging.loads(merging.opened("1", base, base).dumps())
        merged = merging.merge(opened, theirs, mine, FIELDS)
        for name in FIELDS:
            was, other, own = (merging.plain(one[name]) for one in (base, theirs, mine))
            if other != was and own not in (was, other):
                assert merged.conflicts[name] == (other, own)
                assert name not in merged.values
            elif other != was:
                assert merged.values[name] == other
            else:
                assert merged.values[name] == own
        assert set(merged.values) | set(merged.conflicts) == set(FIELDS)


def test_what_a_form_builds_on_holds_digests_and_no_words():
    said = merging.opened("1", {"worries": ["the uncle"]}, {"worries": ["the uncle"]}).dumps()
    assert "uncle" not in said


@pytest.mark.parametrize("nonsense", ["", "x", "[]", "[1,2]", "{}", "null", '["1",2,3]'])
def test_an_unreadable_note_of_what_it_builds_on_is_none(nonsense):
    assert merging.loads(nonsense) is None


# On the pages


@pytest.fixture
def pair(transactional_db):
    one = StaffFactory(social_worker=True)
    other = StaffFactory(social_worker=True, hub=one.hub)
    return one, other, ContactFactory(hub=one.hub)


def risk_form(client, where):
    return next(form for form in map(dict, forms_on(client.get(where))) if "opened" in form)


def test_what_only_one_changed_is_merged_and_what_both_changed_is_chosen(pair):
    one, other, contact = pair
    where = reverse("check:risk", args=[contact.pk])
    mine, theirs = risk_form(browser(one), where), risk_form(browser(other), where)
    assert (
        browser(other).post(where, theirs | {"worries": "the aunt", "strengths": "school"}).status_code == 302
    )

    stopped = browser(one).post(where, mine | {"worries": "the uncle", "missing": "the GP"})
    page = html.unescape(stopped.content.decode())
    assert stopped.status_code == 200
    assert f"{other.account.name} wrote here after you opened the page" in page
    assert "the uncle" in page
    assert "the aunt" in page
    assert "school" in page
    assert " checked" not in page
    assert Risk.objects.using("builder").count() == 1

    carried = carried_by(stopped)
    again = browser(one).post(where, carried)
    assert "Choose whose words stand" in html.unescape(again.content.decode())
    assert Risk.objects.using("builder").count() == 1

    done = browser(one).post(where, carried_by(again) | {"merge-choice-worries": "mine"})
    assert done.status_code == 302
    newest = Risk.objects.using("builder").get(by=one.pk)
    assert (newest.worries, newest.strengths, newest.missing) == ("the uncle", "school", "the GP")


def carried_by(answer):
    """Return what a page carries along unseen, in the form of its main part."""
    from tests.factories.drafts import HIDDEN

    body = answer.content.decode().partition("<main")[2]
    return {name: html.unescape(value) for name, value in HIDDEN.findall(body)} | {
        "csrfmiddlewaretoken": "z" * 64
    }


def test_a_third_who_comes_between_is_shown_too(pair):
    one, other, contact = pair
    where = reverse("check:risk", args=[contact.pk])
    mine, theirs = risk_form(browser(one), where), risk_form(browser(other), where)
    browser(other).post(where, theirs | {"worries": "the aunt"})
    stopped = carried_by(browser(one).post(where, mine | {"worries": "the uncle"}))
    third = StaffFactory(social_worker=True, hub=one.hub)
    second_opened = risk_form(browser(third), where)
    assert browser(third).post(where, second_opened | {"worries": "the lodger"}).status_code == 302
    answer = browser(one).post(where, stopped | {"merge-choice-worries": "mine"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "the lodger" in page
    assert "the uncle" in page


def test_a_mark_is_not_overwritten_in_silence(pair):
    one, other, contact = pair
    event = reverse("check:event", args=[contact.pk])
    key = {
        "key": "7f2f9c0a-53a4-4f0b-9f0e-0c6f0a3f9d11",
        "title": "Seen by the GP",
        "agency": "Health",
        "person": "",
    }
    assert browser(one).post(event, key).status_code == 302
    entry = Happened.objects.using("builder").get()
    page, where = (
        reverse("check:chronology", args=[contact.pk]),
        reverse("check:mark", args=[contact.pk, entry.pk]),
    )
    mine, theirs = risk_form(browser(one), page), risk_form(browser(other), page)
    browser(other).post(where, theirs | {"why": "the first bruise"})
    stopped = browser(one).post(where, mine | {"why": "a visit"})
    assert "the first bruise" in html.unescape(stopped.content.decode())
    assert Happened.objects.using("builder").get().significance == "the first bruise"


def test_a_rating_made_meanwhile_stands_and_ones_own_words_are_shown(pair):
    one, other, contact = pair
    where = reverse("triage:page", args=[contact.pk])
    mine, theirs = kept_form(browser(one), where), kept_form(browser(other), where)
    sent = browser(other).post(where, theirs | {"colour": "red", "why": "He is at home now.", "step": "save"})
    assert sent.status_code == 302
    stopped = browser(one).post(
        where, mine | {"colour": "green", "why": "She is safe at school.", "step": "save"}
    )
    page = html.unescape(stopped.content.decode())
    assert "He is at home now." in page
    assert "She is safe at school." in page
    assert Rating.objects.using("builder").get().colour == "red"


@pytest.mark.parametrize("seed", range(6))
def test_no_two_people_at_once_hide_each_others_words(pair, seed):
    chance = random.Random(seed)
    one, other, contact = pair
    where = reverse("check:risk", args=[contact.pk])
    typed = {}
    for number, who in enumerate((one, other)):
        some = [name for name in FIELDS if chance.random() < 0.6] or ["worries"]
        typed[who.pk] = {name: f"{name} of {number}" for name in some}
    sends = [(who, risk_form(browser(who), where) | typed[who.pk]) for who in (one, other)]
    with hands() as at_once:
        answers = at_once(*(partial(browser(who).post, where, form) for who, form in sends))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (stopped,) = [html.unescape(answer.content.decode()) for answer in answers if answer.status_code == 200]
    for words in typed.values():
        for said in words.values():
            assert said in stopped
    assert Risk.objects.using("builder").count() == 1
