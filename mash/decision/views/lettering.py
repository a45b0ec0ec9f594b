"""Letters to a family: writing, clearing, reading second, giving.  No page here sends anything."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mash.common.verdict import require
from mash.contact.actions import keep_feedback
from mash.contact.confidence import unit_knows
from mash.contact.forms import HowItWent
from mash.contact.queries import feedback_on
from mash.decision import actions, content, letters, policy, queries
from mash.decision import lettering_forms as forms
from mash.decision.models import GivenHow, Letter, LetterState
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.sealed.queries import holds_anything, is_cleared

REFUSED = (actions.NotWhole, actions.ChangedMeanwhile, actions.LetterClosed, actions.AlreadySaid)


@require_GET
def waiting_letters(request: StaffRequest) -> HttpResponse:
    """Show which letters wait for whom, and how those that were given reached their person."""
    rows = [
        {"letter": one, "clock": queries.clock_of_letter(one, request.at), "label": _template(one).label}
        for one in queries.letters_waiting(request.staff)
    ]
    shown = {
        "rows": rows,
        "given": queries.letters_given_by_method(request.staff),
        "hows": dict(GivenHow.choices),
        "now": request.at,
        "may_word": policy.may_word_letters(request.staff),
    }
    record("letters.seen", about="letters", at=request.at, hub_id=request.staff.hub_id)
    return render(request, "decision/letters_waiting.html", shown)


@require_http_methods(["GET", "POST"])
def hub_words(request: StaffRequest) -> HttpResponse:
    """Set what the hub's letters say of the hub."""
    require(policy.may_word_letters(request.staff))
    form = forms.HubWords(sent(request), said=queries.letter_words(request.staff.hub))
    if form.is_valid():
        actions.word_letters(words=form.cleaned_data, by=request.staff, at=request.at)
        return redirect("decision:letters_waiting")
    return render(request, "decision/letters_words.html", {"form": form})


@require_http_methods(["GET", "POST"])
def letters_on(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Show the letters to a family about a decision, and begin one."""
    decision = queries.find(request.staff, decision_id)
    people = queries.recipients(decision.contact)
    form = forms.Begin(sent(request), people=people, initial={"key": uuid.uuid4()})
    may_write = policy.may_write_letter(request.staff, decision.contact)
    if request.method == "POST":
        require(may_write)
    if form.is_valid():
        try:
            made = actions.begin_letter(
                decision=decision, by=request.staff, at=request.at, **form.cleaned_data
            )
        except actions.NotWhole as missing:
            form.add_error(None, str(missing))
        else:
            return redirect("decision:write_letter", made.pk)
    _seen(request, decision.contact, decision.hub_id)
    known = queries.letters_on(request.staff, decision)
    shown = {
        "decision": decision,
        "contact": decision.contact,
        "form": form,
        "rows": [(one, _template(one).label) for one in known],
        "may_write": may_write,
        "rules": content.letter_content().rules[:4],
    }
    return render(request, "decision/letters_on.html", shown)


@require_GET
def letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Show one letter: its words, what stops it, what was recorded, and what comes next."""
    found = queries.find_letter(request.staff, letter_id)
    return render(request, "decision/letter.html", _told(request, found))


@require_http_methods(["GET", "POST"])
def write_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Write the words of a letter."""
    found = _to_write(request, letter_id)
    newest = queries.newest_version(found)
    form = forms.Write(sent(request), template=_template(found), gaps=newest.gaps, version=newest.number)

    def save() -> None:
        actions.save_letter(
            letter=found,
            version=form.cleaned_data["version"],
            gaps=form.gaps,
            help_needs_agreement=form.cleaned_data.get(letters.HELP_NEEDS_AGREEMENT, False),
            by=request.staff,
            at=request.at,
        )

    shown = {"agencies_asked": queries.agencies_asked(found.contact)}
    return _do(request, found, form, save, "decision/letter_write.html", **shown)


@require_http_methods(["GET", "POST"])
def clear_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Record who receives a letter, the safe way, the language and who must not see it."""
    found = _to_write(request, letter_id)
    newest = queries.newest_version(found)
    around = queries.around(found)
    noticed = letters.warnings(newest.words, around)
    form = forms.Clear(sent(request), around=around, noticed=noticed, version=newest.number)

    def clear() -> None:
        actions.clear_letter(letter=found, by=request.staff, at=request.at, **form.cleaned_data)

    return _do(request, found, form, clear, "decision/letter_clear.html")


@require_http_methods(["GET", "POST"])
def read_letter_second(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Read the exact words for the exact recipient, and let them go or send them back."""
    found = queries.find_letter(request.staff, letter_id)
    clearing = queries.standing_clearing(found)
    if clearing is None or found.state != LetterState.CLEARED:
        return redirect("decision:letter", found.pk)
    require(policy.may_read_letter_second(request.staff, clearing))
    form = forms.ReadSecond(sent(request))

    def answer() -> None:
        actions.read_second(
            clearing=clearing,
            agreed=form.cleaned_data["agreed"] == "yes",
            why=form.cleaned_data["why"],
            by=request.staff,
            at=request.at,
        )

    people = queries.keys_of_people(found.decision)
    cleared = is_cleared(request.staff)
    held = cleared and holds_anything(request.staff, case=found.contact_id, people=people, at=request.at)
    held = bool(unit_knows(request.staff, [found.contact])) or held
    shown = {"cleared": cleared, "held": held}
    return _do(request, found, form, answer, "decision/letter_second.html", **shown)


@require_http_methods(["GET", "POST"])
def give_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Write down that a letter reached its person."""
    found = _to_write(request, letter_id)
    clearing = queries.standing_clearing(found)
    if clearing is None or found.state != LetterState.READY:
        return redirect("decision:letter", found.pk)
    form = forms.Give(sent(request), safe_method=clearing.safe_method, at=request.at)

    def give() -> None:
        actions.give_letter(letter=found, by=request.staff, at=request.at, **form.cleaned_data)

    return _do(request, found, form, give, "decision/letter_give.html")


@require_http_methods(["GET", "POST"])
def take_back_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Take a letter back before it is given."""
    found = _to_write(request, letter_id)
    form = forms.TakeBackLetter(sent(request))

    def back() -> None:
        actions.take_back_letter(letter=found, by=request.staff, at=request.at, **form.cleaned_data)

    return _do(request, found, form, back, "decision/letter_take_back.html")


@require_http_methods(["GET", "POST"])
def feedback_on_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Write down how it went, in the words of the person a letter was for, once it was given."""
    found = _to_write(request, letter_id)
    if found.state != LetterState.GIVEN:
        return redirect("decision:letter", found.pk)
    form = HowItWent(sent(request), initial={"key": uuid.uuid4()})

    def keep() -> None:
        keep_feedback(
            contact=found.contact, about=found.recipient, by=request.staff, at=request.at, **form.cleaned_data
        )

    return _do(request, found, form, keep, "decision/letter_feedback.html")


@require_GET
def print_letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The letter as its reader holds it: the hub's letterhead, its words, and nothing of the hub's own work.

    Raises Http404 while it is not cleared and read: what may not go is not printed.
    """
    found = queries.find_letter(request.staff, letter_id)
    require(policy.may_write_letter(request.staff, found.contact))
    if found.state not in {LetterState.READY, LetterState.GIVEN} or found.template == letters.CALL:
        raise Http404
    clearing = queries.standing_clearing(found)
    record(
        "letter.printed",
        about=found,
        at=request.at,
        hub_id=found.hub_id,
        detail={"version": clearing.version.number if clearing else 0},
    )
    shown = {
        "letter": found,
        "words": queries.newest_version(found).words,
        "headings": letters.headings(_template(found)),
        "letterhead": queries.letter_words(found.contact.hub).get(letters.LETTERHEAD, ""),
        "subject": letters.subject_of(_template(found), queries.newest_version(found).gaps),
        "given_at": request.at,
    }
    return render(request, "decision/letter_print.html", shown)


def _to_write(request: StaffRequest, letter_id: uuid.UUID) -> Letter:
    found = queries.find_letter(request.staff, letter_id)
    require(policy.may_write_letter(request.staff, found.contact))
    return found


def _do(
    request: StaffRequest,
    found: Letter,
    form: django_forms.Form,
    act: Callable[[], None],
    page: str,
    **shown: Any,
) -> HttpResponse:
    """Do what a valid form asks, or show its page again with every reason why not."""
    if form.is_valid():
        try:
            act()
        except actions.LetterBlocked as stopped:
            for reason in stopped.reasons:
                form.add_error(None, reason)
        except REFUSED as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("decision:letter", found.pk)
    return render(request, page, _told(request, found) | {"form": form} | shown)


def _told(request: StaffRequest, found: Letter) -> dict[str, Any]:
    _seen(request, found.contact, found.hub_id)
    newest, around, template = queries.newest_version(found), queries.around(found), _template(found)
    clearing, staff = queries.standing_clearing(found), request.staff
    return {
        "letter": found,
        "contact": found.contact,
        "template": template,
        "version": newest,
        "as_it_reads": letters.as_it_reads(newest.words),
        "headings": letters.headings(template),
        "blocks": letters.blocks(newest.words, around),
        "noticed": letters.warnings(newest.words, around),
        "reading_age": letters.reading_age(newest.words),
        "versions": queries.versions_of(found),
        "clearings": queries.clearings_of(found),
        "clearing": clearing,
        "changed": clearing is not None and clearing.circumstances != letters.fingerprint(around),
        "people": {one.key: " ".join(one.names[:2]) for one in around.others},
        "given": queries.given_of(found),
        "feedback": [one for one in feedback_on(staff, found.contact) if one.about_id == found.recipient_id],
        "never": [*template.never, *content.letter_content().never_in_any],
        "envelope": content.letter_content().clearing.envelope,
        "is_call": found.template == letters.CALL,
        "open": found.state not in actions.CLOSED,
        "may_write": policy.may_write_letter(staff, found.contact),
        "may_read_second": clearing is not None and policy.may_read_letter_second(staff, clearing),
    }


def _seen(request: StaffRequest, contact: Any, hub_id: uuid.UUID) -> None:
    record("contact.seen", about=contact, at=request.at, hub_id=hub_id, detail={"page": "letters"})


def _template(found: Letter) -> content.Letter:
    return content.letters()[found.template]
