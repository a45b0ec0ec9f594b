"""The conditions of a sealed item lie encrypted beside its words, and in plain words nowhere.

Rows that are there already are taken over one by one.  A key that does not open their words stops the migration
before anything is changed.  There is no way back: plain words would have to be written down again.
"""

from django.db import migrations, models

from mash.sealed.locking import Locked, lock_terms, place_of_item, unlock

IN_PLAIN_WORDS = """
    SELECT item.id, room."case", item.agency, item.conditions, item.nonce, item.body
    FROM sealed.sealed_item item JOIN sealed.sealed_room room ON room.id = item.room_id
    WHERE item.conditions <> ''
"""
UNDER_LOCK = "UPDATE sealed.sealed_item SET terms_nonce = %s, terms = %s, conditions = '' WHERE id = %s"
NOTHING_IN_PLAIN_WORDS = """
    ALTER TABLE sealed.sealed_item
      ALTER COLUMN conditions TYPE varchar(1),  -- writes the table anew, so that no old row lies about in its file
      ALTER COLUMN conditions SET DEFAULT '',
      ADD CONSTRAINT item_conditions_under_lock CHECK (conditions = '');
"""


def take_over(apps, schema_editor):
    """Encrypt the conditions of every item that has some."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(IN_PLAIN_WORDS)
        for key, case, agency, terms, nonce, body in cursor.fetchall():
            place = place_of_item(key, case, agency)
            unlock(
                Locked(nonce, body), purpose="item", agency=agency, bound_to=place
            )  # or this is another key
            locked = lock_terms(terms, agency=agency, place=place)
            cursor.execute(UNDER_LOCK, [locked.nonce, locked.body, key])
        cursor.execute("SELECT count(*) FROM sealed.sealed_item WHERE conditions <> ''")
        left = cursor.fetchone()[0]
    if left:
        raise RuntimeError(f"{left} sealed items keep their conditions in plain words")


class Migration(migrations.Migration):
    dependencies = [("sealed", "0002_walls")]

    operations = [
        migrations.AddField("item", "terms_nonce", models.BinaryField(default=bytes)),
        migrations.AddField("item", "terms", models.BinaryField(default=bytes)),
        migrations.RunPython(take_over),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NOTHING_IN_PLAIN_WORDS)],
            state_operations=[migrations.RemoveField("item", "conditions")],
        ),
    ]
