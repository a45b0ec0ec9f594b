"""Notices to schools after domestic abuse: the school's own post reads one, and opening it is the receipt."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import mash.partnership.models
from mash.common.rls import (
    AGENCY,
    AT_MY_DESK,
    BARS,
    DUTIES,
    IN_MY_HUBS,
    at_night,
    child_of,
    frozen,
    not_at_night,
    protect,
    receipt,
)

AT_THE_SCHOOL = f"agency_id = {AGENCY} AND {DUTIES} && ARRAY['answer']"
NOT_BARRED = f"contact_id <> ALL ({BARS})"
KEY = {
    "default": mash.partnership.models.new_key,
    "editable": False,
    "primary_key": True,
    "serialize": False,
}


def points_to(model, related_name="+"):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model)


class Migration(migrations.Migration):
    dependencies = [("decision", "0007_reopening"), ("contact", "0010_not_this_person")]

    operations = [
        migrations.CreateModel(
            name="SchoolNotice",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("reference", models.CharField(max_length=20)),
                ("child", models.CharField(max_length=250)),
                ("subject_line", models.CharField(max_length=240)),
                ("words", models.TextField()),
                ("day_starts_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("about", points_to("contact.contactperson", "school_notices")),
                ("agency", points_to("partnership.agency")),
                ("by", points_to("partnership.staff")),
                ("contact", points_to("contact.contact", "school_notices")),
                ("hub", points_to("partnership.hub")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~Q(words=""), name="school_notice_says_something")
                ],
                "indexes": [models.Index(fields=["hub", "agency", "at"], name="school_notice_of_agency")],
            },
        ),
        migrations.CreateModel(
            name="SchoolNoticeSeen",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("at", models.DateTimeField()),
                ("hub", points_to("partnership.hub")),
                ("notice", points_to("decision.schoolnotice", "seen")),
                ("staff", points_to("partnership.staff")),
            ],
            options={
                "verbose_name_plural": "school notices seen",
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "staff"), name="school_notice_seen_once")
                ],
            },
        ),
        protect(
            "decision_schoolnotice",
            using=f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR {AT_THE_SCHOOL}) AND {NOT_BARRED}",
            check=f"{AT_MY_DESK} AND {NOT_BARRED} AND {DUTIES} && ARRAY['screen','assess','decide'] AND "
            + child_of("contact_contact", "contact_id", "decision_schoolnotice")
            + " AND "
            + child_of("contact_contactperson", "about_id", "decision_schoolnotice"),
        ),
        frozen("decision_schoolnotice"),
        at_night("decision_schoolnotice"),
        not_at_night("decision_schoolnotice"),
        protect(
            "decision_schoolnoticeseen",
            using=f"{IN_MY_HUBS} AND {child_of('decision_schoolnotice', 'notice_id', 'decision_schoolnoticeseen')}",
            check=f"{IN_MY_HUBS} AND staff_id = (SELECT identity.my_post()) AND EXISTS (SELECT FROM "
            "decision_schoolnotice parent WHERE parent.id = decision_schoolnoticeseen.notice_id "
            f"AND parent.hub_id = decision_schoolnoticeseen.hub_id AND parent.agency_id = {AGENCY})",
        ),
        receipt("decision_schoolnoticeseen"),
    ]
