"""Rows of the working day: work moved, shifts handed over, views kept, and alerts of clocks."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact, Printing
from mash.partnership.models import Agency, Duty, Staff
from mash.people.models import InHub


class Moving(InHub):
    """One action that moves a worker's work: whose, why and by whom.

    key: of the form it came from; the same form again makes no second one.
    finished_at: when nothing of theirs was left; None while something could not move.
    """

    frm = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="moving_has_a_reason")]

    def __str__(self) -> str:
        return f"moving {self.pk}"


class PieceKind(models.TextChoices):
    """What of a worker's work a line moves."""

    CONTACT = "contact", "Contact"
    ENQUIRY = "enquiry", "Enquiry"
    DECISION = "decision", "Decision that waits for another's word"
    FOLLOW_UP = "follow_up", "Back for agreement, to look at again"
    HELD = "held", "Open on their screen"
    APPROVAL = "approval", "Waits for their word"
    LETTER = "letter", "Letter to a family"
    HAND_OVER = "hand_over", "Hand-over of a shift"


class Moved(InHub):
    """One line of a moving: what, to whom, or why it could not move.  What it is about stands here as a reference only.

    thing: key of the contact, enquiry, decision, letter or hand-over.  case: key of its contact, opaque; of a
        hand-over its own, for it is of no one contact.
    urgent: red, or due today: accepted by name within half an hour, or the hub's manager is called.
    """

    moving = models.ForeignKey(Moving, on_delete=models.PROTECT, related_name="lines")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PieceKind)
    thing = models.UUIDField()
    case = models.UUIDField()
    reference = models.CharField(max_length=20)
    urgent = models.BooleanField()
    to = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    cannot = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "moved"
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "to"], condition=Q(accepted_at=None, to__isnull=False), name="moved_to_accept"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to=None) | Q(cannot=""), name="moved_or_why_not")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class HandOver(InHub):
    """One hand-over of a shift: which of the two, by whom, and when it was offered and accepted.

    which: an id of `hand_over` in rota.yaml.  note: for the whole shift, in words.
    key: of the form that began it.  offered_at: None while it is written.  An empty one is offered and accepted too.
    deputy_told_at, manager_told_at: when nobody had accepted it in time.
    """

    which = models.CharField(max_length=24)
    key = models.UUIDField(unique=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    deputy_told_at = models.DateTimeField(null=True)
    manager_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "which"], condition=Q(accepted_at=None), name="hand_over_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("by")), name="hand_over_accepted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(offered_at__isnull=False), name="hand_over_offered_first"
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class LineState(models.TextChoices):
    """How a line of a hand-over stands; until it is accepted or settled the first team keeps it."""

    WAITING = "waiting", "Not accepted yet"
    ACCEPTED = "accepted", "Accepted"
    QUESTIONED = "questioned", "Questioned"
    REFUSED = "refused", "Refused"
    STAYS = "stays", "Stays with whoever handed it over"


class HandedOver(InHub):
    """One line of a hand-over: what is on the list, why, and what the person who hands it over says of it.

    listed: ids of the hand-over's `lists`.  case: key of a contact; None for a line that a person added.
    says: id of `each_line_says` to words.  colour: the rating at that moment; handing over changes none.
    """

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    listed = ArrayField(models.CharField(max_length=40))
    case = models.UUIDField(null=True)
    reference = models.CharField(max_length=20, blank=True)
    colour = models.CharField(max_length=6, blank=True)
    due_at = models.DateTimeField(null=True)
    says = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=LineState, default=LineState.WAITING)

    class Meta:
        verbose_name_plural = "handed over"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hand_over", "case"], name="handed_over_once"),
        ]

    def __str__(self) -> str:
        return self.reference or "a line"


class HandOverWord(InHub):
    """What somebody said to one line: accepted it by name, questioned or refused it, or settled it.  None is changed.

    spoken: anything red is also spoken, person to person.
    """

    line = models.ForeignKey(HandedOver, on_delete=models.PROTECT, related_name="words")
    state = models.CharField(max_length=12, choices=LineState)
    words = models.TextField(blank=True)
    spoken = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="accepted") | ~Q(words=""), name="questioned_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} by {self.by_id}"


OF_THE_WORKLIST = "worklist"


class SavedView(InHub):
    """A narrowed list that somebody keeps under a name, for themselves or for the hub.

    of: the code of the list (`mash.common.lists`).
    query: the filters as they stand in the address, in one spelling; every one is a choice, so none names a person.
    duty: whom a shared one is for; "" for the whole desk.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    of = models.CharField(max_length=20, default=OF_THE_WORKLIST, db_default=OF_THE_WORKLIST)
    query = models.CharField(max_length=400)
    shared = models.BooleanField(default=False)
    duty = models.CharField(max_length=12, choices=Duty, blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "name"], condition=Q(withdrawn_at=None), name="saved_view_once_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Watching(InHub):
    """That a worker is told what comes in that a saved view takes.

    looked_at: when they last opened it; what was received later is new.  told_at: of the newest e-mail.
    """

    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, related_name="watchers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "watching"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["view", "staff"], name="watching_once_a_worker")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} watches {self.view_id}"


class TakingOut(models.TextChoices):
    """Why somebody takes a list out of the product."""

    REVIEW = "review", "To plan or look over the hub’s work"
    AGENCY = "agency", "For an agency of the hub that works on these cases"
    OVERSIGHT = "oversight", "For somebody who oversees the hub and asked for it"
    CHECKING = "checking", "To check it against another system"
    OTHER = "other", "For another purpose"


class Export(InHub):
    """That somebody asked to take a list out as a file: which, why, and on what legal ground.  Nobody changes it.

    key: of the form, so that the same form sent twice asks once.  query: the list's filters, in one spelling.
    columns: ids of `exports/columns.py`.  ground: an id of `bases` in lawful_bases.yaml.
    rows: how many there were then.  waits: it goes only after a second person agreed.
    """

    key = models.UUIDField(unique=True)
    query = models.CharField(max_length=400, blank=True)
    columns = ArrayField(models.CharField(max_length=12))
    purpose = models.CharField(max_length=9, choices=TakingOut)
    why = models.CharField(max_length=240, blank=True)
    ground = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()
    waits = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="export_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(purpose="other") | ~Q(why=""), name="export_for_a_reason")
        ]

    def __str__(self) -> str:
        return f"list of {self.rows}"


class ExportWord(InHub):
    """A second person's word on a long list that is to be taken out.  Nobody changes it."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="word")
    agreed = models.BooleanField()
    why = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(agreed=True) | ~Q(why=""), name="export_turned_down_why")
        ]

    def __str__(self) -> str:
        return "agreed" if self.agreed else "turned down"


class ExportMade(InHub):
    """That the file of a list was made: its hash, in hexadecimal, and how many rows it holds.  Nobody changes it."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="made")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "exports made"

    def __str__(self) -> str:
        return self.sha256[:12]


class ExportFile(InHub):
    """The file of a list, under lock, with the keys of the contacts in it; it goes within a day."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="file")
    nonce = models.BinaryField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="export_file_by_age")]

    def __str__(self) -> str:
        return f"file of {self.export_id}"


class LongPaper(InHub):
    """That somebody asked for papers of a case that are too long to wait for.  Nobody changes it.

    printing: why, of which case, and of which page of it.  address: of that page, with its filters; "" for the whole.
    """

    printing = models.OneToOneField(Printing, on_delete=models.PROTECT, related_name="paper")
    address = models.CharField(max_length=2000, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["by", "-at"], name="long_paper_newest")]

    def __str__(self) -> str:
        return f"papers {self.pk}"


class LongPaperFile(InHub):
    """Papers of a case under lock, with a mark of each line on them: first as they are to be made, then the file.

    sha256: of the file, in hexadecimal; "" until it is made.  It goes within a day.
    """

    paper = models.OneToOneField(LongPaper, on_delete=models.PROTECT, related_name="file")
    sha256 = models.CharField(max_length=64, blank=True)
    nonce = models.BinaryField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="long_paper_file_by_age")]

    def __str__(self) -> str:
        return f"file of {self.paper_id}"


class ClockAlarm(InHub):
    """When the next alert about a contact's clock is due; worked out afresh when its due time changes.

    due_at: what it was worked out from.  step: the share that comes next, "" when none does.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="alarm")
    due_at = models.DateTimeField()
    step = models.CharField(max_length=3, blank=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_at"], name="alarm_next")]

    def __str__(self) -> str:
        return f"{self.step} at {self.next_at}"


class Step(models.TextChoices):
    """What an alert says: how much of a clock has run, or what cannot wait for a share of it."""

    HALF = "50", "half of its time has gone"
    FOUR_FIFTHS = "80", "four fifths of its time has gone"
    ALL = "100", "all of its time has gone"
    DANGER = "danger", "the sender says that somebody is in danger now"
    AGAIN = "again", "it was back with the referrer: look at it again"
    LATE = "late", "it was back with the referrer, and nobody has looked at it again"
    OPENED = "opened", "somebody opened it in an emergency: say whether that was justified"
    HARMFUL = "harmful", "something harmful was found in a file that came with it"


class ClockAlert(InHub):
    """One alert about a contact, told to one worker in their own queue.

    due_at: when the clock runs out; for stated danger the receipt; for a look again the beginning of its day;
        for a file when it was looked through.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="alerts")
    step = models.CharField(max_length=8, choices=Step)
    due_at = models.DateTimeField()
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["to"], condition=Q(seen_at=None), name="alert_unseen")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "due_at", "step", "to"], name="alert_once_a_step")
        ]

    def __str__(self) -> str:
        return f"alert: {self.step}"


class Concluded(models.TextChoices):
    """What an auditor concluded of something unusual."""

    REVIEWED = "reviewed", "Reviewed: nothing more to do"
    EXPLAINED = "explained", "Explained"
    FOLLOW_UP = "follow_up", "To be followed up"


class Conclusion(InHub):
    """An auditor's word on one thing unusual.  None is changed; a later one stands beside it and counts.

    signal: key of what the rule found, the same each time it finds it.  facts: as they were shown.
    staff: whom it is about; they are told nothing.

    Source: docs/rules.md, "Auditing".
    """

    signal = models.UUIDField()
    rule = models.CharField(max_length=20)
    on = models.DateField()
    facts = models.CharField(max_length=300)
    outcome = models.CharField(max_length=9, choices=Concluded)
    why = models.CharField(max_length=1000)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "signal"], name="conclusion_of_signal")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="conclusion_has_a_reason"),
            models.CheckConstraint(condition=~Q(by=F("staff")), name="conclusion_on_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.outcome}"
