"""Who gets what from every address of the product, from the rules in words: one line an address.

A new address fails `test_routes.py` until it has its line here.  Say who may open it (`get`) and who may send to it
(`post`), with the circles of rules.py; an address that is served in one way only leaves the other out.

    "app:page": Page(get=(who sees that it is there, who of them may), post=..., about="the table it shows or changes")

`of(circle)`: inside, it opens; outside, it is absent.  `of(circle, *duties)`: of those inside, whoever has none of
these duties is refused.  `own(*duties)`: a page of one's own hub about no single thing: refused without the duty.
"""

from dataclasses import dataclass

from tests.access.rules import (
    ABSENT,
    ALLOWED,
    DESK,
    JUDGES,
    NIGHT,
    READ,
    REFUSED,
    SETS_UP,
    Circle,
    Who,
    anybody,
    asked_about_it,
    at_the_desk,
    audits,
    both,
    cleared,
    cleared_without_conflict,
    either,
    hears_of_a_person,
    hears_of_the_family,
    in_a_hub,
    in_the_register,
    nobody,
    not_kept_from_them,
    of_the_hub,
    on_the_case,
    on_the_enquiry,
    on_the_person,
    owner_of_it,
    reads_the_contact,
    recipient_of_it,
    sets_up,
)

SCREENS = ("screen", "assess", "decide")
WORKS = (*SCREENS, NIGHT)  # takes contacts from the line
WRITES = (*WORKS, "manage")
MANAGERS = ("manage", "approve", "decide")
WRITERS = ("assess", "decide")  # of letters to families
REVIEWS = ("manage", "approve")  # how long records are kept
TAKES_OUT, SECOND = ("decide", "approve", "manage"), ("approve", "manage")
KEEPS_PANELS = ("chair", "manage")
PLANS_TRAINING = ("train", "manage")
CLEARED_ANYWHERE = both(in_a_hub, "clear")
AT_A_DESK = both(in_a_hub, *DESK)


@dataclass(frozen=True)
class Rule:
    """Who sees that something is there, and who of them may."""

    sees: Circle
    may: Circle

    def answer(self, who: Who) -> str:
        """Return allowed, refused or absent."""
        if not self.sees(who):
            return ABSENT
        return ALLOWED if self.may(who) else REFUSED


def of(circle: Circle, *duties: str, day: bool = False) -> Rule:
    """Absent outside the circle; of those inside, refused without one of the duties."""
    return Rule(circle, both(circle, *duties, day=day) if duties or day else circle)


def own(*duties: str, day: bool = False) -> Rule:
    """A page of one's own hub: refused without one of the duties."""
    return of(in_a_hub, *duties, day=day)


ALL = of(anybody)
OWN = own()
NONE = of(nobody)
CASE, PERSON, DESK_PAGE, SETTING_UP = of(on_the_case), of(on_the_person), own(*DESK), own(*SETS_UP)


def duty_first(circle: Circle, *duties: str, may: tuple[str, ...] = ()) -> Rule:
    """Refused without one of the duties, whatever it is; with one, absent outside the circle.

    may: of those duties, the ones that may; without it all of them.
    """
    return Rule(
        lambda who: in_a_hub(who) and (circle(who) or not who.has(*duties)), both(circle, *(may or duties))
    )


KEYED_SET_UP = duty_first(of_the_hub, *SETS_UP)  # a thing of the hub's set-up


@dataclass(frozen=True)
class Page:
    """An address: whom it answers when it is opened, and when something is sent to it.

    about: the table whose row stands in it, as rules.py names it.
    verb: what sending to it does to that row.
    unless: why the form is looked at before the duty, so that only who is absent can be told from outside.
    """

    get: Rule | None = None
    post: Rule | None = None
    about: str = ""
    verb: str = "add"
    unless: str = ""


def case_work(*duties: str, about: str = "contact_contact", get: bool = True, **more: object) -> Page:
    """A page of a case: seen by whoever is on it, sent to by those of them with one of the duties."""
    return Page(CASE if get else None, of(on_the_case, *duties), about, **more)


def case_form(*duties: str, about: str = "contact_contact", get: bool = True, **more: object) -> Page:
    """A form of a case that only whoever may send it opens."""
    rule = of(on_the_case, *duties)
    return Page(rule if get else None, rule, about, **more)


def person_form(*duties: str, get: bool = True, about: str = "people_person", day: bool = False) -> Page:
    """A form about a person that only whoever may send it opens."""
    rule = of(on_the_person, *duties, day=day)
    return Page(rule if get else None, rule, about)


def set_up(*, get: bool = True, post: bool = True, keyed: bool = False, about: str = "") -> Page:
    """A page of the hub's set-up."""
    rule = KEYED_SET_UP if keyed else SETTING_UP
    return Page(rule if get else None, rule if post else None, about)


OF_THE_RECORD = duty_first(not_kept_from_them, *REVIEWS)  # how long somebody's record is kept
RECORD_MANAGED = duty_first(not_kept_from_them, *REVIEWS, may=("manage",))
ON_REQUEST = both(not_kept_from_them, "decide", "manage", "clear")  # for one's own information
REQUEST_KEPT = of(ON_REQUEST, "manage")  # whoever handles it, too: nobody of ours does
HANDLER_ALONE = of(ON_REQUEST, "none")
THE_UNIT = of(both(not_kept_from_them, "clear"))
BY_DAY = both(on_the_case, day=True)
ANSWERS_HUBS = ("assess", "decide", "manage")
TOLD_OF_ASKING = both(not_kept_from_them, *ANSWERS_HUBS, "clear")
PANEL = of(of_the_hub, *KEEPS_PANELS)
KEEPS_FAMILY = both(hears_of_the_family, *KEEPS_PANELS)
IN_THE_ROOM = Rule(  # told by whether one keeps the panel at all, and then by the family
    lambda who: of_the_hub(who) and (hears_of_the_family(who) or not who.has(*KEEPS_PANELS)), KEEPS_FAMILY
)
TRAINS = own(*PLANS_TRAINING)
SESSION = duty_first(of_the_hub, *PLANS_TRAINING)
LEARNT = of(
    both(of_the_hub, *PLANS_TRAINING)
)  # the learner, mentor and line manager too: nobody of ours is one
LEADS_ROUND = of(both(of_the_hub, "grade", "manage", "analyse"), "manage")
ROUND_SHEET = of(both(not_kept_from_them, "manage"))


def plan_form(*, get: bool = True, about: str = "plans_plan", verb: str = "add") -> Page:
    """A form of a plan: whoever sees the plan at the desk, and of them who keeps it."""
    rule = of(BY_DAY, *JUDGES)
    return Page(rule if get else None, rule, about, verb)


def request_form() -> Page:
    """A form of a request's course: its handler, and whoever manages the hub."""
    return Page(REQUEST_KEPT, REQUEST_KEPT, "subject_access_request")


def room_form(about: str, *, get: bool = True) -> Page:
    """What is recorded of a family in the meeting: whoever keeps the panel."""
    return Page(IN_THE_ROOM if get else None, IN_THE_ROOM, about)


FORM_FIRST = "the form is looked at first, and shown again: who may save it is asked when it is whole"
SIGNING_IN = "signing in: about no case, told to nobody but whoever signs in"
NOT_SERVED = "allauth names it, and the product does without it"
BY_CODE = "for whoever shows a code; a post is nobody there"
OF_NO_POST = {  # addresses that ask for no post: why each is no door to a case
    **dict.fromkeys(
        (
            "account_login", "account_agency", "account_agency_again", "account_agency_back", "account_agency_answer",
            "account_agency_metadata", "account_logout",
            "account_change_password", "account_set_password", "account_inactive", "account_reauthenticate",
            "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
            "mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_login_webauthn",
            "mfa_reauthenticate_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "post",
        ),
        SIGNING_IN,
    ),
    **dict.fromkeys(
        (
            "account_signup", "account_reset_password", "account_email", "account_email_verification_sent",
            "account_request_login_code", "mfa_download_recovery_codes", "mfa_signup_webauthn",
        ),
        NOT_SERVED,
    ),
    **dict.fromkeys(
        (
            "desk:ask_code", "desk:open_referral", "desk:add_words", "desk:say_how_it_went", "desk:close_referral",
            "desk:disagree_by_code", "drafts:save_by_code", "drafts:again_by_code", "referral:back",
            "referral:enter", "referral:close", "referral:by_email",
        ),
        BY_CODE,
    ),
    "referral:begin": "begins a referral of one's own: its writer's alone",
    "referral:own_hub": "leads to the form of the worker's own hub",
    **dict.fromkeys(
        ("handover:api_list", "handover:api_export", "handover:api_number"),
        "a service's system shows a signed key, and a session is nobody there: tests/handover/test_api.py",
    ),
    **dict.fromkeys(
        (
            *("api:referrals", "api:batch", "api:referral", "api:hand_overs", "api:export", "api:number"),
            *("api:open_cases", "api:services"),
            *("api:enquiries", "api:enquiry", "api:acknowledge", "api:answer", "api:withhold"),
        ),
        "an agency's system shows a signed key, and a session is nobody there: tests/systems",
    ),
    "home": "leads each to their own first page",
    "drafts:save": "what one types, for oneself: a form that it does not know is absent",
    "drafts:again": "what one typed, for oneself: a form that it does not know is absent",
}  # fmt: skip
ASKED_ELSEWHERE = {  # addresses of things that the scene does not hold, and the folder whose tests ask who opens them
    "training:see": "tests/training",
    "region:say": "tests/region",
    **{
        f"harm:{name}": "tests/harm"
        for name in (
            "home", "times", "groups", "one", "name_group", "count_to", "leave_group", "end_group", "watched",
            "watch", "watch_one", "review", "end_watch", "map", "put_map", "put_postcodes",
            "reductions", "reduction", "take_up", "note", "close",
        )
    },
    "network:page": "tests/harm",
    **{
        f"mail:{name}": "tests/mail"
        for name in ("waiting", "settle", "add", "not_a_referral", "acknowledging")
    },
    **{f"outage:{name}": "tests/outage" for name in ("packs", "passphrase", "entering", "away", "contact")},
    **{f"systems:{name}": "tests/systems" for name in ("systems", "system", "end", "own", "give", "end_key")},
    **{f"systems:{name}": "tests/systems" for name in ("calls", "again", "renew", "let_in", "end_calls")},
    **{f"systems:{name}": "tests/systems" for name in ("mapping", "try_mapping", "adopt_mapping")},
    **{
        f"insight:{name}": "tests/insight"
        for name in ("now", "waiting", "demand", "over_time", "measure", "behind", "share", "report")
    },
    **{f"returns:{name}": "tests/returns" for name in ("home", "new", "run", "take_out")},
    **{
        f"exercise:{name}": "tests/exercise"
        for name in (
            "home", "put_in", "take", "feed", "feed_part", "meeting", "version", "download", "text", "new_inject",
            "inject", "remove", "begin", "part", "run", "board_part", "seats", "clock", "give", "group", "score",
            "debrief", "came", "end", "again",
        )
    },
    **{
        f"quality:{name}": "tests/quality"
        for name in (
            "dip", "close_dip", "raise_from_dip", "dip_card", "give_card", "review", "tell_hub", "raise_from_card",
            "task",
            "incident_file", "incident_columns", "take_incidents", "go_on_reading", "leave_incidents", "how_far",
            "own_month", "own_close", "own_case", "own_follow", "own_off", "own_decide", "own_aside",
        )
    },
}  # fmt: skip
ROUTES = {
    "health": Page(ALL),
    "accessibility": Page(ALL),
    "privacy": Page(ALL),
    "cookies": Page(ALL),
    "help": Page(ALL),
    "gallery": Page(OWN),
    "api:docs": Page(ALL),
    "api:document": Page(ALL),
    # The rota
    "rota:now": Page(OWN),
    "rota:week": Page(OWN),
    "rota:fill": Page(*(of(AT_A_DESK, "manage"),) * 2),  # of another agency, which the desk alone reads
    "rota:copy": Page(post=own("manage")),
    "rota:gaps": Page(own("manage")),
    "rota:away": Page(OWN, OWN),
    "notifications:listed": Page(OWN),
    "notifications:settings": Page(OWN, OWN),
    "notifications:read_all": Page(post=OWN),
    "notifications:read": Page(post=NONE),  # it is somebody else's, whoever asks here
    "rota:back": Page(post=OWN),
    "rota:look_through": Page(own("manage"), own("manage")),
    "drafts:session": Page(OWN, OWN),
    # People
    "people:search": Page(DESK_PAGE, DESK_PAGE),
    "people:page": Page(PERSON, about="people_person"),
    "people:correct": person_form(*WRITES),
    "people:add": person_form(*WRITES),
    "people:alert": person_form(*WRITES, about="people_alert"),
    "people:court_order": person_form(*WRITES, about="people_courtorder"),
    "people:relate": person_form(*WRITES, about="people_relationship"),
    # The unit
    "sealed:people": Page(of(CLEARED_ANYWHERE)),
    "sealed:add": Page(of(CLEARED_ANYWHERE), of(CLEARED_ANYWHERE)),
    "sealed:person": Page(of(cleared), of(cleared), "sealed.sealed_subject"),
    "sealed:end": Page(post=of(cleared), about="sealed.sealed_subject"),
    # Contacts
    "contact:telephone": Page(own(*WORKS), own(*WORKS)),
    "contact:disputed": Page(DESK_PAGE),
    "contact:open_file": Page(CASE, about="contact_attachment"),
    "contact:taken": Page(CASE, about="contact_contact"),
    "contact:settle": Page(CASE, about="contact_contactperson"),
    "contact:family": Page(CASE, about="contact_contactperson"),
    "contact:settle_person": case_form(*SCREENS, about="contact_settlement"),
    "contact:undo_not_same": case_work(
        *SCREENS, about="contact_notthisperson", get=False, unless="nothing is there to undo"
    ),
    "contact:undo_settlement": case_form(*SCREENS, about="contact_settlement", get=False, verb="change"),
    "contact:suspected": Page(own(*JUDGES, day=True)),
    "systems:open_cases": Page(own(*JUDGES, day=True)),
    "systems:settle_case": Page(
        post=of(on_the_case, *JUDGES, day=True), about="systems_caseword", verb="add"
    ),
    "contact:find_same": person_form(*JUDGES, day=True),
    "contact:compare_records": person_form(*JUDGES, day=True, about="people_joining"),
    "contact:separate_records": person_form(*JUDGES, day=True, about="people_joining"),
    "contact:undo_apart": person_form(*JUDGES, day=True, about="people_apart", get=False),
    "contact:consultations": Page(OWN),
    "contact:record_consultation": Page(own(*WRITES), own(*WRITES)),
    "contact:search_consultations": Page(post=OWN),
    "contact:consultation": Page(CASE, about="contact_consultation"),
    "contact:link_consultation": Page(post=CASE, about="contact_consultationlink"),
    "contact:follow_up": case_work(*WRITES, about="contact_consultation", get=False, unless=FORM_FIRST),
    "contact:of_the_guide": case_work(*WRITES, about="contact_consultation", get=False, verb="change"),
    "contact:unlink_consultation": Page(
        of(on_the_case, day=True), of(on_the_case, day=True), "contact_consultationlink", "change"
    ),
    # Referring
    "referral:places": Page(ALL),
    "referral:leave": Page(ALL),
    "referral:safe": Page(ALL),
    "referral:start": Page(ALL),
    **{
        f"referral:{name}": Page(NONE, about="referral_draft")
        for name in ("draft", "later", "check", "sent", "copy")
    },
    **{f"referral:{name}": Page(NONE, NONE, about="referral_draft") for name in ("page", "files", "lacking")},
    "referral:send": Page(post=NONE, about="referral_draft"),
    # Triage
    "triage:next": Page(post=own(*WORKS)),
    "triage:page": case_work(*WORKS, about="contact_contact", unless=FORM_FIRST),
    "triage:saved": Page(CASE, about="contact_contact"),
    "triage:take": case_form(*WORKS, about="triage_hold", get=False),
    "triage:let_go": case_form(*WORKS, about="triage_hold", get=False, verb="remove"),
    "triage:rating": case_work(*WORKS, "approve", about="triage_rating", unless=FORM_FIRST),
    "triage:confirm": case_work(*MANAGERS, about="triage_confirmation", unless=FORM_FIRST),
    "triage:agreement": case_work(*WORKS, about="triage_agreement", unless=FORM_FIRST),
    "triage:withdraw": case_work(
        *WORKS, about="triage_agreement", get=False, verb="change", unless=FORM_FIRST
    ),
    "triage:ground": case_work(*WORKS, about="triage_ground", get=False, unless=FORM_FIRST),
    "triage:approve": case_work(
        *MANAGERS,
        about="triage_ground",
        get=False,
        verb="change",
        unless="nothing is there to approve or to end",
    ),
    "triage:adult": Page(CASE, of(on_the_case, *WORKS), "triage_threeparttest", unless=FORM_FIRST),
    "triage:event": case_work(*WORKS, about="contact_contact", unless=FORM_FIRST),
    "triage:unlink": case_work(*WORKS, about="contact_contact", get=False, unless=FORM_FIRST),
    "triage:clocks_running": Page(own(*WORKS)),
    "triage:clocks": case_work(*WORKS, about="triage_clockfact", unless=FORM_FIRST),
    "triage:pause": case_work(*MANAGERS, about="triage_paused", unless=FORM_FIRST),
    "triage:run_on": case_work(
        *MANAGERS,
        about="triage_paused",
        get=False,
        verb="change",
        unless="nothing is there to approve or to end",
    ),
    "triage:repeat": case_work(*MANAGERS, about="triage_repeatreview", verb="change", unless=FORM_FIRST),
    "triage:take_up_notice": Page(post=NONE, unless="the contact of the scene is no notice"),
    "triage:pass_notice": Page(post=NONE, unless="the contact of the scene is no notice"),
    "triage:return": case_form(*SCREENS, about="triage_returned"),
    "triage:take_back": case_form(*WORKS, about="triage_returned", get=False, verb="change"),
    # Quality
    "quality:home": Page(own("grade", "review", "manage", "analyse")),
    "quality:own": Page(own("manage", "analyse")),
    "quality:own_draw": Page(post=own("manage")),
    "quality:grades": Page(own("grade", "manage", "analyse")),
    "quality:mark": Page(own("manage"), own("manage")),
    "quality:earlier": Page(own("manage"), own("manage")),
    "quality:hints": Page(post=own("manage")),
    "quality:not_needed": Page(own("manage")),
    "quality:new_round": Page(own("manage"), own("manage")),
    "quality:incident_files": Page(own("manage")),
    "quality:dips": Page(own("manage", "analyse")),
    "quality:compliance": Page(own("manage", "analyse")),
    "quality:new_dip": Page(own("manage"), own("manage")),
    "quality:raise_from_figures": Page(own("manage"), own("manage")),
    "quality:earlier_shares": Page(own("manage"), own("manage")),
    "quality:tasks": Page(own()),  # whoever owns something; its rows: tests/quality
    "quality:put_incidents_in": Page(own("manage"), own("manage")),
    "quality:ours": Page(own("none")),  # whoever leads an agency: tests/quality
    "quality:round": Page(of(both(of_the_hub, "grade", "manage", "analyse")), about="quality_round"),
    "quality:open_round": Page(post=LEADS_ROUND, about="quality_round", verb="change"),
    "quality:close_round": Page(LEADS_ROUND, LEADS_ROUND, "quality_round", "change"),
    "quality:sheet": Page(ROUND_SHEET, about="quality_sheet"),
    "quality:cover": Page(ROUND_SHEET, ROUND_SHEET, "quality_sheet", "change"),
    "quality:take_off": Page(post=ROUND_SHEET, about="quality_sheet", verb="change"),
    "quality:settle": Page(ROUND_SHEET, ROUND_SHEET, "quality_sheet", "change"),
    "quality:another": Page(ROUND_SHEET, ROUND_SHEET, "quality_sheet", "change"),
    "quality:grade": Page(NONE, NONE, "quality_given"),  # whoever it was given to: none of ours
    "quality:aside": Page(NONE, NONE, "quality_aside"),
    # How long records are kept
    "retention:due": Page(own(*REVIEWS)),
    "retention:waiting": Page(own(*REVIEWS)),
    "retention:agreed": Page(own(*REVIEWS)),
    "retention:record": Page(OF_THE_RECORD, about="retention_standing"),
    "retention:propose": Page(post=RECORD_MANAGED, about="retention_proposal"),
    "retention:answer": Page(post=OF_THE_RECORD, about="retention_word"),
    "retention:take_back": Page(post=OF_THE_RECORD, about="retention_proposal", verb="change"),
    "retention:place": Page(post=RECORD_MANAGED, about="retention_placed"),
    "retention:of_person": Page(OF_THE_RECORD, about="retention_standing"),
    "retention:hold_person": Page(*[duty_first(not_kept_from_them, "manage")] * 2, "retention_hold"),
    "retention:holds": Page(own(*REVIEWS)),
    "retention:new_hold": Page(own("manage"), own("manage")),
    "retention:hold": Page(OF_THE_RECORD, about="retention_hold"),
    "retention:still_needed": Page(post=RECORD_MANAGED, about="retention_holdreviewed"),
    "retention:propose_lifting": Page(post=RECORD_MANAGED, about="retention_lifting"),
    "retention:answer_lifting": Page(post=OF_THE_RECORD, about="retention_lifting", verb="change"),
    "retention:register": Page(own(*REVIEWS, "audit")),
    "retention:disposed": Page(duty_first(of_the_hub, *REVIEWS, "audit"), about="retention_disposed"),
    # Somebody asks what is held on them
    "subject_access:requests": Page(of(both(in_a_hub, "decide", "manage", "clear"))),
    "subject_access:record": Page(*[of(on_the_person, "decide", "manage")] * 2, "subject_access_request"),
    "subject_access:request": Page(of(ON_REQUEST), about="subject_access_request"),
    **{
        f"subject_access:{name}": request_form()
        for name in ("identity_asked", "identity_seen", "extend", "give", "end")
    },
    "subject_access:gather": Page(post=HANDLER_ALONE, about="subject_access_found"),
    "subject_access:owner": Page(HANDLER_ALONE, HANDLER_ALONE, "subject_access_ownerasked"),
    "subject_access:hand": Page(HANDLER_ALONE, HANDLER_ALONE, "subject_access_step"),
    "subject_access:text": Page(
        of(both(BY_DAY, "decide", "manage", "clear")),
        of(both(BY_DAY, "decide", "manage", "clear"), "none"),  # its handler
        "subject_access_marking",
    ),
    "subject_access:whole": Page(
        post=of(both(BY_DAY, "decide", "manage", "clear"), "none"),
        about="subject_access_marking",
        unless=FORM_FIRST,
    ),
    "subject_access:unit": Page(THE_UNIT, THE_UNIT, "subject_access_unitpass"),
    "subject_access:back": Page(THE_UNIT, THE_UNIT, "subject_access_step"),
    "subject_access:answer": Page(post=THE_UNIT, about="subject_access_output"),
    "subject_access:second": Page(
        THE_UNIT, THE_UNIT, "subject_access_secondword", unless="whoever may is asked to sign in again first"
    ),
    "subject_access:send": Page(THE_UNIT, THE_UNIT, "subject_access_sent"),
    "subject_access:html_file": Page(THE_UNIT, about="subject_access_output"),
    "subject_access:pdf_file": Page(THE_UNIT, about="subject_access_output"),
    # Plans with families
    "plans:plans": Page(OWN),
    "plans:ask": Page(own(*JUDGES, "answer")),
    "plans:on_case": Page(CASE, about="contact_contact"),
    "plans:begin": Page(*[of(on_the_case, *JUDGES, day=True)] * 2, "plans_plan"),
    "plans:plan": Page(of(BY_DAY), about="plans_plan"),
    "plans:history": Page(of(BY_DAY), about="plans_plan"),
    "plans:paper": Page(of(BY_DAY), about="plans_plan"),
    "plans:write": plan_form(verb="change"),
    "plans:agree": plan_form(about="plans_agreement"),
    "plans:lead": plan_form(about="plans_lead"),
    "plans:open_to": plan_form(about="plans_seat"),
    "plans:copy": plan_form(about="plans_seat"),
    "plans:to_panel": plan_form(get=False, verb="change"),
    "plans:need": plan_form(about="plans_need"),
    "plans:look": plan_form(about="plans_review"),
    "plans:step_up": Page(of(BY_DAY), of(BY_DAY), "plans_stepup"),
    "plans:close": plan_form(about="plans_closure"),
    "plans:wants": plan_form(about="plans_familymember", verb="change"),
    "plans:withdraw": plan_form(about="plans_agreement", verb="change"),
    "plans:change_need": plan_form(about="plans_need", verb="change"),
    "plans:act": plan_form(about="plans_planaction"),
    "plans:change_action": plan_form(about="plans_planaction", verb="change"),
    "plans:progress": plan_form(about="plans_planaction", verb="change"),
    "plans:answer": Page(of(BY_DAY, "clear"), of(BY_DAY, "clear"), "plans_closure", "change"),
    "plans:after": plan_form(about="plans_aftercheck"),
    # The panel
    "panel:home": Page(OWN),
    "panel:new": Page(own(*KEEPS_PANELS), own(*KEEPS_PANELS)),
    "panel:panel": Page(of(of_the_hub), about="panel_panel"),
    "panel:seats": Page(PANEL, PANEL, "panel_seat"),
    "panel:plan": Page(PANEL, PANEL, "panel_meeting"),
    "panel:end_seat": Page(post=PANEL, about="panel_seat", verb="change"),
    "panel:terms": Page(PANEL, PANEL, "panel_terms"),  # whoever sits there, too: none of ours does
    "panel:bring": Page(
        *[Rule(on_the_person, both(on_the_person, *JUDGES, day=True))] * 2, "people_person", "read"
    ),
    "panel:item": Page(of(hears_of_the_family), about="panel_item"),
    "panel:check": Page(*[of(hears_of_the_family, "none")] * 2, "panel_owncheck"),  # who sits there
    "panel:needed": Page(*[of(hears_of_the_family, *KEEPS_PANELS)] * 2, "panel_needed"),
    "panel:take_off": Page(*[of(hears_of_the_family, *KEEPS_PANELS)] * 2, "panel_item", "change"),
    "panel:meeting": Page(of(of_the_hub), about="panel_meeting"),
    "panel:add": Page(post=PANEL, about="panel_meeting", verb="change"),
    **{
        f"panel:{name}": Page(post=PANEL, about="panel_meeting", verb="change", unless="no family is named")
        for name in ("put_on", "move", "time")
    },
    "panel:change": Page(PANEL, PANEL, "panel_meeting", "change"),
    "panel:call_off": Page(PANEL, PANEL, "panel_meeting", "change"),
    "panel:invite": Page(post=PANEL, about="panel_meeting", verb="change"),
    "panel:invitation": Page(of(of_the_hub), about="panel_meeting"),
    "panel:attendance": Page(PANEL, PANEL, "panel_present"),
    "panel:room": Page(IN_THE_ROOM, about="panel_item"),
    "panel:decide": room_form("panel_concluded"),
    "panel:action": room_form("panel_action"),
    "panel:take_over": room_form("panel_inplan", get=False),
    "panel:review": Page(IN_THE_ROOM, IN_THE_ROOM, "panel_meeting", "change"),
    "panel:progress": Page(*[of(hears_of_the_family, *KEEPS_PANELS)] * 2, "panel_progress"),
    "panel:tick": Page(*[of(hears_of_a_person, *KEEPS_PANELS)] * 2, "panel_progress"),
    "panel:confirm": Page(*[of(hears_of_a_person, "none")] * 2, "panel_confirmed"),
    "panel:pack": Page(of(both(of_the_hub, *KEEPS_PANELS)), about="panel_meeting"),
    "panel:pack_pdf": Page(of(both(of_the_hub, *KEEPS_PANELS)), about="panel_meeting"),
    "panel:minutes": Page(of(both(of_the_hub, *KEEPS_PANELS)), about="panel_meeting"),
    "panel:write_minutes": Page(post=of(both(of_the_hub, *KEEPS_PANELS)), about="panel_minutes"),
    "panel:agree": Page(post=of(both(of_the_hub, *KEEPS_PANELS), "none"), about="panel_agreed"),
    "panel:minutes_pdf": Page(of(both(of_the_hub, *KEEPS_PANELS)), about="panel_minutes"),
    "panel:correct": Page(*[of(hears_of_the_family, "none")] * 2, "panel_correction"),
    # Alongside a decision
    "alongside:listed": Page(DESK_PAGE),
    "alongside:on_case": Page(CASE, about="contact_contact"),
    "alongside:open": Page(CASE, CASE, "alongside_alongside"),
    "alongside:one": Page(CASE, about="alongside_alongside"),
    "alongside:paper": Page(CASE, about="alongside_alongside"),
    **{
        f"alongside:{name}": Page(CASE, CASE, "alongside_happening") for name in ("send", "receive", "result")
    },
    # Other hubs
    "boroughs:asked": Page(own("clear", "assess", "decide", "manage")),
    "boroughs:choice": Page(own("manage"), own("manage")),
    "boroughs:ask": Page(*[of(on_the_case, *SCREENS)] * 2, "contact_contactperson", "read"),
    "boroughs:question": Page(CASE, about="boroughs_question"),
    "boroughs:summary": Page(of(BY_DAY, "none"), about="boroughs_summary"),  # who asked, by name
    "boroughs:answer": Page(of(TOLD_OF_ASKING), of(TOLD_OF_ASKING, *ANSWERS_HUBS), "boroughs_reply"),
    "boroughs:end": Page(*[of(TOLD_OF_ASKING, *ANSWERS_HUBS)] * 2, "boroughs_ended"),
    "boroughs:transfers": Page(own(*ANSWERS_HUBS)),
    "boroughs:send": Page(*[of(on_the_case, *ANSWERS_HUBS)] * 2, "boroughs_transfer"),
    "boroughs:transfer": Page(of(both(of_the_hub, *ANSWERS_HUBS)), about="boroughs_transferword"),
    **{
        f"boroughs:{name}": Page(*[of(both(of_the_hub, *ANSWERS_HUBS))] * 2, "boroughs_transferword")
        for name in ("accept", "decline")
    },
    "boroughs:take_back": Page(*[of(BY_DAY, *ANSWERS_HUBS)] * 2, "boroughs_transferword"),
    "region:waiting": Page(own(*JUDGES, day=True)),
    "region:grant": Page(own("manage"), own("manage")),
    "region:end": Page(own("manage"), own("manage")),
    # Training
    **{f"training:{name}": Page(OWN) for name in ("home", "programmes", "offer", "sessions", "team")},
    "training:results": Page(TRAINS),
    "training:plan": Page(TRAINS, TRAINS),
    "training:session": Page(of(of_the_hub), about="training_session"),
    "training:invitation": Page(of(of_the_hub), about="training_session"),
    "training:change": Page(SESSION, SESSION, "training_session", "change"),
    "training:call_off": Page(SESSION, SESSION, "training_session", "change"),
    "training:book": Page(post=of(of_the_hub), about="training_session", verb="read"),
    "training:book_other": Page(SESSION, SESSION, "training_booking"),
    "training:attendance": Page(SESSION, SESSION, "training_attendance"),
    "training:register": Page(SESSION, about="training_session"),
    "training:say": Page(NONE, NONE, "training_selfrating"),  # whoever came: none of ours did
    "training:give_back": Page(post=LEARNT, about="training_booking", verb="change"),
    "training:swap": Page(LEARNT, LEARNT, "training_booking", "change"),
    "training:learners": Page(TRAINS),
    "training:new_learner": Page(TRAINS, TRAINS),
    "training:learner": Page(LEARNT, about="training_learner"),
    "training:change_learner": Page(SESSION, SESSION, "training_learner", "change"),
    "training:log": Page(LEARNT, LEARNT, "training_done"),
    "training:sign": Page(  # the mentor, then the line manager
        *[of(both(of_the_hub, *PLANS_TRAINING), "none")] * 2, "training_signoff"
    ),
    "training:paper": Page(LEARNT, about="training_learner"),
    "training:record_pdf": Page(LEARNT, about="training_learner"),
    "training:certificate": Page(LEARNT, about="training_booking"),
    "training:certificate_pdf": Page(LEARNT, about="training_booking"),
    "training:coverage": Page(TRAINS),
    "training:put_in": Page(TRAINS, TRAINS),
    "training:columns": Page(SESSION, SESSION, "training_sheet", "change"),
    "training:look": Page(SESSION, SESSION, "training_sheet", "change"),
    # The check
    "check:inbox": Page(of(both(in_a_hub, "answer"))),
    "check:enquiry": Page(of(asked_about_it), of(asked_about_it), "check_return"),
    "check:answer": Page(of(asked_about_it), of(asked_about_it), "check_draft"),
    "check:copy": Page(of(asked_about_it), of(asked_about_it), "check_answer"),
    "check:withhold": Page(of(asked_about_it), of(asked_about_it), "check_withheld"),
    "check:supplement": Page(of(asked_about_it), of(asked_about_it), "check_answer"),
    "check:seal_anew": Page(NONE, NONE, unless="the enquiry of the scene has no answer that was sealed"),
    "check:telephone": Page(of(on_the_enquiry, *WORKS), of(on_the_enquiry, *WORKS), "check_answer"),
    "check:open": case_form(*SCREENS, about="check_check"),
    "check:chronology": Page(CASE, about="check_happened"),
    "check:tick_in": case_form(*WORKS, about="check_happened", get=False),
    "check:event": case_work(*WORKS, about="check_happened", get=False, unless=FORM_FIRST),
    "check:mark": case_work(
        *WORKS,
        about="check_happened",
        get=False,
        verb="change",
        unless="its key is no event of the chronology",
    ),
    "check:risk": case_work(*WORKS, about="check_risk", unless=FORM_FIRST),
    "check:view": case_work(*WORKS, about="check_view", get=False, unless=FORM_FIRST),
    "check:held": Page(
        of(cleared_without_conflict), of(cleared_without_conflict), "sealed.sealed_item", "read"
    ),
    "check:begin_release": Page(
        of(cleared_without_conflict, "release"),
        of(cleared_without_conflict, "release"),
        "sealed.sealed_release",
    ),
    "check:releases": Page(OWN),
    "check:release_register": Page(of(both(in_a_hub, "clear", "manage", "audit"))),
    "check:release": Page(of(cleared_without_conflict), about="sealed.sealed_release"),
    "check:write_release": Page(
        of(cleared_without_conflict, "none"), of(cleared_without_conflict, "none"), "sealed.sealed_wording"
    ),  # its proposer alone
    "check:approve_release": Page(
        of(cleared_without_conflict, "none"),
        of(cleared_without_conflict, "none"),
        "sealed.sealed_wording",
        unless="it is approved already, and whoever may approve signs in again first",
    ),
    "check:recall_release": Page(
        of(either(owner_of_it, both(in_the_register, "manage"))),
        of(either(owner_of_it, both(in_the_register, "manage"))),
        "sealed.sealed_recall",
    ),
    "check:answer_release": Page(of(owner_of_it), of(owner_of_it), "sealed.sealed_ownerword"),
    "check:veto": Page(NONE, NONE, "sealed.sealed_wording"),  # nobody vetoed it
    "check:read_release": Page(of(recipient_of_it), about="sealed.sealed_rendition"),
    "check:release_sheet": Page(of(cleared_without_conflict, "release"), about="sealed.sealed_rendition"),
    "check:board": Page(CASE, about="check_check"),
    "check:ask": case_form(*WORKS, about="check_enquiry"),
    "check:approve": Page(
        post=of(on_the_case, "none"),
        about="check_check",
        unless="this check opened on agreement, so nobody approves",
    ),
    "check:close": case_form(*SCREENS, about="check_check", get=False, verb="change"),
    "check:chase": case_form(*WORKS, about="check_chase", get=False),
    "check:withdraw": case_form(*WORKS, about="check_enquiry", verb="change"),
    # Decisions
    "decision:waiting": Page(OWN),
    "decision:turnaround": Page(own(*MANAGERS)),
    "decision:to_and_fro": Page(own(*MANAGERS)),
    "decision:decide": case_work("assess", "decide", about="decision_decision", unless=FORM_FIRST),
    "decision:pass": case_work(*SCREENS, about="decision_decision", unless=FORM_FIRST),
    "decision:strategy": case_form("assess", "decide", "manage", NIGHT, about="decision_strategy"),
    "decision:schools": Page(CASE, about="decision_schoolnotice"),
    "decision:tell_school": case_form("assess", "decide", about="decision_schoolnotice"),
    "decision:school_called": case_form("assess", "decide", about="decision_schoolnotice"),
    "decision:school_not_told": case_form("assess", "decide", about="decision_schoolnotice"),
    "decision:schools_to_call": Page(own(*DESK, day=True)),
    "decision:school_notices": Page(own("answer")),
    "decision:school_notice": Page(CASE, about="decision_schoolnotice"),
    "decision:strategy_page": case_work(about="decision_strategy", verb="change", unless=FORM_FIRST),
    "decision:page": Page(CASE, about="decision_decision"),
    "decision:second": case_form(*MANAGERS, about="decision_decision", verb="change"),
    "decision:clear": case_form("clear", about="decision_decision", verb="change"),
    "decision:reopen": case_form(
        "none", about="decision_reopening"
    ),  # this one waits: it is taken back instead
    "decision:take_back": case_form(
        "decide", "approve", "clear", "manage", about="decision_decision", verb="change"
    ),
    "decision:disagree": Page(post=CASE, about="decision_dissent", unless=FORM_FIRST),
    "decision:dissents": Page(own(*MANAGERS)),
    "decision:dissent": Page(CASE, about="decision_dissent"),
    "decision:answer_dissent": case_form(
        "assess", "decide", "manage", about="decision_dissentword", get=False
    ),
    "decision:word_of_dissent": Page(post=CASE, about="decision_dissentword", unless=FORM_FIRST),
    "decision:end_dissent": case_form("decide", "manage", about="decision_dissentend", get=False),
    "decision:our_dissents": Page(own("answer")),
    "decision:our_dissent": Page(of(asked_about_it), of(asked_about_it), "decision_dissentword"),
    "decision:raise_dissent": Page(of(asked_about_it), of(asked_about_it), "decision_dissent"),
    "decision:signpost": case_form(*JUDGES, about="decision_signpost"),
    "decision:accepted": case_form(*JUDGES, about="decision_accepted"),
    "decision:work_ended": Page(
        of(on_the_case, *JUDGES),
        of(on_the_case, *JUDGES),
        "decision_accepted",
        unless="nobody accepted them yet",
    ),
    "decision:passed_back": case_form(*JUDGES, about="decision_passedback"),
    "decision:not_passed_back": Page(
        of(on_the_case, *JUDGES),
        of(on_the_case, *JUDGES),
        "decision_passedback",
        unless="nobody passed them back",
    ),
    # Hand-overs to services
    "handover:write": case_form(*JUDGES, about="handover_pack"),
    "handover:waiting": Page(own(*DESK, day=True)),
    "handover:sent": Page(CASE, of(on_the_case, *JUDGES), "handover_remark"),
    "handover:take_back": case_form(*JUDGES, about="handover_word"),
    "handover:number_at_hub": case_form(*JUDGES, about="handover_casenumber"),
    "handover:step_at_hub": Page(CASE, of(on_the_case, "clear"), "handover_stepword"),
    "handover:inbox": Page(own("answer")),
    "handover:received": Page(of(asked_about_it), of(asked_about_it), "handover_remark"),
    "handover:accept": Page(of(asked_about_it), of(asked_about_it), "handover_word"),
    "handover:return": Page(of(asked_about_it), of(asked_about_it), "handover_word"),
    "handover:export": Page(post=of(asked_about_it), about="handover_export"),
    "handover:number": Page(of(asked_about_it), of(asked_about_it), "handover_casenumber"),
    "handover:send_on": Page(of(asked_about_it), of(asked_about_it), "handover_step"),
    "handover:step": Page(of(asked_about_it), about="handover_step"),
    "handover:systems": Page(
        Rule(in_a_hub, nobody), Rule(in_a_hub, nobody), "handover_systemkey"
    ),  # who leads
    "handover:end_key": Page(post=Rule(in_a_hub, nobody), about="handover_systemkey", verb="change"),
    "decision:letters_waiting": Page(OWN),
    "decision:letters_words": Page(own("manage"), own("manage")),
    "decision:letters_on": Page(CASE, of(on_the_case, *WRITERS), "decision_letter"),
    "decision:letter": Page(CASE, about="decision_letter"),
    "decision:write_letter": case_form(*WRITERS, about="decision_letterversion"),
    "decision:clear_letter": case_form(*WRITERS, about="decision_clearing"),
    "decision:second_letter": Page(
        CASE, CASE, "decision_clearing", unless="this one is not cleared: it leads back"
    ),
    "decision:give_letter": case_form(*WRITERS, about="decision_given"),
    "decision:take_back_letter": case_form(*WRITERS, about="decision_letter", verb="change"),
    "decision:feedback_on_letter": case_form(*WRITERS, about="decision_given"),
    "decision:print_letter": Page(
        of(on_the_case, *WRITERS),
        about="decision_letter",
        unless="this one is not cleared: it does not print",
    ),
    # Set-up
    "setup:overview": set_up(post=False),
    "setup:colour": Page(ALL),
    "setup:particulars": set_up(),
    "setup:logo": set_up(),
    "setup:logo_away": set_up(get=False),
    "setup:logo_look": set_up(keyed=True, about="setup_logo"),
    "setup:logo_shown": Page(ALL),
    "setup:hours": set_up(),
    "setup:closures": set_up(),
    "setup:open_after_all": set_up(get=False),
    "setup:clocks": set_up(),
    "setup:agencies": set_up(),
    "setup:agency": set_up(keyed=True, about="partnership_membership"),
    "setup:leave": set_up(keyed=True, about="partnership_membership"),
    "setup:posts": set_up(post=False),
    "setup:new_post": set_up(),
    "setup:wake": Page(post=of(of_the_hub, *SETS_UP), about="partnership_staff"),
    "setup:send_code": set_up(get=False, keyed=True, about="partnership_staff"),
    "setup:end_sessions": Page(post=of(of_the_hub, *SETS_UP), about="partnership_staff"),
    "setup:lost_factor": set_up(keyed=True, about="partnership_staff"),
    "setup:post": set_up(keyed=True, about="partnership_staff"),
    "setup:grant": set_up(keyed=True, about="setup_grant"),
    "setup:answer_lost_factor": set_up(keyed=True, about="setup_lostfactor"),
    "setup:recognising": set_up(),
    "setup:signing_in": set_up(post=False),
    "setup:contents": set_up(post=False),
    "setup:book": set_up(post=False),
    "setup:publish": set_up(),
    "setup:newer": Page(
        SETTING_UP, SETTING_UP, unless="the product carries nothing newer: absent to those who set up"
    ),
    "setup:discard": set_up(get=False),
    "setup:bring_back": Page(post=SETTING_UP, unless="this version cannot be brought back"),
    "setup:letter": set_up(post=False),
    "setup:new_thing": Page(
        SETTING_UP, SETTING_UP, unless="nothing is added to this content: absent to those who set up"
    ),
    "setup:thing": set_up(),
    "setup:retire": set_up(get=False),
    "setup:sets": set_up(post=False),
    "setup:asked": set_up(post=False),
    "setup:preview": set_up(post=False),
    "setup:add_question": set_up(),
    "setup:reword": set_up(),
    "setup:move": set_up(get=False),
    "setup:log": Page(own(*SETS_UP, "audit")),
    "setup:change": Page(
        Rule(
            lambda who: in_a_hub(who) and (of_the_hub(who) or not who.has(*SETS_UP, "audit")),
            either(sets_up, audits),
        ),
        about="setup_change",
    ),
    # The directory
    "directory:home": Page(OWN),
    "directory:new": Page(
        own(*SETS_UP), own(*SETS_UP), unless="an agency that offers services writes its own too"
    ),
    "directory:service": Page(of(of_the_hub)),
    "directory:edit": Page(of(of_the_hub, *SETS_UP), of(of_the_hub, *SETS_UP)),
    "directory:confirm": Page(post=of(of_the_hub, *SETS_UP)),
    "directory:keeping": Page(own(*SETS_UP), unless="an agency that offers services keeps its own too"),
    "directory:change": Page(of(sets_up)),
    "directory:approve": Page(post=of(sets_up)),
    "directory:turn_down": Page(post=of(sets_up)),
    "directory:organisations": Page(SETTING_UP),
    "directory:organisation": Page(KEYED_SET_UP, KEYED_SET_UP, "directory_organisation", "change"),
    "directory:named": Page(OWN),
    "directory:name": Page(own(*SETS_UP, "answer"), own(*SETS_UP, "answer")),
    "directory:end_named": Page(
        post=of(of_the_hub, *SETS_UP),
        about="directory_namedcontact",
        verb="change",
        unless="its agency ends it too",
    ),
    "directory:own_guide": Page(OWN),
    "directory:own_questions": Page(OWN),
    **{
        f"directory:{name}": Page(ALL)
        for name in (
            "find",
            "entry",
            "guide",
            "questions",
            "api",
            "api_services",
            "api_organisations",
            "api_sites",
            "api_taxonomies",
            "api_terms",
        )
    },
    # no such key
    **{
        f"directory:{name}": Page(NONE)
        for name in ("api_service", "api_organisation", "api_site", "api_taxonomy", "api_term")
    },
    # The desk
    "desk:worklist": Page(DESK_PAGE),
    "desk:night": Page(own(NIGHT)),
    "desk:assign": Page(post=OWN, unless="nothing is ticked, and the page says so"),
    "desk:hand_overs": Page(DESK_PAGE, DESK_PAGE, unless=FORM_FIRST),
    "desk:hand_over": Page(of(at_the_desk), about="desk_handover"),
    "desk:hand_over_write": Page(post=of(at_the_desk, "decide", "manage"), about="desk_handover"),
    "desk:hand_over_add": Page(post=of(at_the_desk), about="desk_handover", unless=FORM_FIRST),
    "desk:hand_over_answer": Page(post=NONE, unless="no line is named"),
    "desk:hand_over_settle": Page(post=NONE, unless="no line is named"),
    "desk:hand_over_accept": Page(post=of(at_the_desk, NIGHT), about="desk_handover"),
    "desk:views": Page(DESK_PAGE),
    "desk:keep_list": Page(DESK_PAGE, DESK_PAGE),
    **{  # the view of the scene is its keeper's own
        f"desk:{name}": Page(post=duty_first(nobody, *DESK)) for name in ("view", "watch_view")
    },
    "desk:change_view": Page(duty_first(nobody, *DESK), duty_first(nobody, *DESK)),
    "desk:exports": Page(own(*TAKES_OUT, day=True)),
    "desk:export_new": Page(own(*TAKES_OUT, day=True), own(*TAKES_OUT, day=True), unless=FORM_FIRST),
    "desk:export": Page(of(both(of_the_hub, *SECOND)), about="desk_export"),
    "desk:export_word": Page(post=of(both(of_the_hub, *SECOND)), about="desk_export", verb=READ),
    **{  # whoever asked for it: none of ours
        f"desk:{name}": Page(post=Rule(both(of_the_hub, *SECOND), nobody), about="desk_export", verb=READ)
        for name in ("export_make", "export_file")
    },
    "desk:let_view_go": Page(post=OWN),
    "desk:alerts": Page(DESK_PAGE, DESK_PAGE),
    "desk:chasing": Page(DESK_PAGE, DESK_PAGE, unless="each line that it names is asked for by itself"),
    "desk:given": Page(OWN, OWN),
    "desk:moving": Page(of(both(of_the_hub, "manage")), of(both(of_the_hub, "manage")), "partnership_staff"),
    "desk:case": Page(CASE, about="contact_contact"),
    "desk:print": Page(
        CASE, CASE, "contact_contact", "read", unless="a page that prints stands in its query"
    ),
    "desk:print_pdf": Page(NONE),  # whoever said why within the hour: tests/desk/test_packs.py asks that
    "desk:have_made": Page(post=NONE),  # the same; the next for who asked: tests/desk/test_long_papers.py
    "desk:long_paper": Page(NONE),
    "desk:long_paper_file": Page(post=NONE),
    "desk:written": Page(post=CASE, about="contact_contact"),
    "desk:conflict": Page(CASE, CASE, "partnership_access"),
    "desk:access": case_form("manage", about="partnership_access"),
    "desk:end_access": case_form("manage", about="partnership_access", get=False, verb="change"),
    "desk:passed": Page(OWN),
    "desk:passed_contact": Page(
        of(lambda who: reads_the_contact(who) and who.relation.let_in and not who.desk),
        about="contact_contact",
    ),
    "desk:open_restricted": Page(
        own("none"), own("none"), unless="it asks to sign in again first, and a session just begun has not"
    ),
    "desk:openings": Page(own("manage", "audit")),
    "desk:opening": Page(
        Rule(
            lambda who: in_a_hub(who) and (of_the_hub(who) or not who.has("manage", "audit")),
            both(of_the_hub, "manage", "audit"),
        ),
        Rule(
            lambda who: in_a_hub(who) and (of_the_hub(who) or not who.has("manage")),
            both(of_the_hub, "manage"),
        ),
        "partnership_opening",
        "change",
    ),
    "desk:audit": Page(own("audit"), own("audit")),
    "desk:audit_people": Page(own("audit"), own("audit")),
    "desk:audit_refusals": Page(own("audit")),
    "desk:audit_searches": Page(own("audit"), own("audit")),
    "desk:audit_unusual": Page(own("audit")),
    **{
        f"desk:{name}": Page(
            Rule(
                lambda who: (
                    in_a_hub(who)
                    and not (who.has("audit") and (who.relation.elsewhere or who.relation.kept_out))
                ),
                audits,
            )
        )
        for name in ("audit_case", "audit_person")
    },
    "desk:audit_worker": Page(
        Rule(lambda who: in_a_hub(who) and not (who.has("audit") and who.relation.elsewhere), audits)
    ),
    "desk:audit_conclude": Page(
        *[Rule(lambda who: in_a_hub(who) and not (who.has("audit") and who.relation.elsewhere), audits)] * 2
    ),
    "desk:search": Page(post=DESK_PAGE),
    "desk:outbox": Page(own("manage")),
    "desk:referral": Page(ALL),
    "desk:my_referrals": Page(OWN),
    "desk:my_referral": Page(NONE, NONE, "referral_sent"),
    "desk:disagree": Page(post=NONE, about="referral_sent"),
}
