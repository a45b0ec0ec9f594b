"""The token in each kept form: whose it is and where it stands.  Whoever was signed out can still hand their words in.

It opens nothing: with it words can be added to that owner's own draft of that form, for as long as a session can last.
"""

import uuid
from dataclasses import dataclass

from django.core import signing

from mash.drafts.pages import Page, page_named

SALT = "drafts"
GOOD_FOR = 11 * 60 * 60  # seconds: a session lasts ten hours


class NotOurs(Exception):
    """The token was not made here, is too old, or names a form that is not kept."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form stands: whose, which form, about what, on which page, in which window.

    owner: key of the post, or of what was sent by whoever shows its code.
    version: of the draft when the page was drawn.
    """

    owner: uuid.UUID
    page: Page
    about: uuid.UUID
    path: str
    window: str
    version: int

    def token(self) -> str:
        """Return the place, signed."""
        said = [self.owner.hex, self.page.name, self.about.hex, self.path, self.window, self.version]
        return signing.dumps(said, salt=SALT)


def place_of(token: str) -> Place:
    """Read a token.  Raises NotOurs."""
    try:
        owner, page, about, path, window, version = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
        return Place(uuid.UUID(owner), page_named(page), uuid.UUID(about), path, window, version)
    except (signing.BadSignature, KeyError, ValueError) as odd:
        raise NotOurs from odd
