"""Who writes access to a case: the desk lets in and keeps out, anybody keeps themselves out, a manager lets back."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, DUTIES, IN_MY_HUBS

MY_POST = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
CHECK = f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR (bars AND staff_id = {MY_POST}))"
OF_MY_ACCOUNT = (
    "(SELECT mine.id FROM partnership_staff mine JOIN partnership_staff me "
    f"ON me.account_id = mine.account_id WHERE me.id = {MY_POST})"
)
ENDS = f"NOT bars OR {A_SERVICE} OR ({DUTIES} && ARRAY['manage'] AND NOT staff_id IN {OF_MY_ACCOUNT})"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0010_logo")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER POLICY partnership_access_wall ON partnership_access WITH CHECK ({CHECK});
            CREATE POLICY partnership_access_ends ON partnership_access AS RESTRICTIVE FOR UPDATE
              TO mash_app, mash_worker USING ({ENDS});
            REVOKE UPDATE ON partnership_access FROM mash_app, mash_worker;
            GRANT UPDATE (until_at) ON partnership_access TO mash_app, mash_worker;
            """,
            f"""
            REVOKE UPDATE (until_at) ON partnership_access FROM mash_app, mash_worker;
            GRANT UPDATE ON partnership_access TO mash_app, mash_worker;
            DROP POLICY partnership_access_ends ON partnership_access;
            ALTER POLICY partnership_access_wall ON partnership_access WITH CHECK ({IN_MY_HUBS} AND {AT_MY_DESK});
            """,
        )
    ]
