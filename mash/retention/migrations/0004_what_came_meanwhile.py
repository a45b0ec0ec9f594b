"""A contact that comes while a record is looked at stops its disposal, in the database too."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

HERE = Path(__file__).parent.parent
AFTER = (HERE / "disposal_2.sql").read_text("utf-8")
BEFORE = (
    "CREATE OR REPLACE FUNCTION public.retention_dispose"
    + ((HERE / "disposal_1.sql").read_text("utf-8").split("CREATE FUNCTION public.retention_dispose")[1])
)


class Migration(migrations.Migration):
    dependencies = [("retention", "0003_disposal")]

    operations = [RunSQL(AFTER, BEFORE)]
