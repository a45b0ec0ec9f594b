"""The walls of this app's tables, and what whoever sent a referral from a post sees of it afterwards."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, at_desk, child_of, deletable, frozen, of_contact, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
OF_FORMS = "(SELECT identity.my_service()) IN ('front_door', 'draft_keeper')"
MINE = f"owner_id = (SELECT identity.my_post()) OR id = (SELECT identity.my_referral()) OR {OF_FORMS}"
SENT = "(SELECT identity.my_sent())::uuid[]"
BY_A_REFERRER = f"""
    {IN_MY_HUBS} AND by_id IS NULL
    AND (contact_id = (SELECT identity.my_referral()) OR contact_id = ANY ({SENT}))
"""
ONLY_BY_CODE = f"{IN_MY_HUBS} AND by_id IS NULL AND contact_id = (SELECT identity.my_referral())"
BORN = f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'contact_addition')}"
MY_SENT = """
    CREATE FUNCTION identity.my_sent() RETURNS uuid[]  -- contacts that my post sent by the form
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT contact_id FROM public.referral_sent
        WHERE staff_id = identity.my_post() AND hub_id = ANY (identity.my_hubs()))
    $$;
"""


def changed(table, *, now, before, check_now="", check_before=""):
    """Change what a table's wall lets through."""

    def said(using, check):
        return f"ALTER POLICY {table}_wall ON {table} USING ({using})" + (
            f" WITH CHECK ({check})" if check else ""
        )

    return migrations.RunSQL(said(now, check_now), said(before, check_before))


def list_service(apps, schema_editor):
    """List it as the owner, who holds this table's own policy."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnership_service (name, reason) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            ["draft_keeper", "drafts of referrals that nobody touched for 28 days are deleted"],
        )


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0001_initial"),
        ("contact", "0002_walls"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.RunSQL(MY_SENT, "DROP FUNCTION identity.my_sent();"),
        protect("referral_draft", using=f"{IN_MY_HUBS} AND ({MINE})"),
        protect(
            "referral_draftfile",
            using=f"{IN_MY_HUBS} AND {child_of('referral_draft', 'draft_id', 'referral_draftfile')}",
        ),
        protect(
            "referral_sent",
            using=f"staff_id = (SELECT identity.my_post()) AND {IN_MY_HUBS} OR {A_SERVICE}",
            check=A_SERVICE,
            identity_reads=True,
        ),
        frozen("referral_sent"),
        deletable("referral_draft"),
        deletable("referral_draftfile"),
        changed("contact_contact", now=of_contact("id", also=f"id = ANY ({SENT})"), before=of_contact("id")),
        changed("contact_reply", now=of_contact(also=f"contact_id = ANY ({SENT})"), before=of_contact()),
        changed(
            "contact_addition",
            now=f"({at_desk()}) OR ({BY_A_REFERRER})",
            check_now=f"({BORN}) OR ({BY_A_REFERRER})",
            before=f"({at_desk()}) OR ({ONLY_BY_CODE})",
            check_before=f"({BORN}) OR ({ONLY_BY_CODE})",
        ),
        migrations.RunPython(list_service, migrations.RunPython.noop),
    ]
