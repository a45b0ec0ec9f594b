"""Migrations that do not render every model anew for each one that is made.

With each model, constraint or index that a migration adds, Django renders all models again that are related to it over
any number of steps.  Ours all belong to a hub, so that is all of them each time: nine tenths of the time that making a
database takes.  A model that is new is pointed at by nobody yet, and a constraint or an index changes nothing that
another model reads: these two are rendered alone.  Everything else goes Django's own way, and so does a migration that
runs Python, for which Django renders whatever was delayed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState

OWN: dict[str, Callable[..., Any]] = {
    "add_model": ProjectState.add_model,
    "_append_option": ProjectState._append_option,  # type: ignore[attr-defined]
}


@contextmanager
def rendering_alone() -> Iterator[None]:
    """Render what migrations add alone while the block lasts; in one thread, as `migrate` runs."""
    ProjectState.add_model = _add_model  # type: ignore[assignment,method-assign]
    ProjectState._append_option = _append_option  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for name, method in OWN.items():
            setattr(ProjectState, name, method)


def _add_model(state: ProjectState, model: ModelState) -> None:
    if "apps" not in state.__dict__:
        OWN["add_model"](state, model)
        return
    apps = state.__dict__.pop("apps")  # without them Django's own way renders nothing
    OWN["add_model"](state, model)
    state.__dict__["apps"] = apps
    state.is_delayed = True
    apps.render_multiple([model])
    for known in apps.get_models(include_auto_created=True, include_swapped=True):
        known._meta.apps = apps  # where a model looks for those that point at it
    apps.clear_cache()


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    apps = state.__dict__.pop("apps", None)
    OWN["_append_option"](state, app_label, model_name, option, added)
    if apps is not None:
        state.__dict__["apps"] = apps
        state.is_delayed = True
        made = apps.get_model(app_label, model_name)
        setattr(made._meta, option, list(state.models[app_label, model_name].options[option]))
