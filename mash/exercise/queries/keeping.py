"""Exercises of a hub and their versions."""

import uuid

from django.db.models import Count, QuerySet
from django.http import Http404

from mash.exercise import format as file
from mash.exercise import policy
from mash.exercise.models import Run, Version
from mash.partnership.models import Staff

KEPT = 64
_read: dict[uuid.UUID, file.Exercise] = {}


def read(version: Version) -> file.Exercise:
    """Return what a version holds.  A version never changes, so it is read once."""
    found = _read.get(version.pk)
    if found is None:
        if len(_read) >= KEPT:
            _read.clear()
        found = _read[version.pk] = file.shaped(version.raw)
    return found


def exercises(staff: Staff) -> list[Version]:
    """Return the latest version of each exercise of a post's hub, by title, with `runs`: how often it was run."""
    found = Version.objects.filter(hub=staff.hub_id).select_related("exercise", "by__account")
    latest = list(found.defer("text", "raw").order_by("exercise_id", "-number").distinct("exercise_id"))
    runs = dict(
        Run.objects.filter(hub=staff.hub_id)
        .values("version__exercise")
        .annotate(many=Count("pk"))
        .values_list("version__exercise", "many")
    )
    for one in latest:
        one.runs_many = runs.get(one.exercise_id, 0)  # type: ignore[attr-defined]
    return sorted(latest, key=lambda one: (one.title, one.exercise.code))


def find_version(staff: Staff, version_id: uuid.UUID) -> Version:
    """Return a version of an exercise of a post's hub.  Raises Http404."""
    found = (
        Version.objects.select_related("exercise", "by__account")
        .filter(hub=staff.hub_id, pk=version_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_to_write(staff: Staff, version_id: uuid.UUID) -> Version:
    """Return a version that a post may write in.  Raises Http404."""
    if not policy.may_train(staff):
        raise Http404
    return find_version(staff, version_id)


def latest_of(version: Version) -> Version:
    """Return the newest version of the same exercise."""
    found = Version.objects.filter(exercise=version.exercise_id).order_by("-number").first()
    return found or version


def versions(version: Version) -> QuerySet[Version]:
    """Return every version of the same exercise, the newest first."""
    found = Version.objects.filter(exercise=version.exercise_id).defer("text", "raw")
    return found.select_related("by__account").order_by("-number")


def runs_of(version: Version) -> QuerySet[Run]:
    """Return the runs of every version of the same exercise, the newest first."""
    found = Run.objects.filter(version__exercise=version.exercise_id).select_related("version")
    return found.defer("version__text", "version__raw").order_by("-at", "pk")
