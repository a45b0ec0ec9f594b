"""What a form was sent with."""

from typing import Any

from mash.partnership.http import StaffRequest


def sent(request: StaffRequest) -> Any:
    """Return what was sent, also when that is nothing; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None
