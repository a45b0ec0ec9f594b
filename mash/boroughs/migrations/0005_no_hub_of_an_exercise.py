"""The hub of an exercise asks no other hub, and none meets it."""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = import_module("mash.boroughs.migrations.0004_a_hub_s_pace").NOW
ASKER, OTHERS = "home.is_training INTO said", "h.is_training = said.is_training"
NOW = BEFORE.replace(ASKER, "home.is_training, home.exercise_for_id INTO said").replace(
    OTHERS, f"{OTHERS} AND h.exercise_for_id IS NULL AND said.exercise_for_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("boroughs", "0004_a_hub_s_pace"), ("partnership", "0026_hub_of_an_exercise")]

    operations = [RunSQL(NOW, BEFORE)]
