"""What every answer of an agency begins with: the enquiry held still, and what can be wrong with an answer."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from mash.check import policy
from mash.check.given import ITEM, Given
from mash.check.models import Enquiry, Return
from mash.check.queries.answering import questions_of
from mash.common.verdict import require
from mash.partnership.models import Staff


class DraftMoved(Exception):
    """A colleague saved the same part after this form was opened: who, and when.  Nothing was overwritten."""

    def __init__(self, by: str, at: datetime | None) -> None:
        self.by, self.at = by, at
        super().__init__(by)


class Incomplete(Exception):
    """Some answers are not whole: problems by key of the piece, and by field."""

    def __init__(self, problems: Mapping[str, Mapping[str, str]]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} not whole")


class SearchIncomplete(Exception):
    """Not everybody is ticked as searched, or a tick is not whole: problems by key of the enquiry's person."""

    def __init__(self, problems: Mapping[str, Mapping[str, str]]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} not whole")


class LateReasonMissing(Exception):
    """The enquiry is past its time; the return says why."""


class ReasonIncomplete(Exception):
    """A refusal gives a reason of the list, in words where it asks for them; the message says what is missing."""


class Withdrawn(Exception):
    """The hub took the enquiry back: it waits for no answer any more."""


class NotAsked(Exception):
    """The answer is about somebody, or to a question, that the enquiry does not ask about."""


class MayNotBeCopied(Exception):
    """That answer may not serve for that brother or sister."""


def hold(enquiry: Enquiry, by: Staff) -> Enquiry:
    """Let one transaction at a time work on an enquiry, for somebody who may answer it.

    Raises PermissionDenied, Withdrawn.
    """
    require(policy.may_answer(by, enquiry))
    return still(enquiry)


def still(enquiry: Enquiry) -> Enquiry:
    """Let one transaction at a time work on an enquiry.  Raises Withdrawn."""
    held = Enquiry.objects.select_for_update(of=("self",)).select_related("agency", "hub").get(pk=enquiry.pk)
    if held.withdrawn_at:
        raise Withdrawn
    return held


def made_by(by: Staff, key: uuid.UUID) -> Return | None:
    """Return the return that this form made before, if it did."""
    return Return.objects.filter(pk=key_for(by, key)).first()


def key_for(by: Staff, key: uuid.UUID) -> uuid.UUID:
    """Return the key of the row a form makes: the same for the same form of the same worker."""
    return uuid.uuid5(by.pk, f"answers:{key}")


def make_sure_it_was_asked(enquiry: Enquiry, given: Iterable[Given]) -> None:
    """Check that every piece is about somebody, and to a question, of the enquiry.  Raises NotAsked."""
    people = {str(key) for key in enquiry.people.values_list("pk", flat=True)}
    questions = {question.id for question in questions_of(enquiry).questions} | {ITEM}
    if any(one.person not in people or one.question not in questions for one in given):
        raise NotAsked


def reason_for_lateness(enquiry: Enquiry, reason: str, at: datetime) -> str:
    """Return why a return is late; "" when it is not, or when a whole one came before.

    Raises LateReasonMissing.
    """
    if at <= enquiry.due_at or enquiry.returns.filter(part=False).exists():
        return ""
    if not reason.strip():
        raise LateReasonMissing
    return reason.strip()
