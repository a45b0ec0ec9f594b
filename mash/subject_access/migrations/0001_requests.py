"""Requests for one's own information, and their walls: nothing is ever changed, and the unit's rows are the unit's."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, BARRED_PEOPLE, BARS, DUTIES, at_night, child_of, frozen, protect

SERVICE = "(SELECT identity.my_post()) IS NULL"  # AT_MY_DESK lets listed services and posts at the desk alone through
SEES = f"({DUTIES} && ARRAY['manage','decide','clear'] OR {SERVICE})"
RECORDS = f"({DUTIES} && ARRAY['manage','decide'] OR {SERVICE})"
CLEARED = "hub_id = ANY ((SELECT identity.my_clearances())::uuid[])"
SEEN = f"{AT_MY_DESK} AND {SEES} AND person_id <> ALL ({BARRED_PEOPLE})"
CONTACT = child_of("contact_contact", "contact_id", "subject_access_found")
SHARED_SOMETHING = """
    EXISTS (
      SELECT FROM subject_access_found found WHERE found.request_id = subject_access_ownerasked.request_id
        AND found.agency_id = subject_access_ownerasked.agency_id)
"""
ANOTHER_READ_IT = """
    by_id = (SELECT identity.my_post()) AND EXISTS (
      SELECT FROM subject_access_output made JOIN partnership_staff maker ON maker.id = made.by_id
      WHERE made.id = subject_access_secondword.output_id AND made.digest = subject_access_secondword.digest
        AND maker.account_id <> (SELECT identity.my_person()))
"""
APPROVED = """
    EXISTS (
      SELECT FROM subject_access_secondword word JOIN subject_access_output made ON made.id = word.output_id
      WHERE word.output_id = subject_access_sent.output_id AND word.agreed
        AND made.request_id = subject_access_sent.request_id AND made.digest = subject_access_sent.digest
        AND made.recipient = subject_access_sent.recipient)
"""
TABLES = [
    "request", "handling", "identity", "extension", "found", "marking", "ownerasked", "step", "unitpass", "output",
    "secondword", "sent",
]  # fmt: skip


def of_request(table):
    """Return "its request is open to me"."""
    return f"{AT_MY_DESK} AND {child_of('subject_access_request', 'request_id', f'subject_access_{table}')}"


WALLS = {
    "request": (
        SEEN,
        f"{SEEN} AND {RECORDS} AND {child_of('people_person', 'person_id', 'subject_access_request')}",
    ),
    **{table: (of_request(table), "") for table in ("handling", "identity", "extension", "step")},
    "found": (
        f"{of_request('found')} AND (contact_id IS NULL OR contact_id <> ALL ({BARS}))",
        f"{of_request('found')} AND (contact_id IS NULL OR {CONTACT})",
    ),
    "marking": (
        f"{AT_MY_DESK} AND {child_of('subject_access_found', 'found_id', 'subject_access_marking')}",
        "",
    ),
    "ownerasked": (f"{of_request('ownerasked')} AND {SHARED_SOMETHING}", ""),
    **{table: (f"{CLEARED} AND {of_request(table)}", "") for table in ("unitpass", "output")},
    "secondword": (
        f"{CLEARED} AND {child_of('subject_access_output', 'output_id', 'subject_access_secondword')}",
        f"{CLEARED} AND {ANOTHER_READ_IT}",
    ),
    "sent": (of_request("sent"), f"{CLEARED} AND {of_request('sent')} AND {APPROVED}"),
}


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contact", "0012_looked"),
        ("partnership", "0021_vouched_for"),
        ("people", "0006_how_many_are_on_record"),
        ("sealed", "0007_walls_of_releases"),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
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
                ("key", models.UUIDField(unique=True)),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "asker",
                    models.CharField(
                        choices=[
                            ("self", "The person themselves"),
                            ("parent", "Somebody with parental responsibility, for a child"),
                            ("solicitor", "A solicitor, with the person’s authority"),
                            (
                                "other",
                                "Somebody else with authority: attorney, deputy, litigation friend, advocate",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("asker_name", models.CharField(max_length=200)),
                ("reached", models.CharField(max_length=400)),
                ("words", models.TextField()),
                ("received_on", models.DateField()),
                ("authority", models.TextField(blank=True)),
                ("interest", models.TextField(blank=True)),
                ("child_view", models.TextField(blank=True)),
                (
                    "competent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes: the child understands what is asked, and their own word is needed"),
                            ("no", "No: the child is too young, or does not understand it yet"),
                            ("not_known", "Nobody knows yet"),
                        ],
                        max_length=10,
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subject_requests",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnerAsked",
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
                ("number", models.PositiveSmallIntegerField()),
                ("on", models.DateField()),
                ("who", models.CharField(max_length=200)),
                (
                    "says",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nothing", "Nothing need be withheld"),
                            ("some", "Some of it is to be withheld"),
                            ("all", "All of it is to be withheld"),
                            ("no_answer", "No answer came in the time given"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.agency"
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "owners asked",
            },
        ),
        migrations.CreateModel(
            name="Output",
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
                ("number", models.PositiveSmallIntegerField()),
                ("recipient", models.CharField(max_length=200)),
                ("way", models.CharField(max_length=400)),
                ("digest", models.CharField(max_length=64)),
                ("rests_on", models.CharField(max_length=64)),
                ("html_nonce", models.BinaryField()),
                ("html", models.BinaryField()),
                ("pdf_nonce", models.BinaryField(default=bytes)),
                ("pdf", models.BinaryField(default=bytes)),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
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
                    "step",
                    models.CharField(
                        choices=[("asked", "Asked to show who they are"), ("seen", "Seen")], max_length=5
                    ),
                ),
                ("on", models.DateField()),
                ("words", models.CharField(max_length=400)),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "identities",
            },
        ),
        migrations.CreateModel(
            name="Handling",
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
                ("number", models.PositiveSmallIntegerField()),
                ("why", models.CharField(max_length=240)),
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
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Found",
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
                ("place", models.CharField(max_length=160)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.contact",
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("heading", models.CharField(max_length=240)),
                ("on", models.DateField(null=True)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.agency",
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "found",
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                ("why", models.TextField()),
                ("told_on", models.DateField()),
                ("told_how", models.CharField(max_length=240)),
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
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extension",
                        to="subject_access.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondWord",
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
                ("agreed", models.BooleanField()),
                ("why", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
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
                    "output",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_word",
                        to="subject_access.output",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sent",
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
                ("recipient", models.CharField(max_length=200)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("by_hand", "Given by hand"),
                            ("post", "By recorded post"),
                            ("secure_email", "By secure e-mail"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sent_on", models.DateField()),
                ("digest", models.CharField(max_length=64)),
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
                    "output",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent",
                        to="subject_access.output",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sent",
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ready", "Marked: with the unit"),
                            ("back", "Given back to its handler"),
                            ("withdrawn", "Withdrawn by whoever asked"),
                            ("refused", "Refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True)),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitPass",
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
                ("number", models.PositiveSmallIntegerField()),
                ("nonce", models.BinaryField()),
                ("body", models.BinaryField()),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subject_access.request",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "unit passes",
            },
        ),
        migrations.CreateModel(
            name="Marking",
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
                ("number", models.PositiveSmallIntegerField()),
                ("cuts", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "found",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="markings",
                        to="subject_access.found",
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
                "constraints": [
                    models.UniqueConstraint(fields=("found", "number"), name="subject_marking_once_a_number")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["hub", "received_on"], name="subject_request_oldest"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asker", "self"), models.Q(("authority", ""), _negated=True), _connector="OR"
                ),
                name="subject_request_with_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asker", "parent"), _negated=True),
                    models.Q(
                        models.Q(("interest", ""), _negated=True),
                        models.Q(("child_view", ""), _negated=True),
                        models.Q(("competent", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="subject_request_serves_the_child",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownerasked",
            constraint=models.UniqueConstraint(
                fields=("request", "agency", "number"), name="subject_owner_once_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownerasked",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="subject_owner_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="output",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="subject_output_once_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                fields=("request", "step"), name="subject_identity_once_a_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="subject_identity_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="handling",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="subject_handling_once_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="found",
            constraint=models.UniqueConstraint(
                fields=("request", "place", "digest"), name="subject_found_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="subject_extension_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondword",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed", True), models.Q(("why", ""), _negated=True), _connector="OR"),
                name="subject_output_turned_down_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="subject_step_once_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "ready"), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="subject_step_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitpass",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="subject_pass_once_a_number"
            ),
        ),
        *[
            protect(f"subject_access_{table}", using=using, check=check)
            for table, (using, check) in WALLS.items()
        ],
        at_night("subject_access_found"),
        *[frozen(f"subject_access_{table}") for table in TABLES],
    ]
