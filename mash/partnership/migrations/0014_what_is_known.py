"""What the policies ask about the worker is worked out once a transaction."""

import re
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent.parent
LEARNS = (HERE / "identity_4.sql").read_text()
BEFORE = (HERE / "identity_1.sql").read_text() + (HERE / "identity_3.sql").read_text()
ANEW = re.findall(r"CREATE OR REPLACE FUNCTION identity\.(\w+)\(", LEARNS)
MADE = re.findall(r"CREATE FUNCTION identity\.(\w+\([^)]*\))", LEARNS)
TABLES = re.findall(r"ON public\.(\w+)", LEARNS)


def as_it_was(name: str) -> str:
    """Return the statement that makes a function again as an earlier migration made it."""
    found = re.search(rf"CREATE FUNCTION identity\.{name}\(\).*?\$\$;", BEFORE, re.DOTALL)
    return found[0].replace("CREATE", "CREATE OR REPLACE", 1) if found else ""


UNDO = "".join(f"DROP TRIGGER learn_again ON {table};" for table in TABLES)
UNDO += "".join(as_it_was(name) for name in ANEW)
UNDO += "".join(f"DROP FUNCTION identity.{made};" for made in reversed(MADE))


class Migration(migrations.Migration):
    dependencies = [("partnership", "0013_signed_out")]

    operations = [migrations.RunSQL(LEARNS, UNDO)]
