import pytest

from mash.contact.gate import ACT_FIRST, Kind, may_check
from tests.contact.test_message import KEY, LINES, a_referral, parse, raw

FROM_THE_REGISTER = "forward: already open"  # only the list of open cases can tell
GATES = [one for one in KEY if "gates" in one]
ALONE = [one for one in GATES if not one["gates"]["check"].startswith(FROM_THE_REGISTER)]
GROUND = {"ground": "significant_harm", "reason": "He may hurt her", "manager": "DI Forsythe"}
GIVEN = {"sought": "given", "by": "Ros Penrose", "covers": ["p1"]}
PARENT = {"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}


def answer(**changes):
    return may_check(parse(raw(a_referral(**changes))))


def people(*roles, names=("Kit Penrose", "Ros Penrose", "Sol Marsh", "Ada Marsh")):
    return [
        {
            "id": f"p{place}",
            "role": role,
            "name": dict(zip(("given", "family"), names[place - 1].split(), strict=True)),
        }
        for place, role in enumerate(roles, 1)
    ]


@pytest.mark.parametrize("key", ALONE, ids=lambda key: f"line{key['line']}")
def test_the_gate_answers_as_the_key_does(key):
    gate = may_check(parse(LINES[key["line"] - 1]))
    assert str(gate) == key["gates"]["check"]
    assert gate.immediate_danger == ("immediate_danger" in key["gates"])


def test_one_line_of_the_key_needs_the_register_and_its_message_alone_may_open():
    (key,) = (one for one in GATES if one not in ALONE)
    gate = may_check(parse(LINES[key["line"] - 1]))
    assert (gate.kind, gate.covered, gate.uncovered) == (Kind.MAY_OPEN, ("p1",), ("p2", "p3"))


def test_immediate_danger_is_said_in_the_words_of_the_key():
    words = {one["gates"]["immediate_danger"] for one in GATES if "immediate_danger" in one["gates"]}
    assert words == {ACT_FIRST}


def test_everybody_is_covered_or_left_out_and_nobody_is_both():
    for key in GATES:
        read = parse(LINES[key["line"] - 1])
        gate = may_check(read)
        assert sorted((*gate.covered, *gate.uncovered)) == sorted(one.id for one in read.people)


def test_without_a_word_on_agreement_a_check_may_not_open():
    for agreement in (
        None,
        {},
        {"sought": "refused"},
        {"family_aware": True},
        {"by": "Ros", "covers": ["p1"]},
    ):
        gate = answer(agreement=agreement)
        assert str(gate) == "may_not_open: no agreement and no ground"
        assert gate.covered == ()


@pytest.mark.parametrize(
    ("unsaid", "missing"),
    [
        ({"reason": None}, ("reason",)),
        ({"manager": " "}, ("manager",)),
        ({"reason": "", "manager": None}, ("reason", "manager")),
    ],
)
def test_a_ground_without_reason_or_manager_does_not_open_a_check_yet(unsaid, missing):
    gate = answer(agreement={"sought": "refused", **GROUND, **unsaid})
    assert (gate.kind, gate.missing, gate.covered) == (Kind.MAY_NOT_OPEN_YET, missing, ())


def test_a_reason_without_a_ground_opens_nothing():
    assert answer(agreement=GROUND | {"ground": None}).kind is Kind.MAY_NOT_OPEN


def test_a_recorded_ground_covers_everybody():
    gate = answer(agreement={"sought": "not_sought", **GROUND})
    assert (gate.kind, gate.covered, gate.uncovered, gate.overridden) == (
        Kind.MAY_OPEN,
        ("p1", "p2"),
        (),
        True,
    )


def test_agreement_for_one_and_a_ground_for_the_others_are_both_said():
    gate = answer(agreement=GIVEN | GROUND)
    assert str(gate) == "may_open: agreement given, about p1; about p2 on a recorded ground"
    assert gate.overridden


def test_agreement_stands_beside_a_ground_that_is_not_complete():
    gate = answer(agreement=GIVEN | {"ground": "significant_harm"})
    assert (gate.kind, gate.covered, gate.uncovered) == (Kind.MAY_OPEN, ("p1",), ("p2",))
    assert gate.missing == ("reason", "manager")
    assert not gate.overridden


@pytest.mark.parametrize(
    ("unsaid", "missing"),
    [
        ({"by": None}, ("giver",)),
        ({"covers": []}, ("people covered",)),
        ({"by": " ", "covers": None}, ("giver", "people covered")),
    ],
)
def test_agreement_must_say_who_gave_it_and_for_whom(unsaid, missing):
    gate = answer(agreement=GIVEN | unsaid)
    assert (gate.kind, gate.missing, gate.covered) == (Kind.MAY_NOT_OPEN_YET, missing, ())


def test_agreement_for_the_parent_alone_does_not_open_a_check_on_the_child():
    gate = answer(agreement=GIVEN | {"covers": ["p2"]})
    assert str(gate) == "may_not_open about the child: agreement given, about p2 does not cover them"


@pytest.mark.parametrize(
    ("role", "held", "opens"),
    [
        ("parent_or_carer", True, True),
        ("parent_or_carer", None, True),  # warned of
        ("parent_or_carer", False, False),
        ("household", True, True),
        ("household", None, False),
        ("professional", None, False),
        ("alleged_perpetrator", True, True),
        ("alleged_perpetrator", None, False),
    ],
)
def test_agreement_for_a_child_takes_parental_responsibility(role, held, opens):
    gate = answer(
        people=people("child", role),
        relationships=[PARENT | {"parental_responsibility": held}],
        agreement=GIVEN,
    )
    assert (gate.kind is Kind.MAY_OPEN) is opens
    assert ("p1" in gate.covered) is opens


def test_when_the_message_contradicts_itself_responsibility_is_not_taken_as_held():
    rows = [PARENT, PARENT | {"kind": "carer", "parental_responsibility": False}]
    assert answer(relationships=rows, agreement=GIVEN).kind is Kind.MAY_NOT_OPEN


def test_one_parent_never_answers_for_the_other():
    gate = answer(
        people=people("child", "parent_or_carer", "parent_or_carer"),
        agreement=GIVEN | {"covers": ["p1", "p2", "p3"]},
    )
    assert (gate.covered, gate.uncovered) == (("p1", "p2"), ("p3",))


def test_somebody_not_named_in_the_message_answers_for_one_adult_at_most():
    roles = people("child", "parent_or_carer", "parent_or_carer")
    one = answer(people=roles, agreement=GIVEN | {"by": "Mum", "covers": ["p1", "p2"]})
    two = answer(people=roles, agreement=GIVEN | {"by": "Mum", "covers": ["p1", "p2", "p3"]})
    assert (one.covered, two.covered) == (("p1", "p2"), ("p1",))


def test_an_adult_at_risk_agrees_for_themselves_alone():
    who = people("adult_at_risk", "household")
    himself = answer(subject="adult", people=who, relationships=[], agreement=GIVEN | {"by": "Kit Penrose"})
    daughter = answer(subject="adult", people=who, relationships=[], agreement=GIVEN)
    assert (himself.kind, himself.covered) == (Kind.MAY_OPEN, ("p1",))
    assert str(daughter) == "may_not_open about the adult: the only agreement is from another person"


@pytest.mark.parametrize(
    ("born_on", "covered"), [("2008-11-12", ("p1",)), ("2008-11-13", ("p1", "p3")), (None, ("p1", "p3"))]
)
def test_a_sibling_who_is_grown_up_agrees_for_themselves(born_on, covered):
    who = people("child", "parent_or_carer", "sibling")
    who[2]["born_on"] = born_on
    gate = answer(people=who, relationships=[PARENT], agreement=GIVEN | {"covers": ["p1", "p3"]})
    assert gate.covered == covered


def test_an_information_only_notice_asks_for_no_check_whatever_was_agreed():
    for agreement in (GIVEN, GROUND, None):
        gate = answer(type="information_only", agreement=agreement, urgency={"immediate_danger": True})
        assert (gate.kind, gate.covered, gate.immediate_danger) == (Kind.NO_CHECK_ASKED, (), True)
