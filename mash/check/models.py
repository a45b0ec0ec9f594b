"""The multi-agency look at one contact: who was asked what, what they answered, and the picture it makes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub
from mash.triage.models import Agreement, Ground


class Check(InHub):
    """One multi-agency check of one contact.  It opens through the gate only, and the database holds the gate too.

    gate_agreement: the agreement that covers the child or adult at risk.
    ground, reason, approved: the override relied on instead.  On red it may open with the approval due the same day.
    rating_chased_at: when managers were last reminded of a rating to confirm, on which agencies were asked already.
    colour: the rating at opening.  closed_at: when no more answers are waited for; None again once somebody more
    is asked, which leaves a `Reopened`.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="checks")
    gate_agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="+")
    gate_ground = models.ForeignKey(Ground, null=True, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=32, blank=True)
    reason = models.TextField(blank=True)
    approved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval_due_at = models.DateTimeField(null=True)
    approval_chased_at = models.DateTimeField(null=True)
    rating_chased_at = models.DateTimeField(null=True)
    colour = models.CharField(max_length=6)
    why = models.TextField(blank=True)
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(closed_at=None), name="check_one_open_a_contact"
            ),
            models.CheckConstraint(
                condition=Q(gate_agreement__isnull=False)
                | (
                    Q(gate_ground__isnull=False)
                    & ~Q(ground="")
                    & ~Q(reason="")
                    & (Q(approved_by__isnull=False) | (Q(colour="red") & Q(approval_due_at__isnull=False)))
                ),
                name="check_gate",
            ),
        ]


class Reopened(InHub):
    """That a closed check was opened again, because somebody more was asked or asked about.

    closed_at, closed_by: as it had been closed.  What was let go then is not waited for again.
    """

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="reopenings")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "reopened"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_asked", "closed_at"], name="reopened_once_a_closing"),
            models.CheckConstraint(condition=~Q(why=""), name="reopened_for_a_reason"),
        ]


class Enquiry(InHub):
    """What one agency is asked in a check, and everything it needs to be shown to answer: nothing else is.

    stage, worry, basis, position: stated truthfully, as they stood when it was sent.
    question_set: the id and version sent, which never change under an enquiry.  subject: child | adult.
    sending: key of the one send it went out with; the same send again makes no second enquiry.
    let_go_at: when the check was closed without its answer, which may still come and is no longer waited for.
    """

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="enquiries")
    contact_id_opaque = models.UUIDField()
    reference = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    question_set = models.CharField(max_length=60)
    set_version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=6, default="child")
    sending = models.UUIDField()
    focus = models.TextField()
    stage = models.CharField(max_length=160)
    worry = models.TextField()
    basis = models.TextField()
    position = models.TextField()
    addressed_to = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=240, blank=True)
    let_go_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "enquiries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["check_asked", "agency", "subject", "sending"], name="enquiry_once_a_send"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "agency", "due_at"])]


class EnquiryPerson(InHub):
    """One person an enquiry asks about, with only what this agency may know of them.

    parents: keys of who has parental care of them, so that an answer about a parent is copied among their own only.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="people")
    contact_person_id_opaque = models.UUIDField()
    role = models.CharField(max_length=24)
    name = models.CharField(max_length=260)
    other_names = models.CharField(max_length=400, blank=True)
    born_on = models.DateField(null=True)
    age = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=400, blank=True)
    school = models.CharField(max_length=160, blank=True)
    focus = models.TextField(blank=True)
    parents = ArrayField(models.UUIDField(), default=list)


class Searched(models.TextChoices):
    NOTHING = "searched_and_nothing_held", "Searched, nothing held"
    HELD = "something_held_see_answers", "Something is held: see the answers"
    COULD_NOT = "could_not_search", "Could not search"


class PersonSearch(InHub):
    """That an agency searched for one person, how, and whether anything is held.  The newest counts.

    again_on: for a search that could not be made, when it will be.
    """

    enquiry_person = models.ForeignKey(EnquiryPerson, on_delete=models.PROTECT, related_name="searches")
    result = models.CharField(max_length=32, choices=Searched)
    how = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Sharing(models.TextChoices):
    SHARE = "share", "Share"
    SUMMARY = "summary", "Share a summary"
    SEALED = "sealed", "Sealed"


class Answer(InHub):
    """An answer that may be read by the hub and the agencies asked.  A sealed one has no row here at all.

    text: what is shared; for a summary, the author's summary (the full words are a `FullAnswer`).
    person: whom the enquiry is about.  supplements: an earlier answer that this adds to.
    question: an id of the question set, or "item" for a piece of information that no question asks for.
    grading, conditions: of an item that carries a grading; a handling code with conditions shows them with it.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="answers")
    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(EnquiryPerson, null=True, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=60)
    sharing = models.CharField(max_length=8, choices=Sharing)
    value = models.JSONField(null=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=240, blank=True)
    on = models.DateField(null=True)
    on_precision = models.CharField(max_length=5, default="day")  # day | month | year
    grading = models.CharField(max_length=3, blank=True)
    conditions = models.TextField(blank=True)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    supplements = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    taken_by_telephone_from = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(sharing="sealed"), name="answer_never_sealed_here"),
            models.CheckConstraint(
                condition=~Q(grading__endswith="C") | ~Q(conditions=""), name="answer_conditions_in_words"
            ),
        ]


class FullAnswer(InHub):
    """The full words behind a shared summary: for its author's agency and the deciders."""

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="full")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()


class Draft(InHub):
    """What an agency has typed and not yet sent.  Its own agency sees it, nobody else.

    body: encrypted, since an answer meant to be sealed may stand in it.
    """

    enquiry = models.OneToOneField(Enquiry, on_delete=models.PROTECT, related_name="draft")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    nonce = models.BinaryField()
    body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Return(InHub):
    """An agency sent what it has.  part: more will follow.  nil: it searched for everyone named and holds nothing."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="returns")
    part = models.BooleanField(default=False)
    nil = models.BooleanField(default=False)
    late_reason = models.CharField(max_length=240, blank=True)
    view = models.CharField(max_length=6, blank=True)  # the agency's own colour, if it gives one
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Withheld(InHub):
    """An agency holds something and does not share it: why, and what the hub makes of that."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="withheld")
    person = models.ForeignKey(EnquiryPerson, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    explanation = models.TextField(blank=True)
    approved_by_words = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class EnquirySeen(InHub):
    """A receipt: somebody of the agency opened the enquiry."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="seen")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "enquiries seen"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enquiry", "staff"], name="enquiry_seen_first_time")
        ]


class PassedWhy(models.TextChoices):
    """Why an enquiry went to somebody else of the agency."""

    AWAY = "marked_away", "Away"
    OFF_DUTY = "off_duty_before_it_is_due", "Off duty before it is due"
    NOT_OPENED = "not_opened_in_time", "Not opened in time"
    ON_DUTY = "post_on_duty", "Nobody was named: the post on duty"
    BY_HAND = "by_hand", "Given by hand"


class EnquiryPassed(InHub):
    """That an enquiry went from one person of the agency to another: why, and by whom; None for the timetable."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="passed")
    frm = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=32, choices=PassedWhy)
    words = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "enquiries passed"
        indexes: ClassVar = [models.Index(fields=["enquiry", "-at"], name="enquiry_passed_newest")]


class Chase(InHub):
    """A reminder that went out about an enquiry: to whom, at what share of its time."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="chases")
    step = models.CharField(max_length=16)  # "75", "100", "again"
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enquiry", "step"], condition=~Q(step="again"), name="chased_once_a_step"
            )
        ]


class Happened(InHub):
    """An entry of the chronology, taken from an answer or written by the hub.

    on: None with precision "unknown"; no time is ever invented.  significant: with a reason.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="chronology")
    person = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    precision = models.CharField(max_length=8, default="day")  # moment | day | month | year | unknown
    title = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    agency = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)
    from_answer = models.ForeignKey(Answer, null=True, on_delete=models.PROTECT, related_name="+")
    significant = models.BooleanField(default=False)
    significance = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "happened"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "from_answer"], name="answer_ticked_in_once"),
            models.CheckConstraint(
                condition=Q(significant=False) | ~Q(significance=""), name="significance_has_a_reason"
            ),
        ]


class Risk(InHub):
    """The risk picture of a contact as one worker wrote it down; the newest counts, none is changed.

    picked: ids of risk_matrix.yaml.  missing: what is not known, named.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="risks")
    picked = models.JSONField(default=dict)
    worries = models.TextField(blank=True)
    strengths = models.TextField(blank=True)
    needs_to_happen = models.TextField(blank=True)
    childs_voice = models.TextField(blank=True)
    missing = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class View(InHub):
    """What one agency thinks, disagreement included."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="views")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    colour = models.CharField(max_length=6, blank=True)
    disagrees = models.BooleanField(default=False)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
