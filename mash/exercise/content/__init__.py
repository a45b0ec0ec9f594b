"""The exercises that come with the product."""

from functools import lru_cache
from pathlib import Path

from mash.exercise.format import Exercise, read

HERE = Path(__file__).parent
FILES = ("larkspur_house", "tidewell_court")


@lru_cache
def carried() -> dict[str, tuple[Exercise, str]]:
    """Return what the product carries, by its code: the exercise, and the text of its file."""
    texts = [(HERE / f"{name}.yaml").read_text("utf-8") for name in FILES]
    return {exercise.file.exercise: (exercise, text) for text in texts for exercise in [read(text)[0]]}
