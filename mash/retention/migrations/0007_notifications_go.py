"""A disposal takes what somebody was told of a case, also where its words do not say the reference."""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = import_module("mash.retention.migrations.0006_sealed_rows_gone").AFTER
SAID = "WHERE e.hub_id = hub AND EXISTS ("
AFTER = BEFORE.replace(
    f"DELETE FROM public.partnership_email e\n    {SAID}\n"
    "      SELECT FROM unnest(reference) r WHERE strpos(e.subject || ' ' || e.body, r) > 0);",
    "DELETE FROM public.partnership_email e\n    WHERE e.hub_id = hub AND (e.contact_id = ANY (i) OR EXISTS (\n"
    "      SELECT FROM unnest(reference) r WHERE strpos(e.subject || ' ' || e.body, r) > 0));",
)


class Migration(migrations.Migration):
    dependencies = [("retention", "0006_sealed_rows_gone"), ("partnership", "0027_notifications")]

    operations = [RunSQL(AFTER, BEFORE)]
