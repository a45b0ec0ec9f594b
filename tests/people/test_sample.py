"""The made-up register and referrals, whose truth is known: who is found, and who is never taken for another."""

import csv
import json
import uuid
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

from mash.people import held, matching, queries, register, tokens
from mash.people.details import Details, Home
from mash.people.matching import Band
from mash.people.models import Person
from tests.factories.base import in_service
from tests.factories.partnership import HubFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DATA = Path(__file__).parent.parent / "data"
REGISTER = DATA / "people_register.csv"
FIRST_DAY = date(2026, 11, 2)


def truth():
    with (DATA / "people_truth.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def messages():
    lines = (DATA / "referrals.jsonl").read_text().splitlines()
    return {message["reference"]: message for message in map(json.loads, lines)}


def day(text):
    return date.fromisoformat(text) if text else None


def said_of(person):
    name, address = person.get("name") or {}, person.get("address") or {}
    here = address and not address.get("protected")
    return Details(
        given=name.get("given") or "",
        family=name.get("family") or "",
        known_as=tuple(name.get("known_as") or ()),
        born_on=day(person.get("born_on")),
        expected_on=day(person.get("expected_on")),
        age_words=str(person.get("age") or ""),
        age_as_of=FIRST_DAY,
        sex=person.get("sex") or "U",
        addresses=(Home(tuple(address.get("lines") or ()), address.get("postcode") or ""),) if here else (),
        phones=tuple(person.get("phones") or ()),
        nhs_number=person.get("nhs_number") or "",
        upn=person.get("upn") or "",
        la_child_id=person.get("la_child_id") or "",
        school=person.get("school") or "",
    )


@cache
def same_people():
    """Return, for each person of the truth, the register's keys of them: some stand in it twice."""
    found = {}
    for row in truth():
        if row["link"].startswith("same person"):
            first = row["link"].split(" of ")[-1] if " of " in row["link"] else row["register_person_id"]
            found.setdefault(row["truth_key"], set()).update({first, row["register_person_id"]})
    return found


def suggestions(hub):
    """Yield, for everybody the referrals mention, who that is, and each suggestion as key of the register and band."""
    sent = messages()
    for row in truth():
        if row["reference"]:
            person = next(
                one for one in sent[row["reference"]]["people"] if one["id"] == row["message_person"]
            )
            found = queries.candidates(hub.pk, said_of(person))
            keys = dict(
                Person.objects.filter(pk__in=[one.person_id for one in found]).values_list("pk", "source_key")
            )
            yield row["truth_key"], [(keys[one.person_id], one.band) for one in found]


def test_the_sample_is_found_and_nobody_is_taken_for_another():
    hub = HubFactory(name="Northfield")
    call_command("people", "import", str(REGISTER), hub="Northfield")
    same = same_people()
    with in_service("imports"):
        found = list(suggestions(hub))
    wrong = [
        (who, key)
        for who, shown in found
        for key, band in shown
        if band == Band.LIKELY and key not in same.get(who, set())
    ]
    assert not wrong
    known = [(same[who], shown) for who, shown in found if who in same]
    assert len(known) > 150
    unseen = [right for right, shown in known if not right & {key for key, _ in shown}]
    assert not unseen
    likely = [right for right, shown in known if right & {key for key, band in shown if band == Band.LIKELY}]
    assert len(likely) / len(known) > 0.8
    assert max(len(shown) for _, shown in found) <= 5


def without(records, key, twins):
    """Return whom the search would weigh for one record if it, and its own second record, were not held."""
    hits = Counter()
    for word in tokens.asked(records[key]):
        hits.update({other: held.HEAVY.get(word[0], 1) for other in twins[word]})
    mine = next((keys for keys in same_people().values() if key in keys), set()) | {key}
    return [other for other, _ in hits.most_common(held.MOST_WEIGHED) if other not in mine]


def test_nobody_of_the_register_when_taken_out_is_taken_for_brother_sister_twin_or_namesake():
    rows = [row for row in register.read(REGISTER, FIRST_DAY) if isinstance(row, register.Entry)]
    records = {row.details.source_key: row.details for row in rows}
    having = defaultdict(set)
    for key, said in records.items():
        for word in tokens.findable(said):
            having[word].add(key)
    taken = []
    for key in list(records)[::4]:
        others = without(records, key, having)
        found = matching.rank(
            records[key], [(uuid.UUID(int=int(other[2:])), records[other]) for other in others]
        )
        taken += [(key, one.person_id.int) for one in found if one.band == Band.LIKELY]
    assert not taken
