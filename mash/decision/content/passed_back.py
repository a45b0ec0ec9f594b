"""Why a service passes back whom a decision handed over: `passed_back.yaml`.

Source: docs/rules.md, "Passed back by a service".
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

PASSED_BACK = Path(__file__).parent / "passed_back.yaml"


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class BackReason:
    """Why a service passes somebody back."""

    id: str
    label: str
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class BackContent:
    """The whole of `passed_back.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    reasons: tuple[BackReason, ...]


def load_back_reasons(file: Source = PASSED_BACK) -> BackContent:
    """Read and check the reasons.  Raises ContentError naming the place."""
    content = read(file, BackContent)
    by_id(content.reasons, f"{file.name}: reasons")
    refuse(all(one.retired for one in content.reasons), f"{file.name}: reasons", "at least one stays in use")
    return content


back_content = Content(PASSED_BACK, "Why a service passes back", load_back_reasons)
"""Return the reasons as the hub that acts has them."""


@back_content.derived
def back_reasons(content: BackContent) -> Mapping[str, BackReason]:
    """Return every reason by id, those that are offered no longer too."""
    return by_id(content.reasons, "reasons")
