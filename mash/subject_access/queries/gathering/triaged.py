"""How urgent a contact was thought, what was agreed, and the law and the tests that were gone by."""

from collections.abc import Iterator

from mash.contact.models import Contact
from mash.subject_access.queries.gathering.text import Text, day_of, said_of
from mash.triage.models import (
    Agreement,
    Basis,
    Capacity,
    Ground,
    Rating,
    Returned,
    Route,
    ThreePartTest,
    Wishes,
)


def triaged(contact: Contact) -> Iterator[Text]:
    """Yield what was written when a contact was triaged."""
    here = contact.pk
    for one in Rating.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of(
            {"Rating": one.get_colour_display(), "Why": one.why, "New": one.what_is_new, "Said by": one.said_by,
             "Danger": one.danger_answered}
        )  # fmt: skip
        yield Text(
            f"triage.rating:{one.pk}", "triage", "How urgent we thought it", said, here, day_of(one.at)
        )
    for two in Agreement.objects.filter(contact=contact).select_related("about").order_by("at", "pk"):
        said = said_of({"About": str(two.about), "Agreement": two.get_sought_display(), "Words": two.words})
        heading = "What was said about sharing"
        yield Text(f"triage.agreement:{two.pk}", "triage", heading, said, here, day_of(two.said_at))
    for three in Ground.objects.filter(contact=contact).select_related("about").order_by("at", "pk"):
        said = said_of({"About": str(three.about), "Reason": three.reason})
        heading = "Why we did not wait for agreement"
        yield Text(f"triage.ground:{three.pk}", "triage", heading, said, here, day_of(three.at))
    for basis in Basis.objects.filter(contact=contact).order_by("at", "pk"):
        heading = "By what law we share"
        yield Text(f"triage.basis:{basis.pk}", "triage", heading, basis.words, here, day_of(basis.at))
    for route in Route.objects.filter(contact=contact).order_by("at", "pk"):
        yield Text(
            f"triage.route:{route.pk}", "triage", "What we meant to do", route.why, here, day_of(route.at)
        )
    for sent in Returned.objects.filter(contact=contact).order_by("at", "pk"):
        heading = "Why we went back to whoever told us"
        yield Text(f"triage.returned:{sent.pk}", "triage", heading, sent.reason, here, day_of(sent.at))
    yield from _of_adults(contact)


def _of_adults(contact: Contact) -> Iterator[Text]:
    here = contact.pk
    for one in ThreePartTest.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of({"Needs": one.needs_words, "Harm": one.harm_words, "Protection": one.protect_words})
        yield Text(
            f"triage.threeparttest:{one.pk}", "triage", "The test of the Care Act", said, here, day_of(one.at)
        )
    for two in Wishes.objects.filter(contact=contact).order_by("at", "pk"):
        yield Text(
            f"triage.wishes:{two.pk}", "triage", "What the adult wants", two.words, here, day_of(two.at)
        )
    for three in Capacity.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of(
            {"Decision": three.decision, "Finding": three.get_finding_display(), "Words": three.words}
        )
        yield Text(
            f"triage.capacity:{three.pk}", "triage", "Capacity to decide", said, here, day_of(three.at)
        )
