"""Requests as the pages see them."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from mash.partnership.models import Account, Staff


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was turned down: said on the page, kept in the ledger.

    status: HTTP status.  event: the ledger's word.  title and why: the worker's words.
    """

    status: int
    event: str
    title: str
    why: str = ""


class PersonRequest(HttpRequest):
    """A request by whoever is signed in; the post may not be chosen yet."""

    user: Account
    staff: Staff | None
    at: datetime
    failed: bool
    refusal: Refusal | None


class StaffRequest(PersonRequest):
    """A request by a worker in a post."""

    staff: Staff
