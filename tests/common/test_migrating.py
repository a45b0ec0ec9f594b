"""Rendered alone or with everything: the models that migrations end in are the same, and so is what points at what."""

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from mash.common.migrating import OWN, rendering_alone


def shape(apps):
    """Return of each model its fields, what points at it, and its constraints and indexes."""
    return {
        model._meta.label: {
            "fields": sorted(
                (one.name, type(one).__name__, one.related_model and one.related_model._meta.label)
                for one in model._meta.get_fields(include_hidden=True)
                if one.concrete
            ),
            "pointed at by": sorted(
                (one.related_model._meta.label, one.field.name)
                for one in model._meta.get_fields(include_hidden=True)
                if one.auto_created and not one.concrete
            ),
            "constraints": sorted(one.name for one in model._meta.constraints),
            "indexes": sorted(one.name for one in model._meta.indexes),
        }
        for model in apps.get_models(include_auto_created=True)
    }


def every_migration():
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    leaves = [loader.graph.forwards_plan(leaf) for leaf in loader.graph.leaf_nodes()]
    keys = dict.fromkeys(key for plan in leaves for key in plan)
    return state, [loader.graph.nodes[key] for key in keys]


def test_all_migrations_end_in_the_same_models():
    state, migrations = every_migration()
    assert state.apps is not None  # rendered before the first, as `migrate` does
    with rendering_alone():
        for one in migrations:
            one.mutate_state(state, preserve=False)
    alone = shape(state.apps)
    del state.__dict__["apps"]
    assert alone == shape(state.apps)
    assert sum(len(model["pointed at by"]) for model in alone.values()) > len(alone)


def test_django_s_own_way_is_put_back():
    with rendering_alone():
        assert ProjectState.add_model is not OWN["add_model"]
    assert ProjectState.add_model is OWN["add_model"]
    assert ProjectState._append_option is OWN["_append_option"]
