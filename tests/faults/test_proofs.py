"""What is said to prove that a fault changes nothing proves it: not where somebody could be let in or kept out."""

import pytest
from django.db import connection

from mash.partnership.models import Duty
from tests.factories.base import signed_in_as
from tests.factories.partnership import StaffFactory
from tests.faults.proofs import (
    AT_A_DESK,
    asked_beside,
    demanded,
    demanded_beside,
    desk_beside,
    placed_beside,
    places,
)

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


OF_MY_CLEARANCE = "(hub_id = ANY (( SELECT identity.my_clearances() AS my_clearances)::uuid[]))"
IN_MY_HUB = "(hub_id = ANY (( SELECT identity.my_hubs() AS my_hubs)::uuid[]))"
OF_ANY_HUB = "(EXISTS ( SELECT\n   FROM choices parent\n  WHERE (parent.id = x.choice_id)))"
HUB, DESK, CLEARANCE, DUTY = "my_hubs", "my_desks", "my_clearances", "a duty that only the desk has"


@pytest.mark.parametrize(
    ("part", "ways", "where"),
    [
        (IN_MY_HUB, [], {HUB}),
        (AT_MY_DESK, [], {HUB, DESK}),
        (OF_MY_CLEARANCE, [], {HUB, DESK, CLEARANCE, DUTY}),
        (f"({IN_MY_HUB} AND {MANAGES})", [], {HUB, DESK, DUTY}),
        (f"({IN_MY_HUB} AND {ANSWERS})", [], {HUB}),
        (f"(({IN_MY_HUB} AND {MINE}) OR {AT_MY_DESK})", [], {HUB}),
        (f"({AT_MY_DESK} OR {MINE})", [], set()),
        (f"(NOT {AT_MY_DESK})", [], set()),
        (OF_A_CHOICE, [f"({AT_MY_DESK} AND {MINE})"], {HUB, DESK}),
        (OF_A_CHOICE, [AT_MY_DESK, IN_MY_HUB], {HUB}),
        (OF_A_CHOICE, [AT_MY_DESK, A_SERVICE], set()),  # a program comes upon the parent wherever it is
        (OF_A_CHOICE, [OF_A_CHOICE], set()),
        (OF_ANY_HUB, [AT_MY_DESK], set()),  # whose parent may be of another hub
        (f"(NOT {OF_A_CHOICE})", [AT_MY_DESK], set()),
        (f"({OF_A_CHOICE} OR {MINE})", [AT_MY_DESK], set()),
    ],
)
def test_where_the_hub_of_a_row_stands(part, ways, where):
    assert places([part], {"choices": ways} if ways else {}) == where


def test_a_hub_is_not_missed_only_where_the_same_is_asked_beside_it():
    shown = {"choices": [AT_MY_DESK]}
    assert placed_beside(AT_MY_DESK, [MINE, OF_A_CHOICE], shown)
    assert placed_beside(IN_MY_HUB, [MINE, AT_MY_DESK])
    assert not placed_beside(OF_MY_CLEARANCE, [MINE, OF_A_CHOICE], shown)
    assert not placed_beside(AT_MY_DESK, [MINE, IN_MY_HUB])
    assert not placed_beside(MINE, [AT_MY_DESK])
    assert desk_beside(f"({AT_MY_DESK} AND {OF_A_CHOICE})", shown)
    assert not desk_beside(f"({AT_MY_DESK} AND {OF_A_CHOICE})", {"choices": [IN_MY_HUB]})


@pytest.mark.usefixtures("transactional_db")
def test_these_are_the_duties_of_a_desk_in_the_database():
    at_a_desk = set()
    for duty in Duty.values:
        with signed_in_as(StaffFactory(duties=[duty])), connection.cursor() as cursor:
            cursor.execute(
                "SELECT identity.my_desks() = identity.my_hubs(), identity.my_hubs() <> '{}',"
                " identity.my_clearances() = CASE WHEN %s THEN identity.my_hubs() ELSE '{}' END",
                [duty == "clear"],
            )
            same, somewhere, cleared = cursor.fetchone()
        assert somewhere
        assert cleared
        at_a_desk |= {duty} if same else set()
    assert at_a_desk == AT_A_DESK
