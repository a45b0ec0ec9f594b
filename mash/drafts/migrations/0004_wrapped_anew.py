"""What is under lock here is wrapped anew when the seal's key is replaced, by a service that does nothing else."""

from django.db import migrations

A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"


class Migration(migrations.Migration):
    dependencies = [("drafts", "0003_by_code"), ("sealed", "0008_wrapping_anew")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE POLICY drafts_draft_keeper ON drafts_draft FOR SELECT TO mash_app USING ({A_KEEPER});
            CREATE POLICY drafts_draft_wrapped ON drafts_draft FOR UPDATE TO mash_app
              USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
            """,
            """
            DROP POLICY drafts_draft_wrapped ON drafts_draft;
            DROP POLICY drafts_draft_keeper ON drafts_draft;
            """,
        ),
    ]
