"""What is read of a hub's content: what counts, what is drafted, and every edition there was."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404

from mash.common.editions import CONTENTS, Content
from mash.partnership.models import Hub, Staff
from mash.setup import policy
from mash.setup.differences import Difference, between, digest
from mash.setup.keeping import loosened
from mash.setup.models import Compared, Draft, Edition
from mash.setup.newer import Piece, pieces
from mash.setup.parts import PARTS
from mash.setup.questions import newest as newest_sets

CARRIED_VERSION = 1
NOT_COMPARED = {"version", "format"}


@dataclass(frozen=True, slots=True)
class Book:
    """One content of a hub: which version counts, what is drafted, and in how many pieces the product is newer."""

    content: Content[Any]
    version: int
    published_at: datetime | None
    draft: Draft | None
    newer: int = 0

    @property
    def name(self) -> str:
        return self.content.name

    @property
    def title(self) -> str:
        return self.content.title


def contents() -> list[Content[Any]]:
    """Return every content that a hub can edit, in the order in which the apps bring them."""
    return [one for name, one in CONTENTS.items() if name in PARTS or name == "question_sets"]


def find_content(name: str) -> Content[Any]:
    """Return a content by its name.  Raises Http404 for one that no page edits."""
    found = {one.name: one for one in contents()}
    if name not in found:
        raise Http404(name)
    return found[name]


def books(staff: Staff) -> list[Book]:
    """Return every content of this worker's hub, with what counts and what is drafted."""
    newest = _newest(staff.hub_id)
    drafts = {
        one.content: one
        for one in Draft.objects.filter(policy.drafted_by(staff)).select_related("by__account")
    }
    return [
        Book(
            one,
            newest[one.name].version if one.name in newest else CARRIED_VERSION,
            newest[one.name].at if one.name in newest else None,
            drafts.get(one.name),
            len(newer_in_product(staff, one)) if one.name in newest else 0,
        )
        for one in contents()
    ]


def newer_in_product(staff: Staff, content: Content[Any]) -> list[Piece]:
    """Return what the product carries that is newer than this worker's hub's own, in its draft or else in force."""
    found = Edition.objects.filter(hub=staff.hub_id, content=content.name).order_by("-version").first()
    if found is None or is_compared(staff.hub, content):
        return []
    theirs, row = carried(content), draft_of(staff, content)
    return pieces(content.name, found.carried or theirs, row.words if row else found.words, theirs)


def carried(content: Content[Any]) -> Any:
    """Return what the product carries of a content.  Nobody changes what this returns."""
    return _carried(content.name)


def carried_when_compared(hub: Hub, content: Content[Any]) -> Any:
    """Return what the product carried when a hub last compared its own content with it."""
    found = Edition.objects.filter(hub=hub, content=content.name).order_by("-version").first()
    return (found.carried if found else None) or carried(content)


def is_compared(hub: Hub, content: Content[Any]) -> bool:
    """Tell whether a hub has compared its own content with what the product carries now, and left the rest."""
    now = digest(carried(content))
    return Compared.objects.filter(hub=hub, content=content.name, digest=now).exists()


@cache
def _carried(name: str) -> Any:
    return plain(CONTENTS[name].carried())


def draft_of(staff: Staff, content: Content[Any]) -> Draft | None:
    """Return the draft of a content of this worker's hub."""
    found = Draft.objects.filter(policy.drafted_by(staff), content=content.name)
    return found.select_related("hub", "by__account", "asked_by__account").first()


def editions(staff: Staff, content: Content[Any]) -> list[Edition]:
    """Return the published editions of a content of this worker's hub, newest first."""
    found = Edition.objects.filter(policy.readable_by(staff), content=content.name)
    return list(found.defer("words").select_related("by__account", "second__account").order_by("-version"))


def words_in_force(hub: Hub, content: Content[Any]) -> tuple[int, Any]:
    """Return the version that counts in a hub, and what it says."""
    found = Edition.objects.filter(hub=hub, content=content.name).order_by("-version").first()
    return (found.version, found.words) if found else (CARRIED_VERSION, plain(content.carried()))


def words_of_version(hub: Hub, content: Content[Any], version: int) -> Any:
    """Return what a version said: the product's own is 1.  Raises Http404 for one that there is not."""
    if version == CARRIED_VERSION:
        return plain(content.carried())
    found = Edition.objects.filter(hub=hub, content=content.name, version=version).first()
    if found is None:
        raise Http404(version)
    return found.words


def differences(before: Any, after: Any) -> list[Difference]:
    """Return what differs between two versions, without their numbers."""
    return between(_compared(before), _compared(after))


def loosens(draft: Draft, content: Content[Any]) -> list[str]:
    """Return which rules a draft loosens, against what counts now."""
    return loosened(content.name, words_in_force(draft.hub, content)[1], draft.words)


def plain(words: Any) -> Any:
    """Return content as a row keeps it: lists, mappings, words and numbers."""
    return json.loads(json.dumps(words, cls=DjangoJSONEncoder))


def _newest(hub_id: Any) -> dict[str, Edition]:
    found = Edition.objects.filter(hub=hub_id).order_by("content", "-version").distinct("content")
    return {one.content: one for one in found.defer("words")}


def _compared(words: Any) -> dict[str, Any]:
    found = {name: value for name, value in words.items() if name not in NOT_COMPARED}
    if "sets" in found:  # versions of a set are read one against the other
        newest = newest_sets(words)
        found["sets"] = [
            {key: value for key, value in one.items() if key != "version"} | {"id": series}
            for series, one in newest.items()
        ]
    return found
