"""Passwords that are long and easily guessed all the same: a common one with something added, or words of this work."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

WORDS_OF_OURS = (
    "multiagencysafeguardinghub",
    "safeguarding",
    "multiagency",
    "socialworker",
    "socialcare",
    "probation",
    "chronology",
    "screening",
    "openmash",
    "referral",
    "children",
    "education",
    "password",
    "passphrase",
    "welcome",
    "housing",
    "council",
    "borough",
    "worker",
    "triage",
    "police",
    "health",
    "school",
    "england",
    "london",
    "secret",
    "sealed",
    "adults",
    "family",
    "agency",
    "adult",
    "child",
    "admin",
    "login",
    "mash",
    "hub",
)  # docs/security/asvs.md, 6.1.2
LEAST_BESIDE_THEM = 8  # letters that are left once words of ours are taken out
STANDS_FOR = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
COMMON = "Choose another: this is a password that many people use, with something added"
REPEATED = "Choose another: this is a few characters again and again"
OURS = "Choose another: this is mostly words that anybody would try here"


class NotGuessable(CommonPasswordValidator):
    """Refuses what many people use, also doubled or with digits and signs around it, and words of this work.

    Source: docs/rules.md, "Sign-in".
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that would be among the first tried."""
        super().validate(password, user)
        plain = password.casefold()
        if _is_repeated(plain):
            raise ValidationError(REPEATED, code="password_repeated")
        bare = {_core(plain), _core(plain.translate(STANDS_FOR))}
        if bare & self.passwords:
            raise ValidationError(COMMON, code="password_too_common")
        if any(_is_mostly_ours(one) for one in (plain, plain.translate(STANDS_FOR))):
            raise ValidationError(OURS, code="password_of_ours")


def _is_repeated(words: str) -> bool:
    """Tell whether a text is one piece, at most half as long, again and again."""
    return any(
        (words[:size] * (len(words) // size + 1))[: len(words)] == words
        for size in range(1, len(words) // 2 + 1)
    )


def _core(words: str) -> str:
    """Return a text without what is no letter at either end."""
    letters = [place for place, letter in enumerate(words) if letter.isalpha()]
    return words[letters[0] : letters[-1] + 1] if letters else ""


def _is_mostly_ours(words: str) -> bool:
    left = "".join(letter for letter in words if letter.isalpha())
    all_of_it = len(left)
    for word in WORDS_OF_OURS:
        left = left.replace(word, "")
    return len(left) < min(all_of_it, LEAST_BESIDE_THEM)
