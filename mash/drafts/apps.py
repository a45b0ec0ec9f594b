from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "mash.drafts"

    def ready(self) -> None:
        """Let templates draw forms that are kept."""
        from django.template import engines

        from mash.drafts import keeping, under_lock

        engines["jinja2"].env.globals.update(  # type: ignore[attr-defined]
            keeping=keeping.keeping, session_left=keeping.session_left
        )
        under_lock.register()
