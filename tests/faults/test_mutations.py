"""What is said to prove that a fault changes nothing proves it: not where somebody could be let in or kept out."""

import pytest

from tests.faults.mutations import asked_beside, demanded

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
