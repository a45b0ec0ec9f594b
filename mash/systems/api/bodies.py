"""What is sent as one JSON object: read as strictly as a referral, in bounded memory, each wrong place named."""

import json
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from mash.contact.reading import read
from mash.contact.refusals import Refusal, Refused, first_at_each_path, path_of
from mash.partnership.http import PersonRequest
from mash.systems.api.problems import Problem

JSON = "application/json"
NOTHING_KEPT = "Nothing was kept."
NO_OBJECT = "line is not a message"
Sent = TypeVar("Sent", bound=BaseModel)


def _of_one_line(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("said", "It must be text of one line.")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("said", "It is blank, and it is required.")
    return text


Line = Annotated[str, AfterValidator(_of_one_line)]
Needed = Annotated[str, AfterValidator(_not_blank)]


class Asked(BaseModel):
    """What is sent: nothing unknown in it, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def read_as(request: PersonRequest, shape: type[Sent], *, most: int) -> Sent:
    """Return what was sent, in its shape; nothing at all is an empty object.

    most: bytes.  Raises Problem with every place that is wrong.
    """
    raw = request.read(most + 1)
    if len(raw) > most:
        raise Problem(413, "It is longer than anything that is asked for.")
    try:
        plain, refusals = read(raw or b"{}")
    except Refused as refused:
        if any(one.path == NO_OBJECT for one in refused.refusals):
            raise Problem(422, NOTHING_KEPT, places=refused.refusals) from refused
        raise Problem(400, " ".join(one.reason for one in refused.refusals)) from refused
    if refusals:
        raise Problem(422, NOTHING_KEPT, places=first_at_each_path(refusals))
    try:
        return shape.model_validate_json(json.dumps(plain))
    except ValidationError as error:
        places = [Refusal(path_of(one["loc"]), one["msg"]) for one in error.errors(include_url=False)]
        raise Problem(422, NOTHING_KEPT, places=places) from error
