"""The walls of outage packs: who manages the hub sets the passphrase and sees which were made; one program makes them."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, DUTIES, child_of, frozen, goes_with_an_exercise, protect

SERVICE = ("outage", "packs for going on by hand, made each hour")
ME, A_SERVICE = "(SELECT identity.my_post())", "(SELECT identity.my_service()) IS NOT NULL"
MAKER = "(SELECT identity.my_service()) = 'outage'"
MANAGES = f"{DUTIES} && ARRAY['manage']"
KEEPS = f"{AT_MY_DESK} AND ({A_SERVICE} OR {MANAGES})"
A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"
WRAPPED = f"""
    GRANT UPDATE (nonce, body) ON outage_passphrase TO mash_app;
    CREATE POLICY outage_passphrase_wrapped ON outage_passphrase AS RESTRICTIVE FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
    CREATE POLICY outage_passphrase_by_keeper ON outage_passphrase FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
"""
NOT_WRAPPED = """
    DROP POLICY outage_passphrase_by_keeper ON outage_passphrase;
    DROP POLICY outage_passphrase_wrapped ON outage_passphrase;
    REVOKE UPDATE (nonce, body) ON outage_passphrase FROM mash_app;
"""


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("outage", "0001_packs"),
        ("partnership", "0027_notifications"),
        ("sealed", "0008_wrapping_anew"),
    ]

    operations = [
        migrations.RunPython(list_it, strike_it),
        protect("outage_passphrase", using=KEEPS, check=f"{AT_MY_DESK} AND by_id = {ME} AND {MANAGES}"),
        frozen("outage_passphrase"),
        RunSQL(WRAPPED, NOT_WRAPPED),
        goes_with_an_exercise("outage_passphrase"),
        protect("outage_pack", using=KEEPS, check=f"{AT_MY_DESK} AND {MAKER}"),
        frozen("outage_pack"),
        goes_with_an_exercise("outage_pack"),
        protect(
            "outage_packend",
            using=KEEPS,
            check=f"{AT_MY_DESK} AND {MAKER} AND {child_of('outage_pack', 'pack_id', 'outage_packend')}",
        ),
        frozen("outage_packend"),
        goes_with_an_exercise("outage_packend"),
    ]
