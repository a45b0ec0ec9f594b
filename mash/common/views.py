"""Pages about the service itself, and the gallery in which every component is seen in every state."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mash.common import samples


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the service is, and how to ask for something else."""
    return render(request, "common/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what the hub does with what it is told."""
    return render(request, "common/privacy.html")


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Say which cookies are set, and why."""
    names = {"session_cookie": settings.SESSION_COOKIE_NAME, "form_cookie": settings.CSRF_COOKIE_NAME}
    return render(request, "common/cookies.html", names)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer the questions that workers ask, and list the keys."""
    return render(request, "common/help.html")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, with made-up content."""
    return render(request, "common/gallery.html", samples.everything(timezone.now()))
