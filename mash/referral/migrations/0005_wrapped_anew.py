"""What is under lock here is wrapped anew when the seal's key is replaced, by a service that does nothing else."""

from django.db import migrations

A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"


class Migration(migrations.Migration):
    dependencies = [("referral", "0004_files_looked_through"), ("sealed", "0008_wrapping_anew")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE POLICY referral_draft_keeper ON referral_draft FOR SELECT TO mash_app USING ({A_KEEPER});
            CREATE POLICY referral_draft_wrapped ON referral_draft FOR UPDATE TO mash_app
              USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
            """,
            """
            DROP POLICY referral_draft_wrapped ON referral_draft;
            DROP POLICY referral_draft_keeper ON referral_draft;
            """,
        ),
    ]
