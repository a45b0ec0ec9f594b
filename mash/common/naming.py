"""How a person's name is written: family name first or given name first, as the hub of whoever reads has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_family_first: ContextVar[bool] = ContextVar("family_first", default=True)


@contextmanager
def names_written(*, family_first: bool) -> Iterator[None]:
    """Let names be written in a hub's order while the block lasts."""
    token = _family_first.set(family_first)
    try:
        yield
    finally:
        _family_first.reset(token)


def name_of(given: str, family: str) -> str:
    """Return a name as pages show it: "OKAFOR, Daniel", or "Daniel Okafor"; "" where neither part is known."""
    if _family_first.get():
        return ", ".join(part for part in (family.upper(), given) if part)
    return " ".join(part for part in (given, family) if part)
