"""The words in which somebody is told.  Pure.

An e-mail to who works here names no person, no case and no address; what it is about is read after signing in.
"""

import re

SUBJECT = "There is something for you"
BODY = (
    "There is something for you.  Sign in to see it{where}\n\n"
    "This e-mail says nothing of what it is about, so that it gives nothing away."
)
SIGNS_IN = re.compile(r"^Sign in to see [^.]*(?:\.|$)\s*|^Sign in[^.]*(?:\.|$)\s*")


def body(address: str) -> str:
    """Return what an e-mail says.  address: whole, of the page of notifications; "" where none is set."""
    return BODY.format(where=f": {address}" if address else ".")


def after_signing_in(words: str) -> str:
    """Return the words of a notification for who reads them signed in: without being asked to sign in."""
    return SIGNS_IN.sub("", words.replace("  ", " ")).strip()
