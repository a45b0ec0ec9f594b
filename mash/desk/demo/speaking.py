"""The police's own system in the demo: two people let it in, it sent two notices, and it is called in vain."""

import json
from datetime import timedelta
from typing import Any

from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.systems import actions, queries
from mash.systems.models import News, Scope

NAME, ADDRESS = "Occurrence book", "https://records.north-thames-constabulary.example/hub"
FORCE = "North Thames Constabulary"
LET_IN, CAME = timedelta(days=20), timedelta(hours=6)
SCOPES = [Scope.SEND, Scope.FOLLOW, Scope.ANSWER]
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
    with as_program("calls"):
        actions.note_news(at=stage.now)


def _sent(notice: dict[str, Any], at: str) -> bytes:
    source = {"kind": "police", "organisation": FORCE, "name": "PC 2290 Lyle", "phone": "020 7946 0059"}
    whole = {"format": "openmash.referral/1", "sent_at": at, "source": source, "subject": "child"}
    return json.dumps(whole | notice, ensure_ascii=False).encode()
