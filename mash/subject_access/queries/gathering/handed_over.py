"""What services were handed, asked and said."""

from collections.abc import Iterator
from typing import Any

from mash.contact.models import Contact
from mash.handover.composing import read_body
from mash.handover.models import Pack, Remark, Step, StepSettled, StepWord, Word
from mash.subject_access.queries.gathering.text import Text, day_of, said_of, written_words


def with_services(contact: Contact) -> Iterator[Text]:
    """Yield what services were handed, asked and said, and what they wrote when they sent somebody on."""
    here = contact.pk
    for pack in Pack.objects.filter(contact=contact).order_by("at", "pk"):
        words = said_of({one["heading"]: one["words"] for one in read_body(pack.body)["passages"]})
        yield Text(
            f"handover.pack:{pack.pk}", "letter", "What a service was handed", words, here, day_of(pack.at)
        )
    rows: list[Any] = [
        *Word.objects.filter(pack__contact=contact).order_by("at", "pk"),
        *Remark.objects.filter(pack__contact=contact).order_by("at", "pk"),
        *Step.objects.filter(contact=contact).order_by("at", "pk"),
        *StepWord.objects.filter(step__contact=contact).order_by("at", "pk"),
        *StepSettled.objects.filter(step__contact=contact).order_by("at", "pk"),
    ]
    for row in rows:
        words, place = said_of(written_words(row)), f"{row._meta.label_lower}:{row.pk}"
        yield Text(place, "decision", "What was said with a service", words, here, day_of(row.at))
