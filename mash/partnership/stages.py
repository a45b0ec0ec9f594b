"""What stands between a first proof of who somebody is and their account being open."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from mash.partnership import through


class OurSecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor, unless the agency's provider says that it did."""

    def _should_handle(self, request: HttpRequest) -> bool:
        known = through.of(request, self.login.user) if self.login.user else None
        return bool(not (known and known.second_factor) and super()._should_handle(request))
