"""A hub's boundaries and its table of postcodes are taken in: whole, or not at all.

Source: docs/rules.md, "Areas on a map".
"""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from mash.common.verdict import require
from mash.harm import policy, queries
from mash.harm.actions.refusals import NotWhole
from mash.harm.boundaries import Refused, read_map, read_postcodes
from mash.harm.models import Area, AreaMap, PostcodeArea, Postcodes
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff

AT_ONCE = 2000


@transaction.atomic
def take_map(*, hub: Hub, body: bytes, name: str, source: str, by: Staff | None, at: datetime) -> AreaMap:
    """Take in a hub's boundaries; the newest count.  The same file again, while it is the newest, changes nothing.

    source: where they come from, in words.  by: None for a command.

    Raises PermissionDenied, NotWhole, or Refused.
    """
    if by is not None:
        require(policy.may_act(by))
    wrong = {
        place: ask
        for place, said, ask in (
            ("name", name, "Say what the areas are called"),
            ("source", source, "Say where it is from"),
        )
        if not said.strip()
    }
    if wrong:
        raise NotWhole(wrong)
    digest = sha256(body).hexdigest()
    newest = queries.newest_map(hub.pk)
    if newest and newest.sha256 == digest:
        return newest
    areas = read_map(body)
    made = AreaMap(hub=hub, name=name.strip(), source=source.strip(), sha256=digest, by=by, at=at)
    made.save(force_insert=True)
    Area.objects.bulk_create(
        [
            Area(
                hub=hub, map=made, code=one.code, name=one.name, children=one.children, shape=dict(one.shape)
            )
            for one in areas
        ],
        AT_ONCE,
    )
    record("harm.map_taken", about=made, at=at, hub_id=hub.pk, detail={"sha256": digest, "areas": len(areas)})
    return made


@transaction.atomic
def take_postcodes(*, hub: Hub, body: bytes, source: str, by: Staff | None, at: datetime) -> Postcodes:
    """Take in which postcode lies in which area of the map; the newest table counts.  The same again changes nothing.

    Raises PermissionDenied, NotWhole, or Refused.
    """
    if by is not None:
        require(policy.may_act(by))
    if not source.strip():
        raise NotWhole({"source": "Say where it is from"})
    areas = queries.newest_map(hub.pk)
    if areas is None:
        raise Refused(["Take in the boundaries first: the codes of the table are those of the map."])
    digest = sha256(body).hexdigest()
    newest = queries.newest_postcodes(hub.pk)
    if newest and newest.sha256 == digest and newest.at > areas.at:
        return newest
    found = read_postcodes(body, set(areas.areas.values_list("code", flat=True)))
    made = Postcodes(hub=hub, source=source.strip(), sha256=digest, rows=len(found), by=by, at=at)
    made.save(force_insert=True)
    PostcodeArea.objects.bulk_create(
        [
            PostcodeArea(hub=hub, postcodes=made, postcode=postcode, code=code)
            for postcode, code in found.items()
        ],
        AT_ONCE,
    )
    record(
        "harm.postcodes_taken",
        about=made,
        at=at,
        hub_id=hub.pk,
        detail={"sha256": digest, "rows": len(found)},
    )
    return made
