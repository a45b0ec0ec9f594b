"""Every page of the product and who opens it.  To add yours, write one line in PAGES: the name of its address, the
sign-in name of the demo's worker who uses it, and the buttons that show the error summary when pressed untouched.
What stands in its address is kept in scene.py; an address without a page of its own goes into NO_PAGE.  That is all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys import ways

ANYBODY = None


@dataclass(frozen=True)
class Page:
    """One page of the sweep.

    by: whose sign-in name in the demo's boroughs; ANYBODY is not signed in.
    wrong: buttons which show the error summary when the form is sent as the page shows it.
    sound: the first words of buttons of forms that nobody can fill in wrongly; every button must stand in one of both.
    told, bare: what stands in the address, where that is not the scene's object of the argument's own name: argument
        to name in the scene.  bare=None: it has no empty state.
    from_: the page to begin on, if not this one.  way: what to do there to come to it.
    errs_when: "bare" where only the bare object shows the form.
    query: told the scene, gives what follows the address.
    called: tells apart several pages at one address.
    specimens: shows parts of pages, whose links and errors lead nowhere.
    """

    name: str
    by: str | None
    wrong: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()
    told: dict[str, str] = field(default_factory=dict)
    bare: dict[str, str] | None = field(default_factory=dict)
    from_: str = ""
    way: Callable | None = None
    errs_when: str = "told"
    query: Callable | None = None
    called: str = ""
    specimens: bool = False

    def __str__(self):
        return f"{self.name} {self.called}".strip()


UNANSWERED = {"enquiry_id": "unanswered", "person_id": "asked_about"}
GROWING = {"content": "growing", "part": "growing_part"}
WITHHELD = {"enquiry_id": "refused", "person_id": "refused_about"}
SAVES, ANY = ("Save and check",), ("Save", "Add")
GOES_ON, BEGINS, DRAFT = (
    ("Continue",),
    ("Begin", "Tell us"),
    ("Send", "Put this file", "Leave now", "Take"),
)
TYPING = ("Save and", "Go on", "Add", "Take away")
MOVING_ON = ("Work on this", "Give it back", "Take it up")
SAYING = ("Record what was said", "Record the ground")
SENT, BEGUN = {"draft_id": "sent"}, {"draft_id": "begun"}
WITH_THE_UNIT = ("Gather again", "Keep the pass", "Make")
ADULT = {"contact_id": "about_an_adult", "contact_person_id": "adult"}
KEEPS, SENDS = ("All of",), "Send for approval"
TAKEN = {"pack_id": "taken_pack"}
WAITING, PROPOSED = {"service_id": "waits"}, {"change_id": "proposed"}
HELD = {"meeting_id": "held_meeting"}
OF_A_PLAN = {"item_id": "planned_item", "action_id": "planned_action"}
ELSEWHERE = {"contact_id": "asked_elsewhere", "contact_person_id": "named_elsewhere"}
EMPTY = {"prefix": "of_the_quiet_hub"}
PAGES = [
    # Signing in
    Page("account_login", ANYBODY, ("Sign in",), sound=("Sign in with a passkey",)),
    Page("account_logout", "screener", sound=("Sign out",)),
    Page("account_inactive", ANYBODY),
    Page("account_set_password", ANYBODY, ("Set the password",)),
    Page("account_change_password", "screener", ("Change the password",)),
    Page("account_reauthenticate", "screener", ("Continue",)),
    Page("mfa_index", "screener"),
    Page("mfa_index", "night", bare=None, called="with a second factor"),
    Page("mfa_activate_totp", "screener", ("Switch it on",)),
    Page("mfa_deactivate_totp", "night", sound=("Switch it off",), bare=None),
    Page("mfa_view_recovery_codes", "night", bare=None),
    Page("mfa_generate_recovery_codes", "night", sound=("Make new codes",), bare=None),
    Page("mfa_reauthenticate", "night", ("Continue",), bare=None),
    Page("mfa_add_webauthn", "night", sound=("Add a passkey",), bare=None),
    Page("mfa_remove_webauthn", "night", sound=("Take it off",), bare=None),
    Page("mfa_reauthenticate_webauthn", "night", sound=("Use your passkey",), bare=None),
    Page(
        "mfa_authenticate",
        ANYBODY,
        ("Continue",),
        sound=("Use your passkey",),
        from_="account_login",
        way=ways.with_a_password,
        bare=None,
    ),
    Page("post", "police", sound=("Work in",)),
    # The rota
    Page("rota:now", "manager"),
    Page("rota:week", "manager", sound=("Copy last week",)),
    Page("rota:fill", "manager", sound=("Save the week",), query=ways.of_the_rota),
    Page("rota:gaps", "manager"),
    Page("rota:away", "manager", ("Mark as away",), ("Back",)),
    Page("rota:look_through", "manager", ("Save what I said",)),
    # Referring, by whoever is worried
    Page("referral:places", ANYBODY),
    Page("referral:start", ANYBODY, sound=BEGINS),
    Page("referral:safe", ANYBODY),
    Page("referral:by_email", ANYBODY, ("Send me a code",)),
    Page("referral:back", ANYBODY, ("Go on with this code", "Send me a code")),
    Page("referral:page", ANYBODY, ("Go on",), TYPING, from_="referral:start", way=ways.tells_us, bare=None),
    *(
        Page(
            f"referral:{name}",
            ANYBODY,
            sound=DRAFT,
            from_="referral:start",
            way=ways.on_a_draft(name),
            bare=None,
        )
        for name in ("lacking", "later", "check")
    ),
    Page("referral:draft", "education", told=BEGUN, bare=None),
    *(
        Page(
            "referral:page",
            "education",
            wrong,
            sound=TYPING,
            told=BEGUN | {"page": name},
            bare=None,
            called=name,
        )
        for name, wrong in (
            ("you", ()),
            ("person", ("Save and go on",)),
            ("family", ()),
            ("concern", ("Save and go on",)),
            ("strengths", ()),
            ("agreement", ("Save and go on",)),
        )
    ),
    Page("referral:files", "education", ("Put this file to the referral",), DRAFT, told=BEGUN, bare=None),
    *(
        Page(f"referral:{name}", "education", sound=DRAFT, told=BEGUN, bare=None)
        for name in ("lacking", "later", "check")
    ),
    *(
        Page(
            f"referral:{name}",
            ANYBODY,
            sound=("Leave now",),
            from_="referral:back",
            way=ways.after_sending(name),
            bare=None,
            called="by a neighbour",
        )
        for name in ("sent", "copy")
    ),
    Page("referral:sent", "education", told=SENT, bare=None),
    Page("referral:copy", "education", told=SENT, bare=None),
    # Setting up the hub
    Page("setup:overview", "administrator", bare=None),
    Page("setup:particulars", "administrator", sound=GOES_ON, bare=None),
    Page("setup:logo", "administrator", ("Look at it",), ("Take the logo away",), bare=None),
    Page("setup:logo_look", "administrator", sound=("Put in force",), bare=None),
    Page("setup:signing_in", "administrator", bare=None),
    Page("setup:recognising", "administrator", GOES_ON),
    Page("setup:hours", "administrator", sound=GOES_ON, bare=None),
    Page("setup:closures", "administrator", GOES_ON, ("Open after all",), bare=None),
    Page("setup:clocks", "administrator", sound=GOES_ON, bare=None),
    Page("setup:agencies", "administrator", GOES_ON, bare=None),
    Page("setup:agency", "administrator", sound=GOES_ON, bare=None),
    Page("setup:leave", "administrator", sound=GOES_ON, bare=None),
    Page("setup:posts", "administrator", bare=None),
    Page("setup:new_post", "administrator", GOES_ON, bare=None),
    Page(
        "setup:post", "administrator", sound=(*GOES_ON, "Send a code", "Sign them out everywhere"), bare=None
    ),
    Page("setup:lost_factor", "administrator", GOES_ON, told={"post_id": "lost_by"}, bare=None),
    Page("setup:answer_lost_factor", "administrator", sound=("Take it off", "Turn down")),
    Page("setup:grant", "administrator", sound=("Confirm", "Turn down")),
    Page("setup:log", "administrator", bare=None),
    Page("setup:change", "administrator"),
    Page("setup:contents", "administrator", bare=None),
    Page("setup:book", "administrator", sound=("Retire", "Bring back"), bare=None),
    Page(
        "setup:new_thing",
        "administrator",
        ("Save in the draft",),
        told=GROWING,
        bare=None,
    ),
    Page("setup:newer", "administrator", bare=None),
    Page("setup:thing", "administrator", sound=("Save in the draft",), bare=None),
    Page("setup:letter", "administrator", told={"letter": "family_letter"}, bare=None),
    Page(
        "setup:publish",
        "administrator",
        ("Publish", "Try it in Northfield practice hub"),
        ("Throw the draft away",),
        told=GROWING,
        bare={"content": "drafted_alike"},
    ),
    Page(
        "setup:publish",
        "administrator",
        sound=("Agree and publish", "Send it back", "Throw the draft away"),
        told={"content": "asked_for"},
        bare=None,
        called="asked for",
    ),
    Page("setup:sets", "administrator", bare=None),
    Page("setup:asked", "administrator", sound=("Move", "Retire", "Bring back"), bare=None),
    Page("setup:preview", "administrator", bare=None, specimens=True),
    Page("setup:add_question", "administrator", ("Save in the draft",), bare=None),
    Page("setup:reword", "administrator", sound=("Save in the draft",), bare=None),
    # For everybody
    Page("accessibility", ANYBODY),
    Page("privacy", ANYBODY),
    Page("cookies", ANYBODY),
    Page("help", ANYBODY),
    Page("gallery", "screener", specimens=True),
    # People
    Page("people:search", "screener", ("Search",)),
    Page("people:search", "screener", sound=("Search",), way=ways.finds_somebody, bare=None, called="found"),
    Page("people:page", "screener"),
    Page("people:correct", "screener", ("Correct the record",)),
    Page("people:add", "screener", ("Add to the record",)),
    Page("people:alert", "screener", ("Add alert",)),
    Page("people:court_order", "screener", ("Add court order",)),
    Page("people:relate", "screener", ("Find",)),
    Page(
        "people:relate",
        "screener",
        ("Add relationship",),
        sound=("Find",),
        way=ways.finds_a_relative,
        called="found",
    ),
    Page(
        "people:page",
        "screener",
        sound=("Take this back",),
        told={"person_id": "one_of_two"},
        bare=None,
        called="with other records",
    ),
    Page("contact:suspected", "screener"),
    Page("contact:find_same", "screener", ("Find",), told={"person_id": "one_of_two"}),
    Page("contact:compare_records", "screener", ("Save",), told={"person_id": "one_of_two"}, bare=None),
    Page("contact:separate_records", "screener", ("Separate them",), bare=None),
    # The directory and the guide
    Page("directory:home", "screener"),
    Page("directory:home", "domestic.abuse", bare=None, called="of a provider"),
    Page("directory:service", "domestic.abuse", sound=KEEPS, bare=None),
    Page("directory:service", "domestic.abuse", told=WAITING, bare=None, called="with a change that waits"),
    Page("directory:new", "manager", (SENDS,)),
    Page("directory:edit", "domestic.abuse", sound=(SENDS,), bare=None),
    Page("directory:keeping", "manager", sound=KEEPS),
    Page("directory:keeping", "domestic.abuse", sound=KEEPS, bare=None, called="of a provider"),
    Page("directory:change", "manager", ("Turn it down",), ("Approve",), told=PROPOSED, bare=None),
    Page("directory:change", "domestic.abuse", told=PROPOSED, bare=None, called="to whoever wrote it"),
    Page("directory:organisations", "manager"),
    Page("directory:organisation", "manager", sound=("Save",), bare=None),
    Page("directory:named", "manager", sound=("End today",)),
    Page("directory:name", "education", ("Save",)),
    Page("directory:own_guide", "manager"),
    Page("directory:own_questions", "education"),
    Page("directory:find", ANYBODY, bare=EMPTY),
    Page("directory:entry", ANYBODY, bare=None),
    Page("directory:guide", ANYBODY, bare=EMPTY),
    Page("directory:questions", ANYBODY, bare=EMPTY),
    # Contacts
    Page("desk:night", "night", sound=("Find", "Work on the next"), bare=None),
    Page("contact:telephone", "screener", ("Check the answers",), ("Add a", "Take away")),
    Page("contact:disputed", "screener"),
    Page("contact:taken", "screener"),
    Page("contact:settle", "screener"),
    Page("contact:settle_person", "screener", ("Save",), told={"contact_person_id": "not_settled"}),
    Page("contact:settle_person", "screener", sound=("Take this back",), bare=None, called="settled"),
    Page("contact:consultations", "screener", sound=("Find",)),
    Page("contact:record_consultation", "screener", ("Save",)),
    Page(
        "contact:consultation",
        "screener",
        ("Save what became of it", "Link the referral"),
        ("Link NFC", "Save the question"),
    ),
    Page("contact:unlink_consultation", "screener", ("Unlink",), bare=None),
    # Triage
    Page(
        "triage:page",
        "social.worker",
        ("Check your answers",),
        ("Work on this", "Give it back", "Take it up"),
        told={"contact_id": "returned"},
    ),
    Page(
        "triage:adult",
        "social.worker",
        ("Record the test", "Record what they want", "Record what is known"),
        told=ADULT,
        bare=ADULT,
    ),
    Page("triage:saved", "social.worker", sound=("Work on the next",)),
    Page("triage:rating", "social.worker", ("Change the rating",), bare=None),
    Page("triage:confirm", "manager", ("Record your word",), told={"contact_id": "agreed"}, bare=None),
    Page("triage:confirm", "manager", bare=None, called="confirmed"),
    Page("triage:pause", "decision.maker", ("Pause the clock",), told={"contact_id": "agreed"}, bare=None),
    Page(
        "triage:pause",
        "decision.maker",
        sound=("Let the clock run",),
        bare=None,
        called="at rest",
    ),
    Page(
        "triage:agreement",
        "social.worker",
        ("Record what was said", "Record the ground"),
        ("Withdraw", "Approve", "Refuse"),
    ),
    Page(
        "triage:event",
        "social.worker",
        ("Same event",),
        ("Same event as", "Different from", "Take this contact out"),
    ),
    Page("triage:repeat", "manager", ("Record your look",), bare={"contact_id": "looked_at", "rule": "rule"}),
    Page("triage:clocks", "social.worker", bare=None),
    Page("triage:clocks_running", "social.worker"),
    Page("triage:return", "social.worker", ("Send it back",), errs_when="bare"),
    # Checks
    Page("check:inbox", "police"),
    Page("check:enquiry", "education", ("Send to the hub",), told={"enquiry_id": "refused"}),
    Page("check:enquiry", "police", ("Send to the hub",), bare=None, called="answered"),
    Page("check:answer", "health", sound=("Save", "Add"), told=UNANSWERED, bare=None),
    Page(
        "check:answer",
        "education",
        sound=("Save", "Add"),
        told=WITHHELD,
        bare={"person_id": "asked_about"},
        called="school",
    ),
    Page(
        "check:answer",
        "health",
        ("Save and check",),
        ("Save", "Add"),
        told=UNANSWERED,
        way=ways.says_half,
        bare=None,
        called="half said",
    ),
    Page("check:copy", "health", told=UNANSWERED, bare=None),
    Page("check:withhold", "education", ("Tell the hub",), told={"enquiry_id": "refused"}),
    Page("check:supplement", "police", ("Add",), bare=None),
    Page("check:seal_anew", "police", ("Seal it anew",), told={"key": "sealed_by_police"}, bare=None),
    Page("check:telephone", "screener", ("Write this down",), told={"enquiry_id": "unanswered"}),
    Page("check:open", "social.worker", ("Open the check",), told={"contact_id": "agreed"}),
    Page("check:chronology", "social.worker", ("Write it down",), ("Save", "Take in")),
    Page("check:risk", "social.worker", ("Keep this view", "Save the risk picture")),
    Page("check:board", "social.worker", ("Close the check",), ("Chase", "Approve the ground")),
    Page("check:board", "cleared", bare=None, sound=("Close", "Chase"), called="to the cleared"),
    Page("check:held", "cleared", ("Open it",)),
    Page("check:held", "cleared", way=ways.opens_the_room, bare=None, called="opened"),
    Page("check:begin_release", "intelligence", ("Begin",)),
    Page("check:write_release", "intelligence", ("Read it over",), bare={"release_id": "begun_release"}),
    Page(
        "check:write_release",
        "intelligence",
        sound=("Propose it", "Change it"),
        told={"release_id": "begun_release"},
        way=ways.reads_a_release_over,
        bare=None,
        called="read over",
    ),
    Page("check:release", "intelligence", bare={"release_id": "begun_release"}),
    Page(
        "check:approve_release",
        "release.approver",
        ("Save your answer",),
        told={"release_id": "ready_release"},
        way=ways.signs_in_again,
        bare=None,
    ),
    Page("check:recall_release", "intelligence", ("Take it back",), bare=None),
    Page(
        "check:answer_release",
        "police",
        ("Save the answer",),
        told={"release_id": "asked_release"},
        bare=None,
    ),
    Page(
        "check:veto",
        "second.person",
        ("Save the decision",),
        told={"release_id": "vetoed_release"},
        bare=None,
    ),
    Page("check:read_release", "social.worker", bare=None),
    Page("check:release_sheet", "intelligence", bare=None),
    Page("check:releases", "intelligence", bare=None),
    Page("check:releases", "social.worker", called="to a recipient"),
    Page("check:release_register", "cleared", bare=None),
    Page("check:ask", "social.worker", ("Send enquiries",)),
    Page("check:withdraw", "social.worker", ("Take it back",), told={"enquiry_id": "unanswered"}, bare=None),
    # The unit
    Page("sealed:people", "cleared", bare=None),
    Page("sealed:add", "cleared", ("Put them on the list",), bare=None),
    Page("sealed:person", "cleared", ("See who it is", "Take them off the list"), bare=None),
    Page(
        "sealed:person",
        "cleared",
        ("Take them off the list",),
        way=ways.sees_who_it_is,
        bare=None,
        called="opened",
    ),
    # Decisions
    Page("decision:schools", "decision.maker", told={"contact_id": "abused_at_home"}),
    Page("decision:tell_school", "decision.maker", ("Read it over",), told={"child_id": "pupil"}, bare=None),
    Page(
        "decision:tell_school",
        "decision.maker",
        sound=("Send it to the school", "Change it"),
        told={"child_id": "told_of"},
        way=ways.reads_the_notice_over,
        bare=None,
        called="read over",
    ),
    Page(
        "decision:school_called",
        "decision.maker",
        ("Record the call",),
        told={"child_id": "pupil"},
        bare=None,
    ),
    Page("decision:school_not_told", "decision.maker", ("Record it",), told={"child_id": "pupil"}, bare=None),
    Page("decision:schools_to_call", "decision.maker"),
    Page("decision:school_notices", "education"),
    Page("decision:school_notice", "education", bare=None),
    Page("decision:waiting", "second.person"),
    Page("decision:turnaround", "manager"),
    Page("decision:to_and_fro", "manager", sound=("Show",)),
    Page("decision:dissents", "manager"),
    Page(
        "decision:dissent",
        "manager",
        ("Send the answer", "Keep what they say", "Record the end"),
        bare=None,
    ),
    Page("decision:our_dissents", "police"),
    Page("decision:our_dissent", "police", ("Send",), bare=None),
    Page("decision:raise_dissent", "police", ("Send the disagreement",), bare=None),
    Page("decision:decide", "decision.maker", ("Continue",)),
    Page("decision:pass", "social.worker", ("Pass it on",)),
    Page("decision:strategy", "decision.maker", ("Save",)),
    Page("decision:strategy_page", "decision.maker", ("It has reached them",)),
    Page("decision:page", "decision.maker", ("Record the disagreement",)),
    Page("decision:second", "second.person", ("Save your answer",)),
    Page("decision:clear", "cleared", ("Save your answer",)),
    Page("decision:take_back", "decision.maker", ("Take it back",)),
    Page("decision:reopen", "decision.maker", ("Reopen it",), told={"decision_id": "decided"}, bare=None),
    Page(
        "decision:signpost",
        "decision.maker",
        ("Name these with the decision",),
        sound=("Look",),
        bare=None,
    ),
    Page("decision:accepted", "decision.maker", ("Record that it was accepted",), bare=None),
    Page(
        "decision:work_ended",
        "decision.maker",
        ("Record the end",),
        told={"outcome_id": "accepted_outcome"},
        bare=None,
    ),
    Page("decision:passed_back", "screener", ("Record that it was passed back",), bare=None),
    Page(
        "decision:passed_back",
        "screener",
        ("Record that it was passed back",),
        told={"outcome_id": "accepted_outcome"},
        bare=None,
        called="after it accepted",
    ),
    Page(
        "decision:not_passed_back",
        "screener",
        ("Record the mistake",),
        told={"outcome_id": "passed_back_outcome"},
        bare=None,
    ),
    # Hand-overs to services
    Page("handover:write", "decision.maker", ("Send it",), bare=None),
    Page("handover:waiting", "decision.maker"),
    Page("handover:waiting", "cleared", bare=None, called="steps down"),
    Page("handover:sent", "decision.maker", ("Answer",), bare=None),
    Page("handover:take_back", "decision.maker", ("Take it back",), bare=None),
    Page("handover:number_at_hub", "decision.maker", ("Keep the number",), told=TAKEN, bare=None),
    Page("handover:step_at_hub", "cleared", ("Save your answer",), bare=None),
    Page("handover:inbox", "police"),
    Page("handover:received", "police", ("Ask the hub",), bare=None),
    Page("handover:received", "police", sound=("Export it",), told=TAKEN, bare=None, called="accepted"),
    Page("handover:accept", "police", ("Accept",), bare=None),
    Page("handover:return", "police", ("Return it",), bare=None),
    Page("handover:number", "police", ("Keep the number",), told=TAKEN, bare=None),
    Page("handover:send_on", "early.help", ("Send it",), told={"pack_id": "helped_pack"}, bare=None),
    Page("handover:step", "police", bare=None),
    Page("handover:systems", "police", ("Give a key",), ("End it",)),
    Page("decision:letters_waiting", "decision.maker"),
    Page("decision:letters_words", "manager", sound=("Save",)),
    Page("decision:letters_on", "decision.maker", ("Begin",), told={"decision_id": "decided"}),
    Page("decision:letter", "decision.maker", bare=None),
    Page("decision:write_letter", "decision.maker", sound=("Save the words",), bare=None),
    Page("decision:clear_letter", "decision.maker", ("Clear it",), bare=None),
    Page("decision:take_back_letter", "decision.maker", sound=("Take it back",), bare=None),
    Page("decision:letter", "decision.maker", told={"letter_id": "given_letter"}, bare=None, called="given"),
    Page(
        "decision:second_letter", "second.person", ("Save",), told={"letter_id": "cleared_letter"}, bare=None
    ),
    Page("decision:give_letter", "decision.maker", ("Save",), told={"letter_id": "ready_letter"}, bare=None),
    Page(
        "decision:feedback_on_letter",
        "decision.maker",
        ("Save",),
        told={"letter_id": "given_letter"},
        bare=None,
    ),
    Page("decision:print_letter", "decision.maker", told={"letter_id": "ready_letter"}, bare=None),
    # Somebody asks what is held on them
    Page("alongside:listed", "decision.maker"),
    Page("alongside:on_case", "decision.maker"),
    Page("alongside:open", "screener", ("Open it",), bare=None),
    Page(
        "alongside:open", "screener", ("Open it",), told={"kind": "sealed_kind"}, bare=None, called="sealed"
    ),
    Page(
        "alongside:open",
        "social.worker",
        ("Open it",),
        told={"kind": "interview_kind"},
        bare=None,
        called="return interview",
    ),
    Page("alongside:one", "decision.maker"),
    Page("alongside:one", "cleared", told={"alongside_id": "sealed_alongside"}, bare=None, called="sealed"),
    Page("alongside:paper", "decision.maker"),
    Page("alongside:send", "decision.maker", ("Keep it",), bare=None),
    Page("alongside:receive", "decision.maker", ("Keep it",), bare=None),
    Page("alongside:result", "decision.maker", ("Keep it",), bare=None),
    Page("plans:plans", "education"),
    Page("plans:ask", "education", bare=None),
    Page("plans:on_case", "decision.maker", told={"contact_id": "planned_case"}, bare=None),
    Page("plans:begin", "decision.maker", ("Begin the plan",), told={"outcome_id": "to_plan"}, bare=None),
    Page("plans:plan", "education", sound=("Take it to",)),
    Page("plans:plan", "cleared", told={"plan_id": "closing_plan"}, bare=None, called="waits to close"),
    Page("plans:history", "education"),
    Page("plans:paper", "education"),
    Page("plans:write", "education", sound=("Keep these words",)),
    Page("plans:agree", "education", ("Keep what was said",), bare=None),
    Page("plans:lead", "education", ("Keep who leads",), bare=None),
    Page("plans:open_to", "education", ("Let it see the plan",), bare=None),
    Page("plans:copy", "education", ("Keep that they have it",), bare=None),
    Page("plans:need", "education", ("Add the need",), bare=None),
    Page("plans:look", "education", ("Keep this look",), bare=None),
    Page("plans:step_up", "education", ("Tell the hub",), bare=None),
    Page("plans:close", "education", ("Propose to close",), bare=None),
    Page("plans:wants", "education", ("Keep their words",), bare=None),
    Page("plans:withdraw", "education", ("Keep that it was taken back",), bare=None),
    Page("plans:change_need", "education", sound=("Keep the change",), bare=None),
    Page("plans:act", "education", ("Add the action",), bare=None),
    Page("plans:change_action", "education", sound=("Keep the change",), bare=None),
    Page("plans:progress", "education", sound=("Keep where it stands",), bare=None),
    Page("plans:answer", "cleared", ("Give your word",), bare=None),
    Page("plans:after", "decision.maker", ("Keep what you found",), told={"closure_id": "closed"}, bare=None),
    Page("subject_access:requests", "decision.maker"),
    Page("subject_access:record", "decision.maker", ("Write it down",)),
    Page("subject_access:request", "decision.maker", sound=("Gather",)),
    Page("subject_access:identity_asked", "decision.maker", ("Record that they were asked",), bare=None),
    Page("subject_access:identity_seen", "decision.maker", ("Record what was seen",), bare=None),
    Page("subject_access:extend", "decision.maker", ("Record the extension",), bare=None),
    Page("subject_access:give", "manager", ("Give it to them",), bare=None),
    Page("subject_access:end", "decision.maker", ("End the request",), bare=None),
    Page(
        "subject_access:text", "decision.maker", ("Save, and go to the next",), ("Decide on all",), bare=None
    ),
    Page("subject_access:owner", "decision.maker", ("Write it down",), bare=None),
    Page("subject_access:hand", "decision.maker", ("Hand it on",)),
    Page("subject_access:unit", "cleared", sound=WITH_THE_UNIT, told={"request_id": "with_the_unit"}),
    Page(
        "subject_access:back", "cleared", ("Give it back",), told={"request_id": "with_the_unit"}, bare=None
    ),
    Page(
        "subject_access:second", "release.approver", ("Save your word",), way=ways.signs_in_again, bare=None
    ),
    Page(
        "subject_access:send",
        "cleared",
        ("Write it down",),
        told={"output_id": "approved_output"},
        bare=None,
    ),
    # The desk
    Page("home", "administrator", bare=None),
    Page("desk:worklist", "social.worker", ("Give to this worker",), ("Find", "Work on the next")),
    Page(
        "desk:worklist",
        "social.worker",
        sound=("Give to this worker", "Find", "Work on the next"),
        query=ways.of_no_such_filter,
        bare=None,
        called="asked for what does not exist",
    ),
    Page("desk:case", "screener", sound=("Link NFC",)),
    Page("desk:conflict", "screener", ("Close this case to me",)),
    Page("desk:access", "manager", ("Keep out", "Let in"), ("Let back", "End it")),
    Page("desk:passed", "health"),
    Page("desk:passed_contact", "health", bare=None),
    Page("desk:print", "social.worker", ("Show it as it prints",), query=ways.of_the_case),
    Page("desk:hand_overs", "decision.maker", sound=("Hand over to",)),
    Page("desk:hand_over", "decision.maker", ("Add the line", "Hand over"), ("Save",), bare=None),
    Page("desk:alerts", "social.worker"),
    Page("desk:chasing", "social.worker", sound=("Chase all",)),
    Page("desk:my_referrals", "education"),
    Page(
        "desk:my_referral",
        "education",
        ("Add this", "Send", "I do not agree"),
        told={"contact_id": "sent"},
        bare={"contact_id": "sent"},
    ),
    Page("desk:given", "social.worker", sound=("Accept",)),
    Page("desk:moving", "manager", sound=("Move it all",), bare=None),
    Page("desk:outbox", "manager"),
    Page(
        "desk:open_restricted",
        "screener",
        ("Open it for 60 minutes",),
        from_="account_reauthenticate",
        way=ways.once_more,
    ),
    Page("desk:audit", "auditor", ("Show who saw it", "Show what they did"), bare=None),
    Page("desk:audit_case", "auditor", told={"contact_id": "returned"}),  # they are kept out of the other
    Page("desk:audit_people", "auditor", ("Find the record",), bare=None),
    Page("desk:audit_person", "auditor"),
    Page("desk:audit_worker", "auditor"),
    Page("desk:audit_refusals", "auditor", bare=None),
    Page("desk:audit_searches", "auditor", ("Ask",), bare=None),
    Page("desk:audit_unusual", "auditor", bare=None),
    Page("desk:audit_conclude", "auditor", ("Keep this",), bare=None),
    Page("desk:openings", "manager"),
    Page("desk:opening", "manager", ("Keep this",), bare=None),
    # Panels
    Page("panel:home", "manager"),
    Page("panel:home", "health", bare=None, called="of a member"),
    Page("panel:new", "manager", ("Open it",)),
    Page("panel:panel", "panel.chair", sound=("End the seat",)),
    Page("panel:seats", "panel.chair", ("Give it",), bare=None),
    Page("panel:terms", "housing", ("They were signed",), bare=None),
    Page("panel:plan", "panel.chair", ("Plan them",), bare=None),
    Page("panel:bring", "social.worker", ("Bring them to the panel",), bare=None),
    Page("panel:item", "education"),
    Page("panel:check", "education", ("Send it to the panel",)),
    Page("panel:needed", "panel.chair", sound=("Save",), bare=None),
    Page("panel:take_off", "panel.chair", ("Take it off",), bare=None),
    Page(
        "panel:meeting",
        "panel.chair",
        ("Add it",),
        sound=("Send the invitations", "Up", "Down", "Give this time", "Put it on"),
    ),
    Page("panel:meeting", "education", bare=None, called="of a member"),
    Page("panel:change", "panel.chair", sound=("Change it",), bare=None),
    Page("panel:call_off", "panel.chair", ("Call it off",), bare=None),
    Page("panel:attendance", "panel.chair", sound=("Record who came",)),
    Page("panel:room", "panel.chair", bare=None),
    Page("panel:decide", "panel.chair", ("Record the decision",), bare=None),
    Page("panel:action", "panel.chair", ("Add it",), bare=None),
    Page("panel:tick", "panel.chair", ("Save",), told={"action_id": "panel_action"}, bare=None),
    Page("panel:item", "education", told={"item_id": "planned_item"}, bare=None, called="with a plan"),
    Page("panel:room", "panel.chair", told={"item_id": "planned_item"}, bare=None, called="with a plan"),
    Page(
        "panel:action",
        "panel.chair",
        ("Add it",),
        told={"item_id": "planned_item"},
        bare=None,
        called="into a plan",
    ),
    Page("panel:progress", "panel.chair", ("Save",), told=OF_A_PLAN, bare=None),
    Page("panel:review", "panel.chair", ("Put it on the agenda",), told={"plan_id": "due_plan"}, bare=None),
    Page("panel:confirm", "health", ("Say so",), bare=None),
    Page("panel:pack", "education"),
    Page("panel:minutes", "panel.chair", sound=("End the meeting",)),
    Page("panel:minutes", "education", sound=("Agree",), told=HELD, bare=None, called="written"),
    Page("panel:correct", "education", ("Put it beside them",), told={"item_id": "held_item"}, bare=None),
    # Other hubs
    Page("boroughs:asked", "decision.maker"),
    Page("boroughs:choice", "manager", ("Save",)),
    Page("boroughs:ask", "screener", ("Ask the other hubs",), told=ELSEWHERE, bare=ELSEWHERE),
    Page("boroughs:question", "screener"),
    Page("boroughs:summary", "screener", bare=None),
    Page("boroughs:answer", "decision.maker", ("Send the answer",)),
    Page("boroughs:end", "decision.maker", ("Take it back",), told={"reply_id": "granted_here"}, bare=None),
    Page("boroughs:transfers", "decision.maker"),
    Page("boroughs:send", "decision.maker", ("Send the pack",), told={"outcome_id": "to_move"}, bare=None),
    Page("boroughs:transfer", "decision.maker"),
    Page("boroughs:accept", "decision.maker", ("Take them on",), bare=None),
    Page("boroughs:decline", "decision.maker", ("Decline",), bare=None),
    Page("boroughs:take_back", "decision.maker", ("Take it back",), told={"transfer_id": "went"}, bare=None),
    # How long records are kept
    Page("retention:due", "manager"),
    Page("retention:waiting", "manager"),
    Page("retention:agreed", "manager"),
    Page("retention:record", "manager", ("Propose this", "Put it there")),
    Page(
        "retention:record",
        "second.person",
        ("Say so", "Stop it"),
        told={"standing_id": "proposed_standing"},
        bare=None,
        called="proposed",
    ),
    Page("retention:hold_person", "manager", ("Place the hold",), bare=None),
    Page("retention:holds", "manager"),
    Page("retention:new_hold", "manager", ("Place the hold",), bare=None),
    Page("retention:hold", "manager", ("Say so",), bare=None),
    Page("retention:register", "manager"),
    Page("retention:disposed", "auditor", bare=None),
    Page("desk:referral", ANYBODY, ("Send me a code",)),
    Page(
        "desk:referral",
        ANYBODY,
        ("Add this", "Send"),
        ("Close this page",),
        way=ways.with_a_code,
        bare=None,
        called="opened",
    ),
    Page(
        "desk:ask_code",
        ANYBODY,
        ("Open my page",),
        from_="desk:referral",
        way=ways.asks_for_a_code,
        bare=None,
    ),
]
WORKERS = list(dict.fromkeys(page.by for page in PAGES))
ALWAYS_SOUND = (
    "Save for later",
    "Work on the next one",
    "Keep this view",
    "Start again",
)  # keep or lead on, as it is
NOT_SERVED = "allauth names it, and we do without it"
BACK = "a form elsewhere is sent here; the answer leads back, or is that page in error"
NO_PAGE = {
    "retention:of_person": "leads to where the person's record stands",
    "referral:own_hub": "leads to the form of the worker's own hub",
    "referral:leave": "leads away, to another site's page",
    "setup:colour": "a style sheet",
    "setup:logo_shown": "a picture",
    "contact:open_file": "a file, given out and never shown",
    "panel:invitation": "a file, given out and never shown",
    "panel:pack_pdf": "a file, given out and never shown",
    "panel:minutes_pdf": "a file, given out and never shown",
    "subject_access:html_file": "a file, given out and never shown",
    "subject_access:pdf_file": "a file, given out and never shown",
    "drafts:session": "a few numbers, for a script",
    "health": "one word, for a machine",
    **dict.fromkeys(
        (
            "directory:api", "directory:api_services", "directory:api_service", "directory:api_organisations",
            "directory:api_organisation", "directory:api_sites", "directory:api_site", "directory:api_taxonomies",
            "directory:api_taxonomy", "directory:api_terms", "directory:api_term",
        ),
        "the read API: JSON, for a program",
    ),
    **dict.fromkeys(
        ("handover:api_list", "handover:api_export", "handover:api_number"), "JSON, for a service's own system"
    ),
    "handover:export": "a file, given out and never shown",
    "account_agency_again": "for whoever came through their agency: test_through_ones_agency.py",
    "account_agency_back": "an answer of the agency's sign-in: test_through_ones_agency.py",
    "account_agency_metadata": "a description of ourselves, for a machine",
    **dict.fromkeys(
        (
            "account_signup", "account_reset_password", "account_email", "account_email_verification_sent",
            "account_request_login_code",
            "mfa_download_recovery_codes", "mfa_signup_webauthn",
        ),
        NOT_SERVED,
    ),
    **dict.fromkeys(
        (
            "handover:end_key", "directory:confirm", "directory:approve", "directory:turn_down", "directory:end_named",
            "account_agency", "account_agency_answer", "mfa_list_webauthn", "mfa_login_webauthn", "sealed:end",
            "setup:wake", "setup:end_sessions",
            "rota:back", "referral:begin", "referral:enter", "referral:close", "referral:send",
            "setup:open_after_all", "setup:send_code", "setup:logo_away",
            "setup:discard", "setup:bring_back", "setup:retire", "setup:move", "desk:written",
            "desk:say_how_it_went", "rota:copy",
            "contact:search_consultations", "contact:link_consultation", "contact:follow_up", "contact:of_the_guide",
            "contact:undo_settlement", "contact:undo_not_same", "contact:undo_apart",
            "triage:next", "triage:take", "triage:let_go", "triage:withdraw",
            "triage:ground", "triage:approve", "triage:unlink", "triage:take_back", "triage:run_on",
            "triage:take_up_notice", "triage:pass_notice", "check:tick_in", "check:event",
            "check:mark", "check:view", "check:approve", "check:close", "check:chase", "decision:disagree",
            "decision:answer_dissent", "decision:word_of_dissent", "decision:end_dissent",
            "desk:assign", "desk:search", "desk:hand_over_write",
            "desk:hand_over_add", "desk:hand_over_answer", "desk:hand_over_settle",
            "desk:hand_over_accept", "desk:keep_view", "desk:let_view_go", "desk:disagree_by_code", "desk:disagree",
            "desk:end_access", "retention:propose", "retention:answer", "retention:take_back", "retention:place",
            "retention:still_needed", "retention:propose_lifting", "retention:answer_lifting",
            "drafts:save", "drafts:again", "drafts:save_by_code", "drafts:again_by_code",
            "panel:end_seat", "panel:add", "panel:put_on", "panel:move", "panel:time", "panel:invite",
            "panel:write_minutes", "panel:agree", "panel:take_over",
            "subject_access:gather", "subject_access:whole", "subject_access:answer", "plans:to_panel",
            "desk:open_referral", "desk:add_words", "desk:close_referral",
        ),
        BACK,
    ),
}  # fmt: skip
