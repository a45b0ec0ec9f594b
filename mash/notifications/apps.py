from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "mash.notifications"

    def ready(self) -> None:
        """Say on every page how many notifications wait, and register what the doctor asks."""
        from django.template import engines

        from mash.notifications import fitness, queries  # noqa: F401 (registers its checks)

        engines["jinja2"].env.globals["waiting_for"] = queries.waiting_for  # type: ignore[attr-defined]
