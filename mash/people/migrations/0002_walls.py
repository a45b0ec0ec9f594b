"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, BARRED_PEOPLE, child_of, deletable, of_person, protect

OF_A_PERSON = [
    "name",
    "address",
    "phone",
    "identifier",
    "resident",
    "alert",
    "courtorder",
    "involvement",
    "token",
]


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("partnership", "0003_services_and_queue")]

    operations = [
        protect("people_person", using=of_person("id")),
        *[
            protect(
                f"people_{table}",
                using=of_person(),
                check=f"{of_person()} AND {child_of('people_person', 'person_id', f'people_{table}')}",
            )
            for table in OF_A_PERSON
        ],
        protect(
            "people_relationship",
            using=f"{of_person('from_person_id')} AND to_person_id <> ALL ({BARRED_PEOPLE})",
            check=f"{child_of('people_person', 'from_person_id', 'people_relationship')} "
            f"AND {child_of('people_person', 'to_person_id', 'people_relationship')}",
        ),
        protect("people_household", using=AT_MY_DESK),
        protect("people_opencaseslist", using=AT_MY_DESK),
        deletable("people_token"),
    ]
