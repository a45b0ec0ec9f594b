"""Which migrations may run while the version from before serves."""

import io

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from mash.operations.upgrading import look_at

TEXT = models.CharField(max_length=20)


def state():
    held = ModelState("panel", "Meeting", [("id", models.BigAutoField(primary_key=True)), ("name", TEXT)])
    return ProjectState({("panel", "meeting"): held})


def reasons(*operations):
    return list(look_at(operations, "panel", state(), set()))


INDEX = models.Index(fields=["name"], name="by_name")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Seat", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("meeting", "place", models.CharField(max_length=20, null=True)),
        migrations.AddField("meeting", "place", models.CharField(max_length=20, db_default="here")),
        migrations.AlterField(
            "meeting", "name", models.CharField(max_length=20, choices=[("a", "A")], help_text="x")
        ),
        migrations.AlterModelOptions("meeting", {"ordering": ["name"]}),
        AddIndexConcurrently("meeting", INDEX),
    ],
)
def test_the_version_from_before_goes_on(operation):
    assert reasons(operation) == []


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.AddField("meeting", "place", TEXT), "must be filled: panel_meeting.place"),
        (
            migrations.AddField("meeting", "place", models.CharField(max_length=9, default="")),
            "must be filled",
        ),
        (migrations.RemoveField("meeting", "name"), "removes a column: panel_meeting"),
        (migrations.RenameField("meeting", "name", "title"), "renames a column"),
        (migrations.DeleteModel("Meeting"), "removes a table"),
        (migrations.RenameModel("Meeting", "Sitting"), "renames a table"),
        (
            migrations.AlterField("meeting", "name", models.TextField()),
            "changes a column: panel_meeting.name",
        ),
        (migrations.AlterField("meeting", "name", models.CharField(max_length=5)), "changes a column"),
        (migrations.AddIndex("meeting", INDEX), "locks a table"),
        (
            migrations.AddConstraint("meeting", models.UniqueConstraint(fields=["name"], name="one")),
            "locks a table",
        ),
        (migrations.RunSQL("DROP POLICY wall ON panel_meeting"), "SQL of its own"),
        (migrations.RunSQL("CREATE OR REPLACE FUNCTION identity.me() RETURNS text AS ''"), "SQL of its own"),
        (migrations.RunPython(migrations.RunPython.noop), "Python of its own"),
        (
            migrations.SeparateDatabaseAndState(
                database_operations=[migrations.RemoveField("meeting", "name")]
            ),
            "removes a column",
        ),
    ],
)
def test_people_must_stop_first(operation, said):
    (found,) = reasons(operation)
    assert said in found


def test_what_happens_to_a_table_that_the_upgrade_makes_itself_concerns_nobody():
    made = migrations.CreateModel("Seat", [("id", models.BigAutoField(primary_key=True))])
    assert (
        reasons(
            made,
            migrations.AddField("seat", "name", TEXT),
            migrations.AddIndex("seat", models.Index(fields=["name"], name="seat_by_name")),
            migrations.RunSQL(
                "ALTER TABLE panel_seat ENABLE ROW LEVEL SECURITY; CREATE POLICY w ON panel_seat USING (true)"
            ),
        )
        == []
    )
    both = migrations.RunSQL("ALTER TABLE panel_seat OWNER TO x; ALTER TABLE panel_meeting OWNER TO x")
    assert reasons(made, both) == ["runs SQL of its own"]


def test_every_migration_of_the_product_can_be_judged():
    loader = MigrationLoader(None)
    apps = {"panel", "quality", "returns"}
    judged = 0
    for app, name in sorted(loader.disk_migrations):
        if app in apps:
            before = loader.project_state((app, name), at_end=False)
            list(look_at(loader.disk_migrations[app, name].operations, app, before, set()))
            judged += 1
    assert judged > 5


def newest():
    """Return the newest migration of each app of the product on which nothing else rests."""
    loader = MigrationLoader(None)
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("mash.")}
    return [one for one in sorted(loader.graph.leaf_nodes()) if one[0] in ours]


def judged(app, name):
    loader = MigrationLoader(None)
    before = loader.project_state((app, name), at_end=False)
    return list(look_at(loader.disk_migrations[app, name].operations, app, before, set()))


@pytest.fixture
def as_before(administrator):
    """Whatever the test forgets of the migrations is known again afterwards."""
    administrator.execute("CREATE TEMPORARY TABLE had AS SELECT * FROM django_migrations")
    yield
    administrator.execute("INSERT INTO django_migrations SELECT * FROM had ON CONFLICT DO NOTHING")


def test_a_database_that_has_had_them_all_is_told_so(administrator, as_before):
    said = io.StringIO()
    call_command("upgrade", stdout=said)
    assert said.getvalue() == "nothing to run\n"
    forget = "DELETE FROM django_migrations WHERE app = %s AND name = %s"
    app, name = next(one for one in newest() if not judged(*one))
    administrator.execute(forget, [app, name])
    call_command("upgrade", stdout=said)
    assert f"{app}.{name}: while people work\n1 migrations, all while people work" in said.getvalue()
    administrator.execute(forget, ["returns", "0003_past_on_a_record"])
    with pytest.raises(CommandError, match="1 of 2 migrations: people must stop working first"):
        call_command("upgrade", stdout=said)
    assert "returns.0003_past_on_a_record: runs SQL of its own" in said.getvalue()
