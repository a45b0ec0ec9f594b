"""What is under lock here is wrapped anew when the seal's key is replaced, and goes when a record is disposed of.

Each is done by a service that does nothing else.
"""

from django.db import migrations

A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"
A_DISPOSAL = "(SELECT identity.my_service()) = 'disposal'"
TABLES = [
    "request", "handling", "identity", "extension", "found", "marking", "ownerasked", "step", "unitpass", "output",
    "secondword", "sent",
]  # fmt: skip
UNDER_LOCK = {"unitpass": "nonce, body", "output": "html_nonce, html, pdf_nonce, pdf"}


def wrapped(table, columns):
    """Let the service read a table and replace the ciphertext in it; nobody else changes a row."""
    name = f"subject_access_{table}"
    return migrations.RunSQL(
        f"""
        GRANT UPDATE ({columns}) ON {name} TO mash_app;
        CREATE POLICY {name}_keeper ON {name} FOR SELECT TO mash_app USING ({A_KEEPER});
        CREATE POLICY {name}_wrapped ON {name} FOR UPDATE TO mash_app USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
        CREATE POLICY {name}_by_keeper ON {name} AS RESTRICTIVE FOR UPDATE TO mash_app
          USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
        """,
        f"""
        DROP POLICY {name}_by_keeper ON {name};
        DROP POLICY {name}_wrapped ON {name};
        DROP POLICY {name}_keeper ON {name};
        REVOKE UPDATE ({columns}) ON {name} FROM mash_app;
        """,
    )


def goes(table):
    """Let the owner see what goes, in whatever order, while a record is disposed of."""
    name = f"subject_access_{table}"
    return migrations.RunSQL(
        f"CREATE POLICY {name}_goes ON {name} TO mash_owner USING ({A_DISPOSAL});",
        f"DROP POLICY {name}_goes ON {name};",
    )


class Migration(migrations.Migration):
    dependencies = [("subject_access", "0001_requests"), ("sealed", "0008_wrapping_anew")]

    operations = [wrapped(table, columns) for table, columns in UNDER_LOCK.items()] + [
        goes(table) for table in TABLES
    ]
