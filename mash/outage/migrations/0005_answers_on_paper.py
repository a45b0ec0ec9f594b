from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0017_in_own_name"),
        ("outage", "0004_walls_of_paper"),
        ("partnership", "0028_in_own_name"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entered",
            name="entered_once_a_form",
        ),
        migrations.AlterField(
            model_name="entered",
            name="what",
            field=models.CharField(
                choices=[
                    ("contact", "Contact taken"),
                    ("rating", "Rated"),
                    ("answer", "An agency answered"),
                    ("decision", "Decided"),
                    ("second", "Agreed as second person"),
                    ("cleared", "Passed as cleared person"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="entered",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("number", ""), _negated=True), models.Q(("what", "answer"), _negated=True)
                ),
                fields=("hub", "what", "number"),
                name="entered_once_a_form",
            ),
        ),
    ]
