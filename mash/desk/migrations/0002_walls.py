"""The walls of the working day: the desk, whoever leads the agency, and whoever was given the work."""

from django.db import migrations

from mash.common.rls import AGENCY, AT_MY_DESK, BARS, IN_MY_HUBS, child_of, protect

ME = "(SELECT identity.my_post())"


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_moving"), ("partnership", "0005_walls_of_the_rota")]

    operations = [
        protect(
            "desk_moving",
            using=f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR agency_id = {AGENCY})",
        ),
        protect(
            "desk_moved",
            using=f'{IN_MY_HUBS} AND ({AT_MY_DESK} OR to_id = {ME} OR agency_id = {AGENCY}) AND "case" <> ALL ({BARS})',
            check=f"{IN_MY_HUBS} AND {child_of('desk_moving', 'moving_id', 'desk_moved')}",
        ),
    ]
