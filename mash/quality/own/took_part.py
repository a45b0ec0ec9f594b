"""Who had a part in a case: everybody whom any row that hangs from it names.

Asked of the tables themselves, so that a stage that is added later counts by itself.
"""

import uuid
from collections.abc import Iterable, Iterator
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey, Model

from mash.contact.models import Contact
from mash.partnership.models import Account, Staff

DEEPEST = 3
"""Steps from the contact: an agency's answer hangs from an enquiry, that from a check, and that from the contact."""
OWN = (
    "drafts",
    "quality",
)  # what is typed and not sent, and being asked to decide again, are no part in a case
Chain = tuple[type[Model], str, str]


def took_part(contacts: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return, for each of these contacts, the accounts of everybody who had a part in it.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    keys = list(contacts)
    found: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in keys}
    for model, path, person in chains():
        rows = model._default_manager.filter(**{f"{path}__in": keys}).exclude(**{person: None})
        for contact, account in rows.order_by().values_list(path, person).distinct():
            found[contact].add(account)
    return found


@cache
def chains() -> tuple[Chain, ...]:
    """Return each model that hangs from a contact, the way to it, and the way to an account of somebody it names."""
    return tuple(_chains())


def _chains() -> Iterator[Chain]:
    seen: set[type[Model]] = {Contact}
    level: list[tuple[type[Model], str]] = [(Contact, "pk")]
    for _ in range(DEEPEST + 1):
        for model, path in level:
            yield from ((model, path, person) for person in _people(model))
        level = [each for model, path in level for each in _below(model, path, seen)]


def _people(model: type[Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model is Staff:
            yield f"{field.name}__account"
        elif isinstance(field, ForeignKey) and field.related_model is Account:
            yield field.name


def _below(model: type[Model], path: str, seen: set[type[Model]]) -> Iterator[tuple[type[Model], str]]:
    for other in apps.get_models():
        if other in seen or other._meta.app_label in OWN or not other.__module__.startswith("mash."):
            continue
        for field in other._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is model:
                seen.add(other)
                yield other, field.name if path == "pk" else f"{field.name}__{path}"
                break
