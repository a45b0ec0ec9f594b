"""What a panel has to do with the plan of a family, and its walls: heard of with the item, and never changed."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DOORS, DUTIES, IN_MY_HUBS, NIGHTS, child_of, frozen, protect

ME = "(SELECT identity.my_post())"
RUNS = f"{DUTIES} && ARRAY['chair','manage']"
BRINGS = f"{DUTIES} && ARRAY['screen','assess','decide','manage'] AND NOT {NIGHTS}"
OF_HEARD = f"{IN_MY_HUBS} AND item_id = ANY ((SELECT identity.my_panel_items())::uuid[])"
KEEPS = f"by_id = {ME} AND ({RUNS} OR {AT_MY_DESK} AND {BRINGS})"
BY_DESK = (
    f"{AT_MY_DESK} AND {BRINGS} AND {child_of('people_person', 'person_id', 'panel_item')} "
    f"AND (contact_id IS NULL OR {child_of('contact_contact', 'contact_id', 'panel_item')})"
)
FOR_ITS_PLAN = (
    f"{RUNS} AND EXISTS (SELECT FROM plans_familymember m JOIN plans_plan p ON p.id = m.plan_id "
    "WHERE p.kind = 'panel' AND p.hub_id = panel_item.hub_id AND m.person_id = panel_item.person_id "
    "AND p.contact_id = panel_item.contact_id)"
)
OF_THE_MEETING = f"NOT of_a_family AND person_id IS NULL AND {RUNS}"


def brought(*ways):
    """Let a family be brought in these ways, and whoever keeps the panel add a part of the meeting."""
    family = f"of_a_family AND meeting_id IS NULL AND person_id IS NOT NULL AND (({') OR ('.join(ways)}))"
    return f"ALTER POLICY panel_item_own ON panel_item WITH CHECK (by_id = {ME} AND (({family}) OR ({OF_THE_MEETING})));"


def inserted(table, words):
    """Ask for more of whoever adds a row here."""
    return RunSQL(
        f"CREATE POLICY {table}_own ON {table} AS RESTRICTIVE FOR INSERT TO {DOORS} WITH CHECK ({words});",
        f"DROP POLICY {table}_own ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("panel", "0002_walls"),
        ("partnership", "0024_calendar_in_an_email"),
        ("plans", "0003_steps_from_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="InPlan",
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
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.planaction"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="panel.item"
                    ),
                ),
                (
                    "of",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_plan",
                        to="panel.action",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "in plans",
            },
        ),
        migrations.CreateModel(
            name="OnPlan",
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
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="on_plan", to="panel.item"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.plan"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "on plans",
            },
        ),
        migrations.CreateModel(
            name="WentUp",
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
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("trigger", models.CharField(max_length=40)),
                ("product", models.TextField()),
                ("voice", models.TextField(blank=True)),
                ("danger", models.BooleanField()),
                ("family_aware", models.BooleanField()),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "concluded",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="went_up",
                        to="panel.concluded",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="panel.item"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "went up",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("product", ""), _negated=True),
                        name="panel_went_up_with_its_product",
                    )
                ],
            },
        ),
        *[protect(f"panel_{table}", using=OF_HEARD) for table in ("onplan", "inplan", "wentup")],
        inserted("panel_onplan", f"{KEEPS} AND {child_of('plans_plan', 'plan_id', 'panel_onplan')}"),
        inserted("panel_inplan", f"{KEEPS} AND {child_of('plans_planaction', 'action_id', 'panel_inplan')}"),
        inserted("panel_wentup", f"by_id = {ME} AND {RUNS}"),
        *[frozen(f"panel_{table}") for table in ("onplan", "inplan", "wentup")],
        RunSQL(brought(BY_DESK, FOR_ITS_PLAN), brought(BY_DESK)),
    ]
