"""Django's PostgreSQL backend, which says who acts at every BEGIN and refuses a role that is above the rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, operations

from mash.common import replica
from mash.common.identity import presence

ABOVE_THE_RULES = """
    SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)
    FROM pg_roles r WHERE rolname = session_user
"""
PLANS_KEPT = 400  # of one connection; past that the one asked longest ago is forgotten
MIGRATES = "mash_migrate"  # makes the functions of the schema identity, so it cannot count on them


class DatabaseOperations(operations.DatabaseOperations):
    """Says a statement with its values in their places, though they travelled beside it."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement as somebody reads it who counts or repeats it."""
        if isinstance(cursor, base.ServerBindingCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection.  Outside a transaction nobody acts, so a protected table refuses an autocommit query.

    remembered: what this transaction, which only reads, has asked once and need not ask again.
    kept_after: how often a statement is asked before its plan is kept; None where none is.
    """

    ops_class = DatabaseOperations
    remembered: dict[Any, Any]
    kept_after: int | None

    def init_connection_state(self) -> None:
        """Refuse a role that row-level security does not hold.

        Raises ImproperlyConfigured for a superuser, an owner of tables, or a role with BYPASSRLS.
        """
        super().init_connection_state()
        self.kept_after, self.connection.prepare_threshold = self.connection.prepare_threshold, None
        self.connection.prepared_max = PLANS_KEPT
        if self.settings_dict.get("ABOVE_THE_RULES"):  # the tests' builder alone
            return
        with self.connection.cursor() as cursor:
            found = cursor.execute(ABOVE_THE_RULES).fetchone()
        if found is None or found[0]:
            self.close()
            raise ImproperlyConfigured(
                "The database role is a superuser, owns tables or skips row-level security. "
                "Connect as mash_app (web), mash_worker (jobs) or mash_migrate (migrations)."
            )

    @contextmanager
    def keeping_plans(self) -> Iterator[None]:
        """Let PostgreSQL keep how it answers statements whose words stay the same: values travel beside the words.

        Whose rows a plan may show is asked each time it is used; another role is planned for anew.
        """
        self.ensure_connection()
        usual = self.connection.cursor_factory, self.connection.prepare_threshold
        self.connection.cursor_factory, self.connection.prepare_threshold = (
            base.ServerBindingCursor,
            self.kept_after,
        )
        try:
            yield
        finally:
            self.connection.cursor_factory, self.connection.prepare_threshold = usual

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self.remembered = {}
        if not autocommit:
            try:
                if self.alias == replica.REPLICA:
                    with self.wrap_database_errors, self.connection.cursor() as cursor:
                        replica.wait_until_it_has_all(cursor)
                self._say_who_acts()
            except BaseException:
                self.close()  # or it would stay in a transaction that Django does not know of
                raise

    def _say_who_acts(self) -> None:
        now = presence()
        settings: dict[str, Any] = {
            "mash.identity": now.identity.signed() if now.identity else "",
            "role": now.role,
        }
        said = [pair for pair in settings.items() if pair[1]]
        if said and not self.settings_dict.get("ABOVE_THE_RULES"):
            words = "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in said)
            if self.settings_dict["USER"] != MIGRATES:
                words += "; SELECT identity.learn()"  # what the policies ask about whoever acts
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(words, [word for pair in said for word in pair])
