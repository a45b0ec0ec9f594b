"""Systems of agencies for tests, with a key that counts."""

import uuid
from datetime import timedelta

import factory

from mash.partnership.system_keys import signed_key
from mash.systems.models import (
    Call,
    CaseLike,
    CaseWord,
    Hook,
    HookLetIn,
    Key,
    Mapping,
    MappingAdopted,
    News,
    OpenCase,
    Scope,
    System,
)
from tests.factories.base import Factory
from tests.factories.partnership import LONG_AGO, StaffFactory
from tests.factories.people import PersonFactory


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


class HookFactory(Factory):
    """An address that is called about everything; `waits`: nobody has let it in yet."""

    class Meta:
        model = Hook

    system = factory.SubFactory(SystemFactory)
    hub = factory.SelfAttribute("system.hub")
    address = "https://records.example/hub"
    kinds = list(News.values)
    asked_by = factory.SubFactory(
        StaffFactory,
        leads=True,
        hub=factory.SelfAttribute("..hub"),
        agency=factory.SelfAttribute("..system.agency"),
    )
    asked_at = LONG_AGO

    @classmethod
    def _create(cls, model_class, *args, waits=False, let_in_at=LONG_AGO, **kwargs):
        hook = super()._create(model_class, *args, **kwargs)
        if not waits:
            HookLetInFactory(hook=hook, at=let_in_at)
        return hook


class HookLetInFactory(Factory):
    class Meta:
        model = HookLetIn

    hook = factory.SubFactory(HookFactory, waits=True)
    hub = factory.SelfAttribute("hook.hub")
    by = factory.SubFactory(StaffFactory, administrator=True, hub=factory.SelfAttribute("..hub"))
    at = LONG_AGO


class CallFactory(Factory):
    class Meta:
        model = Call

    hook = factory.SubFactory(HookFactory)
    hub = factory.SelfAttribute("hook.hub")
    kind = News.ASKED
    about = factory.LazyFunction(uuid.uuid4)
    reference = "NF-7K3M-2Q9"
    at = LONG_AGO
    next_at = LONG_AGO


class MappingFactory(Factory):
    """How a system's words are read; `waits`: nobody adopted it yet."""

    class Meta:
        model = Mapping

    system = factory.SubFactory(SystemFactory)
    hub = factory.SelfAttribute("system.hub")
    number = 1
    passes = True
    why = "Edition 4 of its lists"
    by = factory.SubFactory(StaffFactory, administrator=True, hub=factory.SelfAttribute("..hub"))
    at = LONG_AGO

    @classmethod
    def _create(cls, model_class, *args, waits=False, **kwargs):
        made = super()._create(model_class, *args, **kwargs)
        if not waits:
            MappingAdoptedFactory(mapping=made)
        return made


class MappingAdoptedFactory(Factory):
    class Meta:
        model = MappingAdopted

    mapping = factory.SubFactory(MappingFactory, waits=True)
    hub = factory.SelfAttribute("mapping.hub")
    by = factory.SubFactory(StaffFactory, manager=True, hub=factory.SelfAttribute("..hub"))
    at = LONG_AGO


class OpenCaseFactory(Factory):
    """A case that an agency says is open; shown to nobody until it is like somebody on record."""

    class Meta:
        model = OpenCase

    system = factory.SubFactory(SystemFactory)
    hub = factory.SelfAttribute("system.hub")
    agency = factory.SelfAttribute("system.agency")
    their_id = factory.Sequence("C-{:05}".format)
    reference = "EH-30912"
    team = "North"
    worker = "Ada Mensah"
    telephone = "020 7946 0101"
    opened_on = LONG_AGO.date()
    details = factory.LazyFunction(
        lambda: {"given": "Daniel", "family": "Okafor", "born_on": "2016-03-04", "sex": "M"}
    )
    confidential = False
    as_at = looked_at = LONG_AGO


class CaseLikeFactory(Factory):
    """That a case may be of somebody on record."""

    class Meta:
        model = CaseLike

    case = factory.SubFactory(OpenCaseFactory)
    hub = factory.SelfAttribute("case.hub")
    person = factory.SubFactory(PersonFactory, hub=factory.SelfAttribute("..hub"))
    band = "likely"
    confidential = factory.SelfAttribute("case.confidential")


class CaseWordFactory(Factory):
    """A worker's word that it is them."""

    class Meta:
        model = CaseWord

    like = factory.SubFactory(CaseLikeFactory)
    hub = factory.SelfAttribute("like.hub")
    same = True
    by = factory.SubFactory(StaffFactory, screener=True, hub=factory.SelfAttribute("..hub"))
    at = LONG_AGO
