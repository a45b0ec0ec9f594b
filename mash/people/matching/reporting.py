"""What learned weights say beside those that count, in words.  Pure."""

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


def edition_in_words(edition: str) -> str:
    """Return what an edition is called: "edition 3 of the product", or "weights 2 learned from edition 3"."""
    based_on, _, number = edition.partition("/")
    return (
        f"weights {number} learned from edition {based_on}" if number else f"edition {edition} of the product"
    )


def sentences(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the figures say to whoever decides."""
    if report["needed"]:
        yield (
            f"Too few decisions to say how much better or worse they are: about {report['needed']} are needed, "
            f"and there are {report['decisions']}."
        )
    yield f"Of the {report['held_back']} decisions held back, {_gained(report['gained'])}."
    yield f"{_wrong(report['wrong'])}."


def _gained(both: Mapping[str, Any]) -> str:
    if not both["new"] + both["old"]:
        return "the same people come first above the line with both"
    return (
        f"{_people(both['new'])} first above the line only with the learned weights, and {both['old']} only with "
        f"the others: {_how(both, 'better')}"
    )


def _wrong(both: Mapping[str, Any]) -> str:
    if not both["new"] + both["old"]:
        return "Nobody else comes first above the line with the one and not with the other"
    return (
        f"Somebody else would have come first above the line {_times(both['new'])} only with the learned weights, "
        f"and {_times(both['old'])} only with the others: {_how(both, 'worse')}"
    )


def _people(number: int) -> str:
    return "1 person comes" if number == 1 else f"{number} people come"


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")


def _how(both: Mapping[str, Any], more: str) -> str:
    if not both["told_apart"]:
        return "no more of a difference than chance makes"
    less = {"better": "worse", "worse": "better"}[more]
    return f"the learned are {more if both['new'] > both['old'] else less} here"
