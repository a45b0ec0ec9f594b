"""Passphrases and packs for tests."""

import factory

from mash.outage.models import Pack, PackEnd, Passphrase
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, StaffFactory


class PassphraseFactory(Factory):
    """A passphrase that opens nothing: its words were never locked."""

    class Meta:
        model = Passphrase

    by = factory.SubFactory(StaffFactory, manager=True)
    hub = factory.SelfAttribute("by.hub")
    nonce, body = b"n" * 12, b"b" * 40
    at = MONDAY_9AM


class PackFactory(Factory):
    """A pack that was made."""

    class Meta:
        model = Pack

    passphrase = factory.SubFactory(PassphraseFactory)
    hub = factory.SelfAttribute("passphrase.hub")
    number = factory.Sequence("PK-26113009{:02}".format)
    sha256 = "0" * 64
    size, contacts, pages, forms = 48_000, 3, 25, 16
    at = MONDAY_9AM


class PackEndFactory(Factory):
    """What became of a pack: it lies in the folder."""

    class Meta:
        model = PackEnd

    pack = factory.SubFactory(PackFactory)
    hub = factory.SelfAttribute("pack.hub")
    what = "written"
    at = MONDAY_9AM
