"""What went alongside the main outcome of a decision."""

from collections.abc import Iterator

from mash.alongside.models import Alongside
from mash.contact.models import Contact, ContactPerson
from mash.people.models import Person
from mash.subject_access.queries.gathering.cases import named_as
from mash.subject_access.queries.gathering.text import Text, day_of, said_of


def alongside(contact: Contact, person: Person) -> Iterator[Text]:
    """Yield what went alongside: nothing sealed, and nothing of which this person is never told.

    Where the case does not name them (it is another report of their event), or names them as whoever is said to
    cause harm, nothing is theirs that somebody is never told of: who is meant may not have been said.

    Source: docs/rules.md, "What is sealed alongside".
    """
    here, own = contact.pk, named_as(person, [contact.pk])
    found = Alongside.objects.filter(contact=contact, sealed=False).exclude(kept_from__in=own)
    causes = ContactPerson.objects.filter(pk__in=own, role="alleged_perpetrator")
    if not own or causes.exists():
        found = found.filter(never_told="")
    for one in found.select_related("about").order_by("at", "pk"):
        said = {"What": one.label, "For": str(one.about), "Agreement": one.agreed_words}
        said |= {each["label"]: each["words"] for each in one.said}
        heading = "What went alongside" + ("; never for whoever causes the harm" if one.never_told else "")
        place = f"alongside.alongside:{one.pk}"
        yield Text(place, "decision", heading, said_of(said), here, day_of(one.at))
        for row in one.happenings.order_by("at", "pk"):
            words = said_of(
                {"What": row.result_label or row.get_what_display(), "Who": row.who, "Words": row.words}
            )
            place = f"alongside.happening:{row.pk}"
            yield Text(place, "decision", heading, words, here, day_of(row.happened_at))
