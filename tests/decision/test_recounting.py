"""Tier history and the rules of going to and fro against a plain recount, over ten thousand made-up histories.

The recount walks through the days one by one and says what docs/rules.md, "Bouncing" and "Tier history", say.  It
shares no code with the product: days, months, tiers and windows are its own.
"""

import calendar
import itertools
import random
from datetime import date, timedelta

from mash.decision import bouncing
from mash.decision.direction import Spell
from mash.decision.tiers import Helped, changes, stretches, while_together

HISTORIES, SEED = 10_000, 20_261_201
TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
REACH = 620  # days before today in which something happens
YEAR_AGO = date(2025, 12, 1)


def made_up(dice):
    """Return pieces of work as (tier, first day, first day without it or None), some overlapping, some of no length."""
    found = []
    for _ in range(dice.choice((0, 1, 2, 2, 3, 3, 4, 6))):
        begins = TODAY - timedelta(days=dice.randint(-5, REACH))
        ends = dice.choice((None, begins + timedelta(days=dice.choice((0, 1, 20, 45, 89, 90, 91, 200)))))
        if found and dice.random() < 0.4:
            begins = found[-1][2] or begins  # one after the other, on the same day
            ends = None if ends is None else begins + timedelta(days=dice.randint(0, 120))
        found.append((dice.choice((2, 3, 4)), begins, ends))
    return found


def some_days(dice):
    return [TODAY - timedelta(days=dice.randint(-3, REACH)) for _ in range(dice.choice((0, 0, 1, 2, 3, 4)))]


def some_pairs(dice):
    return [
        (day, day + timedelta(days=dice.choice((-1, 0, 10, 30, 31, 180, 181)))) for day in some_days(dice)
    ]


def tiers_by_day(work):
    """Return the highest tier of each day from the first work to today: None where nothing is open."""
    lasting = [
        (tier, begins, ends or TODAY + DAY) for tier, begins, ends in work if ends is None or ends > begins
    ]
    days = {}
    for tier, begins, ends in sorted(lasting):  # the higher one writes over the lower one
        day = begins
        while day < ends and day <= TODAY:
            days[day] = tier
            day += DAY
    return days


def a_year_before(day):
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


def moves(work):
    """Return (day, "up" or "down") for each day on which help moved up or down, the first first.

    First help is neither.  Help again within twelve months of its end is up; help that ends with nothing after it is
    down.
    """
    tiers = tiers_by_day(work)
    if not tiers:
        return []
    found, before, ended = [], None, None
    day = min(tiers)
    while day <= TODAY:
        now = tiers.get(day)
        if now != before:
            if before is None:
                if ended is not None and ended >= a_year_before(day - DAY):
                    found.append((day, "up"))
            elif now is None:
                found.append((day, "down"))
            else:
                found.append((day, "up" if now > before else "down"))
        if now is None and before is not None:
            ended = day
        before = now
        day += DAY
    return found


def recounted(work, nothing_more, came_back, passed_back, referred):
    """Return the days each rule fires on, by its id, from the words of the rules."""
    found = {}
    told = moves(work)
    reversals = [(one, two) for one, two in itertools.pairwise(told) if one[1] != two[1]]
    for one, two in reversals:  # the latest is shown
        if (two[0] - one[0]).days <= 90 and two[0] >= YEAR_AGO:
            found["down_then_up" if one[1] == "down" else "up_then_down"] = (one[0], two[0])
    lately = [two[0] for _, two in reversals if (TODAY - two[0]).days <= 365]
    if len(lately) >= 2:
        found["two_changes"] = tuple(lately)
    closed = sorted(day for day in nothing_more if 0 <= (TODAY - day).days <= 365)
    if len(closed) >= 3:
        found["no_action_three_times"] = tuple(closed)
    for name, pairs, most in (("same_worry_returns", came_back, 180), ("handed_back", passed_back, 30)):
        good = [
            (one, two)
            for one, two in pairs
            if YEAR_AGO <= two <= TODAY and (two - one).days <= most and (one <= two or name == "handed_back")
        ]
        if good:
            found[name] = max(good)
    asked = sorted(day for day in referred if day <= TODAY)
    for one, two in itertools.pairwise(asked):
        if two >= YEAR_AGO and (two - one).days <= 365:
            found["referred_again"] = (one, two)
    return found


def spells(work):
    return [Spell(*one) for one in work]


def test_ten_thousand_histories_are_told_as_a_plain_recount_tells_them():
    dice, fired = random.Random(SEED), {}
    for number in range(HISTORIES):
        work, closed, referred = made_up(dice), some_days(dice), some_days(dice)
        came, passed = some_pairs(dice), [(a, b) for a, b in some_pairs(dice) if a <= b]
        said = bouncing.fired(
            spells(work), closed, TODAY, came_back=came, passed_back=passed, referred=referred
        )
        mine = recounted(work, closed, came, passed, referred)
        assert {one.rule.id: one.days for one in said} == mine, (number, work, closed, came, passed, referred)
        for name in mine:
            fired[name] = fired.get(name, 0) + 1
    assert min(fired.values()) > 50, fired  # each rule was put to the test
    assert len(fired) == 7


def test_the_strip_shows_the_tier_of_every_day():
    dice = random.Random(SEED + 1)
    for number in range(HISTORIES):
        work = made_up(dice)
        shown = {}
        for one in stretches(spells(work), TODAY):
            day = one.from_on
            while day <= TODAY and (one.until_on is None or day < one.until_on):
                assert day not in shown, (number, work)
                shown[day] = one.tier
                day += DAY
        assert shown == tiers_by_day(work), (number, work)


def test_a_household_has_the_highest_tier_of_whoever_lives_there_on_that_day():
    dice = random.Random(SEED + 2)
    for number in range(HISTORIES // 5):
        own, theirs = made_up(dice), made_up(dice)
        moved_in = TODAY - timedelta(days=dice.randint(0, REACH))
        moved_out = dice.choice((None, moved_in + timedelta(days=dice.randint(1, 300))))
        shared = while_together(spells(theirs), [Spell(0, moved_in, moved_out)])
        helped = [Helped("own", one) for one in spells(own)] + [Helped("other", one) for one in shared]
        by_day = tiers_by_day(own)
        for day, tier in tiers_by_day(theirs).items():
            if moved_in <= day and (moved_out is None or day < moved_out):
                by_day[day] = max(tier, by_day.get(day, 0))
        turned = {one.on: (one.before, one.after) for one in changes(helped, TODAY)}
        expected = {
            day: (by_day.get(day - DAY), by_day.get(day))
            for day in {*by_day, *(day + DAY for day in by_day)}
            if day <= TODAY and by_day.get(day - DAY) != by_day.get(day)
        }
        assert turned == expected, (number, own, theirs, moved_in, moved_out)
        assert all(one.by for one in changes(helped, TODAY)), number
