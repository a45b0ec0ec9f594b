"""What goes up from a plan is a step of hand-overs: whoever sees the plan sees where it stands."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

from mash.common.rls import AGENCY, AT_MY_DESK, BARS, DOORS, DUTIES, IN_MY_HUBS, child_of

MY_PLAN_STEPS = """
    CREATE FUNCTION identity.my_plan_steps() RETURNS uuid[]  -- what went up from plans in which I have a part
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT told.key FROM public.plans_stepup told
        WHERE told.plan_id = ANY (identity.my_plans()) AND told.plan_id <> ALL (identity.my_barred_plans()))
    $$;
    CREATE POLICY plans_stepup_owner ON plans_stepup TO mash_owner USING (true);
    DROP POLICY plans_stepup_goes ON plans_stepup;
"""
NO_PLAN_STEPS = """
    CREATE POLICY plans_stepup_goes ON plans_stepup TO mash_owner
      USING ((SELECT identity.my_service()) = 'disposal');
    DROP POLICY plans_stepup_owner ON plans_stepup;
    DROP FUNCTION identity.my_plan_steps();
"""
TOLD_OF = "together = ANY ((SELECT identity.my_plan_steps())::uuid[])"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
OWN = f"from_agency_id = {AGENCY} AND {DUTIES} && ARRAY['answer']"


def step_seen(more=""):
    """Let a step be seen at the desk, by who answers for its sender, and on what `more` says."""
    return (
        f"ALTER POLICY handover_step_wall ON handover_step USING ({IN_MY_HUBS} AND contact_id <> ALL ({BARS}) "
        f"AND ({AT_MY_DESK} OR ({OWN}){more}));"
    )


class Migration(migrations.Migration):
    dependencies = [("handover", "0003_steps_from_plans"), ("plans", "0002_walls")]

    operations = [
        RunSQL(
            "DROP POLICY plans_stepup_update ON plans_stepup;",
            f"CREATE POLICY plans_stepup_update ON plans_stepup AS RESTRICTIVE FOR UPDATE TO {DOORS} "
            f"USING ({A_SERVICE} OR {AT_MY_DESK}) WITH CHECK ({A_SERVICE} OR {AT_MY_DESK});",
        ),
        migrations.RemoveField(model_name="stepup", name="contact"),
        migrations.AddField(model_name="stepup", name="product", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="plan",
            name="came_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handover.step"
            ),
        ),
        migrations.AddField(model_name="plan", name="look_on", field=models.DateField(null=True)),
        RunSQL(
            "GRANT UPDATE (look_on) ON plans_plan TO mash_app, mash_worker;",
            "REVOKE UPDATE (look_on) ON plans_plan FROM mash_app, mash_worker;",
        ),
        RunSQL(
            f"CREATE POLICY plans_plan_came_by ON plans_plan AS RESTRICTIVE FOR INSERT TO {DOORS} WITH CHECK "
            f"(came_by_id IS NULL OR {child_of('handover_step', 'came_by_id', 'plans_plan')});",
            "DROP POLICY plans_plan_came_by ON plans_plan;",
        ),
        RunSQL(MY_PLAN_STEPS, NO_PLAN_STEPS),
        RunSQL(step_seen(f" OR {TOLD_OF}"), step_seen()),
    ]
