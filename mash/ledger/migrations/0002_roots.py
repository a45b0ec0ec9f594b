"""Which transaction wrote a line, the signed roots over them, and how far each witness has got."""

import django.contrib.postgres.fields
from django.db import migrations, models

from mash.common.rls import DUTIES, frozen, protect

A_KEEPER = "(SELECT identity.my_service()) = 'ledger_keeper'"
AUDITS = f"{DUTIES} && ARRAY['audit']"
OWN_LINE = "actor = (SELECT coalesce(identity.me(), 'nobody'))"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("partnership", "0015_restricted")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE ledger_entry ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
            CREATE INDEX ledger_entry_xact ON ledger_entry (xact, id);
            ALTER POLICY ledger_entry_wall ON ledger_entry
              WITH CHECK ({OWN_LINE} AND xact = (SELECT pg_current_xact_id()));
            """,
            f"""
            ALTER POLICY ledger_entry_wall ON ledger_entry WITH CHECK ({OWN_LINE});
            ALTER TABLE ledger_entry DROP COLUMN xact;
            """,
        ),
        migrations.CreateModel(
            name="Root",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("snapshot", models.TextField()),
                ("low", models.BigIntegerField(null=True)),
                ("high", models.BigIntegerField(null=True)),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("leaves", models.BinaryField(default=bytes)),
                ("count", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("before", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name="Outside",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("upto", models.PositiveIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("next_at", models.DateTimeField(null=True)),
            ],
            options={"verbose_name_plural": "outside"},
        ),
        protect("ledger_root", using=f"{A_KEEPER} OR {AUDITS}", check=A_KEEPER),
        frozen("ledger_root"),
        protect("ledger_outside", using=f"{A_KEEPER} OR {AUDITS}", check=A_KEEPER),
        migrations.RunSQL(
            """
            ALTER TABLE ledger_root ALTER lines SET STORAGE EXTERNAL, ALTER leaves SET STORAGE EXTERNAL;
            CREATE INDEX ledger_root_high ON ledger_root (high);
            CREATE TRIGGER ledger_is_kept BEFORE TRUNCATE ON ledger_root
              FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept();
            """,
            "DROP TRIGGER ledger_is_kept ON ledger_root;",
        ),
    ]
