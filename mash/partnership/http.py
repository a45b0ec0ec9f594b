"""Requests as the pages see them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from mash.common.replica import By
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
    """A request by anybody; whoever is signed in may not have chosen a post yet."""

    user: Account | AnonymousUser
    staff: Staff | None
    at: datetime
    failed: bool
    stands: bool  # what was written is kept, although the answer is a refusal
    draft_stays: bool  # the page leads on, and what was typed is not done with
    refusal: Refusal | None
    read_by: By | None  # which server answered; None where a page is read from the primary alone


class StaffRequest(PersonRequest):
    """A request by a worker in a post."""

    user: Account
    staff: Staff
