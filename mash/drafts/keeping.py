"""Drawing a form that is kept: the draft's words put into its fields, and what goes along unseen."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse

from mash.common.fields import DateBoxes
from mash.common.templates import clock_time
from mash.drafts import merging, queries
from mash.drafts.owners import of_request
from mash.drafts.pages import NOTHING, PAGES, Page
from mash.drafts.queries import Opened
from mash.drafts.tokens import NotOurs, Place, place_of
from mash.partnership.middleware import time_left
from mash.partnership.models import Staff


@dataclass(frozen=True, slots=True)
class Kept:
    """What a template draws of a form that is kept.

    token: goes along unseen, and says whose the form is.  opened: what it builds on, where another may change that.
    draft: what was typed before, now in the fields; none for a form begun afresh or shown again.
    whole: the page shows what was sent, and all of it is to be kept at once.
    told: that there was a draft is said on this page.
    others: sentences about who writes here too.  field: which was typed in last; its id: `at`.
    """

    page: Page
    csrf: str
    token: str = ""
    opened: str = ""
    draft: Opened | None = None
    others: list[str] = field(default_factory=list)
    at: str = ""
    whole: bool = False
    told: bool = True

    def value(self, name: str, otherwise: str = "") -> str:
        """Return what was typed into an input that is drawn without a form."""
        words = self.draft.fields.get(name) if self.draft else None
        return (words.values or [""])[0] if words else otherwise

    @property
    def save_at(self) -> str:
        """Where what is typed is kept."""
        return reverse("drafts:save_by_code" if self.page.by_code else "drafts:save")

    @property
    def again_at(self) -> str:
        """Where what was typed is thrown away."""
        return reverse("drafts:again_by_code" if self.page.by_code else "drafts:again")

    @property
    def typed_last(self) -> str:
        return self.draft.field if self.draft else ""


def keeping(
    request: HttpRequest, form: Any, name: str, about: uuid.UUID | str | None = None, part: str = ""
) -> Kept:
    """Return how a form is kept, and put what its owner typed before into its fields.

    form: one, several, or none where inputs are drawn by themselves.  A form shown again after it was sent keeps what
    was sent.  about: key of what it is about.  part: which form it is, where an unseen input tells several apart.

    Raises KeyError for a form that is not on the list.
    """
    page = _page(request, name, part)
    owner = of_request(request, page)
    key = uuid.UUID(str(about)) if about else NOTHING
    csrf = get_token(request)
    if owner is None:
        return Kept(page, csrf)
    several = [one for one in (form if isinstance(form, list | tuple) else [form]) if one is not None]
    again = any(one.is_bound for one in several)
    found = queries.draft_of(owner, page, key)
    shown = merging.Opened("", {}, {})
    if page.newest:
        shown = _built_on(request, page, key, several)
    draft = None if again else found
    if draft:
        for one in several:
            put_into(one, queries.as_inputs(draft))
    path = _path(request, page)
    place = Place(owner.key, page, key, path, secrets.token_hex(4), found.version if found else 0)
    others = writing_too(owner.staff, page, key, request.at) if owner.staff else []  # type: ignore[attr-defined]
    return Kept(
        page=page,
        csrf=csrf,
        token=place.token(),
        opened=shown.dumps() if page.newest else "",
        draft=draft,
        others=others,
        at=_id_of(draft.field, several) if draft else "",
        whole=again,
        told=request.method != "POST",
    )


def _page(request: HttpRequest, name: str, part: str) -> Page:
    """Return which form it is: told by the address, or by whoever draws it."""
    page, match = PAGES[name], request.resolver_match
    named = match.kwargs.get(page.part, "") if match else ""
    return page.one(part or str(named))


def session_left(request: HttpRequest | None) -> int:
    """Return how many seconds the session lasts if nothing more is done; 0 for somebody without a post."""
    if getattr(request, "staff", None) is None or not hasattr(request, "session"):
        return 0
    assert request  # noqa: S101
    return max(0, min(settings.MASH_IDLE_SECONDS, time_left(request)["session"]))


def _path(request: HttpRequest, page: Page) -> str:
    """Return the page on which the form is found again: the one it was sent from, if it is shown again."""
    try:
        return place_of(request.POST["kept_for"]).path
    except (NotOurs, KeyError):
        return request.path + (f"?{request.GET.urlencode()}" if page.about.startswith("?") else "")


def writing_too(staff: Staff, page: Page, about: uuid.UUID, at: datetime) -> list[str]:
    """Say who else writes in a form about the same thing: name and time, and nothing of what they write."""
    found = queries.others_writing(staff, page, about, at)
    return [f"{one.staff.account.name} is writing here too, since {clock_time(one.since)}." for one in found]


def _built_on(request: HttpRequest, page: Page, key: uuid.UUID, several: list[forms.Form]) -> merging.Opened:
    """Return what the form builds on: as it was sent with it, if it was sent and is shown again.

    Sending it may itself have recorded a part before it is shown again: from then on it builds on that.
    """
    assert page.newest  # noqa: S101
    sent = merging.loads(request.POST.get("opened", "")) if request.method == "POST" else None
    newest = page.newest(request.staff, key)  # type: ignore[attr-defined]
    if sent and newest.at == request.at:  # type: ignore[attr-defined]
        return merging.opened(newest.version, newest.fields, newest.fields)
    if sent:
        return sent
    shown: dict[str, list[str]] = {}
    for one in several:
        shown |= inputs_of(one)
    return merging.opened(newest.version, shown, newest.fields)


def inputs_of(form: forms.Form) -> dict[str, list[str]]:
    """Return what an unsent form shows, by the names of its inputs."""
    found: dict[str, list[str]] = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if isinstance(widget, DateBoxes):
            parts = value if isinstance(value, list) else widget.decompress(value)
            found |= {
                f"{bound.html_name}{box}": [str(part)]
                for box, part in zip(widget.widgets_names, parts, strict=True)
            }
        elif isinstance(widget, forms.CheckboxInput):
            found[bound.html_name] = ["on"] if value else []
        elif not widget.is_hidden:
            shown = widget.format_value(value)
            found[bound.html_name] = [
                str(one) for one in (shown if isinstance(shown, list) else [shown or ""])
            ]
    return found


def put_into(form: forms.Form, inputs: dict[str, list[str]]) -> None:
    """Put what was typed into an unsent form's fields; nothing else in it is touched.

    An input that only part of was typed is filled up with what the form shows.
    """
    shown = inputs_of(form)
    for bound in list(form):
        widget, name = bound.field.widget, bound.html_name
        if widget.is_hidden or isinstance(widget, forms.PasswordInput | forms.FileInput):
            continue
        names = [f"{name}{box}" for box in widget.widgets_names] if isinstance(widget, DateBoxes) else [name]
        if not any(one in inputs for one in names):
            continue
        data = QueryDict(mutable=True)
        for one in names:
            values = inputs.get(one, shown.get(one, []))
            if values:
                data.setlist(one, values)
        form.initial[bound.name] = widget.value_from_datadict(data, {}, name)
    form._bound_fields_cache.clear()  # type: ignore[attr-defined]  # each keeps the value that it was first asked for


def _id_of(name: str, several: Iterable[forms.Form]) -> str:
    """Return the id of the input that was typed in last, for a link that leads there."""
    for form in several:
        for bound in form:
            if name == bound.html_name and not bound.field.widget.is_hidden:
                choice = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
                return bound.auto_id if not choice else str(bound.auto_id)
            if isinstance(bound.field.widget, DateBoxes) and name.startswith(f"{bound.html_name}-"):
                return f"{bound.auto_id}-{name.rpartition('-')[2]}"
    return ""
