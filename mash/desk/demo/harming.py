"""What harm comes back to in the demo: one man in three families, boys at one lock, and what is watched and done."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate

from mash.contact import actions as contacts
from mash.contact.message import parse
from mash.contact.models import Channel
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.harm import actions, content, queries
from mash.harm.queries.things import Thing

HERE = Path(__file__).parent
ANALYST = "analyst"
MADE_UP = "Made up for this demonstration"
DENNY = {
    "role": "alleged_perpetrator",
    "name": {"given": "Denny", "family": "Crale"},
    "born_on": "1989-02-17",
    "sex": "M",
    "address": {"lines": ["3 Weir Cottages"], "postcode": "NF5 1AC"},
}
HELP = ("early_help", 2)


def _child(name: str, born_on: str, home: str, *, school: str = "") -> dict[str, Any]:
    given, family = name.split()
    line, postcode = home.split(", ")
    told = {"role": "child", "name": {"given": given, "family": family}, "born_on": born_on}
    more = {"school": school} if school else {}
    return told | {"address": {"lines": [line], "postcode": postcode}} | more


POPPY = _child("Poppy Marsh", "2014-05-02", "8 Malt Row, NF5 2BD", school="Larkhill Primary")
OWEN = _child("Owen Fitch", "2012-11-23", "41 Gasworks Lane, NF6 1KN")
LENA = _child("Lena Dorsey", "2016-08-14", "5 Alma Parade, NF2 7LM")
REECE = _child("Reece Tolland", "2010-01-09", "17 Kestrel Court, NF4 1RB", school="Cobbold Academy")
KIAN = _child("Kian Boothe", "2010-06-30", "22 Larkhill Rise, NF3 3CC", school="Cobbold Academy")
LOCK = {"description": "Footbridge, Northfield Lock", "postcode": "NF5 1AA"}
WEIR = {"description": "3 Weir Cottages", "postcode": "NF5 1AC"}
HARMED, GANGS = "domestic_abuse_in_home", "gangs"
Told = tuple[int, int, dict[str, str], str, str, tuple[dict[str, Any], ...]]
EVENTS: tuple[Told, ...] = (  # days ago, hour, place, category, what happened, whom it names
    (310, 21, WEIR, HARMED, "A neighbour heard shouting and a child crying at his house.", (POPPY, DENNY)),
    (
        205,
        20,
        WEIR,
        HARMED,
        "Owen rang from the garden: Denny had locked him out in the rain.",
        (OWEN, DENNY),
    ),
    (
        60,
        22,
        WEIR,
        HARMED,
        "Police were called to a row at his house. Lena was on the stairs.",
        (LENA, DENNY),
    ),
    (48, 16, LOCK, GANGS, "Two boys were seen taking parcels from a man on a motorcycle.", (REECE, KIAN)),
    (27, 17, LOCK, GANGS, "Both were robbed on the footbridge and would not say by whom.", (REECE, KIAN)),
    (20, 16, LOCK, GANGS, "A teacher saw both with new telephones after an hour away.", (KIAN, REECE)),
)
DECIDED = "The family have been spoken with, and somebody sees the child."


def tell(stage: Stage) -> None:
    """Tell the events, count them, take in a map of made-up wards, and have the analyst act on what is found."""
    for number, event in enumerate(EVENTS, 1):
        _happened(stage, f"NF-H{number:02}", event)
    with as_program(actions.SERVICE):
        actions.count(hub=stage.hub, at=stage.now, whole=True)
    by = stage.posts[ANALYST]
    areas, postcodes = (
        (HERE / f"northfield_{name}").read_bytes() for name in ("wards.geojson", "postcodes.csv")
    )
    with as_worker(by):
        actions.take_map(hub=stage.hub, body=areas, name="Wards", source=MADE_UP, by=by, at=stage.now)
        actions.take_postcodes(hub=stage.hub, body=postcodes, source=MADE_UP, by=by, at=stage.now)
    with as_worker(by):
        _act(stage)


def _happened(stage: Stage, reference: str, event: Told) -> None:
    days, hour, place, category, words, named = event
    people, kin = _with_mothers(named)
    at: datetime = (stage.now - timedelta(days=days)).replace(hour=hour, minute=20, second=0, microsecond=0)
    said = {
        "format": "openmash.referral/1",
        "reference": reference,
        "sent_at": (at + timedelta(hours=1)).isoformat(),
        "source": {"kind": "police", "organisation": "North Thames Constabulary", "name": "PC Dele Bankole"},
        "subject": "child",
        "type": "safeguarding",
        "event": {"at": at.isoformat(), "reference": f"CAD {reference}", "place": place},
        "concern": {"categories": [category], "what_happened": words},
        "agreement": {
            "sought": "given",
            "by": "Their mother",
            "covers": [one["id"] for one in people],
            "family_aware": True,
        },
        "people": people,
        "relationships": kin,
    }
    with as_program("intake"):
        contact, _ = contacts.receive(
            parse(json.dumps(said, ensure_ascii=False).encode()),
            hub=stage.hub,
            channel=Channel.FILE,
            received_at=at + timedelta(hours=1, minutes=5),
        )
    then = Stage(stage.hub, stage.posts, at + timedelta(days=2), timedelta())
    story.settle_all(then, contact)
    story.rate(then, contact, "green")
    story.adopt(then, contact, contact.received_at + timedelta(hours=2))
    story.decide(then, contact, *HELP, DECIDED)


def _with_mothers(named: tuple[dict[str, Any], ...]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the people of a message, each child with their mother, and how they are related."""
    people = [{"id": f"p{number}", **one} for number, one in enumerate(named, 1)]
    kin = []
    for child in [one for one in people if one["role"] == "child"]:
        mother = {
            "id": f"{child['id']}m",
            "role": "parent_or_carer",
            "name": {"given": "Carol", "family": child["name"]["family"]},
            "address": child["address"],
        }
        people.append(mother)
        kin.append(
            {"from": mother["id"], "to": child["id"], "kind": "parent", "parental_responsibility": True}
        )
    return people, kin


def _act(stage: Stage) -> None:
    """Have the analyst name the boys a group, watch the man, and take the lock up."""
    by, on = stage.posts[ANALYST], localdate(stage.now)
    together = next(one for one in queries.appearing(by, stage.now) if len(one.people) == 2)
    actions.name_group(
        key=uuid.uuid4(),
        name="The lock",
        why="Named together at the footbridge, each time after school.",
        people=together.people,
        by=by,
        at=stage.now,
    )
    found = queries.find_pattern(by, content.patterns()["alleged"], stage.now)
    man = next(one for one in found.rows if "CRALE" in one.name)
    actions.watch(
        key=uuid.uuid4(),
        thing=queries.find(by, "person", man.key),
        why="Three families in a year, each new to us. A fourth should be seen the same day.",
        told=[by, stage.posts["social.worker"]],
        review_on=on + timedelta(days=90),
        by=by,
        at=stage.now,
    )
    named = queries.find_pattern(by, content.patterns()["named_places"], stage.now)
    lock: Thing = queries.find(by, "place", next(one for one in named.rows if "Footbridge" in one.name).key)
    actions.take_up(
        key=uuid.uuid4(),
        thing=lock,
        agency=next(one for one in queries.agencies(by) if one.kind == "police"),
        named="PS Marta Blythe, neighbourhood team",
        action="Be on the footbridge from three to five on school days; ask the council for light and a camera.",
        known_by="Fewer events there in the half year after, and none at the next bridge instead.",
        due_on=on + timedelta(days=21),
        from_on=on - timedelta(days=14),
        by=by,
        at=stage.now,
    )
