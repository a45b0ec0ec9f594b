"""How names are compared: marks and case aside, by their short forms and by their sound.  Pure."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import jellyfish
import yaml
from anyascii import anyascii

CONTENT = Path(__file__).parent / "content"
LONGEST = 200  # letters of a name that are read
JOINED = {"o", "mc", "mac"}  # written apart from the name they belong to
APOSTROPHES = re.compile(r"['’‘`ʼ]")
DOUBLED = re.compile(r"(.)\1+")
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return a name in small letters without marks and apostrophes, its words a space apart.

    Names in another alphabet come out as their letters are read: Олена as olena, محمد, whose vowels are not
    written, as mhmd.  Marks that nobody sees, as those for writing from right to left, are left out; so is what lies
    past 200 letters.
    """
    read = text[:LONGEST]
    ours = read if read.isascii() else "".join(map(_in_our_letters, read))
    return BETWEEN_WORDS.sub(" ", APOSTROPHES.sub("", ours.lower())).strip()


def _in_our_letters(one: str) -> str:
    """Return a letter or mark as it is read; signs and spaces stay as they are, and part words."""
    return one if one.isascii() or unicodedata.category(one)[0] not in "LMC" else anyascii(one)


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a name, folded: "Lexi-Mae" is lexi and mae, "O'Grady" is ogrady."""
    return tuple(fold(text).split())


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Return how a folded word sounds, a letter doubled or not; one without a sound of its own stands for itself."""
    single = DOUBLED.sub(r"\1", word)
    return jellyfish.metaphone(single) or single


@lru_cache(maxsize=65536)
def plainly_spelled(word: str) -> str:
    """Return a folded name as all its spellings come out: Yousuf, Yusuf and Yusef are written alike.

    In a name of four letters or fewer e and i, o and u stay apart, as in Lena and Lina.
    """
    plain = word
    for written, spoken in SPELLINGS if len(word) > SHORT else SPELLINGS[:-2]:
        plain = plain.replace(written, spoken)
    return DOUBLED.sub(r"\1", plain[:1] + plain[1:].replace("h", ""))


SHORT = 4  # letters
SPELLINGS = (
    ("ph", "f"), ("ow", "ou"), ("sh", "S"), ("ch", "C"), ("ck", "k"), ("q", "k"), ("c", "k"), ("x", "ks"), ("z", "s"),
    ("w", "v"), ("ee", "i"), ("ie", "i"), ("ei", "i"), ("ey", "i"), ("ou", "u"), ("oo", "u"), ("y", "i"), ("dj", "j"),
    ("e", "i"), ("o", "u"),
)  # fmt: skip
"""What is written, and as what it counts, in this order."""


# Words that are no name of one's own


@cache
def _listed(kind: str) -> frozenset[str]:
    listed = yaml.safe_load((CONTENT / "name_words.yaml").read_text(encoding="utf-8"))
    return frozenset(fold(str(word)) for word in listed[kind])


def _meant(text: str) -> tuple[str, ...]:
    return () if fold(text) in _listed("no_name_alone") else words(text)


@lru_cache(maxsize=65536)
def given_words(text: str) -> tuple[str, ...]:
    """Return the words of a given name, without a form of address and without what stands for no name."""
    return tuple(word for word in _meant(text) if word not in _listed("no_names"))


@lru_cache(maxsize=65536)
def family_words(text: str) -> tuple[str, ...]:
    """Return the words of a family name, "O Brien" in one, and without what stands for no name."""
    found: list[str] = []
    for word in _meant(text):
        if found and found[-1] in JOINED:
            found[-1] += word
        elif word not in _listed("no_names"):
            found.append(word)
    return tuple(found)


@lru_cache(maxsize=65536)
def core(family: tuple[str, ...]) -> tuple[str, ...]:
    """Return family words without "al", "de" and the like, where others remain."""
    return tuple(word for word in family if word not in _listed("particles")) or family


def is_title(family: tuple[str, ...]) -> bool:
    """Tell whether a family name is made of words that many carry beside a name of their own, as Begum or Kaur."""
    return all(word in _listed("titles") for word in family)


def is_common(name: tuple[str, ...]) -> bool:
    """Tell whether very many people have this name."""
    return all(word in _listed("common") for word in name)


def is_carried(word: str) -> bool:
    """Tell whether a folded given name is one that many carry beside a name of their own, brothers alike."""
    return word in _listed("carried")


# Short and other forms


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    full: dict[str, set[str]] = {}
    for name, forms in yaml.safe_load((CONTENT / "nicknames.yaml").read_text(encoding="utf-8")).items():
        head = fold(name)
        for form in [head, *forms]:
            full.setdefault(fold(form), set()).add(head)
    return {form: frozenset(heads) for form, heads in full.items()}


def full_forms(word: str) -> frozenset[str]:
    """Return the full names a folded given name may stand for; itself, when it is none's short form."""
    return _nicknames().get(word, frozenset({word}))
