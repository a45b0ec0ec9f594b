"""What was said of whom an agency works with goes with the record it was found like."""

from django.db import migrations

from mash.common.rls import goes_with_its_record


class Migration(migrations.Migration):
    dependencies = [("systems", "0007_calls_again")]

    operations = [goes_with_its_record("systems_caselike"), goes_with_its_record("systems_caseword")]
