"""Groups: named with a reason, people counted to them and no more, and ended.

Source: docs/rules.md, "What harm comes back to".
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.harm import policy, queries
from mash.harm.actions.refusals import HasEnded, NotWhole
from mash.harm.models import Group, Member
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.models import Person
from mash.people.names import words

NAMES_SOMEBODY = "Name none of its people here: whoever may not see one of them reads this all the same"
LEAST = 2  # people of a group when it is named


@transaction.atomic
def name_group(
    *, key: uuid.UUID, name: str, why: str, people: Sequence[Person], by: Staff, at: datetime
) -> Group:
    """Name a group of people, with the reason.  The same key again makes none.

    Name and reason name nobody: whoever may not see one of its people sees them all the same.

    Raises PermissionDenied, or NotWhole.
    """
    require(policy.may_act(by))
    made = Group.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    wrong = _wrong(name, why, people)
    if len(people) < LEAST:
        wrong["people"] = "Choose at least two people"
    if wrong:
        raise NotWhole(wrong)
    group = Group(hub_id=by.hub_id, key=key, name=name.strip(), why=why.strip(), by=by, at=at)
    group.save(force_insert=True)
    Member.objects.bulk_create(
        Member(hub_id=by.hub_id, group=group, person=one, why=group.why, by=by, at=at) for one in people
    )
    record(
        "harm.group_named",
        about=group,
        at=at,
        hub_id=by.hub_id,
        detail={"people": sorted(str(one.pk) for one in people)},
    )
    return group


def names(said: str, people: Iterable[Person]) -> bool:
    """Tell whether words name one of these people, by given or family name."""
    named = {word for one in people for word in (*words(one.given), *words(one.family)) if len(word) > 1}
    return bool(named & set(words(said)))


def _wrong(name: str, why: str, people: Sequence[Person]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for place, said, ask in (("name", name, "Say what the group is called here"), ("why", why, "Say why")):
        if not said.strip():
            wrong[place] = ask
        elif names(said, people):
            wrong[place] = NAMES_SOMEBODY
    return wrong


@transaction.atomic
def count_to(*, group: Group, person: Person, why: str, by: Staff, at: datetime) -> Member:
    """Count somebody to a group, with the reason; who counts already stays as they are.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    group = Group.objects.select_for_update().get(pk=group.pk)
    if group.ended_at:
        raise HasEnded("The group has ended: nobody is counted to it any more.")
    there = Member.objects.filter(group=group, person=person, ended_at=None).first()
    if there:
        return there
    if not why.strip():
        raise NotWhole({"why": "Say why they belong to it"})
    if _wrong(group.name, group.why, [person]):
        raise NotWhole({"group": "The name or the reason of this group names them: name a new group instead"})
    member = Member(hub_id=by.hub_id, group=group, person=person, why=why.strip(), by=by, at=at)
    member.save(force_insert=True)
    record("harm.counted_to_group", about=group, at=at, hub_id=by.hub_id, detail={"person": str(person.pk)})
    return member


@transaction.atomic
def leave_group(*, member: Member, why: str, by: Staff, at: datetime) -> None:
    """Count somebody to a group no more, with the reason.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    if not why.strip():
        raise NotWhole({"why": "Say why they do not belong to it any more"})
    left = Member.objects.filter(pk=member.pk, ended_at=None).update(
        ended_at=at, ended_by=by, ended_why=why.strip()
    )
    if not left:
        raise HasEnded("They are not counted to it any more.")
    detail = {"person": str(member.person_id)}
    record("harm.left_group", about=member.group, at=at, hub_id=by.hub_id, detail=detail)


@transaction.atomic
def end_group(*, group: Group, why: str, by: Staff, at: datetime) -> None:
    """End a group, with the reason; what it was stays to be read.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    people = [one.person for one in queries.find(by, "group", group.pk).members]
    wrong = _wrong(group.name, why, people).get("why")
    if wrong:
        raise NotWhole({"why": wrong})
    ended = Group.objects.filter(pk=group.pk, ended_at=None).update(
        ended_at=at, ended_by=by, ended_why=why.strip()
    )
    if not ended:
        raise HasEnded("The group has ended already.")
    record("harm.group_ended", about=group, at=at, hub_id=by.hub_id, why=why.strip()[:240])
