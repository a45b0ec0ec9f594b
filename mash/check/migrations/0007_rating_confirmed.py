"""No enquiry goes on a rating that no manager has confirmed, unless it is red or immediate danger is stated."""

from django.db import migrations, models

from mash.common.rls import DOORS

CONFIRMED = """
    EXISTS (
      SELECT FROM check_check asked
      JOIN contact_contact c ON c.id = asked.contact_id
      JOIN triage_rating rated ON rated.contact_id = asked.contact_id
      WHERE asked.id = check_enquiry.check_asked_id
        AND (rated.colour = 'red' OR c.immediate_danger OR EXISTS (
          SELECT FROM triage_confirmation said WHERE said.rating_id = rated.id AND said.agreed))
        AND NOT EXISTS (
          SELECT FROM triage_rating later
          WHERE later.contact_id = rated.contact_id AND (later.at, later.id) > (rated.at, rated.id)))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("check", "0006_night"),
        ("contact", "0010_not_this_person"),
        ("triage", "0010_confirmation"),
    ]

    operations = [
        migrations.AddField(
            model_name="check",
            name="rating_chased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            f"CREATE POLICY check_enquiry_confirmed ON check_enquiry AS RESTRICTIVE FOR INSERT TO {DOORS} "
            f"WITH CHECK ({CONFIRMED});",
            "DROP POLICY check_enquiry_confirmed ON check_enquiry;",
        ),
    ]
