"""One transaction around a request's view and page, in the name of whoever is signed in."""

import math
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError, transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from mash.common import replica
from mash.common.asked_for import page_asked_for
from mash.common.identity import READER, Identity, Kind, acting_as
from mash.common.naming import names_written
from mash.ledger.actions import record
from mash.partnership import errors, paces, queries
from mash.partnership.http import PersonRequest, Refusal
from mash.partnership.paces import Looked
from mash.partnership.system_keys import shown_key

READS = {"GET", "HEAD", "OPTIONS"}
LAST_SEEN, SIGNED_IN = "seen_at", "signed_in_at"
SECONDS_BETWEEN_NOTES = 30
log = structlog.stdlib.get_logger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


def session_limits(get_response: Answer) -> Answer:
    """End a session after fifteen idle minutes, and after ten hours whatever happens.

    A page that only asks how long the session still lasts is no use of it.

    Source: docs/rules.md, "Sign-in".
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            request.session.setdefault(SIGNED_IN, now)
            seen = request.session.get(LAST_SEEN, now)
            left = time_left(request)
            if min(left.values()) < 0:
                logout(request)
                said = {"ended": "idle" if left["idle"] < 0 else "long"}
                said |= {"next": request.path} if request.method == "GET" else {}
                return redirect(f"{reverse('account_login')}?{urlencode(said)}")
            if LAST_SEEN not in request.session or (
                _is_a_use(request) and now - seen > (0 if _prolongs(request) else SECONDS_BETWEEN_NOTES)
            ):
                request.session[LAST_SEEN] = now
        return get_response(request)

    return answer


def time_left(request: HttpRequest) -> dict[str, int]:
    """Return how many seconds a session lasts from now: "idle" without use, "session" at most."""
    now = timezone.now().timestamp()
    seen, began = request.session.get(LAST_SEEN, now), request.session.get(SIGNED_IN, now)
    return {
        "idle": int(settings.MASH_IDLE_SECONDS - (now - seen)),
        "session": int(settings.MASH_LONGEST_SESSION_SECONDS - (now - began)),
    }


def _is_a_use(request: HttpRequest) -> bool:
    return request.method == "POST" or not _says(request, "is_no_use")


def _prolongs(request: HttpRequest) -> bool:
    """Tell whether somebody asks for nothing but a longer session."""
    return request.method == "POST" and _says(request, "is_no_use")


class OneTransaction:
    """Opens the transaction, sets `request.staff`, and afterwards explains what was refused.

    A crash, a refusal or any status of 400 and above undoes everything, unless the page says that what it wrote stands,
    as where something was refused and kept for a person to look at; the refusal's own ledger line and
    page follow in a second transaction.  If even that cannot be written, the answer is an empty 503, which
    `never_silent` fills.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(PersonRequest, request)
        asked.failed, asked.refusal, asked.staff, asked.at = False, None, None, timezone.now()
        asked.stands, asked.read_by = False, None
        identity = _identity(asked)
        try:
            looked = paces.look(request, at=asked.at)
            if looked.stopped or looked.newly_slowed:
                with acting_as(identity):
                    stopped = self._note_pace(asked, looked)
                if stopped:
                    return stopped
            with acting_as(identity, role=_role(asked)), replica.one_look() as look:
                response = self._from_replica(asked, identity, look) or self._answer(asked, identity)
                return self._explain(asked) if asked.refusal else response
        except DatabaseError:
            log.exception("the database did not answer", page=request.path)
            return HttpResponse(status=503)

    def _answer(self, request: PersonRequest, identity: Identity | None) -> HttpResponse:
        with transaction.atomic():
            request.staff = queries.post_of(identity, request.at)
            with names_written(family_first=request.staff is None or request.staff.hub.family_first):
                response = self.get_response(request)
            if _would_stream(response):
                log.error("a stream would be read after the transaction: spool it first")
                response = errors.broken(request)
            # Only now: other middleware may still query while it answers an exception.
            undone = response.status_code >= 400 and not request.stands
            transaction.set_rollback(request.failed or undone)
            return response

    def _from_replica(
        self, request: PersonRequest, identity: Identity | None, look: replica.Look
    ) -> HttpResponse | None:
        """Answer a page that only reads from the replica; None where the primary is to answer it.

        The primary says first who acts.  What it would no longer show, the replica that has caught up does not show.
        """
        if not (replica.is_set() and _role(request) and _says(request, "reads_from_replica")):
            return None
        if replica.rests():
            request.read_by = replica.By.RESTING
            return None
        try:
            with transaction.atomic():
                if queries.post_of(identity, request.at) is None:
                    return None
                needed = replica.written()
            request.read_by = replica.By.REPLICA
            with replica.reading(needed):
                response = self._answer(request, identity)
            if request.read_by == replica.By.REPLICA:
                return response
        except replica.NotUsable as why:
            request.read_by = why.by
            log.warning("the primary answers", why=str(why))
        except DatabaseError:
            request.read_by = replica.By.AWAY
            log.warning("the primary answers", why="the replica did not answer")
        replica.let_rest()
        request.failed, request.refusal, look.again = False, None, True
        return None

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Send somebody signed in without a current post to choose one, and without a second factor to set it up."""
        asked = cast(PersonRequest, request)
        match = request.resolver_match
        if not asked.user.is_authenticated or asked.staff or (match and _open_to_all(match)):
            return None
        again = urlencode({"next": request.path}) if request.method == "GET" and request.path != "/" else ""
        return redirect(f"{reverse('post')}?{again}" if again else "post")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Leave a flag.  Marking the transaction here would break middleware that answers the exception."""
        asked = cast(PersonRequest, request)
        asked.failed = True
        if replica.is_reading() and isinstance(exception, DatabaseError):
            asked.read_by = replica.By.AWAY
            log.warning("the replica ceased to answer", why=type(exception).__name__)
            return HttpResponse(status=503)  # nobody gets it: the primary answers
        return None

    def _note_pace(self, request: PersonRequest, looked: Looked) -> HttpResponse | None:
        """Write that a worker is slowed down, or stopped; return the page that says so to whoever is stopped."""
        stopped = looked.stopped
        if stopped is None:
            with transaction.atomic():
                staff = queries.post_of(_identity(request), request.at)
                detail = {"kind": looked.pace.kind} if looked.pace else {}
                hub = staff.hub_id if staff else None
                record("page.slowed", about=_where(request), at=request.at, hub_id=hub, detail=detail)
            return None
        request.refusal = Refusal(429, "page.too_often", stopped.title, stopped.why(request.at))
        answer = self._explain(request, kind=stopped.pace.kind)
        answer.headers["Retry-After"] = str(
            max(1, math.ceil((stopped.go_on_at - request.at).total_seconds()))
        )
        return answer

    def _explain(self, request: PersonRequest, **more: str) -> HttpResponse:
        refusal = request.refusal
        assert refusal  # noqa: S101
        with transaction.atomic():
            request.staff = queries.post_of(_identity(request), request.at)
            record(
                refusal.event,
                about=_where(request),
                at=request.at,
                hub_id=request.staff.hub_id if request.staff else None,
                why=refusal.why,
                detail={"method": request.method} | more,
            )
            return render(request, "error.html", {"refusal": refusal}, status=refusal.status)


def _identity(request: PersonRequest) -> Identity | None:
    if _says(request, "goes_through_the_front_door"):
        return Identity(Kind.SERVICE, "front_door")
    if _says(request, "acts_by_system_key"):
        shown = shown_key(request)
        return Identity(Kind.STAFF, shown[1]) if shown else None
    if not request.user.is_authenticated:
        if _says(request, "acts_as_the_front_door"):
            return Identity(Kind.SERVICE, "front_door")
        code = request.session.get("referrer")
        return Identity(Kind.REFERRER, code) if code else None
    post = None if request.path == reverse("post") else request.session.get("post")
    return Identity(Kind.STAFF, post) if post else request.user.identity


def _says(request: HttpRequest, mark: str) -> bool:
    """Tell whether the page carries a mark.

    acts_as_the_front_door: for somebody not signed in a listed service looks codes up, and hubs.
    is_no_use: asking for the page does not prolong a session.
    reads_from_replica: it writes nothing but lines of the ledger, and is answered from a replica where there is one.
    goes_through_the_front_door: what a form holds is taken in by that service, whoever sends it.
    acts_by_system_key: an agency's system asks, in the name of the post whose signed key it shows; no session counts.
    The last two may name the methods for which they hold.
    """
    match = page_asked_for(request)
    said = getattr(match.func, mark, False) if match else False
    return request.method in said if isinstance(said, frozenset) else said is True


def _role(request: HttpRequest) -> str:
    """A GET reads as the reader, but for signing in, which writes."""
    signing_in = request.path.startswith("/accounts/") or request.path == reverse("post")
    return READER if request.method in READS and not signing_in else ""


def _open_to_all(match: ResolverMatch) -> bool:
    """Pages that need no post: signing in and out, choosing a post, and whatever asks for no sign-in at all."""
    name = match.view_name
    return (
        name.startswith(("account_", "mfa_"))
        or name == "post"
        or getattr(match.func, "login_required", True) is False
    )


def _would_stream(response: object) -> bool:
    return bool(getattr(response, "streaming", False)) and not isinstance(response, FileResponse)


def _where(request: HttpRequest) -> str:
    match = request.resolver_match or page_asked_for(request)
    return f"page:{match.view_name if match else 'none'}"
