"""A post that works nights alone sees the night's contacts and what belongs to them, and its own advice."""

from django.db import migrations

from mash.common.rls import NIGHT, NIGHTS, at_night

OF_A_CONTACT = [
    "contactperson",
    "contactrelationship",
    "reply",
    "referrer",
    "disputed",
    "warned",
    "attachment",
    "addition",
    "written",
    "writtenchase",
    "printing",
    "feedback",
    "consultationlink",
]
ME = "(SELECT identity.my_post())"


class Migration(migrations.Migration):
    dependencies = [("contact", "0007_in_writing"), ("partnership", "0008_nights")]

    operations = [
        at_night("contact_contact", "id", command="SELECT"),  # a call taken at night is not there yet
        *[at_night(f"contact_{table}") for table in OF_A_CONTACT],
        migrations.RunSQL(
            f"""
            CREATE POLICY contact_consultation_night ON contact_consultation AS RESTRICTIVE FOR SELECT
              TO mash_app, mash_reader, mash_worker
              USING (NOT {NIGHTS} OR by_id = {ME} OR asker_id = {ME} OR contacts && {NIGHT});
            """,
            "DROP POLICY contact_consultation_night ON contact_consultation;",
        ),
    ]
