"""The family of a case, put together: who is in it, what is said of how they stand to each other, and their homes.

What stands on the hub's record and what a contact alone says are kept apart, each with its source and its day.
Nothing of whom the worker may not see is among it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.timezone import localtime

from mash.common.clock import LONDON
from mash.common.templates import age, day
from mash.contact import policy, queries
from mash.contact.models import Contact, ContactPerson, ContactRelationship, Settlement
from mash.partnership.models import Staff
from mash.people.genogram.drawing import Drawing, drawn
from mash.people.genogram.family import Family, Home, One, Said, Shape
from mash.people.genogram.ties import IN_DOUBT, RESPONSIBLE, disputed, responsibility
from mash.people.kin import Kin, Lived, kin_of, plain_address
from mash.people.models import KINDS, Person

ADULT_AT = 18
NO_FAMILY = (
    "professional",
    "other",
)  # the parts in a contact of those who are drawn only if they are related
OTHER_CONTACTS = 30  # about the same people, the newest: their senders' words are read too
ON_RECORD = "The hub’s record"
SHAPES = {"M": Shape.SQUARE, "F": Shape.CIRCLE}
SYMBOLS = {
    Shape.SQUARE: "square", Shape.CIRCLE: "circle", Shape.DIAMOND: "diamond", Shape.TRIANGLE: "triangle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the family, as the table says it.

    person: the key of their record, None for whom nobody has settled.  homes: letters of where they live now.
    """

    name: str
    born: str
    symbol: str
    index: bool
    person: uuid.UUID | None
    homes: tuple[str, ...]
    died_on: date | None
    protected: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """One word on two people, as the table says it.

    one, other: names; `one` is the `kind` of `other`.  responsibility: yes | no | "" when nobody has said.
    kept: the record says it, by this word or another.  differs: another word contradicts it.
    add_to: the record to which it may be added, where only a contact says it.
    """

    one: str
    kind: str
    other: str
    responsibility: str
    source: str
    said_at: datetime
    until_on: date | None
    on_record: bool
    kept: bool
    differs: bool
    add_to: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A time somebody lived somewhere.  letter: of the home in the picture, "" for one that is no more."""

    letter: str
    where: str
    who: str
    from_on: date | None
    until_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class FamilyOfCase:
    """The family of a case: its picture, and the tables that say the same.

    seen: the records that are shown, for the line about it.  left_out: who belongs to it and is not in the picture.
    """

    drawing: Drawing
    members: tuple[Member, ...]
    relations: tuple[Relation, ...]
    stays: tuple[Stay, ...]
    seen: tuple[uuid.UUID, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody in the picture, from the record or from the contact alone."""

    one: One
    born: str
    person: Person | None
    protected: bool = False


def family_of(staff: Staff, contact: Contact, at: datetime) -> FamilyOfCase:
    """Return the family of a case, as this worker may see it.

    Source: docs/rules.md, "The family as a picture".
    """
    today = localtime(at, LONDON).date()
    named = queries.people_of(contact)
    kin = kin_of(staff, _settled_family(contact, named))
    keys = {one.who.pk: _key(one.who.pk, one.word, kin) for one in named}
    words = _words_of_contacts(staff, contact, kin)
    said = _said(kin, words, keys)
    related = {end for row, _, _ in said for end in (row.one, row.other)}
    people = _people(named, keys, kin, related, today)
    for key in words.protected:
        if key in people:
            people[key] = replace(people[key], protected=True)
    rows = [row for row in said if row[0].one in people and row[0].other in people]
    lived = _lived(named, keys, kin, people)
    homes = _homes(lived)
    marks = _marks([row for row, _, _ in rows], people)
    family = Family(
        tuple(replace(one.one, mark=marks.get(key, "")) for key, one in people.items()),
        tuple(row for row, _, _ in rows),
        tuple(Home(letter, members) for letter, _, members in homes),
    )
    letters = {key: tuple(letter for letter, _, members in homes if key in members) for key in people}
    return FamilyOfCase(
        drawing=drawn(family),
        members=tuple(_member(one, letters[key]) for key, one in people.items()),
        relations=tuple(_relations(rows, people)),
        stays=tuple(_stays(lived, homes, people)),
        seen=tuple(sorted(kin.people)),
        left_out=kin.left_out,
    )


def _settled_family(contact: Contact, named: Sequence[queries.Named]) -> list[uuid.UUID]:
    """Return the records of those whose family it is: not of a professional whom the contact relates to nobody."""
    ends = contact.relationships.values_list("from_ref", "to_ref")
    related = {ref for both in ends for ref in both}
    return [
        one.word.person_id
        for one in named
        if one.word and one.word.person_id and (one.who.role not in NO_FAMILY or one.who.ref in related)
    ]


def _key(contact_person: uuid.UUID, word: Settlement | None, kin: Kin) -> str:
    """Return who somebody in a contact is in the picture: the record that counts, or themselves alone."""
    person = kin.records.get(word.person_id) if word and word.person_id else None
    return str(person or contact_person)


# Who is in it


def _people(
    named: Sequence[queries.Named], keys: Mapping[uuid.UUID, str], kin: Kin, related: set[str], today: date
) -> dict[str, _Named]:
    """Return everybody in the picture, those of the contact in its own order first."""
    found: dict[str, _Named] = {}
    index = {keys[one.who.pk] for one in named if one.who.is_at_risk}
    for one in named:
        key = keys[one.who.pk]
        person = kin.people.get(uuid.UUID(key))
        if key in found or (one.who.role in NO_FAMILY and key not in related):
            continue
        found[key] = _known(key, person, key in index, today) if person else _said_only(key, one.who, today)
        if one.who.protected:
            found[key] = replace(found[key], protected=True)
    for person in kin.people.values():
        key = str(person.pk)
        if key not in found:
            found[key] = _known(key, person, key in index, today)
    return found


def _known(key: str, person: Person, index: bool, today: date) -> _Named:
    born = person.born_on
    years = _age(born, person.died_on or today) if born else _about(person.age_words)
    one = One(
        key,
        str(person),
        Shape.TRIANGLE if _unborn(born, person.expected_on) else SHAPES.get(person.sex, Shape.DIAMOND),
        age=years,
        year=_year(born, person.expected_on),
        born=born.isoformat() if born else person.expected_on.isoformat() if person.expected_on else "",
        index=index,
        died=person.died_on is not None,
        adult=_is_adult(born, person.expected_on, person.age_words, today),
    )
    return _Named(
        one, _born_words(born, person.expected_on, person.age_words, person.died_on or today), person
    )


def _said_only(key: str, who: ContactPerson, today: date) -> _Named:
    one = One(
        key,
        str(who),
        Shape.TRIANGLE if _unborn(who.born_on, who.expected_on) else SHAPES.get(who.sex, Shape.DIAMOND),
        age=_age(who.born_on, today) if who.born_on else _about(who.age),
        year=_year(who.born_on, who.expected_on),
        born=who.born_on.isoformat()
        if who.born_on
        else who.expected_on.isoformat()
        if who.expected_on
        else "",
        index=who.is_at_risk,
        adult=who.role not in {"child", "sibling"}
        and _is_adult(who.born_on, who.expected_on, who.age, today),
        on_record=False,
    )
    return _Named(one, _born_words(who.born_on, who.expected_on, who.age, today), None)


def _unborn(born: date | None, expected: date | None) -> bool:
    return born is None and expected is not None


def _age(born: date, on: date) -> str:
    """Return an age as it fits into a symbol: years, and below two the months."""
    if born > on:
        return ""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return f"{months // 12}" if months >= 24 else f"{months} m"


def _about(words: str) -> str:
    """Return the number in "about 4", marked as no exact age; nothing where there is not just one."""
    numbers = [word for word in words.split() if word.isdigit() and len(word) <= 3]
    return f"≈ {numbers[0]}" if len(numbers) == 1 else ""


def _year(born: date | None, expected: date | None) -> str:
    if born:
        return str(born.year)
    return f"{expected:%m}/{expected:%y}" if expected else ""


def _is_adult(born: date | None, expected: date | None, words: str, today: date) -> bool:
    if born:
        return (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) >= ADULT_AT
    about = _about(words).removeprefix("≈ ")
    return expected is None and (not about or int(about) >= ADULT_AT)


def _born_words(born: date | None, expected: date | None, words: str, on: date) -> str:
    if born:
        return f"{day(born)} ({age(born, on)})"
    return f"expected {day(expected)}" if expected else words or "not known"


def _member(one: _Named, homes: tuple[str, ...]) -> Member:
    return Member(
        name=one.one.name,
        born=one.born,
        symbol=SYMBOLS[one.one.shape],
        index=one.one.index,
        person=one.person.pk if one.person else None,
        homes=homes,
        died_on=one.person.died_on if one.person else None,
        protected=one.protected,
    )


# What is said of them

Row = tuple[Said, str, date | None]
"""A word on two people, its source, and the day until which it held."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What senders of contacts said of the people in the picture: from, to, kind, responsibility, source and moment.

    protected: whose address one of these contacts keeps in confidence.
    """

    rows: Sequence[tuple[ContactRelationship, Contact]]
    who: Mapping[tuple[uuid.UUID, str], str]
    protected: frozenset[str]


def _words_of_contacts(staff: Staff, contact: Contact, kin: Kin) -> _Words:
    """Return what this contact and the newest others about the same people say, as far as the worker may read them."""
    about = _about_them(kin).order_by("-contact_person__contact__received_at", "pk")
    readable = Contact.objects.filter(policy.readable_by(staff)).values("pk")
    there = about.filter(contact_person__contact__in=readable).exclude(contact_person__contact=contact.pk)
    who, contacts, protected = {}, {contact.pk: contact}, set()
    for word in there.select_related("contact_person__contact"):
        named = word.contact_person
        if named.contact_id not in contacts and len(contacts) > OTHER_CONTACTS:
            continue
        contacts[named.contact_id] = named.contact
        key = str(kin.records[word.person_id])  # type: ignore[index]  # it is asked for by these
        who[named.contact_id, named.ref] = key
        if named.protected:
            protected.add(key)
    rows = ContactRelationship.objects.filter(contact__in=list(contacts)).order_by("contact", "pk")
    return _Words([(row, contacts[row.contact_id]) for row in rows], who, frozenset(protected))


def _about_them(kin: Kin) -> QuerySet[Settlement]:
    return Settlement.objects.filter(undone_at=None, person__in=list(kin.records))


def _said(kin: Kin, words: _Words, keys: Mapping[uuid.UUID, str]) -> list[Row]:
    who = dict(words.who) | _refs(keys)
    found: list[Row] = [
        (
            Said(
                str(one.one),
                str(one.other),
                one.row.kind,
                one.row.said_at,
                one.row.parental_responsibility,
                ended=one.row.until_on is not None,
            ),
            f"{ON_RECORD}, written down by {one.row.by.account.name}" if one.row.by else ON_RECORD,
            one.row.until_on,
        )
        for one in kin.related
    ]
    for row, contact in words.rows:
        one, other = who.get((row.contact_id, row.from_ref)), who.get((row.contact_id, row.to_ref))
        if one and other:
            said = Said(one, other, row.kind, contact.sent_at, row.parental_responsibility, on_record=False)
            found.append((said, f"{_sender(contact)}, in contact {contact.reference}", None))
    return found


def _refs(keys: Mapping[uuid.UUID, str]) -> dict[tuple[uuid.UUID, str], str]:
    rows = ContactPerson.objects.filter(pk__in=list(keys)).values_list("pk", "contact", "ref")
    return {(contact, ref): keys[pk] for pk, contact, ref in rows}


def _sender(contact: Contact) -> str:
    return "A member of the public" if contact.is_from_the_public else contact.organisation


def _relations(rows: Sequence[Row], people: Mapping[str, _Named]) -> Iterable[Relation]:
    """Yield the relations as the table says them: the record's first, then by who they are about."""
    differs = disputed([said for said, _, _ in rows])
    kept = {(said.one, said.kind, said.other) for said, _, _ in rows if said.on_record}
    order = {key: place for place, key in enumerate(people)}
    both = sorted(
        zip(rows, differs, strict=True),
        key=lambda row: (
            not row[0][0].on_record,
            order[row[0][0].other],
            order[row[0][0].one],
            row[0][0].kind,
        ),
    )
    for (said, source, until), differ in both:
        one, other = people[said.one], people[said.other]
        is_kept = (said.one, said.kind, said.other) in kept
        yield Relation(
            one=one.one.name,
            kind=KINDS.get(said.kind, said.kind),
            other=other.one.name,
            responsibility={True: "yes", False: "no", None: ""}[said.responsibility],
            source=source,
            said_at=said.said_at,
            until_on=until,
            on_record=said.on_record,
            kept=is_kept,
            differs=differ,
            add_to=other.person.pk if other.person and one.person and not is_kept else None,
        )


def _marks(said: Sequence[Said], people: Mapping[str, _Named]) -> dict[str, str]:
    """Return whose symbol says that they have parental responsibility for somebody whom the case is about."""
    marks: dict[str, str] = {}
    for (one, other), answer in sorted(responsibility(said).items()):
        if other in people and people[other].one.index and answer in {RESPONSIBLE, IN_DOUBT}:
            marks[one] = "PR" if answer == RESPONSIBLE and marks.get(one) != "PR ?" else "PR ?"
    return marks


# Where they live and lived


def _lived(
    named: Sequence[queries.Named], keys: Mapping[uuid.UUID, str], kin: Kin, people: Mapping[str, _Named]
) -> list[tuple[str, Lived, str]]:
    """Return each stay with whose it is and who says so; of whom an address is protected, nothing."""
    found = [(str(one.person), one, ON_RECORD) for one in kin.lived]
    for one in named:
        who, key = one.who, keys[one.who.pk]
        if key in people and people[key].person is None and (who.lines or who.postcode):
            words = ", ".join(part for part in (*who.lines, who.postcode) if part)
            stay = Lived(who.pk, plain_address(who.lines, who.postcode), words, None, None)
            found.append((key, stay, "This contact"))
    return [row for row in found if row[0] in people and not people[row[0]].protected]


def _homes(lived: Sequence[tuple[str, Lived, str]]) -> list[tuple[str, set[str], frozenset[str]]]:
    """Return the homes of now: a letter, the places that are this home, and who lives there.

    Somebody's current address says where they live; where none is held, the household in which an import saw them.
    A household is at the address of those of it who have one, when that is one address.
    """
    at_address: dict[str, set[str]] = defaultdict(set)
    in_household: dict[str, set[str]] = defaultdict(set)
    for key, stay, _ in lived:
        if stay.until_on is None:
            (in_household if _is_household(stay) else at_address)[stay.place].add(key)
    have_one = set().union(*at_address.values()) if at_address else set()
    places: dict[str, set[str]] = {place: {place} for place in at_address}
    homes: dict[str, set[str]] = {place: set(members) for place, members in at_address.items()}
    for household, members in in_household.items():
        without = members - have_one
        theirs = {place for place, there in at_address.items() if there & members}
        if len(theirs) == 1:
            (place,) = theirs
            homes[place] |= without
            places[place].add(household)
        elif without:
            homes[household], places[household] = set(without), {household}
    ordered = sorted(homes, key=lambda place: (-len(homes[place]), min(homes[place]), place))
    return [(_letter(n), places[place], frozenset(homes[place])) for n, place in enumerate(ordered)]


def _is_household(stay: Lived) -> bool:
    try:
        uuid.UUID(stay.place)
    except ValueError:
        return False
    return True


def _letter(number: int) -> str:
    more, last = divmod(number, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


def _stays(
    lived: Sequence[tuple[str, Lived, str]],
    homes: Sequence[tuple[str, set[str], frozenset[str]]],
    people: Mapping[str, _Named],
) -> list[Stay]:
    """Return who lives and lived where, the homes of now first, in the order of their letters."""
    letter_of = {place: letter for letter, places, _ in homes for place in places}
    order = {key: place for place, key in enumerate(people)}
    said: dict[tuple[str, str, date | None, date | None], Stay] = {}
    words = {stay.place: stay.words for _, stay, _ in lived if stay.words}
    for key, stay, source in lived:
        letter = letter_of.get(stay.place, "") if stay.until_on is None else ""
        where = (
            stay.words or _address_of(stay.place, homes, words) or "A household, without an address on record"
        )
        row = Stay(letter, where, people[key].one.name, stay.from_on, stay.until_on, source)
        said.setdefault((key, letter or stay.place, stay.from_on, stay.until_on), row)
    both = [
        ((row.letter == "", len(row.letter), row.letter, order[key], place), row)
        for place, ((key, *_), row) in enumerate(said.items())
    ]
    return [row for _, row in sorted(both, key=lambda one: one[0])]


def _address_of(
    place: str, homes: Sequence[tuple[str, set[str], frozenset[str]]], words: Mapping[str, str]
) -> str:
    """Return the address of the home of which a household is one, "" where none is held."""
    same = next((places for _, places, _ in homes if place in places), set())
    return next((words[one] for one in sorted(same) if one in words), "")
