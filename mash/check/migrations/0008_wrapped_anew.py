"""What is under lock here is wrapped anew when the seal's key is replaced, by a service that does nothing else."""

from django.db import migrations

A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"


class Migration(migrations.Migration):
    dependencies = [("check", "0007_rating_confirmed"), ("sealed", "0008_wrapping_anew")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE POLICY check_draft_keeper ON check_draft FOR SELECT TO mash_app USING ({A_KEEPER});
            CREATE POLICY check_draft_wrapped ON check_draft FOR UPDATE TO mash_app
              USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
            """,
            """
            DROP POLICY check_draft_wrapped ON check_draft;
            DROP POLICY check_draft_keeper ON check_draft;
            """,
        ),
    ]
