"""What becomes of a word that is written by ear, or typed in haste."""

import random

KEYS = {
    "a": "sqzw", "b": "vn", "c": "xvk", "d": "sfe", "e": "wra", "f": "dgv", "g": "fht", "h": "gjy", "i": "uoe",
    "j": "hk", "k": "jl", "l": "ko", "m": "n", "n": "mb", "o": "ipa", "p": "o", "q": "wa", "r": "et", "s": "adz",
    "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
SPELLINGS = (
    ("ph", "f"), ("ee", "i"), ("oo", "u"), ("ou", "u"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("q", "k"), ("k", "c"), ("c", "k"), ("y", "i"), ("i", "y"), ("i", "ee"), ("u", "oo"), ("aa", "a"), ("a", "e"),
    ("e", "a"), ("o", "u"), ("v", "w"), ("w", "v"), ("z", "s"), ("s", "z"), ("x", "ks"), ("ai", "ay"), ("sh", "s"),
    ("h", ""), ("ss", "s"), ("mm", "m"), ("dd", "d"), ("ll", "l"), ("nn", "n"), ("l", "ll"), ("n", "nn"), ("j", "g"),
)  # fmt: skip


def spelled(chance: random.Random, word: str) -> str:
    """Return a word in another spelling, where there is one."""
    low = word.lower()
    fitting = [(old, new) for old, new in SPELLINGS if old in low[1:]]
    if not fitting:
        return word
    old, new = chance.choice(fitting)
    place = low.index(old, 1)
    return word[:place] + new + word[place + len(old) :]


def typed(chance: random.Random, word: str) -> str:
    """Return a word with one slip of a finger, seldom in its first letter."""
    place = 0 if chance.random() < 0.08 or len(word) < 3 else chance.randint(1, len(word) - 1)
    letter = word[place].lower()
    how = chance.random()
    if how < 0.4:
        return word[:place] + chance.choice(KEYS.get(letter, "e")) + word[place + 1 :]
    if how < 0.65 and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if how < 0.8:
        return word[:place] + chance.choice(KEYS.get(letter, "e")) + word[place:]
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :] if place else word
