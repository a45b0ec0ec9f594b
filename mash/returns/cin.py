"""The children in need census as XML, written child by child, and the look at it before it is handed over.  Pure.

What is written is first a plain tree of names and values; the file is read back into such a tree, compared with it, and
held against the shape of the year, so that nothing else can stand in it.

Source: docs/rules.md, "The census".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from lxml import etree

from mash.common.clock import whole_years
from mash.returns.facts import LONGEST_ID, Child, Gathered, Referral
from mash.returns.refusals import Differs
from mash.returns.years import Place, Year

SUFFIX, MEDIA_TYPE = "xml", "application/xml"
SOFTWARE, PART = "OpenMASH", "OpenMASH (part return)"
SCHOOL_AGE = 5
LONGEST_WORDS = 40
VALUES = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "year": re.compile(r"\d{4}"),
    "yes_no": re.compile(r"[01]"),
    "number": re.compile(r"\d{1,4}"),
    "words": re.compile(r"[A-Za-z0-9 ()]+"),
}
Tree = list[tuple[str, Any]]
"""Names in order, each with its words or with what stands in it."""


def header(until_on: date, authority: str, *, every_episode: bool) -> Tree:
    """Return who sends it, of which year, and whether it is a part: of every file the same, whenever it is made."""
    return [
        (
            "CollectionDetails",
            [("Collection", "CIN"), ("Year", str(until_on.year)), ("ReferenceDate", str(until_on))],
        ),
        (
            "Source",
            [
                ("SourceLevel", "L"),
                ("LEA", authority),
                ("SoftwareCode", SOFTWARE if every_episode else PART),
                ("SerialNo", "001"),
            ],
        ),
    ]


def children(found: Gathered, until_on: date, rules: Year) -> Iterator[Tree]:
    """Yield each child with a referral, in the order of their numbers."""
    referred: defaultdict[str, list[Referral]] = defaultdict(list)
    for one in found.referrals:
        referred[one.child.id].append(one)
    for child in found.children:
        if child.id in referred:
            yield _child(child, referred[child.id], until_on, rules)


def write(file: Path, head: Tree, several: Iterable[Tree]) -> None:
    """Write the census, one child after another: no more than one is held at a time."""
    with etree.xmlfile(str(file), encoding="utf-8") as out:
        out.write_declaration()
        with out.element("Message"):
            out.write("\n", _element("Header", head), "\n")
            with out.element("Children"):
                for one in several:
                    out.write("\n", _element("Child", one))
                out.write("\n")
            out.write("\n")


def check(file: Path, head: Tree, several: Iterable[Tree], rules: Year) -> dict[str, int]:
    """Open a census again and see that it holds this and nothing else, in the shape of its year.

    Returns how many children and episodes it has.  Raises Differs naming what is wrong.
    """
    expected = iter(several)
    counts = {"Children": 0, "Episodes": 0}
    try:
        for name, tree in _read_back(file):
            if name == "Header":
                if tree != head:
                    raise Differs("another header than was written")
                _require_shape("Header", tree, rules)
                continue
            if tree != next(expected, None):
                raise Differs(f"child {counts['Children'] + 1} is not as it was written")
            _require_shape("Child", tree, rules)
            counts["Children"] += 1
            counts["Episodes"] += sum(one == "CINdetails" for one, _ in tree)
    except (ParseError, DefusedXmlException) as why:
        raise Differs(f"it cannot be read: {type(why).__name__}") from None
    if next(expected, None) is not None:
        raise Differs("it ends before the last child")
    return counts


def _read_back(file: Path) -> Iterator[tuple[str, Tree]]:
    """Yield the header and each child; whatever else the file holds is refused."""
    depth: list[str] = []
    with file.open("rb") as held:
        for event, element in iterparse(held, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth.append(element.tag)
                if (
                    len(depth) <= 2
                    and depth != ["Message", "Header"][: len(depth)]
                    and depth[1:] != ["Children"]
                ):
                    raise Differs(f"an element that does not belong in it: {element.tag}")
                if element.attrib:
                    raise Differs(f"{element.tag} has attributes")
                continue
            depth.pop()
            if depth in (["Message"], ["Message", "Children"]) and element.tag != "Children":
                if element.tag != ("Header" if len(depth) == 1 else "Child"):
                    raise Differs(f"an element that does not belong in it: {element.tag}")
                yield element.tag, _tree(element)
                element.clear()


def _tree(element: Any) -> Tree:
    return [(one.tag, _tree(one) if len(one) else (one.text or "")) for one in element]


def _require_shape(name: str, tree: Tree, rules: Year) -> None:
    """Require that what stands here may, in this order and this often.  Raises Differs naming the place."""
    waiting = list(tree)
    for place in rules.census.shapes[name]:
        count = 0
        while waiting and waiting[0][0] == place.element:
            _require_value(place, waiting.pop(0)[1], rules)
            count += 1
        most_one = place.often in {"one", "optional"}
        if (count > 1 and most_one) or (count == 0 and place.often in {"one", "many"}):
            raise Differs(f"{place.element} stands {count} times in {name}")
    if waiting:
        raise Differs(f"{waiting[0][0]} does not belong here in {name}")
    if name == "ChildIdentifiers":
        said = dict(tree)
        number = said["LAchildID"]
        if len(number) > LONGEST_ID or not number.isalnum():
            raise Differs("LAchildID is not at most 20 letters and digits")
        if "PersonBirthDate" in said and "ExpectedPersonBirthDate" in said:
            raise Differs("both a date of birth and an expected one")


def _require_value(place: Place, value: Any, rules: Year) -> None:
    if place.holds in rules.census.shapes:
        if not isinstance(value, list):
            raise Differs(f"{place.element} is empty")
        _require_shape(place.holds, value, rules)
    elif not isinstance(value, str) or len(value) > LONGEST_WORDS:
        raise Differs(f"{place.element} holds what it does not take")
    elif place.holds in VALUES:
        if not VALUES[place.holds].fullmatch(value):
            raise Differs(f"{place.element} holds what it does not take")
    elif value not in rules.code_lists[place.holds]:
        raise Differs(f"{place.element} holds a code that is not on its list")


def _element(name: str, tree: Any) -> Any:
    made = etree.Element(name)
    if isinstance(tree, str):
        made.text = tree
        return made
    for one, inside in tree:
        made.append(_element(one, inside))
    return made


# What stands in a child


def _child(child: Child, referrals: list[Referral], until_on: date, rules: Year) -> Tree:
    about: Tree = [("LAchildID", child.id)]
    if child.upn:
        about.append(("UPN", child.upn))
    elif reason := _no_upn(child, referrals, until_on, rules):
        about.append(("UPNunknown", reason))
    if child.born_on:
        about.append(("PersonBirthDate", str(child.born_on)))
    elif child.expected_on:
        about.append(("ExpectedPersonBirthDate", str(child.expected_on)))
    about.append(("Sex", child.sex if child.sex in rules.code_lists["sex"] else "U"))
    if child.died_on:
        about.append(("PersonDeathDate", str(child.died_on)))
    what: Tree = [("Ethnicity", child.ethnicity)]
    if child.disabilities:
        what.append(("Disabilities", [("Disability", one) for one in child.disabilities]))
    details = [
        ("CINdetails", _episode(one, rules))
        for one in sorted(referrals, key=lambda one: (one.on, one.source))
    ]
    return [("ChildIdentifiers", about), ("ChildCharacteristics", what), *details]


def _no_upn(child: Child, referrals: list[Referral], until_on: date, rules: Year) -> str:
    """Return why there is no UPN, where the hub can know: a referral that led nowhere, or a child too young for one."""
    if all(one.nfa for one in referrals):
        return rules.codes.upn_no_further_action
    if child.born_on is None or whole_years(child.born_on, max(until_on, child.born_on)) < SCHOOL_AGE:
        return rules.codes.upn_not_of_school_age if child.born_on or child.expected_on else ""
    return ""


def _episode(one: Referral, rules: Year) -> Tree:
    said = one.followed
    lists = rules.code_lists
    made: Tree = [("CINreferralDate", str(one.on)), ("ReferralSource", one.source)]
    if one.need in lists["primary_need"]:
        made.append(("PrimaryNeedCode", one.need))
    if one.ended_on:
        made.append(("CINclosureDate", str(one.ended_on)))
    if said.get("reason") in lists["reason_for_closure"]:
        made.append(("ReasonForClosure", said["reason"]))
    if said.get("conference"):
        made.append(("DateOfInitialCPC", said["conference"]))
    made += [("Assessments", _assessment(each, rules)) for each in said.get("assessments", ())]
    made += [
        ("CINPlanDates", _days(each, CINPlanStartDate="start", CINPlanEndDate="end"))
        for each in said.get("plans", ())
    ]
    made += [("Section47", _enquiry(each)) for each in said.get("enquiries", ())]
    made.append(("ReferralNFA", "1" if one.nfa else "0"))
    made += [("ChildProtectionPlans", _protection(each)) for each in said.get("protection", ())]
    return made


def _days(said: dict[str, Any], **names: str) -> Tree:
    return [(name, said[key]) for name, key in names.items() if said.get(key)]


def _assessment(said: dict[str, Any], rules: Year) -> Tree:
    made = _days(
        said,
        AssessmentActualStartDate="start",
        AssessmentInternalReviewDate="review",
        AssessmentAuthorisationDate="end",
    )
    codes = [
        one for one in dict.fromkeys(said.get("factors", ())) if one in rules.code_lists["assessment_factor"]
    ]
    if codes:
        made.append(("FactorsIdentifiedAtAssessment", [("AssessmentFactors", one) for one in codes]))
    return made


def _enquiry(said: dict[str, Any]) -> Tree:
    made = _days(said, S47ActualStartDate="start", InitialCPCtarget="target", DateOfInitialCPC="conference")
    return [*made, ("ICPCnotRequired", "1" if said.get("not_needed") else "0")]


def _protection(said: dict[str, Any]) -> Tree:
    made = _days(
        said,
        CPPstartDate="start",
        CPPendDate="end",
        InitialCategoryOfAbuse="first",
        LatestCategoryOfAbuse="latest",
    )
    made.append(("NumberOfPreviousCPP", str(said.get("before", 0))))
    if said.get("reviews"):
        made.append(("Reviews", [("CPPreviewDate", one) for one in said["reviews"]]))
    return made
