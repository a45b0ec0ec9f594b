"""Systems of agencies for tests, with a key that counts."""

from datetime import timedelta

import factory

from mash.partnership.system_keys import signed_key
from mash.systems.models import Key, Scope, System
from tests.factories.base import Factory
from tests.factories.partnership import LONG_AGO, StaffFactory


class SystemFactory(Factory):
    """A system that may do everything; its agency is that of `lead`, who gives it keys."""

    class Meta:
        model = System
        exclude = ("lead",)

    lead = factory.SubFactory(StaffFactory, leads=True)
    hub = factory.SelfAttribute("lead.hub")
    agency = factory.SelfAttribute("lead.agency")
    name = factory.Sequence("System {:05}".format)
    organisation = "Fernbank Primary"
    scopes = list(Scope.values)
    by = factory.SubFactory(StaffFactory, administrator=True, hub=factory.SelfAttribute("..hub"))
    at = LONG_AGO


class KeyFactory(Factory):
    class Meta:
        model = Key

    hub = factory.SelfAttribute("system.hub")
    system = factory.SubFactory(SystemFactory)
    post = factory.SubFactory(
        StaffFactory,
        leads=True,
        hub=factory.SelfAttribute("..hub"),
        agency=factory.SelfAttribute("..system.agency"),
    )
    label = "Live"
    expires_at = LONG_AGO + timedelta(days=36500)
    by = factory.SelfAttribute("post")
    at = LONG_AGO


def words_of(key):
    """Return what a system shows."""
    return signed_key(key=key.pk, post=key.post_id)
