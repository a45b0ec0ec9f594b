"""Putting people on record, and what is learned about them.  Tokens follow in the same transaction."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people import following, identifiers, policy, tokens
from mash.people.details import Details, Home, OtherName
from mash.people.held import known
from mash.people.models import (
    Address,
    Alert,
    CourtOrder,
    Household,
    Identifier,
    Name,
    Person,
    Phone,
    Relationship,
    Resident,
    Token,
)

ROWS_AT_ONCE = 5000
WRITE_TOKENS = """
    INSERT INTO people_token (hub_id, person_id, kind, token)
    SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::bytea[])
"""
OWN_FIELDS = (
    "given", "family", "pronunciation", "born_on", "expected_on", "age_words", "age_as_of", "sex", "ethnicity",
    "language", "interpreter", "school", "gp", "died_on", "source", "source_key",
)  # fmt: skip
CORRECTABLE = {*OWN_FIELDS, "disabilities"} - {"source", "source_key"}


@transaction.atomic
def record_person(*, details: Details, by: Staff | None, hub_id: uuid.UUID, at: datetime) -> Person:
    """Put a person on record.  Safe to repeat where the details name a source and a key: who is there is returned.

    by: None when a service acts.  A protected address must not be among the details: it is a sealed item.

    Raises PermissionDenied if `by` may not record people in this hub.

    Source: docs/rules.md, "Known already, open already".
    """
    if by is not None:
        require(policy.may_record(by, hub_id))
    if details.source_key:
        here = Person.objects.filter(hub=hub_id, source=details.source, source_key=details.source_key).first()
        if here is not None:
            return here
    (person,) = write_people(hub_id, [details], at)
    record("person.recorded", about=person, at=at, hub_id=hub_id)
    return person


def write_people(hub_id: uuid.UUID, several: Sequence[Details], at: datetime) -> list[Person]:
    """Write new people with everything said of them and their tokens; a few statements however many they are.

    For actions of this app: it asks nobody's leave and leaves no line.
    """
    people = [_person(hub_id, details, at) for details in several]
    both = list(zip(people, several, strict=True))
    Person.objects.bulk_create(people, ROWS_AT_ONCE)
    _write_facts(both)
    _write_tokens(hub_id, ((person.pk, details) for person, details in both))
    return people


def _person(hub_id: uuid.UUID, details: Details, at: datetime) -> Person:
    own = {name: getattr(details, name) for name in OWN_FIELDS}
    return Person(hub_id=hub_id, recorded_at=at, disabilities=list(details.disabilities), **own)


def _write_facts(both: Sequence[tuple[Person, Details]]) -> None:
    Name.objects.bulk_create([_name(who, name) for who, said in both for name in said.further_names])
    Address.objects.bulk_create([_address(who, home) for who, said in both for home in said.addresses])
    Phone.objects.bulk_create([_phone(who, number) for who, said in both for number in said.phones])
    Identifier.objects.bulk_create(
        [_number(who, *pair) for who, said in both for pair in sorted(said.numbers())]
    )


def _name(person: Person, name: OtherName, **more: Any) -> Name:
    return Name(
        hub_id=person.hub_id, person=person, given=name.given, family=name.family, kind=name.kind, **more
    )


def _address(person: Person, home: Home) -> Address:
    return Address(
        hub_id=person.hub_id,
        person=person,
        lines=list(home.lines),
        postcode=identifiers.tidy_postcode(home.postcode),
        from_on=home.from_on,
        until_on=home.until_on,
    )


def _phone(person: Person, number: str) -> Phone:
    return Phone(hub_id=person.hub_id, person=person, number=number, digits=identifiers.digits(number))


def _number(person: Person, scheme: str, value: str) -> Identifier:
    valid = identifiers.is_valid(scheme, value)
    return Identifier(hub_id=person.hub_id, person=person, scheme=scheme, value=value, valid=valid)


# Tokens


def _write_tokens(hub_id: uuid.UUID, several: Iterable[tuple[uuid.UUID, Details]]) -> None:
    """Write every token in one statement of three arrays: a fifth of the time that a row of parameters each takes.

    Whoever else follows these people is told in the same transaction.
    """
    people_now = dict(several)
    rows = [
        (key, kind, token)
        for key, details in people_now.items()
        for kind, token in tokens.of(hub_id, tokens.findable(details))
    ]
    people, kinds, hashes = ([row[place] for row in rows] for place in range(3))
    with connection.cursor() as cursor:
        cursor.execute(WRITE_TOKENS, [hub_id, people, kinds, hashes])
    following.tell(hub_id, people_now)


@transaction.atomic
def renew_tokens(*, hub_id: uuid.UUID, people: Sequence[uuid.UUID]) -> None:
    """Make the tokens of people anew from what we hold on them, in the transaction that changed it."""
    Token.objects.filter(hub=hub_id, person__in=people).delete()
    _write_tokens(hub_id, known(people).items())


def _follow(person: Person) -> None:
    renew_tokens(hub_id=person.hub_id, people=[person.pk])


def _open(person: Person, by: Staff | None) -> Person:
    """Ask leave and lock the person, so that two changes cannot each make tokens without the other's."""
    if by is not None:
        require(policy.may_change(by, person))
    return Person.objects.select_for_update().get(pk=person.pk)


# What is learned afterwards


@transaction.atomic
def correct_person(
    *, person: Person, by: Staff | None, at: datetime, why: str = "", **changes: Any
) -> Person:
    """Correct what a person's own row says.  A name replaced is kept among the others.

    changes: fields of `Person`, as given, family, born_on, sex, language, interpreter, school.  The ledger keeps
        which fields, not what they said.

    Raises ValueError for a field that is not corrected here, and PermissionDenied.

    Source: docs/rules.md, "Contacts".
    """
    if not set(changes) <= CORRECTABLE:
        raise ValueError(f"not corrected here: {sorted(set(changes) - CORRECTABLE)}")
    person = _open(person, by)
    changed = sorted(name for name, value in changes.items() if getattr(person, name) != value)
    if not changed:
        return person
    if {"given", "family"} & set(changed) and (person.given or person.family):
        former = OtherName(person.given, person.family, "former")
        _name(person, former, until_on=localdate(at)).save(force_insert=True)
    for name in changed:
        setattr(person, name, changes[name])
    person.save(update_fields=changed)
    _follow(person)
    record("person.corrected", about=person, at=at, hub_id=person.hub_id, why=why, detail={"fields": changed})
    return person


@transaction.atomic
def learn(*, person: Person, details: Details, by: Staff | None, at: datetime) -> bool:
    """Add what these details say and we did not hold, and change nothing else.  Returns whether anything was new.

    A name spelled otherwise is kept as written, a further address and telephone beside the others.  Blank fields
    are filled.

    Raises PermissionDenied if `by` may not change the record.
    """
    person = _open(person, by)
    held = known([person.pk])[person.pk]
    if not has_news(held, details):
        return False
    fresh, filled = _news(held, details)
    for name, value in filled.items():
        setattr(person, name, value)
    if filled:
        person.save(update_fields=sorted(filled))
    _write_facts([(person, fresh)])
    _follow(person)
    record("person.learned", about=person, at=at, hub_id=person.hub_id, detail=_counts(fresh, filled))
    return True


def has_news(held: Details, said: Details) -> bool:
    """Tell whether details say anything that we do not hold."""
    fresh, filled = _news(held, said)
    return bool(filled or fresh.further_names or fresh.addresses or fresh.phones or fresh.other_numbers)


def _news(held: Details, said: Details) -> tuple[Details, dict[str, Any]]:
    """Return which facts are new, and which blank fields can be filled."""
    spelled = set(held.forms())
    written = OtherName(said.given, said.family, "written")
    further = [name for name in (written, *said.further_names) if _is_new(name, spelled)]
    postcodes = {(_plain(home.lines), identifiers.tidy_postcode(home.postcode)) for home in held.addresses}
    phones = {identifiers.digits(phone) for phone in held.phones}
    fresh = Details(
        other_names=tuple(dict.fromkeys(further)),
        addresses=tuple(
            home
            for home in said.addresses
            if (_plain(home.lines), identifiers.tidy_postcode(home.postcode)) not in postcodes
        ),
        phones=tuple(phone for phone in said.phones if identifiers.digits(phone) not in phones),
        other_numbers=tuple(sorted(said.numbers() - held.numbers())),
    )
    filled = {
        name: getattr(said, name)
        for name in sorted(CORRECTABLE - {"disabilities", "given", "family"})
        if getattr(held, name) in ("", None, False, "U") and getattr(said, name) not in ("", None, False, "U")
    }
    return fresh, filled


def _is_new(name: OtherName, spelled: set[tuple[tuple[str, ...], tuple[str, ...]]]) -> bool:
    if not (name.given or name.family):
        return False
    forms = set(replace(Details(), other_names=(name,)).forms()) - {((), ())}
    return not any(_covers(one, other) for one in forms for other in spelled)


def _covers(
    one: tuple[tuple[str, ...], tuple[str, ...]], held: tuple[tuple[str, ...], tuple[str, ...]]
) -> bool:
    return all(not mine or mine == theirs for mine, theirs in zip(one, held, strict=True))


def _plain(lines: Iterable[str]) -> str:
    return " ".join(", ".join(lines).lower().replace(",", " ").split())


def _counts(fresh: Details, filled: dict[str, Any]) -> dict[str, Any]:
    return {
        "names": len(fresh.further_names),
        "addresses": len(fresh.addresses),
        "phones": len(fresh.phones),
        "numbers": len(fresh.other_numbers),
        "fields": sorted(filled),
    }


@transaction.atomic
def add_name(
    *,
    person: Person,
    given: str = "",
    family: str = "",
    kind: str = "known_as",
    by: Staff | None,
    at: datetime,
) -> Name:
    """Add a further name.  kind: known_as | former | written."""
    person = _open(person, by)
    name = _name(person, OtherName(given, family, kind))
    name.save(force_insert=True)
    _follow(person)
    record("person.name_added", about=person, at=at, hub_id=person.hub_id)
    return name


@transaction.atomic
def add_address(*, person: Person, home: Home, by: Staff | None, at: datetime) -> Address:
    """Add an address.  A current one ends the one before on the day it begins; none is taken away.

    Never a protected address: it is a sealed item.

    Source: docs/rules.md, "Protected addresses".
    """
    person = _open(person, by)
    if home.until_on is None:
        person.addresses.filter(until_on=None).update(until_on=home.from_on or localdate(at))
    address = _address(person, home)
    address.save(force_insert=True)
    _follow(person)
    record("person.address_added", about=person, at=at, hub_id=person.hub_id)
    return address


@transaction.atomic
def add_phone(*, person: Person, number: str, by: Staff | None, at: datetime) -> Phone:
    """Add a telephone number."""
    person = _open(person, by)
    phone = _phone(person, number)
    phone.save(force_insert=True)
    _follow(person)
    record("person.phone_added", about=person, at=at, hub_id=person.hub_id)
    return phone


@transaction.atomic
def add_number(*, person: Person, scheme: str, value: str, by: Staff | None, at: datetime) -> Identifier:
    """Add a number by which others know the person.  One with a wrong check digit is kept, and is no evidence.

    scheme: nhs | upn | la_child_id | register.  Safe to repeat.

    Source: docs/rules.md, "Identifiers".
    """
    person = _open(person, by)
    made = _number(person, scheme, identifiers.tidy(value))
    here = person.identifiers.filter(scheme=made.scheme, value=made.value).first()
    if here is not None:
        return here
    made.save(force_insert=True)
    _follow(person)
    record("person.number_added", about=person, at=at, hub_id=person.hub_id, detail={"scheme": scheme})
    return made


# How people stand to each other, and what must be known


@transaction.atomic
def relate_people(
    *,
    from_person: Person,
    to_person: Person,
    kind: str,
    parental_responsibility: bool | None = None,
    by: Staff | None,
    at: datetime,
) -> Relationship:
    """Say that `from_person` is the `kind` of `to_person`.  Said again, it changes what was said of responsibility.

    kind: of `people.models.KINDS`.  parental_responsibility: None when nobody has said.
    """
    from_person = _open(from_person, by)
    if by is not None:
        require(policy.may_see(by, to_person))
    said = Relationship.objects.filter(
        from_person=from_person, to_person=to_person, kind=kind, until_on=None
    ).first()
    if said is None:
        said = Relationship(
            hub_id=from_person.hub_id, from_person=from_person, to_person=to_person, kind=kind, said_at=at
        )
    elif parental_responsibility in (None, said.parental_responsibility):
        return said
    said.parental_responsibility, said.said_at, said.by = parental_responsibility, at, by
    said.save()
    about = {"to": str(to_person.pk), "kind": kind}
    record("person.related", about=from_person, at=at, hub_id=from_person.hub_id, detail=about)
    return said


@transaction.atomic
def share_a_home(*, people: Sequence[Person], label: str = "", by: Staff | None, at: datetime) -> Household:
    """Say that people live together.  Whoever lived elsewhere until now has moved."""
    locked = [_open(person, by) for person in sorted(people, key=lambda one: one.pk)]
    household = Household(hub_id=locked[0].hub_id, label=label)
    household.save(force_insert=True)
    Resident.objects.filter(person__in=locked, until_on=None).update(until_on=localdate(at))
    Resident.objects.bulk_create(
        [
            Resident(hub_id=person.hub_id, household=household, person=person, from_on=localdate(at))
            for person in locked
        ]
    )
    members = {"people": [str(person.pk) for person in locked]}
    record("household.recorded", about=household, at=at, hub_id=household.hub_id, detail=members)
    return household


@transaction.atomic
def add_alert(*, person: Person, words: str, expires_on: date, by: Staff, at: datetime) -> Alert:
    """Add something that whoever opens the record must know, until a day.  The same alert twice is one."""
    person = _open(person, by)
    same = person.alerts.filter(words=words, expires_on=expires_on).first()
    if same is not None:
        return same
    alert = Alert(
        hub_id=person.hub_id, person=person, words=words, from_on=localdate(at), expires_on=expires_on, by=by
    )
    alert.save(force_insert=True)
    record("person.alert_added", about=person, at=at, hub_id=person.hub_id)
    return alert


@transaction.atomic
def add_court_order(
    *,
    person: Person,
    kind: str,
    made_on: date,
    court: str = "",
    words: str = "",
    until_on: date | None = None,
    by: Staff,
    at: datetime,
) -> CourtOrder:
    """Add an order of a court about a person.  The same order twice is one."""
    person = _open(person, by)
    same = person.court_orders.filter(kind=kind, made_on=made_on, court=court).first()
    if same is not None:
        return same
    order = CourtOrder(
        hub_id=person.hub_id,
        person=person,
        kind=kind,
        court=court,
        words=words,
        made_on=made_on,
        until_on=until_on,
    )
    order.save(force_insert=True)
    record("person.court_order_added", about=person, at=at, hub_id=person.hub_id)
    return order
