"""Row-level security as migration operations: each table's wall is born with the table.

A policy asks everything about the worker once a statement, in a sub-select, and compares columns with plain
operators; the answers are kept from BEGIN on (docs/decisions, 17).  A function called with a row's columns
would be run for every row.
"""

from django.db.migrations import RunSQL

DOORS = "mash_app, mash_reader, mash_worker"

HUBS = "(SELECT identity.my_hubs())::uuid[]"
DESKS = "(SELECT identity.my_desks())::uuid[]"
GRANTS = "(SELECT identity.my_grants())::uuid[]"
BARS = "(SELECT identity.my_bars())::uuid[]"
BARRED_PEOPLE = "(SELECT identity.my_barred_people())::uuid[]"
DUTIES = "(SELECT identity.my_duties())"
AGENCY = "(SELECT identity.my_agency())"

ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"

NIGHTS = "(SELECT identity.works_nights())"
NIGHT = "(SELECT identity.my_night())::uuid[]"

IN_MY_HUBS = f"hub_id = ANY ({HUBS})"
AT_MY_DESK = f"hub_id = ANY ({DESKS})"  # posts with a duty at the hub's own desk; services


def of_contact(column: str = "contact_id", *, also: str = "") -> str:
    """Return the rule for what belongs to a contact: my desk's, or granted to me; never one I am barred from.

    also: a further ground on which a row is seen, still within my hubs and unless barred.
    """
    grounds = f"{AT_MY_DESK} OR {column} = ANY ({GRANTS})" + (f" OR {also}" if also else "")
    return f"{IN_MY_HUBS} AND ({grounds}) AND {column} <> ALL ({BARS})"


def at_desk(column: str = "contact_id") -> str:
    """Return the rule for the desk's own work on a contact: nobody else's, and never one I am barred from."""
    return f"{AT_MY_DESK} AND {column} <> ALL ({BARS})"


def of_person(column: str = "person_id") -> str:
    """Return the rule for what the desk knows of a person, unless I am barred from them."""
    return f"{AT_MY_DESK} AND {column} <> ALL ({BARRED_PEOPLE})"


def child_of(parent: str, key: str, table: str) -> str:
    """Return "the parent is visible to me and of the same hub": a hidden and an absent parent fail alike."""
    return (
        f"EXISTS (SELECT FROM {parent} parent WHERE parent.id = {table}.{key} "
        f"AND parent.hub_id = {table}.hub_id)"
    )


def protect(
    table: str, *, using: str, check: str = "", identity_reads: bool = False, to: str = DOORS
) -> RunSQL:
    """Raise the wall: ENABLE and FORCE row-level security with one policy.

    identity_reads: the identity functions read this table themselves, so its owner must see it whole.
    Everywhere else the owner is held to the wall too, and migrations act as a listed service.
    """
    everyone = to if identity_reads else f"{to}, mash_owner"
    owner = f"CREATE POLICY {table}_owner ON {table} TO mash_owner USING (true);" if identity_reads else ""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_wall ON {table} TO {everyone} USING ({using}) WITH CHECK ({check or using});
        {owner}
        """,
        f"""
        DROP POLICY {table}_wall ON {table};
        DROP POLICY IF EXISTS {table}_owner ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
        """,
    )


GOES_WITH_AN_EXERCISE = (
    "(SELECT identity.my_service()) = 'disposal' AND "
    "hub_id = ANY (ARRAY(SELECT h.id FROM partnership_hub h WHERE h.exercise_for_id IS NOT NULL))"
)


def goes_with_an_exercise(table: str) -> RunSQL:
    """Let the owner see a table's rows of the hubs of exercises while these are disposed of (docs/decisions, 52).

    Every table with the key of a hub has it, but those that the owner sees whole.
    """
    name = f"{table}_exercise_goes"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} TO mash_owner USING ({GOES_WITH_AN_EXERCISE});",
        f"DROP POLICY {name} ON {table};",
    )


def goes_with_its_record(table: str) -> RunSQL:
    """Let the owner see a table's rows while a record is disposed of; `retention_dispose` takes what hangs from it."""
    name = f"{table}_goes"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} TO mash_owner USING ((SELECT identity.my_service()) = 'disposal');",
        f"DROP POLICY {name} ON {table};",
    )


def at_night(table: str, column: str = "contact_id", *, command: str = "ALL", also: str = "") -> RunSQL:
    """Narrow a table to the night's contacts for a post that works nights alone; others it does not touch.

    The owner is left out: `identity.my_night()` reads these tables as the owner, and would ask itself for ever.
    command: SELECT where a new row cannot be among the night's contacts before it is there.
    also: a further ground on which such a post has a row.
    """
    seen = f"NOT {NIGHTS} OR {column} = ANY ({NIGHT})" + (f" OR {also}" if also else "")
    name = f"{table}_night"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} USING ({seen});",
        f"DROP POLICY {name} ON {table};",
    )


def not_at_night(table: str, *, unless: str = "false", command: str = "INSERT") -> RunSQL:
    """Refuse a post that works nights alone a new row here, or a change of one.

    unless: of the row, when it may all the same.
    """
    name = f"{table}_by_day_{command.lower()}"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} "
        f"WITH CHECK (NOT {NIGHTS} OR {unless});",
        f"DROP POLICY {name} ON {table};",
    )


def in_own_name(table: str, *, also: str = "") -> RunSQL:
    """Refuse a new row in another's name: who acts is who it is by.  A listed service writes for whoever it works for.

    also: of the row, when it may all the same be by somebody else, or by nobody.
    """
    mine = f"by_id = {ME} OR {A_SERVICE}" + (f" OR {also}" if also else "")
    return RunSQL(
        f"CREATE POLICY {table}_mine ON {table} AS RESTRICTIVE FOR INSERT TO {DOORS} WITH CHECK ({mine});",
        f"DROP POLICY {table}_mine ON {table};",
    )


def keeps_its_name(table: str, column: str = "by_id", *, or_mine: bool = False) -> RunSQL:
    """Leave a row in the name in which it was written; one that nobody's name stands in may become mine.

    For a table whose column may be changed at all: most are `frozen`, or say which columns may.
    or_mine: the last to write it is who it is by, or nobody is.
    """
    name = f"{table}_keeps_{column}"
    return RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
        f"WHEN (NEW.{column} IS DISTINCT FROM OLD.{column} AND current_user IN ('mash_app', 'mash_worker')) "
        f"EXECUTE FUNCTION identity.keep_a_name('{column}', '{or_mine}');",
        f"DROP TRIGGER {name} ON {table};",
    )


def append_only(table: str) -> RunSQL:
    """Nobody changes a row of this table, and a GET may add one."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT INSERT ON {table} TO mash_reader;",
        f"GRANT UPDATE ON {table} TO mash_app, mash_worker; REVOKE INSERT ON {table} FROM mash_reader;",
    )


def frozen(table: str) -> RunSQL:
    """Nobody changes a row of this table once it is written."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker;",
        f"GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def receipt(table: str) -> RunSQL:
    """A GET may add a row here: that something was seen, by whom and when.  Nobody changes one."""
    return append_only(table)


def deletable(table: str) -> RunSQL:
    """Rows of this table may be deleted by the app and the worker."""
    return RunSQL(
        f"GRANT DELETE ON {table} TO mash_app, mash_worker;",
        f"REVOKE DELETE ON {table} FROM mash_app, mash_worker;",
    )


def seal(table: str) -> RunSQL:
    """Move a table into the sealed schema, where only the sealed role reaches it."""
    return RunSQL(
        f"""
        ALTER TABLE public.{table} SET SCHEMA sealed;
        REVOKE ALL ON sealed.{table} FROM mash_app, mash_worker, mash_reader;
        GRANT SELECT, INSERT ON sealed.{table} TO mash_sealed;
        """,
        f"ALTER TABLE sealed.{table} SET SCHEMA public;",
    )
