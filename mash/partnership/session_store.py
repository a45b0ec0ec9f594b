"""Sessions, kept in the database as Django keeps them; what each page asks for its own is written once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from mash.common.prepared import prepared


class SessionStore(db.SessionStore):
    """Django's store: a session that has ended, or that nobody knows, is begun anew under another key."""

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = _session.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


@prepared(key=CharField(), now=DateTimeField())
def _session(key: Any, now: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
