"""Letting one transaction at a time decide about a contact."""

import uuid

from django.db import connection

from mash.contact.models import Contact


def hold_still(contact: Contact) -> None:
    """Let one transaction at a time decide from what stands under a contact, until it ends.

    A contact is frozen, so its row cannot be locked as rows are; this takes a lock on its key.
    """
    hold_key(contact.pk)


def hold_key(contact_id: uuid.UUID) -> None:
    """Hold a contact still by its key, also for whoever may not see it: a lock shows nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(contact_id)])
