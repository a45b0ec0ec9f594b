from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class QualityConfig(AppConfig):
    name = "mash.quality"

    def ready(self) -> None:
        """Put quality into the navigation, and a grade on the page of whoever sent the referral."""
        from django.template import engines

        from mash.common import uploads
        from mash.quality import queries
        from mash.quality.actions.taking import LARGEST

        engines["jinja2"].env.globals["grades_of"] = queries.told_of  # type: ignore[attr-defined]
        uploads.allow_larger("quality:put_incidents_in", LARGEST)
        navigation.add(
            navigation.Entry("Quality", "quality:home", 55, _works_with_quality, often=("grade", "review"))
        )


def _works_with_quality(staff: Any) -> bool:
    return bool({"grade", "review", "manage", "analyse"} & {*staff.duties}) or bool(staff.leads)
