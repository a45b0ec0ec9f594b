"""Weights learned from decisions: pure, so the decisions are made up as comparisons."""

import random
from dataclasses import replace

import pytest

from mash.people.matching import levels, refitting
from mash.people.matching.refitting import Decided, OneKind, Seen, TooFew, answers, refit
from mash.people.matching.remembered import FACTS, read_back, written
from mash.people.matching.weights import plain, read, shipped

NOTHING = dict.fromkeys(FACTS, levels.NOTHING)
TOLD = {
    "given": levels.GIVEN_SAME,
    "family": levels.FAMILY_SAME,
    "born_on": levels.BORN_SAME,
    "sex": levels.SEX_SAME,
    "postcode": levels.POSTCODE_DIFFERENT,
}


def comparison(**said):
    return NOTHING | TOLD | said


def decisions(many, seed=1):
    """Return decisions of a hub where families change their names: half of the known go by another one now, and
    whoever wrote that swapped day and month.

    Beside each stands a brother or sister, and a namesake who lives elsewhere.
    """
    chance = random.Random(seed)
    made = []
    for home in range(many):
        known = chance.random() < 0.7
        family = levels.FAMILY_DIFFERENT if chance.random() < 0.5 else levels.FAMILY_SAME
        where = levels.POSTCODE_SAME if chance.random() < 0.4 else levels.POSTCODE_DIFFERENT
        born = levels.BORN_SWAPPED if family is levels.FAMILY_DIFFERENT else levels.BORN_SAME
        theirs = comparison(family=family, postcode=where, born_on=born)
        sibling = comparison(
            given=levels.GIVEN_DIFFERENT, born_on=levels.BORN_DIFFERENT, postcode=levels.POSTCODE_SAME
        )
        namesake = comparison(born_on=levels.BORN_DIFFERENT)
        others = [Seen(sibling, same=False, home=home), Seen(namesake, same=False, home=home + 1_000_000)]
        seen = ([Seen(theirs, same=True, home=home)] if known else []) + others
        made.append(Decided(home, tuple(seen), known))
    return made


def moved(start, learned):
    both = [*start.levels, *start.together]
    old, new = ({**one.levels, **one.together} for one in (start, learned))
    return max(abs(new.get(name, 0.0) - old.get(name, 0.0)) for name in {*both, *new})


def test_what_a_hub_gets_wrong_otherwise_is_found_after_and_no_more_is_mistaken():
    learned = refit(decisions(3000), shipped(), "3/1")
    said = learned.report()
    assert said["before"]["found"]["high"] < 0.8
    assert said["after"]["found"]["low"] > 0.95
    assert said["after"]["right"]["share"] >= 0.99
    assert said["gained"]["told_apart"]
    assert said["wrong"]["new"] == 0
    assert said["needed"] is None
    fresh = decisions(2000, seed=2)
    after = answers(fresh, learned.weights)
    assert sum(one.above and one.right for one in after) > 0.95 * sum(one.known for one in fresh)


def test_few_decisions_move_little_and_many_more():
    few, more, many = (refit(decisions(n), shipped(), "x").weights for n in (200, 800, 6000))
    assert moved(shipped(), few) < 1.0
    assert moved(shipped(), few) < moved(shipped(), more) < moved(shipped(), many)
    assert abs(few.likely_from - shipped().likely_from) < 1.0


def test_too_few_decisions_and_decisions_of_one_kind_are_refused():
    with pytest.raises(TooFew, match="199 decisions are too few to learn from: at least 200"):
        refit(decisions(199), shipped(), "x")
    alike = [replace(one, seen=one.seen[-1:], known=False) for one in decisions(500)]
    with pytest.raises(OneKind):
        refit(alike, shipped(), "x")
    said_nothing = [
        replace(one, known=None, seen=tuple(replace(seen, same=None) for seen in one.seen))
        for one in decisions(500)
    ]
    with pytest.raises(TooFew):
        refit(said_nothing, shipped(), "x")


def test_what_is_held_back_is_neither_learned_from_nor_sets_the_line():
    """Whatever is decided in the households held back, and of their records elsewhere, the same is learned."""
    first = decisions(800)
    upside_down = [
        replace(one, seen=tuple(replace(seen, same=not seen.same) for seen in one.seen), known=not one.known)
        if refitting._is_held_back(one.home)
        else replace(
            one,
            seen=tuple(
                replace(seen, same=True) if refitting._is_held_back(seen.home) else seen for seen in one.seen
            ),
        )
        for one in first
    ]
    assert sum(refitting._is_held_back(one.home) for one in first) > 100
    one, other = (refit(some, shipped(), "x") for some in (first, upside_down))
    assert plain(one.weights)["levels"] == plain(other.weights)["levels"]
    assert one.weights.start == other.weights.start
    assert one.report()["after"] != other.report()["after"]


def test_each_household_is_on_one_side_and_the_same_one_every_time():
    held = {home for home in range(5000) if refitting._is_held_back(home)}
    assert 900 < len(held) < 1100
    assert held == {home for home in range(5000) if refitting._is_held_back(home)}
    folds = {fold: sum(refitting._fold(home) == fold for home in range(5000)) for fold in range(5)}
    assert min(folds.values()) > 800


def test_too_few_held_back_say_so_and_how_many_would_be_enough():
    said = refit(decisions(300), shipped(), "x").report()
    assert said["after"]["found"]["share"] is None
    assert said["needed"] > 300
    assert refit(decisions(said["needed"] * 2), shipped(), "x").report()["needed"] is None


def test_of_a_share_that_few_stand_behind_nothing_is_said_although_there_are_decisions_enough():
    """None of them lies above the line before: that is no want of decisions."""
    married = [one for one in decisions(3000) if one.known and one.seen[0].levels["family"].mark != "same"]
    new = [one for one in decisions(3000) if not one.known]
    said = refit(married + new, shipped(), "x").report()
    assert said["before"]["right"]["share"] is None
    assert said["before"]["found"]["share"] < 0.5
    assert said["needed"] is None


def test_weights_that_say_everybody_is_likely_do_not_lift_a_sibling_or_a_twin():
    everybody = replace(shipped(), start=50.0, likely_from=-100.0, shown_from=-200.0, edition="bad")
    for other in (
        {"given": levels.GIVEN_DIFFERENT},
        {"born_on": levels.BORN_DIFFERENT},
        {"given": levels.GIVEN_DIFFERENT, "nhs": levels.NUMBER_SAME["nhs"]},
    ):
        one = Decided(1, (Seen(comparison(**other), same=False, home=1),), known=False)
        (said,) = answers([one], everybody)
        assert said.above
        assert not said.likely


def test_who_was_shown_is_shown_by_what_was_learned_too():
    learned = refit(decisions(3000), shipped(), "x").weights
    assert learned.shown_from <= shipped().shown_from
    ours = [seen for one in decisions(3000) for seen in one.seen if seen.same]
    assert all(learned.points(seen.levels) >= learned.shown_from for seen in ours)


def test_weights_are_written_and_read_back_as_they_are():
    learned = refit(decisions(400), shipped(), "3/1").weights
    assert read(plain(learned)) == learned


def test_a_comparison_is_written_by_codes_and_read_back():
    said = comparison(
        nhs=levels.NUMBER_SAME["nhs"], born_on=levels.BORN_SWAPPED, namesakes=levels.NAMESAKES_ONE
    )
    assert read_back(written(said)) == said
    elsewhere = comparison(upn=levels.Level("", levels.Mark.DIFFERENT, "stands on another person's record"))
    found = read_back(written(elsewhere))
    assert (found["upn"].code, found["upn"].mark) == ("", levels.Mark.DIFFERENT)
    assert read_back(["given.by_an_edition_long_gone"]) is None


def firsts(right, wrong):
    """Return first answers: so many at each sum that are right, and so many that are wrong."""
    return [(points, True) for points, n in right.items() for _ in range(n)] + [
        (points, False) for points, n in wrong.items() for _ in range(n)
    ]


@pytest.mark.parametrize(("right", "wrong", "wrong_before", "line"), [
    ({3.0: 100, 0.5: 60}, {0.2: 1}, 1, 0.0),  # 160 of 161 may well be 99 in 100, and no more are wrong
    ({3.0: 100, 0.5: 60}, {0.2: 1}, 0, 0.21),  # one more is wrong than before: raised above them, and no further
    ({3.0: 100, 0.5: 60}, {2.0: 1, 0.2: 1}, 1, 0.21),
    ({3.0: 1000, 0.5: 60}, {-5.0: 30, 0.2: 120}, 0, 0.46),  # far too many are wrong: raised to where they are not
    ({3.0: 3000, -2.0: 500}, {-3.0: 60}, 0, -1.94),  # far more are right than are asked for: lowered
    ({9.0: 1000, 0.5: 60}, {8.0: 30, 0.2: 120}, 0, 2.0),  # as wrong decisions would have it: no farther
    ({3.0: 50}, {3.0: 50}, 50, 0.0),  # no line has so many right: as before
    ({}, {}, 0, 0.0),
])  # fmt: skip
def test_where_the_line_is_drawn(right, wrong, wrong_before, line):
    said = refitting._line(firsts(right, wrong), 0.0, wrong_before)
    assert said == pytest.approx(line, abs=0.005)
