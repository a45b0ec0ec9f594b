"""When a form is read: what its pages say before and after it is sent.  Pure: the caller passes every moment in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mash.common.clock import LONDON, WorkingWeek, in_utc
from mash.common.templates import clock_time
from mash.referral.content import EMERGENCY, GAP, SENTENCE, form_content


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether the hub is staffed now, and when what is sent now is read.

    gaps: what fills the words of the content.

    Source: docs/rules.md, "After hours".
    """

    is_open: bool
    gaps: Mapping[str, str]

    @property
    def on_the_start_page(self) -> str:
        return self._say("start_page")

    @property
    def before_sending(self) -> str:
        return self._say("before_sending")

    def after_sending(self, reference: str) -> str:
        return self._say("after_sending", reference=reference)

    @property
    def for_professionals(self) -> str:
        """What professionals are told besides, outside hours; "" while the hub is open."""
        return "" if self.is_open else fill(form_content().after_hours.professionals_also, self.gaps)

    def words(self, name: str, **more: str) -> str:
        """What the pages say whenever they are opened, by its id in content."""
        return fill(getattr(form_content().texts, name), {**self.gaps, **more})

    def _say(self, where: str, **more: str) -> str:
        content = form_content()
        words: str = getattr(content.while_open if self.is_open else content.after_hours, where)
        return fill(words, {**self.gaps, **more})


def reading(week: WorkingWeek, now: datetime, *, hub_phone: str, out_of_hours_phone: str) -> Reading:
    """Return when a form sent now is read: a real day and time, closures and bank holidays left out."""
    opens = week.next_opening(now)
    is_open = opens == in_utc(now)
    closes = next(end for start, end in week.spans(now) if start <= opens < end)
    gaps = {
        "hub_phone": hub_phone,
        "out_of_hours_phone": out_of_hours_phone,
        "next_read_day": day_of(opens, now),
        "next_read_time": clock_time(opens),
        "closes_time": clock_time(closes),
    }
    return Reading(is_open, gaps)


def day_of(moment: datetime, now: datetime) -> str:
    """Say a day by its name and date, and whether it is today: "Monday 30 November"."""
    local, today = moment.astimezone(LONDON), now.astimezone(LONDON)
    said = f"{local:%A} {local.day} {local:%B}"
    return f"{said} (today)" if local.date() == today.date() else said


def decided_by(week: WorkingWeek, received_at: datetime) -> datetime:
    """Return when a child's referral has its first decision at the latest: one working day.

    Source: docs/rules.md, "Statutory clocks".
    """
    return week.deadline_in_days(received_at, 1)


def fill(words: str, gaps: Mapping[str, str]) -> str:
    """Return the words with their gaps filled; a sentence with a gap that nothing fills is left out.

    999 is never left out with it, and comes first then.
    """
    sentences = SENTENCE.split(words)
    kept = [one for one in sentences if all(gaps.get(gap) for gap in GAP.findall(one))]
    said = " ".join(GAP.sub(lambda gap: gaps[gap.group(1)], one) for one in kept)
    lost_999 = EMERGENCY in words and EMERGENCY not in said
    return f"{form_content().in_danger} {said}".strip() if lost_999 else said
