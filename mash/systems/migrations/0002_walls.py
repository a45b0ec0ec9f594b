"""The walls of systems: their agency and who sets up the hub see them; a key is its own post's to give; what a system sent
is followed by whoever let it in, and by nobody longer than its key lasts.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AGENCY,
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    child_of,
    frozen,
    goes_with_an_exercise,
    protect,
    receipt,
)

ME, A_SERVICE = "(SELECT identity.my_post())", "(SELECT identity.my_service()) IS NOT NULL"
FRONT_DOOR = "(SELECT identity.my_service()) = 'front_door'"
SETS_UP = f"{DUTIES} && ARRAY['administer', 'manage']"
I_LEAD = f"EXISTS (SELECT FROM partnership_staff mine WHERE mine.id = {ME} AND mine.leads)"
MY_SYSTEMS = (
    f"system_id IN (SELECT mine.system_id FROM systems_key mine WHERE mine.post_id = {ME} "
    "AND mine.ended_at IS NULL AND mine.expires_at > now())"
)
BEFORE = """
      SELECT ARRAY(
        SELECT contact_id FROM public.referral_sent
        WHERE staff_id = identity.my_post() AND hub_id = ANY (identity.my_hubs()))
"""
NOW = """
      SELECT ARRAY(
        SELECT contact_id FROM public.referral_sent
        WHERE staff_id = identity.my_post() AND hub_id = ANY (identity.my_hubs())
        UNION
        SELECT a.contact_id FROM public.systems_arrival a
        WHERE a.contact_id = ANY (coalesce(nullif(current_setting('mash.asked_about', true), ''), '{}')::uuid[])
          AND a.hub_id = ANY (identity.my_hubs())
          AND a.system_id IN (
            SELECT k.system_id FROM public.systems_key k JOIN public.systems_system s ON s.id = k.system_id
            WHERE k.post_id = identity.my_post() AND k.ended_at IS NULL AND k.expires_at > now()
              AND s.ended_at IS NULL AND 'referrals.follow' = ANY (s.scopes)))
"""


def my_sent(says, body):
    """Return the function that says which contacts are mine to follow.

    What a system sent may be very much, so of that only what is asked about is looked up: to name a contact opens none.
    """
    return (
        f"CREATE OR REPLACE FUNCTION identity.my_sent() RETURNS uuid[]  -- {says}\n"
        "LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$"
        f"{body}$$;"
    )


def changed(table, *columns):
    """Let nothing of a row be changed but some columns."""
    named = ", ".join(columns)
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({named}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({named}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def narrowed(table, name, rule):
    """Narrow what is written into a table further."""
    return RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE {rule.format(doors=DOORS)};",
        f"DROP POLICY {table}_{name} ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("systems", "0001_systems"),
        ("referral", "0002_walls"),
        ("partnership", "0026_hub_of_an_exercise"),
    ]

    operations = [
        protect(
            "systems_system",
            using=f"{IN_MY_HUBS} AND (agency_id = {AGENCY} OR {SETS_UP} OR {A_SERVICE})",
            check=f"{IN_MY_HUBS} AND {SETS_UP}",
            identity_reads=True,
        ),
        changed("systems_system", "organisation", "scopes", "ended_at", "ended_by_id"),
        narrowed("systems_system", "by_whom", f"FOR INSERT TO {{doors}} WITH CHECK (by_id = {ME})"),
        narrowed(
            "systems_system", "ended", "FOR UPDATE TO {doors} USING (ended_at IS NULL) WITH CHECK (true)"
        ),
        protect(
            "systems_key",
            using=f"{IN_MY_HUBS} AND {child_of('systems_system', 'system_id', 'systems_key')}",
            check=f"{IN_MY_HUBS} AND (ended_at IS NULL AND by_id = {ME} AND post_id = {ME} AND {I_LEAD} AND "
            "EXISTS (SELECT FROM systems_system parent WHERE parent.id = systems_key.system_id "
            f"AND parent.hub_id = systems_key.hub_id AND parent.agency_id = {AGENCY} AND parent.ended_at IS NULL) OR "
            f"ended_by_id = {ME} AND ({SETS_UP} OR {I_LEAD}))",
            identity_reads=True,
        ),
        changed("systems_key", "ended_at", "ended_by_id"),
        narrowed("systems_key", "ended", "FOR UPDATE TO {doors} USING (ended_at IS NULL) WITH CHECK (true)"),
        protect(
            "systems_keyused",
            using=f"{IN_MY_HUBS} AND {child_of('systems_key', 'key_id', 'systems_keyused')}",
            check=f"{IN_MY_HUBS} AND EXISTS (SELECT FROM systems_key parent WHERE parent.id = systems_keyused.key_id "
            f"AND parent.hub_id = systems_keyused.hub_id AND (parent.post_id = {ME} OR {FRONT_DOOR}))",
        ),
        receipt("systems_keyused"),
        goes_with_an_exercise("systems_keyused"),
        protect(
            "systems_arrival",
            using=f"{IN_MY_HUBS} AND ({A_SERVICE} OR {SETS_UP} OR {MY_SYSTEMS})",
            check=f"{IN_MY_HUBS} AND {FRONT_DOOR} AND {child_of('systems_system', 'system_id', 'systems_arrival')} "
            f"AND {child_of('contact_contact', 'contact_id', 'systems_arrival')}",
            identity_reads=True,
        ),
        frozen("systems_arrival"),
        RunSQL(
            my_sent("contacts that my post sent, and of those asked about what its systems sent", NOW),
            my_sent("contacts that my post sent by the form", BEFORE),
        ),
    ]
