"""How factories write: as the builder, who may; what they return belongs to the app."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import Client
from factory.django import DjangoModelFactory

from mash.common.identity import acting_as, as_service
from mash.partnership.models import Staff


class Factory(DjangoModelFactory):
    """Writes as the builder; the row then goes on as the app, which may only what its worker may."""

    class Meta:
        abstract = True
        database = "builder"
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        made = super()._create(model_class, *args, **kwargs)
        made._state.db = "default"
        return made


@contextmanager
def signed_in_as(staff: Staff, *, role: str = "") -> Iterator[None]:
    """One transaction, as this worker."""
    with acting_as(staff.identity, role=role), transaction.atomic():
        yield


@contextmanager
def in_service(name: str) -> Iterator[None]:
    """One transaction, as a named service."""
    with as_service(name), transaction.atomic():
        yield


def browser(staff: Staff, **kwargs: object) -> Client:
    """Return a test client that is signed in and has taken this post."""
    client = Client(**kwargs)
    client.force_login(staff.account)
    session = client.session
    session["post"] = str(staff.pk)
    session.save()
    return client


def without_tokens(page: str) -> str:
    """Return a page without the tokens of its forms: among so many letters any three stand together now and then."""
    return re.sub(r"[\w:-]{32,}", "", page)
