"""What a post that works nights alone sees of triage, and what it may not do: lower from red, send back."""

from django.db import migrations

from mash.common.rls import DOORS, NIGHTS, at_night, not_at_night

OF_A_CONTACT = [
    "rating",
    "standing",
    "hold",
    "owner",
    "episodecontact",
    "notoneevent",
    "agreement",
    "ground",
    "basis",
    "route",
    "returned",
    "paused",
    "threeparttest",
    "wishes",
    "capacity",
]
IS_NOT_RED = (
    "colour = 'red' OR NOT EXISTS (SELECT FROM triage_standing stands "
    "WHERE stands.contact_id = triage_rating.contact_id AND stands.colour = 'red')"
)


class Migration(migrations.Migration):
    dependencies = [("triage", "0004_adults"), ("contact", "0008_night")]

    operations = [
        *[at_night(f"triage_{table}") for table in OF_A_CONTACT],
        not_at_night("triage_rating", unless=IS_NOT_RED),
        not_at_night("triage_returned"),
        migrations.RunSQL(
            f"""
            CREATE POLICY triage_episode_night ON triage_episode AS RESTRICTIVE FOR SELECT TO {DOORS}
              USING (NOT {NIGHTS} OR EXISTS (
                SELECT FROM triage_episodecontact told WHERE told.episode_id = triage_episode.id));
            """,
            "DROP POLICY triage_episode_night ON triage_episode;",
        ),
    ]
