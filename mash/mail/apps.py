from typing import Any

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mash.mail"

    def ready(self) -> None:
        """Offer the e-mail that waits to whoever writes contacts down, and say what the doctor looks at."""
        from mash.common import navigation
        from mash.mail import fitness  # noqa: F401 (its checks are registered)

        navigation.add(navigation.Entry("E-mail", "mail:waiting", 61, _reads_it, often=("screen",)))


def _reads_it(staff: Any) -> bool:
    from mash.mail import policy

    return bool(policy.may_see(staff))
