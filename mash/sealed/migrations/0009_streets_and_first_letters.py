"""Whom only the unit knows is recognised by a house and its street too, and by the first letter of a family name."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("mash.sealed.migrations.0005_walls_of_subjects").ASK.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
NAMED, BESIDE = "ARRAY['pair', 'month', 'day']", "ARRAY['born', 'home', 'phone', 'number']"
AFTER = BEFORE.replace(NAMED, "ARRAY['pair', 'month', 'day', 'letter']").replace(
    BESIDE, "ARRAY['born', 'home', 'street', 'phone', 'number']"
)


class Migration(migrations.Migration):
    dependencies = [("sealed", "0008_wrapping_anew")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
