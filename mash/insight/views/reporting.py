"""The report of a quarter: whom it is for, the file, and which were made."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from mash.common.pdf import can_make_pdf
from mash.common.replica import from_replica
from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.insight import actions, policy
from mash.insight.days import last_whole, named
from mash.insight.forms import MakeReport
from mash.insight.models import Span
from mash.insight.queries import figures
from mash.insight.views.looking import seen, shared
from mash.partnership.http import StaffRequest

QUARTERS = 4
REPORTS_SHOWN = 20


@from_replica
@require_http_methods(["GET", "POST"])
def report(request: StaffRequest) -> HttpResponse:
    """Say which quarter and whom it is for, and take the report out as a PDF; or see which were made."""
    require(policy.may_share(request.staff))
    newest = last_whole(localdate(request.at), Span.QUARTER)
    form = MakeReport(sent(request), quarters=[newest.back(many) for many in range(QUARTERS)])
    if form.is_valid():
        period = named(form.cleaned_data["quarter"], localdate(request.at))
        if period is None:
            raise Http404
        try:
            made = actions.make_report(
                key=form.cleaned_data["key"],
                period=period,
                why=form.cleaned_data["why"],
                by=request.staff,
                at=request.at,
            )
        except actions.NotWhole as wrong:
            for place, why in wrong.places.items():
                form.add_error(place, why)
        else:
            return _hand_over(request, made, period.code)
    seen(request, "report")
    shown = {
        "form": form,
        "can_make_pdf": can_make_pdf(),
        "newest": newest,
        "reports": figures.reports(request.staff)[:REPORTS_SHOWN],
    }
    return render(request, "insight/report.html", shown | shared(request))


def _hand_over(request: StaffRequest, made: actions.Made, code: str) -> HttpResponse:
    """Answer with the file or, where this machine makes none, with a page to print."""
    if not made.pdf:
        return render(request, "insight/paper.html", {"made": made})
    answer = HttpResponse(made.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="performance-{code}.pdf"'
    return answer
