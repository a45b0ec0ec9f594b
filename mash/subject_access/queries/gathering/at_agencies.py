"""Which agencies said that they work with somebody, where a worker settled that it is them."""

from collections.abc import Iterator

from mash.common.templates import day
from mash.people.models import Person
from mash.subject_access.queries.gathering.text import Text, said_of
from mash.systems.queries import cases_of


def at_agencies(person: Person) -> Iterator[Text]:
    """Yield each open case of an agency, as its own system says it; it is that agency's information.

    Source: docs/rules.md, "Subject access", "Open cases of agencies".
    """
    for one in cases_of(person):
        case = one.case
        words = said_of(
            {
                "Service": case.agency.name,
                "Case": str(case),
                "Team": case.team,
                "Worker": case.worker,
                "Since": day(case.opened_on),
                "Ended": day(case.closed_at) if case.closed_at else "",
            }
        )
        place = f"systems.opencase:{case.pk}"
        yield Text(
            place,
            "record",
            "Work with you, as the agency says",
            words,
            None,
            case.opened_on,
            case.agency_id,
        )
