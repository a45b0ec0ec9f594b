"""For whom something may be opened, by when it is due, to whom it may go, and what is around it."""

from datetime import datetime

from mash.alongside import content, policy
from mash.alongside.models import Alongside
from mash.common.clock import LONDON, Clock, Target
from mash.contact.models import Contact, ContactPerson
from mash.decision import queries as decisions
from mash.decision.content import Agreement, Outcome
from mash.decision.letters import Around, Somebody
from mash.decision.models import Outcome as Decided
from mash.decision.queries.lettering import everybody_in
from mash.decision.queries.recorded import section_47_is_recorded
from mash.directory.models import NamedContact
from mash.directory.queries.named import lasting, named
from mash.partnership.models import Staff
from mash.triage import fixed
from mash.triage.content import Limit
from mash.triage.queries import limit_of

INTERVIEW, OFFICER = "missing_return_interview", "designated_officer"
CHILDREN = ("child", "sibling")
ADULTS = ("adult_at_risk",)
NEVER = ("professional", "alleged_perpetrator")


def colour_of(contact: Contact) -> str:
    """Return the rating that counts for a case, "" while unrated."""
    return decisions.Event(contact).colour


def may_be_for(contact: Contact, outcome: Outcome) -> list[ContactPerson]:
    """Return for whom of a contact an outcome may be opened: of both kinds for anybody in the family."""
    people = contact.people.order_by("ref")
    if outcome.subject == "both":
        return list(people.exclude(role__in=NEVER))
    return list(people.filter(role__in=CHILDREN if outcome.subject == "child" else ADULTS))


def may_cause_harm(contact: Contact) -> list[ContactPerson]:
    """Return who of a contact may be the one who causes the harm: anybody whom it names but professionals."""
    return list(contact.people.exclude(role="professional").order_by("ref"))


def agreement_asked(about: ContactPerson, outcome: Outcome) -> Agreement:
    """Return what agreement an outcome asks for, of a child or of an adult."""
    return outcome.agreement_for("child" if about.role in CHILDREN else "adult")


def due(
    contact: Contact, outcome: Outcome, starts_at: datetime, at: datetime
) -> tuple[datetime, datetime | None]:
    """Return by when whom it goes to has it, and by when the hub looks for what came of it; None: not at all.

    The allegation's working day and the interview's 72 hours are the clocks of law; the rest is the hub's own.

    Source: docs/rules.md, "Alongside a decision", "Statutory clocks".
    """
    kind = content.kind_of(outcome)
    result = _after(kind.result_within, contact, starts_at) if kind.result_within else None
    if outcome.id == INTERVIEW:
        result = fixed.start(fixed.INTERVIEW, contact, starts_at, None, at).due_at
    if outcome.id == OFFICER:
        return fixed.start(fixed.OFFICER, contact, starts_at, None, at).due_at, result
    when = outcome.send[0].when if outcome.send else "one_working_day"
    known = content.within().get(when) or content.within()["one_working_day"]
    begins = at if outcome.id == INTERVIEW else starts_at
    return _after(known.limit, contact, begins), result


def _after(limit: Limit, contact: Contact, begins: datetime) -> datetime:
    target = limit_of(limit)
    assert isinstance(target, Target)  # noqa: S101 - `limit_of` answers None for None alone
    week = decisions.working_week(contact.hub, begins.astimezone(LONDON))
    return Clock.start(begins, target, week).due_at


def open_of(staff: Staff, contact: Contact, about: ContactPerson, kind: str) -> Alongside | None:
    """Return what is open of a kind for somebody in a case, as far as this worker may see it."""
    found = Alongside.objects.filter(policy.readable_by(staff), contact=contact, about=about, kind=kind)
    return found.exclude(happenings__ends=True).first()


def named_by_decision(staff: Staff, contact: Contact, about: ContactPerson, kind: str) -> Decided | None:
    """Return where the decision that counts named this kind for somebody, and nothing was opened on it yet."""
    newest = decisions.newest(contact)
    if newest is None or newest.turned_down_at is not None:
        return None
    found = Decided.objects.filter(decision=newest, about=about, outcome=kind, alongside=True)
    taken = Alongside.objects.filter(policy.readable_by(staff), outcome__in=found).values("outcome")
    return found.exclude(pk__in=taken).first()


def named_contacts(staff: Staff, kind: str, at: datetime) -> list[NamedContact]:
    """Return who holds the roles to which a kind goes in this worker's hub today, from the directory."""
    today = at.astimezone(LONDON).date()
    known = content.kinds().get(kind)
    roles = known.goes_to if known else ()
    return list(named(staff, today).filter(lasting(today), role__in=roles))


def around(contact: Contact) -> Around:
    """Return who is in a case, for words that go out with something; the caller may read the contact."""
    event = decisions.Event(contact)
    return Around(
        recipient=Somebody("", (), (), (), protected=False),
        others=tuple(one for _, one in everybody_in(event)),
        public=tuple(decisions.public_names(event.contacts)),
        section_47=section_47_is_recorded(contact),
    )
