"""What agencies were asked, what they shared, and what was made of it."""

from collections.abc import Iterator

from mash.check.models import Answer, Check, Enquiry, FullAnswer, Happened, Risk, View, Withheld
from mash.common.templates import date_words
from mash.contact.models import Contact
from mash.subject_access.queries.gathering.text import Text, day_of, said_of, value_of


def checked(contact: Contact) -> Iterator[Text]:
    """Yield what the check of a contact asked and found."""
    here = contact.pk
    for check in Check.objects.filter(contact=contact).order_by("opened_at", "pk"):
        said = said_of({"Reason": check.reason, "Why": check.why})
        yield Text(
            f"check.check:{check.pk}", "check", "Why agencies were asked", said, here, day_of(check.opened_at)
        )
    enquiries = Enquiry.objects.filter(check_asked__contact=contact).select_related("agency")
    for one in enquiries.order_by("sent_at", "pk"):
        said = said_of(
            {"Asked": one.agency.name, "Worry": one.worry, "What was asked": one.focus, "Stage": one.stage}
        )
        yield Text(
            f"check.enquiry:{one.pk}", "check", "What an agency was asked", said, here, day_of(one.sent_at)
        )
    yield from _answered(contact)
    for held in Withheld.objects.filter(enquiry__check_asked__contact=contact).select_related("enquiry"):
        agency = held.enquiry.agency_id
        heading, on = "That an agency shared no more", day_of(held.at)
        yield Text(f"check.withheld:{held.pk}", "answer", heading, held.explanation, here, on, agency)
    for fact in Happened.objects.filter(contact=contact, from_answer=None).order_by("recorded_at", "pk"):
        when = date_words(fact.on, fact.precision) if fact.on else "Day not known"
        said = said_of(
            {"When": when, "What": fact.title, "Words": fact.words, "Why it matters": fact.significance}
        )
        yield Text(
            f"check.happened:{fact.pk}", "check", "What happened", said, here, day_of(fact.recorded_at)
        )
    for risk in Risk.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of(
            {"Worries": risk.worries, "Strengths": risk.strengths, "What needs to happen": risk.needs_to_happen,
             "The child’s voice": risk.childs_voice, "Missing": risk.missing}
        )  # fmt: skip
        yield Text(
            f"check.risk:{risk.pk}",
            "check",
            "Worries and strengths, as we wrote them",
            said,
            here,
            day_of(risk.at),
        )
    for view in View.objects.filter(contact=contact).order_by("at", "pk"):
        heading, on = "What an agency thought", day_of(view.at)
        yield Text(f"check.view:{view.pk}", "answer", heading, view.words, here, on, view.agency_id)


def _answered(contact: Contact) -> Iterator[Text]:
    """Yield what agencies shared, each with whose it is; of a summary the full words too, for who may read them."""
    here = contact.pk
    answers = Answer.objects.filter(check_asked__contact=contact).select_related("enquiry")
    full = {one.answer_id: one for one in FullAnswer.objects.filter(answer__check_asked__contact=contact)}
    for one in answers.order_by("at", "pk"):
        said = said_of(
            {"Answer": value_of(one.value), "Words": one.text, "From": one.source, "Terms": one.conditions}
        )
        heading, agency, on = "What an agency told us", one.enquiry.agency_id, day_of(one.at)
        yield Text(f"check.answer:{one.pk}", "answer", heading, said, here, on, agency)
        if one.pk in full:
            heading = "What an agency told us, in full"
            yield Text(f"check.fullanswer:{one.pk}", "answer", heading, full[one.pk].text, here, on, agency)
