"""What learned weights say beside those they start from, in words.  Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

MEASURES = {
    "found": "Known people who come first, above the line",
    "right": "First above the line, and right",
    "likely": "Known people shown as likely the same",
    "likely_right": "Shown as likely the same, and right",
}


def in_words(said: Mapping[str, Any]) -> str:
    """Return a share in words: "97.3 % (95.1 to 98.6, of 412)"."""
    if said["share"] is None:
        return f"too few to say (of {said['n']})"
    share, low, high = (f"{said[name] * 100:.1f}" for name in ("share", "low", "high"))
    return f"{share} % ({low} to {high}, of {said['n']})"


def sentences(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the figures say to whoever decides."""
    if report["needed"]:
        yield (
            f"Too few decisions to say how much better or worse they are: about {report['needed']} are needed, "
            f"and there are {report['decisions']}."
        )
    gained, wrong = report["gained"], report["wrong"]
    yield (
        f"Of the {report['held_back']} decisions held back, {_people(gained['new'])} first above the line only with "
        f"the proposed weights, and {gained['old']} only with the product’s: {_how(gained, 'better')}."
    )
    yield (
        f"Somebody else would have come first above the line {_times(wrong['new'])} only with the proposed weights, "
        f"and {_times(wrong['old'])} only with the product’s: {_how(wrong, 'worse')}."
    )


def _people(number: int) -> str:
    return "1 person comes" if number == 1 else f"{number} people come"


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")


def _how(both: Mapping[str, Any], more: str) -> str:
    if not both["told_apart"]:
        return "no more of a difference than chance makes"
    less = {"better": "worse", "worse": "better"}[more]
    return f"the proposed are {more if both['new'] > both['old'] else less} here"
