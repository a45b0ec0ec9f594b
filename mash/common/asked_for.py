"""Which page a request asks for, found among all addresses once a request."""

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

KEPT = "_page_asked_for"


def page_asked_for(request: HttpRequest) -> ResolverMatch | None:
    """Return the page at the address that a request asks for; None where there is none.

    Before Django has found it itself, which it does after every middleware.
    """
    address, kept = request.path_info, vars(request).get(KEPT)
    if kept is None or kept[0] != address:
        kept = vars(request)[KEPT] = (address, _found(address))
    found: ResolverMatch | None = kept[1]
    return found


def _found(address: str) -> ResolverMatch | None:
    try:
        return resolve(address)
    except Resolver404:
        return None
