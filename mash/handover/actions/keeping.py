"""What the hub records itself: a hand-over that waits follows it, and where the service was first the hub is told."""

from datetime import datetime

from django.utils.timezone import localdate

from mash.decision.handed import Said
from mash.decision.models import Decision, Outcome
from mash.handover.actions.carrying import settle_steps
from mash.handover.actions.refusals import NotWhole, already
from mash.handover.models import Carried, Pack, Word, WordKind
from mash.partnership.models import Staff

TAKEN_BACK = "The hub looks at the case again, and has taken this back."
KINDS: dict[Said, WordKind] = {"accepted": WordKind.ACCEPTED, "returned": WordKind.RETURNED}


def hub_said(outcome: Outcome, said: Said, *, words: str, by: Staff, at: datetime) -> None:
    """Let a hand-over follow what a worker of the hub is about to write down.  The caller holds the contact still.

    Raises NotWhole where the service has said something itself and the hub's records do not follow it yet, or where it
    said otherwise: one word wins, and whoever came second is told.

    Source: docs/rules.md, "What a service says".
    """
    pack = Pack.objects.filter(outcome=outcome).order_by("-edition").first()
    word = Word.objects.filter(pack=pack).select_related("by__account").first() if pack else None
    if pack and word and not word.by_hub and not _is_followed(pack, said):
        raise NotWhole(str(already(word)))
    if pack and word is None:
        Word(hub_id=pack.hub_id, pack=pack, kind=KINDS[said], by_hub=True, words=words, by=by, at=at).save(
            force_insert=True
        )
    if said == "accepted":
        settle_steps(outcome, agency=words, from_on=localdate(at), at=at)


def _is_followed(pack: Pack, said: Said) -> bool:
    """Tell whether a service accepted, the records follow, and now it passes the person back."""
    accepted = Word.objects.filter(pack=pack, kind=WordKind.ACCEPTED).exists()
    return said == "returned" and accepted and Carried.objects.filter(pack=pack, trouble="").exists()


def no_longer_handed_over(decision: Decision, *, why: str, by: Staff, at: datetime) -> None:  # noqa: ARG001
    """Take back what waits of a decision that hands nobody over any more.  The caller holds the contact still.

    why: the hub's own; a service is told only that the hub looks again.

    Source: docs/rules.md, "Hand-over to a service".
    """
    for pack in Pack.objects.filter(outcome__decision=decision, word=None):
        Word(
            hub_id=pack.hub_id,
            pack=pack,
            kind=WordKind.WITHDRAWN,
            by_hub=True,
            words=TAKEN_BACK,
            by=by,
            at=at,
        ).save(force_insert=True)
