"""The walls of this app's tables: a hub's set-up is its own, and its administrator also reaches the hub it practises in."""

from django.db import migrations

from mash.common.rls import DUTIES, HUBS, IN_MY_HUBS, deletable, frozen, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SETS_UP = f"({A_SERVICE} OR {DUTIES} && ARRAY['administer','manage'])"
PRACTICE = f"hub_id = ANY (ARRAY(SELECT id FROM partnership_hub WHERE practises_for_id = ANY ({HUBS})))"
MINE = f"({IN_MY_HUBS} OR {SETS_UP} AND {PRACTICE})"
READS_THE_LOG = f"({SETS_UP} OR {DUTIES} && ARRAY['audit'])"
ANSWERED = "answered_by_id, answered_at, confirmed"


class Migration(migrations.Migration):
    dependencies = [("setup", "0001_initial"), ("partnership", "0006_colour_and_practice")]

    operations = [
        protect("setup_edition", using=MINE, check=f"{SETS_UP} AND {MINE}"),
        frozen("setup_edition"),
        protect("setup_draft", using=f"{SETS_UP} AND {IN_MY_HUBS}"),
        deletable("setup_draft"),
        protect("setup_change", using=f"{READS_THE_LOG} AND {MINE}", check=f"{SETS_UP} AND {MINE}"),
        frozen("setup_change"),
        protect("setup_grant", using=f"{SETS_UP} AND {IN_MY_HUBS}"),
        migrations.RunSQL(
            f"""
            REVOKE UPDATE ON setup_grant FROM mash_app, mash_worker;
            GRANT UPDATE ({ANSWERED}) ON setup_grant TO mash_app, mash_worker;
            """,
            f"""
            REVOKE UPDATE ({ANSWERED}) ON setup_grant FROM mash_app, mash_worker;
            GRANT UPDATE ON setup_grant TO mash_app, mash_worker;
            """,
        ),
    ]
