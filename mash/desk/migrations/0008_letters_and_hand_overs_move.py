"""Letters to a family and hand-overs of a shift move with a worker's work."""

from django.db import migrations, models

from mash.common.rls import NIGHT, NIGHTS

SEEN = f'NOT {NIGHTS} OR "case" = ANY ({NIGHT}) OR to_id = (SELECT identity.my_post())'


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_night")]

    operations = [
        migrations.AlterField(
            model_name="moved",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contact", "Contact"),
                    ("enquiry", "Enquiry"),
                    ("decision", "Decision that waits for another's word"),
                    ("follow_up", "Back for agreement, to look at again"),
                    ("held", "Open on their screen"),
                    ("approval", "Waits for their word"),
                    ("letter", "Letter to a family"),
                    ("hand_over", "Hand-over of a shift"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunSQL(  # whoever works nights passes a hand-over on; it is of no one contact
            f"ALTER POLICY desk_moved_night ON desk_moved USING ({SEEN} OR kind = 'hand_over');",
            f"ALTER POLICY desk_moved_night ON desk_moved USING ({SEEN});",
        ),
    ]
