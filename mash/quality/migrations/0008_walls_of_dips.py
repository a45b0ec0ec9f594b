"""The walls of dip samples: a reviewer sees the cards that are theirs, while the sample is open, and no incident.

A card names neither officer nor unit, so that reviewers do not know them is the database's word.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS, DUTIES, IN_MY_HUBS, child_of, frozen, protect

ME = "(SELECT identity.my_post())"
LEADS = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['manage']"
COUNTS = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['manage', 'analyse']"
REVIEWS = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['grade']"
PROVES = "(SELECT identity.my_service()) = 'quality'"
REMINDS = "(SELECT identity.my_service()) = 'reminders'"
IS_OPEN = (
    "EXISTS (SELECT FROM quality_dip parent WHERE parent.id = quality_dipcard.dip_id "
    "AND parent.hub_id = quality_dipcard.hub_id AND parent.closed_at IS NULL)"
)
MY_CARD = (
    "EXISTS (SELECT FROM quality_dipcard card JOIN quality_dip dip ON dip.id = card.dip_id "
    "WHERE card.id = quality_review.card_id AND card.hub_id = quality_review.hub_id "
    f"AND card.reviewer_id = {ME} AND dip.closed_at IS NULL)"
)


def of(parent: str, key: str, table: str) -> str:
    return child_of(f"quality_{parent}", f"{key}_id", f"quality_{table}")


def changes(table: str, columns: str) -> RunSQL:
    """Let these columns of a row be written later, and no others."""
    return RunSQL(
        f"REVOKE UPDATE ON quality_{table} FROM mash_app, mash_worker; "
        f"GRANT UPDATE ({columns}) ON quality_{table} TO mash_app, mash_worker;",
        f"GRANT UPDATE ON quality_{table} TO mash_app, mash_worker;",
    )


class Migration(migrations.Migration):
    dependencies = [("quality", "0007_dips")]

    operations = [
        protect(
            "quality_dip",
            using=f"{IN_MY_HUBS} AND ({DUTIES} && ARRAY['grade', 'manage', 'analyse'] OR {PROVES} OR {REMINDS})",
            check=LEADS,
        ),
        changes("dip", "closed_at, closed_by_id, left_out"),
        protect(
            "quality_dipped",
            using=f"({COUNTS}) OR {PROVES}",
            check=f"{LEADS} AND {of('dip', 'dip', 'dipped')} AND {of('incident', 'incident', 'dipped')}",
        ),
        frozen("quality_dipped"),
        protect(
            "quality_dipcard",
            using=f"({COUNTS}) OR ({REVIEWS} AND reviewer_id = {ME} AND {IS_OPEN})",
            check=f"{LEADS} AND {of('dip', 'dip', 'dipcard')} AND {of('dipped', 'dipped', 'dipcard')}",
        ),
        changes("dipcard", "reviewer_id"),
        protect(
            "quality_review",
            using=f"({COUNTS}) OR ({REVIEWS} AND by_id = {ME})",
            check=f"{REVIEWS} AND by_id = {ME} AND {MY_CARD}",
        ),
        frozen("quality_review"),
        protect(
            "quality_hubtold",
            using=f"({COUNTS}) OR ({REVIEWS} AND by_id = {ME})",
            check=f"{IN_MY_HUBS} AND by_id = {ME} AND {of('review', 'review', 'hubtold')}",
        ),
        frozen("quality_hubtold"),
        protect(
            "quality_raised",
            using=f"({LEADS}) OR ({IN_MY_HUBS} AND owner_id = {ME}) OR {REMINDS}",
            check=f"({LEADS}) OR ({IN_MY_HUBS} AND owner_id = {ME})",
        ),
        changes("raised", "done_at, done_by_id, done_words"),
        RunSQL(
            f"CREATE POLICY quality_raised_by_a_lead ON quality_raised AS RESTRICTIVE FOR INSERT TO {DOORS} "
            f"WITH CHECK ({LEADS} AND by_id = {ME});",
            "DROP POLICY quality_raised_by_a_lead ON quality_raised;",
        ),
        protect(
            "quality_raisedreminder",
            using=f"({LEADS}) OR {REMINDS}",
            check=f"{REMINDS} AND {of('raised', 'raised', 'raisedreminder')}",
        ),
        frozen("quality_raisedreminder"),
        protect("quality_earliershare", using=COUNTS, check=f"{LEADS} AND by_id = {ME}"),
        frozen("quality_earliershare"),
    ]
