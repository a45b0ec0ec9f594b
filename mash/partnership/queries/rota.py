"""Who is on duty, who stands in, who is away, and what is missing from the rota."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404

from mash.common.clock import LONDON, WorkingWeek
from mash.partnership import policy
from mash.partnership.content import Post, posts
from mash.partnership.models import Agency, Duty, Hub, Staff
from mash.partnership.queries import agencies_in, closures, has_stopped, opening_hours_of
from mash.partnership.rota import Absence, Turn
from mash.partnership.sessions import Filled, Missing, Named, Person, Session, gaps, session_at, sessions


def working_week(hub: Hub) -> WorkingWeek:
    """Return when a hub is staffed: its week less its closures and the bank holidays."""
    closed = frozenset(day for day in closures(hub.pk) if isinstance(day, date))
    return WorkingWeek(hours=opening_hours_of(hub), closed=closed)


def every_hub() -> QuerySet[Hub]:
    """Return the hubs that whoever acts may see: for a service, all."""
    return Hub.objects.order_by("name")


def places(hub: Hub) -> list[tuple[Post, Agency]]:
    """Return every post of the rota in a hub with the agency that fills it, in the rota's order."""
    here: dict[str, list[Agency]] = {}
    for agency in agencies_in(hub.pk):
        here.setdefault(agency.kind, []).append(agency)
    return [
        (post, agency) for post in posts().values() for kind in post.agencies for agency in here.get(kind, [])
    ]


def agencies_to_fill(staff: Staff) -> list[Agency]:
    """Return the agencies whose rota this worker may fill, those with a post on it alone."""
    on_it = {agency.pk: agency for _, agency in places(staff.hub)}
    found = [one for one in on_it.values() if policy.may_fill_rota(staff, one)]
    return sorted(found, key=lambda one: one.name)


def agencies_to_read(staff: Staff) -> list[Agency]:
    """Return the agencies whose rota this worker may read."""
    found = {agency.pk: agency for _, agency in places(staff.hub)}
    mine = staff.works_at_the_desk
    return sorted(
        (one for one in found.values() if mine or one.pk == staff.agency_id), key=lambda one: one.name
    )


def agency_to_read(staff: Staff, agency_id: uuid.UUID | None) -> Agency:
    """Return one of them, their own or the first where none is named.  Raises Http404 for any other."""
    found = agencies_to_read(staff)
    wanted = agency_id or staff.agency_id
    for one in found:
        if one.pk == wanted:
            return one
    if agency_id or not found:
        raise Http404
    return found[0]


def post_named(name: str, agency: Agency) -> Post:
    """Return a post of the rota that an agency fills.  Raises Http404 for any other."""
    post = posts().get(name)
    if post is None or agency.kind not in post.agencies:
        raise Http404
    return post


def posts_of(agency: Agency) -> list[Post]:
    """Return the posts that an agency fills."""
    return [post for post in posts().values() if agency.kind in post.agencies]


def team(hub_id: uuid.UUID, agency_id: uuid.UUID, at: datetime) -> QuerySet[Staff]:
    """Return the posts of an agency in a hub that last and work, by name."""
    working = (Q(until_at=None) | Q(until_at__gt=at)) & ~Q(has_stopped())
    return (
        Staff.objects.filter(working, hub=hub_id, agency=agency_id, from_at__lte=at, account__is_active=True)
        .select_related("account", "agency")
        .order_by("account__name", "title", "pk")
    )


def leads_of(hub_id: uuid.UUID, agency_id: uuid.UUID, at: datetime) -> list[Staff]:
    """Return who leads an agency in a hub."""
    return list(team(hub_id, agency_id, at).filter(leads=True))


def managers_of(hub_id: uuid.UUID, at: datetime) -> list[Staff]:
    """Return who manages a hub."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    found = Staff.objects.filter(lasting, hub=hub_id, from_at__lte=at, account__is_active=True)
    return list(
        found.filter(duties__contains=[Duty.MANAGE]).select_related("account").order_by("account__name", "pk")
    )


# Absence


def absences(hub_id: uuid.UUID, since: datetime) -> QuerySet[Absence]:
    """Return the absences of a hub that last on from a moment, those to come among them."""
    lasting = Q(until_at=None) | Q(until_at__gt=since)
    return Absence.objects.filter(lasting, hub=hub_id, ended_at=None).order_by("from_at", "pk")


def absence_of(staff: Staff, at: datetime) -> Absence | None:
    """Return the absence of a worker that holds now."""
    return absences(staff.hub_id, at).filter(staff=staff, from_at__lte=at).first()


def is_away(staff: Staff, at: datetime) -> bool:
    """Tell whether a worker is away now, or their post has ended.  Source: docs/rules.md, "Absence"."""
    ended = staff.until_at is not None and staff.until_at <= at
    until = staff.away_until is not None and staff.away_until > at
    return ended or until or absence_of(staff, at) is not None


def people(hub_id: uuid.UUID, agency_id: uuid.UUID | None, at: datetime) -> dict[uuid.UUID, Person]:
    """Return everybody of an agency (of the hub, for None) who was ever on its rota or could be, by post."""
    away: dict[uuid.UUID, list[tuple[datetime, datetime | None]]] = {}
    for one in absences(hub_id, at - timedelta(days=7)):
        away.setdefault(one.staff_id, []).append((one.from_at, one.until_at))
    found = Staff.objects.filter(hub=hub_id).annotate(stopped=has_stopped()).select_related("account")
    found = found.filter(agency=agency_id) if agency_id else found
    return {
        one.pk: Person(
            key=one.pk,
            account=one.account_id,
            duties=frozenset(one.duties),
            lasts=one.account.is_active and not one.stopped and (one.until_at is None or one.until_at > at),
            away=tuple(away.get(one.pk, [])) + (((at, one.away_until),) if one.away_until else ()),
        )
        for one in found
    }


# The rota


def turns(hub_id: uuid.UUID, since: datetime, until: datetime) -> QuerySet[Turn]:
    """Return the turns in force that fall into a time, for every agency that whoever acts may read."""
    found = Turn.objects.filter(hub=hub_id, withdrawn_at=None, from_at__lt=until, until_at__gt=since)
    return found.select_related("staff__account", "agency").order_by("from_at", "at", "pk")


def filled(found: Iterable[Turn]) -> Filled:
    """Return turns by post and session."""
    named: dict[tuple[str, datetime], list[Named]] = {}
    for turn in found:
        named.setdefault((turn.post, turn.from_at), []).append(Named(turn.staff_id, tuple(turn.deputies)))
    return Filled(named)


@dataclass(frozen=True, slots=True)
class Cell:
    """One session of a post on the page of a week.  names: who is on duty and, in brackets, who stands in."""

    session: Session
    turns: Sequence[Turn]
    names: Sequence[str]
    missing: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One post over a week."""

    post: Post
    cells: Sequence[Cell]


def week_of(staff: Staff, agency: Agency, first: date, at: datetime) -> list[WeekRow]:
    """Return an agency's rota for seven days, with what is missing from it."""
    week = working_week(staff.hub)
    begins = datetime.combine(first, time(0), LONDON)
    found = list(
        turns(staff.hub_id, begins, begins + timedelta(days=11)).filter(
            policy.rota_read_by(staff), agency=agency
        )
    )
    here, names = people(staff.hub_id, agency.pk, at), names_of(staff.hub_id)
    return [
        WeekRow(
            post,
            [_cell(post, one, found, here, names) for one in sessions(week, post.hours, first, 7)],
        )
        for post in posts_of(agency)
    ]


def _cell(
    post: Post,
    session: Session,
    found: Sequence[Turn],
    here: Mapping[uuid.UUID, Person],
    names: Mapping[uuid.UUID, str],
) -> Cell:
    named = [one for one in found if one.post == post.id and one.from_at == session.from_at]
    missing = gaps(post, [session], filled(found), here)
    return Cell(session, named, [_said(one, names) for one in named], missing)


def _said(turn: Turn, names: Mapping[uuid.UUID, str]) -> str:
    deputies = ", ".join(names.get(key, "somebody who has left") for key in turn.deputies)
    return f"{turn.staff.account.name} ({deputies})" if deputies else turn.staff.account.name


def names_of(hub_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the name of everybody who holds or held a post in a hub, by post."""
    return dict(Staff.objects.filter(hub=hub_id).values_list("pk", "account__name"))


def turns_of_week(staff: Staff, agency: Agency, post: Post, wanted: Sequence[Session]) -> list[Turn]:
    """Return one post's turns in these sessions, in the order in which they were written."""
    found = Turn.objects.filter(
        policy.rota_read_by(staff),
        agency=agency,
        post=post.id,
        withdrawn_at=None,
        from_at__in=[one.from_at for one in wanted],
    )
    return list(found.select_related("staff__account").order_by("from_at", "at", "pk"))


# Now


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One post at one moment.

    expected: somebody should be there now.  person: who is, themselves or standing in; None for nobody.
    instead_of: who is away.  deputies: who would be asked next.  leads: whom to call where nobody is there.
    """

    post: Post
    agency: Agency
    expected: bool
    person: Staff | None
    instead_of: str
    reached_on: str
    reached_on_if_no_answer: str
    deputies: Sequence[str]
    leads: Sequence[str]

    @property
    def is_red(self) -> bool:
        """Tell whether nobody is there although somebody always must be."""
        return self.expected and self.person is None and self.post.red_if_empty


def on_duty(hub: Hub, at: datetime, *, only: str = "") -> list[OnDuty]:
    """Return every post of a hub at a moment, with who holds it or stands in; several people make several lines.

    only: the id of one post.

    Source: docs/rules.md, "The duty rota".
    """
    week = working_week(hub)
    roll = _Roll(
        {one.pk: one for one in Staff.objects.filter(hub=hub).select_related("account", "agency")},
        people(hub.pk, None, at),
        at,
    )
    now: dict[tuple[str, uuid.UUID], list[Turn]] = {}
    for turn in turns(hub.pk, at, at + timedelta(microseconds=1)):
        now.setdefault((turn.post, turn.agency_id), []).append(turn)
    found = []
    for post, agency in places(hub):
        if only and post.id != only:
            continue
        expected = session_at(week, post.hours, at) is not None
        held: Sequence[Turn | None] = now.get((post.id, agency.pk), [None])
        found += [roll.now(post, agency, turn, expected=expected) for turn in held]
    return found


@dataclass(frozen=True, slots=True)
class _Roll:
    """Everybody of a hub at one moment."""

    staff: Mapping[uuid.UUID, Staff]
    here: Mapping[uuid.UUID, Person]
    at: datetime

    def now(self, post: Post, agency: Agency, turn: Turn | None, *, expected: bool) -> OnDuty:
        able = [key for key in ([turn.staff_id, *turn.deputies] if turn else []) if self._is_able(post, key)]
        person = self.staff[able[0]] if able else None
        return OnDuty(
            post=post,
            agency=agency,
            expected=expected,
            person=person,
            instead_of=turn.staff.account.name if turn and person and person.pk != turn.staff_id else "",
            reached_on=turn.reached_on if turn else "",
            reached_on_if_no_answer=turn.reached_on_if_no_answer if turn else "",
            deputies=[self.staff[key].account.name for key in able[1:]],
            leads=self._leads(agency),
        )

    def _is_able(self, post: Post, key: uuid.UUID) -> bool:
        """Tell whether somebody named has the duty, still has the post, and is not away."""
        person = self.here.get(key)
        moment = Session(self.at, self.at + timedelta(microseconds=1))
        return bool(person and person.lasts and post.duty in person.duties and not person.is_away(moment))

    def _leads(self, agency: Agency) -> list[str]:
        found = [one for one in self.staff.values() if one.leads and one.agency_id == agency.pk]
        return sorted(one.account.name for one in found if self.here[one.pk].lasts)


def answering_for(hub: Hub, agency: Agency, at: datetime) -> Staff | None:
    """Return who is on duty to answer for an agency now; None where the rota names nobody who is there.

    Source: docs/rules.md, "The duty rota".
    """
    found = [
        one
        for one in on_duty(hub, at)
        if one.agency.pk == agency.pk and one.post.duty == Duty.ANSWER and one.person
    ]
    own = [one for one in found if one.post.id.startswith("answers_") or "researcher" in one.post.id]
    return (own or found)[0].person if found else None


def after(hub: Hub, staff: Staff, at: datetime) -> list[Staff]:
    """Return who stands in for a worker, in order: the deputies of their turn now, next or last, and their own.

    Only posts that last, with nobody who is away.

    Source: docs/rules.md, "The duty rota".
    """
    mine = Turn.objects.filter(staff=staff, withdrawn_at=None)
    turn = (
        mine.filter(until_at__gt=at).order_by("from_at").first()
        or mine.filter(until_at__lte=at).order_by("-until_at").first()
    )
    keys = [*(turn.deputies if turn else []), *([staff.deputy_id] if staff.deputy_id else [])]
    known = {one.pk: one for one in team(hub.pk, staff.agency_id, at).filter(pk__in=keys)}
    return [known[key] for key in dict.fromkeys(keys) if key in known and not is_away(known[key], at)]


def is_off_duty_before(staff: Staff, due_at: datetime, at: datetime) -> bool:
    """Tell whether a worker's turn ends before a moment and they have no other that reaches it.

    A worker who is not on the rota at all is not off duty.
    """
    mine = Turn.objects.filter(staff=staff, withdrawn_at=None, until_at__gt=at - timedelta(days=7))
    if not mine.exists() or due_at <= at:
        return False
    return not mine.filter(from_at__lte=due_at, until_at__gte=due_at).exists()
