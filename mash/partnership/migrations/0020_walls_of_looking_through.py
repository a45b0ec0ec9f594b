"""Who says that a post is still needed, and who stops one that is not: never whoever holds it."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DUTIES, IN_MY_HUBS, frozen, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SETS_UP = f"{DUTIES} && ARRAY['administer','manage']"
TEAM = "(SELECT identity.my_team())::uuid[]"
WHOSE = "(SELECT mine.account_id FROM partnership_staff mine WHERE mine.id = (SELECT identity.my_post()))"
OWN = """
    EXISTS (SELECT FROM partnership_staff s WHERE s.id = partnership_dormant.staff_id
            AND s.account_id = (SELECT identity.my_account()))
"""
ANOTHERS = (
    """
    EXISTS (SELECT FROM partnership_staff s WHERE s.id = {table}.staff_id AND s.hub_id = {table}.hub_id
            AND s.account_id <> """
    + WHOSE
    + """)
"""
)
LOOKS = f"(staff_id = ANY ({TEAM}) OR {DUTIES} && ARRAY['manage'])"
BEFORE = (f"({IN_MY_HUBS} AND ({A_SERVICE} OR {SETS_UP})) OR {OWN}", f"{IN_MY_HUBS} AND {A_SERVICE}")
STOPS = f"(NOT owner_ends AND why <> '' AND {LOOKS} AND {ANOTHERS.format(table='partnership_dormant')})"
NOW = (
    f"({IN_MY_HUBS} AND ({A_SERVICE} OR {SETS_UP} OR staff_id = ANY ({TEAM}))) OR {OWN}",
    f"{IN_MY_HUBS} AND ({A_SERVICE} OR {STOPS})",
)
WALL = "ALTER POLICY partnership_dormant_wall ON partnership_dormant USING ({}) WITH CHECK ({});"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0019_looking_through")]

    operations = [
        RunSQL(WALL.format(*NOW), WALL.format(*BEFORE)),
        protect(
            "partnership_stillneeded",
            using=f"{IN_MY_HUBS} AND ({A_SERVICE} OR {SETS_UP} OR staff_id = ANY ({TEAM}))",
            check=f"{IN_MY_HUBS} AND by_id = (SELECT identity.my_post()) AND {LOOKS} "
            f"AND {ANOTHERS.format(table='partnership_stillneeded')}",
        ),
        frozen("partnership_stillneeded"),
    ]
