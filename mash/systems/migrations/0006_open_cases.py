"""With whom agencies work, as their systems say it; and the walls around that.

A case is seen by nobody of the hub until somebody on record is like whom it is of: then by the desk that sees that person.
What an agency says in confidence is for cleared staff alone.  Only the service `open_cases` sets cases beside records.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

import mash.partnership.models
from mash.common.rls import (
    AT_MY_DESK,
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    child_of,
    deletable,
    frozen,
    goes_with_an_exercise,
    in_own_name,
    not_at_night,
    of_person,
    protect,
)

FRONT_DOOR = "(SELECT identity.my_service()) = 'front_door'"
THE_SERVICE = "(SELECT identity.my_service()) = 'open_cases'"
SERVICE = ("open_cases", "open cases of agencies, set beside the people on record")
JUDGES = f"{DUTIES} && ARRAY['screen', 'assess', 'decide', 'manage']"
MAY_KNOW = f"(NOT confidential OR {DUTIES} && ARRAY['clear'])"
OF_ITS_AGENCY = (
    "EXISTS (SELECT FROM systems_system parent WHERE parent.id = systems_opencase.system_id "
    "AND parent.hub_id = systems_opencase.hub_id AND parent.agency_id = systems_opencase.agency_id)"
)
LIKE_SOMEBODY = "EXISTS (SELECT FROM systems_caselike shown WHERE shown.case_id = systems_opencase.id)"


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


def changed(table, *columns):
    """Let nothing of a row be changed but some columns."""
    named = ", ".join(columns)
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({named}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({named}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def narrowed(table, name, rule):
    """Narrow what is done with a table further."""
    return RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE {rule.format(doors=DOORS)};",
        f"DROP POLICY {table}_{name} ON {table};",
    )


def forgotten(table):
    """Let the service of open cases alone delete rows of a table."""
    return [deletable(table), narrowed(table, "forgotten", f"FOR DELETE TO {{doors}} USING ({THE_SERVICE})")]


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0027_notifications"),
        ("people", "0007_who_wrote_a_relation_down"),
        ("systems", "0005_words_of_a_system"),
    ]

    operations = [
        migrations.AlterField(
            model_name="system",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("referrals.send", "Send referrals"),
                        ("referrals.follow", "Read what became of the referrals it sent"),
                        (
                            "hand_overs.take",
                            "Take out hand-overs that the agency accepted, and give back their case numbers",
                        ),
                        ("enquiries.answer", "Read what the hub asks the agency, and answer it"),
                        ("open_cases.say", "Say with whom the agency works now"),
                        ("directory.read", "Read the hub's directory of services"),
                        ("open_cases.in_confidence", "What it says of open cases is for cleared staff alone"),
                    ],
                    max_length=30,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="OpenCase",
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
                ("their_id", models.CharField(max_length=60)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("team", models.CharField(blank=True, max_length=120)),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("details", models.JSONField()),
                ("confidential", models.BooleanField()),
                ("as_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open_cases",
                        to="systems.system",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseLike",
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
                ("band", models.CharField(max_length=10)),
                ("confidential", models.BooleanField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="likes",
                        to="systems.opencase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpenCasesTaken",
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
                ("whole", models.BooleanField()),
                ("rows", models.PositiveIntegerField()),
                ("as_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="systems.system"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "open cases taken",
            },
        ),
        migrations.CreateModel(
            name="CaseWord",
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
                ("same", models.BooleanField()),
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
                    "like",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="systems.caselike",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["like", "-at"], name="case_word_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="opencase",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["hub", "looked_at"], name="open_case_looked"
            ),
        ),
        migrations.AddConstraint(
            model_name="opencase",
            constraint=models.UniqueConstraint(fields=("system", "their_id"), name="open_case_once_a_system"),
        ),
        migrations.AddConstraint(
            model_name="caselike",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="case_like_once_a_person"),
        ),
        migrations.AddIndex(
            model_name="opencasestaken",
            index=models.Index(fields=["system", "-as_at"], name="open_cases_newest"),
        ),
        migrations.RunPython(list_service, strike_service),
        # A case is seen through whom it is like, so those rows may not be seen through their case.
        protect(
            "systems_caselike",
            using=f"{IN_MY_HUBS} AND ({FRONT_DOOR} OR {THE_SERVICE} OR {of_person()} AND {MAY_KNOW})",
            check=f"{IN_MY_HUBS} AND ({FRONT_DOOR} OR {THE_SERVICE})",
        ),
        changed("systems_caselike", "band", "confidential"),
        narrowed("systems_caselike", "found", f"FOR INSERT TO {{doors}} WITH CHECK ({THE_SERVICE})"),
        *forgotten("systems_caselike"),
        goes_with_an_exercise("systems_caselike"),
        protect(
            "systems_opencase",
            using=f"{IN_MY_HUBS} AND ({FRONT_DOOR} OR {THE_SERVICE} OR {AT_MY_DESK} AND {MAY_KNOW} AND {LIKE_SOMEBODY})",
            check=f"{IN_MY_HUBS} AND ({FRONT_DOOR} AND {OF_ITS_AGENCY} OR {THE_SERVICE})",
        ),
        changed(
            "systems_opencase",
            *(
                "reference",
                "team",
                "worker",
                "telephone",
                "opened_on",
                "closed_on",
                "details",
                "confidential",
            ),
            *("as_at", "closed_at", "looked_at"),
        ),
        narrowed("systems_opencase", "said", f"FOR INSERT TO {{doors}} WITH CHECK ({FRONT_DOOR})"),
        *forgotten("systems_opencase"),
        goes_with_an_exercise("systems_opencase"),
        protect(
            "systems_opencasestaken",
            using=f"{IN_MY_HUBS} AND {child_of('systems_system', 'system_id', 'systems_opencasestaken')}",
            check=f"{IN_MY_HUBS} AND {FRONT_DOOR} AND {child_of('systems_system', 'system_id', 'systems_opencasestaken')}",
        ),
        frozen("systems_opencasestaken"),
        goes_with_an_exercise("systems_opencasestaken"),
        protect(
            "systems_caseword",
            using=f"{IN_MY_HUBS} AND {child_of('systems_caselike', 'like_id', 'systems_caseword')}",
            check=f"{IN_MY_HUBS} AND {AT_MY_DESK} AND {JUDGES} AND {child_of('systems_caselike', 'like_id', 'systems_caseword')}",
        ),
        frozen("systems_caseword"),
        in_own_name("systems_caseword"),
        not_at_night("systems_caseword"),
        *forgotten("systems_caseword"),
        goes_with_an_exercise("systems_caseword"),
    ]
