"""What is wrong with a file: each mistake with its place, in words.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong in a file: where, in words, and what."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}" if self.place else self.why


class Refused(Exception):
    """A file is no exercise; `mistakes` holds everything that was found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


REASONS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such entry: look at its spelling",
    "too_long": "it has more than {max_length} characters",
    "string_too_long": "it has more than {max_length} characters",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    "int_parsing": "it must be a whole number",
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "bool_parsing": "it must be true or false",
    "bool_type": "it must be true or false",
    "literal_error": "it must be one of: {expected}",
    "enum": "it must be one of: {expected}",
    "dict_type": "it must be lines such as “name: …”",
    "model_type": "it must be lines such as “name: …”",
    "model_attributes_type": "it must be lines such as “name: …”",
}


def reason_of(error: ErrorDetails) -> str:
    said = {name: str(value).replace("'", "") for name, value in error.get("ctx", {}).items()}
    return REASONS[error["type"]].format(**said) if error["type"] in REASONS else error["msg"]


def place_of(path: Sequence[str | int]) -> str:
    """Return a place in words: "injects, number 4, at"."""
    return ", ".join(
        f"number {one + 1}" if isinstance(one, int) else str(one) for one in path if one != "[key]"
    )
