from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("harm", "0002_walls")]

    operations = [
        migrations.AddIndex(
            model_name="touch", index=models.Index(fields=["hub", "event"], name="harm_touch_in_event")
        ),
    ]
