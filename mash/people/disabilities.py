"""Kinds of disability, by the codes of the Department for Education.  Pure."""

from collections.abc import Iterable

DISABILITIES = {
    "NONE": "No disability",
    "MOB": "Moving about",
    "HAND": "Using their hands",
    "PC": "Washing, dressing and eating",
    "INC": "Continence",
    "COMM": "Communicating",
    "LD": "Learning",
    "HEAR": "Hearing",
    "VIS": "Seeing",
    "BEH": "Behaviour",
    "CON": "Consciousness, for example fits",
    "AUT": "Autism",
    "DDA": "Another",
}


def in_words(codes: Iterable[str]) -> str:
    """Say kinds of disability in words; a code that is not known stays as it came."""
    return ", ".join(DISABILITIES.get(one, one) for one in codes)
