"""Whoever sent a referral from a post may say how it went, as whoever shows a code may."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, at_desk, child_of

BY_CODE = f"{IN_MY_HUBS} AND by_id IS NULL AND contact_id = (SELECT identity.my_referral())"
FROM_A_POST = f"{IN_MY_HUBS} AND by_id IS NULL AND contact_id = ANY ((SELECT identity.my_sent())::uuid[])"
AT_THE_DESK = f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'contact_feedback')}"


def wall(*theirs):
    """Return the wall of how it went: the desk's, and of those who referred."""
    others = "".join(f" OR ({one})" for one in theirs)
    return (
        "ALTER POLICY contact_feedback_wall ON contact_feedback "
        f"USING (({at_desk()}){others}) WITH CHECK (({AT_THE_DESK}){others})"
    )


class Migration(migrations.Migration):
    dependencies = [("referral", "0002_walls"), ("contact", "0004_feedback")]

    operations = [migrations.RunSQL(wall(BY_CODE, FROM_A_POST), wall(BY_CODE))]
