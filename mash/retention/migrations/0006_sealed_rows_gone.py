"""A disposal says which sealed rows went with the record, so that the record can say that none was taken out."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = (Path(__file__).parent.parent / "disposal_2.sql").read_text("utf-8")
ENDS = "'contacts', cases, 'lines', lines);"
AFTER = BEFORE.replace(
    ENDS,
    """'contacts', cases, 'lines', lines,
    'sealed', coalesce((
      SELECT jsonb_agg(jsonb_build_array(c.relname, u.k)) FROM unnest(t, i) u (o, k)
      JOIN pg_class c ON c.oid = u.o WHERE c.relnamespace = 'sealed'::regnamespace), '[]'));""",
)


class Migration(migrations.Migration):
    dependencies = [("retention", "0005_asked_about")]

    operations = [RunSQL(AFTER, BEFORE)]
