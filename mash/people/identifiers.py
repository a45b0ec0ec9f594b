"""Numbers by which others know a person, and whether their check digits are right.  Pure."""

import re
from functools import lru_cache

import phonenumbers
from stdnum.gb import nhs, upn

NHS, UPN, LA_CHILD_ID, REGISTER = "nhs", "upn", "la_child_id", "register"
LABELS = {NHS: "NHS number", UPN: "UPN", LA_CHILD_ID: "Local authority child id", REGISTER: "Register key"}
CHECKED = (NHS, UPN)
"""The schemes whose numbers carry a check digit, and so can be evidence by themselves."""
NO_HOME = re.compile(r"ZZ[0-9]{2} ?[0-9][A-Z]{2}|NFA")
"""Postcodes that the NHS gives where somebody has no fixed abode, lives abroad, or is not known to live anywhere."""
SAME_DIGITS = re.compile(r"(\d)\1*")
COUNTED = ("0123456789", "1234567890", "01234567890", "07123456789")
PLAIN_PHONE = re.compile(r"0[1-9][0-9]{8,9}")
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")


@lru_cache(maxsize=65536)
def tidy(value: str) -> str:
    """Return a number in capitals without spaces, dashes and dots."""
    return re.sub(r"[\s.\-‐-―]+", "", value).upper()


@lru_cache(maxsize=65536)
def is_valid(scheme: str, value: str) -> bool:
    """Tell whether a number's check digit is right; a scheme without one is taken at its word.

    One digit over and over passes the NHS number's check, and is nobody's.

    Source: docs/rules.md, "Identifiers".
    """
    if scheme == NHS:
        return bool(nhs.is_valid(value)) and not SAME_DIGITS.fullmatch(value)
    if scheme == UPN:
        return bool(upn.is_valid(value))
    return bool(value)


@lru_cache(maxsize=65536)
def tidy_postcode(value: str) -> str:
    """Return a postcode as "NF2 3AB"; anything else comes back in capitals, single-spaced."""
    plain = " ".join(value.upper().split())
    found = POSTCODE.fullmatch(plain)
    return f"{found[1]} {found[2]}" if found else plain


def outward(postcode: str) -> str:
    """Return the first half of a postcode: "NF2"."""
    return tidy_postcode(postcode).split(" ")[0]


def is_whole_postcode(postcode: str) -> bool:
    """Tell whether a tidied postcode is a whole one of this country, which some fifteen homes share."""
    return POSTCODE.fullmatch(postcode) is not None


def is_no_home(postcode: str) -> bool:
    """Tell whether a tidied postcode stands for no fixed abode: nobody lives together there."""
    return NO_HOME.fullmatch(postcode) is not None


def is_no_phone(number: str) -> bool:
    """Tell whether national digits are no number, but something typed to get past a field."""
    last = number.lstrip("0")
    return len(number) < 6 or number in COUNTED or SAME_DIGITS.fullmatch(last[2:]) is not None


@lru_cache(maxsize=65536)
def digits(number: str) -> str:
    """Return a telephone number as national digits, "07700900503", whichever way it was written."""
    if PLAIN_PHONE.fullmatch(number):  # reading it would say the same, in fifty times as long
        return number
    try:
        read = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", number)[:20]
    lead = "0" if read.country_code == 44 else str(read.country_code)
    return f"{lead}{read.national_number}"[:20]
