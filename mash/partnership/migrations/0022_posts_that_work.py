"""Whoever offers a colleague for something is told which posts work, and of none why it does not."""

from django.db import migrations

STOPPED = """
    CREATE FUNCTION identity.stopped_posts() RETURNS uuid[]  -- posts of my hubs that nobody used for too long
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT coalesce(array_agg(d.staff_id), ARRAY[]::uuid[]) FROM public.partnership_dormant d
      WHERE d.hub_id = ANY (identity.my_hubs())
        AND NOT EXISTS (SELECT FROM public.partnership_woken w WHERE w.dormant_id = d.id)
    $$;
    REVOKE EXECUTE ON FUNCTION identity.stopped_posts() FROM mash_sealed;
"""


class Migration(migrations.Migration):
    dependencies = [("partnership", "0021_vouched_for")]

    operations = [migrations.RunSQL(STOPPED, "DROP FUNCTION identity.stopped_posts();")]
