"""What a referrer reads of a decision: a letter with its gaps filled, and words that must not be in it.  Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mash.decision.content import PLACEHOLDER, Outcome, letters
from mash.decision.needs import NO_FURTHER_ACTION

DECIDED, NOTHING_MORE, THANKS = "referrer_decided", "referrer_no_further_action", "public_thanks"
ENDS_WITH_NOTHING = {NO_FURTHER_ACTION, "information_only", "social_care_referral_nfa"}
WRITTEN = {
    DECIDED: ("decision_plain", "reason_plain", "next_plain", "asked_of_you"),
    NOTHING_MORE: ("reason_plain", "would_change_plain", "asked_of_you"),
}
HOW_TO_DISAGREE = "your safeguarding partnership's steps for professional disagreement"
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")
STOPPED_TWICE = re.compile(r"(?<!\.)\.\.(?!\.)")


class NotForThisReferrer(Exception):
    """The words hold something this referrer may not have; the message names it."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral of an event, as far as its own referrer may hear of it.

    own: names of the people that it named itself.  initials: of the child or adult it is about.
    """

    reference: str
    initials: str
    own: frozenset[str] = frozenset()


def letter_for(outcomes: Iterable[Outcome]) -> str:
    """Return which letter tells a professional: a decision, or that no more is done for anybody."""
    return NOTHING_MORE if all(one.id in ENDS_WITH_NOTHING for one in outcomes) else DECIDED


def initials(given: str, family: str) -> str:
    """Return the initials that stand for a person where a name must not: "D.O."."""
    found = [part[0].upper() for part in (given.strip(), family.strip()) if part]
    return "".join(f"{letter}." for letter in found) or "the person you told us about"


def fill(letter: str, gaps: Mapping[str, str]) -> str:
    """Return a letter's words with its gaps filled, one paragraph after another.

    Raises KeyError for a gap that nothing fills: an empty placeholder blocks a letter.

    Source: docs/rules.md, "Feedback to the referrer".
    """

    def filled(gap: re.Match[str]) -> str:
        words = gaps[gap.group(1)].strip()
        if not words:
            raise KeyError(gap.group(1))
        return words

    paragraphs = [part.text for part in letters()[letter].body if part.text and not part.only_if]
    return "\n\n".join(stopped_once(PLACEHOLDER.sub(filled, text)) for text in paragraphs)


def stopped_once(words: str) -> str:
    """Return words without the second full stop where a gap that ends with one ends a sentence: "about D.O."."""
    return STOPPED_TWICE.sub(".", words)


def refuse_what_is_not_theirs(
    words: Iterable[str], *, own: Iterable[str], elsewhere: Iterable[str], public: Iterable[str]
) -> None:
    """Refuse words that name somebody only another referral named, a public referrer, or a postcode.

    own: names this referral gave itself.  elsewhere: names in the other referrals of the event.
    public: names of members of the public who referred.

    Raises NotForThisReferrer.

    Source: docs/rules.md, "Public referrers", "Protected addresses".
    """
    said = " ".join(words)
    if POSTCODE.search(said):
        raise NotForThisReferrer("Take the postcode out: an address does not go to a referrer.")
    spoken = {word.casefold() for word in WORD.findall(said)}
    theirs = _parts(own)
    if spoken & (_parts(public) - theirs):
        raise NotForThisReferrer("Take out the name of a member of the public who referred.")
    if spoken & (_parts(elsewhere) - theirs):
        raise NotForThisReferrer("Take out the name of somebody this referrer did not tell us about.")


def _parts(names: Iterable[str]) -> set[str]:
    return {word.casefold() for name in names for word in WORD.findall(name)}
