"""A colleague recorded something after a form was opened: both versions side by side, and a person chooses."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from mash.drafts import actions, merging
from mash.drafts.pages import Newest, Page
from mash.drafts.sending import TOKEN, values_of
from mash.partnership.http import StaffRequest

CHOICE, MINE, THEIRS = "merge-choice-", "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both wrote.  settled: it cannot be changed here any more."""

    name: str
    label: str
    theirs: str
    mine: str
    settled: bool
    chosen: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A form that was sent, and what was recorded since it was opened."""

    request: StaffRequest
    page: Page
    about: uuid.UUID
    base: merging.Opened
    newest: Newest

    @property
    def merged(self) -> merging.Merged:
        return merging.merge(self.base, self.newest.fields, values_of(self.request.POST), self.newest.fields)

    @property
    def chosen(self) -> dict[str, str]:
        """Whose words were chosen, for each field that both wrote."""
        return {name: self.request.POST.get(f"{CHOICE}{name}", "") for name in self.merged.conflicts}

    @property
    def is_answered(self) -> bool:
        return all(
            one in {MINE, THEIRS} for name, one in self.chosen.items() if name not in self.newest.settled
        )


def stop(request: StaffRequest, page: Page, about: uuid.UUID) -> HttpResponse | None:
    """Return the page with both versions if what the form builds on has changed, else None and the form goes on.

    What was chosen there is put into the request, so the form goes on with it.  Until the end of the transaction
    nobody else gets this far with the same form about the same thing.

    Raises Http404 for what this post may not see.

    Source: docs/rules.md, "Two people in one form".
    """
    assert page.newest  # noqa: S101
    page.find(request.staff, about)
    actions.stand_in_line(None, page.name, about)
    newest = page.newest(request.staff, about)
    base = merging.loads(request.POST["opened"]) or merging.Opened("", {}, {})
    if base.version == newest.version:
        return None
    meeting = Meeting(request, page, about, base, newest)
    if request.POST.get("merging") != newest.version:
        return _show(meeting)
    if not meeting.is_answered:
        return _show(meeting, unanswered=True)
    request.POST = _with_choices(meeting)  # type: ignore[assignment]
    return None


def _with_choices(meeting: Meeting) -> QueryDict:
    """Return the form as it was chosen, built on what stands recorded now."""
    newest, merged, chosen = meeting.newest, meeting.merged, meeting.chosen
    data = meeting.request.POST.copy()
    for name in [one for one in data if one.startswith(CHOICE) or one == "merging"]:
        del data[name]
    values = dict(merged.values)
    values |= {
        name: mine if chosen[name] == MINE else theirs for name, (theirs, mine) in merged.conflicts.items()
    }
    for name, said in values.items():
        data.pop(name, None)
        if said and name not in newest.settled:
            data.setlist(name, said)
    for name, value in newest.carried.items():
        data[name] = value
    data["opened"] = merging.opened(newest.version, newest.fields, newest.fields).dumps()
    return data


def _show(meeting: Meeting, *, unanswered: bool = False) -> HttpResponse:
    page, newest, merged = meeting.page, meeting.newest, meeting.merged
    labels = page.labels(meeting.request.staff, meeting.about) if page.labels else {}
    chosen = meeting.chosen
    conflicts = [
        Conflict(
            name=name,
            label=labels.get(name, _label(name)),
            theirs=_words(theirs, labels),
            mine=_words(mine, labels),
            settled=name in newest.settled,
            chosen=chosen[name],
        )
        for name, (theirs, mine) in merged.conflicts.items()
    ]
    shown: dict[str, Any] = {
        "newest": newest,
        "conflicts": conflicts,
        "taken": [
            (labels.get(name, _label(name)), _words(merged.values[name], labels))
            for name in sorted(merged.taken)
        ],
        "carried": [
            (name, one)
            for name, values in values_of(meeting.request.POST).items()
            if name not in {TOKEN, "merging"} and not name.startswith(CHOICE)
            for one in values
        ],
        "unanswered": unanswered,
        "has_errors": unanswered,
        "choice": CHOICE,
    }
    return render(meeting.request, "drafts/moved.html", shown)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _words(values: list[str], labels: Mapping[str, str]) -> str:
    return "; ".join(labels.get(f"={one}", one) for one in values) or "Nothing"
