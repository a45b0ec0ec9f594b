"""The walls of this app's tables: who hears of a family, who keeps a panel, and that what was recorded stays."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AGENCY,
    AT_MY_DESK,
    BARRED_PEOPLE,
    BARS,
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    NIGHTS,
    at_night,
    child_of,
    frozen,
    protect,
)

ME = "(SELECT identity.my_post())"
RUNS = f"{DUTIES} && ARRAY['chair','manage']"
BRINGS = f"{DUTIES} && ARRAY['screen','assess','decide','manage'] AND NOT {NIGHTS}"
HEARD = "(SELECT identity.my_panel_items())::uuid[]"
OF_HEARD = f"{IN_MY_HUBS} AND item_id = ANY ({HEARD})"
MY_PANEL_ITEMS = """
    CREATE FUNCTION identity.my_panel_items() RETURNS uuid[]  -- mash/panel/policy.py: heard_by() says the same
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT item.id FROM public.panel_item item
        WHERE item.hub_id = ANY (identity.my_hubs()) AND (
          identity.my_service() IS NOT NULL
          OR (item.contact_id IS NULL OR item.contact_id <> ALL (identity.my_bars()))
            AND (item.person_id IS NULL OR item.person_id <> ALL (identity.my_barred_people()))
            AND (
              identity.my_duties() && ARRAY['clear','manage']
              OR NOT EXISTS (
                SELECT FROM public.partnership_restriction closed
                WHERE closed.contact_id = item.contact_id AND closed.until_at IS NULL)
              OR EXISTS (
                SELECT FROM public.partnership_access let_in
                WHERE NOT let_in.bars AND let_in.contact_id = item.contact_id AND let_in.staff_id = identity.my_post()
                  AND let_in.from_at <= now() AND (let_in.until_at IS NULL OR let_in.until_at > now())))
            AND (
              identity.my_duties() && ARRAY['chair','manage']
              OR item.hub_id = ANY (identity.my_desks()) AND NOT identity.works_nights()
              OR EXISTS (
                SELECT FROM public.panel_seat seat
                WHERE seat.panel_id = item.panel_id AND seat.staff_id = identity.my_post() AND seat.until_at IS NULL
                  AND (NOT item.of_a_family OR EXISTS (
                    SELECT FROM public.panel_needed needed
                    WHERE needed.item_id = item.id AND needed.agency_id = identity.my_agency()
                      AND needed.left_at IS NULL))))))
    $$;
"""


def open_meeting(table: str) -> str:
    """Return "the minutes of its meeting are not written": of a row that has an item."""
    return (
        f"EXISTS (SELECT FROM panel_item i JOIN panel_meeting m ON m.id = i.meeting_id "
        f"WHERE i.id = {table}.item_id AND m.ended_at IS NULL AND m.called_off_at IS NULL)"
    )


def seated(panel: str) -> str:
    """Return "I sit on the panel": told what leads from the row to the panel's key."""
    return f"EXISTS (SELECT FROM panel_seat s WHERE s.staff_id = {ME} AND s.until_at IS NULL AND s.panel_id = ({panel}))"


def only(table: str, command: str, words: str, name: str = "own", more: str = "") -> RunSQL:
    """Narrow one command on a table, for every door.  more: what follows, where a changed row is asked otherwise."""
    clause = "WITH CHECK" if command == "INSERT" else "USING"
    return RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} {clause} ({words}){more};",
        f"DROP POLICY {table}_{name} ON {table};",
    )


def changes(table: str, columns: str) -> RunSQL:
    """Let the app change these columns alone."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {table} TO mash_app;",
        f"REVOKE UPDATE ({columns}) ON {table} FROM mash_app; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def panel_of(table: str) -> str:
    """Return what leads from a row with an item to its panel's key."""
    return f"SELECT i.panel_id FROM panel_item i WHERE i.id = {table}.item_id"


OWN_OF_A_FAMILY = (
    f"of_a_family AND {AT_MY_DESK} AND {BRINGS} AND meeting_id IS NULL AND person_id IS NOT NULL "
    f"AND {child_of('people_person', 'person_id', 'panel_item')} "
    f"AND (contact_id IS NULL OR {child_of('contact_contact', 'contact_id', 'panel_item')})"
)
NEEDED_BY = (
    "EXISTS (SELECT FROM panel_needed n WHERE n.item_id = panel_owncheck.item_id "
    f"AND n.agency_id = {AGENCY} AND n.left_at IS NULL)"
)
OF_PANEL = ["terms", "invited", "present", "minutes", "agreed"]
OF_ITEM = ["owncheck", "concluded", "confirmed", "action", "progress", "minutespart", "correction"]
BY_ME = f"by_id = {ME}"
ITS_AGENCY = f"agency_id = {AGENCY} AND {BY_ME}"


class Migration(migrations.Migration):
    dependencies = [("panel", "0001_panels"), ("partnership", "0024_calendar_in_an_email")]

    operations = [
        RunSQL(MY_PANEL_ITEMS, "DROP FUNCTION identity.my_panel_items();"),
        protect("panel_panel", using=IN_MY_HUBS),
        frozen("panel_panel"),
        only("panel_panel", "INSERT", f"{BY_ME} AND {RUNS}"),
        protect("panel_seat", using=IN_MY_HUBS, identity_reads=True),
        changes("panel_seat", "until_at"),
        only("panel_seat", "INSERT", f"{BY_ME} AND {RUNS} AND until_at IS NULL"),
        only("panel_seat", "UPDATE", RUNS, "ends"),
        protect("panel_meeting", using=IN_MY_HUBS),
        changes(
            "panel_meeting",
            "starts_at, minutes, place, papers_on, sequence, called_off_at, called_off_why, ended_at",
        ),
        only("panel_meeting", "INSERT", f"{BY_ME} AND {RUNS} AND ended_at IS NULL"),
        only(
            "panel_meeting",
            "UPDATE",
            f"{RUNS} AND ended_at IS NULL",
            "until_it_ends",
            f" WITH CHECK ({RUNS})",
        ),
        *[protect(f"panel_{table}", using=IN_MY_HUBS) for table in OF_PANEL],
        only(
            "panel_terms",
            "INSERT",
            f"{BY_ME} AND ({RUNS} OR EXISTS (SELECT FROM panel_seat s WHERE s.id = panel_terms.seat_id "
            f"AND s.staff_id = {ME}))",
        ),
        only("panel_invited", "INSERT", f"{BY_ME} AND {RUNS}"),
        only(
            "panel_present",
            "INSERT",
            f"{BY_ME} AND {RUNS} AND EXISTS (SELECT FROM panel_meeting m WHERE m.id = panel_present.meeting_id "
            "AND m.ended_at IS NULL)",
        ),
        only("panel_minutes", "INSERT", f"{BY_ME} AND {RUNS}"),
        only(
            "panel_agreed",
            "INSERT",
            ITS_AGENCY
            + " AND "
            + seated(
                "SELECT m.panel_id FROM panel_minutes w JOIN panel_meeting m ON m.id = w.meeting_id "
                "WHERE w.id = panel_agreed.minutes_id"
            ),
        ),
        protect(
            "panel_item",
            using=f"{IN_MY_HUBS} AND id = ANY ({HEARD})",
            check=f"{IN_MY_HUBS} AND {child_of('panel_panel', 'panel_id', 'panel_item')} "
            f"AND (contact_id IS NULL OR contact_id <> ALL ({BARS})) "
            f"AND (person_id IS NULL OR person_id <> ALL ({BARRED_PEOPLE}))",
            identity_reads=True,
        ),
        at_night("panel_item", command="SELECT", also="person_id IS NULL AND contact_id IS NULL"),
        changes("panel_item", "meeting_id, place, minutes, begins_after, taken_off_at, taken_off_why"),
        only(
            "panel_item",
            "INSERT",
            f"{BY_ME} AND (({OWN_OF_A_FAMILY}) OR (NOT of_a_family AND person_id IS NULL AND {RUNS}))",
        ),
        only("panel_item", "UPDATE", RUNS, "kept"),
        protect("panel_needed", using=OF_HEARD, identity_reads=True),
        changes("panel_needed", "left_at"),
        only("panel_needed", "INSERT", f"{BY_ME} AND ({RUNS} OR {BRINGS}) AND left_at IS NULL"),
        only("panel_needed", "UPDATE", RUNS, "kept"),
        *[protect(f"panel_{table}", using=OF_HEARD) for table in OF_ITEM],
        only(
            "panel_owncheck",
            "INSERT",
            f"{ITS_AGENCY} AND {NEEDED_BY} AND {seated(panel_of('panel_owncheck'))}",
        ),
        *[
            only(f"panel_{table}", "INSERT", f"{BY_ME} AND {RUNS} AND {open_meeting(f'panel_{table}')}")
            for table in ("concluded", "action")
        ],
        only("panel_progress", "INSERT", f"{BY_ME} AND {RUNS}"),
        only("panel_confirmed", "INSERT", f"{ITS_AGENCY} AND {seated(panel_of('panel_confirmed'))}"),
        only(
            "panel_minutespart",
            "INSERT",
            f"{RUNS} AND {child_of('panel_minutes', 'minutes_id', 'panel_minutespart')}",
        ),
        only(
            "panel_correction",
            "INSERT",
            f"{ITS_AGENCY} AND {seated(panel_of('panel_correction'))} AND NOT EXISTS ("
            "SELECT FROM panel_agreed a JOIN panel_minutes w ON w.id = a.minutes_id "
            "JOIN panel_item i ON i.meeting_id = w.meeting_id "
            f"WHERE i.id = panel_correction.item_id AND a.agency_id = {AGENCY})",
        ),
        *[frozen(f"panel_{table}") for table in (*OF_PANEL, *OF_ITEM)],
    ]
