"""What is read of the directory."""

import uuid
from typing import Any

from django.db import connection
from django.shortcuts import get_object_or_404

from mash.directory.models import Past, Service
from mash.partnership.models import Hub

PAST_SHOWN = 20
LANGUAGES_SHOWN = 60
LANGUAGES = """
    WITH RECURSIVE one AS (
      (SELECT token FROM directory_token WHERE hub_id = %s AND token >= 'g:' ORDER BY token LIMIT 1)
      UNION ALL
      SELECT (SELECT token FROM directory_token WHERE hub_id = %s AND token > one.token ORDER BY token LIMIT 1)
      FROM one WHERE one.token < 'g;'
    )
    SELECT token FROM one WHERE token >= 'g:' AND token < 'g;' LIMIT %s
"""


def hub_with_prefix(prefix: str) -> Hub:
    """Return the hub whose references begin so, in any case of letters.  Raises Http404."""
    return get_object_or_404(Hub, prefix=prefix.upper())


def find(hub: Hub, key: uuid.UUID) -> Service:
    """Return a service of a hub, whatever its status.  Raises Http404 for any other."""
    found = Service.objects.select_related(
        "organisation", "change__by__account", "change__answered_by__account"
    )
    return get_object_or_404(found, pk=key, hub=hub)


def past_of(service: Service) -> list[Past]:
    """Return what an entry said before, the newest first."""
    return list(Past.objects.filter(service=service).defer("entry").order_by("-version")[:PAST_SHOWN])


def entry_at(service: Service, version: int) -> dict[str, Any]:
    """Return what an entry said at a version; an empty one where that is not kept."""
    if service.version == version:
        return dict(service.entry)
    found = Past.objects.filter(service=service, version=version).first()
    return dict(found.entry) if found else {}


def languages(hub: Hub) -> list[str]:
    """Return the languages that services of a hub are offered in, by name: each is one look into the index."""
    with connection.cursor() as cursor:
        cursor.execute(LANGUAGES, [hub.pk, hub.pk, LANGUAGES_SHOWN])
        return sorted(token[2:] for (token,) in cursor.fetchall())
