"""Whatever lies under the seal's key: each app says what it keeps, so that all can be wrapped anew."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, F, Func, Model, QuerySet, Value

from mash.common.locking import MARK_BYTES, mark_of


@dataclass(frozen=True, slots=True)
class UnderLock:
    """One column of words under lock.

    what: as a page or a command names them.  nonce, body: its columns.  purpose, agency, bound_to: as it was locked,
    the last two of a row.  beside: what of other tables those two read.  reached: what opens the way to the table.
    """

    what: str
    model: type[Model]
    purpose: str
    agency: Callable[[Any], uuid.UUID]
    bound_to: Callable[[Any], str]
    nonce: str = "nonce"
    body: str = "body"
    beside: tuple[str, ...] = ()
    reached: Callable[[], AbstractContextManager[None]] = nullcontext

    def not_under(self, *keys: str) -> QuerySet[Any]:
        """Return the rows whose words lie under none of these keys, in the order of their own keys."""
        head = Func(F(self.body), Value(1), Value(MARK_BYTES), function="substr", output_field=BinaryField())
        marks = [mark_of(one) for one in keys]
        rows = self.model._default_manager.annotate(head=head)
        return rows.exclude(head__in=marks).exclude(**{self.body: b""}).order_by("pk")


EVERYTHING: list[UnderLock] = []


def keeps(*those: UnderLock) -> None:
    """Say what an app keeps under lock."""
    EVERYTHING.extend(one for one in those if one not in EVERYTHING)
