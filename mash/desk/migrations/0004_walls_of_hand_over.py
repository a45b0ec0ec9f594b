"""The walls of the hand-over of a shift: the hub's own desk, and never a line of a case that one is barred from."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, BARS, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_hand_over")]

    operations = [
        protect("desk_handover", using=AT_MY_DESK),
        protect(
            "desk_handedover",
            using=f'{AT_MY_DESK} AND ("case" IS NULL OR "case" <> ALL ({BARS}))',
            check=f"{AT_MY_DESK} AND {child_of('desk_handover', 'hand_over_id', 'desk_handedover')}",
        ),
        protect(
            "desk_handoverword",
            using=f"{AT_MY_DESK} AND {child_of('desk_handedover', 'line_id', 'desk_handoverword')}",
        ),
        frozen("desk_handoverword"),
    ]
