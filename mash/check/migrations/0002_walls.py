"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import (
    AGENCY,
    AT_MY_DESK,
    BARS,
    DUTIES,
    IN_MY_HUBS,
    at_desk,
    child_of,
    deletable,
    frozen,
    protect,
    receipt,
)

OF_AN_ENQUIRY = ["enquiryperson", "return", "withheld", "enquiryseen"]
OF_A_CONTACT = ["happened", "risk", "view"]
FROZEN = [
    "enquiryperson",
    "personsearch",
    "answer",
    "fullanswer",
    "return",
    "withheld",
    "chase",
    "risk",
    "view",
]
ANSWERS = f"{DUTIES} && ARRAY['answer']"
THROUGH_THE_GATE = """
    (gate_agreement_id IS NULL OR EXISTS (
      SELECT FROM triage_agreement said WHERE said.id = check_check.gate_agreement_id
        AND said.contact_id = check_check.contact_id AND said.sought = 'given' AND 'agency_checks' = ANY (said.scopes)))
    AND (gate_ground_id IS NULL OR EXISTS (
      SELECT FROM triage_ground why WHERE why.id = check_check.gate_ground_id
        AND why.contact_id = check_check.contact_id
        AND (check_check.approved_by_id IS NULL OR why.by_id IS NULL OR why.by_id <> check_check.approved_by_id)))
"""
MY_CHECKS = """
    CREATE FUNCTION identity.my_checks() RETURNS uuid[]  -- checks in which my agency was asked, if I answer for it
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT check_asked_id FROM public.check_enquiry
        WHERE agency_id = identity.my_agency() AND hub_id = ANY (identity.my_hubs())
          AND 'answer' = ANY (identity.my_duties()) AND withdrawn_at IS NULL
          AND contact_id_opaque <> ALL (identity.my_bars()))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("check", "0001_initial"), ("triage", "0002_walls")]

    operations = [
        migrations.RunSQL(MY_CHECKS, "DROP FUNCTION identity.my_checks();"),
        protect(
            "check_check",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'check_check')} "
            f"AND {THROUGH_THE_GATE}",
        ),
        protect(
            "check_enquiry",
            using=f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR (agency_id = {AGENCY} AND {ANSWERS})) "
            f"AND contact_id_opaque <> ALL ({BARS})",
            check=f"{AT_MY_DESK} AND {child_of('check_check', 'check_asked_id', 'check_enquiry')}",
            identity_reads=True,
        ),
        *[
            protect(
                f"check_{table}",
                using=f"{IN_MY_HUBS} AND {child_of('check_enquiry', 'enquiry_id', f'check_{table}')}",
            )
            for table in OF_AN_ENQUIRY
        ],
        protect(
            "check_personsearch",
            using=f"{IN_MY_HUBS} AND {child_of('check_enquiryperson', 'enquiry_person_id', 'check_personsearch')}",
        ),
        protect(
            "check_answer",
            using=f"{IN_MY_HUBS} AND ({child_of('check_check', 'check_asked_id', 'check_answer')} "
            f"OR check_asked_id = ANY ((SELECT identity.my_checks())::uuid[]))",
            check=f"{IN_MY_HUBS} AND {child_of('check_enquiry', 'enquiry_id', 'check_answer')}",
        ),
        protect(
            "check_fullanswer",
            using=f"{IN_MY_HUBS} AND {child_of('check_answer', 'answer_id', 'check_fullanswer')} "
            f"AND (agency_id = {AGENCY} OR {DUTIES} && ARRAY['decide','assess'])",
            check=f"{IN_MY_HUBS} AND {child_of('check_answer', 'answer_id', 'check_fullanswer')}",
        ),
        protect(
            "check_draft",
            using=f"{IN_MY_HUBS} AND agency_id = {AGENCY} AND {child_of('check_enquiry', 'enquiry_id', 'check_draft')}",
        ),
        protect(
            "check_chase", using=f"{AT_MY_DESK} AND {child_of('check_enquiry', 'enquiry_id', 'check_chase')}"
        ),
        *[
            protect(
                f"check_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'check_{table}')}",
            )
            for table in OF_A_CONTACT
        ],
        *[frozen(f"check_{table}") for table in FROZEN],
        deletable("check_draft"),
        receipt("check_enquiryseen"),
    ]
