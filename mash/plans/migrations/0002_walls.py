"""The walls of this app's tables.

A plan is open to its hub's desk, to whoever leads it, to the agencies with a part in it, to early help, and one of a
panel to its chair; what belongs to a plan is open where the plan is.  Whoever is kept from the case it came from, or
from a child it is for, is kept from the plan.
"""

from django.db import migrations

from mash.common.rls import (
    AT_MY_DESK,
    BARS,
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    NIGHTS,
    at_night,
    child_of,
    frozen,
    not_at_night,
    protect,
)

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
A_DISPOSAL = "(SELECT identity.my_service()) = 'disposal'"
MINE = "by_id = (SELECT identity.my_post())"
FUNCTIONS = """
    CREATE FUNCTION identity.my_plans() RETURNS uuid[]  -- plans in which I have a part, away from the desk
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT seat.plan_id FROM public.plans_seat seat
        WHERE seat.hub_id = ANY (identity.my_hubs()) AND (seat.until_at IS NULL OR seat.until_at > now())
          AND (seat.staff_id = identity.my_post()
            OR (seat.agency_id = identity.my_agency() AND 'answer' = ANY (identity.my_duties())))
        UNION
        SELECT plan.id FROM public.plans_plan plan
        WHERE plan.hub_id = ANY (identity.my_hubs())
          AND (('answer' = ANY (identity.my_duties()) AND EXISTS (
                  SELECT FROM public.partnership_agency a
                  WHERE a.id = identity.my_agency() AND a.kind = 'early_help'))
            OR (plan.kind = 'panel' AND 'chair' = ANY (identity.my_duties())))
          AND NOT EXISTS (
            SELECT FROM public.partnership_restriction closed
            WHERE closed.contact_id = plan.contact_id AND closed.until_at IS NULL))
    $$;
    CREATE FUNCTION identity.my_barred_plans() RETURNS uuid[]  -- plans for somebody from whom I am kept
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT member.plan_id FROM public.plans_familymember member
        WHERE member.person_id = ANY (identity.my_barred_people()))
    $$;
"""
NO_FUNCTIONS = "DROP FUNCTION identity.my_plans(); DROP FUNCTION identity.my_barred_plans();"
SEEN = f"""{IN_MY_HUBS} AND ({AT_MY_DESK} OR id = ANY ((SELECT identity.my_plans())::uuid[]))
    AND contact_id <> ALL ({BARS}) AND id <> ALL ((SELECT identity.my_barred_plans())::uuid[])"""
OF_PLAN = [
    "familymember", "agreement", "lead", "seat", "need", "planaction", "change", "reminder", "review", "stepup",
    "closure", "aftercheck",
]  # fmt: skip
BELOW = {
    "covers": ("plans_agreement", "agreement_id"),
    "carried": ("plans_review", "review_id"),
}
READ_BY_IDENTITY = {"plan", "familymember", "seat"}
CHANGES = {
    "plan": "kind, assessment, family_view, backup, version",
    "familymember": "wants, version",
    "agreement": "withdrawn_on, withdrawn_by, withdrawn_words, withdrawn_told_id, withdrawn_at",
    "seat": "until_at",
    "need": "words, outcome, version, met_on",
    "planaction": "words, agency_id, person_name, due_on, look_again_on, status, difference, difference_by, version",
    "stepup": "contact_id",
    "closure": "passed_by_id, passed_at, returned_by_id, returned_at, returned_why",
}
BY_DAY = ["agreement", "lead", "need", "planaction", "review", "closure"]
NEVER_CHANGED = ["lead", "change", "reminder", "review", "aftercheck", "covers", "carried", "work"]


def only(table, columns):
    """Let nothing of a row be changed but these columns."""
    name = f"plans_{table}"
    return migrations.RunSQL(
        f"REVOKE UPDATE ON {name} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {name} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({columns}) ON {name} FROM mash_app, mash_worker; GRANT UPDATE ON {name} TO mash_app, mash_worker;",
    )


def narrowed(table, command, said):
    """Ask for more of whoever adds a row here, or changes one."""
    name = f"plans_{table}_{command.lower()}"
    using = f"USING ({said}) " if command == "UPDATE" else ""
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON plans_{table} AS RESTRICTIVE FOR {command} TO {DOORS} {using}WITH CHECK ({said});",
        f"DROP POLICY {name} ON plans_{table};",
    )


def goes(table):
    """Let the owner see what goes, in whatever order, while a record is disposed of."""
    name = f"plans_{table}"
    return migrations.RunSQL(
        f"CREATE POLICY {name}_goes ON {name} TO mash_owner USING ({A_DISPOSAL});",
        f"DROP POLICY {name}_goes ON {name};",
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnership_service (name, reason) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [
                "plans",
                "agencies are reminded of actions, what goes up is taken in, and open work follows who leads a plan",
            ],
        )


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_plans"), ("partnership", "0023_closures_go_by_set_up")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        protect("plans_plan", using=SEEN, identity_reads=True),
        *[
            protect(
                f"plans_{table}",
                using=f"{IN_MY_HUBS} AND {child_of('plans_plan', 'plan_id', f'plans_{table}')}",
                identity_reads=table in READ_BY_IDENTITY,
            )
            for table in OF_PLAN
        ],
        *[
            protect(f"plans_{table}", using=f"{IN_MY_HUBS} AND {child_of(parent, column, f'plans_{table}')}")
            for table, (parent, column) in BELOW.items()
        ],
        protect(
            "plans_work",
            using=f"{AT_MY_DESK} AND {child_of('plans_familymember', 'member_id', 'plans_work')}",
        ),
        narrowed(
            "plan",
            "INSERT",
            f"{AT_MY_DESK} AND NOT {NIGHTS} AND {MINE} AND "
            + child_of("contact_contact", "contact_id", "plans_plan")
            + " AND "
            + child_of("decision_outcome", "outcome_id", "plans_plan")
            + " AND "
            + child_of("people_person", "person_id", "plans_plan"),
        ),
        *[
            narrowed(table, "INSERT", MINE)
            for table in OF_PLAN
            if table not in {"reminder", "familymember", "seat", "aftercheck"}
        ],
        narrowed("familymember", "INSERT", f"{MINE} AND (person_id IS NULL OR {AT_MY_DESK})"),
        narrowed("seat", "INSERT", f"{MINE} OR {A_SERVICE}"),
        narrowed("reminder", "INSERT", A_SERVICE),
        narrowed("aftercheck", "INSERT", f"{MINE} AND {AT_MY_DESK}"),
        narrowed("stepup", "UPDATE", f"{A_SERVICE} OR {AT_MY_DESK}"),
        narrowed("closure", "UPDATE", f"{DUTIES} && ARRAY['clear']"),
        *[not_at_night(f"plans_{table}") for table in BY_DAY],
        at_night("plans_plan"),
        at_night("plans_stepup", also=MINE),
        *[only(table, columns) for table, columns in CHANGES.items()],
        *[frozen(f"plans_{table}") for table in NEVER_CHANGED],
        *[goes(table) for table in (*OF_PLAN, *BELOW, "work") if table not in READ_BY_IDENTITY],
        migrations.RunPython(list_service, migrations.RunPython.noop),
    ]
