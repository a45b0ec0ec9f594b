from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "mash.desk"

    def ready(self) -> None:
        """Say what ends work on a contact and which forms are kept; add the bar of a case and the navigation."""
        from django.template import engines

        from mash.common import lists, navigation
        from mash.common.document import in_steps
        from mash.contact.night import opens_at_night
        from mash.decision import line
        from mash.decision.queries import decided_and_not_reopened, told_and_not_reopened
        from mash.desk import case, narrowing, printing, typed
        from mash.desk.exports import under_lock
        from mash.desk.long_papers import under_lock as long_papers
        from mash.desk.night.contacts import open_at_night
        from mash.desk.paper import NOTE
        from mash.desk.policy import may_take_out
        from mash.partnership.models import Duty, Staff
        from mash.triage import order, routes

        def at_the_desk(staff: Staff) -> bool:
            return staff.works_at_the_desk

        def by_day(staff: Staff) -> bool:
            return staff.works_at_the_desk and not staff.works_nights

        def by_night(staff: Staff) -> bool:
            return staff.works_nights

        def runs_the_hub(staff: Staff) -> bool:
            return staff.has(Duty.MANAGE)

        def answers(staff: Staff) -> bool:
            return staff.has(Duty.ANSWER)

        typed.list_forms()
        lists.offer(narrowing.WORKLIST)
        under_lock.register()
        long_papers.register()
        order.counts_as_finished(decided_and_not_reopened)  # each by itself: PostgreSQL joins them away
        order.counts_as_finished(told_and_not_reopened)
        opens_at_night(open_at_night)
        routes.offer(line.outcomes_on_offer)
        jinja2 = engines["jinja2"].env  # type: ignore[attr-defined]
        jinja2.globals.update(
            case_bar=case.case_bar,
            address_of_case=case.address_of_case,
            frame_of=printing.frame_of,
            sheet_of=printing.sheet_of,
            printable=printing.printable,
            paper_note=NOTE,
        )
        jinja2.filters.update(paper=printing.paper, in_steps=in_steps)
        navigation.add(
            navigation.Entry(
                "My work",
                "desk:worklist",
                10,
                by_day,
                often=("screen", "assess", "decide", "approve", "clear", "manage"),
            ),
            navigation.Entry("Tonight", "desk:night", 10, by_night, often=("out_of_hours",)),
            navigation.Entry(
                "My referrals",
                "desk:my_referrals",
                36,
                lambda staff: not staff.works_at_the_desk,
                often=("answer",),
            ),
            navigation.Entry("Passed to you", "desk:passed", 37, lambda staff: not staff.works_at_the_desk),
            navigation.Entry("Hand-over", "desk:hand_overs", 82, at_the_desk, often=("out_of_hours",)),
            navigation.Entry(
                "Lists taken out",
                "desk:exports",
                92,
                lambda staff: bool(may_take_out(staff)),
                often=("manage",),
            ),
            navigation.Entry("Outbox", "desk:outbox", 90, runs_the_hub, often=("manage",)),
            navigation.Entry(
                "Audit", "desk:audit", 89, lambda staff: staff.has(Duty.AUDIT), often=("audit",)
            ),
            navigation.Entry(
                "Openings",
                "desk:openings",
                91,
                lambda staff: staff.has(Duty.MANAGE, Duty.AUDIT),
                often=("audit",),
            ),
        )
        navigation.add_shortcuts(
            navigation.Shortcut("s", "desk:worklist", "id_q", by_day),
            navigation.Shortcut("n", "desk:worklist", "next", by_day),
            navigation.Shortcut("s", "desk:night", "id_q", by_night),
            navigation.Shortcut("n", "desk:night", "next", by_night),
            navigation.Shortcut("d", "check:inbox", "", answers),
        )
