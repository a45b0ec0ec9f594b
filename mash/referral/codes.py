"""Codes that lead back to a referral.  Pure but for the secret key: a code on screen is worked out, never kept."""

import hashlib
import hmac
import uuid

from django.conf import settings

from mash.common.references import ALPHABET

LENGTH = 12  # of 31 characters each: more than 59 bits
LOOK_ALIKES = str.maketrans("ILOSU", "1105V")


def code_of(draft_id: uuid.UUID) -> str:
    """Return the code that leads a member of the public back to their referral: "7K3M-2Q9B-4XYZ"."""
    said = hmac.new(
        settings.SECRET_KEY.encode(), f"referral code {draft_id}".encode(), hashlib.sha256
    ).digest()
    number = int.from_bytes(said, "big")
    letters = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def hash_of_code(code: str) -> str:
    """Return under what a code is looked up; case, spaces, dashes and look-alikes do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).translate(LOOK_ALIKES)
    return hmac.new(settings.SECRET_KEY.encode(), f"referral {plain}".encode(), hashlib.sha256).hexdigest()
