"""The walls of records: seen with the learner; signed by the mentor, then by the line manager, who are two people.

Who sets up the hub sees who is signed off for which path, and nothing else of anybody's learning: a duty waits for it.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DUTIES, IN_MY_HUBS, frozen, protect

ME = "(SELECT identity.my_post())"
MINE = f"(SELECT post.account_id FROM partnership_staff post WHERE post.id = {ME})"
TRAINS = f"{DUTIES} && ARRAY['train','manage']"
SETS_UP = f"{DUTIES} && ARRAY['administer']"
BY_ME = f"by_id = {ME}"
REFUSED = "USING ERRCODE = 'insufficient_privilege'"


def learner_is(words: str, table: str) -> str:
    """Return "its learner is seen by me", and `words` of them: l is the learner."""
    return (
        f"EXISTS (SELECT FROM training_learner l WHERE l.id = {table}.learner_id AND l.hub_id = {table}.hub_id "
        f"AND {words})"
    )


OF_DONE = (
    "EXISTS (SELECT FROM training_done d JOIN training_learner l ON l.id = d.learner_id "
    "WHERE d.id = training_doneseen.done_id AND d.hub_id = training_doneseen.hub_id"
)
SIGNER = learner_is(
    f"(l.account_id IS NULL OR l.account_id <> {MINE}) AND l.account_id IS NOT DISTINCT FROM training_signoff.account_id "
    f"AND (training_signoff.step = 'mentor' AND l.mentor_id = {ME} "
    f"OR training_signoff.step = 'line_manager' AND l.line_manager_id = {ME})",
    "training_signoff",
)
IN_ORDER = f"""
    CREATE FUNCTION identity.sign_in_order() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      last_one record;
    BEGIN
      IF NEW.step <> 'line_manager' OR NOT NEW.signed THEN RETURN NEW; END IF;
      SELECT s.signed, p.account_id INTO last_one
        FROM public.training_signoff s JOIN public.partnership_staff p ON p.id = s.by_id
        WHERE s.learner_id = NEW.learner_id AND s.path = NEW.path AND s.step = 'mentor'
        ORDER BY s.at DESC, s.id DESC LIMIT 1;
      IF NOT coalesce(last_one.signed, false) THEN
        RAISE EXCEPTION 'the mentor signs before the line manager' {REFUSED};
      END IF;
      IF last_one.account_id = (SELECT account_id FROM public.partnership_staff WHERE id = NEW.by_id) THEN
        RAISE EXCEPTION 'mentor and line manager are two people' {REFUSED};
      END IF;
      RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION identity.sign_in_order() FROM PUBLIC;
    CREATE TRIGGER training_signoff_in_order BEFORE INSERT ON training_signoff
      FOR EACH ROW EXECUTE FUNCTION identity.sign_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0003_records")]

    operations = [
        protect(
            "training_done",
            using=f"{IN_MY_HUBS} AND {learner_is('true', 'training_done')}",
            check=f"{IN_MY_HUBS} AND {BY_ME} AND "
            f"{learner_is(f'(l.account_id = {MINE} OR {TRAINS})', 'training_done')}",
        ),
        frozen("training_done"),
        protect(
            "training_doneseen",
            using=f"{IN_MY_HUBS} AND {OF_DONE})",
            check=f"{IN_MY_HUBS} AND {BY_ME} AND {OF_DONE} AND l.line_manager_id = {ME})",
        ),
        frozen("training_doneseen"),
        protect(
            "training_signoff",
            using=f"{IN_MY_HUBS} AND ({SETS_UP} OR {learner_is('true', 'training_signoff')})",
            check=f"{IN_MY_HUBS} AND {BY_ME} AND {SIGNER}",
        ),
        frozen("training_signoff"),
        RunSQL(
            IN_ORDER,
            "DROP TRIGGER training_signoff_in_order ON training_signoff; DROP FUNCTION identity.sign_in_order();",
        ),
        RunSQL(
            "GRANT UPDATE (account_id) ON training_learner TO mash_worker, mash_app;",
            "REVOKE UPDATE (account_id) ON training_learner FROM mash_worker, mash_app;",
        ),
        protect("training_sheet", using=f"{IN_MY_HUBS} AND {TRAINS}"),
        RunSQL(
            "REVOKE UPDATE ON training_sheet FROM mash_app, mash_worker; "
            "GRANT UPDATE (columns, rows, taken_at) ON training_sheet TO mash_app;",
            "REVOKE UPDATE (columns, rows, taken_at) ON training_sheet FROM mash_app; "
            "GRANT UPDATE ON training_sheet TO mash_app, mash_worker;",
        ),
    ]
