"""The listed services, and what the web and the worker may do with the queue."""

from django.db import migrations
from django.db.migrations import RunSQL

SERVICES = {
    "migrations": "changes of structure and of data that come with a release",
    "setup": "a hub's own set-up from the command line",
    "intake": "files of referrals taken in from the command line",
    "imports": "registers and lists of open cases from the command line",
    "reminders": "chasers and clocks on a timetable",
    "front_door": "what nobody is signed in for: a referrer's code",
    "post_room": "e-mails that say which reference to sign in for",
}
QUEUE = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"


def list_services(apps, schema_editor):
    """List them as the owner, who holds this table's own policy."""
    rows = ", ".join(["(%s, %s)"] * len(SERVICES))
    values = [word for pair in SERVICES.items() for word in pair]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO partnership_service (name, reason) VALUES {rows}", values)  # marks alone  # nosec B608


class Migration(migrations.Migration):
    dependencies = [("partnership", "0002_walls"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunPython(list_services, migrations.RunPython.noop),
        RunSQL(
            f"REVOKE UPDATE ON {QUEUE} FROM mash_app; GRANT DELETE ON {QUEUE} TO mash_worker;",
            f"GRANT UPDATE ON {QUEUE} TO mash_app; REVOKE DELETE ON {QUEUE} FROM mash_worker;",
        ),
    ]
