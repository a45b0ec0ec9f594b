"""What is wrong with a request, as every address says it: the problem details of RFC 9457, with the places."""

from collections.abc import Iterable, Mapping

from django.http import JsonResponse

from mash.contact.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
OF_THE_WHOLE = (
    "line "  # how the intake begins what it says of a line of a file, and no path of a message begins
)
TITLES = {
    400: "It cannot be read",
    401: "No key that counts",
    403: "Not allowed",
    404: "Not found",
    405: "No such method here",
    409: "Other content under this reference",
    413: "Too large",
    415: "Wrong content type",
    422: "Refused",
    429: "Too many requests",
}


class Problem(Exception):
    """A request is answered with a problem.  places: where in it, and why.  stands: what was written is kept."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        places: Iterable[Refusal] = (),
        headers: Mapping[str, str] | None = None,
        stands: bool = False,
    ) -> None:
        self.status, self.detail, self.places = status, detail, list(places)
        self.headers, self.stands = headers or {}, stands
        super().__init__(detail)

    def answer(self) -> JsonResponse:
        """Return it as it is sent."""
        said = {"title": TITLES[self.status], "status": self.status, "detail": self.detail}
        if self.places:
            said["errors"] = in_json_paths(self.places)
        return JsonResponse(said, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))


def in_json_paths(refusals: Iterable[Refusal]) -> list[dict[str, str]]:
    """Return refusals with their paths from the root of the message: `$.people[0].role`; `$` for the whole of it."""
    found = []
    for one in refusals:
        if one.path.startswith(OF_THE_WHOLE):
            words = f"The message {one.path.removeprefix(OF_THE_WHOLE)}. {one.reason}"
            found.append({"path": "$", "reason": words})
        else:
            found.append({"path": f"$.{one.path}" if one.path else "$", "reason": one.reason})
    return found
