"""The walls of training: a learner's record is open to them, to who guides them and to who trains, and to nobody else.

How many places are taken is known to the whole hub, whose they are is not.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS, DUTIES, IN_MY_HUBS, child_of, frozen, protect

ME = "(SELECT identity.my_post())"
MINE = f"(SELECT post.account_id FROM partnership_staff post WHERE post.id = {ME})"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
TRAINS = f"{DUTIES} && ARRAY['train','manage']"
KEEPS = f"({A_SERVICE} OR {TRAINS})"
BY_ME = f"by_id = {ME}"
SEEN = f"({KEEPS} OR account_id = {MINE} OR mentor_id = {ME} OR line_manager_id = {ME})"
NOBODY_CHOSEN = "mentor_id IS NULL AND line_manager_id IS NULL AND roles = '{}'"


def only(table: str, command: str, words: str, name: str = "own") -> RunSQL:
    """Narrow one command on a table, for every door."""
    clause = "WITH CHECK" if command == "INSERT" else "USING"
    return RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} {clause} ({words});",
        f"DROP POLICY {table}_{name} ON {table};",
    )


def changes(table: str, columns: str) -> RunSQL:
    """Let the app change these columns alone."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def learner_is(words: str, table: str) -> str:
    """Return "its learner is seen by me", and `words` of them: l is the learner."""
    return (
        f"EXISTS (SELECT FROM training_learner l WHERE l.id = {table}.learner_id AND l.hub_id = {table}.hub_id "
        f"AND {words})"
    )


OWN = learner_is(f"l.account_id = {MINE}", "training_selfrating")
OUTSIDE = learner_is("l.account_id IS NULL", "training_selfrating")
OF_A_BOOKING = (
    "EXISTS (SELECT FROM training_booking b JOIN training_learner l ON l.id = b.learner_id "
    "WHERE b.id = training_attendance.booking_id AND b.hub_id = training_attendance.hub_id)"
)


class Migration(migrations.Migration):
    dependencies = [("training", "0001_programmes"), ("partnership", "0024_calendar_in_an_email")]

    operations = [
        protect("training_learner", using=f"{IN_MY_HUBS} AND {SEEN}"),
        only(
            "training_learner", "INSERT", f"{BY_ME} AND ({TRAINS} OR account_id = {MINE} AND {NOBODY_CHOSEN})"
        ),
        only("training_learner", "UPDATE", KEEPS, "kept"),
        changes(
            "training_learner", "agency_id, unit, roles, mentor_id, line_manager_id, starts_on, ended_on"
        ),
        protect("training_cohort", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {TRAINS} AND {BY_ME}"),
        frozen("training_cohort"),
        protect("training_session", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {KEEPS}"),
        only(
            "training_session",
            "INSERT",
            f"{BY_ME} AND {TRAINS} AND (cohort_id IS NULL OR "
            f"{child_of('training_cohort', 'cohort_id', 'training_session')})",
        ),
        changes(
            "training_session",
            "starts_at, minutes, place, capacity, taught_by, taught_kind, sequence, called_off_at, called_off_why",
        ),
        protect(
            "training_booking",
            using=IN_MY_HUBS,
            check=f"{IN_MY_HUBS} AND {learner_is('true', 'training_booking')} AND "
            f"{child_of('training_session', 'session_id', 'training_booking')}",
        ),
        only("training_booking", "INSERT", f"{BY_ME} AND given_back_at IS NULL"),
        changes("training_booking", "given_back_at"),
        protect(
            "training_attendance",
            using=f"{IN_MY_HUBS} AND {OF_A_BOOKING}",
            check=f"{IN_MY_HUBS} AND {OF_A_BOOKING} AND {TRAINS} AND {BY_ME}",
        ),
        changes("training_attendance", "came, by_id, at"),
        protect(
            "training_selfrating",
            using=f"{IN_MY_HUBS} AND ({KEEPS} OR {OWN})",
            check=f"{IN_MY_HUBS} AND ({OWN} OR {TRAINS} AND {OUTSIDE}) AND "
            f"{child_of('training_session', 'session_id', 'training_selfrating')}",
        ),
        frozen("training_selfrating"),
        protect("training_reminded", using=f"{IN_MY_HUBS} AND {A_SERVICE}"),
        frozen("training_reminded"),
    ]
