"""Rendered alone or with everything: the models that migrations end in are the same, and so is what points at what."""

from django.apps import apps as of_the_product
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from mash.common.migrating import CLONED, OWN, rendering_alone


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


def astray(apps):
    """Return what points at a model that has been rendered again since."""
    return [
        str(field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.related_model and field.related_model is not apps.get_model(field.related_model._meta.label)
    ]


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
    assert astray(state.apps) == []
    del state.__dict__["apps"]
    assert alone == shape(state.apps)
    assert sum(len(model["pointed at by"]) for model in alone.values()) > len(alone)


def test_a_copy_of_a_model_s_state_shares_nothing_that_changes():
    _, migrations = every_migration()
    state = ProjectState()
    for one in migrations[:5]:
        one.mutate_state(state, preserve=False)
    model = next(iter(state.models.values()))
    with rendering_alone():
        copy = model.clone()
    before = (dict(model.fields), dict(model.options), list(model.managers), model.name_lower)
    copy.fields.clear()
    copy.options.clear()
    copy.managers.append("one")
    copy.name = "Other"
    assert (dict(model.fields), dict(model.options), list(model.managers), model.name_lower) == before
    assert copy.name_lower == "other"


def test_django_s_own_way_is_put_back():
    asks_all = of_the_product.get_swappable_settings_name
    with rendering_alone():
        assert all(getattr(ProjectState, name) is not method for name, method in OWN.items())
        assert ModelState.clone is not CLONED
        assert of_the_product.get_swappable_settings_name is not asks_all
        assert of_the_product.get_swappable_settings_name("partnership.account") == "AUTH_USER_MODEL"
    assert all(getattr(ProjectState, name) is method for name, method in OWN.items())
    assert ModelState.clone is CLONED
    assert "get_swappable_settings_name" not in vars(of_the_product)
