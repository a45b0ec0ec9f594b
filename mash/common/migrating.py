"""Migrations that do not render every model anew for each one that is made.

With each model, field, constraint or index that a migration adds or takes away, Django renders models again that are
related to it, most often over any number of steps.  Ours all belong to a hub, so that is all of them each time: nine
tenths of the time that making a database takes.  A model that is new is pointed at by nobody yet; what points at a
model that has got a field needs only be told which model that is now; a constraint or an index, come or gone, changes
nothing that another model reads: these are rendered alone.  Everything else goes Django's own way, and so does a
migration that runs Python, for which Django renders whatever was delayed.

What Django asks again for every model, field and operation, and what no migration changes, is kept meanwhile: which
models may be exchanged for others by a setting, and that a model's state holds what it may.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps as of_the_product
from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models import Model

OWN: dict[str, Callable[..., Any]] = {
    "add_model": ProjectState.add_model,
    "add_field": ProjectState.add_field,
    "alter_field": ProjectState.alter_field,
    "_append_option": ProjectState._append_option,  # type: ignore[attr-defined]
    "_remove_option": ProjectState._remove_option,  # type: ignore[attr-defined]
}
CLONED = ModelState.clone


@contextmanager
def rendering_alone() -> Iterator[None]:
    """Render what migrations add alone while the block lasts; in one thread, as `migrate` runs."""
    ProjectState.add_model = _add_model  # type: ignore[assignment,method-assign]
    for change in ("add_field", "alter_field"):
        setattr(ProjectState, change, functools.partialmethod(_with_field, change))
    for change in ("_append_option", "_remove_option"):
        setattr(ProjectState, change, functools.partialmethod(_with_option, change))
    ModelState.clone = _clone  # type: ignore[assignment,method-assign]
    swappable = functools.partial(Apps.get_swappable_settings_name.__wrapped__, of_the_product)  # type: ignore[attr-defined]
    of_the_product.get_swappable_settings_name = functools.cache(swappable)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name, method in OWN.items():
            setattr(ProjectState, name, method)
        ModelState.clone = CLONED  # type: ignore[method-assign]
        del of_the_product.get_swappable_settings_name


def _clone(state: ModelState) -> ModelState:
    """Return a copy as Django's own, whose parts were looked at when the state was made."""
    made = ModelState.__new__(ModelState)
    made.__dict__ |= state.__dict__
    made.__dict__.pop("name_lower", None)
    made.fields, made.options, made.managers = dict(state.fields), dict(state.options), list(state.managers)
    return made


def _add_model(state: ProjectState, model: ModelState) -> None:
    if "apps" not in state.__dict__:
        OWN["add_model"](state, model)
        return
    apps = state.__dict__.pop("apps")  # without them Django's own way renders nothing
    OWN["add_model"](state, model)
    _put(state, apps, model)


def _put(state: ProjectState, apps: StateApps, model: ModelState) -> None:
    """Render this model into these apps, and let the state have them."""
    state.__dict__["apps"] = apps
    state.is_delayed = True
    apps.render_multiple([model])
    for known in apps.get_models(include_auto_created=True, include_swapped=True):
        known._meta.apps = apps  # where a model looks for those that point at it
    apps.clear_cache()


def _with_field(state: ProjectState, change: str, app_label: str, model_name: str, *said: Any) -> None:
    """Change a field of a model, and render the model alone where nothing can point at the field itself."""
    key, (name, field, *_) = (app_label, model_name), said
    before = state.models[key].fields.get(name, field)
    alone = not any(one.unique or one.many_to_many for one in (before, field))
    if "apps" not in state.__dict__ or not alone or not _stands_alone(state.apps, *key):
        OWN[change](state, *key, *said)
        return
    apps = state.__dict__.pop("apps")
    OWN[change](state, *key, *said)
    old = apps.get_model(*key)
    pointing = [one for one in _pointing_at(old) if one.model is not old]
    apps.unregister_model(*key)
    _put(state, apps, state.models[key])
    new = apps.get_model(*key)
    for one in pointing:
        for kept in KEPT_OF_A_RELATION:
            one.__dict__.pop(kept, None)
            one.remote_field.__dict__.pop(kept, None)
        one.remote_field.model = new
        one.do_related_class(new, one.model)
    apps.clear_cache()


KEPT_OF_A_RELATION = (
    "related_model",
    "related_fields",
    "reverse_related_fields",
    "local_related_fields",
    "foreign_related_fields",
    "path_infos",
    "reverse_path_infos",
    "identity",
)


def _pointing_at(model: type[Model]) -> list[Any]:
    relations = (
        one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete
    )
    return [one.field for one in relations]  # type: ignore[union-attr]


def _stands_alone(apps: StateApps, app_label: str, model_name: str) -> bool:
    """Tell whether a model has no heirs, and no table between it and another."""
    model = apps.get_model(app_label, model_name)
    between = model._meta.local_many_to_many or any(one.many_to_many for one in _pointing_at(model))
    heirs = (one for one in apps.get_models(include_auto_created=True) if one is not model)
    return not between and not any(issubclass(one, model) for one in heirs)


def _with_option(state: ProjectState, change: str, app_label: str, model_name: str, *said: Any) -> None:
    """Add or take away a constraint or an index, of which no other model knows."""
    option, _ = said
    apps = state.__dict__.pop("apps", None)
    OWN[change](state, app_label, model_name, *said)
    if apps is not None:
        state.__dict__["apps"] = apps
        state.is_delayed = True
        made = apps.get_model(app_label, model_name)
        setattr(made._meta, option, list(state.models[app_label, model_name].options[option]))
