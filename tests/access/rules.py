"""Who may do what, in a table written from the rules in words and from nothing else: the oracle of access.

It reads docs/rules.md (each heading is named here) and security.md's first rule: access is membership of the hub, a
working relationship, clearance, no conflict of interest, and a right that has not ended.  It imports nothing of the
product.  `test_oracle.py` asks the database and the pages the same questions, and all three must agree.

To add a table: one line in TABLES.  To add a page: one line in routes.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

ALLOWED, REFUSED, ABSENT = "allowed", "refused", "absent"
READ, FIND, ADD, NOTE, CHANGE, REMOVE = "read", "find", "add", "note", "change", "remove"
VERBS = {
    READ: "opens it by its key, on a page that only reads",
    FIND: "comes upon it in a list, without its key",
    ADD: "adds one like it, in their own name",
    NOTE: "adds one like it on a page that only reads",
    CHANGE: "changes it",
    REMOVE: "removes it",
}
DUTIES = (
    "screen", "assess", "decide", "approve", "answer", "clear", "release", "out_of_hours", "chair", "grade", "review",
    "train", "manage", "analyse", "audit", "administer",
    "",  # a post that may do nothing yet
    "clear release",  # a release takes both
    "screen approve",  # two that are often held together: neither may lend the other anything
    "clear answer",  # the cleared of an agency who answer for it too: at the desk, and no worker of it
)  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """What a post has to do with the cases of the hub.

    asked: its agency was asked in the check.  let_in, kept_out: by name.  recipient: of the release that is out.
    restricted: the cases are.  elsewhere: it is a post of another hub.  ended: its last day is over.
    """

    name: str
    asked: bool = False
    let_in: bool = False
    recipient: bool = False
    kept_out: bool = False
    restricted: bool = False
    elsewhere: bool = False
    ended: bool = False

    def __str__(self) -> str:
        return self.name


RELATIONS = (
    Relation("of the hub"),
    Relation("asked", asked=True),
    Relation("let in", let_in=True),
    Relation("recipient", recipient=True),
    Relation("kept out", kept_out=True),
    Relation("asked and kept out", asked=True, kept_out=True),
    Relation("elsewhere", asked=True, elsewhere=True),
    Relation("ended", asked=True, ended=True),
    Relation("restricted", restricted=True),
    Relation("restricted and let in", restricted=True, let_in=True),
)
NIGHT = "out_of_hours"
DAY = ("screen", "assess", "decide", "approve", "clear", "manage")
DESK = (*DAY, NIGHT)
SETS_UP = ("administer", "manage")
JUDGES = ("screen", "assess", "decide", "manage")  # hand-overs to services, records of people


@dataclass(frozen=True)
class Who:
    """A post: its duties and its relation to the case.  tonight: the case is among those of the night."""

    duty: str
    relation: Relation
    tonight: bool = True

    def has(self, *duties: str) -> bool:
        """Tell whether it has one of these duties."""
        return any(one in duties for one in self.duty.split())

    @property
    def here(self) -> bool:
        """A current post of the hub.  Source: "Many hubs", "Posts that nobody uses"."""
        return not (self.relation.elsewhere or self.relation.ended)

    @property
    def desk(self) -> bool:
        """A post at the hub's own desk.  Source: "Access"."""
        return self.here and self.has(*DESK)

    @property
    def works(self) -> bool:
        """It works with cases, at the desk or for an agency.  Source: "Releases"."""
        return self.has(*DESK, "answer")

    @property
    def nights(self) -> bool:
        """Its only duty at the desk is the night's.  Source: "Out of hours"."""
        return self.has(NIGHT) and not self.has(*DAY)

    @property
    def by_day(self) -> bool:
        """At the desk by day: the emergency duty team acts and hands over.  Source: "Out of hours"."""
        return self.desk and not self.nights

    @property
    def shut_out(self) -> bool:
        """The case is closed to them.

        A conflict of interest closes it to anybody.  A restriction closes it to the desk by day, but for the cleared,
        who manages the hub, and who is let in by name.  Source: "Access", "Restricted cases".
        """
        if self.relation.kept_out:
            return True
        kept = self.relation.restricted and not self.relation.let_in and self.has(*DAY)
        return kept and not self.has("clear", "manage")


# Circles: each says of a post whether it is inside.


def nobody(_who: Who) -> bool:
    """Nobody who signs in: a service, or the past."""
    return False


def anybody(_who: Who) -> bool:
    """Whoever has an account."""
    return True


def in_a_hub(who: Who) -> bool:
    """Whoever has a current post, in this hub or another: a page of one's own hub.  Source: "Sign-in"."""
    return not who.relation.ended


def of_the_hub(who: Who) -> bool:
    """Every current post of the hub: what is about no case.  Source: "Many hubs"."""
    return who.here


def at_the_desk(who: Who) -> bool:
    """Every post at the desk: what belongs to the hub's work and to no single case.  Source: "Access"."""
    return who.desk


def on_the_case(who: Who) -> bool:
    """Whoever works at the desk on a case that is not closed to them.  Source: "Access", "Out of hours"."""
    return who.desk and not who.shut_out and (who.tonight or not who.nights)


def reads_the_contact(who: Who) -> bool:
    """Who is on the case, and who was let in to read what came in.  Source: "Access", "Known already"."""
    return on_the_case(who) or (who.here and who.relation.let_in and not who.relation.kept_out)


def asked_about_it(who: Who) -> bool:
    """Whoever answers for an agency that was asked.  Source: "Enquiries to the post on duty", "Answers"."""
    return who.here and who.relation.asked and who.has("answer") and not who.relation.kept_out


def on_the_enquiry(who: Who) -> bool:
    """The desk on the case, and the agency that was asked.  Source: "Answers"."""
    return on_the_case(who) or asked_about_it(who)


def of_the_asked_agency(who: Who) -> bool:
    """Posts of the agency whose answer it is, as far as they see the enquiry: what is begun is theirs."""
    return on_the_enquiry(who) and who.relation.asked


def reads_in_full(who: Who) -> bool:
    """The full text behind a summary: for the agency that gave it, and for the deciders.  Source: design, "Words"."""
    return of_the_asked_agency(who) or (on_the_case(who) and who.has("assess", "decide"))


def on_the_person(who: Who) -> bool:
    """The desk, unless kept from the person; a restriction closes no person's record.

    Source: "Restricted cases", "Access".
    """
    return who.desk and not who.relation.kept_out


def sets_up(who: Who) -> bool:
    """Whoever sets up the hub.  Source: "Setting up a hub"."""
    return who.here and who.has(*SETS_UP)


def audits(who: Who) -> bool:
    """Whoever has the duty to audit, in their hub.  Source: "Auditing"."""
    return who.here and who.has("audit")


def only_audits(who: Who) -> bool:
    """Whoever audits reads the record and changes nothing in it.  Source: "Auditing"."""
    return audits(who) and not who.desk


def cleared(who: Who) -> bool:
    """Cleared staff of the hub.  Source: "The sealed room"."""
    return who.here and who.has("clear")


def cleared_without_conflict(who: Who) -> bool:
    """Cleared staff, but for a cleared person with a conflict of interest in the case.  Source: "The sealed room"."""
    return cleared(who) and not who.relation.kept_out


def owner_of_it(who: Who) -> bool:
    """Whoever answers for the agency that owns what a release rests on.  Source: "An owner's veto"."""
    return asked_about_it(who) and not who.shut_out


def in_the_register(who: Who) -> bool:
    """Who manages the hub finds what has gone out, and an auditor its course; without the words.

    Source: "Releases".
    """
    return who.here and who.has("manage", "audit") and not who.shut_out


def releases(who: Who) -> bool:
    """Cleared, with the duty to release, and no conflict.  Source: "Releases"."""
    return cleared_without_conflict(who) and who.has("release")


def recipient_of_it(who: Who) -> bool:
    """A named recipient, while they have the post, a duty of case work and the case.  Source: "Releases"."""
    return who.here and who.works and who.relation.recipient and not who.shut_out


def not_kept_from_them(who: Who) -> bool:
    """Every post of the hub that is not kept from the person; a restriction closes no person's record.

    Source: "Review before disposal", "Legal hold", "Subject access".
    """
    return who.here and not who.relation.kept_out


def hears_of_a_person(who: Who) -> bool:
    """Who keeps the panel, and the desk by day, of somebody who was brought without a case: nothing restricts it.

    Source: "Who hears of a family".
    """
    return who.here and not who.relation.kept_out and (who.by_day or who.has("chair"))


def hears_of_the_family(who: Who) -> bool:
    """The same of a family with a case: once that is restricted, whoever may still read it.

    Source: "Who hears of a family".
    """
    open_to_them = not who.relation.restricted or who.relation.let_in or who.has("clear", "manage")
    return hears_of_a_person(who) and open_to_them


def both(one: Callable[[Who], bool], *duties: str, day: bool = False) -> Callable[[Who], bool]:
    """Return a narrower circle: those of it who have one of these duties; day: and do not work nights alone."""

    def inside(who: Who) -> bool:
        return one(who) and (not duties or who.has(*duties)) and not (day and who.nights)

    inside.__doc__ = f"{one.__doc__} Of them: {', '.join(duties) or 'all'}{', by day' if day else ''}."
    return inside


def either(*circles: Callable[[Who], bool]) -> Callable[[Who], bool]:
    """Return the circle of whoever is in one of these."""

    def inside(who: Who) -> bool:
        return any(one(who) for one in circles)

    inside.__doc__ = " Or: ".join(one.__doc__ or "" for one in circles)
    return inside


def both_not(one: Callable[[Who], bool], other: Callable[[Who], bool]) -> Callable[[Who], bool]:
    """Return whoever is in one circle and not in another."""

    def inside(who: Who) -> bool:
        return one(who) and not other(who)

    inside.__doc__ = f"{one.__doc__} But not: {other.__doc__}"
    return inside


Circle = Callable[[Who], bool]
NEVER = nobody


@dataclass(frozen=True)
class Table:
    """What the database holds of one table.

    source: the heading of docs/rules.md.  sees, adds, changes, removes: who.  notes: who adds one on a page that only
    reads.  fixed: nobody changes a row, whoever they are: "what was received is kept", "an answer stands".
    kept: nobody removes one: "nothing is deleted by daily work".
    reads_only, unremovable: who sees it and finds nothing where they try to change it, or to remove it.
    """

    source: str
    sees: Circle
    adds: Circle = NEVER
    changes: Circle | None = None
    removes: Circle | None = None
    notes: Circle = NEVER
    reads_only: Circle = NEVER
    unremovable: Circle = NEVER

    def answer(self, verb: str, who: Who) -> str:
        """Return what the database owes this post: allowed, refused or absent."""
        if verb in {READ, FIND}:
            return ALLOWED if self.sees(who) else ABSENT
        if verb in {ADD, NOTE}:
            return ALLOWED if (self.adds if verb == ADD else self.notes)(who) else REFUSED
        may = self.changes if verb == CHANGE else self.removes
        if may is None:
            return REFUSED
        if not self.sees(who) or (self.reads_only if verb == CHANGE else self.unremovable)(who):
            return ABSENT
        return ALLOWED if may(who) else REFUSED


def _case(source: str, **more: Circle | None) -> Table:
    """What the desk records of a case: seen and added by whoever is on the case, and kept as it was written."""
    return Table(source, **({"sees": on_the_case, "adds": on_the_case} | more))


def _case_open(source: str, **more: Circle | None) -> Table:
    """The same, of which a later word may be written on the row."""
    return _case(source, **({"changes": on_the_case} | more))


def _of_enquiry(source: str, **more: Circle | None) -> Table:
    return Table(source, **({"sees": on_the_enquiry, "adds": on_the_enquiry} | more))


def _person(source: str, **more: Circle | None) -> Table:
    return Table(source, **({"sees": on_the_person, "adds": on_the_person, "changes": on_the_person} | more))


def _set_up(source: str, **more: Circle | None) -> Table:
    return Table(source, **({"sees": sets_up, "adds": sets_up} | more))


REVIEWS = ("manage", "approve")  # how long records are kept
reviews = both(not_kept_from_them, *REVIEWS)
on_a_request = both(not_kept_from_them, "decide", "manage", "clear")
makes_the_pass = both(not_kept_from_them, "clear")
answers_hubs = both(not_kept_from_them, "assess", "decide", "manage")
told_of_asking = both(not_kept_from_them, "assess", "decide", "manage", "clear")
keeps_panels = both(of_the_hub, "chair", "manage")
chairs_unrestricted = both_not(both(hears_of_the_family, "chair"), lambda who: who.relation.restricted)
trains = both(of_the_hub, "train", "manage")
leads_rounds = both(not_kept_from_them, "manage")
sees_rounds = both(of_the_hub, "grade", "manage", "analyse")
hands_over = both(on_the_case, *JUDGES, day=True)
judges_people = both(on_the_person, day=True)
works_by_day = both(on_the_case, day=True)
TABLES = {
    # What came in
    "contact_contact": Table("Contacts", reads_the_contact, at_the_desk),
    "contact_contactperson": Table("Contacts", reads_the_contact, on_the_case),
    "contact_contactrelationship": Table("Contacts", reads_the_contact, on_the_case),
    "contact_reply": Table("Feedback to the referrer", reads_the_contact, on_the_case),
    "contact_addition": _case("Contacts"),
    "contact_attachment": _case("Files"),
    "contact_looked": Table("Files", reads_the_contact, nobody),
    "contact_disputed": _case("Contacts"),
    "contact_referrer": _case("Public referrers"),
    "contact_original": _case("The words of a system"),
    "contact_warned": _case("Identifiers"),
    "contact_settlement": _case_open("Known already, open already"),
    "contact_setbeside": _case("Learning to recognise"),
    "contact_consultation": Table("Consultations", on_the_case, at_the_desk, on_the_case),
    "contact_consultationlink": _case_open("Consultations"),
    # Triage
    "triage_rating": _case("Ratings"),
    "triage_confirmation": _case(
        "The rating is confirmed", adds=both(on_the_case, "manage", "approve", "decide")
    ),
    "triage_agreement": _case_open("Agreement"),
    "triage_basis": _case("Lawful basis"),
    "triage_ground": _case_open("The gate"),
    "triage_route": _case("Contacts"),
    "triage_standing": _case_open("Order of work"),
    "triage_stillopen": Table("Order of work", on_the_case),  # the database alone writes it
    "triage_hold": _case_open("Order of work", removes=on_the_case),
    "triage_owner": _case("Moving work"),
    "triage_paused": _case_open("Pauses"),
    "triage_reading": _case("Categories"),
    "triage_repeatreview": _case_open("Repeats"),
    "triage_returned": _case_open("Return for agreement", adds=works_by_day),
    "triage_threeparttest": _case("Adults at risk"),
    "triage_wishes": _case("Adults at risk"),
    "triage_capacity": _case("Adults at risk"),
    # The check
    "check_check": _case_open("The check", adds=works_by_day),  # by night only red; this one is amber
    "check_enquiry": Table(
        "Truthful enquiries", on_the_enquiry, on_the_case, on_the_case
    ),  # passing it on is for who leads the agency
    "check_enquiryperson": _of_enquiry("Truthful enquiries"),
    "check_answer": _of_enquiry("Answers"),
    "check_fullanswer": Table("Answers", reads_in_full, on_the_enquiry),
    "check_draft": Table(
        "Answers", of_the_asked_agency, of_the_asked_agency, of_the_asked_agency, of_the_asked_agency
    ),
    "check_return": _of_enquiry("Nil returns"),
    "check_personsearch": _of_enquiry("Nil returns"),
    "check_withheld": _of_enquiry("Refusing to share"),
    "check_happened": _case_open("The check"),
    "check_risk": _case("The check"),
    "check_view": _case("The check"),
    # The decision and after
    "decision_decision": _case("Decision", adds=works_by_day, changes=works_by_day),
    "decision_outcome": _case("Decision"),
    "decision_told": _case("Feedback to the referrer"),
    "decision_strategy": _case_open("Strategy discussion"),
    "decision_reopening": _case("Reopening a decision", adds=hands_over),
    "decision_accepted": _case("Hand-over to a service", adds=hands_over),
    "decision_passedback": _case("Passed back by a service", adds=hands_over, changes=hands_over),
    "decision_letter": _case_open("Families are told by a named worker", adds=works_by_day),
    "decision_letterversion": _case("Families are told by a named worker"),
    "decision_clearing": _case_open("Families are told by a named worker"),
    "decision_given": _case("Families are told by a named worker"),
    "decision_letterwords": Table("Families are told by a named worker", at_the_desk, at_the_desk),
    "decision_schoolnotice": _case(
        "Telling a school of domestic abuse", adds=both(on_the_case, "screen", "assess", "decide", day=True)
    ),
    # People
    "people_person": _person("Access", adds=at_the_desk),
    "people_address": _person("Access"),
    "people_alert": _person("Alerts on a person"),
    "people_courtorder": _person("Access"),
    "people_involvement": _person("Known already, open already"),
    "people_relationship": _person("Access"),
    "people_joining": _person("Two records of one person", adds=judges_people, changes=judges_people),
    "people_apart": _person("Two records of one person", adds=judges_people, changes=judges_people),
    "people_suspected": _person("Duplicates of a register", removes=on_the_person),
    "people_lookedover": Table("Duplicates of a register", at_the_desk, at_the_desk, at_the_desk),
    "people_learnedweights": Table("Learning to recognise", either(at_the_desk, sets_up), nobody),
    # With whom agencies work
    **dict.fromkeys(
        ("systems_opencase", "systems_caselike"),
        Table(
            "Open cases of agencies",
            on_the_person,
            changes=nobody,
            removes=nobody,
            unremovable=on_the_person,
        ),
    ),
    "systems_caseword": Table(
        "Open cases of agencies",
        on_the_person,
        both(on_the_person, *JUDGES, day=True),
        removes=nobody,
        unremovable=on_the_person,
    ),
    # The desk
    "desk_handover": Table("Hand-over of a shift", at_the_desk, at_the_desk, at_the_desk),
    "desk_handedover": _case_open(
        "Hand-over of a shift", adds=either(both(at_the_desk, day=True), on_the_case)
    ),
    "desk_export": Table(
        "Lists that are taken out",
        both(of_the_hub, "approve", "manage"),
        both(of_the_hub, "decide", "approve", "manage", day=True),
    ),
    # The hub, and who works there
    "partnership_agency": Table(
        "Setting up a hub", anybody, both(in_a_hub, *SETS_UP), both(in_a_hub, *SETS_UP)
    ),
    "partnership_membership": Table("Setting up a hub", of_the_hub, sets_up, sets_up),
    "partnership_closure": Table(
        "Setting up a hub", of_the_hub, sets_up, sets_up, sets_up, unremovable=both_not(of_the_hub, sets_up)
    ),
    "partnership_staff": Table("Setting up a hub", of_the_hub, sets_up, sets_up),
    "partnership_hub": Table("Setting up a hub", anybody, nobody, sets_up),
    "partnership_access": Table(
        "Access", either(on_the_case, audits), on_the_case, on_the_case, reads_only=only_audits
    ),
    "partnership_opening": Table(
        "Opening a restricted case in an emergency",
        both(of_the_hub, "manage", "audit"),
        nobody,
        both(of_the_hub, "manage"),
        reads_only=only_audits,
    ),
    "partnership_referrercode": Table("Public referrers", nobody, nobody, nobody, nobody),
    "setup_change": Table("Setting up a hub", either(sets_up, audits), sets_up),
    "setup_draft": _set_up("Setting up a hub", changes=sets_up, removes=sets_up),
    "setup_edition": Table("Setting up a hub", of_the_hub, sets_up),
    "setup_grant": _set_up("Setting up a hub", changes=sets_up),
    "setup_lostfactor": _set_up("A lost second factor", changes=sets_up),
    "setup_logo": Table("Setting up a hub", of_the_hub, sets_up),
    "triage_target": Table("Clocks", of_the_hub, sets_up, sets_up),
    "referral_draft": Table("Drafts of a referral", nobody, of_the_hub, nobody, nobody),
    "referral_sent": Table("Drafts of a referral", nobody, nobody),
    "ledger_entry": Table("Evidence", audits, anybody, notes=anybody),
    # The directory
    "directory_organisation": Table("The directory", of_the_hub, sets_up, sets_up),
    "directory_site": Table(
        "The directory", of_the_hub, sets_up, sets_up, sets_up, unremovable=both_not(of_the_hub, sets_up)
    ),
    "directory_namedcontact": Table("Named contacts", of_the_hub, sets_up, sets_up),
    # How long records are kept
    "retention_standing": Table("How long records are kept", reviews, removes=reviews, changes=nobody),
    "retention_proposal": Table("Review before disposal", reviews, both(reviews, "manage"), reviews),
    "retention_hold": Table("Legal hold", reviews, both(reviews, "manage"), reviews),
    "retention_lifting": Table("Legal hold", reviews, both(reviews, "manage"), reviews),
    "retention_disposed": Table("Disposal", both(of_the_hub, *REVIEWS, "audit")),
    # Requests for one's own information
    "subject_access_request": Table("Subject access", on_a_request, both(on_a_request, "decide", "manage")),
    **{
        f"subject_access_{one}": Table("Subject access", on_a_request, on_a_request)
        for one in ("handling", "identity", "found", "step")
    },
    "subject_access_marking": Table(
        "What may be withheld", *[both(works_by_day, "decide", "manage", "clear")] * 2
    ),
    "subject_access_ownerasked": Table(
        "What an agency shared", *[both(works_by_day, "decide", "manage", "clear")] * 2
    ),
    **{
        f"subject_access_{one}": Table(
            "What the unit does with a request",
            makes_the_pass,
            makes_the_pass,
            nobody,
            reads_only=makes_the_pass,
        )
        for one in ("unitpass", "output")
    },
    "subject_access_secondword": Table("What goes out to a requester", makes_the_pass, makes_the_pass),
    # Alongside a decision, and other hubs
    "alongside_alongside": _case("Alongside a decision"),
    "alongside_happening": _case("Alongside a decision"),
    "boroughs_question": Table("Asking another hub", on_the_case),
    "boroughs_known": Table("Asking another hub", on_the_case),
    "boroughs_asked": Table("Asking another hub", told_of_asking),
    "boroughs_reply": Table("Asking another hub", told_of_asking, answers_hubs),
    "boroughs_summary": Table("Asking another hub", told_of_asking),
    "boroughs_transfer": Table(
        "Families that move", on_the_case, both(works_by_day, "assess", "decide", "manage")
    ),
    # Plans: the pages hold who of those at the desk keeps one
    **{
        f"plans_{one}": Table("Who sees a plan", works_by_day, works_by_day, works_by_day)
        for one in ("plan", "familymember", "agreement", "need", "planaction", "seat")
    },
    "plans_lead": Table("Who leads a plan", works_by_day, works_by_day),
    # The panel
    "panel_panel": Table("The multi-agency panel", of_the_hub, keeps_panels),
    "panel_seat": Table(
        "Who sits on a panel",
        of_the_hub,
        keeps_panels,
        keeps_panels,
        reads_only=both_not(of_the_hub, keeps_panels),
    ),
    "panel_item": Table(
        "Who hears of a family",
        hears_of_the_family,
        nobody,  # a family that stands on an agenda is not written down anew: tests/panel
        both(hears_of_the_family, "chair", "manage"),
        reads_only=both_not(of_the_hub, keeps_panels),
    ),
    "panel_needed": Table(
        "Who hears of a family",
        hears_of_the_family,
        both(hears_of_the_family, *JUDGES, "chair"),
        both(hears_of_the_family, "chair", "manage"),
        reads_only=both_not(of_the_hub, keeps_panels),
    ),
    "panel_onplan": Table(
        "The panel and the plan",
        hears_of_the_family,
        either(both(works_by_day, *JUDGES), chairs_unrestricted),
    ),
    # Training, and quality
    "training_session": Table("Training programmes", of_the_hub, trains, trains),
    "training_cohort": Table("Courses of two days", of_the_hub, trains),
    "training_booking": Table("Places on a session", of_the_hub, trains, trains),
    "training_attendance": Table("Who came", trains, trains, nobody),
    "training_learner": Table("A learner’s record", trains, trains, trains),
    "training_done": Table("Continuing development", trains, trains),
    "training_selfrating": Table("What a course changes", trains, trains),
    "training_signoff": Table("A path and its signatures", both(of_the_hub, "train", "manage", "administer")),
    "training_sheet": Table("Taking over a spreadsheet", trains, trains, trains),
    "quality_round": Table("Grading referrals", sees_rounds, *[both(of_the_hub, "manage")] * 2),
    "quality_sampled": Table("Grading referrals", leads_rounds, leads_rounds),
    "quality_sheet": Table("Grading referrals", leads_rounds, leads_rounds, leads_rounds),
    "quality_given": Table("Grading referrals", leads_rounds),
    "quality_aside": Table("Grading referrals", leads_rounds),
    "quality_told": Table("What the writer hears", reads_the_contact, leads_rounds),
    "quality_marked": Table("Figures of quality", sees_rounds, both(of_the_hub, "manage")),
    # The sealed room
    "sealed.sealed_item": Table("The sealed room", cleared_without_conflict, of_the_hub),
    "sealed.sealed_room": Table("The sealed room", cleared_without_conflict, of_the_hub),
    "sealed.sealed_subject": Table("People whom only the unit knows", cleared, cleared),
    "sealed.sealed_release": Table(
        "Releases", either(cleared_without_conflict, recipient_of_it, owner_of_it, in_the_register), releases
    ),
    "sealed.sealed_wording": Table(
        "Releases", either(cleared_without_conflict, recipient_of_it, owner_of_it, in_the_register), nobody
    ),
    "sealed.sealed_rendition": Table(
        "Releases", either(cleared_without_conflict, recipient_of_it, owner_of_it), nobody
    ),
    "sealed.sealed_mark": Table("People whom only the unit knows", cleared, cleared),
}
