"""The police's own system in the demo: let in by two people, who say its words too; it sends, and is called in vain."""

import json
from datetime import timedelta
from typing import Any

from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.systems import actions, queries
from mash.systems.models import News, Scope, System

NAME, ADDRESS = "Occurrence book", "https://records.north-thames-constabulary.example/hub"
FORCE = "North Thames Constabulary"
LET_IN, CAME = timedelta(days=20), timedelta(hours=6)
SCOPES = [Scope.SEND, Scope.FOLLOW, Scope.ANSWER]
ADOPTED = timedelta(hours=4)  # after the two notices came, which are in the hub's own words
FIELDS = """
# as the force's own export names them
occ.urn -> reference
occ.made -> sent_at | day/month/year
occ.officer -> source.name
occ.mo -> concern.what_happened
occ.station_note -> -
persons[].fn -> people[].name.given
persons[].sn -> people[].name.family
persons[].dob -> people[].born_on | day/month/year
persons[].eth -> people[].ethnicity
persons[].part -> people[].role
persons[].street -> people[].address.lines[]
persons[].hide -> people[].address.protected
"""
CODES = """
people[].ethnicity: W1 = WBRI
people[].role: VIC = child
people[].role: SUS = alleged_perpetrator
"""
FURTHER = CODES + "people[].role: PAR = parent_or_carer\n"
FIXED = "source.kind = police\nsubject = child\ntype = safeguarding"
HOME = {"lines": ["31 Sallow Road", "Northfield"], "postcode": "NF3 9ZZ"}
NOTICES: tuple[dict[str, Any], ...] = (
    {
        "reference": "OB26-1107",
        "type": "information_only",
        "people": [
            {"id": "p1", "role": "child", "name": {"given": "Imran", "family": "Vassell"}, "born_on": "2013-07-19",
             "sex": "M", "address": HOME},
        ],
        "concern": {
            "what_happened": "Found alone in the park at 23:15. He said he had missed his bus, and was taken home.",
            "seen_or_told": "seen",
            "strengths": "His mother was out looking for him, and thanked the officers.",
        },
    },
    {
        "reference": "OB26-1112",
        "type": "safeguarding",
        "people": [
            {"id": "p1", "role": "child", "name": {"given": "Imran", "family": "Vassell"}, "born_on": "2013-07-19",
             "sex": "M", "address": HOME},
            {"id": "p2", "role": "parent_or_carer", "name": {"given": "Denise", "family": "Vassell"}, "sex": "F",
             "address": HOME},
        ],
        "concern": {
            "what_happened": "Found in the same park with two men whom he would not name. He had a new telephone.",
            "seen_or_told": "seen",
            "voice": "“They are just mates. Don’t tell my mum about the phone.”",
        },
        "urgency": {"suggested_rating": "amber"},
    },
)  # fmt: skip


def tell(stage: Stage) -> None:
    """Have two people let the system in, take what it sent, and note what it is called about."""
    administrator, lead = stage.posts["administrator"], stage.posts["police"]
    at = stage.now - LET_IN
    with as_worker(administrator):
        system = actions.let_speak(
            agency=lead.agency, name=NAME, organisation=FORCE, scopes=SCOPES, by=administrator, at=at
        )
    with as_worker(lead):
        key, _ = actions.give_key(system=system, label="Live system", days=180, by=lead, at=at)
        hook, _ = actions.ask_for_hook(
            system=system, address=ADDRESS, kinds=[News.ASKED, News.TAKEN_BACK], by=lead, at=at
        )
    with as_worker(administrator):
        actions.let_hook_in(hook=hook, by=administrator, at=at + timedelta(hours=2))
    for number, notice in enumerate(NOTICES):
        came = stage.now - CAME + timedelta(minutes=20 * number)
        with as_program("front_door"):
            shown = queries.live_key(str(key.pk), str(lead.pk), came)
            assert shown  # noqa: S101 (it was given above)
            actions.take(messages=[_sent(notice, came.isoformat())], key=shown, at=came)
    _say_its_words(stage, system)
    with as_program("calls"):
        actions.note_news(at=stage.now)


def _say_its_words(stage: Stage, system: System) -> None:
    """Have two people let count how its own words are read; a second version waits for its second person."""
    administrator, manager, at = stage.posts["administrator"], stage.posts["manager"], stage.now - ADOPTED
    said: dict[str, Any] = {"system": system, "fields": FIELDS, "fixed": FIXED, "passes": True}
    with as_worker(administrator):
        first = actions.write_mapping(
            codes=CODES, why="Edition 4 of the force's lists", by=administrator, at=at, **said
        )
    with as_worker(manager):
        actions.adopt_mapping(mapping=first, by=manager, at=at + timedelta(hours=1))
    with as_worker(administrator):
        why = "Edition 5 has a code for parents"
        actions.write_mapping(codes=FURTHER, why=why, by=administrator, at=at + timedelta(hours=2), **said)


def _sent(notice: dict[str, Any], at: str) -> bytes:
    source = {"kind": "police", "organisation": FORCE, "name": "PC 2290 Lyle", "phone": "020 7946 0059"}
    whole = {"format": "openmash.referral/1", "sent_at": at, "source": source, "subject": "child"}
    return json.dumps(whole | notice, ensure_ascii=False).encode()
