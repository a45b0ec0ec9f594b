"""What the picture says of a check: whom it asked, what came back, what is missing and since when it is waited for."""

from typing import Any

from mash.check.content import set_sent
from mash.check.given import question_of, said
from mash.check.models import Check, Enquiry
from mash.check.queries.late_comers import added_later, names_in, reopenings
from mash.decision.queries.kept import Picture, day_said, moment_said, said_by
from mash.triage.content import refusal_reasons


def check_drawn(check: Check | None) -> Picture | None:
    """Return when a check was opened, closed, and opened again."""
    if check is None:
        return None
    return {
        "key": str(check.pk),
        "opened_at": moment_said(check.opened_at),
        "on_a_ground": bool(check.ground),
        "closed_at": moment_said(check.closed_at),
        "again": [
            {
                "at": moment_said(one.at),
                "closed_at": moment_said(one.closed_at),
                "why": one.why,
                "by": said_by(one.by),
            }
            for one in reopenings(check)
        ],
    }


def agencies_drawn(check: Check) -> list[Picture]:
    """Return what each agency asked has given, or not."""
    asked = (
        Enquiry.objects.filter(check_asked=check, withdrawn_at=None)
        .select_related("agency")
        .prefetch_related("people", "returns", "withheld", "answers__person")
    )
    found = list(asked.order_by("agency__name", "sent_at", "pk"))
    late = added_later(found, reopenings(check))
    return [_agency(one, late[one.pk]) for one in found]


def _agency(enquiry: Enquiry, added: str) -> Picture:
    returns = sorted(enquiry.returns.all(), key=lambda one: one.at)
    whole = any(not one.part for one in returns)
    withheld = list(enquiry.withheld.all())
    answers = sorted(enquiry.answers.all(), key=lambda one: (one.question, one.at, str(one.pk)))
    return {
        "key": str(enquiry.agency_id),
        "agency": enquiry.agency.name,
        "asked_about": list(names_in(enquiry)),
        "added": added,
        "sent_at": moment_said(enquiry.sent_at),
        "due_at": moment_said(enquiry.due_at),
        "returned_at": moment_said(returns[-1].at) if returns else None,
        "nil": any(one.nil for one in returns),
        "part": bool(returns) and not whole,
        "missing": not whole,
        "let_go_at": moment_said(enquiry.let_go_at),
        "withheld": [[_reason(one.reason), one.explanation] for one in withheld],
        "answers": [_answer(enquiry, one) for one in answers],
    }


def _reason(reason: str) -> str:
    known = refusal_reasons().get(reason)
    return known.label if known else reason


def _answer(enquiry: Enquiry, one: Any) -> Picture:
    question = question_of(set_sent(enquiry.question_set), one.question)
    return {
        "question": question.text,
        "about": one.person.name if one.person else "The household",
        "value": said(question, one.value),
        "text": one.text,
        "summary": one.sharing == "summary",
        "source": one.source,
        "on": day_said(one.on),
        "precision": one.on_precision,
        "at": moment_said(one.at),
    }
