"""What names a form that is sent."""

import hashlib
import json
import uuid
from typing import Any

from django.http import HttpRequest

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of an input)


def values_of(data: Any) -> dict[str, list[str]]:
    """Return what a form sent, by the names of its inputs."""
    return {name: data.getlist(name) for name in data}


def drawing_of(data: Any) -> str:
    """Name the form as it was drawn: its token is masked anew each time.  "" without one."""
    token = data.get(TOKEN, "")
    return hashlib.sha256(f"drawing:{token}".encode()).hexdigest() if token else ""


def key_of(request: HttpRequest, actor: str) -> uuid.UUID:
    """Name one sending: who sent what to where, files included by name and size."""
    files = sorted((name, one.name, one.size) for name, each in request.FILES.lists() for one in each)
    said = [actor, request.get_full_path(), sorted(values_of(request.POST).items()), files]
    return uuid.UUID(bytes=hashlib.sha256(json.dumps(said).encode()).digest()[:16])


def changed_of(request: HttpRequest) -> list[str] | None:
    """Return the inputs that the script says were changed; None where the form stands for itself."""
    script = "X-Autosave" in request.headers and "autosave_whole" not in request.POST
    return request.POST.getlist("autosave_changed") if script else None
