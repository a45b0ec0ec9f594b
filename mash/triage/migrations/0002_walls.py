"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, DUTIES, IN_MY_HUBS, at_desk, child_of, deletable, frozen, protect

OF_A_CONTACT = [
    "rating",
    "standing",
    "hold",
    "owner",
    "episodecontact",
    "notoneevent",
    "agreement",
    "ground",
    "basis",
    "route",
    "returned",
    "paused",
]


class Migration(migrations.Migration):
    dependencies = [("triage", "0001_initial"), ("contact", "0002_walls")]

    operations = [
        protect(
            "triage_target",
            using=IN_MY_HUBS,
            check=f"{IN_MY_HUBS} AND ((SELECT identity.my_service()) IS NOT NULL "
            f"OR {DUTIES} && ARRAY['administer','manage'])",
        ),
        protect("triage_episode", using=AT_MY_DESK),
        *[
            protect(
                f"triage_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'triage_{table}')}",
            )
            for table in OF_A_CONTACT
        ],
        *[frozen(f"triage_{table}") for table in ["rating", "owner", "basis", "route", "notoneevent"]],
        deletable("triage_hold"),
    ]
