"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import protect, seal

MINE = "hub_id = ANY ((SELECT identity.my_hubs())::uuid[])"
CLEARED = "hub_id = ANY ((SELECT identity.my_clearances())::uuid[])"
WALLS = {
    "room": CLEARED,
    "member": CLEARED,
    "item": f"{MINE} AND ({CLEARED} OR author = (SELECT identity.my_post()))",
}


class Migration(migrations.Migration):
    dependencies = [("sealed", "0001_initial"), ("partnership", "0003_services_and_queue")]

    operations = [
        *[
            protect(f"sealed_{table}", using=using, check=MINE, to="mash_sealed", identity_reads=True)
            for table, using in WALLS.items()
        ],
        *[seal(f"sealed_{table}") for table in ["room", "member", "item"]],
    ]
