"""An agency's pages: what it is asked, and what it gives."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from mash.check import actions, policy
from mash.check.content import asked_of_everyone, question_content
from mash.check.forms import answering as forms
from mash.check.given import ITEM, WITHHELD, question_of
from mash.check.models import Enquiry, EnquiryPerson
from mash.check.queries import answering as queries
from mash.check.queries.asking import clock_of
from mash.check.queries.board import not_waited_for_since, state_of
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.outage import actions as outage
from mash.outage import paper
from mash.partnership.http import StaffRequest
from mash.partnership.models import Duty

MOVED = (
    "{by} saved this part after you opened it. Nothing was overwritten. Their words are shown on the page of this "
    "enquiry. To keep yours instead, save again."
)
SHOWN_AFTER_CLOSING = timedelta(days=28)
GONE = "The hub has taken this enquiry back. It waits for no answer any more."


@require_GET
def inbox(request: StaffRequest) -> HttpResponse:
    """Show what an agency still has to answer, least time left first."""
    if not request.staff.has(Duty.ANSWER):
        raise Http404
    shown = {
        "waiting": queries.inbox(request.staff),
        "let_go": queries.let_go(request.staff, since=request.at - SHOWN_AFTER_CLOSING),
        "now": request.at,
    }
    return render(request, "check/inbox.html", shown)


@require_http_methods(["GET", "POST"])
def enquiry(request: StaffRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Show an enquiry whole; take the return."""
    asked = queries.find_to_answer(request.staff, enquiry_id)
    if request.method == "GET":
        actions.see_enquiry(enquiry=asked, by=request.staff, at=request.at)
        return _show(request, asked, _send_form(request, asked))
    form = _send_form(request, asked)
    if form.is_valid():
        try:
            return _sent(request, asked, form)
        except actions.DraftMoved as moved:
            form.add_error(None, f"{moved.by or 'A colleague'} changed the answers. Look at them, then send.")
        except actions.Incomplete as incomplete:
            form.add_error(
                None, f"{len(incomplete.problems)} of the answers are not whole yet: open and finish them."
            )
        except actions.SearchIncomplete as incomplete:
            form.show_problems(incomplete.problems)
        except actions.LateReasonMissing:
            form.add_error("late_reason", "Enter why the answer is late")
        except actions.Withdrawn:
            form.add_error(None, GONE)
    return _show(request, asked, form)


def _send_form(request: StaffRequest, asked: Enquiry) -> forms.Send:
    return forms.Send(
        request.POST if request.method == "POST" else None,
        people=list(queries.people_asked_about(asked)),
        version=queries.draft_of(request.staff, asked).version,
        late=_is_late(request, asked),
    )


def _is_late(request: StaffRequest, asked: Enquiry) -> bool:
    return request.at > asked.due_at and not asked.returns.filter(part=False).exists()


def _sent(request: StaffRequest, asked: Enquiry, form: forms.Send) -> HttpResponse:
    said = form.cleaned_data
    sending = actions.Sending(
        key=said["key"],
        part=said["part"] == "part",
        searches=form.searches(),
        view=said["view"],
        late_reason=said.get("late_reason", ""),
    )
    returned = actions.send_answers(
        enquiry=asked, sending=sending, version=said["version"], by=request.staff, at=request.at
    )
    words = "The part that is whole was sent." if returned.part else "Your answer was sent."
    messages.success(request, words)
    return redirect("check:enquiry", asked.pk)


def _show(request: StaffRequest, asked: Enquiry, form: forms.Send) -> HttpResponse:
    staff = request.staff
    record("enquiry.seen", about=asked, at=request.at, hub_id=asked.hub_id)
    draft = queries.draft_of(staff, asked)
    wrong = {key: one.problems() for key, one in draft.given.items() if one.problems()}
    sealed = queries.own_sealed(staff, asked, request.at)
    returns = list(asked.returns.order_by("at", "pk"))
    whole = [one for one in returns if not one.part]
    shown = {
        "enquiry": asked,
        "form": form,
        "clock": clock_of(asked, ended_at=whole[0].at if whole else not_waited_for_since(asked)),
        "now": request.at,
        "today": localdate(request.at),
        "state": state_of(asked),
        "added": queries.added_to(staff, asked),
        "questions": queries.questions_of(asked),
        "asked_of_everyone": asked_of_everyone("adult" if asked.subject == "adult" else "child"),
        "rules": question_content().nil_return_rules,
        "people": list(queries.people_asked_about(asked)),
        "subjects": [_progress(asked, person, draft, wrong) for person in queries.subjects_of(asked)],
        "draft": draft,
        "copies": bool(_offers(asked, draft)),
        "answers": queries.said_by_agency(staff, asked),
        "sealed": sealed,
        "replaced": {one.item.replaces for one in sealed},
        "withheld": list(asked.withheld.select_related("person").order_by("at", "pk")),
        "returns": returns,
        "done": bool(whole),
    }
    return render(request, "check/enquiry.html", shown)


def _progress(
    asked: Enquiry, person: EnquiryPerson, draft: queries.Drafted, wrong: dict[str, dict[str, str]]
) -> dict[str, Any]:
    pieces = draft.about(person)
    return {
        "person": person,
        "drafted": len(pieces),
        "wrong": sum(one.key in wrong for one in pieces),
        "asked": len(queries.questions_of(asked).questions),
    }


# Answering about one person


@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, enquiry_id: uuid.UUID, person_id: uuid.UUID) -> HttpResponse:
    """Answer an agency's questions about one person; what was typed is kept as a draft."""
    asked = queries.find_to_answer(request.staff, enquiry_id)
    person = queries.find_person(asked, person_id)
    form = _answers(request, asked, person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.save_draft(
                enquiry=asked,
                person=person,
                given=form.given(),
                version=form.cleaned_data["version"],
                by=request.staff,
                at=request.at,
            )
        except actions.DraftMoved as moved:
            form = _shown_again(request, asked, person)
            form.add_error(None, MOVED.format(by=moved.by or "A colleague"))
        except actions.Withdrawn:
            form.add_error(None, GONE)
        else:
            wrong = {one.key: one.problems() for one in form.given() if one.problems()}
            if not wrong or "leave" in request.POST:
                messages.success(request, "Saved as a draft. It is not sent yet.")
                return redirect("check:enquiry", asked.pk)
            form = _shown_again(request, asked, person)
            form.add_error(None, "Saved as a draft. Before it can be sent, finish what is marked below.")
            form.show_problems(wrong)
    record("enquiry.seen", about=asked, at=request.at, hub_id=asked.hub_id)
    shown = {
        "enquiry": asked,
        "person": person,
        "form": form,
        "clock": clock_of(asked, ended_at=None),
        "now": request.at,
        "today": localdate(request.at),
    }
    return render(request, "check/answer.html", shown)


def _shown_again(request: StaffRequest, asked: Enquiry, person: EnquiryPerson) -> forms.Answers:
    """Return the form as typed, now on top of what is kept: saved again, it takes that one's place."""
    version = queries.draft_of(request.staff, asked).version_of(person)
    form = _answers(request, asked, person, {**request.POST.dict(), "version": str(version)})
    form.is_valid()
    return form


def _answers(
    request: StaffRequest, asked: Enquiry, person: EnquiryPerson, data: Mapping[str, Any] | None
) -> forms.Answers:
    draft = queries.draft_of(request.staff, asked)
    return forms.Answers(
        data,
        questions=queries.questions_of(asked),
        person=person,
        given=draft.about(person),
        left_out=_sent_already(request, asked, person),
        version=draft.version_of(person),
    )


def _sent_already(request: StaffRequest, asked: Enquiry, person: EnquiryPerson) -> set[str]:
    """Return the questions that are answered and sent about a person, as far as this worker may know."""
    shared = {one.question for one in queries.own_answers(request.staff, asked) if one.person_id == person.pk}
    sealed = {
        one.answers
        for one in queries.own_sealed(request.staff, asked, request.at)
        if person.contact_person_id_opaque in one.item.people
    }
    return (shared | sealed) - {ITEM}


# Copying, holding back, adding


@require_http_methods(["GET", "POST"])
def copy(request: StaffRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Copy drafted answers about a home or a parent to brothers and sisters, tick by tick."""
    asked = queries.find_to_answer(request.staff, enquiry_id)
    draft = queries.draft_of(request.staff, asked)
    offers = _offers(asked, draft)
    form = forms.Copy(
        request.POST if request.method == "POST" else None,
        offers=[(f"{given}:{person.pk}", words) for given, person, words in offers],
        version=draft.version,
    )
    if form.is_valid():
        chosen = set(form.cleaned_data["copies"])
        copies = [(given, person) for given, person, _ in offers if f"{given}:{person.pk}" in chosen]
        try:
            actions.copy_to_siblings(
                enquiry=asked,
                copies=copies,
                version=form.cleaned_data["version"],
                by=request.staff,
                at=request.at,
            )
        except actions.DraftMoved:
            form.add_error(None, "The answers were changed since this page was opened. Look again.")
        except actions.Withdrawn:
            form.add_error(None, GONE)
        else:
            messages.success(request, f"Copied: {len(copies)}. Nothing is sent yet.")
            return redirect("check:enquiry", asked.pk)
    shown = {"enquiry": asked, "form": form, "offers": offers, "rules": question_content().copying}
    return render(request, "check/copy.html", shown)


def _offers(asked: Enquiry, draft: queries.Drafted) -> list[tuple[str, EnquiryPerson, str]]:
    """Return which drafted piece may serve for whom, and how that is said."""
    names = {str(person.pk): person.name for person in queries.people_asked_about(asked)}
    taken = {(one.person, one.question) for one in draft.given.values()}
    return [
        (
            key,
            person,
            f"{queries.question_text(asked, one.question)} From {names[one.person]} to {person.name}",
        )
        for key, one in draft.given.items()
        if not one.copied_from
        for person in queries.offered_to(asked, one)
        if (str(person.pk), one.question) not in taken
    ]


@require_http_methods(["GET", "POST"])
def withhold(request: StaffRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Say that something is held and not shared, and why."""
    asked = queries.find_to_answer(request.staff, enquiry_id)
    people = list(queries.people_asked_about(asked))
    form = forms.Withhold(
        request.POST if request.method == "POST" else None, people=people, late=_is_late(request, asked)
    )
    if form.is_valid():
        said = {**form.cleaned_data}
        key = said.pop("person")
        about = next((one for one in people if str(one.pk) == key), None)
        try:
            actions.withhold(enquiry=asked, person=about, by=request.staff, at=request.at, **said)
        except actions.ReasonIncomplete as incomplete:
            words = str(incomplete)
            form.add_error("approved_by_words" if "who in your agency" in words else "explanation", words)
        except actions.LateReasonMissing:
            form.add_error("late_reason", "Enter why the answer is late")
        except actions.Withdrawn:
            form.add_error(None, GONE)
        else:
            messages.success(request, "The hub was told that something is held and not shared, and why.")
            return redirect("check:enquiry", asked.pk)
    return render(request, "check/withhold.html", {"enquiry": asked, "form": form})


@require_http_methods(["GET", "POST"])
def supplement(request: StaffRequest, enquiry_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Add to an answer that was sent; what was sent stays as it was."""
    asked = queries.find_to_answer(request.staff, enquiry_id)
    question_id, person, words = _added_to(request, asked, key)
    question = question_of(queries.questions_of(asked), question_id)
    one_question = replace(queries.questions_of(asked), questions=(question,))
    form = forms.Answers(
        request.POST if request.method == "POST" else None, questions=one_question, person=person, items=0
    )
    if form.is_valid():
        given = form.one()
        try:
            actions.supplement(enquiry=asked, supplements=key, given=given, by=request.staff, at=request.at)
        except actions.Incomplete as incomplete:
            form.show_problems(incomplete.problems)
        except actions.Withdrawn:
            form.add_error(None, GONE)
        else:
            messages.success(request, "Added. What you sent before stays as it was.")
            return redirect("check:enquiry", asked.pk)
    shown = {
        "enquiry": asked,
        "form": form,
        "key": key,
        "person": person,
        "question": question,
        "words": words,
    }
    return render(request, "check/supplement.html", shown)


def _added_to(request: StaffRequest, asked: Enquiry, key: uuid.UUID) -> tuple[str, EnquiryPerson, str]:
    """Return what is added to: question, person and words.  Raises Http404 for what this worker cannot read."""
    people = {one.contact_person_id_opaque: one for one in queries.people_asked_about(asked)}
    for answer in queries.own_answers(request.staff, asked):
        if answer.pk == key and answer.person:
            return answer.question, answer.person, answer.text
    for one in queries.own_sealed(request.staff, asked, request.at):
        if one.item.key == key and one.answers != WITHHELD and one.item.author == request.staff.pk:
            return one.answers, people[one.item.people[0]], one.words
    raise Http404


# Taken by telephone, at the hub's desk


@require_http_methods(["GET", "POST"])
def telephone(request: StaffRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Write down at the hub's desk what an agency says on the telephone: all people, then one send."""
    asked = queries.find_enquiry(request.staff, enquiry_id)
    require(policy.may_take_by_telephone(request.staff, asked))
    data = request.POST if request.method == "POST" else None
    people = list(queries.people_asked_about(asked))
    subjects = queries.subjects_of(asked)
    about = next((one for one in subjects if str(one.pk) == request.GET.get("person")), subjects[0])
    days = paper.days_for(request, request.staff)
    who = forms.Telephone(data, initial={"key": uuid.uuid4()}, days=days)
    answers = forms.Answers(data, questions=queries.questions_of(asked), person=about)
    send = forms.Send(data, people=people, version=0, late=_is_late(request, asked), key=uuid.uuid4())
    every = [who, answers, send]
    if request.method == "POST" and _are_valid(every):
        try:
            _take(request, asked, who, answers, send)
        except actions.Incomplete as incomplete:
            answers.show_problems(incomplete.problems)
        except actions.SearchIncomplete as incomplete:
            send.show_problems(incomplete.problems)
        except actions.LateReasonMissing:
            send.add_error("late_reason", "Enter why the answer is late")
        except actions.Withdrawn:
            who.add_error(None, GONE)
        except (outage.NotThen, outage.NotThatForm) as why:
            paper.refuse(who, why)
        else:
            messages.success(request, "Written down.")
            return redirect("check:board", asked.check_asked_id)
    record("enquiry.seen", about=asked, at=request.at, hub_id=asked.hub_id)
    shown = {
        "enquiry": asked,
        "person": about,
        "subjects": subjects,
        "who": who,
        "form": answers,
        "send": send,
        "forms": every,
        "has_errors": any(form.errors for form in every),
    }
    return render(request, "check/telephone.html", shown)


def _are_valid(every: Sequence[Form]) -> bool:
    """Look at every form, so that each shows its own errors."""
    return sum(form.is_valid() for form in every) == len(every)


def _take(
    request: StaffRequest, asked: Enquiry, who: forms.Telephone, answers: forms.Answers, send: forms.Send
) -> None:
    said = send.cleaned_data
    sending = actions.Sending(
        key=who.cleaned_data["key"],
        part=said["part"] == "part",
        searches=send.searches(),
        view=said["view"],
        late_reason=said.get("late_reason", ""),
        paper=paper.paper_of(who.cleaned_data),
    )
    actions.take_by_telephone(
        enquiry=asked,
        given=answers.given(),
        said_by=who.cleaned_data["said_by"],
        sending=sending,
        by=request.staff,
        at=request.at,
    )
