"""The unit's pass, the finished answer, the second person's word, and that it went out."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from mash.check.looked_over import tells_address
from mash.check.queries.room import Piece as SealedPiece
from mash.common.clock import LONDON
from mash.common.pdf import to_pdf
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff, new_key
from mash.subject_access import checking, passages, policy, rendition
from mash.subject_access.actions.holding import hold, next_step
from mash.subject_access.actions.marking import still_to_do
from mash.subject_access.actions.refusals import ChangedMeanwhile, NotWhole, Unsound
from mash.subject_access.grounds import BY_ID, GIVE, WITHHOLD
from mash.subject_access.models import Output, Request, SecondWord, Sent, Step, StepKind, UnitPass
from mash.subject_access.passages import Cut
from mash.subject_access.queries import gathering, unit
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries.requests import Marked, Standing
from mash.subject_access.queries.unit import ADDRESS, Finished, Sealed
from mash.subject_access.sealed_part import Pass, lock_up, undecided

BY_ADDRESS = "third_party"  # the ground of what holds a protected address
GIVEN_FROM_THE_ROOM = "What else we hold"
GIVEN_ADDRESS = "Your address, which we keep apart"


@transaction.atomic
def make_pass(*, request: Request, decided: Pass, follows: int, by: Staff, at: datetime) -> UnitPass:
    """Keep what a cleared person decided about what is sealed, or that there is nothing to decide.

    follows: the number of the pass on the page, 0 for none.

    Raises PermissionDenied, ChangedMeanwhile, and NotWhole where something is not decided on, is given without its
    owner, or lies where only another cleared person may look.

    Source: docs/rules.md, "What the unit does with a request".
    """
    _with_the_unit(request, by)
    sealed = unit.sealed_on(by, request, at)
    _refuse_what_is_open(sealed, decided)
    newest = UnitPass.objects.filter(request=request).order_by("-number").first()
    if follows != (newest.number if newest else 0):
        raise ChangedMeanwhile("Another cleared person made their pass since you opened it. Read it first.")
    made = UnitPass(id=new_key(), hub_id=request.hub_id, request=request, number=follows + 1, by=by, at=at)
    locked = lock_up(decided.to_json(), hub=request.hub_id, row=made.pk, request=request.pk, part="pass")
    made.nonce, made.body = bytes(locked.nonce), bytes(locked.body)
    made.save(force_insert=True)
    record("subject_request.passed", about=request, at=at, hub_id=request.hub_id)
    return made


def _refuse_what_is_open(sealed: Sealed, decided: Pass) -> None:
    if sealed.more:
        raise NotWhole("Something is held that another cleared person must read: they make this pass.")
    if undecided(sealed.keys, decided):
        raise NotWhole("Decide on each thing that is held.")
    for one in decided.things.values():
        if one.is_given and not (one.words.strip() and one.owner_said.strip()):
            raise NotWhole("What is given is written anew, and its owner has agreed: say who did, and when.")
        if not one.is_given and one.ground not in BY_ID:
            raise NotWhole("What is withheld needs a ground.")
    if any(not one.words.strip() or one.ground not in BY_ID for one in decided.strikes):
        raise NotWhole("Words that are left out everywhere need a ground.")


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer about to be made: what goes out, and every word that does not."""

    answer: rendition.Answer
    withheld: tuple[str, ...]


def compose(standing: Standing, texts: Sequence[Marked], sealed: Sealed, decided: Pass, on: date) -> Composed:
    """Put together what goes out, from what is given alone.  Protected addresses are left out, with the sentence.

    Source: docs/rules.md, "What goes out to a requester", "Protected addresses".
    """
    request = standing.request
    given = {key for key, one in decided.things.items() if one.is_given}
    kept_back = [one for one in sealed.addresses if str(one.key) not in given]
    parts: list[rendition.Part] = []
    withheld = [one.words for one in sealed.pieces if str(one.key) not in given]
    grounds: list[str] = []
    for one in texts:
        cuts = [two for cut in one.cuts for two in _narrowed(one.found.text, cut, kept_back, decided)]
        if tells_address(_words(one.found.text, cuts), _as_said(kept_back)):
            cuts = [cut._replace(what=WITHHOLD, ground=BY_ADDRESS, words="") for cut in cuts]
        withheld += passages.left_out(one.found.text, cuts)
        grounds += [cut.ground for cut in one.cuts if cut.ground]
        if cuts and not passages.is_wholly_left_out(cuts):
            pieces = tuple(passages.given(one.found.text, cuts))
            parts.append(rendition.Part(one.found.heading, pieces, one.found.on))
    parts += [_from_the_room(thing, decided) for thing in sealed.pieces if str(thing.key) in given]
    answer = rendition.Answer(
        reference=request.reference,
        hub=request.hub.name,
        recipient=request.asker_name,
        about=str(request.person),
        made_on=on,
        parts=tuple(parts),
        said=rendition.grounds_said(grounds),
    )
    return Composed(answer, tuple(words for words in withheld if words.strip()))


def _narrowed(text: str, cut: Cut, kept_back: Sequence[SealedPiece], decided: Pass) -> list[Cut]:
    """Take out of what is given the sentences that hold a protected address, or words that are left out everywhere."""
    if cut.what == WITHHOLD:
        return [cut]
    if cut.what != GIVE:
        hit = _hit(cut.words, kept_back, decided)
        return [cut._replace(what=WITHHOLD, ground=hit, words="")] if hit else [cut]
    found = []
    for one in passages.split(text[cut.start : cut.end]):
        start, end = cut.start + one.start, cut.start + one.end
        hit = _hit(text[start:end], kept_back, decided)
        found.append(Cut(start, end, WITHHOLD, hit) if hit else Cut(start, end, GIVE))
    return found


def _hit(words: str, kept_back: Sequence[SealedPiece], decided: Pass) -> str:
    """Return the ground on which words are left out whatever their marking says; "" for none."""
    if tells_address(words, _as_said(kept_back)):
        return BY_ADDRESS
    said = f" {' '.join(checking.words_in(words))} "
    struck = (one for one in decided.strikes if f" {' '.join(checking.words_in(one.words))} " in said)
    return next((one.ground for one in struck), "")


def _as_said(addresses: Sequence[SealedPiece]) -> list[dict[str, object]]:
    """Return addresses as lines: each line tells, a postcode among them."""
    return [{"lines": [line], "postcode": ""} for one in addresses for line in one.words.split("\n") if line]


def _words(text: str, cuts: Sequence[Cut]) -> str:
    return rendition.words_of(passages.given(text, cuts)) if cuts else ""


def _from_the_room(thing: SealedPiece, decided: Pass) -> rendition.Part:
    said = decided.things[str(thing.key)]
    heading = GIVEN_ADDRESS if thing.kind == ADDRESS else GIVEN_FROM_THE_ROOM
    return rendition.Part(heading, (passages.Piece(said.words.strip()),))


@transaction.atomic
def answer_request(*, request: Request, follows: int, by: Staff, at: datetime) -> Output:
    """Make the exact bytes that the requester gets, open them again, and keep them only if they pass the check.

    follows: the number of the answer on the page, 0 for none.

    Raises PermissionDenied, ChangedMeanwhile, NotWhole where something is still to be done, and Unsound.

    Source: docs/rules.md, "What goes out to a requester".
    """
    standing = _with_the_unit(request, by)
    texts = queries.gathered(request)
    sealed = unit.sealed_on(by, request, at)
    passed, decided = unit.newest_pass(request)
    _refuse_what_is_missing(standing, texts, sealed, passed, decided)
    newest = Output.objects.filter(request=request).order_by("-number").first()
    if follows != (newest.number if newest else 0):
        raise ChangedMeanwhile("Another answer was made since you opened this page. Read it first.")
    composed = compose(standing, texts, sealed, decided, at.astimezone(LONDON).date())
    html, pdf = _sound(composed)
    made = Output(
        id=new_key(),
        hub_id=request.hub_id,
        request=request,
        number=follows + 1,
        recipient=request.asker_name,
        way=request.reached,
        digest=unit.digest_of(request.asker_name, request.reached, html, pdf),
        rests_on=unit.rests_on(standing, texts, passed, sealed),
        by=by,
        at=at,
    )
    for part, body in (("html", html), ("pdf", pdf)):
        words = base64.b64encode(body).decode()
        locked = lock_up(words, hub=request.hub_id, row=made.pk, request=request.pk, part=part)
        setattr(made, f"{part}_nonce", bytes(locked.nonce))
        setattr(made, part, bytes(locked.body))
    made.save(force_insert=True)
    detail = {"digest": made.digest, "pdf": bool(pdf)}
    record("subject_request.answer_made", about=request, at=at, hub_id=request.hub_id, detail=detail)
    return made


def _refuse_what_is_missing(
    standing: Standing, texts: Sequence[Marked], sealed: Sealed, passed: UnitPass | None, decided: Pass
) -> None:
    wanted = still_to_do(standing.request, texts)
    if passed is None:
        wanted.append("Make the unit’s pass.")
    else:
        _refuse_what_is_open(sealed, decided)
    contacts = [one.pk for one in gathering.contacts_about(standing.request.person)]
    unread = gathering.summaries_without_full_words(standing.request.pk, contacts)
    if unread:
        wanted.append(
            "The full words behind a summary were not gathered, since nobody who may read them has done it: have the "
            "hub’s manager let the handler into the case, give the request back, and have it gathered."
        )
    if wanted:
        raise NotWhole(" ".join(wanted))


def _sound(composed: Composed) -> tuple[bytes, bytes]:
    """Return HTML and PDF that pass the check; no PDF where the machine makes none, or none that does."""
    page = rendition.to_html(composed.answer)
    allowed, html = rendition.text_of(composed.answer), page.encode("utf-8", "replace")
    wrong = checking.complaints_of_html(html, allowed=allowed, withheld=composed.withheld)
    if wrong:
        raise Unsound(wrong)
    pdf = to_pdf(page)
    if pdf and checking.complaints_of_pdf(pdf, allowed=allowed, withheld=composed.withheld):
        pdf = b""
    return html, pdf


@transaction.atomic
def say_second(*, output: Output, agreed: bool, why: str, digest: str, by: Staff, at: datetime) -> SecondWord:
    """Give the second person's word on exactly these bytes for exactly this recipient.  Once.

    digest: what names them on the page that was read.

    Raises PermissionDenied; ChangedMeanwhile where anything has changed since; NotWhole without a reason for a no, or
    where somebody spoke before.

    Source: docs/rules.md, "What goes out to a requester".
    """
    standing = _with_the_unit(output.request, by)
    texts = queries.gathered(output.request)
    passed, _ = unit.newest_pass(output.request)
    require(policy.may_be_second(by, output.request, unit.worked_on(standing, texts, passed, output)))
    finished = unit.newest_output(by, standing, texts, at)
    if finished is None or finished.output.pk != output.pk or not finished.stands or digest != output.digest:
        raise ChangedMeanwhile(
            "Something has changed since this answer was made. It is made anew, and read again."
        )
    if finished.second:
        raise NotWhole(f"{finished.second.by.account.name} has read it already.")
    if not agreed and not why.strip():
        raise NotWhole("Say why it may not go out.")
    made = SecondWord(
        hub_id=output.hub_id, output=output, agreed=agreed, why=why.strip(), digest=digest, by=by, at=at
    )
    made.save(force_insert=True)
    event = "subject_request.approved" if agreed else "subject_request.turned_down"
    detail = {"digest": digest, "recipient_read": True}
    record(event, about=output.request, at=at, hub_id=output.hub_id, detail=detail)
    return made


@transaction.atomic
def give_back(*, request: Request, words: str, by: Staff, at: datetime) -> Step:
    """Give a request back to its handler, who reads why: words that say nothing of what only the unit knows.

    Raises PermissionDenied, and NotWhole without words.

    Source: docs/rules.md, "What the unit does with a request".
    """
    standing = _with_the_unit(request, by)
    if not words.strip():
        raise NotWhole("Say what its handler is to do.")
    made = Step(
        hub_id=request.hub_id,
        request=request,
        number=next_step(standing),
        kind=StepKind.BACK,
        words=words.strip(),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    record("subject_request.given_back", about=request, at=at, hub_id=request.hub_id)
    return made


@transaction.atomic
def send_answer(*, output: Output, how: str, sent_on: date, by: Staff, at: datetime) -> Sent:
    """Record that exactly the approved answer went to exactly its recipient.  The same twice changes nothing.

    Raises PermissionDenied, and NotWhole where it is not approved as it stands, or the day does not fit.

    Source: docs/rules.md, "What goes out to a requester".
    """
    standing = hold(output.request)
    require(policy.may_pass(by, output.request))
    if standing.sent:
        return standing.sent
    finished = approved(by, standing, at)
    if finished is None or finished.output.pk != output.pk:
        raise NotWhole("It is not approved as it stands, so it goes nowhere.")
    if not output.at.astimezone(LONDON).date() <= sent_on <= at.astimezone(LONDON).date():
        raise NotWhole("It went out between the day on which it was made and today.")
    made = Sent(
        hub_id=output.hub_id,
        request=output.request,
        output=output,
        recipient=output.recipient,
        how=how,
        sent_on=sent_on,
        digest=output.digest,
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    detail = {"how": how, "digest": output.digest}
    record("subject_request.sent", about=output.request, at=at, hub_id=output.hub_id, detail=detail)
    return made


def approved(by: Staff, standing: Standing, at: datetime) -> Finished | None:
    """Return the answer that may go out now; None where none was approved, or something has changed since."""
    finished = unit.newest_output(by, standing, queries.gathered(standing.request), at)
    return finished if finished and finished.is_approved else None


def _with_the_unit(request: Request, by: Staff) -> Standing:
    standing = hold(request)
    require(policy.may_pass(by, request))
    if not standing.with_the_unit:
        raise NotWhole("It is not with the unit: its handler has it, or it has ended.")
    return standing
