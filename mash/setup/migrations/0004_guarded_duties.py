"""Guarded duties are opened by two people, and nobody changes their own post: held by the database itself.

A confirmation opens the duties that it names, for the post that it names, once.  Programs that are listed as services
are excepted: a hub's first administrator is given by the command that opens the hub.
"""

from django.db import migrations, models

GUARDED = "ARRAY['clear', 'release', 'audit', 'administer']"
REFUSED = "USING ERRCODE = 'insufficient_privilege'"
POSTS = f"""
    CREATE FUNCTION identity.guard_post() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      me uuid;
      new_ones text[] := ARRAY(
        SELECT one FROM unnest(NEW.duties::text[]) one WHERE one = ANY ({GUARDED})
        EXCEPT SELECT unnest(OLD.duties::text[]));
      opened text[];
    BEGIN
      IF identity.me() IS NULL OR identity.my_service() IS NOT NULL THEN RETURN NEW; END IF;
      SELECT account_id INTO me FROM public.partnership_staff WHERE id = identity.my_post();
      IF me IS NULL THEN
        RAISE EXCEPTION 'posts are changed by whoever has one' {REFUSED};
      END IF;
      IF NEW.account_id = me OR OLD.account_id = me THEN
        IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - '{{away_until,deputy_id}}'::text[])
            <> (to_jsonb(OLD) - '{{away_until,deputy_id}}'::text[]) THEN
          RAISE EXCEPTION 'nobody changes their own post' {REFUSED};
        END IF;
        RETURN NEW;
      END IF;
      IF TG_OP = 'UPDATE' AND (NEW.account_id, NEW.hub_id) IS DISTINCT FROM (OLD.account_id, OLD.hub_id) THEN
        RAISE EXCEPTION 'a post stays with its account and its hub' {REFUSED};
      END IF;
      IF cardinality(new_ones) = 0 THEN RETURN NEW; END IF;
      WITH used AS (
        UPDATE public.setup_grant SET used = true
        WHERE post_id = NEW.id AND confirmed AND NOT used AND answered_by_id = identity.my_post()
        RETURNING duties)
      SELECT array_agg(one) INTO opened FROM used, unnest(used.duties::text[]) one;
      IF NOT new_ones <@ coalesce(opened, ARRAY[]::text[]) THEN
        RAISE EXCEPTION 'guarded duties are opened by a second person' {REFUSED};
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER partnership_staff_guard BEFORE INSERT OR UPDATE ON partnership_staff
      FOR EACH ROW EXECUTE FUNCTION identity.guard_post();
"""
GRANTS = f"""
    CREATE FUNCTION identity.guard_grant() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE me uuid;
    BEGIN
      IF identity.me() IS NULL OR identity.my_service() IS NOT NULL THEN RETURN NEW; END IF;
      IF TG_OP = 'INSERT' THEN
        IF NEW.by_id IS DISTINCT FROM identity.my_post() OR NEW.answered_at IS NOT NULL OR NEW.used THEN
          RAISE EXCEPTION 'duties are asked for in one''s own name' {REFUSED};
        END IF;
        RETURN NEW;
      END IF;
      IF OLD.answered_at IS NOT NULL THEN
        IF NEW IS DISTINCT FROM OLD AND to_jsonb(NEW) - 'used' <> to_jsonb(OLD) - 'used' THEN
          RAISE EXCEPTION 'what was answered stays answered' {REFUSED};
        END IF;
        RETURN NEW;
      END IF;
      SELECT account_id INTO me FROM public.partnership_staff WHERE id = identity.my_post();
      IF NEW.answered_by_id IS DISTINCT FROM identity.my_post()
          OR EXISTS (SELECT FROM public.partnership_staff s
                     WHERE s.id IN (NEW.by_id, NEW.post_id) AND s.account_id = me) THEN
        RAISE EXCEPTION 'duties are confirmed by another than who asked and who gets them' {REFUSED};
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER setup_grant_guard BEFORE INSERT OR UPDATE ON setup_grant
      FOR EACH ROW EXECUTE FUNCTION identity.guard_grant();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("setup", "0003_words_keep_their_order"),
        ("partnership", "0007_codes_for_passwords"),
    ]

    operations = [
        migrations.AddField(model_name="grant", name="used", field=models.BooleanField(default=False)),
        migrations.RunSQL("UPDATE setup_grant SET used = true WHERE confirmed", migrations.RunSQL.noop),
        migrations.RunSQL(
            POSTS,
            "DROP TRIGGER partnership_staff_guard ON partnership_staff; DROP FUNCTION identity.guard_post();",
        ),
        migrations.RunSQL(
            GRANTS, "DROP TRIGGER setup_grant_guard ON setup_grant; DROP FUNCTION identity.guard_grant();"
        ),
    ]
