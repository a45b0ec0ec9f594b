"""An address of the API: what each method does there, for whom, and how that is described.

What is served and what is described is one list: the document of the API is made of these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from pydantic import BaseModel

from mash.partnership.http import PersonRequest
from mash.partnership.system_keys import shown_key
from mash.systems import actions, queries
from mash.systems.api.problems import Problem
from mash.systems.models import Key, Scope

NO_KEY = "Show a key that counts: Authorization: Bearer, and the key."
NOT_ITS_SCOPE = "This system may not do this: the hub's administrator allows it {scope!r}."


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may stand in an address after the question mark."""

    name: str
    words: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent.  shape: of one message; None for what the words say."""

    media_type: str
    words: str
    shape: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does at one address.

    front_door: it is taken in by the service of that name, and not in the name of the key's post.
    answers: status to the shape of its body and what it means.  refuses: further statuses that are problems.
    unchanged: it answers 304 to whoever has it already.
    """

    method: str
    name: str
    title: str
    words: str
    view: Callable[..., HttpResponse]
    scope: Scope
    answers: Mapping[int, tuple[type[BaseModel], str]]
    group: str = "Referrals"
    front_door: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refuses: tuple[int, ...] = ()
    unchanged: bool = False


def address(*operations: Operation) -> Any:
    """Return the view of an address: whatever happens is answered as JSON, to whoever shows a key with the scope."""
    by_method = {one.method: one for one in operations}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]
    allowed = ", ".join(sorted(by_method))

    def answer(request: PersonRequest, **named: Any) -> HttpResponse:
        operation = by_method.get(request.method or "")
        if operation is None:
            return Problem(405, f"Here is served: {allowed}.", headers={"Allow": allowed}).answer()
        try:
            return operation.view(request, _key_for(operation, request), **named)
        except Problem as problem:
            request.stands = problem.stands
            return problem.answer()
        except Http404:
            return Problem(404, "Nothing of yours is here.").answer()
        except PermissionDenied as why:
            return Problem(403, str(why)).answer()

    at_the_door = frozenset(method for method, one in by_method.items() if one.front_door)
    answer.operations = operations  # type: ignore[attr-defined]
    answer.goes_through_the_front_door = at_the_door  # type: ignore[attr-defined]
    answer.acts_by_system_key = frozenset(by_method) - at_the_door  # type: ignore[attr-defined]
    answer.csrf_exempt, answer.login_required = True, False  # type: ignore[attr-defined]
    return answer


def _key_for(operation: Operation, request: PersonRequest) -> Key:
    """Return the key that a request shows.  Raises Problem unless it counts, and its system may do this."""
    shown = shown_key(request)
    key = queries.live_key(*shown, request.at) if shown else None
    if key is None or not (operation.front_door or request.staff):
        raise Problem(401, NO_KEY, headers={"WWW-Authenticate": "Bearer"})
    if operation.scope not in key.system.scopes:
        raise Problem(403, NOT_ITS_SCOPE.format(scope=Scope(operation.scope).label))
    actions.note_use(key=key, at=request.at)
    return key
