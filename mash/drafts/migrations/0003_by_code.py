"""Whoever shows the code of what they sent has drafts of their own on that page."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

from mash.common.rls import IN_MY_HUBS

SERVICE = "(SELECT identity.my_service())"
CLEARS_UP = f"{SERVICE} = 'drafts'"
DOOR = f"{SERVICE} = 'front_door'"
OF_A_POST = "staff_id = (SELECT identity.my_post())"
MINE = f"({OF_A_POST} OR referral = (SELECT identity.my_referral()))"
AT_THE_DOOR = f"{DOOR} AND referral IS NOT NULL"  # kept for them once the code has ended
SENT_THROUGH_THE_DOOR = f"{DOOR} AND page = 'desk:disagree'"  # the post's own draft goes when it is sent
ME = "actor = (SELECT identity.me())"


class Migration(migrations.Migration):
    dependencies = [("drafts", "0002_walls"), ("partnership", "0014_what_is_known")]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="staff",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partnership.staff",
            ),
        ),
        migrations.AddField(model_name="draft", name="referral", field=models.UUIDField(null=True)),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("referral", "page", "about"), name="draft_once_a_form_by_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("staff", None)) ^ models.Q(("referral", None)),
                name="draft_of_a_post_or_of_whoever_shows_a_code",
            ),
        ),
        RunSQL(
            f"""
            ALTER POLICY drafts_draft_wall ON drafts_draft
              USING ({MINE} OR {CLEARS_UP} OR {AT_THE_DOOR} OR {SENT_THROUGH_THE_DOOR})
              WITH CHECK ({IN_MY_HUBS} AND ({MINE} OR {AT_THE_DOOR}));
            ALTER POLICY drafts_sent_wall ON drafts_sent
              USING ({ME} OR {CLEARS_UP} OR {DOOR}) WITH CHECK ({ME} OR {CLEARS_UP} OR {DOOR});
            """,
            f"""
            ALTER POLICY drafts_draft_wall ON drafts_draft
              USING ({OF_A_POST} OR {CLEARS_UP}) WITH CHECK ({OF_A_POST} AND {IN_MY_HUBS});
            ALTER POLICY drafts_sent_wall ON drafts_sent
              USING ({ME} OR {CLEARS_UP}) WITH CHECK ({ME} OR {CLEARS_UP});
            """,
        ),
    ]
