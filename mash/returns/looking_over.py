"""What is wrong or odd in a return, by the rules of its year.  Pure.

Source: docs/rules.md, "Problems of a return".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from mash.common.clock import whole_years
from mash.returns.days import SATURDAY, working_days
from mash.returns.facts import Child, Found, Gathered, Referral
from mash.returns.models import Kind
from mash.returns.years import Year

SCHOOL_AGE = (5, 16)
OLDEST = 25
WEEKS_BEFORE_BIRTH = timedelta(weeks=40)
# Reasons for an end: after an assessment, and nothing, or early help, followed.
AFTER_ASSESSMENT = {"RC8", "RC9"}
ASSESSMENT_DAYS, CONFERENCE_DAYS = 45, 15  # working days


def problems(found: Gathered, kind: str, from_on: date, until_on: date, rules: Year) -> Iterator[Found]:
    """Yield each problem of a return, by child.  Every rule is one of the year's."""
    look = _Look(kind, from_on, until_on, rules)
    yield from look.census(found) if kind == Kind.CIN else look.lists(found)


class _Look:
    """The rules of one return."""

    def __init__(self, kind: str, from_on: date, until_on: date, rules: Year) -> None:
        self.kind, self.from_on, self.until_on, self.rules = kind, from_on, until_on, rules

    def census(self, found: Gathered) -> Iterator[Found]:
        """Yield the problems of a census: of each child with an episode, of each episode, and of those together."""
        referred: defaultdict[str, list[Referral]] = defaultdict(list)
        for one in found.referrals:
            referred[one.child.id].append(one)
        for child in found.children:
            if child.id in referred:
                yield from self.child(child, referred[child.id])
        for one in found.referrals:
            yield from self.of(one, f"Referral of {_day(one.on)}", self.referral(one))
        for several in referred.values():
            yield from self.together(several)

    def lists(self, found: Gathered) -> Iterator[Found]:
        """Yield the problems of lists of children, contacts, help and referrals."""
        for child in found.children:
            yield from self.child(child, ())
        for came in found.contacts:
            yield from self.of(came, f"Contact of {_day(came.on)}", [*came.rules, *self._shared(came.source)])
        for helped in found.early_help:
            if not helped.organisation:
                yield Found("H07", helped.child.id, f"Early help from {_day(helped.on)}", helped.child.person)
        for one in found.referrals:
            if self.from_on <= one.on <= self.until_on:
                yield from self.of(one, f"Referral of {_day(one.on)}", self.referral(one))

    def _shared(self, source: str) -> Iterator[str]:
        if self.kind == Kind.ANNEX_A and self.rules.in_annex_a(source) != source:
            yield "H03"

    def of(self, one: Any, place: str, odd: Iterable[str]) -> Iterator[Found]:
        for rule in dict.fromkeys(odd):
            yield Found(rule, one.child.id, place, one.child.person, one.contact)

    def child(self, child: Child, referrals: Iterable[Referral]) -> Iterator[Found]:
        odd = [*child.rules]
        if (child.born_on is None) == (child.expected_on is None):
            odd.append("8525Q")
        if child.born_on and child.born_on > self.until_on:
            odd.append("8520")
        if child.born_on and whole_years(child.born_on, self.until_on) > OLDEST:
            odd.append("8775Q")
        if child.died_on and child.born_on and child.died_on < child.born_on:
            odd.append("8535Q")
        if self.kind == Kind.CIN:
            odd += self._for_the_census(child, referrals)
        for rule in dict.fromkeys(odd):
            yield Found(rule, child.id, "", child.person)

    def _for_the_census(self, child: Child, referrals: Iterable[Referral]) -> Iterator[str]:
        if child.expected_on and not child.born_on:
            first = date(self.until_on.year, 3, 1)
            if not first <= child.expected_on <= date(self.until_on.year, 12, 31):
                yield "8530Q"
        if not child.upn and child.born_on and not all(one.nfa for one in referrals):
            least, most = SCHOOL_AGE
            if least <= whole_years(child.born_on, self.until_on) < most:
                yield "8770Q"
        if not child.disabilities:
            yield "8540"
        if child.died_on and not self.from_on <= child.died_on <= self.until_on:
            yield "8545Q"

    def referral(self, one: Referral) -> Iterator[str]:
        """Yield the rules that one referral breaks."""
        yield from (rule for rule in one.rules if self._concerns(rule))
        child = one.child
        born = child.born_on or child.expected_on
        if born and one.on < born - WEEKS_BEFORE_BIRTH:
            yield "8606"
        if child.died_on and one.on > child.died_on:
            yield "8555Q"
        yield from self._shared(one.source)
        if self.kind == Kind.CIN:
            if one.nfa and one.on < self.from_on and working_days(one.on, self.from_on) > 1:
                yield "8569Q"
            yield from self._end(one)
            yield from self._assessments(one)
            yield from self._enquiries(one)

    def _concerns(self, rule: str) -> bool:
        if self.kind == Kind.ANNEX_A:
            return rule not in {"8610", "H05"}  # it asks for no need
        return not (self.kind == Kind.CIN and rule == "H06")  # it asks for no worker

    def _end(self, one: Referral) -> Iterator[str]:
        codes = self.rules.codes
        reason = one.followed.get("reason", "")
        if one.need and one.need not in codes.primary_need:
            yield "8650"
        if one.ended_on and one.ended_on < one.on:
            yield "8630"
        if one.ended_on and not reason:
            yield "8805"
        if reason and not one.ended_on:
            yield "8810"
        if reason and reason not in codes.reason_for_closure:
            yield "8640"
        if one.ended_on and not self.from_on <= one.ended_on <= self.until_on:
            yield "8620"
        yield from self._beside_the_end(one, reason)

    def _beside_the_end(self, one: Referral, reason: str) -> Iterator[str]:
        if one.nfa and any(
            one.followed.get(name) for name in ("assessments", "enquiries", "plans", "protection")
        ):
            yield "8831"
        if reason == "RC2" and not one.child.died_on:
            yield "8585Q"
        if reason in AFTER_ASSESSMENT:
            if not one.followed.get("assessments"):
                yield "8825Q"
            if any(one.followed.get(name) for name in ("conference", "enquiries", "plans", "protection")):
                yield "2990"
        if one.ended_on and any(day > one.ended_on for day in _begun(one.followed)):
            yield "8565"

    def _assessments(self, one: Referral) -> Iterator[str]:
        still, every = 0, one.followed.get("assessments", ())
        for said in every:
            start, end = _read(said["start"]), _read(said.get("end"))
            factors = said.get("factors", [])
            if start and start < one.on:
                yield "1103"
            if end is None:
                still += 1
                yield from self._goes_on(one, start, factors)
            else:
                yield from self._over(start, end, factors)
            yield from _factors(factors)
        if still > 1:
            yield "8896"
        if _run_into_each_other((_read(said["start"]), _read(said.get("end"))) for said in every):
            yield "8863Q"
        found = [(bool(said.get("end")), set(said.get("factors", []))) for said in every]
        if found == [(True, {"21"})] and one.ended_on and one.followed.get("reason") not in AFTER_ASSESSMENT:
            yield "8873Q"

    def _goes_on(self, one: Referral, start: date | None, factors: list[str]) -> Iterator[str]:
        if one.ended_on:
            yield "8867"
        if factors:
            yield "8614"
        if start and not self.from_on <= start <= self.until_on:
            yield "8736"
        if start and working_days(start, self.until_on) > ASSESSMENT_DAYS:
            yield "8670Q"

    def _over(self, start: date | None, end: date, factors: list[str]) -> Iterator[str]:
        if start and end < start:
            yield "8608"
        if not self.from_on <= end <= self.until_on:
            yield "8696"
        if not factors:
            yield "8897Q"

    def _enquiries(self, one: Referral) -> Iterator[str]:
        every = one.followed.get("enquiries", ())
        if held := _read(one.followed.get("conference")):
            yield from self._conference(one, held)
            if any(said.get("conference") for said in every):
                yield "2884"
        for said in every:
            start, held = _read(said["start"]), _read(said.get("conference"))
            if start and start < one.on:
                yield "2889"
            if held:
                if start and held < start:
                    yield "8615"
                yield from self._conference(one, held)
            elif not said.get("not_needed"):
                yield from self._without_a_conference(one, start)
        if every and not one.followed.get("assessments"):
            yield "2991Q"
        yield from _beside_each_other(said for said in every if not said.get("not_needed"))

    def _without_a_conference(self, one: Referral, start: date | None) -> Iterator[str]:
        if one.ended_on:
            yield "8868"
        if start and not self.from_on <= start <= self.until_on:
            yield "8740"
        if start and working_days(start, self.until_on) > CONFERENCE_DAYS:
            yield "8675Q"

    def _conference(self, one: Referral, held: date) -> Iterator[str]:
        if held < one.on:
            yield "1104"
        if held.weekday() >= SATURDAY:
            yield "8875"
        if not self.from_on <= held <= self.until_on:
            yield "8715"

    def together(self, several: list[Referral]) -> Iterator[Found]:
        """Yield what is wrong with the episodes of one child, taken together."""
        led_on = [one for one in several if not one.nfa]
        still = [one for one in led_on if one.ended_on is None]
        if len(still) > 1:
            yield from self.of(still[-1], f"Referral of {_day(still[-1].on)}", ["8815"])
        for earlier, later in pairwise(led_on):
            place = f"Referral of {_day(earlier.on)}"
            if earlier.ended_on is None:
                yield from self.of(earlier, place, ["8816"])
            elif earlier.ended_on > later.on:
                yield from self.of(earlier, place, ["8820"])


def _begun(followed: Mapping[str, Any]) -> Iterator[date]:
    """Yield each day on which something began or was held in an episode."""
    said = [one["start"] for name in ("assessments", "enquiries") for one in followed.get(name, ())]
    said += [one.get("conference") for one in (followed, *followed.get("enquiries", ()))]
    yield from (day for one in said if (day := _read(one)))


def _beside_each_other(enquiries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with section 47 enquiries together: those of which somebody could say when they end."""
    spans = [(_read(said["start"]), _read(said.get("conference"))) for said in enquiries]
    if sum(held is None for _, held in spans) > 1:
        yield "8839"
    if _run_into_each_other(spans):
        yield "8890"


def _run_into_each_other(spans: Iterable[tuple[date | None, date | None]]) -> bool:
    """Tell whether one of these begins while another goes on; one without an end goes on."""
    known = sorted((start, end or date.max) for start, end in spans if start)
    return any(later < end for (_, end), (later, _) in pairwise(known))


def _factors(factors: list[str]) -> Iterator[str]:
    if "21" in factors and len(set(factors)) > 1:
        yield "8869"
    if len(set(factors)) < len(factors):
        yield "8898"
    if "18A" in factors:
        yield "8945Q"
    if "19A" in factors:
        yield "8950Q"


def counted(found: Iterable[Found]) -> Mapping[str, int]:
    """Return how many problems each rule found."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.rule] = counts.get(one.rule, 0) + 1
    return counts


def _read(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
