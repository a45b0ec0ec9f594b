"""A code with which somebody sets the password of their account, and the e-mail that holds it: for its reader alone."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, IN_MY_HUBS, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SETS_UP = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['administer','manage']"
OUTBOX = "ALTER POLICY partnership_email_wall ON partnership_email USING"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0006_colour_and_practice")]

    operations = [
        migrations.AddField(model_name="email", name="private", field=models.BooleanField(default=False)),
        migrations.CreateModel(
            name="SignInCode",
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
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.hub",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(fields=["account", "expires_at"], name="sign_in_code_of_account"),
        ),
        protect("partnership_signincode", using=f"{A_SERVICE} OR {SETS_UP}"),
        migrations.RunSQL(
            f"{OUTBOX} ({AT_MY_DESK} AND (NOT private OR {A_SERVICE}))", f"{OUTBOX} ({AT_MY_DESK})"
        ),
    ]
