"""What came in about a person, and what was said beside it."""

from collections.abc import Iterator
from typing import Any

from mash.contact.models import (
    Addition,
    Attachment,
    ConsultationLink,
    Contact,
    Feedback,
    FollowUp,
    Referrer,
    Reply,
)
from mash.contact.naming import value_in_words, where_in_words
from mash.subject_access.queries.gathering.text import Text, day_of, leaves_of, name_of, said_of


def received(contact: Contact) -> Iterator[Text]:
    """Yield what came in, part by part, as it was sent; then its files by name."""
    one: Any
    on = day_of(contact.received_at)
    people_named = [name_of(one) for one in contact.message.get("people", ())]
    parts: dict[str, list[str]] = {}
    for path, value in leaves_of(contact.message):
        first = path.partition(".")[0]
        words = f"{where_in_words(path, people_named)}: {value_in_words(value)}"
        parts.setdefault(first if first.startswith("people") else first.partition("[")[0], []).append(words)
    for part, lines in parts.items():
        heading = "What we were told about one person" if part.startswith("people") else "What we were told"
        place = f"contact.contact:{contact.pk}/{part}"
        yield Text(place, "received", heading, "\n".join(lines), contact.pk, on)
    if not contact.is_from_the_public:
        for one in Referrer.objects.filter(contact=contact):
            yield Text(f"contact.referrer:{one.pk}", "received", "Who told us", str(one), contact.pk, on)
    for one in Attachment.objects.filter(contact=contact).defer("body").order_by("name", "pk"):
        words = f"{one.name}, {one.size:,} bytes"
        yield Text(f"contact.attachment:{one.pk}", "file", "A file that came with it", words, contact.pk, on)


def beside(contact: Contact) -> Iterator[Text]:
    """Yield what was added, advised, told and heard beside a contact."""
    one: Any
    here = contact.pk
    for one in Addition.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of({"Said by": one.said_by, "Words": one.words})
        yield Text(f"contact.addition:{one.pk}", "received", "Added later", said, here, day_of(one.at))
    links = ConsultationLink.objects.filter(contact=contact, undone_at=None).select_related("consultation")
    for link in links:
        one = link.consultation
        said = said_of(
            {"Asked by": one.asked_by, "About": one.named, "Question": one.question, "Advice": one.advice,
             "Next": one.next_steps}
        )  # fmt: skip
        on = day_of(one.held_at)
        yield Text(
            f"contact.consultation:{one.pk}", "advice", "Advice that a professional asked for", said, here, on
        )
        for after in FollowUp.objects.filter(consultation=one).order_by("at", "pk"):
            yield Text(
                f"contact.followup:{after.pk}",
                "advice",
                "What came of it",
                after.words,
                here,
                day_of(after.at),
            )
    for reply in Reply.objects.filter(contact=contact).order_by("at", "pk"):
        heading = "What we told whoever told us"
        yield Text(f"contact.reply:{reply.pk}", "told", heading, reply.words, here, day_of(reply.at))
    for heard in Feedback.objects.filter(contact=contact).order_by("at", "pk"):
        yield Text(f"contact.feedback:{heard.pk}", "told", "How it went", heard.words, here, day_of(heard.at))
