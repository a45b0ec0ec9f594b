"""The census: which children and episodes, each code, the shape of the year, and what would not pass the look at it."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from mash.decision.models import Strategy
from mash.returns import cin, looking_over
from mash.returns.days import after_working_days, working_days
from mash.returns.facts import Child, Gathered, Referral
from mash.returns.models import Kind
from mash.returns.refusals import Differs
from mash.triage.reading import ClockFact
from tests.factories.decision import StrategyFactory
from tests.factories.partnership import StaffFactory
from tests.returns.story import (
    A_UPN,
    CENSUS_FROM,
    CENSUS_UNTIL,
    MARCH,
    RULES,
    B,
    a_child,
    a_contact,
    a_hub,
    about,
    at,
    body_of,
    decided,
    made,
    rules_found,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
THE_SCHEMA = os.environ.get("MASH_CIN_XSD")
DAY = timedelta(days=1)


@pytest.fixture
def hub():
    return a_hub()


def census(hub, **said):
    return made(hub, Kind.CIN, from_on=CENSUS_FROM, until_on=CENSUS_UNTIL, **said)


def read(found):
    return etree.fromstring(body_of(found))


def texts(tree, path):
    return [one.text for one in tree.findall(f".//{path}")]


def test_a_referral_of_the_year_is_a_child_with_an_episode(hub):
    child = a_child(hub, upn=A_UPN, disabilities=["LD", "AUT"])
    decided(a_contact(child, MARCH, code="2A"), child, needs={"primary_need": "N4 family in stress"})
    said = etree.tostring(read(census(hub)).find(".//Child")).decode()
    assert re.sub(r">\s+<", "><", said).strip() == (
        "<Child><ChildIdentifiers><LAchildID>CH0001</LAchildID><UPN>" + A_UPN + "</UPN>"
        "<PersonBirthDate>2016-03-04</PersonBirthDate><Sex>M</Sex></ChildIdentifiers>"
        "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity>"
        "<Disabilities><Disability>AUT</Disability><Disability>LD</Disability></Disabilities></ChildCharacteristics>"
        "<CINdetails><CINreferralDate>2026-03-02</CINreferralDate><ReferralSource>2A</ReferralSource>"
        "<PrimaryNeedCode>N4</PrimaryNeedCode><ReferralNFA>0</ReferralNFA></CINdetails></Child>"
    )


def test_the_header_says_year_authority_and_that_it_is_a_part(hub):
    child = a_child(hub)
    decided(a_contact(child, MARCH), child)
    part, whole = census(hub), census(hub, every_episode=True)
    tree = read(part)
    for path, words in (
        ("Collection", "CIN"), ("Year", "2026"), ("ReferenceDate", "2026-03-31"), ("LEA", "999"),
        ("SoftwareCode", "OpenMASH (part return)"),
    ):  # fmt: skip
        assert texts(tree, path) == [words]
    assert texts(read(whole), "SoftwareCode") == ["OpenMASH"]
    assert part.name.endswith("-part.xml")
    assert not whole.name.endswith("-part.xml")


def test_contacts_that_became_no_referral_are_not_in_it(hub):
    child = a_child(hub)
    decided(a_contact(child, MARCH), child, "early_help")
    decided(a_contact(child, CENSUS_FROM - DAY), child)
    assert texts(read(census(hub)), "LAchildID") == []


def test_a_child_stands_once_with_all_episodes_in_order(hub):
    child = a_child(hub)
    for on in (MARCH, MARCH - 90 * DAY):
        decided(a_contact(child, on), child)
    found = census(hub)
    assert texts(read(found), "LAchildID") == ["CH0001"]
    assert texts(read(found), "CINreferralDate") == [str(MARCH - 90 * DAY), str(MARCH)]
    assert found.counts == {"Children": 1, "Episodes": 2}
    assert {"8815", "8816"} <= set(rules_found(found))


@pytest.mark.parametrize(
    ("born_on", "expected_on", "outcome", "reason", "rule"),
    [
        ("2016-03-04", None, "social_care_referral_nfa", ["UN7"], None),
        ("2023-03-04", None, "child_and_family_assessment", ["UN1"], None),
        (None, "2026-07-01", "child_and_family_assessment", ["UN1"], None),
        ("2016-03-04", None, "child_and_family_assessment", [], "8770Q"),
    ],
)
def test_a_child_without_a_upn_has_the_reason_that_the_hub_can_know(
    hub, born_on, expected_on, outcome, reason, rule
):
    child = a_child(hub, born_on=born_on, expected_on=expected_on)
    decided(a_contact(child, MARCH), child, outcome)
    found = census(hub)
    assert texts(read(found), "UPNunknown") == reason
    assert ("8770Q" in rules_found(found)) is (rule is not None)


def test_a_child_not_yet_born_has_an_expected_date_and_no_sex(hub):
    child = a_child(hub, born_on=None, expected_on="2026-07-01", sex="F")
    decided(a_contact(child, MARCH), child)
    tree = read(census(hub))
    assert texts(tree, "ExpectedPersonBirthDate") == ["2026-07-01"]
    assert texts(tree, "PersonBirthDate") == []
    assert texts(tree, "Sex") == ["U"]


def test_a_need_that_nobody_recorded_is_the_usual_one_and_is_shown(hub):
    child = a_child(hub)
    decided(a_contact(child, MARCH), child)
    found = census(hub)
    assert texts(read(found), "PrimaryNeedCode") == ["N1"]  # neglect
    assert rules_found(found)["H05"] == 1


def test_a_referral_that_led_on_without_a_need_is_named(hub):
    child = a_child(hub)
    contact = a_contact(child, MARCH, categories=[])
    decided(contact, child)
    assert rules_found(census(hub))["8610"] == 1


def test_what_the_hub_s_own_clocks_say_is_in_it(hub):
    child = a_child(hub)
    contact = a_contact(child, MARCH)
    decided(contact, child, "section_47_enquiry")
    by = StaffFactory(hub=hub, decider=True)
    StrategyFactory(
        contact=contact, held_at=at(MARCH + DAY), section_47=True, section_47_grounds="Harm", by=by,
        children=[about(contact).pk],
    )  # fmt: skip
    for clock, what, on in (
        ("assessment", "started", MARCH + DAY),
        ("assessment", "ended", MARCH + 20 * DAY),
        ("initial_conference", "ended", MARCH + 14 * DAY),
    ):
        ClockFact.objects.using(B).create(
            hub=hub, contact=contact, about=about(contact), clock=clock, what=what, happened_at=at(on), by=by,
            at=datetime(2026, 4, 1, tzinfo=UTC),
        )  # fmt: skip
    assert Strategy.objects.using(B).get().section_47
    tree = read(census(hub))
    assert texts(tree, "AssessmentActualStartDate") == [str(MARCH + DAY)]
    assert texts(tree, "AssessmentAuthorisationDate") == [str(MARCH + 20 * DAY)]
    assert texts(tree, "S47ActualStartDate") == [str(MARCH + DAY)]
    assert texts(tree, "InitialCPCtarget") == ["2026-03-24"]
    assert texts(tree, "Section47/DateOfInitialCPC") == [str(MARCH + 14 * DAY)]
    assert texts(tree, "ICPCnotRequired") == ["0"]


def test_a_census_needs_the_number_of_the_authority(hub):
    from mash.returns.actions import NotWhole

    with pytest.raises(NotWhole, match="three digits"):
        census(hub, authority="12")


def test_the_same_year_and_facts_give_the_same_bytes_and_no_name(hub):
    child = a_child(hub, given="Zyxgiven", family="Zyxfamily")
    decided(a_contact(child, MARCH), child)
    one, two = census(hub), census(hub)
    assert body_of(one) == body_of(two)
    assert b"Zyx" not in body_of(one)


# Each code, and the shape


def an_episode(**said):
    return Referral(a_plain_child(), MARCH, "6", False, "N1", **said)


def a_plain_child(**said):
    facts = {
        "born_on": date(2016, 3, 4),
        "sex": "M",
        "ethnicity": "WBRI",
        "upn": A_UPN,
        "disabilities": ("NONE",),
    }
    return Child("CH1", **(facts | said))


def everything():
    """A census in which every code of every list stands."""
    codes = RULES.codes
    followed = {
        "reason": "RC1",
        "conference": "2026-03-10",
        "assessments": [{"start": "2026-03-02", "end": "2026-03-20", "factors": [*codes.assessment_factor]}],
        "plans": [{"start": "2026-03-20", "end": None}],
        "enquiries": [
            {"start": "2026-03-03", "target": "2026-03-24", "conference": None, "not_needed": True}
        ],
        "protection": [
            {
                "start": "2026-03-10",
                "end": None,
                "first": one,
                "latest": one,
                "before": 2,
                "reviews": ["2026-03-30"],
            }
            for one in codes.category_of_abuse
        ],
    }
    children = [
        *(Child(f"E{one}", ethnicity=one, sex="F", born_on=date(2024, 1, 1)) for one in RULES.ethnicities),
        *(a_plain_child(disabilities=(one,)) for one in codes.disability),
        *(a_plain_child(sex=one) for one in "FMUI"),
    ]
    for number, one in enumerate(children):
        one.id = f"CH{number:04}"
    referrals = [Referral(one, MARCH, "6", False, "N1", followed=followed) for one in children]
    referrals += [Referral(children[0], MARCH, one, True) for one in RULES.sources]
    referrals += [Referral(children[0], MARCH, "6", False, one) for one in codes.primary_need]
    referrals += [
        Referral(children[0], MARCH, "6", False, "N1", ended_on=MARCH, followed={"reason": one})
        for one in codes.reason_for_closure
    ]
    return Gathered(children, (), (), referrals)


def written(folder, found=None, **said):
    file = folder / "census.xml"
    head = cin.header(CENSUS_UNTIL, "999", every_episode=said.get("every_episode", False))
    trees = list(cin.children(found or everything(), CENSUS_UNTIL, RULES))
    cin.write(file, head, trees)
    return file, head, trees


def test_every_code_can_stand_in_it_and_the_retired_ones_cannot(tmp_path):
    file, head, trees = written(tmp_path)
    assert cin.check(file, head, trees, RULES)["Children"] == len(trees)
    tree = etree.parse(str(file))
    for path, codes in (
        ("Ethnicity", RULES.code_lists["ethnicity"]),
        ("Disability", RULES.code_lists["disability"]),
        ("Sex", {"M", "F", "U"}),
        ("ReferralSource", RULES.code_lists["referral_source"]),
        ("PrimaryNeedCode", RULES.code_lists["primary_need"]),
        ("ReasonForClosure", RULES.code_lists["reason_for_closure"]),
        ("AssessmentFactors", RULES.code_lists["assessment_factor"]),
        ("InitialCategoryOfAbuse", RULES.code_lists["category_of_abuse"]),
    ):
        assert set(texts(tree, path)) == set(codes), path
    assert not {"18A", "19A"} & set(texts(tree, "AssessmentFactors"))
    assert {"RC9", "18B", "18C", "19B", "19C", "UN7"} <= (
        RULES.code_lists["assessment_factor"]
        | RULES.code_lists["reason_for_closure"]
        | RULES.code_lists["upn_unknown"]
    )


@pytest.mark.skipif(not THE_SCHEMA, reason="MASH_CIN_XSD names no schema file")
def test_the_department_s_shape_takes_it(tmp_path):
    file, _, _ = written(tmp_path)
    schema = etree.XMLSchema(etree.parse(str(Path(THE_SCHEMA))))
    assert schema.validate(etree.parse(str(file))), schema.error_log


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("<LAchildID>CH0001<", "<LAchildID>CH9999<", "not as it was written"),
        ("<Sex>F<", "<Sex>X<", "not as it was written"),
        ("</ChildIdentifiers>", "<Name>Daniel</Name></ChildIdentifiers>", "not as it was written"),
        ("<Child>", '<Child name="Daniel">', "attributes"),
        ("<Children>", "<Who>Daniel</Who><Children>", "does not belong"),
        ("<Message>", '<!DOCTYPE Message [<!ENTITY a "b">]><Message>', "cannot be read"),
        ("</Children>", "</Childen>", "cannot be read"),
        ("<LEA>999<", "<LEA>998<", "another header"),
    ],
)
def test_a_file_that_holds_anything_else_is_not_handed_over(tmp_path, before, after, why):
    file, head, trees = written(tmp_path)
    said = file.read_text()
    assert before in said
    file.write_text(said.replace(before, after, 1))
    with pytest.raises(Differs, match=why):
        cin.check(file, head, trees, RULES)


def test_a_file_that_ends_early_is_not_handed_over(tmp_path):
    file, head, trees = written(tmp_path)
    with pytest.raises(Differs, match="ends before"):
        cin.check(file, head, [*trees, trees[0]], RULES)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "CH(1)"}, "letters and digits"),
        ({"id": "C" * 21}, "letters and digits"),
        ({"ethnicity": "PURPLE"}, "not on its list"),
        ({"disabilities": ("TAIL",)}, "not on its list"),
        ({"id": ""}, "holds what it does not take"),
    ],
)
def test_a_value_outside_its_list_is_not_handed_over(tmp_path, changes, why):
    child = a_plain_child(**{key: value for key, value in changes.items() if key != "id"})
    child.id = changes.get("id", "CH1")
    found = Gathered([child], (), (), [Referral(child, MARCH, "6", False, "N1")])
    file, head, trees = written(tmp_path, found)
    with pytest.raises(Differs, match=why):
        cin.check(file, head, trees, RULES)


# The rules


def rules_of(*referrals, **child):
    one = a_plain_child(**child)
    for each in referrals:
        each.child = one
    found = Gathered([one], (), (), referrals)
    return {each.rule for each in looking_over.problems(found, Kind.CIN, CENSUS_FROM, CENSUS_UNTIL, RULES)}


def assessed(**said):
    return {"assessments": [{"start": "2026-03-03", "end": "2026-03-20", "factors": ["4A"], **said}]}


def enquired(**said):
    return {
        **assessed(),
        "enquiries": [{"start": "2026-03-03", "conference": None, "not_needed": True, **said}],
    }


def followed(ended_on=None, **said):
    return an_episode(ended_on=ended_on, followed=said)


def begun(on, **said):
    return Referral(a_plain_child(), on, "6", False, "N1", followed=said)


LATE = date(2026, 3, 30)
CASES = [
    ("1103", lambda: followed(**assessed(start="2026-03-01"))),
    ("2889", lambda: followed(**enquired(start="2026-03-01"))),
    ("2991Q", lambda: followed(enquiries=enquired()["enquiries"])),
    ("8606", lambda: Referral(a_plain_child(), date(2015, 3, 4), "6", False, "N1")),
    ("8608", lambda: followed(**assessed(start="2026-03-21"))),
    ("8610", lambda: Referral(a_plain_child(), MARCH, "6", False, "", rules=("8610",))),
    ("8614", lambda: followed(**assessed(end=None))),
    ("8615", lambda: followed(**enquired(start="2026-03-10", conference="2026-03-09"))),
    ("8620", lambda: followed(date(2026, 4, 2), reason="RC7")),
    ("8630", lambda: followed(date(2026, 3, 1), reason="RC7")),
    ("8640", lambda: followed(LATE, reason="RC0")),
    ("8650", lambda: Referral(a_plain_child(), MARCH, "6", False, "N11")),
    ("8670Q", lambda: begun(date(2025, 12, 1), **assessed(start="2025-12-02", end=None))),
    ("8675Q", lambda: followed(**enquired(not_needed=False))),
    ("8696", lambda: followed(**assessed(end="2026-04-02"))),
    ("8715", lambda: followed(conference="2026-04-02")),
    ("8805", lambda: followed(LATE)),
    ("8810", lambda: followed(reason="RC7")),
    ("8825Q", lambda: followed(LATE, reason="RC9")),
    ("8831", lambda: Referral(a_plain_child(), MARCH, "6", True, followed=assessed())),
    ("8867", lambda: followed(LATE, reason="RC7", **assessed(end=None, factors=[]))),
    ("8868", lambda: followed(LATE, reason="RC7", **enquired(not_needed=False))),
    ("8869", lambda: followed(**assessed(factors=["21", "4A"]))),
    ("8875", lambda: followed(conference="2026-03-07")),
    ("8896", lambda: followed(assessments=[{"start": "2026-03-03"}, {"start": "2026-03-04"}])),
    ("8897Q", lambda: followed(**assessed(factors=[]))),
    ("8898", lambda: followed(**assessed(factors=["4A", "4A"]))),
    ("8945Q", lambda: followed(**assessed(factors=["18A"]))),
    ("8950Q", lambda: followed(**assessed(factors=["19A"]))),
    ("8585Q", lambda: followed(LATE, reason="RC2")),
    ("1104", lambda: followed(**enquired(start="2026-03-03", conference="2026-02-27", not_needed=False))),
    ("2884", lambda: followed(conference="2026-03-09", **enquired(conference="2026-03-09"))),
    ("2990", lambda: followed(LATE, reason="RC8", **enquired())),
    ("8565", lambda: followed(date(2026, 3, 10), reason="RC7", **enquired(start="2026-03-11"))),
    ("8569Q", lambda: Referral(a_plain_child(), date(2025, 3, 28), "6", True)),
    ("8736", lambda: begun(date(2025, 3, 3), **assessed(start="2025-03-04", end=None, factors=[]))),
    ("8740", lambda: begun(date(2025, 3, 3), **enquired(start="2025-03-04", not_needed=False))),
    ("8839", lambda: followed(enquiries=[{"start": "2026-03-03"}, {"start": "2026-03-04"}])),
    ("8863Q", lambda: followed(assessments=[*assessed()["assessments"], *assessed(start="2026-03-19")["assessments"]])),
    ("8873Q", lambda: followed(LATE, reason="RC7", **assessed(factors=["21"]))),
    ("8890", lambda: followed(enquiries=[
        {"start": "2026-03-03", "conference": "2026-03-16"}, {"start": "2026-03-13", "conference": "2026-03-17"},
    ])),
    ("H04", lambda: Referral(a_plain_child(), MARCH, "6", False, "N1", rules=("H04",))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "episode"), CASES, ids=[rule for rule, _ in CASES])
def test_each_rule_finds_what_it_is_for_and_nothing_else(rule, episode):
    assert rule in rules_of(episode())
    assert rules_of(followed(LATE, reason="RC7", **enquired())) == set()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("8525Q", {"born_on": None}),
        ("8530Q", {"born_on": None, "expected_on": date(2027, 2, 1), "sex": "U"}),
        ("8540", {"disabilities": ()}),
        ("8545Q", {"died_on": date(2020, 1, 1)}),
        ("8555Q", {"died_on": date(2026, 2, 1)}),
        ("8770Q", {"upn": ""}),
    ],
)
def test_each_rule_of_a_child_finds_what_it_is_for(rule, said):
    assert rule in rules_of(an_episode(), **said)


@pytest.mark.parametrize(
    "episode",
    [
        Referral(a_plain_child(), date(2025, 3, 31), "6", True),  # the last working day before the year
        followed(LATE, reason="RC8", **assessed(factors=["21"])),
        followed(assessments=[
            *assessed()["assessments"], *assessed(start="2026-03-20", end="2026-03-27")["assessments"],
        ]),
        followed(**assessed(), enquiries=[
            {"start": "2026-03-03", "conference": "2026-03-13"}, {"start": "2026-03-13", "not_needed": True},
        ]),
        followed(LATE, reason="RC7", **enquired(start="2026-03-30")),
    ],
)  # fmt: skip
def test_what_only_comes_near_a_rule_breaks_none(episode):
    assert rules_of(episode) == set()


def test_overlapping_episodes_are_named():
    one, two = an_episode(ended_on=date(2026, 3, 25), followed={"reason": "RC7"}), an_episode()
    two.on = date(2026, 3, 20)
    assert "8820" in rules_of(one, two)


def test_every_rule_of_the_year_is_asked_somewhere():
    source = "".join(file.read_text() for file in Path(looking_over.__file__).parent.rglob("*.py"))
    assert [one for one in RULES.rules if f'"{one}"' not in source] == []


@pytest.mark.parametrize(
    ("start", "until", "days"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),
        (date(2026, 3, 2), date(2026, 3, 6), 4),
        (date(2026, 3, 6), date(2026, 3, 9), 1),
        (date(2026, 4, 2), date(2026, 4, 7), 1),  # Good Friday and Easter Monday
        (date(2025, 12, 24), date(2025, 12, 29), 1),  # Christmas and Boxing Day
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start, until, days):
    assert working_days(start, until) == days
    if days:
        assert working_days(start, after_working_days(start, days)) == days
