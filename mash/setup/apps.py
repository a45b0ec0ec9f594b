from typing import Any

from django.apps import AppConfig

from mash.common import editions, navigation


class SetupConfig(AppConfig):
    name = "mash.setup"
    verbose_name = "set-up"

    def ready(self) -> None:
        """Keep the hubs' editions of content, and put setting up into the navigation."""
        from mash.setup.queries import keeping

        editions.kept_by(in_force=keeping.in_force, words=keeping.words)
        navigation.add(navigation.Entry("Set-up", "setup:overview", 95, _sets_up, often=("administer",)))
        navigation.add(navigation.Entry("Change log", "setup:log", 96, _audits, often=("audit",)))


def _sets_up(staff: Any) -> bool:
    return bool({"administer", "manage"} & {*staff.duties})


def _audits(staff: Any) -> bool:
    return "audit" in staff.duties and not _sets_up(staff)
