"""The walls of saved views, and of the alarms and alerts of clocks."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, at_desk, child_of, protect

ME = "(SELECT identity.my_post())"


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_views_and_alerts"), ("contact", "0002_walls")]

    operations = [
        protect(
            "desk_savedview",
            using=f"{AT_MY_DESK} AND (shared OR staff_id = {ME})",
            check=f"{AT_MY_DESK} AND staff_id = {ME}",
        ),
        *[
            protect(
                f"desk_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'desk_{table}')}",
            )
            for table in ("clockalarm", "clockalert")
        ],
    ]
