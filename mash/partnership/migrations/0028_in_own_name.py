"""Nobody's name is put to what another wrote: what a row says of who it is by stays, or becomes whoever acts."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name

KEEP_A_NAME = """
    CREATE FUNCTION identity.keep_a_name() RETURNS trigger  -- mash/common/rls.py: keeps_its_name()
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      before text := to_jsonb(OLD) ->> TG_ARGV[0];
      mine boolean := coalesce(to_jsonb(NEW) ->> TG_ARGV[0] = identity.my_post()::text, TG_ARGV[1]::boolean);
    BEGIN
      IF identity.my_service() IS NOT NULL OR mine AND (before IS NULL OR TG_ARGV[1]::boolean) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'what was written stays in the name of who wrote it' USING ERRCODE = 'insufficient_privilege';
    END $$;
    REVOKE ALL ON FUNCTION identity.keep_a_name() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("partnership", "0027_notifications")]

    operations = [
        migrations.RunSQL(KEEP_A_NAME, "DROP FUNCTION identity.keep_a_name();"),
        in_own_name("partnership_access"),
        *(keeps_its_name(f"partnership_{one}") for one in ("absence", "signincode", "turn")),
    ]
