"""Every form in which something can be typed is kept, or says here why not; and every kept form is on the list."""

import re
from pathlib import Path

import pytest

from mash.drafts.pages import PAGES

TEMPLATES = Path(__file__).parents[2] / "mash" / "templates"
FORM = re.compile(r"<form\b(?P<tag>[^>]*?(?:\{\{.*?\}\}[^>]*?)*)>(?P<inside>.*?)</form>", re.DOTALL)
TYPED = re.compile(
    r"<textarea|<input(?![^>]*type=\"(?:hidden|checkbox|radio|submit)\")|field\(|place_fields\(|govuk(?:Input|Textarea|CharacterCount|DateInput)\("
)
CALLED = re.compile(
    r"kept_form\(request, (?P<form>[^,]+), (?P<page>.+?)(?:, (?:action=|later=|[\w.]+\.pk|key\b|item)|\))"
)
NOT_KEPT = {
    "boroughs/ask.html": "one sentence, given at once; sent twice it asks once",
    "boroughs/answer.html": "what another hub may read, written while it is looked up and given at once",
    "boroughs/choice.html": "a choice and a sentence, of no case",
    "boroughs/send.html": "begins with what the decision says, which is kept; the rest is a sentence each",
    "boroughs/say.html": "a few words on exactly what the page shows",
    "notifications/settings.html": "choices and two times, of no case",
    "harm/name_group.html": "choices, a name and a sentence, of no case",
    "harm/count_to.html": "a choice and a few words",
    "harm/why.html": "a few words, which end it at once",
    "harm/watch.html": "choices, a day and a few words; of no case",
    "harm/review.html": "a day and a few words",
    "harm/end_watch.html": "a few words, which end it at once",
    "harm/take_up.html": "names, days and a sentence each; of no case, and sent twice it makes one",
    "harm/note.html": "a few words",
    "harm/put_map.html": "a file and where it is from; of no case",
    "harm/put_postcodes.html": "a file and where it is from; of no case",
    "harm/close.html": "a choice and a few words, which close it at once",
    "directory/change.html": "a few words on exactly what the page shows, given at once",
    "plans/begin.html": "choices and names, sent twice it makes one plan",
    "plans/withdraw.html": "a day and a few words",
    "plans/lead.html": "a choice, a day and a few words",
    "plans/open_to.html": "a choice and a few words",
    "plans/copy.html": "a day and a few words",
    "plans/answer.html": "a word on exactly what the page shows, given at once",
    "plans/after.html": "a choice and a few words",
    "directory/name.html": "who holds a role: short and about no case",
    "directory/organisation.html": "a choice from a list; nothing is typed",
    "handover/received.html": "why something is exported again: one sentence, given at once; the question is kept",
    "handover/step_at_hub.html": "a choice and a few words on exactly what the page shows",
    "handover/systems.html": "the name of a system; nothing of a case",
    "mail/add.html": "a reference",
    "mail/acknowledging.html": "yes or no",
    "outage/passphrase.html": "a passphrase is never kept",
    "outage/entering.html": "a reference",
    "outage/away.html": "two times and a few words; nothing of a case",
    "region/say.html": "a choice and a few words",
    "region/grant.html": "names, days and a few words; nothing of a case",
    "region/end.html": "a few words, which end it",
    "systems/systems.html": "names and ticks; nothing of a case",
    "systems/system.html": "a name and ticks; nothing of a case",
    "systems/end.html": "a few words, which end it",
    "systems/calls.html": "an address and ticks; nothing of a case",
    "systems/give.html": "the name of a key and a number; nothing of a case",
    "systems/mapping.html": "rules about no case, beside a pasted message that is to be kept nowhere",
    "account/login.html": "signing in: a password is never kept",
    "account/password_change.html": "a password is never kept",
    "account/password_set.html": "a password is never kept",
    "account/reauthenticate.html": "signing in: a password is never kept",
    "mfa/code.html": "signing in: a code is never kept",
    "mfa/totp/activate_form.html": "signing in: a code is never kept",
    "check/held.html": "why the sealed room is opened, asked afresh each time",
    "check/release_begin.html": "why the sealed room is opened, asked afresh each time",
    "check/release_approve.html": "a word on exactly what the page shows, given at once after signing in again",
    "check/release_recall.html": "a few words, which take a release back at once",
    "check/release_answer.html": "a word on exactly what the page shows, given at once",
    "check/release_veto.html": "a decision with its reason, given at once while a clock runs",
    "check/release_register.html": "a filter, which lives in the address of the page",
    "check/copy.html": "ticks alone; nothing is typed",
    "decision/signpost.html": "what a list is narrowed to, which lives in the address of the page",
    "decision/turnaround.html": "a span of days, which lives in the address of the page",
    "decision/to_and_fro.html": "what a list is narrowed to, which lives in the address of the page",
    "desk/_rows.html": "a choice of a colleague for ticked rows",
    "desk/referral_code.html": "signing in by a code, which is never kept",
    "desk/referral_start.html": "signing in by a reference and an address",
    "desk/night.html": "a search",
    "desk/worklist.html": "a search",
    "contact/consultation.html": "which question of the guide it was: a choice; its other two forms are kept",
    "contact/consultations.html": "a search",
    "contact/find_same.html": "a search",
    "decision/letters_on.html": "choices from lists; nothing is typed",
    "desk/keep_view.html": "a name and choices; nothing of a case is typed",
    "desk/change_view.html": "a name and choices; nothing of a case is typed",
    "desk/export.html": "a word on exactly what the page shows, given at once",
    "desk/export_new.html": "choices and a few words about no case; sent twice it asks once",
    "desk/print.html": "why something is printed, asked afresh each time",
    "desk/conflict.html": "a few words about oneself, which close the case at once",
    "desk/access.html": "a worker chosen from a list, and a few words",
    "desk/audit.html": "a reference, or a choice from a list",
    "desk/audit_people.html": "a name that an auditor asks for: kept, it would stand somewhere",
    "desk/audit_searches.html": "a name that an auditor asks for: kept, it would stand somewhere",
    "desk/audit_conclude.html": "an auditor's word, of which its worker may learn nothing",
    "desk/open_restricted.html": "a reference and a sentence in an emergency; kept, it would name a restricted case",
    "desk/opening.html": "a choice and a few words",
    "desk/moving.html": "choices of colleagues, piece by piece",
    "retention/record.html": "a choice and a few words about one record; kept, they would outlive it",
    "retention/hold.html": "a few words, given at once",
    "retention/hold_new.html": "an order that is at hand; kept, it would name somebody outside their record",
    "sealed/add.html": "who somebody is whom only the unit knows: kept, it would stand outside the sealed room",
    "sealed/person.html": "why an entry is opened or ends, asked afresh each time",
    "partnership/look_through.html": "choices, and a few words where a post stops",
    "partnership/away.html": "a colleague and days, chosen anew in a moment",
    "quality/another.html": "a colleague chosen from a list; nothing is typed",
    "quality/aside.html": "a few words about oneself, which close the referral at once",
    "quality/cover.html": "words to cover in what is shown, given at once; kept, they would name somebody",
    "quality/earlier.html": "a file, which is looked at when it is sent",
    "quality/earlier_shares.html": "a file, which is looked at when it is sent",
    "quality/give_card.html": "a colleague chosen from a list; nothing is typed",
    "quality/new_dip.html": "a name, days and choices; sent twice they draw one sample",
    "quality/raise.html": "a few words about no case; sent twice they make one",
    "quality/tell_hub.html": "how the hub was told, in few words, at once",
    "quality/incident_columns.html": "choices from lists; nothing is typed",
    "quality/put_incidents_in.html": "a file, which is kept when it is sent",
    "quality/mark.html": "a day and a few words about no case",
    "quality/own/aside.html": "a few words about oneself, which close the copy at once",
    "quality/own/case.html": "a tick, or a few words about why nobody decides a case again, given at once",
    "quality/new_round.html": "a name, days and choices; sent twice they draw one round",
    "insight/report.html": "whom a report is for, in one line; sent twice it is kept once",
    "returns/new.html": "days and a few words about no case; sent twice it makes one return",
    "returns/take_out.html": "why something leaves, asked afresh each time",
    "referral/back.html": "coming back by a code, which is never kept",
    "referral/check.html": "an address to answer to, and sending; the answers themselves are kept page by page",
    "referral/code.html": "coming back by a code, which is never kept",
    "referral/email.html": "an address to which a code goes",
    "referral/files.html": "a file, which is kept when it is sent",
    "desk/hand_over.html": "a line at a time, each kept as it is added",
    "setup/agencies.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/agency.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/clocks.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/closures.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/logo.html": "a file and its few words; files are kept when they are sent",
    "setup/logo_look.html": "one look before it is shown to everybody; the picture itself is kept",
    "setup/hours.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/leave.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/lost_factor.html": "set-up of the hub, a few words about no case",
    "setup/new_post.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/particulars.html": "set-up of the hub, short and about no case; the form carries its own version",
    "setup/publish.html": "set-up of the hub, saved in a draft that another publishes; it has its own version",
    "setup/recognising.html": "set-up of the hub, short and about no case; what was seen comes along with it",
    "setup/question.html": "set-up of the hub, saved in a draft that another publishes; it has its own version",
    "setup/thing.html": "set-up of the hub, saved in a draft that another publishes; it has its own version",
    "setup/post.html": "set-up of the hub, short and about no case; the form carries its own version",
    "partnership/fill_week.html": "people chosen from a list; nothing is typed",
    "subject_access/record.html": "short, and written down while whoever asks is there; sent twice it makes one",
    "subject_access/recording.html": "a day and a few words about who asks",
    "subject_access/owner.html": "what an agency said on the telephone, in a few words",
    "subject_access/text.html": "choices sentence by sentence, kept text by text; it carries the marking it follows",
    "subject_access/hand.html": "one sentence, on exactly what the page shows",
    "subject_access/unit.html": "what is sealed stands on it: kept, it would stand outside the sealed room",
    "subject_access/second.html": "a word on exactly what the page shows, given at once after signing in again",
    "subject_access/send.html": "a choice and a day",
    "short_form.html": "a few words, days or a choice, given at once; sent twice they make one",
    "exercise/put_in.html": "a file, which is kept when it is sent",
    "exercise/seats.html": "choices from a list; nothing is typed",
    "exercise/run.html": "a day and a time of a made-up clock",
    "exercise/group.html": "a few words on what is seen at that moment, of no case",
    "exercise/score.html": "choices and a few words each, of no case; every point is kept when it is sent",
    "exercise/came.html": "ticks name by name; nothing is typed",
    "training/attendance.html": "ticks name by name; nothing is typed",
    "training/columns.html": "choices from a list; nothing is typed",
    "training/learners.html": "a search",
    "training/put_in.html": "a file, which is kept when it is sent",
    "training/say.html": "choices about oneself, and a few words that bear no name: kept, they would bear one",
    "training/sign.html": "a choice and a few words",
    "panel/meeting.html": "minutes and a kind of agenda item, about no family, given at once",
    "panel/attendance.html": "ticks seat by seat; of what is typed only a deputy's name",
    "people/relate.html": "a search, then a choice",
    "people/search.html": "a search",
}


def name_of(file):
    return str(file.relative_to(TEMPLATES))


def typed_and_not_kept():
    """Return the templates with a form of their own in which something is typed."""
    found = set()
    for file in TEMPLATES.rglob("*.html"):
        for form in FORM.finditer(file.read_text()):
            if TYPED.search(form["inside"]) and "data-autosave" not in form["tag"]:
                found.add(name_of(file))
    return found - {"drafts/_kept_form.html"}


def kept_on_templates():
    """Return the pages that templates keep, by name."""
    found = set()
    for file in TEMPLATES.rglob("*.html"):
        for call in re.findall(r"kept_form\(request, (.+)\) %\}", file.read_text()):
            found |= set(re.findall(r"'([a-z_]+:[a-z_]+)'", call.split("action=")[0]))
    return found


def test_every_form_in_which_something_is_typed_is_kept_or_has_its_reason():
    assert typed_and_not_kept() == set(NOT_KEPT)


def test_a_form_that_is_not_kept_would_be_found(tmp_path, monkeypatch):
    (tmp_path / "new.html").write_text(
        "<form method=\"post\" action=\"{{ url('a:b', one.pk) }}\">{{ field(form['why']) }}</form>"
    )
    monkeypatch.setattr("tests.drafts.test_every_form.TEMPLATES", tmp_path)
    assert typed_and_not_kept() == {"new.html"}


def test_every_kept_form_is_on_the_list_and_the_list_holds_no_other():
    assert kept_on_templates() == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_is_about_stands_in_its_address(name):
    from django.urls import get_resolver

    page = PAGES[name]
    namespace, _, view = name.partition(":")
    resolver = get_resolver().namespace_dict[namespace][1]
    named = {
        key
        for _, patterns in [(None, resolver.reverse_dict.getlist(view))]
        for one in patterns
        for key in one[0][0][1]
    }
    asked = page.about.lstrip("?=").split("|")[-1]
    assert page.about.startswith("=") or not page.about or asked in named
