"""What is pure: figures with their intervals against published examples, months, and the content as it is carried."""

from datetime import date

import pytest

from mash.common.content import ContentError
from mash.common.shares import Share
from mash.training import content
from mash.training.dates import is_within_months
from mash.training.figures import difference
from tests.factories.setup import changed


@pytest.mark.parametrize(
    ("one", "other", "apart", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70), (48, 80), 0.2, 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.6, 0.1705, 0.8090),
        ((10, 10), (0, 20), 1.0, 0.6791, 1.0),
        ((5, 56), (0, 29), 0.0893, -0.0381, 0.1926),
    ],
)
def test_a_difference_has_the_interval_of_the_published_examples(one, other, apart, low, high):
    value, within = difference(Share(*one), Share(*other))
    assert [round(each, 4) for each in (value, within.low, within.high)] == [apart, low, high]


def test_nothing_is_compared_with_nothing():
    assert difference(Share(0, 0), Share(1, 2)) is None


@pytest.mark.parametrize(
    ("second", "within"),
    [
        (date(2027, 4, 1), False),
        (date(2027, 4, 2), True),
        (date(2027, 5, 2), True),
        (date(2027, 6, 2), True),
        (date(2027, 6, 3), False),
    ],
)
def test_day_two_is_five_to_seven_months_later_both_ends_included(second, within):
    assert is_within_months(date(2026, 11, 2), second, earliest=5, latest=7) is within


def test_every_role_has_a_path_and_a_path_begins_with_what_everybody_takes():
    assert set(content.paths()) == {*content.roles(), "everyone"}
    found = content.required_of(["contact_officer", "idva"])
    assert found[:3] == ["induction_to_mash", "sealed_information", "system_and_security"]
    assert len(found) == len(set(found))
    assert content.required_of(["a_role_that_is_gone"]) == found[:3]


def test_a_session_can_be_held_for_a_programme_and_for_a_module():
    two = content.offers()["mast_two_day"]
    assert (two.days, two.mixed, len(two.outcomes)) == (2, True, 5)
    module = content.offers()["child_neglect"]
    assert (module.days, module.counts_as) == (1, ("child_neglect",))
    assert module.outcomes[0].label == "Build a chronology that shows a pattern"


def put(path, value):
    def change(raw):
        *way, last = path
        for step in way:
            raw = raw[step] if isinstance(raw, dict) else next(one for one in raw if one["id"] == step)
        raw[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("modules", "child_neglect", "version"), 2, "modules.child_neglect.because"),
        (("modules", "child_neglect", "link"), "http://learn.example", "modules.child_neglect.link"),
        (("modules", "child_neglect", "minutes"), 0, "modules.child_neglect.minutes"),
        (("modules", "child_neglect", "ways"), [], "modules.child_neglect.ways"),
        (("paths", "idva", "required"), ["no_such"], "paths.idva.required"),
        (("paths", "idva", "id"), "nobody", "paths"),
        (("rules", "day_two_latest", "value"), 4, "rules.day_two_latest"),
        (("rules", "one_agency_percent", "value"), 101, "rules.one_agency_percent"),
        (("rules", "follow_up", "id"), "other", "rules"),
        (("programmes", "mast_two_day", "days"), 1, "programmes.mast_two_day.plan"),
        (("programmes", "attachment_day", "counts_as"), ["no_such"], "programmes.attachment_day.counts_as"),
        (("programmes", "attachment_day", "id"), "child_neglect", "programmes"),
        (("duties", "screen", "path"), "no_such", "duties.screen.path"),
    ],
)
def test_content_that_does_not_hold_together_is_refused_at_its_place(path, value, place):
    with pytest.raises(ContentError, match=rf"training\.yaml: {place}"):
        content.training.check(changed("training", put(path, value)))
