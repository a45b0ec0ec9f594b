"""A family that is heard on its plan is heard on the plan's case: what closes that case closes the item."""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = import_module("mash.panel.migrations.0002_walls").MY_PANEL_ITEMS.replace(
    "CREATE", "CREATE OR REPLACE"
)

MY_PANEL_ITEMS = """
    CREATE OR REPLACE FUNCTION identity.my_panel_items() RETURNS uuid[]  -- mash/panel/policy.py: heard_by() says the same
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT item.id FROM public.panel_item item
        LEFT JOIN public.panel_onplan heard_on ON heard_on.item_id = item.id
        LEFT JOIN public.plans_plan plan ON plan.id = heard_on.plan_id
        WHERE item.hub_id = ANY (identity.my_hubs()) AND (
          identity.my_service() IS NOT NULL
          OR (item.contact_id IS NULL OR item.contact_id <> ALL (identity.my_bars()))
            AND (plan.contact_id IS NULL OR plan.contact_id <> ALL (identity.my_bars()))
            AND (item.person_id IS NULL OR item.person_id <> ALL (identity.my_barred_people()))
            AND (
              identity.my_duties() && ARRAY['clear','manage']
              OR NOT EXISTS (
                SELECT FROM public.partnership_restriction closed
                WHERE closed.contact_id IN (item.contact_id, plan.contact_id) AND closed.until_at IS NULL
                  AND NOT EXISTS (
                    SELECT FROM public.partnership_access let_in
                    WHERE NOT let_in.bars AND let_in.contact_id = closed.contact_id
                      AND let_in.staff_id = identity.my_post() AND let_in.from_at <= now()
                      AND (let_in.until_at IS NULL OR let_in.until_at > now()))))
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


class Migration(migrations.Migration):
    dependencies = [("panel", "0003_on_plans"), ("plans", "0003_steps_from_plans")]

    operations = [
        RunSQL(
            "CREATE POLICY panel_onplan_owner ON panel_onplan TO mash_owner USING (true);"
            "ALTER POLICY panel_onplan_wall ON panel_onplan TO mash_app, mash_reader, mash_worker;",
            "ALTER POLICY panel_onplan_wall ON panel_onplan TO mash_app, mash_reader, mash_worker, mash_owner;"
            "DROP POLICY panel_onplan_owner ON panel_onplan;",
        ),
        RunSQL(MY_PANEL_ITEMS, BEFORE),
    ]
