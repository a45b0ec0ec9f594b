"""References that people read out: short, random, never a counter, with a check character.

"NF-7K3M-2Q9" is the hub's letters, six random characters and one that checks the rest.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRTVWXYZ"  # no I, L, O, S or U: read as 1, 1, 0, 5 and V
VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
MODULUS = 37  # prime and above every value, so no mistake of one character can add up to nothing
FIRST_DIGITS = "2346789"  # never taken for letters, so it is plain where the hub's letters end
PREFIX = re.compile(r"[A-Z]{1,4}")
LETTERS_READ_AS = str.maketrans("ILOSU", "1105V")
DIGITS_READ_AS = str.maketrans("015", "OIS")
RANDOM_LENGTH = 6
SEPARATORS = re.compile(r"[\s\-‐‑‒–—−./]+")


def new_reference(prefix: str) -> str:
    """Return a new random reference: one of about 168 million for each prefix.

    prefix: the hub's one to four letters, A to Z.  The caller makes sure that the reference is not taken.

    Raises ValueError if the prefix is anything else.
    """
    if not PREFIX.fullmatch(prefix):
        raise ValueError("A hub's prefix is one to four letters, A to Z")
    while True:
        body = secrets.choice(FIRST_DIGITS)
        body += "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH - 1))
        check = _check_character(prefix + body)
        if check:
            return _written(prefix, body + check)


def normalise(text: str) -> str | None:
    """Return a reference as we write it, or None if it is not one or has a mistake in it.

    Takes lower case, spaces, any dashes or none, and look-alikes: O for 0, I or L for 1, S for 5, U for V,
    and in the hub's letters 0 for O, 1 for I, 5 for S.  Any other single wrong character gives None, and so
    do two neighbours swapped.
    """
    plain = SEPARATORS.sub("", text).upper()
    prefix = plain[: -RANDOM_LENGTH - 1].translate(DIGITS_READ_AS)
    code = plain[-RANDOM_LENGTH - 1 :].translate(LETTERS_READ_AS)
    if not PREFIX.fullmatch(prefix) or code[0] not in FIRST_DIGITS or not set(code) <= set(ALPHABET):
        return None
    return None if _weigh(prefix + code) else _written(prefix, code)


def _check_character(characters: str) -> str:
    """Return what makes the whole weigh nothing, or "" where that is not a character we use."""
    wanted = -_weigh(characters + "0") % MODULUS
    return next((character for character in ALPHABET if VALUES[character] == wanted), "")


def _weigh(characters: str) -> int:
    """Return the sum of each value times its place from the right, modulo 37.

    A wrong character changes it by place times difference, a swap by difference of places times difference of
    values: products of numbers below 37, which is prime, so never 0.
    """
    return sum(place * VALUES[character] for place, character in enumerate(reversed(characters), 1)) % MODULUS


def _written(prefix: str, code: str) -> str:
    return f"{prefix}-{code[:4]}-{code[4:]}"
