"""A letter to one person of a family: its gaps, its words, and what in them stops it or asks for a look.  Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mash.decision.content import PLACEHOLDER, Letter, letter_content, letters, placeholders, placeholders_in
from mash.decision.telling import POSTCODE, WORD, stopped_once

FAMILY = ("parent", "young_person", "adult")
LETTERHEAD = "letterhead"
HELP_NEEDS_AGREEMENT = "help_needs_agreement"
CALL = "family_call"
OLDEST_READER = 12  # years of age; above that the hint says so
STREET = re.compile(
    r"\b\d+[a-z]?,?\s+(?:[A-Z][\w'’]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Row|Court|Drive|Way|Place"
    r"|Gardens|Terrace|Crescent|Square|Grove|House|Hill)\b"
)
LEVELS = re.compile(r"\b(?:level|tier)\s+(?:of need\s+)?[1-4]\b", re.IGNORECASE)
COLOURS = re.compile(
    r"\brated\s+(?:red|amber|green|blue)\b|\bRAG\b|\b(?:red|amber|green|blue) rating\b", re.IGNORECASE
)
SEALED = re.compile(r"\b(?:sealed|intelligence|confidential information is held)\b", re.IGNORECASE)
SECTION_47 = re.compile(r"\b(?:section|s\.?)\s?47\b", re.IGNORECASE)
MUST = re.compile(r"\byou must\b", re.IGNORECASE)
CODES = re.compile(r"\b(?:PPN|MARAC|IDVA|ISVA|LADO|NFA|DASH|S17|CIN|CPP|MAP|MASH team)\b")


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody in the case, as far as a letter has to know them.

    names, places, numbers: as they are written; a protected place is never among them.
    at_risk: whether the case is about them, so that a letter names them.
    """

    key: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    numbers: tuple[str, ...]
    protected: bool
    at_risk: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a letter when its words are looked at.

    public: names of members of the public who referred.  section_47: whether that decision is recorded.
    """

    recipient: Somebody
    others: tuple[Somebody, ...]
    public: tuple[str, ...]
    section_47: bool
    own: tuple[str, ...] = ()  # the hub's own words, in which its own postcode may stand

    @property
    def anybody_protected(self) -> bool:
        """Tell whether an address in this case must be kept from somebody."""
        return any(one.protected for one in (self.recipient, *self.others))


def family_letters(role: str) -> tuple[Letter, ...]:
    """Return the letters and calls for somebody of this role in a contact."""
    readers = {"child": {"young_person"}, "adult_at_risk": {"adult"}}.get(role, {"parent"})
    drafts = (one for one in letters().values() if one.goes == "draft_only" and not one.retired)
    return tuple(one for one in drafts if readers & {one.reader, *one.also_for})


def gaps_to_write(letter: Letter) -> tuple[str, ...]:
    """Return the gaps of a letter that its worker fills, in order."""
    return tuple(one.id for one in placeholders_in(letter) if one.filled_by is not None)


def gaps_of_hub() -> tuple[str, ...]:
    """Return the gaps that a hub fills once for all its family letters and that it has no other place for."""
    family = [one for one in letters().values() if one.goes == "draft_only" and not one.retired]
    found = [gap.id for one in family for gap in placeholders_in(one) if gap.filled_by is None]
    return tuple(dict.fromkeys(name for name in found if name not in {"hub_name", "hub_phone"}))


def write(letter: Letter, gaps: Mapping[str, str], *, help_needs_agreement: bool = False) -> str:
    """Return a letter's whole words.  A gap that nothing fills stays in its braces, and blocks the letter.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    holds = {HELP_NEEDS_AGREEMENT} if help_needs_agreement else set()

    def filled(found: re.Match[str]) -> str:
        return gaps.get(found.group(1), "").strip() or found.group(0)

    texts = (PLACEHOLDER.sub(filled, text).strip() for text in _texts(letter, holds))
    return "\n\n".join(stopped_once(text) for text in texts)


def _texts(letter: Letter, holds: set[str]) -> Iterator[str]:
    for part in letter.body:
        if part.only_if and part.only_if not in holds:
            continue
        if part.heading:
            yield part.heading
        yield from letter_content().blocks[part.use] if part.use else (part.text,)


def empty_gaps(words: str) -> list[str]:
    """Return the labels of the gaps that still stand open in a letter's words."""
    known = placeholders()
    found = dict.fromkeys(PLACEHOLDER.findall(words))
    return [known[gap].label if gap in known else gap for gap in found]


def as_it_reads(words: str) -> str:
    """Return a letter's words with each open gap said by its label, for whoever still writes it."""
    known = placeholders()
    return PLACEHOLDER.sub(
        lambda gap: f"[{known[gap.group(1)].label}]" if gap.group(1) in known else gap.group(0), words
    )


def blocks(words: str, around: Around) -> list[str]:
    """Return what stops a letter, each in the worker's words; none of it can be waved through.

    Source: docs/rules.md, "Families are told by a named worker", "Protected addresses", "Public referrers".
    """
    said = _without_own(words, around)
    found = [f"Fill this first: {label}." for label in empty_gaps(words)]
    found += for_nobody_else(words, around)
    if LEVELS.search(said) or COLOURS.search(said):
        found.append("Take out ratings and levels: a family is told in plain words.")
    if SECTION_47.search(said) and not around.section_47:
        found.append("Take out section 47: no such decision is recorded.")
    return found


def for_nobody_else(words: str, around: Around) -> list[str]:
    """Return what no words out of a case may hold, whoever reads them: each in the worker's words.

    Source: docs/rules.md, "Protected addresses", "Public referrers", "No false all-clear".
    """
    said, found = _without_own(words, around), []
    if around.anybody_protected and (POSTCODE.search(said) or STREET.search(said)):
        found.append(
            "Take out the address: somebody in this case has an address that must be kept from another."
        )
    elif any(_stands_in(place, said) for place in _only_theirs(around, "places")):
        found.append("Take out the address or postcode of somebody else in this case.")
    if any(_stands_in(number, said) for number in _only_theirs(around, "numbers")):
        found.append("Take out the telephone number or e-mail address of somebody else in this case.")
    if _named(around.public) & _words(said):
        found.append("Take out the name of a member of the public who referred.")
    if SEALED.search(said):
        found.append("Take out what could be a sign that something is held in confidence.")
    return found


def conflicts(around: Around, method: str, must_not_see: Iterable[str]) -> list[str]:
    """Return why this way is not safe for this person, given who must not see the letter.

    method: an id of letters.yaml.  must_not_see: keys of people in the case.

    Source: docs/rules.md, "Families are told by a named worker", "Protected addresses".
    """
    barred, found = set(must_not_see), []
    if around.recipient.key in barred:
        found.append("The person it is for is named as one who must not see it.")
    kept_from = [one for one in around.others if one.key in barred]
    if method == "post_to_safe_address":
        if around.recipient.protected:
            found.append("Their address is protected and stands in no letter: have it handed over instead.")
        if any(_shares(around.recipient.places, one.places) for one in kept_from):
            found.append("Somebody who must not see it is at the same address: choose another way.")
    if method in {"call_to_safe_number", "secure_message"} and any(
        _shares(around.recipient.numbers, one.numbers) for one in kept_from
    ):
        found.append("Somebody who must not see it shares the number or e-mail address: choose another way.")
    return found


def warnings(words: str, around: Around) -> list[str]:
    """Return what a worker has to look at before clearing; a person may find that it is right as it stands."""
    said = _without_own(words, around)
    found = []
    if POSTCODE.search(said) or STREET.search(said):
        found.append("It holds what looks like an address or a postcode.")
    known = [around.recipient, *(one for one in around.others if one.at_risk)]
    theirs = _named(name for one in known for name in one.names)
    found += [
        f"It names {' '.join(one.names[:2])}: may this reader know what it says of them?"
        for one in around.others
        if not one.at_risk and (_named(one.names) - theirs) & _words(said)
    ]
    if MUST.search(said):
        found.append("It says “you must”: only where the law does.")
    if CODES.search(said):
        found.append("It holds a short form that a family does not know.")
    if reading_age(said) > OLDEST_READER:
        found.append(f"It is hard to read: about the reading of somebody aged {reading_age(said)}.")
    return found


def fingerprint(around: Around) -> str:
    """Return the SHA-256 of who is in the case and how each is reached: another one asks for clearing again."""
    people = sorted(
        [one.key, sorted(one.places), sorted(one.numbers), one.protected]
        for one in (around.recipient, *around.others)
    )
    return hashlib.sha256(json.dumps(people, separators=(",", ":")).encode()).hexdigest()


def reading_age(words: str) -> int:
    """Return about how old somebody is who reads this with ease, from the lengths of sentences and words.

    The Flesch-Kincaid grade and five years; a hint, and no more.
    """
    sentences = [part for part in re.split(r"[.!?:\n]+", words) if WORD.search(part)]
    spoken = WORD.findall(words)
    if not sentences or not spoken:
        return 0
    syllables = sum(_syllables(word) for word in spoken)
    grade = 0.39 * len(spoken) / len(sentences) + 11.8 * syllables / len(spoken) - 15.59
    return max(5, round(grade + 5))


def _syllables(word: str) -> int:
    plain = word.casefold()
    count = len(re.findall(r"[aeiouy]+", plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1
    return max(1, count - silent)


def _without_own(words: str, around: Around) -> str:
    for own in sorted(around.own, key=len, reverse=True):
        words = words.replace(own, " ")
    return words


def _only_theirs(around: Around, what: str) -> list[str]:
    """Return the places or numbers of the others that are not the reader's own as well."""
    own = getattr(around.recipient, what)
    return [one for other in around.others for one in getattr(other, what) if not _shares([one], own)]


def _named(names: Iterable[str]) -> set[str]:
    return {word.casefold() for name in names for word in WORD.findall(name)}


def _words(said: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(said)}


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _stands_in(place: str, said: str) -> bool:
    plain = _plain(place)
    return len(plain) >= 5 and plain in _plain(said)


def _shares(one: Iterable[str], other: Iterable[str]) -> bool:
    return bool(
        {_plain(part) for part in one if _plain(part)} & {_plain(part) for part in other if _plain(part)}
    )


def headings(letter: Letter) -> frozenset[str]:
    """Return which paragraphs of a letter's words are headings."""
    return frozenset(part.heading for part in letter.body if part.heading)


def subject_of(letter: Letter, gaps: Mapping[str, str]) -> str:
    """Return the line above a letter's words; a gap that nothing fills leaves nothing."""
    return PLACEHOLDER.sub(lambda found: gaps.get(found.group(1), ""), letter.subject_line or "").strip()
