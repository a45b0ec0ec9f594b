"""The pages of a bad day."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.outage import actions, forms, policy, queries
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest


@require_safe
def packs(request: StaffRequest) -> HttpResponse:
    """Show whether the hub could go on by hand: when the last pack was made, what it holds, and what is wrong."""
    require(policy.may_keep(request.staff))
    record("outage.seen", about=f"hub:{request.staff.hub_id}", at=request.at, hub_id=request.staff.hub_id)
    shown = {
        "kept": queries.standing(request.staff.hub, request.at),
        "packs": queries.packs(request.staff),
        "hours": settings.MASH_OUTAGE_HOURS,
        "now": request.at,
    }
    return render(request, "outage/packs.html", shown)


@require_http_methods(["GET", "POST"])
@signed_in_again
def passphrase(request: StaffRequest) -> HttpResponse:
    """Set the passphrase of the hub's packs, once it is proved again who does."""
    require(policy.may_keep(request.staff))
    form = forms.NewPassphrase(request.POST if request.method == "POST" else None, by=request.staff)
    if form.is_valid():
        actions.set_passphrase(words=form.cleaned_data["words"], by=request.staff, at=request.at)
        messages.success(request, "The next pack is made under this passphrase, within some minutes.")
        return redirect("outage:packs")
    return render(request, "outage/passphrase.html", {"form": form, "suggested": forms.suggested()})
