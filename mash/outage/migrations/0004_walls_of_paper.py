"""The walls of what is entered from paper: who manages the hub says when the product was away; whoever gave a word on
paper enters it in their own name, beside a contact that is open to them.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    DUTIES,
    ME,
    at_night,
    child_of,
    frozen,
    goes_with_an_exercise,
    protect,
)

MANAGES = f"{DUTIES} && ARRAY['manage']"
OF_A_CONTACT = child_of("contact_contact", "contact_id", "outage_entered")
IN_A_TIME = child_of("outage_away", "away_id", "outage_entered")


class Migration(migrations.Migration):
    dependencies = [
        ("outage", "0003_on_paper"),
        ("contact", "0016_words_of_a_system"),
    ]

    operations = [
        protect("outage_away", using=AT_MY_DESK, check=f"{AT_MY_DESK} AND by_id = {ME} AND {MANAGES}"),
        frozen("outage_away"),
        goes_with_an_exercise("outage_away"),
        protect(
            "outage_entered",
            using=f"{AT_MY_DESK} AND {OF_A_CONTACT}",
            check=f"{AT_MY_DESK} AND by_id = {ME} AND {OF_A_CONTACT} AND {IN_A_TIME}",
        ),
        frozen("outage_entered"),
        at_night("outage_entered", command="SELECT"),
        RunSQL(
            "CREATE POLICY outage_entered_goes ON outage_entered TO mash_owner "
            "USING ((SELECT identity.my_service()) = 'disposal');",
            "DROP POLICY outage_entered_goes ON outage_entered;",
        ),
        goes_with_an_exercise("outage_entered"),
    ]
