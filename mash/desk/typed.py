"""Every form that is kept while somebody types, in one place.

A form stands here under the name of the address that it is sent to.  What is about something that others write about
too says so (`shared`); where a second sending would hide the first, `newest` says what stands recorded.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.utils.timezone import localdate

from mash.alongside import queries as alongside
from mash.check import policy as check_policy
from mash.check.forms import answering as answer_forms
from mash.check.forms import picturing as picture_forms
from mash.check.queries import answering, board, picture, releases
from mash.common.verdict import Verdict
from mash.contact import policy as contact_policy
from mash.contact import queries as contacts
from mash.decision import queries as decisions
from mash.decision.queries import disagreeing, lettering, schools
from mash.directory.queries import keeping as directory
from mash.drafts.keeping import inputs_of
from mash.drafts.merging import digest
from mash.drafts.pages import Newest, Page, keep
from mash.exercise import queries as exercises
from mash.handover import queries as hand_overs
from mash.mail import queries as mails
from mash.outage import policy as outage_policy
from mash.panel.queries import bringing
from mash.panel.queries import meetings as panel_meetings
from mash.partnership.models import Duty, Staff
from mash.people import forms as people_forms
from mash.people import joined
from mash.people import queries as people
from mash.plans import queries as plans
from mash.quality import queries as quality
from mash.quality.own import queries as own_decisions
from mash.quality.queries import dips
from mash.referral import queries as referrals
from mash.triage import forms as triage_forms
from mash.triage import queries as triage
from mash.triage import routes
from mash.triage.gate import CHECK

LETTERS = (
    "write_letter",
    "clear_letter",
    "second_letter",
    "give_letter",
    "take_back_letter",
    "feedback_on_letter",
)
BY_CODE = ("add_words", "say_how_it_went", "disagree_by_code")
RATED = ("colour", "why", "danger_answered")


def _if_may(verdict: Verdict) -> None:
    if not verdict:
        raise Http404


def _telephone(staff: Staff, about: uuid.UUID) -> None:  # noqa: ARG001
    _if_may(contact_policy.may_write_down(staff))


def _advice(staff: Staff, about: uuid.UUID) -> None:  # noqa: ARG001
    _if_may(contact_policy.may_advise(staff))


def _own_hub(staff: Staff, about: uuid.UUID) -> None:  # noqa: ARG001
    if not staff.works_at_the_desk:
        raise Http404


def _no_post(staff: Staff, about: uuid.UUID) -> None:  # noqa: ARG001
    raise Http404


def _agreement(staff: Staff, about: uuid.UUID) -> Any:
    return triage.find_agreement(staff, about)


def _ground(staff: Staff, about: uuid.UUID) -> Any:
    return triage.find_ground(staff, about)


def labels_of(*several: forms.Form) -> dict[str, str]:
    """Return how a form's inputs are called, and after an equals sign what its choices mean."""
    found: dict[str, str] = {}
    for form in several:
        for bound in form:
            found[bound.html_name] = str(bound.label)
            choices = getattr(bound.field, "choices", [])
            found |= {f"={code}": str(words) for code, words in choices if isinstance(words, str)}
    return found


# What stands recorded


def newest_screening(staff: Staff, contact_id: uuid.UUID) -> Newest:
    """Return the rating and the route that count, as the screener's form would have sent them."""
    contact = triage.find(staff, contact_id)
    rating, route = triage.newest_rating(contact), triage.newest_route(contact)
    fields: dict[str, list[str]] = {}
    if rating:
        fields |= {
            "colour": [rating.colour],
            "why": [rating.why],
            "danger_answered": [rating.danger_answered],
        }
    if route:
        way = [route.route] if route.route == CHECK else [triage_forms.OUTCOME]
        fields |= {"route": way, "route_why": [route.why], "asked_for_by": [route.asked_for_by]}
        fields |= {} if route.route == CHECK else {"outcome": [route.route], "for_adult": [route.for_adult]}
    last = max((one for one in (rating, route) if one), key=lambda one: one.at, default=None)
    return Newest(
        version=f"{rating.pk if rating else ''}|{route.pk if route else ''}",
        by=last.by.account.name if last else "",
        at=last.at if last else None,
        fields=fields,
        carried={"after": str(rating.pk)} if rating else {},
        settled=frozenset(RATED) if rating else frozenset(),
    )


def screening_labels(staff: Staff, contact_id: uuid.UUID) -> Mapping[str, str]:
    """Return how the screener's form calls its inputs."""
    contact = triage.find(staff, contact_id)
    form = triage_forms.Screening(None, contact=contact, rated=False, on=localdate(contact.received_at))
    offered = [one for subject in triage_forms.subjects_of(contact) for one in routes.offered(subject)]
    return labels_of(form) | {f"={one.id}": one.label for one in offered}


def newest_rating(staff: Staff, contact_id: uuid.UUID) -> Newest:
    """Return the rating that counts, as the form that changes it would have sent it."""
    rating = triage.newest_rating(triage.find(staff, contact_id))
    if rating is None:
        return Newest("")
    return Newest(
        version=str(rating.pk),
        by=rating.by.account.name,
        at=rating.at,
        fields={
            "colour": [rating.colour],
            "change": [rating.change],
            "why": [rating.why],
            "what_is_new": [rating.what_is_new],
            "said_by": [rating.said_by],
        },
        carried={"after": str(rating.pk)},
    )


def newest_risk(staff: Staff, contact_id: uuid.UUID) -> Newest:
    """Return the risk picture that counts, as its form would have sent it."""
    written = picture.risks(board.find_contact(staff, contact_id))
    if not written:
        return Newest("")
    newest = written[0]
    picked = newest.picked
    form = picture_forms.Risk(None)
    fields = {name: [str(picked.get(name, ""))] for name in ("harm", "likelihood", "imminence", "band")}
    for name in ("vulnerabilities", "aggravating", "protective"):
        known = {code for code, _ in form.fields[name].choices}  # type: ignore[attr-defined]
        fields[name] = [one for one in picked.get("factors", []) if one in known]
    for name in ("worries", "strengths", "needs_to_happen", "childs_voice", "missing"):
        fields[name] = [getattr(newest, name)]
    return Newest(str(newest.pk), newest.by.account.name, newest.at, fields)


def newest_mark(staff: Staff, key: uuid.UUID) -> Newest:
    """Return why an entry of a chronology matters, as it stands."""
    entry = picture.find_shown_entry(staff, key)
    return Newest(digest([entry.significance]), fields={"why": [entry.significance]})


def newest_answers(staff: Staff, person_id: uuid.UUID) -> Newest:
    """Return what an agency has drafted about one person, as its form would have sent it."""
    person = answering.find_person_to_answer_about(staff, person_id)
    draft = answering.draft_of(staff, person.enquiry)
    form = _answers(person, draft)
    version = draft.version_of(person)
    keys = {name: str(form.initial[name]) for name in form.fields if name.endswith("-key")}
    return Newest(str(version), draft.by, draft.at, inputs_of(form), {**keys, "version": str(version)})


def _answers(person: Any, draft: answering.Drafted) -> answer_forms.Answers:
    return answer_forms.Answers(
        None,
        questions=answering.questions_of(person.enquiry),
        person=person,
        given=draft.about(person),
        version=draft.version_of(person),
    )


def answers_labels(staff: Staff, person_id: uuid.UUID) -> Mapping[str, str]:
    """Return how an agency's form calls its inputs: the question, and the part of its answer."""
    person = answering.find_person_to_answer_about(staff, person_id)
    form = _answers(person, answering.EMPTY)
    found = labels_of(form)
    for place in form.all_places():
        for name in [name for name in form.fields if name.startswith(f"{place.prefix}-")]:
            found[name] = f"{place.question.text} ({found[name].lower()})"
    return found


def newest_record(staff: Staff, person_id: uuid.UUID) -> Newest:
    """Return what a person's record says, as the form that corrects it would have sent it."""
    fields = inputs_of(_record(people.find(staff, person_id)))
    return Newest(digest([one for name in sorted(fields) for one in fields[name]]), fields=fields)


def record_labels(staff: Staff, person_id: uuid.UUID) -> Mapping[str, str]:
    """Return how the form that corrects a record calls its inputs."""
    return labels_of(_record(people.find(staff, person_id)))


def _record(person: Any) -> people_forms.Correct:
    return people_forms.Correct(None, person=person, today=localdate())


def _labels(form: Callable[[], forms.Form]) -> Callable[[Staff, uuid.UUID], Mapping[str, str]]:
    return lambda _staff, _about: labels_of(form())


def list_forms() -> None:
    """Put every form that is kept on the list; called when the product starts."""
    keep(
        # contact
        Page("contact:telephone", _telephone, about="", always=frozenset({"people", "relationships"})),
        Page("contact:record_consultation", _advice, about=""),
        Page("contact:follow_up", contacts.find_consultation, about="consultation_id", shared=True),
        Page("contact:link_consultation", contacts.find_consultation, about="consultation_id", shared=True),
        Page("contact:unlink_consultation", contacts.find_link, about="link_id", shared=True),
        Page("contact:settle_person", contacts.find_person, about="contact_person_id", shared=True),
        Page("contact:compare_records", people.find, about="person_id", part="other_id", shared=True),
        Page("contact:separate_records", joined.find_joining, about="joining_id", shared=True),
        # e-mail
        Page(
            "outage:contact",
            lambda staff, _: _if_may(outage_policy.may_enter(staff)),
            about="",
            always=frozenset({"people", "relationships"}),
        ),
        Page(
            "mail:settle",
            mails.find_to_settle,
            about="mail_id",
            always=frozenset({"people", "relationships"}),
        ),
        Page("mail:not_a_referral", mails.find_to_settle, about="mail_id"),
        # triage
        Page("triage:page", triage.find, shared=True, newest=newest_screening, labels=screening_labels),
        Page(
            "triage:rating",
            triage.find,
            shared=True,
            newest=newest_rating,
            labels=_labels(lambda: triage_forms.ChangeRating(None)),
        ),
        Page("triage:confirm", triage.find),
        Page("triage:agreement", triage.find, shared=True),
        Page("triage:ground", triage.find, shared=True),
        Page("triage:withdraw", _agreement, about="=agreement"),
        Page("triage:approve", _ground, about="=ground"),
        Page("triage:event", triage.find, shared=True),
        Page("triage:unlink", triage.find, shared=True),
        Page("triage:return", triage.find, shared=True),
        Page("triage:repeat", triage.find, part="rule", shared=True),
        Page("triage:adult", contacts.find_person, about="contact_person_id", part="=part", shared=True),
        Page("triage:clocks", triage.find, shared=True),
        Page("triage:take_up_notice", triage.find),
        Page("triage:pause", triage.find, shared=True),
        # check, at the desk
        Page("check:open", board.find_contact, shared=True),
        Page("check:ask", board.find_check, about="check_id", shared=True),
        Page("check:close", board.find_check, about="check_id", shared=True),
        Page("check:withdraw", answering.find_enquiry, about="enquiry_id", shared=True),
        Page("check:event", board.find_contact, shared=True),
        Page(
            "check:mark",
            picture.find_entry,
            about="key",
            shared=True,
            newest=newest_mark,
            labels=_labels(lambda: picture_forms.Mark(None)),
        ),
        Page(
            "check:risk",
            board.find_contact,
            shared=True,
            newest=newest_risk,
            labels=_labels(lambda: picture_forms.Risk(None)),
        ),
        Page("check:view", board.find_contact, shared=True),
        Page("check:write_release", releases.find_to_write, about="release_id"),
        Page("check:telephone", _asked_by_telephone, about="?person|enquiry_id", shared=True),
        # check, in an agency
        Page(
            "check:answer",
            answering.find_person_to_answer_about,
            about="person_id",
            shared=True,
            of_agency=True,
            newest=newest_answers,
            labels=answers_labels,
        ),
        Page("check:enquiry", answering.find_to_answer, about="enquiry_id", shared=True, of_agency=True),
        Page("check:withhold", answering.find_to_answer, about="enquiry_id", shared=True, of_agency=True),
        Page("check:supplement", _sent_answer, about="key"),
        Page("check:seal_anew", _sent_answer, about="key"),
        # decision
        Page("decision:decide", contacts.find, shared=True),
        Page("decision:pass", contacts.find, shared=True),
        Page("decision:strategy", contacts.find, shared=True),
        Page("decision:strategy_page", decisions.find_strategy, about="strategy_id", shared=True),
        Page("decision:second", decisions.find, about="decision_id", shared=True),
        Page("decision:clear", decisions.find, about="decision_id", shared=True),
        Page("decision:take_back", decisions.find, about="decision_id"),
        Page("decision:reopen", decisions.find, about="decision_id"),
        Page("decision:accepted", decisions.find_outcome, about="outcome_id", shared=True),
        Page("decision:work_ended", decisions.find_outcome, about="outcome_id", shared=True),
        Page("decision:passed_back", decisions.find_outcome, about="outcome_id", shared=True),
        Page("decision:not_passed_back", decisions.find_outcome, about="outcome_id", shared=True),
        Page("handover:write", decisions.find_outcome, about="outcome_id", shared=True),
        *(
            Page(f"handover:{name}", hand_overs.find_at_hub, about="pack_id", shared=True)
            for name in ("sent", "take_back", "number_at_hub")
        ),
        *(
            Page(f"handover:{name}", hand_overs.find_received, about="pack_id", shared=True, of_agency=True)
            for name in ("received", "accept", "return", "number", "send_on")
        ),
        Page("decision:disagree", decisions.find, about="decision_id", shared=True),
        *(
            Page(f"decision:{name}", disagreeing.find_dissent, about="dissent_id", shared=True)
            for name in ("answer_dissent", "word_of_dissent", "end_dissent")
        ),
        Page("decision:our_dissent", disagreeing.find_ours, about="dissent_id"),
        Page("decision:raise_dissent", disagreeing.find_enquiry, about="enquiry_id"),
        # alongside a decision: what one types is one's own, since it may be sealed
        Page("alongside:open", contacts.find, part="kind"),
        *(
            Page(f"alongside:{name}", alongside.find, about="alongside_id")
            for name in ("send", "receive", "result")
        ),
        # grading referrals: a grader's word is their own
        Page("quality:grade", quality.find_to_grade, about="sheet_id"),
        Page("quality:settle", quality.find_sheet, about="sheet_id"),
        Page("quality:close_round", quality.find_round, about="round_id"),
        # dip samples: what a reviewer found is their own
        Page("quality:review", dips.find_to_review, about="card_id"),
        Page("quality:close_dip", dips.find_dip, about="dip_id"),
        Page("quality:task", dips.find_raised, about="raised_id"),
        Page("quality:own_decide", own_decisions.find_copy, about="copy_id"),
        Page("quality:own_close", own_decisions.find_month, about="month_id"),
        # plans with families
        *(
            Page(f"plans:{name}", plans.find, about="plan_id", shared=True)
            for name in ("write", "agree", "need", "look", "step_up", "close")
        ),
        Page("plans:wants", plans.find_member, about="member_id", shared=True),
        *(
            Page(f"plans:{name}", plans.find_need, about="need_id", shared=True)
            for name in ("change_need", "act")
        ),
        *(
            Page(f"plans:{name}", plans.find_action, about="action_id", shared=True)
            for name in ("change_action", "progress")
        ),
        # letters to families
        *(
            Page(f"decision:{name}", lettering.find_letter, about="letter_id", shared=True)
            for name in LETTERS
        ),
        *(
            Page(f"decision:{name}", schools.find_child, about="child_id", shared=True)
            for name in ("tell_school", "school_called", "school_not_told")
        ),
        Page("decision:letters_words", _own_hub, about="", shared=True),
        # whoever referred, from a post
        Page("desk:my_referral", referrals.find_sent, part="=part"),
        Page("desk:disagree", referrals.find_sent),
        # whoever referred, by a code
        *(Page(f"desk:{name}", _no_post, about="", by_code=True) for name in BY_CODE),
        # panels
        Page("panel:bring", people.find, about="person_id", shared=True),
        Page("panel:check", bringing.find_to_check, about="item_id", shared=True, of_agency=True),
        Page("panel:decide", panel_meetings.find_to_decide, about="item_id", shared=True),
        # exercises
        Page("exercise:text", exercises.find_to_write, about="version_id", shared=True),
        # the directory
        Page("directory:edit", directory.find_to_change, about="service_id"),
        Page("directory:new", directory.find_nothing, about=""),
        # people
        Page(
            "people:correct",
            people.find,
            about="person_id",
            shared=True,
            newest=newest_record,
            labels=record_labels,
        ),
        Page("people:add", people.find, about="person_id", shared=True),
        Page("people:alert", people.find, about="person_id", shared=True),
        Page("people:court_order", people.find, about="person_id", shared=True),
    )


def _asked_by_telephone(staff: Staff, about: uuid.UUID) -> None:
    enquiry = answering.find_enquiry_about(staff, about)
    _if_may(check_policy.may_take_by_telephone(staff, enquiry))


def _sent_answer(staff: Staff, about: uuid.UUID) -> None:  # noqa: ARG001
    """Let an answer be added to: whether it exists is asked where it is shown; what is kept here is one's own."""
    if not staff.has(Duty.ANSWER):
        raise Http404
