"""The page on which whoever sealed an answer seals it anew: other words, another grading, another handling code."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.check import actions
from mash.check.forms import resealing as forms
from mash.check.given import GRADED_BY
from mash.check.queries import answering as queries
from mash.check.views.answering import GONE
from mash.partnership.http import StaffRequest
from mash.sealed.grading import NotForThisSystem, WrongGrading

SEALED_ANEW = "Sealed anew. What you sealed before stays beside it, for the cleared alone."


@require_http_methods(["GET", "POST"])
def seal_anew(request: StaffRequest, enquiry_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Seal a newer wording or grading of one's own sealed answer.

    Source: docs/rules.md, "The sealed room".
    """
    asked = queries.find_to_answer(request.staff, enquiry_id)
    sealed = queries.find_to_seal_anew(request.staff, asked, key, request.at)
    grading = sealed.item.grading
    form = forms.Reseal(
        request.POST if request.method == "POST" else None,
        graded=asked.agency.kind in GRADED_BY,
        initial={
            "words": sealed.words,
            "source_grade": grading.source,
            "information_grade": grading.information,
            "handling": grading.handling,
            "conditions": grading.conditions,
        },
    )
    if form.is_valid():
        try:
            actions.seal_anew(
                enquiry=asked,
                sealed=sealed,
                words=form.cleaned_data["words"],
                grading=form.grading,
                classification=form.cleaned_data.get("classification", ""),
                by=request.staff,
                at=request.at,
            )
        except NotForThisSystem as why:
            form.add_error("words", str(why))
        except WrongGrading as why:
            form.add_error("conditions" if "conditions" in str(why) else "handling", str(why))
        except actions.Withdrawn:
            form.add_error(None, GONE)
        else:
            messages.success(request, SEALED_ANEW)
            return redirect("check:enquiry", asked.pk)
    shown = {"enquiry": asked, "form": form, "key": key, "sealed": sealed}
    return render(request, "check/seal_anew.html", shown)
