"""Which contacts are open, kept by the database: nobody writes a row here but `identity.keep_open()`."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import at_desk, at_night, protect

NOBODYS = """
    REVOKE INSERT, UPDATE ON triage_stillopen FROM mash_app, mash_worker;
"""
EVERYBODYS = """
    GRANT INSERT, UPDATE ON triage_stillopen TO mash_app, mash_worker;
"""
KEEP = """
    CREATE FUNCTION identity.keep_open(contact uuid, hub uuid, is_so boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      -- from a trigger; or from the service that compares each night
      IF pg_trigger_depth() = 0 AND identity.my_service() IS DISTINCT FROM 'reminders' THEN
        RAISE insufficient_privilege USING MESSAGE = 'what is open is kept by the database';
      END IF;
      IF is_so THEN
        INSERT INTO public.triage_stillopen (id, hub_id, contact_id) VALUES (gen_random_uuid(), hub, contact)
        ON CONFLICT (contact_id) DO NOTHING;
      ELSE
        DELETE FROM public.triage_stillopen o WHERE o.contact_id = keep_open.contact;
      END IF;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0017_in_own_name"),
        ("partnership", "0028_in_own_name"),
        ("triage", "0011_in_own_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="StillOpen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mash.partnership.models.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "contact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="still_open",
                        to="contact.contact",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
        ),
        protect("triage_stillopen", using=at_desk(), identity_reads=True),
        at_night("triage_stillopen"),
        migrations.RunSQL(NOBODYS, EVERYBODYS),
        migrations.RunSQL(KEEP, "DROP FUNCTION identity.keep_open(uuid, uuid, boolean);"),
    ]
