"""Whom at a school a notice is for, and that its sender was called since nobody opened it."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, child_of, frozen, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"


def points_to(kind, model, related_name="+"):
    return kind(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model)


class Migration(migrations.Migration):
    dependencies = [("decision", "0013_signposts")]

    operations = [
        migrations.AddField(
            "schoolnotice",
            "for_role",
            models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            "schoolnotice",
            "for_name",
            models.CharField(blank=True, default="", max_length=160),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="SchoolNoticeCalled",
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
                ("hub", points_to(models.ForeignKey, "partnership.hub")),
                ("notice", points_to(models.OneToOneField, "decision.schoolnotice", "called")),
            ],
            options={"verbose_name_plural": "school notices called about"},
        ),
        protect(
            "decision_schoolnoticecalled",
            using=f"{AT_MY_DESK} AND {child_of('decision_schoolnotice', 'notice_id', 'decision_schoolnoticecalled')}",
            check=f"{AT_MY_DESK} AND {A_SERVICE} AND "
            + child_of("decision_schoolnotice", "notice_id", "decision_schoolnoticecalled"),
        ),
        frozen("decision_schoolnoticecalled"),
        migrations.RunSQL(
            "CREATE POLICY decision_schoolnoticecalled_goes ON decision_schoolnoticecalled TO mash_owner "
            "USING ((SELECT identity.my_service()) = 'disposal');",
            "DROP POLICY decision_schoolnoticecalled_goes ON decision_schoolnoticecalled;",
        ),
    ]
