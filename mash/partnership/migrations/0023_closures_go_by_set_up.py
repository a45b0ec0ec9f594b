"""A day on which a hub is closed is taken away by whoever sets it up; everybody else of the hub only reads it."""

from django.db import migrations

from mash.common.rls import DUTIES

SETS_UP = f"((SELECT identity.my_service()) IS NOT NULL OR {DUTIES} && ARRAY['administer','manage'])"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0022_posts_that_work")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE POLICY partnership_closure_taken_away ON partnership_closure AS RESTRICTIVE FOR DELETE
              TO mash_app, mash_worker, mash_owner USING ({SETS_UP});
            """,
            "DROP POLICY partnership_closure_taken_away ON partnership_closure;",
        ),
    ]
