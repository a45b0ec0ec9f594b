"""A form, then a look at what it would change, then the change: the same way on every page of the set-up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from mash.partnership.http import StaffRequest
from mash.setup.differences import Difference, digest

CHANGED_MEANWHILE = (
    "Somebody changed this while you were writing. What is in force now is shown on the page; "
    "what you wrote is kept"
)
HANDLED = {"csrfmiddlewaretoken", "step", "seen"}


class SaidNo(Exception):
    """What was typed cannot be saved: which field, and why in the worker's words."""

    def __init__(self, field: str | None, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(why)


def in_steps(
    request: StaffRequest,
    form: forms.Form,
    *,
    template: str,
    context: Mapping[str, Any],
    state: Any,
    differences: Callable[[], Sequence[Difference]],
    save: Callable[[], HttpResponse | None],
    saved: str,
    done: str,
) -> HttpResponse:
    """Show the form; then, if it is whole, what it would change; then save it and go to `done`.

    state: what is in force now; if it is not what the form began from, nothing is saved.
    differences, save: may raise SaidNo, whose words are then shown at its field.
    save: may return a page of its own to show instead of going to `done`.
    """
    shown = {**context, "form": form, "seen": digest(state), "typed": []}
    if request.method != "POST" or request.POST.get("step") == "edit" or not form.is_valid():
        return render(request, template, shown)
    try:
        found = differences()
        if not found:
            messages.info(request, "Nothing was changed: it is already so.")
            return redirect(done)
        _refuse_if_changed_meanwhile(request, shown["seen"])
        if request.POST.get("step") == "save":
            answer = save()
            if answer:
                return answer
            messages.success(request, saved)
            return redirect(done)
    except SaidNo as no:
        form.add_error(no.field, no.why)
        return render(request, template, shown)
    typed = [
        (name, value) for name in request.POST for value in request.POST.getlist(name) if name not in HANDLED
    ]
    return render(request, "setup/check.html", shown | {"differences": found, "typed": typed})


def _refuse_if_changed_meanwhile(request: StaffRequest, now: str) -> None:
    if request.POST.get("seen") != now:
        raise SaidNo(None, CHANGED_MEANWHILE)
