"""Whom an agency's provider vouches for, whichever way it speaks, and why its word was not taken."""

from dataclasses import dataclass

CLOCKS_APART = 60  # seconds

CANCELLED_THERE = "cancelled"
UNREACHABLE = "provider_unreachable"
NOT_BEGUN_HERE = "not_begun_here"
NOT_TRUSTED = "answer_not_trusted"
NOT_VERIFIED = "address_not_verified"


class Refused(Exception):
    """The provider's word was not taken.

    why: one of the reasons above, in the ledger's words.  because: what in particular was wrong, for the record alone.
    is_noted: it is in the record already.
    """

    def __init__(self, why: str, because: str = "", *, is_noted: bool = False) -> None:
        super().__init__(why)
        self.why, self.because, self.is_noted = why, because, is_noted


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a provider vouches for.

    key: stands for issuer and subject; the same person there has the same for ever.
    signed_in_at: when they last proved there who they are, in seconds; None if it does not say.
    sign_out: where its own session is ended; "" if it names no place.
    """

    key: str
    email: str
    second_factor: bool
    signed_in_at: float | None
    sign_out: str
