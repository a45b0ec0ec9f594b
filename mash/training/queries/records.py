"""Records: what somebody learnt, how their paths stand, and who signed."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.utils.timezone import localdate

from mash.partnership.models import Hub, Staff
from mash.training import content, policy, standing
from mash.training.models import Attendance, Booking, Came, Done, DoneSeen, Learner, SignOff, Step
from mash.training.standing import Record, Standing


@dataclass(frozen=True, slots=True)
class OnPath:
    """How somebody stands on one path.  mentor, manager: the latest word of each, None where there is none.

    signed_off: both have signed, the line manager last.
    """

    path: content.RolePath
    modules: Sequence[Standing]
    mentor: SignOff | None
    manager: SignOff | None

    @property
    def is_whole(self) -> bool:
        """Tell whether every module counts today."""
        return all(one.state in standing.COUNTS for one in self.modules)

    @property
    def mentor_signed(self) -> bool:
        """Tell whether the mentor's latest word is a signature."""
        return self.mentor is not None and self.mentor.signed

    @property
    def signed_off(self) -> bool:
        """Tell whether the path is signed off."""
        return _is_signed_off(self.mentor, self.manager)


def _is_signed_off(mentor: SignOff | None, manager: SignOff | None) -> bool:
    if mentor is None or manager is None:
        return False
    return mentor.signed and manager.signed and manager.at >= mentor.at


def of(learners: Iterable[Learner]) -> dict[uuid.UUID, list[Record]]:
    """Return what each learnt, the latest first: what was logged, and the sessions to which they came, each once a day.

    Source: docs/rules.md, "Continuing development".
    """
    keys = [one.pk for one in learners]
    found: dict[uuid.UUID, list[Record]] = {key: [] for key in keys}
    seen = set(DoneSeen.objects.filter(done__learner__in=keys).values_list("done_id", flat=True))
    for row in Done.objects.filter(learner__in=keys).order_by("-done_on", "pk"):
        found[row.learner_id].append(
            Record(
                on=row.done_on, what=row.what, label=row.label, version=row.version or 0, minutes=row.minutes,
                way=row.way, provider=row.provider, evidence=row.get_evidence_display(),
                evidence_words=row.evidence_words, different=row.different, key=row.pk, seen=row.pk in seen,
            )
        )  # fmt: skip
    came = Attendance.objects.filter(booking__learner__in=keys, came=Came.CAME)
    known = content.offers()
    for attended in came.select_related("booking__session").order_by("booking__session__starts_at", "pk"):
        session = attended.booking.session
        offer = known.get(session.offer)
        on, mine = localdate(session.starts_at), found[attended.booking.learner_id]
        for what in (offer.counts_as if offer else ()) or ("",):
            if not any(one.on == on and one.what == what and one.label == session.label for one in mine):
                mine.append(
                    Record(
                        on=on, what=what, label=session.label, version=session.version, minutes=session.minutes,
                        way=session.way, provider=session.taught_by, evidence="On the list of who came",
                    )
                )  # fmt: skip
    return {key: sorted(rows, key=lambda one: one.on, reverse=True) for key, rows in found.items()}


def latest_words(learners: Iterable[Learner]) -> dict[tuple[uuid.UUID, str, str], SignOff]:
    """Return the latest word of each step, by learner, path and step."""
    found = SignOff.objects.filter(learner__in=[one.pk for one in learners]).select_related("by__account")
    return {(one.learner_id, one.path, one.step): one for one in found.order_by("at", "pk")}


def paths_of(learner: Learner, records: Sequence[Record], on: date) -> list[OnPath]:
    """Return how somebody stands on the path of each of their roles."""
    return on_paths([learner], {learner.pk: list(records)}, on)[learner.pk]


def on_paths(
    learners: Sequence[Learner], records: dict[uuid.UUID, list[Record]], on: date
) -> dict[uuid.UUID, list[OnPath]]:
    """Return how each stands on the path of each of their roles: everybody's modules are part of each."""
    words = latest_words(learners)
    known, modules, warning = content.paths(), content.modules(), content.numbers()["refresher_warning"]
    return {
        one.pk: [
            OnPath(
                known[role],
                standing.all_of(content.required_of([role]), modules, records[one.pk], on, warning),
                words.get((one.pk, role, Step.MENTOR)),
                words.get((one.pk, role, Step.LINE_MANAGER)),
            )
            for role in one.roles
            if role in known
        ]
        for one in learners
    }


def find_done(staff: Staff, done_id: uuid.UUID) -> Done:
    """Return something that was logged by somebody whose record one sees.  Raises Http404."""
    seen = Learner.objects.filter(policy.seen_by(staff))
    found = Done.objects.select_related("learner").filter(pk=done_id, learner__in=seen).first()
    if found is None:
        raise Http404
    return found


def find_attended(staff: Staff, booking_id: uuid.UUID) -> Booking:
    """Return a place on a session to which somebody whose record one sees came.  Raises Http404."""
    seen = Learner.objects.filter(policy.seen_by(staff))
    found = Booking.objects.select_related("session__cohort", "session__hub", "learner__agency").filter(
        pk=booking_id, learner__in=seen, attendance__came=Came.CAME
    )
    booking = found.first()
    if booking is None:
        raise Http404
    return booking


def team(staff: Staff, at: datetime) -> list[tuple[Learner, list[OnPath], int]]:
    """Return whom a post is line manager of, how each stands, and the minutes of their year."""
    mine = Learner.objects.filter(line_manager=staff.pk, hub=staff.hub_id, ended_on=None)
    people = list(mine.select_related("agency", "mentor__account").order_by("name", "pk"))
    return _with_standing(people, at)


def _with_standing(people: list[Learner], at: datetime) -> list[tuple[Learner, list[OnPath], int]]:
    records, today = of(people), localdate(at)
    paths = on_paths(people, records, today)
    return [(one, paths[one.pk], standing.minutes_in_a_year(records[one.pk], today)) for one in people]


@dataclass(slots=True)
class Covered:
    """How far a group is: how many learners, how many whose every module counts, how many signed off."""

    agency: str
    unit: str
    role: str
    learners: int = 0
    whole: int = 0
    signed_off: int = 0


def coverage(staff: Staff, at: datetime) -> list[Covered]:
    """Return how far the hub is, by agency, unit and role: numbers, and nobody's name.

    Source: docs/rules.md, "Coverage".
    """
    found = Learner.objects.filter(policy.seen_by(staff), ended_on=None).exclude(roles=[])
    people = list(found.select_related("agency").order_by("agency__name", "unit", "pk"))
    groups: dict[tuple[str, str, str], Covered] = {}
    for one, paths, _ in _with_standing(people, at):
        for path in paths:
            key = (one.agency.name, one.unit, path.path.label)
            row = groups.setdefault(key, Covered(*key))
            row.learners += 1
            row.whole += path.is_whole
            row.signed_off += path.signed_off
    return sorted(groups.values(), key=lambda row: (row.agency, row.unit, row.role))


def lacking(hub: Hub, account_id: uuid.UUID | None, duties: Iterable[str]) -> list[str]:
    """Return what stands against giving somebody duties: each that needs a path for which they are not signed off.

    account_id: None for somebody who has no account yet.

    Source: docs/rules.md, "Duties that need a path".
    """
    needs = {one.id.value: one for one in content.training().duties if one.needed}
    wanted = [needs[one] for one in duties if one in needs]
    if not wanted:
        return []
    latest: dict[tuple[str, str], SignOff] = {}
    if account_id:
        for row in SignOff.objects.filter(hub=hub, account=account_id).order_by("at", "pk"):
            latest[row.path, row.step] = row
    labels = content.paths()
    return [
        f"“{one.label}” is given once the path “{labels[one.path].label}” is signed off"
        for one in wanted
        if not _is_signed_off(latest.get((one.path, Step.MENTOR)), latest.get((one.path, Step.LINE_MANAGER)))
    ]


def falling_due(hub_id: uuid.UUID, at: datetime) -> list[tuple[Learner, Standing]]:
    """Return which modules fall due soon, or have fallen due, of those who have not left a hub."""
    found = Learner.objects.filter(hub=hub_id, ended_on=None).exclude(roles=[])
    people = list(found.select_related("line_manager__account").order_by("pk"))
    records, today = of(people), localdate(at)
    paths = on_paths(people, records, today)
    due = {}
    for one in people:
        for path in paths[one.pk]:
            for each in path.modules:
                if each.state in (standing.SOON, standing.DUE):
                    due[one.pk, each.module.id] = (one, each)
    return list(due.values())
