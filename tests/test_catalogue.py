"""Questions to PostgreSQL's own catalogue: what is protected, who may what, and every exception with its reason.

Each answer is compared as equal, so that an exception nobody needs any more fails too.
"""

import pytest
from django.db import connections

pytestmark = pytest.mark.usefixtures("transactional_db")

OURS = "n.nspname IN ('public', 'sealed', 'identity') AND c.relname NOT LIKE 'pg\\_%'"
UNPROTECTED = {
    "account_emailaddress": "sign-in: read before anybody is known",
    "account_emailconfirmation": "sign-in: not used; no address is confirmed by e-mail",
    "auth_group": "Django's own; no permission of ours lies in it",
    "auth_group_permissions": "Django's own; empty",
    "auth_permission": "Django's own; names of models",
    "django_content_type": "Django's own; names of models",
    "django_migrations": "Django's own; names of migrations",
    "django_session": "sign-in: read before anybody is known",
    "identity.key": "the signing key: no role but the owner's functions may read it",
    "mfa_authenticator": "sign-in: second factors",
    "partnership_account": "sign-in: read before anybody is known",
    "partnership_tally": "counted before anybody is known; a keyed hash and a number, of nobody's case",
    "procrastinate_events": "the queue: ids in signed orders",
    "procrastinate_jobs": "the queue: ids in signed orders",
    "procrastinate_periodic_defers": "the queue: timetable",
    "procrastinate_workers": "the queue: which workers live",
    "socialaccount_socialapp": "not used: an agency's provider lies in the settings; no role may even read it",
    "socialaccount_socialtoken": "not used: no token is kept; no role may even read it",
}
OWNER_SEES_ALL = {
    **dict.fromkeys(
        ("boroughs_asked", "boroughs_choice", "boroughs_known", "boroughs_marks", "boroughs_question"),
        "identity.known_elsewhere() reads or writes it",
    ),
    "check_enquiry": "identity.my_checks() reads it",
    "region_grant": "identity.region_running() reads it",
    "exercise_group": "identity.exercise_doings() reads it",
    "exercise_run": "identity.exercise_doings() reads it, and identity.exercise_dispose() writes that it is done",
    "exercise_seat": "identity.my_exercise() and my_seat() read it",
    "panel_item": "identity.my_panel_items() reads it",
    "panel_needed": "identity.my_panel_items() reads it",
    "panel_onplan": "identity.my_panel_items() reads it",
    "panel_seat": "identity.my_panel_items() reads it",
    "plans_familymember": "identity.my_barred_plans() reads it",
    "plans_plan": "identity.my_plans() reads it",
    "plans_seat": "identity.my_plans() reads it",
    "plans_stepup": "identity.my_plan_steps() reads it",
    "partnership_access": "identity.my_grants() and my_bars() read it",
    "partnership_opening": "identity.open_restricted() writes it",
    "partnership_dormant": "identity.my_post() reads it",
    "partnership_woken": "identity.my_post() reads it",
    "partnership_restriction": "identity.my_bars() reads it",
    "partnership_hub": "identity.my_hubs() reads it",
    "partnership_referrercode": "identity.my_referral() reads it",
    "partnership_service": "identity.my_service() reads it",
    "partnership_staff": "identity.my_post() reads it",
    "quality_reviewer": "identity.my_copies() reads it",
    "triage_stillopen": "identity.keep_open() writes it, and my_night() reads it",
    **dict.fromkeys(
        ("referral_sent", "systems_arrival", "systems_key", "systems_system"), "identity.my_sent() reads it"
    ),
    **dict.fromkeys(
        (
            "sealed_release",
            "sealed_wording",
            "sealed_rendition",
            "sealed_restson",
            "sealed_recipient",
            "sealed_ownerword",
            "sealed_ruling",
            "sealed_secondword",
            "sealed_recall",
            "sealed_releaseseen",
        ),
        "foreign keys within the room are checked as the owner, and identity.my_releases() and its like read them",
    ),
    "sealed_item": "foreign keys within the room are checked as the owner, and identity.held_behind() reads it",
    "sealed_mark": "identity.held_in_confidence() reads it",
    "sealed_member": "foreign keys within the room are checked as the owner",
    "sealed_room": "foreign keys within the room are checked as the owner, and identity.my_shut_rooms() reads it",
    "sealed_subject": "foreign keys within the room are checked as the owner",
    "sealed_subjectended": "identity.held_in_confidence() reads it",
}
DELETABLE = {
    "boroughs_marks",  # written anew with its person
    "referral_draft",
    "referral_draftfile",
    "systems_callagain",  # with its call
    "systems_call",  # by the service of calls alone, after 90 days
    "systems_caselike",  # these three by the service of open cases alone: 90 days after one was closed
    "systems_caseword",
    "systems_opencase",
    "account_emailaddress",
    "check_draft",
    "desk_exportfile",  # within a day, or once its asker may not see all of it any more
    "desk_longpaperfile",  # within a day, or once its asker may not see all of it any more
    "desk_watching",
    "directory_site",  # written anew with its entry
    "directory_token",
    "django_session",
    "drafts_draft",
    "drafts_sent",
    "drafts_writing",
    "harm_report",  # counted anew, by the service `harm` alone
    "harm_together",
    "harm_touch",
    "insight_length",  # these by the service `insight` alone: made anew
    "insight_sum",
    "insight_touched",  # once it is counted
    "insight_wardsum",
    "mfa_authenticator",
    "quality_incident",  # when its months are over, by the service of disposal alone
    "quality_incidentpiece",  # of a file, until its rows are taken
    "partnership_closure",
    "partnership_referrercode",
    "partnership_tally",
    "people_suspected",
    "region_met",  # found anew each night, by the service `region` alone
    "people_token",
    "returns_file",  # by the service `returns` alone, after 90 days
    "returns_problem",  # with its file
    "retention_standing",  # worked out afresh each night; a record that is gone stands nowhere
    "setup_draft",
    "socialaccount_socialaccount",  # by the service `setup` alone, which a command acts as
    "triage_hold",
}
DELETABLE_BY_THE_WORKER_TOO = DELETABLE - {"socialaccount_socialaccount"} | {
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
A_READER_ADDS = {
    "boroughs_summaryseen",
    "check_enquiryseen",
    "contact_replyseen",
    "decision_schoolnoticeseen",
    "exercise_seen",
    "handover_packseen",
    "ledger_entry",
    "systems_keyused",
}
FUNCTIONS_OF_THE_OWNER = {
    "exercise_dispose",  # for one service, of hubs of an exercise whose run has ended and whose day has come
    "exercise_doings", "my_exercise", "my_seat",
    "my_region", "region_hidden", "region_running",
    "known_elsewhere", "my_copies", "my_sent", "open_restricted",
    "my_plans", "my_barred_plans", "my_plan_steps",
    "audited_contact", "audited_namesakes", "audited_people", "audited_references",
    "acting", "me", "my", "my_account", "my_agency", "my_barred_people", "my_bars", "my_checks", "my_clearances",
    "my_desks", "my_duties", "my_panel_items", "my_grants", "my_hubs", "my_post", "my_referral", "my_service",
    "my_team",
    "only_who_answers", "guard_factor", "guard_grant", "guard_lost_factor", "guard_post", "works_nights", "my_night",
    "held_behind", "held_in_confidence", "held_tonight", "my_shut_rooms", "wrap_anew", "stopped_posts",
    "is_kept_from_somebody",
    "keep_open",  # from a trigger, or for one service: whether a contact is open, and nothing else
    "insight_touch", "insight_gone",  # say which key changed, and nothing of what stands there
    "my_person", "my_released", "my_asked", "my_vetoes", "my_register", "my_releases", "my_approvable",
    "retention_dispose",  # for one service, where two people agreed and no hold stands; everything or nothing
    "known", "learn", "learn_again", "forget", "work_out_account", "work_out_agency", "work_out_barred_people",
    "work_out_bars", "work_out_clearances", "work_out_desks", "work_out_duties", "work_out_grants", "work_out_hubs",
    "work_out_night", "work_out_nights", "work_out_post", "work_out_referral", "work_out_service",
}  # fmt: skip
NOT_NARROWED_AT_NIGHT = {
    "decision_dissent": "seen through its decision, whose wall is narrowed, or by the agency whose it is",
    "decision_told": "seen through its decision, whose wall is narrowed",
    "outage_pack": "of no case: how many contacts a pack holds; a night post sees none",
    "partnership_access": "why somebody may see a case: the identity functions and the rule of conflicts read it",
    "partnership_opening": "a night post opens none, and reads only its own",
    "partnership_restriction": "why a case is closed to most of the desk: the identity functions read it",
    "partnership_referrercode": "a referrer's code, hashed; no page of the desk shows one",
    "quality_reviewer": "identity.my_copies() reads it; a post has its own rows, the lead those of its cases",
    "referral_sent": "a referrer's own copy, seen by whoever wrote it",
    "returns_problem": "for whoever makes returns; a night post sees none",
    "systems_arrival": "that something came from a system; identity.my_sent() reads it",
    "sealed_room": "reached by the sealed role alone",
    "sealed_release": "reached by the sealed role alone; what it shows goes by name or by clearance",
    "sealed_wording": "reached by the sealed role alone; what it shows goes by name or by clearance",
}
COUNTED = {  # by the libraries: no table of a case
    "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_group_permissions", "auth_permission",
    "django_content_type", "django_migrations", "mfa_authenticator", "procrastinate_events", "procrastinate_jobs",
    "procrastinate_periodic_defers", "procrastinate_workers", "socialaccount_socialaccount",
    "socialaccount_socialapp", "socialaccount_socialtoken",
}  # fmt: skip
TAKES = {
    ("mash_app", "mash_reader"),
    ("mash_app", "mash_sealed"),
    ("mash_migrate", "mash_owner"),
    ("mash_worker", "mash_sealed"),
}


def ask(question):
    with connections["builder"].cursor() as cursor:
        cursor.execute(question)
        return {row[0] if len(row) == 1 else row for row in cursor.fetchall()}


def tables_on_which(role, right):
    return ask(f"""
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind IN ('r', 'p') AND has_table_privilege('{role}', c.oid, '{right}')
    """)


def test_every_table_is_protected_or_has_a_reason():
    unprotected = ask(f"""
        SELECT CASE n.nspname WHEN 'public' THEN relname ELSE n.nspname || '.' || relname END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND relkind IN ('r', 'p', 'f') AND NOT (relrowsecurity AND relforcerowsecurity)
    """)
    assert unprotected == set(UNPROTECTED)


def test_no_protected_table_is_without_a_policy():
    assert not ask(f"""
        SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
    """)


def test_every_policy_names_its_roles():
    assert not ask("SELECT polname FROM pg_policy WHERE 0 = ANY (polroles)")


def test_only_what_the_identity_functions_read_is_open_to_its_owner():
    open_to = ask("""
        SELECT polrelid::regclass::text FROM pg_policy
        WHERE pg_get_expr(polqual, polrelid) = 'true' AND polroles = ARRAY['mash_owner'::regrole::oid]
    """)
    assert {name.removeprefix("sealed.") for name in open_to} == set(OWNER_SEES_ALL)
    assert not ask("""
        SELECT polname FROM pg_policy
        WHERE pg_get_expr(polqual, polrelid) = 'true' AND polroles <> ARRAY['mash_owner'::regrole::oid]
    """)


def test_whatever_belongs_to_a_contact_is_narrowed_at_night():
    """Every table with the key of a contact has a restrictive policy that reads `my_night`, or a reason."""
    keyed = ask(f"""
        SELECT DISTINCT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE {OURS} AND c.relkind = 'r' AND a.attname IN ('contact_id', 'contact_id_opaque', 'case', 'contacts')
    """)
    narrowed = ask("""
        SELECT polrelid::regclass::text FROM pg_policy
        WHERE NOT polpermissive AND pg_get_expr(polqual, polrelid) LIKE '%my_night%'
    """)
    assert keyed - narrowed == set(NOT_NARROWED_AT_NIGHT)
    assert narrowed - keyed == {"contact_contact"}


def test_there_are_no_views():
    assert not ask(f"""
        SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND relkind IN ('v', 'm') AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    """)


def test_functions_that_run_as_the_owner_are_listed_and_keep_their_path():
    found = ask("""
        SELECT p.proname, coalesce(array_to_string(p.proconfig, ','), '') FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname IN ('public', 'sealed', 'identity')
    """)
    assert {name for name, _ in found} == FUNCTIONS_OF_THE_OWNER
    assert {settings for _, settings in found} == {"search_path=pg_catalog, pg_temp"}


def test_nothing_of_ours_can_be_run_by_the_public():
    assert not ask("""
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('public', 'sealed', 'identity') AND has_function_privilege('public', p.oid, 'EXECUTE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """)


@pytest.mark.parametrize("role", ["mash_app", "mash_worker", "mash_reader", "mash_sealed"])
@pytest.mark.parametrize("right", ["TRUNCATE", "REFERENCES", "TRIGGER"])
def test_no_role_of_the_product_changes_structure(role, right):
    assert not tables_on_which(role, right)


@pytest.mark.parametrize("role", ["mash_app", "mash_worker", "mash_reader", "mash_sealed", "mash_migrate"])
def test_no_role_of_the_product_makes_tables_by_itself(role):
    (rights,) = ask(f"""
        SELECT has_database_privilege('{role}', current_database(), 'TEMP'),
               has_database_privilege('{role}', current_database(), 'CREATE'),
               has_schema_privilege('{role}', 'public', 'CREATE')
    """)
    assert not any(rights)


def test_deleting_is_never_a_default():
    assert tables_on_which("mash_app", "DELETE") == DELETABLE
    assert tables_on_which("mash_worker", "DELETE") == DELETABLE_BY_THE_WORKER_TOO
    assert not tables_on_which("mash_reader", "DELETE")
    assert not tables_on_which("mash_sealed", "DELETE")


def test_a_reader_adds_ledger_lines_and_receipts_and_changes_nothing():
    assert tables_on_which("mash_reader", "INSERT") == A_READER_ADDS
    assert not tables_on_which("mash_reader", "UPDATE")


def test_the_sealed_tables_are_reached_by_the_sealed_role_alone():
    in_the_room = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'sealed'")
    assert in_the_room == {
        "sealed_room", "sealed_member", "sealed_item", "sealed_subject", "sealed_subjectended", "sealed_mark",
        "sealed_release", "sealed_wording", "sealed_rendition", "sealed_restson", "sealed_recipient",
        "sealed_ownerword", "sealed_ruling", "sealed_secondword", "sealed_recall", "sealed_releaseseen",
    }  # fmt: skip
    for role in ("mash_app", "mash_worker", "mash_reader"):
        assert not tables_on_which(role, "SELECT") & in_the_room
    assert tables_on_which("mash_sealed", "SELECT") == in_the_room
    assert not tables_on_which("mash_sealed", "UPDATE")


def test_the_signing_key_is_read_by_nobody():
    for role in ("mash_app", "mash_worker", "mash_reader", "mash_sealed", "mash_migrate"):
        assert "key" not in tables_on_which(role, "SELECT")


def test_who_may_become_whom():
    ours = "('mash_app', 'mash_worker', 'mash_reader', 'mash_sealed', 'mash_owner', 'mash_migrate')"
    assert (
        ask(f"""
        SELECT a.rolname, b.rolname FROM pg_roles a, pg_roles b
        WHERE a.rolname IN {ours} AND b.rolname IN {ours} AND a <> b AND pg_has_role(a.oid, b.oid, 'MEMBER')
    """)
        == TAKES
    )
    assert not ask(f"""
        SELECT a.rolname, b.rolname FROM pg_roles a, pg_roles b
        WHERE a.rolname IN {ours} AND b.rolname IN {ours} AND a <> b AND pg_has_role(a.oid, b.oid, 'USAGE')
    """)


def test_only_administrator_backup_and_builder_skip_row_level_security():
    assert ask("SELECT rolname FROM pg_roles WHERE rolsuper OR rolbypassrls") == {
        "mash_admin",
        "mash_backup",
        "mash_builder",
    }


def test_nothing_of_a_case_is_counted_by_a_sequence():
    counted = ask("""
        SELECT c.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE d.deptype IN ('a', 'i') AND n.nspname IN ('public', 'sealed')
    """)
    assert counted == COUNTED
