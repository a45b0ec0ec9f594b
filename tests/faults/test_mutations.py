"""What is said to prove that a fault changes nothing proves it: not where somebody could be let in or kept out."""

import pytest
from django.db import connection

from mash.partnership.models import Duty
from tests.factories.base import signed_in_as
from tests.factories.partnership import StaffFactory
from tests.faults.mutations import AT_A_DESK, asked_beside, demanded, demanded_beside, desk_beside

DUTIES = "( SELECT identity.my_duties() AS my_duties)"
MANAGES = f"({DUTIES} && ARRAY['manage'::text])"
MANAGES_OR_DECIDES = f"({DUTIES} && ARRAY['manage'::text, 'decide'::text])"
A_SERVICE = "(( SELECT identity.my_service() AS my_service) IS NOT NULL)"
MINE = "(by_id = ( SELECT identity.my_post() AS my_post))"
WIDER = "'manage'::text, 'decide'::text"


@pytest.mark.parametrize(
    ("part", "duties"),
    [
        (MANAGES, {"manage"}),
        (f"({A_SERVICE} OR {MANAGES_OR_DECIDES})", {"manage", "decide"}),
        (f"({MINE} OR {MANAGES})", set()),
        (f"(NOT {MANAGES})", set()),
        (MINE, set()),
    ],
)
def test_what_a_part_demands(part, duties):
    assert demanded(part) == duties


@pytest.mark.parametrize(
    ("said", "walls", "proves"),
    [
        (f"({MANAGES_OR_DECIDES} AND {MINE} AND {MANAGES})", [], True),
        (f"({MANAGES_OR_DECIDES} AND {MINE})", [], False),
        (f"({MANAGES_OR_DECIDES} AND ({MANAGES} OR {MINE}))", [], False),
        (f"({MANAGES_OR_DECIDES} AND {MINE})", [f"({MINE} AND {MANAGES})"], True),
        (f"({MANAGES_OR_DECIDES} AND {MINE})", [f"({MINE} AND {MANAGES})", MINE], False),
        (f"({MANAGES_OR_DECIDES} AND {DUTIES} && ARRAY['manage'::text, 'approve'::text])", [], False),
    ],
)
def test_a_duty_more_changes_nothing_only_where_one_is_demanded_beside_it(said, walls, proves):
    assert bool(asked_beside(WIDER, said, walls)) is proves


OR_A_SERVICE = f"({A_SERVICE} OR {MANAGES})"
IN_MY_POST = "(by_id = ( SELECT identity.my_post() AS my_post))"
OF_THE_CONTACT = "(contact_id IS NOT NULL)"


@pytest.mark.parametrize(
    ("part", "rest", "walls", "proves"),
    [
        (MANAGES_OR_DECIDES, [MANAGES], [], True),
        (MANAGES, [MANAGES_OR_DECIDES], [], False),  # who decides would come in
        (MANAGES, [OR_A_SERVICE], [], False),  # a service would
        (MANAGES, [OR_A_SERVICE, IN_MY_POST], [], True),  # and has no post to write in the name of
        (OR_A_SERVICE, [OR_A_SERVICE], [], True),
        (MANAGES, [IN_MY_POST], [f"({OF_THE_CONTACT} AND {OR_A_SERVICE})"], True),
        (MANAGES, [], [f"({OF_THE_CONTACT} AND {OR_A_SERVICE})"], False),
        (MANAGES, [IN_MY_POST], [OR_A_SERVICE, OF_THE_CONTACT], False),  # by the other wall, whoever they are
        (OF_THE_CONTACT, [MANAGES, IN_MY_POST], [MANAGES], False),
        (f"({MINE} OR {MANAGES})", [MANAGES], [], False),
    ],
)
def test_a_part_is_not_missed_only_where_the_same_is_demanded_beside_it(part, rest, walls, proves):
    assert bool(demanded_beside(part, rest, walls)) is proves


OF_A_CHOICE = (
    "(EXISTS ( SELECT\n   FROM choices parent\n  "
    "WHERE ((parent.id = x.choice_id) AND (parent.hub_id = x.hub_id))))"
)
BY_A_SERVICE = "(( SELECT identity.my_service() AS my_service) = 'sampling'::text)"
MANAGES_OR_SAMPLES = f"({MINE} AND ({MANAGES} OR {BY_A_SERVICE}))"


@pytest.mark.parametrize(
    ("ways", "proves"),
    [
        ([MANAGES_OR_SAMPLES], True),
        ([f"({MANAGES_OR_SAMPLES} OR {MINE})"], False),
        ([MANAGES_OR_SAMPLES, MINE], False),  # or it is read another way
        ([MINE], False),
        ([], False),
    ],
)
def test_whoever_comes_upon_the_parent_has_the_duty_that_its_own_wall_demands(ways, proves):
    shown = {"choices": ways}
    array = "'manage'::text"
    assert bool(asked_beside(array, f"(({MANAGES} AND {OF_A_CHOICE}) OR {MINE})", [], shown)) is proves
    for not_so in (f"(NOT {OF_A_CHOICE})", f"({OF_A_CHOICE} OR {MINE})", f"{OF_A_CHOICE} OR {MINE}"):
        assert not asked_beside(array, f"(({MANAGES} AND ({not_so})) OR {MINE})", [], shown)
    assert bool(demanded_beside(MANAGES, [IN_MY_POST, OF_A_CHOICE], [], shown)) is proves
    assert bool(demanded_beside(MANAGES, [IN_MY_POST], [f"({OF_A_CHOICE} AND {MINE})"], shown)) is proves
    assert not demanded_beside(MANAGES, [OF_A_CHOICE], [], shown)  # a service would come in


AT_MY_DESK = "(hub_id = ANY (( SELECT identity.my_desks() AS my_desks)::uuid[]))"
ANSWERS = f"({DUTIES} && ARRAY['answer'::text])"
NO_POST_AT_ALL = "(( SELECT identity.my_post() AS my_post) IS NULL)"


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        (f"({AT_MY_DESK} AND {MANAGES})", True),
        (f"({MINE} AND ({ANSWERS} OR ({AT_MY_DESK} AND {MANAGES_OR_DECIDES})))", True),
        (f"({MANAGES} AND ({ANSWERS} OR {AT_MY_DESK}))", True),
        (AT_MY_DESK, False),
        (f"({AT_MY_DESK} AND {ANSWERS})", False),  # an agency's post has the duty, and no desk
        (f"({AT_MY_DESK} OR {MANAGES})", False),
        (
            f"({MINE} AND (({ANSWERS} AND {MANAGES}) OR {AT_MY_DESK}))",
            False,
        ),  # demanded of the other way alone
        (f"({AT_MY_DESK} AND ({NO_POST_AT_ALL} OR {MANAGES}))", False),  # a referrer has no post, and no desk
    ],
)
def test_a_hub_stands_for_a_desk_only_where_a_duty_of_the_desk_is_demanded_beside_it(said, proves):
    assert bool(desk_beside(said)) is proves


@pytest.mark.usefixtures("transactional_db")
def test_these_are_the_duties_of_a_desk_in_the_database():
    at_a_desk = set()
    for duty in Duty.values:
        with signed_in_as(StaffFactory(duties=[duty])), connection.cursor() as cursor:
            cursor.execute("SELECT identity.my_desks() = identity.my_hubs(), identity.my_hubs() <> '{}'")
            same, somewhere = cursor.fetchone()
        assert somewhere
        at_a_desk |= {duty} if same else set()
    assert at_a_desk == AT_A_DESK
