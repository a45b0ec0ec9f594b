from typing import Any

from django.apps import AppConfig

from mash.common import navigation


class SubjectAccessConfig(AppConfig):
    name = "mash.subject_access"

    def ready(self) -> None:
        """Put the requests into the navigation of whoever sees them, and on the page of whom they are about."""
        from mash.people import panels
        from mash.subject_access import under_lock
        from mash.subject_access.queries.requests import on_a_record

        panels.add(panels.Panel("subject_access/_on_record.html", on_a_record, 95))
        under_lock.register()
        navigation.add(navigation.Entry("Own records", "subject_access:requests", 60, _sees_requests))


def _sees_requests(staff: Any) -> bool:
    return bool({"manage", "decide", "clear"} & {*staff.duties})
