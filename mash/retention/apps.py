from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "mash.retention"

    def ready(self) -> None:
        """Add the review of records to the navigation and to a person's page, and the register for whoever audits."""
        from django.template import engines

        from mash.common import navigation
        from mash.partnership.models import Staff
        from mash.retention.policy import may_hold, may_read_register, may_review

        def reviews(staff: Staff) -> bool:
            return bool(may_review(staff)) and not staff.works_nights

        def places_holds(staff: Staff) -> bool:
            return bool(may_hold(staff))

        def reads_the_register_alone(staff: Staff) -> bool:
            return bool(may_read_register(staff)) and not may_review(staff)

        jinja2 = engines["jinja2"].env  # type: ignore[attr-defined]
        jinja2.globals.update(reviews_records=reviews, places_holds=places_holds)
        navigation.add(
            navigation.Entry("Retention", "retention:due", 88, reviews, often=("manage",)),
            navigation.Entry(
                "Disposals", "retention:register", 88, reads_the_register_alone, often=("audit",)
            ),
        )
