"""A worker's notifications, and how they wish to be told."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.notifications import actions, forms, queries, saying
from mash.partnership.http import StaffRequest


@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """Show what waits for the worker, and what they have read."""
    page = Paginator(queries.of(request.staff), queries.PAGE).get_page(request.GET.get("page", "1"))
    shown = [
        {"email": one, "words": saying.after_signing_in(one.body), "leads": bool(queries.leads_to(one))}
        for one in page.object_list
    ]
    unread = any(one.read_at is None for one in page.object_list)
    return render(
        request,
        "notifications/listed.html",
        {"page": page, "shown": shown, "unread": unread, "now": request.at},
    )


@require_POST
def read(request: StaffRequest, email_id: uuid.UUID) -> HttpResponse:
    """Count a notification as read, and go where it leads."""
    email = queries.find(request.staff, email_id)
    return redirect(actions.read(email=email, by=request.staff, at=request.at) or "notifications:listed")


@require_POST
def read_all(request: StaffRequest) -> HttpResponse:
    """Count everything as read that stood on the page."""
    form = forms.ReadAll(request.POST)
    if form.is_valid():
        done = actions.read_all(by=request.staff, until=form.moment(), at=request.at)
        messages.success(request, f"Marked as read: {done}.")
    return redirect("notifications:listed")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """Show how the worker is told, and change it."""
    given = request.POST if request.method == "POST" else None
    form = forms.Settings(given, initial=forms.Settings.of(queries.wish_of(request.staff)))
    if form.is_valid():
        actions.keep_wish(**form.cleaned_data, by=request.staff, at=request.at)
        messages.success(request, "This is how we tell you from now on.")
        return redirect("notifications:listed")
    return render(request, "notifications/settings.html", {"form": form, "rules": queries.rules_of_the_hub()})
