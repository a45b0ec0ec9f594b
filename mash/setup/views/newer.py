"""The page on which a hub's own content is compared with what the product carries now."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.content import ContentError
from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.setup import actions, policy
from mash.setup.queries import contents as queries
from mash.setup.queries import hubs


@require_http_methods(["GET", "POST"])
def compare(request: StaffRequest, content: str) -> HttpResponse:
    """Show what is newer in the product, take a piece of it into the draft, or leave the rest as the hub has it."""
    require(policy.may_set_up(request.staff))
    found, hub = queries.find_content(content), hubs.own_hub(request.staff)
    if request.method == "POST" and request.POST.get("step") == "leave":
        actions.leave_ours(hub=hub, content=found, by=request.staff, at=request.at)
        messages.success(request, "What this hub has stays as it is.")
        return redirect("setup:book", found.name)
    if request.method == "POST":
        try:
            actions.take_in(
                hub=hub, content=found, piece=request.POST.get("piece", ""), by=request.staff, at=request.at
            )
        except KeyError as error:
            raise Http404 from error
        except ContentError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Taken into the draft. Nobody works by it until it is published.")
        return redirect("setup:newer", found.name)
    shown = {
        "content": found,
        "pieces": queries.newer_in_product(request.staff, found),
        "draft": queries.draft_of(request.staff, found),
    }
    return render(request, "setup/newer.html", shown)
