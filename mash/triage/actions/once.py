"""The same form sent twice does one thing."""

import uuid

from mash.partnership.models import Staff


class ChangedMeanwhile(Exception):
    """Somebody else changed what the form was about after it was opened."""


def key_for(by: Staff, key: uuid.UUID | None) -> uuid.UUID:
    """Return the key of the row that a form makes: the same for the same form of the same worker.

    key: the form's own; None makes a new row each time.
    """
    return uuid.uuid5(by.pk, str(key)) if key else uuid.uuid4()
