"""The record that a hub keeps of a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mash.common.templates import day
from mash.people import queries as people
from mash.people.models import Person
from mash.subject_access.queries.gathering.text import Text, said_of


def on_record(person: Person, at: datetime) -> Iterator[Text]:
    """Yield what the record itself says."""
    one: Any
    record = people.record_of(person, person.hub, at)
    facts = {
        "Name": str(person),
        "Born": day(person.born_on) if person.born_on else person.age_words,
        "Sex": person.get_sex_display(),
        "Language": person.language,
        "School": person.school,
        "GP": person.gp,
        "Other names": ", ".join(f"{one.given} {one.family}".strip() for one in record.names),
        "Addresses": "; ".join(", ".join((*one.lines, one.postcode)) for one in record.homes),
        "Telephone": ", ".join(one.number for one in record.phones),
        "Numbers": ", ".join(f"{one.label} {one.value}" for one in record.numbers),
        "Joined records": ", ".join(str(one) for one in record.joined),
    }
    yield Text(f"people.person:{person.pk}", "record", "Who we have you on record as", said_of(facts))
    yield Text(
        f"people.household:{person.pk}",
        "record",
        "Who lives with you, as we have it",
        "\n".join(str(one.person) for one in record.household),
    )
    yield Text(
        f"people.relationships:{person.pk}",
        "record",
        "Who is related to you, as we have it",
        "\n".join(
            f"{one.from_person} is {one.kind_label} of {one.to_person}" for one in record.relationships
        ),
    )
    for one in record.alerts:
        yield Text(
            f"people.alert:{one.pk}", "record", "What workers are told to know", one.words, on=one.from_on
        )
    for one in record.court_orders:
        words = said_of({"Order": one.kind, "Court": one.court, "Words": one.words})
        yield Text(f"people.courtorder:{one.pk}", "court", "Order of a court", words, on=one.made_on)
    for one in record.work:
        words = said_of(
            {"Service": one.agency, "Plan": one.plan, "Team": one.team, "Worker": one.worker_name,
             "Manager": one.manager_name, "Until": day(one.last_on) if one.last_on else ""}
        )  # fmt: skip
        yield Text(f"people.involvement:{one.pk}", "record", "Work with you", words, on=one.from_on)
