"""The page of saved views: what each takes, with whom it is shared, and what is new on those one watches."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.desk.policy import may_change_view, may_keep_a_view, may_see_the_line
from mash.desk.saved_views import actions, forms, queries, watching
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def kept(request: StaffRequest) -> HttpResponse:
    """Show one's own saved views and those shared with one."""
    require(may_see_the_line(request.staff))
    record("views.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    return render(request, "desk/views.html", {"views": watching.kept(request.staff, request.at)})


@require_http_methods(["GET", "POST"])
def keep(request: StaffRequest, of: str) -> HttpResponse:
    """Keep the filters that a list has in its address under a name, for oneself or for the hub."""
    wanted = queries.find_list(of)
    require(may_keep_a_view(request.staff, wanted))
    sent = request.POST if request.method == "POST" else None
    query = wanted.in_one_spelling(request.GET.urlencode() if sent is None else sent.get("query", ""))
    form = forms.Keep(sent, initial={"query": query})
    if form.is_valid():
        try:
            view = actions.keep_view(of=wanted, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotAName as wrong:
            form.add_error("name", str(wrong))
        else:
            messages.success(request, f"Kept as “{view.name}”.")
            return redirect(f"{reverse(wanted.page)}?{view.query}")
    shown = {"form": form, "of": wanted, "query": query, "narrowed": wanted.words_of(query)}
    return render(request, "desk/keep_view.html", shown)


@require_POST
def look(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    """Open the list as a view narrows it; what comes later is new."""
    require(may_see_the_line(request.staff))
    view = queries.find(request.staff, view_id)
    actions.look(view=view, by=request.staff, at=request.at)
    return redirect(f"{reverse(queries.list_of(view).page)}?{view.query}")


@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    """Give one's own view another name, or share it with others."""
    require(may_see_the_line(request.staff))
    view = queries.find(request.staff, view_id)
    require(may_change_view(request.staff, view))
    sent = request.POST if request.method == "POST" else None
    now = {"name": view.name, "shared": view.shared, "duty": view.duty}
    form = forms.Change(sent, initial=now)
    if form.is_valid():
        try:
            actions.change_view(view=view, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotAName as wrong:
            form.add_error("name", str(wrong))
        else:
            messages.success(request, f"Kept as “{view.name}”.")
            return redirect("desk:views")
    shown = {"view": view, "of": queries.list_of(view), "form": form}
    return render(request, "desk/change_view.html", shown)


@require_POST
def watch(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    """Be told what comes in that a view takes, or no more."""
    require(may_see_the_line(request.staff))
    view = queries.find(request.staff, view_id)
    if request.POST.get("stop"):
        actions.stop_watching(view=view, by=request.staff, at=request.at)
        return redirect("desk:views")
    try:
        actions.watch(view=view, by=request.staff, at=request.at)
    except actions.TooMany as wrong:
        messages.info(request, str(wrong))
    return redirect("desk:views")
