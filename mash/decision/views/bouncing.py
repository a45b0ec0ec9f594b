"""Families who go to and fro: the list for whoever manages or decides, as a page and as a table to take along."""

import csv
from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mash.common.verdict import require
from mash.decision import policy
from mash.decision.bouncing_forms import Narrow
from mash.decision.queries.naming import day_of
from mash.decision.queries.to_and_fro import Family, Found, Wanted, movers, narrowed, with_cases
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage.content import bounce_rules

FAMILIES_ON_A_PAGE = 25
COLUMNS = ("Reference", "Rule", "First day", "Last day", "Days apart", "Edition of the rules", "Services")


@require_GET
def going_to_and_fro(request: StaffRequest) -> HttpResponse:
    """Show on whom which rule fires, narrowed as asked; `as=csv` answers with a table that names nobody.

    Source: docs/rules.md, "Bouncing".
    """
    staff = request.staff
    require(policy.may_measure(staff))
    today = day_of(request.at)
    everybody = movers(staff, today)
    services = sorted({name for one in everybody for name in one.services if name})
    form = Narrow(request.GET or None, services=services)
    wanted = form.wanted
    found = narrowed(staff, everybody, wanted, today)
    as_table = request.GET.get("as") == "csv" and not form.errors
    page = Paginator(found.families, FAMILIES_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = found.families if as_table else page.object_list
    with_cases(staff, shown)
    who = [str(one.who) for family in shown for one in family.movers]
    detail = {"rule": wanted.rule, "people": who, "as": "csv" if as_table else "page"}
    record("decision.to_and_fro_seen", about=staff.hub, at=request.at, hub_id=staff.hub_id, detail=detail)
    if as_table:
        return _table(found)
    rest = request.GET.copy()
    rest.pop("page", None)
    return render(
        request,
        "decision/to_and_fro.html",
        {
            "form": form,
            "found": found,
            "page": page,
            "rules": bounce_rules(),
            "query": rest.urlencode(),
            "narrowed": wanted != Wanted(),
        },
    )


def _table(found: Found) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="to-and-fro.csv"'
    lines = csv.writer(answer)
    lines.writerow(COLUMNS)
    lines.writerows(_lines(found.families))
    return answer


def _lines(families: Iterable[Family]) -> Iterable[tuple[object, ...]]:
    for family in families:
        for mover in family.movers:
            reference = mover.case.reference if mover.case else ""
            for one in mover.bounced:
                days = (one.days[0].isoformat(), one.days[-1].isoformat(), one.apart)
                yield (reference, one.rule.label, *days, one.edition, "; ".join(mover.services))
