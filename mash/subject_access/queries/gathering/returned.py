"""What earlier returns of the authority say of a person, in codes and days."""

from collections.abc import Iterator

from mash.people.joined import as_one
from mash.people.models import Person
from mash.returns.models import Past
from mash.subject_access.queries.gathering.text import Text, plain, said_of


def in_earlier_returns(person: Person) -> Iterator[Text]:
    """Yield each thing that an earlier return says, the oldest first."""
    rows = Past.objects.filter(person__in=as_one([person.pk])).order_by("on", "what", "source", "place", "pk")
    for one in rows:
        facts = {"What": one.get_what_display(), "Day": str(one.on), "Source": one.source}
        facts |= {"Until": str(one.ended_on or "")} | plain(one.said)
        yield Text(f"returns.past:{one.pk}", "record", "From an earlier return", said_of(facts), None, one.on)
