"""When later stages have finished with a contact, and where an unfinished one has got to.  Conditions, no rows."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from mash.check.models import Check, Enquiry, Return
from mash.contact.models import Contact
from mash.decision.content import offered_outcomes
from mash.decision.models import Decision, Reopening
from mash.triage.gate import CHECK
from mash.triage.looking_again import is_away
from mash.triage.models import Route
from mash.triage.routes import Offer

NEW, TRIAGE, CHECKING, DECIDING, BACK = "new", "triage", "check", "decision", "back"
STAGES = {
    NEW: "New",
    TRIAGE: "Triage",
    CHECKING: "Check",
    DECIDING: "Decision",
    BACK: "With the referrer",
}


def answers_are_back() -> Q:
    """Return "a check is open, and every agency asked has returned what it has"."""
    returned = Return.objects.filter(enquiry=OuterRef("pk"), part=False)
    asked = Enquiry.objects.filter(
        check_asked__contact=OuterRef("pk"), check_asked__closed_at=None, withdrawn_at=None, let_go_at=None
    )
    return Q(Exists(asked)) & ~Q(Exists(asked.exclude(Exists(returned))))


def with_stage(contacts: QuerySet[Contact], today: date) -> QuerySet[Any]:
    """Mark each contact with where it has got to, read from which rows there are, on a day."""
    here = OuterRef("pk")
    checks = Check.objects.filter(contact=here)
    waiting = Decision.objects.filter(contact=here, made_at=None, turned_down_at=None)
    sent_to = Case(When(route=CHECK, then=Value(CHECKING)), default=Value(DECIDING), output_field=CharField())
    newest = Route.objects.filter(contact=here).order_by("-at", "-pk").values(to=sent_to)[:1]
    not_sent = Case(When(standing__isnull=True, then=Value(NEW)), default=Value(TRIAGE))
    return contacts.annotate(
        stage=Case(
            When(is_away(today), then=Value(BACK)),
            When(Exists(waiting), then=Value(DECIDING)),
            When(Exists(checks.filter(closed_at=None)), then=Value(CHECKING)),
            When(Exists(checks), then=Value(DECIDING)),
            When(Exists(Reopening.objects.filter(contact=here)), then=Value(DECIDING)),
            default=Coalesce(Subquery(newest), not_sent, output_field=CharField()),
            output_field=CharField(),
        )
    )


def outcomes_on_offer(subject: str) -> list[Offer]:
    """Return the outcomes that triage may propose: back for agreement has a page of its own."""
    return [
        Offer(one.id, one.label, f"Level {one.tier}" if one.tier else "Other")
        for one in offered_outcomes()
        if one.kind == "main" and one.counts_as_decided and (subject == "both" or one.is_about(subject))
    ]
