"""What waits for somebody who works here is a notification of theirs: shown while they may see what it is about."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from mash.common.rls import AT_MY_DESK, BARS, DOORS, GRANTS, IN_MY_HUBS, at_night

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
MINE = (
    f"{IN_MY_HUBS} AND account_id = "
    "(SELECT s.account_id FROM partnership_staff s WHERE s.id = (SELECT identity.my_post()))"
)
SEEN = (
    f"(contact_id IS NULL OR (({AT_MY_DESK} OR contact_id = ANY ({GRANTS})) AND contact_id <> ALL ({BARS})))"
)
OUTBOX = f"{AT_MY_DESK} AND (NOT private OR {A_SERVICE})"
WALL = "ALTER POLICY partnership_email_wall ON partnership_email USING"
MOVES = "read_at, went_on_at, only_here, next_at, tries, why_not, sent_at"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0026_hub_of_an_exercise")]

    operations = [
        migrations.AddField(
            "email",
            "account",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("email", "page", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("email", "contact_id", models.UUIDField(null=True)),
        migrations.AddField("email", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("email", "urgent", models.BooleanField(default=False)),
        migrations.AddField("email", "only_here", models.BooleanField(default=False)),
        migrations.AddField("email", "read_at", models.DateTimeField(null=True)),
        migrations.AddField("email", "went_on_at", models.DateTimeField(null=True)),
        migrations.AddField("email", "next_at", models.DateTimeField(null=True)),
        migrations.AddField("email", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("email", "why_not", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddIndex(
            "email",
            models.Index(
                models.F("account"),
                models.F("hub"),
                models.OrderBy(models.F("queued_at"), descending=True),
                name="email_of_account",
            ),
        ),
        migrations.AddIndex(
            "email",
            models.Index(
                condition=models.Q(("read_at", None)), fields=["account", "hub"], name="email_unread"
            ),
        ),
        migrations.AddIndex(
            "email",
            models.Index(
                condition=models.Q(("only_here", False), ("sent_at", None)),
                fields=["queued_at"],
                name="email_waiting",
            ),
        ),
        migrations.AddIndex(
            "email",
            models.Index(
                condition=models.Q(("due_at__isnull", False), ("read_at", None), ("went_on_at", None)),
                fields=["due_at"],
                name="email_unread_and_due",
            ),
        ),
        migrations.RunSQL(f"{WALL} (({OUTBOX} OR {MINE}) AND {SEEN})", f"{WALL} ({OUTBOX})"),
        at_night("partnership_email", command="SELECT", also="contact_id IS NULL"),
        migrations.RunSQL(  # what was told stays as it was told; nobody reads a notification in another's place
            f"""
            REVOKE UPDATE ON partnership_email FROM mash_app, mash_worker;
            GRANT UPDATE ({MOVES}) ON partnership_email TO mash_app, mash_worker;
            CREATE POLICY partnership_email_own ON partnership_email AS RESTRICTIVE FOR UPDATE TO {DOORS}
              USING ({A_SERVICE} OR {MINE});
            """,
            f"""
            DROP POLICY partnership_email_own ON partnership_email;
            REVOKE UPDATE ({MOVES}) ON partnership_email FROM mash_app, mash_worker;
            GRANT UPDATE ON partnership_email TO mash_app, mash_worker;
            """,
        ),
    ]
