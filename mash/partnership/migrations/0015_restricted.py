"""A case may be restricted within its hub."""

import re
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, BARS, DUTIES, IN_MY_HUBS, at_desk, protect

HERE = Path(__file__).parent.parent
CLOSES = (HERE / "identity_5.sql").read_text()
BEFORE = (HERE / "identity_4.sql").read_text()
AS_IT_WAS = re.search(r"CREATE FUNCTION identity\.work_out_bars\(\).*?\$\$;", BEFORE, re.DOTALL)
UNDO = "DROP TRIGGER learn_again ON public.partnership_restriction;"
UNDO += AS_IT_WAS[0].replace("CREATE", "CREATE OR REPLACE", 1) if AS_IT_WAS else ""
MY_POST = "(SELECT identity.my_post())"
TEAM = "(SELECT identity.my_team())::uuid[]"
OPEN_TO_ME = f"(bars OR contact_id IS NULL OR contact_id <> ALL ({BARS}))"  # nobody lets anybody into what is closed to them
SEEN = f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR staff_id = {MY_POST} OR staff_id = ANY ({TEAM}))"
WRITTEN = f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR (bars AND staff_id = {MY_POST}))"
MANAGES = f"{DUTIES} && ARRAY['manage']"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0014_what_is_known")]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mash.partnership.models.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("contact_id", models.UUIDField()),
                ("why", models.CharField(max_length=200)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_why", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_at", None)),
                        fields=("contact_id",),
                        name="restricted_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="restriction_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_by", None), ("lifted_why", ""), ("until_at", None)),
                            models.Q(
                                ("lifted_by__isnull", False),
                                ("until_at__isnull", False),
                                models.Q(("lifted_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="restriction_lifted_by_somebody_with_a_reason",
                    ),
                ],
            },
        ),
        protect("partnership_restriction", using=at_desk(), identity_reads=True),
        migrations.RunSQL(
            f"""
            CREATE POLICY partnership_restriction_lifts ON partnership_restriction AS RESTRICTIVE FOR UPDATE
              TO mash_app, mash_worker USING ({MANAGES});
            REVOKE UPDATE ON partnership_restriction FROM mash_app, mash_worker;
            GRANT UPDATE (until_at, lifted_by_id, lifted_why) ON partnership_restriction TO mash_app, mash_worker;
            """,
            """
            REVOKE UPDATE (until_at, lifted_by_id, lifted_why) ON partnership_restriction FROM mash_app, mash_worker;
            GRANT UPDATE ON partnership_restriction TO mash_app, mash_worker;
            DROP POLICY partnership_restriction_lifts ON partnership_restriction;
            """,
        ),
        migrations.RunSQL(CLOSES, UNDO),
        migrations.RunSQL(
            f"""
            ALTER POLICY partnership_access_wall ON partnership_access
              USING ({SEEN} AND (staff_id = {MY_POST} OR {OPEN_TO_ME})) WITH CHECK ({WRITTEN} AND {OPEN_TO_ME});
            """,
            f"ALTER POLICY partnership_access_wall ON partnership_access USING ({SEEN}) WITH CHECK ({WRITTEN});",
        ),
    ]
