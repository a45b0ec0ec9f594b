"""With whom an agency works now, as its own case system says it: whole, or what changed."""

from typing import Annotated

from django.http import HttpResponse
from pydantic import Field

from mash.contact.message import Day, Moment
from mash.contact.refusals import Refusal
from mash.partnership.http import PersonRequest
from mash.systems import actions
from mash.systems.api import shapes
from mash.systems.api.bodies import JSON, NOTHING_KEPT, Asked, Line, Needed, read_as
from mash.systems.api.operations import Body, Operation, address
from mash.systems.api.problems import Problem
from mash.systems.models import Key, Scope

MOST_BYTES, MOST_CASES = 5 * 1024 * 1024, 2000
GROUP = "Open cases"
LATER = "It says that it was made later than now: look at the clock of your system."
OLDER = "A newer whole statement was taken before. Nothing was changed."
SHORTER = "It would close more than half of your open cases. Nothing was changed."


class PersonAt(Asked):
    """Whom a case is about, for recognising them.  No address is taken."""

    given: Line = Field("", max_length=120)
    family: Line = Field("", max_length=120)
    born_on: Day | None = None
    sex: Annotated[str, Field(pattern="^[FMU]$")] = "U"
    nhs_number: Line = Field("", max_length=20)
    upn: Line = Field("", max_length=20)
    la_child_id: Line = Field("", max_length=40)
    postcode: Line = Field(
        "",
        max_length=10,
        description="For recognising them alone; leave it out where their address is protected",
    )


class CaseSaid(Asked):
    """One case that is open, or has ended."""

    id: Needed = Field(max_length=60, description="By which your system tells it apart")
    reference: Line = Field("", max_length=60, description="That a caller gives on the telephone")
    team: Line = Field("", max_length=120)
    worker: Line = Field("", max_length=120)
    telephone: Line = Field("", max_length=40)
    opened_on: Day
    closed_on: Day | None = None
    restricted: bool = Field(
        False, description="That you work with them is for the hub's cleared staff alone"
    )
    person: PersonAt


class OpenCases(Asked):
    """With whom the agency works."""

    as_at: Moment = Field(description="When your system made this")
    whole: bool = Field(
        description="What is not named here is closed; without it, only what is named changes"
    )
    even_if_shorter: bool = Field(False, description="It really closes more than half of what is open")
    cases: list[CaseSaid] = Field(max_length=MOST_CASES)


def say(request: PersonRequest, key: Key) -> HttpResponse:
    """Take in which cases are open.  Whether anybody is known to the hub is not answered."""
    said = read_as(request, OpenCases, most=MOST_BYTES)
    _refuse_doubles(said)
    try:
        counted = actions.take_cases(
            cases=[_case(one) for one in said.cases],
            whole=said.whole,
            as_at=said.as_at,
            key=key,
            at=request.at,
            even_if_shorter=said.even_if_shorter,
        )
    except actions.Later as no:
        raise Problem(422, NOTHING_KEPT, places=[Refusal("as_at", LATER)]) from no
    except actions.Older as no:
        raise Problem(409, OLDER) from no
    except actions.Shorter as no:
        raise Problem(409, SHORTER, places=[Refusal("even_if_shorter", "Say so if it is true.")]) from no
    return shapes.sent(
        shapes.CasesKept(
            opened=counted.opened, renewed=counted.renewed, closed=counted.closed, older=counted.older
        )
    )


def _refuse_doubles(said: OpenCases) -> None:
    seen: set[str] = set()
    wrong = []
    for number, one in enumerate(said.cases):
        if one.id in seen:
            wrong.append(Refusal(f"cases[{number}].id", "Another case here has this id."))
        seen.add(one.id)
        if one.closed_on and one.closed_on < one.opened_on:
            wrong.append(Refusal(f"cases[{number}].closed_on", "It ends before it begins."))
    if wrong:
        raise Problem(422, NOTHING_KEPT, places=wrong)


def _case(one: CaseSaid) -> actions.Said:
    return actions.Said(
        their_id=one.id,
        reference=one.reference,
        team=one.team,
        worker=one.worker,
        telephone=one.telephone,
        opened_on=one.opened_on,
        closed_on=one.closed_on,
        restricted=one.restricted,
        details=one.person.model_dump(mode="json", exclude_defaults=True),
    )


open_cases = address(
    Operation(
        "PUT",
        "sayOpenCases",
        "Say with whom the agency works now",
        f"At most {MOST_CASES} cases at once.  `whole` is a full statement: what it does not name is closed.  The same "
        "again changes nothing; an older whole statement is refused.  Whom the hub does not know, nobody there sees.",
        say,
        Scope.CASES,
        {200: (shapes.CasesKept, "It is kept")},
        group=GROUP,
        front_door=True,
        body=Body(JSON, "The cases.", OpenCases),
        refuses=(400, 409, 413, 422),
    )
)
