"""Asks the database itself, as the app's own roles, what a post may do with a row; every try is undone."""

import json

from django.db import connections, transaction

from mash.common.identity import acting_as
from tests.access.rules import ABSENT, ADD, ALLOWED, CHANGE, FIND, NOTE, READ, REFUSED, REMOVE

TRIED = """
    CREATE OR REPLACE FUNCTION public.tried(wanted text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE touched int;
    BEGIN
      EXECUTE wanted;
      GET DIAGNOSTICS touched = ROW_COUNT;
      RAISE EXCEPTION '%', touched USING ERRCODE = 'ZZ001';
    EXCEPTION
      WHEN SQLSTATE 'ZZ001' THEN RETURN CASE SQLERRM WHEN '0' THEN 'absent' ELSE 'allowed' END;
      WHEN insufficient_privilege THEN RETURN 'refused';
      WHEN integrity_constraint_violation THEN RETURN 'allowed';  -- the wall let it through to a later rule
    END $$;
    REVOKE ALL ON FUNCTION public.tried(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION public.tried(text) TO mash_app, mash_reader, mash_worker, mash_sealed;
    GRANT USAGE ON SCHEMA public TO mash_sealed;
"""
IN_OWN_NAME = ("by_id", "by", "owner_id")
OF_PERSON = "person"  # in the sealed room: the account, as text
ANSWERED_BY = {
    "setup_grant": "answered_by_id",
    "setup_lostfactor": "answered_by_id",
    "partnership_opening": "reviewed_by_id",
    "retention_lifting": "answered_by_id",
}


class Row:
    """One row of one table, and the statements that try each verb on it."""

    def __init__(self, table, said, columns, may_change, contact):
        self.table, self.key, self.said, self.columns = table, said["id"], said, columns
        self.may_change, self.contact = may_change, contact
        self.sealed = table.startswith("sealed.")

    def reads(self):
        return f"SELECT 1 FROM {self.table} WHERE id = '{self.key}'"

    def finds(self):
        return f"SELECT 1 FROM (SELECT id FROM {self.table} OFFSET 0) every WHERE id = '{self.key}'"

    @property
    def is_in_a_name(self):
        """Tell whether it says whose word it is."""
        return bool({*IN_OWN_NAME} & {*self.said}) or (self.sealed and OF_PERSON in self.said)

    def adds(self, post, *, in_the_name_of=None, to_hub=None):
        made, name = dict(self.said), in_the_name_of or post
        if to_hub:
            made["hub_id"] = str(to_hub)
        for one in IN_OWN_NAME:
            if one in made:
                made[one] = str(name.pk)
        if self.sealed and OF_PERSON in made:
            made[OF_PERSON] = str(name.account_id)
        if self.table == "ledger_entry":
            made["actor"] = f"staff:{post.pk}"
        words = json.dumps(made).replace("'", "''")
        new = ", ".join(
            {"id": "gen_random_uuid()", "xact": "pg_current_xact_id()"}.get(one, f'"{one}"')
            for one in self.columns
        )
        names = ", ".join(f'"{one}"' for one in self.columns)
        return (
            f"INSERT INTO {self.table} ({names}) SELECT {new} "
            f"FROM jsonb_populate_record(NULL::{self.table}, '{words}') made"
        )

    def changes(self, post):
        table = self.table
        if table in ANSWERED_BY:
            return f"UPDATE {table} SET {ANSWERED_BY[table]} = '{post.pk}' WHERE id = '{self.key}'"
        column = self.may_change or "id"
        return f'UPDATE {table} SET "{column}" = "{column}" WHERE id = \'{self.key}\''

    def renames(self, to):
        """Put another's name to it; none where it says of nobody whose word it is."""
        column = next((one for one in IN_OWN_NAME if self.said.get(one) not in (None, str(to.pk))), None)
        if column and not self.sealed:
            return f"UPDATE {self.table} SET \"{column}\" = '{to.pk}' WHERE id = '{self.key}'"
        return ""

    def removes(self):
        return f"DELETE FROM {self.table} WHERE id = '{self.key}'"


def _ask(statements):
    with connections["default"].cursor() as cursor:
        together = " UNION ALL ".join("SELECT %s, %s, public.tried(%s)" for _ in statements)
        cursor.execute(together, [part for one in statements for part in one])
        return {(table, verb): said for table, verb, said in cursor.fetchall()}


def answers(post, rows, verbs=None):
    """Return what the database says to this post of each row: (table, verb) to allowed, refused or absent."""
    found = {}
    for sealed in (False, True):
        mine = [one for one in rows if one.sealed is sealed]
        if not mine:
            continue
        reading = [(one.table, READ, one.reads()) for one in mine]
        reading += [] if sealed else [(one.table, NOTE, one.adds(post)) for one in mine]
        writing = [(one.table, FIND, one.finds()) for one in mine]
        writing += [(one.table, ADD, one.adds(post)) for one in mine]
        writing += [(one.table, CHANGE, one.changes(post)) for one in mine]
        writing += [(one.table, REMOVE, one.removes()) for one in mine]
        for role, statements in (("" if sealed else "mash_reader", reading), ("", writing)):
            wanted = [one for one in statements if not verbs or one[1] in verbs]
            if not wanted:
                continue
            with acting_as(post.identity, role=role), transaction.atomic():
                if sealed:
                    with connections["default"].cursor() as cursor:
                        cursor.execute("SET LOCAL ROLE mash_sealed")
                found |= _ask(wanted)
    return found


def forged(post, rows, other):
    """Return what the database says to this post of a row like each of these that is added in the name of another."""
    found = {}
    for sealed in (False, True):
        wanted = [
            (one.table, ADD, one.adds(post, in_the_name_of=other)) for one in rows if one.sealed is sealed
        ]
        if wanted:
            with acting_as(post.identity), transaction.atomic():
                if sealed:
                    with connections["default"].cursor() as cursor:
                        cursor.execute("SET LOCAL ROLE mash_sealed")
                found |= {table: said for (table, _), said in _ask(wanted).items()}
    return found


def strayed(post, rows, hub):
    """Return what the database says to this post of a row like each of these that is added to another hub."""
    wanted = [
        (one.table, ADD, one.adds(post, to_hub=hub))
        for one in rows
        if "hub_id" in one.said and not one.sealed
    ]
    if not wanted:
        return {}
    with acting_as(post.identity), transaction.atomic():
        return {table: said for (table, _), said in _ask(wanted).items()}


def renamed(post, rows, other):
    """Return what the database says to this post that puts the name of another to each of these rows."""
    wanted = [(one.table, CHANGE, one.renames(other)) for one in rows if one.renames(other)]
    with acting_as(post.identity), transaction.atomic():
        return {table: said for (table, _), said in _ask(wanted).items()}


__all__ = ["ABSENT", "ALLOWED", "REFUSED", "TRIED", "Row", "answers", "forged", "renamed", "strayed"]
