"""How names are compared: marks and case aside, by their short forms and by their sound.  Pure."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import jellyfish
import yaml

FILE = Path(__file__).parent / "content" / "nicknames.yaml"
WITHOUT_MARKS = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"}
)
APOSTROPHES = re.compile(r"['’‘`ʼ]")
DOUBLED = re.compile(r"(.)\1+")
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return a name in small letters without marks and apostrophes, its words a space apart."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(WITHOUT_MARKS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return BETWEEN_WORDS.sub(" ", APOSTROPHES.sub("", bare)).strip()


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a name, folded: "Lexi-Mae" is lexi and mae, "O'Grady" is ogrady."""
    return tuple(fold(text).split())


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Return how a folded word sounds, a letter doubled or not; one without a sound of its own stands for itself."""
    single = DOUBLED.sub(r"\1", word)
    return jellyfish.metaphone(single) or single


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    full: dict[str, set[str]] = {}
    for name, forms in yaml.safe_load(FILE.read_text(encoding="utf-8")).items():
        head = fold(name)
        for form in [head, *forms]:
            full.setdefault(form, set()).add(head)
    return {form: frozenset(heads) for form, heads in full.items()}


def full_forms(word: str) -> frozenset[str]:
    """Return the full names a folded given name may stand for; itself, when it is none's short form."""
    return _nicknames().get(word, frozenset({word}))
