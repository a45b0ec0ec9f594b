"""Writing down what an agency gives: shared, summed up or sealed."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.check.given import WITHHELD, Given, Search, for_room, in_full, question_of
from mash.check.models import Answer, Enquiry, EnquiryPerson, FullAnswer, PersonSearch, Sharing
from mash.check.queries.answering import people_asked_about, questions_of
from mash.partnership.models import Staff
from mash.sealed.actions import seal
from mash.sealed.grading import UNGRADED, Grading


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes what an agency gives to one enquiry, and when.

    said_by: who said it on the telephone.  supplements: an answer, or an own sealed item, that is added to.
    """

    enquiry: Enquiry
    by: Staff
    at: datetime
    said_by: str = ""
    supplements: uuid.UUID | None = None

    def searches(self, searches: Mapping[str, Search]) -> None:
        """Write that people were searched for."""
        people = self._people()
        PersonSearch.objects.bulk_create(
            PersonSearch(
                hub_id=self.enquiry.hub_id,
                enquiry_person=people[key],
                result=one.result,
                how=one.how.strip(),
                again_on=one.again_on,
                by=self.by,
                at=self.at,
            )
            for key, one in searches.items()
        )

    def answers(self, given: Sequence[Given]) -> None:
        """Write each piece where its sharing says: what is copied before its copies."""
        people = self._people()
        for one in sorted(given, key=lambda each: bool(each.copied_from)):
            if one.sharing == Sharing.SEALED:
                self._sealed(people[one.person], one)
            else:
                self._shared(people[one.person], one)

    def refusal(self, person: EnquiryPerson | None, words: Sequence[str]) -> None:
        """Seal why something is held back, when the reason could itself endanger somebody."""
        people = [person] if person else list(people_asked_about(self.enquiry))
        said = "\n".join(filter(None, words))
        kept = {"question": "Held and not shared", "words": said, "on": "", "precision": "day"}
        self._seal(WITHHELD, people, json.dumps(kept, ensure_ascii=False))

    def _sealed(self, person: EnquiryPerson, given: Given) -> None:
        """Seal one answer in the room of the case; here nothing is left of it."""
        question = question_of(questions_of(self.enquiry), given.question)
        self._seal(given.question, [person], for_room(question, given), given.grading, given.classification)

    def _seal(
        self,
        about: str,
        people: Sequence[EnquiryPerson],
        words: str,
        grading: Grading = UNGRADED,
        classification: str = "",
    ) -> None:
        seal(
            hub_id=self.enquiry.hub_id,
            case=self.enquiry.contact_id_opaque,
            agency=self.enquiry.agency_id,
            author=self.by.pk,
            about=f"enquiry:{self.enquiry.pk}/{about}",
            people=[one.contact_person_id_opaque for one in people],
            words=words,
            grading=grading,
            classification=classification,
            supplements=self.supplements,
            at=self.at,
        )

    def _shared(self, person: EnquiryPerson, given: Given) -> None:
        summary = given.sharing == Sharing.SUMMARY
        answer = Answer(
            id=uuid.UUID(given.key),
            hub_id=self.enquiry.hub_id,
            enquiry=self.enquiry,
            check_asked_id=self.enquiry.check_asked_id,
            person=person,
            question=given.question,
            sharing=given.sharing,
            value=None if summary else given.value,
            text=given.summary.strip() if summary else given.words.strip(),
            source="" if summary else given.source.strip(),
            on=given.day,
            on_precision=given.precision,
            grading=str(given.grading),
            conditions=given.conditions.strip(),
            copied_from=self._origin(given),
            supplements_id=self.supplements,
            taken_by_telephone_from=self.said_by.strip(),
            by=self.by,
            at=self.at,
        )
        Answer.objects.bulk_create([answer])
        if summary:
            self._in_full(answer, given)

    def _in_full(self, answer: Answer, given: Given) -> None:
        question = question_of(questions_of(self.enquiry), given.question)
        full = FullAnswer(
            hub_id=self.enquiry.hub_id,
            answer=answer,
            agency_id=self.enquiry.agency_id,
            text=in_full(question, given),
        )
        FullAnswer.objects.bulk_create([full])

    def _origin(self, given: Given) -> Answer | None:
        if not given.copied_from:
            return None
        return Answer.objects.filter(pk=given.copied_from, enquiry=self.enquiry).first()

    def _people(self) -> dict[str, EnquiryPerson]:
        return {str(person.pk): person for person in people_asked_about(self.enquiry)}
