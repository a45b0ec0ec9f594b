"""The walls of what came of advice and of sums by ward, and what else says that figures change.

What came of a consultation is seen by who manages the hub, as far as the consultation itself is.  Every hub is counted
afresh once, since how its contacts went says more than it did.
"""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, child_of, deletable, goes_with_an_exercise, protect

walls = import_module("mash.insight.migrations.0002_walls")
WATCHED = (
    ("people_involvement", walls.EVERY, ("person", "person_id")),
    ("triage_reading", walls.EVERY, ("contact", "contact_id")),
    ("triage_route", walls.EVERY, ("contact", "contact_id")),
    ("contact_contactperson", (walls.UPDATED,), ("contact", "contact_id")),
    ("contact_consultation", walls.EVERY, ("consultation", "id")),
    ("contact_consultationlink", walls.EVERY, ("consultation", "consultation_id")),
)
# As it was, but that advice which stays, while a contact that came of it is disposed of, is counted again too.
TOUCH = """
    CREATE OR REPLACE FUNCTION identity.insight_touch() RETURNS trigger  -- TG_ARGV: column of the hub, then pairs: what, its column
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      disposes boolean := false;  -- then no key of what goes is left, and what stays is counted again
      stays text;
      held text;
    BEGIN
      IF TG_OP = 'DELETE' AND coalesce(current_setting('mash.identity', true), '') <> '' THEN
        disposes := identity.my_service() IS NOT DISTINCT FROM 'disposal';
      END IF;
      FOR place IN 1 .. TG_NARGS - 2 BY 2 LOOP
        held := CASE TG_ARGV[place] WHEN 'contact' THEN 'contact_contact' WHEN 'person' THEN 'people_person'
          WHEN 'consultation' THEN 'contact_consultation' END;
        CONTINUE WHEN disposes AND held IS NULL;
        stays := CASE WHEN disposes
          THEN format(' AND EXISTS (SELECT FROM public.%I o WHERE o.id = c.%I)', held, TG_ARGV[place + 1]) ELSE '' END;
        EXECUTE format(
          'INSERT INTO public.insight_touched (id, hub_id, what, key) SELECT gen_random_uuid(), said.* FROM ('
          'SELECT DISTINCT c.%1$I, %2$L, c.%3$I FROM changed c WHERE c.%3$I IS NOT NULL AND NOT EXISTS ('
          'SELECT FROM public.partnership_hub h WHERE h.id = c.%1$I AND h.exercise_for_id IS NOT NULL)', TG_ARGV[0],
          TG_ARGV[place], TG_ARGV[place + 1]) || stays || ') said';
      END LOOP;
      IF disposes AND TG_TABLE_NAME IN ('contact_contact', 'people_person', 'contact_consultation') THEN
        DELETE FROM public.insight_touched t USING changed c WHERE t.key = c.id;
      END IF;
      RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION identity.insight_touch() FROM PUBLIC;
"""
EVERY_HUB_AFRESH = """
    INSERT INTO insight_touched (id, hub_id, what, key)
    SELECT gen_random_uuid(), id, 'hub', id FROM partnership_hub WHERE exercise_for_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0004_turned_overridden_advised"),
        ("people", "0006_how_many_are_on_record"),
        ("triage", "0010_confirmation"),
    ]

    operations = [
        protect(
            "insight_advised",
            using=f"{AT_MY_DESK} AND ({walls.COUNTS} OR {walls.MANAGES}) AND "
            + child_of("contact_consultation", "consultation_id", "insight_advised"),
            check=f"{walls.WRITES} AND {child_of('contact_consultation', 'consultation_id', 'insight_advised')}",
        ),
        protect("insight_wardsum", using=walls.WHOLE, check=walls.WRITES),
        deletable("insight_wardsum"),
        walls.only_the_count_removes("insight_wardsum"),
        walls.goes_with_its_case("insight_advised"),
        *[goes_with_an_exercise(f"insight_{name}") for name in ("advised", "wardsum")],
        RunSQL(TOUCH, RunSQL.noop),
        *[walls.watched(*one) for one in WATCHED],
        walls.gone("insight_advised"),
        RunSQL(EVERY_HUB_AFRESH, RunSQL.noop),
    ]
