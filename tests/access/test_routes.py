"""Every way into the product has a rule: an address, a way of sending to it, or a table without one fails here."""

import re
from pathlib import Path

import pytest
from django.db import connections

from tests.access.routes import ASKED_ELSEWHERE, OF_NO_POST, ROUTES
from tests.access.rules import TABLES
from tests.addresses import patterns

RULES = Path(__file__).parents[2] / "docs" / "rules.md"
WHERE = "tests/access/routes.py"
NOT_ASKED = {  # tables of which the oracle asks no row, and why
    **dict.fromkeys(
        (
            "check_chase", "check_enquirypassed", "check_enquiryseen", "check_reopened", "contact_feedback",
            "contact_followup", "contact_hint", "contact_notthisperson", "contact_printing", "contact_replyseen",
            "contact_written", "contact_writtenchase", "decision_approval", "decision_dissent",
            "decision_dissentend", "decision_signpost", "decision_dissentstage", "decision_dissentword",
            "decision_letterpassed", "decision_schoolnoticecalled",
            "decision_schoolnoticeseen", "decision_without", "desk_clockalarm",
            "desk_clockalert", "desk_handoverword", "desk_moved", "desk_moving", "desk_savedview",
            "partnership_absence", "partnership_rotagap", "partnership_stillneeded", "partnership_turn",
            "people_household", "people_identifier", "people_name", "people_opencaseslist", "people_phone",
            "people_registersize", "people_resident", "people_weightschoice", "referral_draftfile", "setup_compared",
            "triage_clockfact", "triage_episode", "triage_episodecontact", "triage_noted", "triage_notedseen",
            "triage_notoneevent", "desk_conclusion",
        ),
        "walled by its parent or like a neighbour that is asked: test_catalogue.py holds that it has a wall",
    ),
    **dict.fromkeys(
        (
            "desk_exportfile", "desk_exportmade", "desk_exportword", "desk_longpaper", "desk_longpaperfile",
            "desk_watching",
        ),
        "walled by whose list, papers or view it is: tests/desk asks owner, second person, colleague and stranger",
    ),
    **dict.fromkeys(
        ("drafts_draft", "drafts_sent", "drafts_writing"), "what one typed: tests/drafts asks it, owner and stranger"
    ),
    **dict.fromkeys(
        (
            "sealed_member", "sealed_ownerword", "sealed_recall", "sealed_recipient", "sealed_releaseseen",
            "sealed_restson", "sealed_ruling", "sealed_secondword", "sealed_subjectended",
        ),
        "each word of a release, in each state: tests/sealed asks them all",
    ),
    **dict.fromkeys(
        (
            "retention_holdreviewed", "retention_placed", "retention_word",
            "subject_access_extension", "subject_access_sent",
            "plans_aftercheck", "plans_carried", "plans_change", "plans_closure", "plans_covers", "plans_reminder",
            "plans_review", "plans_stepup", "plans_work",
            "panel_action", "panel_concluded", "panel_inplan", "panel_meeting", "panel_minutes", "panel_minutespart",
            "panel_progress", "panel_wentup",
            "alongside_reminder", "boroughs_choice", "boroughs_ended", "boroughs_summaryseen", "boroughs_transferword",
            "training_doneseen", "training_reminded",
        ),
        "walled by its parent, which is asked, or added in one state of it alone: the tests of its app ask that",
    ),
    **dict.fromkeys(
        (
            "directory_chase", "directory_confirmed", "directory_location", "directory_past", "directory_proposal",
            "directory_service", "directory_taxonomy", "directory_term", "directory_token",
        ),
        "about no case: tests/directory asks who writes it; the three that are asked here have the same walls",
    ),
    **dict.fromkeys(
        (
            "handover_carried", "handover_casenumber", "handover_export", "handover_pack", "handover_packchase",
            "handover_packseen", "handover_remark", "handover_step", "handover_stepsettled", "handover_stepwent",
            "handover_stepword", "handover_systemkey", "handover_word",
        ),
        "seen at the service and at the desk: tests/handover asks both, owner, stranger and forger",
    ),
    **dict.fromkeys(
        (
            "panel_agreed", "panel_confirmed", "panel_correction", "panel_invited", "panel_owncheck", "panel_present",
            "panel_terms",
        ),
        "of whoever sits on the panel, which no post of the oracle does: tests/panel asks it",
    ),
    **dict.fromkeys(
        (
            *("systems_arrival", "systems_key", "systems_keyused", "systems_said", "systems_system"),
            *("systems_hook", "systems_hookletin", "systems_call", "systems_mapping", "systems_mappingadopted"),
            *("systems_callagain", "systems_opencasestaken"),
        ),
        "seen by who sets up the hub, by the agency and behind a key: tests/systems asks each, and strangers",
    ),
    **dict.fromkeys(
        ("mail_mail", "mail_enclosed", "mail_acknowledging"),
        "of no case until somebody settles it: tests/mail asks each duty, strangers, and whoever is kept out",
    ),
    **dict.fromkeys(
        ("outage_passphrase", "outage_pack", "outage_packend"),
        "of no case; who manages the hub sees them: tests/outage asks each duty, and strangers",
    ),
    **dict.fromkeys(
        ("region_grant", "region_lookedover", "region_met", "region_word"),
        "of hubs that let each other, which no scene holds: tests/region asks all, and strangers",
    ),
    **dict.fromkeys(
        ("outage_away", "outage_entered"),
        "of nothing before a day without the product: tests/outage asks whoever is kept out, agencies and strangers",
    ),
    "boroughs_marks": "keyed hashes that no page reads: tests/boroughs asks it",
    "ledger_outside": "tests/ledger asks it: the keeper's, and read by auditors",
    "ledger_root": "tests/ledger asks it: the keeper's, and read by auditors",
    "partnership_dormant": "tests/partnership/test_dormancy.py asks it",
    "partnership_woken": "tests/partnership/test_dormancy.py asks it",
    "notifications_wish": "how one wishes to be told: tests/notifications asks it, owner and stranger",
    "partnership_email": "tests/partnership/test_outbox.py asks it, and tests/notifications",
    "partnership_posttaken": "when a post was taken: tests/partnership/test_dormancy.py asks it",
    "partnership_restriction": "tests/desk/test_restricted.py asks it, and every restricted relation here rests on it",
    "partnership_service": "names of programs, which everybody reads and nobody writes",
    "partnership_signincode": "codes, hashed: tests/partnership/test_passwords.py asks it",
    "people_token": "keyed hashes without a key of their own: tests/people/test_tokens.py asks it",
    "socialaccount_socialaccount": "signing in: tests/partnership/test_through_ones_agency.py asks it",
}  # fmt: skip


def test_every_address_has_a_rule():
    """The build fails on a page that nobody gave a rule: goal S5."""
    named = {name for name, _ in patterns()}
    missing = sorted(named - set(ROUTES) - set(OF_NO_POST) - set(ASKED_ELSEWHERE))
    assert not missing, (
        f"{', '.join(missing)}: nobody said who may open this. Add one line an address to ROUTES in {WHERE}: "
        'Page(get=..., post=..., about="the table whose row stands in it"). Its heading says how; take the rule from '
        "docs/rules.md and not from the view. An address for nobody with a post goes into OF_NO_POST, with its reason."
    )
    assert not (set(ROUTES) | set(OF_NO_POST)) - named, "a rule for an address that the product no longer has"
    assert not set(ROUTES) & set(OF_NO_POST)
    folders = {ASKED_ELSEWHERE[name] for name in named & set(ASKED_ELSEWHERE)}
    assert all((RULES.parents[1] / one).is_dir() for one in folders)


def test_an_address_without_a_rule_would_be_found(monkeypatch):
    monkeypatch.delitem(ROUTES, "desk:case")
    with pytest.raises(AssertionError, match="desk:case: nobody said who may open this"):
        test_every_address_has_a_rule()


def test_every_table_behind_a_wall_is_asked_or_says_why_not(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connections["builder"].cursor() as cursor:
        cursor.execute("""
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('public', 'sealed') AND c.relrowsecurity AND c.relkind IN ('r', 'p')
        """)
        walled = {row[0] for row in cursor.fetchall()}
    asked = {name.removeprefix("sealed.") for name in TABLES}
    others = {
        one for one in walled if one.startswith(("exercise_", "harm_", "insight_", "returns_", "quality_"))
    }  # their own tests ask them
    assert walled - asked - set(NOT_ASKED) - others == set(), (
        "a table that nobody asks: add one line to TABLES in tests/access/rules.py and a row of it to say_more() in "
        "scene.py, or say in NOT_ASKED where else it is asked"
    )
    assert asked <= walled
    assert set(NOT_ASKED) <= walled - asked


def test_every_rule_names_a_heading_that_the_rules_have():
    headings = set(re.findall(r"^## (.+)$", RULES.read_text(), re.MULTILINE))
    assert {table.source for table in TABLES.values()} <= headings


def test_what_a_page_is_about_is_a_table_of_the_product():
    with_rule = {page.about for page in ROUTES.values() if page.about}
    assert with_rule <= set(TABLES) | set(NOT_ASKED) | {f"sealed.{name}" for name in NOT_ASKED}
