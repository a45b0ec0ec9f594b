"""A call that was given up is sent again: whose word that is, once a call."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

import mash.partnership.models
from mash.common.rls import (
    DOORS,
    IN_MY_HUBS,
    ME,
    child_of,
    deletable,
    frozen,
    goes_with_an_exercise,
    in_own_name,
    protect,
)

THE_SERVICE = "(SELECT identity.my_service()) = 'calls'"
I_LEAD = f"EXISTS (SELECT FROM partnership_staff mine WHERE mine.id = {ME} AND mine.leads)"
GIVEN_UP = (
    "EXISTS (SELECT FROM systems_call parent WHERE parent.id = systems_callagain.call_id "
    "AND parent.hub_id = systems_callagain.hub_id AND parent.given_up_at IS NOT NULL)"
)
FORGOTTEN = f"AS RESTRICTIVE FOR DELETE TO {DOORS} USING ({THE_SERVICE})"


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0028_in_own_name"),
        ("systems", "0006_open_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallAgain",
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
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="again",
                        to="systems.call",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "calls again",
            },
        ),
        protect(
            "systems_callagain",
            using=f"{IN_MY_HUBS} AND {child_of('systems_call', 'call_id', 'systems_callagain')}",
            check=f"{IN_MY_HUBS} AND {I_LEAD} AND {GIVEN_UP}",
        ),
        in_own_name("systems_callagain"),
        frozen("systems_callagain"),
        deletable("systems_callagain"),
        RunSQL(
            f"CREATE POLICY systems_callagain_forgotten ON systems_callagain {FORGOTTEN};",
            "DROP POLICY systems_callagain_forgotten ON systems_callagain;",
        ),
        goes_with_an_exercise("systems_callagain"),
    ]
