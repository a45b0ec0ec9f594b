"""Made-up readings: a notice that ends at triage, a missing child who was found, repeats that wait for a manager."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from mash.contact.models import Contact
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage, rate, settle_all
from mash.triage import actions as triage
from mash.triage import fixed

NOTICE, MISSING = "NF26-A52", "NF26-A36"
FOUND_BEFORE = timedelta(hours=20)  # of the 72 hours in which the interview is held


def read(stage: Stage, found: Mapping[str, Contact], worked: Iterable[str]) -> None:
    """End one notice, record that a missing child was found, and ask the manager about every repeat that fires."""
    by, at = stage.posts["social.worker"], stage.now
    notice, missing = found[NOTICE], found[MISSING]
    settle_all(stage, notice)
    rate(stage, notice, "green")
    with as_worker(by):
        why = "The school has acted already, and asks for nothing."
        triage.record_notice(contact=notice, why=why, by=by, at=at)
        triage.read_as(contact=missing, categories=["missing"], level=3, by=by, at=at)
        first = next(one for one in fixed.can_be_said(missing) if one.what == fixed.STARTED)
        triage.record_clock_fact(
            contact=missing,
            code=first.code,
            happened_at=at - FOUND_BEFORE,
            words="Found by a neighbour and brought home.",
            by=by,
            at=at,
        )
        for reference in worked:
            triage.ask_about_repeats(contact=found[reference], at=at)
