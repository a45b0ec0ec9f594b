"""Exercises are taken in as files and saved as new versions.  Only these write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from mash.common.verdict import require
from mash.exercise import format as file
from mash.exercise import policy
from mash.exercise.actions.refusals import NotWhole, Overtaken
from mash.exercise.models import Exercise, Version
from mash.ledger.actions import record
from mash.partnership.models import Staff

LONGEST_WHAT = 240


@transaction.atomic
def take_in(*, text: str | bytes, what: str, by: Staff, at: datetime) -> tuple[Version, bool]:
    """Take the file of an exercise in; return its version, and whether it is new.

    A code that the hub has gets a new version, and the very same text again is the version that is there.
    what: where it comes from, in words.

    Raises PermissionDenied, and Refused with every mistake in the file.

    Source: docs/rules.md, "Exercises".
    """
    require(policy.may_train(by))
    read, raw = file.read(text)
    words = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    code = read.file.exercise
    made = Exercise(hub_id=by.hub_id, code=code, by=by, at=at)
    Exercise.objects.bulk_create([made], ignore_conflicts=True)
    exercise = Exercise.objects.get(hub=by.hub_id, code=code)
    latest = _latest(exercise)
    if latest and latest.raw == raw:
        return latest, False
    said: dict[str, Any] = {
        "title": read.file.title,
        "text": words,
        "raw": raw,
        "what": what,
        "by": by,
        "at": at,
    }
    return _write(exercise, latest, **said), True


@transaction.atomic
def save(*, exercise: Exercise, text: str, builds_on: int, what: str, by: Staff, at: datetime) -> Version:
    """Save a text as the next version of an exercise.

    builds_on: the number of the version that was written in.  what: what is different, in words.

    Raises PermissionDenied, Refused, NotWhole, and Overtaken where a newer version was saved meanwhile.

    Source: docs/rules.md, "Exercises".
    """
    require(policy.may_train(by))
    read, raw = file.read(text)
    if read.file.exercise != exercise.code:
        raise NotWhole(
            f"The code of this exercise is {exercise.code}, and stays: a file with another code is another exercise",
            place="text",
        )
    said = {"title": read.file.title, "text": text, "raw": raw, "what": what, "by": by, "at": at}
    return _next(exercise, builds_on, **said)


@transaction.atomic
def save_part(
    *, exercise: Exercise, raw: Mapping[str, Any], builds_on: int, what: str, by: Staff, at: datetime
) -> Version:
    """Save a version in which one part was written in a form.  Raises as `save` does."""
    require(policy.may_train(by))
    read = file.shaped(dict(raw))
    said = {
        "title": read.file.title,
        "text": file.as_text(raw),
        "raw": dict(raw),
        "what": what,
        "by": by,
        "at": at,
    }
    return _next(exercise, builds_on, **said)


def _next(exercise: Exercise, builds_on: int, **said: Any) -> Version:
    if not said["what"].strip():
        raise NotWhole("Say what is different in this version", place="what")
    latest = _latest(exercise)
    if latest and latest.number != builds_on:
        raise Overtaken(latest.number)
    if latest and latest.raw == said["raw"]:
        raise NotWhole("Nothing is different from the version that is there")
    return _write(exercise, latest, **said)


def _latest(exercise: Exercise) -> Version | None:
    return Version.objects.filter(exercise=exercise).order_by("-number").first()


def _write(exercise: Exercise, latest: Version | None, *, what: str, at: datetime, **said: Any) -> Version:
    number = latest.number + 1 if latest else 1
    words = what.strip()[:LONGEST_WHAT]
    made = Version(hub_id=exercise.hub_id, exercise=exercise, number=number, what=words, at=at, **said)
    Version.objects.bulk_create([made], ignore_conflicts=True)
    if not Version.objects.filter(pk=made.pk).exists():
        raise Overtaken(number)
    record("exercise.version_saved", about=made, at=at, hub_id=made.hub_id, detail={"number": number})
    return made
