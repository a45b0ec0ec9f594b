"""The page on which a letter is read as its reader will see it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.common.verdict import require
from mash.decision.content import letter_content
from mash.partnership.http import StaffRequest
from mash.setup import lettering, policy
from mash.setup.queries import contents as queries
from mash.setup.queries import hubs


@require_safe
def preview(request: StaffRequest, letter: str) -> HttpResponse:
    """Show a letter as drafted, or else as it counts; gaps that are filled for each letter stand in brackets."""
    require(policy.may_set_up(request.staff))
    draft = queries.draft_of(request.staff, letter_content)
    words = draft.words if draft else queries.words_in_force(hubs.own_hub(request.staff), letter_content)[1]
    content = letter_content.check(words)
    found = next((one for one in content.templates if one.id == letter), None)
    if found is None:
        raise Http404(letter)
    paragraphs = list(lettering.shown(content, found))
    shown = {
        "letter": found,
        "subject": lettering.filled(content, found.subject_line or ""),
        "paragraphs": paragraphs,
        "age": lettering.age_of(paragraphs),
        "never": [*found.never, *content.never_in_any],
        "is_draft": draft is not None,
    }
    return render(request, "setup/letter_preview.html", shown)
