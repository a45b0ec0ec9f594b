from typing import Any

from django.apps import AppConfig


class BoroughsConfig(AppConfig):
    name = "mash.boroughs"

    def ready(self) -> None:
        """Keep the marks of people true with their record, and offer the pages in the navigation."""
        from django.template import engines

        from mash.boroughs import fitness, queries, switch  # noqa: F401 (its checks)
        from mash.boroughs.actions.marking import write_marks
        from mash.common import navigation
        from mash.people import following

        following.follow(write_marks)
        jinja2 = engines["jinja2"].env  # type: ignore[attr-defined]
        jinja2.globals.update(
            hubs_key=switch.key, elsewhere_on=queries.on_case, transfers_of=queries.transfers_of
        )
        navigation.add(
            navigation.Entry("Other hubs", "boroughs:asked", 44, _answers_hubs),
        )


def _answers_hubs(staff: Any) -> bool:
    from mash.boroughs.policy import may_see_asked

    return bool(may_see_asked(staff))
