"""Who acts, and the walls of this app and of the ledger beneath it (its rule asks about duties)."""

from pathlib import Path

from django.db import migrations

from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, append_only, deletable, protect

SETS_UP = "((SELECT identity.my_service()) IS NOT NULL OR (SELECT identity.my_duties()) && ARRAY['administer','manage'])"
SOMEBODY = "(SELECT identity.my_hubs()) IS NOT NULL"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
OWN_LINE = "actor = (SELECT coalesce(identity.me(), 'nobody'))"
MAY_AUDIT = f"{IN_MY_HUBS} AND ((SELECT identity.my_duties()) && ARRAY['audit'] OR {A_SERVICE})"
FUNCTIONS = Path(__file__).parent.parent / "identity_1.sql"
NAMES = "my_barred_people my_bars my_grants my_clearances my_agency my_desks my_duties my_hubs my_referral my_service my_post my_account"
DROP = "".join(f"DROP FUNCTION identity.{name}();" for name in NAMES.split())
DROP += "DROP FUNCTION identity.my(text); DROP FUNCTION identity.acting(); DROP FUNCTION identity.me();"


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0001_initial"),
        ("ledger", "0001_initial"),
        ("sessions", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("procrastinate", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS.read_text(), DROP),
        protect("partnership_hub", using=SOMEBODY, check=SETS_UP, identity_reads=True),
        protect("partnership_agency", using=SOMEBODY, check=SETS_UP),
        protect("partnership_closure", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {SETS_UP}"),
        protect("partnership_membership", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {SETS_UP}"),
        protect(
            "partnership_staff",
            using=f"account_id = (SELECT identity.my_account()) OR {IN_MY_HUBS}",
            check=f"{IN_MY_HUBS} AND {SETS_UP}",
            identity_reads=True,
        ),
        protect(
            "partnership_access",
            using=f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR staff_id = (SELECT identity.my_post()))",
            check=f"{IN_MY_HUBS} AND {AT_MY_DESK}",
            identity_reads=True,
        ),
        protect("partnership_service", using=SOMEBODY, check=A_SERVICE, identity_reads=True),
        protect(
            "partnership_referrercode",
            using=f"{A_SERVICE} OR code_hash = (SELECT identity.my('referrer'))",
            check=A_SERVICE,
            identity_reads=True,
        ),
        protect("partnership_email", using=AT_MY_DESK, check=IN_MY_HUBS),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE ON partnership_service FROM mash_app, mash_worker;",
            "GRANT INSERT, UPDATE ON partnership_service TO mash_app, mash_worker;",
        ),
        migrations.RunSQL(
            f"""
            ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY ledger_entry_read ON ledger_entry FOR SELECT
              TO mash_app, mash_reader, mash_worker, mash_owner USING ({MAY_AUDIT});
            CREATE POLICY ledger_entry_wall ON ledger_entry FOR INSERT
              TO mash_app, mash_reader, mash_worker, mash_owner WITH CHECK ({OWN_LINE});
            """,
            """
            DROP POLICY ledger_entry_read ON ledger_entry;
            DROP POLICY ledger_entry_wall ON ledger_entry;
            ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
            """,
        ),
        append_only("ledger_entry"),
        deletable("django_session"),
        deletable("mfa_authenticator"),
        deletable("account_emailaddress"),
    ]
