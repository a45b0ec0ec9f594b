"""What the API answers with, as it is described and as it is sent."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import JsonResponse
from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer: nothing else stands in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AtPath(Shape):
    """Where in a message, and what is said about it."""

    path: str = Field(
        description="From the root of the message: $.people[0].role", examples=["$.people[0].role"]
    )
    reason: str


class ProblemShape(Shape):
    """What is wrong with a request (RFC 9457)."""

    title: str
    status: int
    detail: str
    errors: list[AtPath] | None = Field(None, description="Every place that is wrong, where there are such")


class Received(Shape):
    """A referral that the hub has."""

    reference: str = Field(description="The hub's reference", examples=["NF-7K3M-2Q9"])
    sender_reference: str = Field(description="Yours")
    received_at: datetime
    warnings: list[AtPath] = Field(description="What is odd about it.  It was taken all the same")


class Result(Shape):
    """What became of one message of a batch."""

    line: int = Field(description="From 1")
    result: Literal["new", "already_here", "refused", "other_content"]
    sender_reference: str = Field(description="Yours, where it could be read")
    reference: str | None = Field(description="The hub's, where it has the message")
    errors: list[AtPath]
    warnings: list[AtPath]


class Batch(Shape):
    """What became of each message of a batch, in its order."""

    new: int
    already_here: int
    refused: int
    results: list[Result]


class Status(Shape):
    """Where a referral is, in words its sender may have."""

    reference: str
    sender_reference: str
    received_at: datetime
    stage: str = Field(
        description="received, acknowledged, check_opened, back_for_agreement, passed_on or decided",
        examples=["acknowledged"],
    )
    stage_words: str
    changed_at: datetime


class StatusList(Shape):
    """Referrals that this system sent, the first first."""

    referrals: list[Status]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end")


class Told(Shape):
    """What the sender of a referral was told."""

    kind: str
    words: str
    at: datetime


class Feedback(Status):
    """Where a referral is, and everything its sender was told, the newest first."""

    told: list[Told]


class HandOver(Shape):
    """A hand-over that the service accepted."""

    id: UUID
    reference: str
    accepted_at: datetime
    exported: bool
    number: str | None = Field(description="Yours")


class HandOverList(Shape):
    """What the service accepted."""

    hand_overs: list[HandOver]


class ExportFile(BaseModel):
    """An accepted case, whole: docs/hand-over-export.schema.json describes it."""

    format: Literal["openmash.export/1"]
    reference: str
    export: dict[str, Any]
    accepted: dict[str, Any]
    pack: dict[str, Any]
    pack_digest: str


class NumberKept(Shape):
    """The number under which the system holds a case."""

    number: str
    reference: str


class CasesKept(Shape):
    """What became of a statement.  It says of nobody whether the hub knows them."""

    opened: int
    renewed: int
    closed: int
    older: int = Field(description="Of these a newer word was here, and they are left as they were")


class ServiceList(Shape):
    """Services of the hub's directory, by name.  Each as Open Referral UK 3.0 (HSDS-UK) describes a service."""

    services: list[dict[str, Any]]
    total: int = Field(description="On all pages")
    next: int | None = Field(description="Give it as `page` for the next page; null at the end")


class AboutWhat(Shape):
    """What a call is about."""

    reference: str = Field(description="The hub's")


class CallShape(Shape):
    """What the hub calls a system with: that there is something, and never what it says."""

    type: Literal["enquiry.sent", "enquiry.taken_back", "referral.told"]
    timestamp: datetime
    data: AboutWhat


class EnquiryLine(Shape):
    """Something that the hub waits for."""

    id: UUID
    reference: str = Field(description="The hub's reference of the case")
    subject: str = Field(description="child or adult")
    sent_at: datetime
    due_at: datetime
    part_sent: bool


class EnquiryList(Shape):
    """What the hub waits for from the agency."""

    enquiries: list[EnquiryLine]


class PersonAskedAbout(Shape):
    """Somebody an enquiry asks about, with what the agency may know of them to search for them."""

    id: UUID
    role: str
    name: str
    other_names: str
    born_on: date | None
    age: str
    address: str
    school: str
    focus: str
    searched: str | None = Field(description="What the agency's last search for them found")


class QuestionAsked(Shape):
    """One question."""

    id: str
    type: Literal["text", "yes_no", "choice", "date", "number", "table"]
    asks_about: Literal["child", "parent", "household"]
    sealed_unless_said: bool = Field(description="Its answer is usually sealed")
    text: str
    hint: str
    choices: list[str]
    columns: list[str]


class ReasonNotToShare(Shape):
    """Why something that is held may not be shared.  explain, approved_by: whether the reason needs them."""

    id: str
    label: str
    explain: bool
    approved_by: bool


class Enquiry(EnquiryLine):
    """An enquiry, whole: stage, worry, basis and position are true of the day on which it was sent."""

    answered_at: datetime | None
    taken_back_at: datetime | None = Field(description="The hub waits for no answer any more")
    not_waited_for_since: datetime | None = Field(description="It was closed without this answer")
    stage: str
    worry: str
    basis: str
    position: str = Field(description="What the family knows and said")
    focus: str
    added: str = Field(description="What it adds to an earlier one about the same case")
    people: list[PersonAskedAbout]
    question_set: str
    nothing_held: str = Field(description="What the agency says with nothing held")
    questions: list[QuestionAsked]
    reasons: list[ReasonNotToShare]


class Acknowledged(Shape):
    """That a person of the agency opened an enquiry."""

    id: UUID
    reference: str


class AnswerKept(Shape):
    """That the hub has an answer."""

    id: UUID = Field(description="Of the enquiry")
    reference: str


def sent(shape: BaseModel, *, status: int = 200, **headers: str) -> JsonResponse:
    """Return an answer of a shape."""
    named: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
    return JsonResponse(shape.model_dump(mode="json"), status=status, headers=named)
