"""The pages on which somebody signs in through their agency: there, and back with its word."""

from typing import cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.mfa.webauthn import views as passkeys
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mash.common.limits import is_within
from mash.partnership import oidc, providers, saml, through, vouched
from mash.partnership.actions import vouching
from mash.partnership.http import PersonRequest
from mash.partnership.models import Account
from mash.partnership.providers import Provider, SamlProvider
from mash.partnership.views import safe_next
from mash.partnership.vouched import CLOCKS_APART, Refused, Vouched

FROM_ONE_PLACE, A_MINUTE = 60, 60
TOO_OFTEN, NOT_PROVED = "too_often", "not_proved_again"
ASK_THEM = "If it goes on, tell your agency’s own IT support."
IN_WORDS = {  # why: title, what it means, and what can be done
    vouched.CANCELLED_THERE: (
        "You did not sign in",
        "You came back from {agency} without having signed in there.",
        "Nothing was opened. You can begin again.",
    ),
    vouched.UNREACHABLE: (
        "{agency}’s sign-in does not answer",
        "We asked it, and it did not answer, or not as it should.",
        "Try again in a few minutes. " + ASK_THEM,
    ),
    vouched.NOT_BEGUN_HERE: (
        "Begin signing in again",
        "This answer was used already, is more than ten minutes old, or was asked for in another browser.",
        "Nothing was opened. Begin again on this page.",
    ),
    vouched.NOT_TRUSTED: (
        "We could not trust what {agency}’s sign-in answered",
        "Its answer was not meant for us, was too old, or was not signed by {agency}.",
        "Nothing was opened. You can begin again. " + ASK_THEM,
    ),
    vouched.NOT_VERIFIED: (
        "{agency} does not vouch for your e-mail address",
        "It did not say that your address is yours, and we know you by your address.",
        "Nothing was opened. Your agency’s own IT support can put it right.",
    ),
    vouching.NO_ACCOUNT: (
        "You have no account here with {agency}",
        "{agency} says who you are, and no hub has given you a post for {agency} under your address there.",
        "Ask the manager of your hub. Tell them the address that you sign in with at {agency}.",
    ),
    vouching.OTHER_ADDRESS: (
        "{agency} knows you by another address than your hub",
        "Your address there is no longer the one of your account here, so we cannot be sure that it is you.",
        "Nothing was opened. Ask whoever sets up your hub.",
    ),
    vouching.OTHER_PERSON: (
        "This account belongs to somebody else at {agency}",
        "It was opened before by another person there with the same address, so it does not open for you.",
        "Nothing was opened. Ask whoever sets up your hub: if it is yours, they can have it settled anew.",
    ),
    NOT_PROVED: (
        "That did not prove that it is still you",
        "{agency} did not ask you to sign in again just now, or somebody else did.",
        "You can try again, or go back to your work.",
    ),
    TOO_OFTEN: (
        "That was tried too often",
        "Too many people began to sign in from where you are at the same time.",
        "Wait a minute, then try again.",
    ),
}
IN_WORDS[vouching.OUTSIDE] = IN_WORDS[vouching.NO_ACCOUNT]


def leads_away(answer: HttpResponse) -> HttpResponse:
    """Let the forms of a page lead to the providers' own places, and to no other."""
    places = sorted({place for one in providers.every() for place in one.places})
    if places:
        answer._csp_update = {"form-action": places}  # type: ignore[attr-defined]
    return answer


class SignIn(LoginView):  # type: ignore[misc]
    """Signing in: through one's agency, or with what an account keeps here."""

    def get_context_data(self, **words: object) -> dict[str, object]:
        return {**super().get_context_data(**words), "providers": providers.every()}

    def dispatch(self, request: HttpRequest, *args: object, **words: object) -> HttpResponse:
        return leads_away(super().dispatch(request, *args, **words))


sign_in = login_not_required(SignIn.as_view())
sign_in.acts_as_the_front_door = True  # it asks for which agencies an account works


@login_not_required
def by_passkey(request: PersonRequest) -> HttpResponse:
    """Sign in with a passkey alone."""
    return leads_away(cast(HttpResponse, passkeys.login_webauthn(request)))


by_passkey.acts_as_the_front_door = True  # type: ignore[attr-defined]


@login_not_required
@require_POST
def there(request: PersonRequest) -> HttpResponse:
    """Lead somebody to their agency's own sign-in, with a note of it in this browser's session.

    Source: docs/rules.md, "Sign-in".
    """
    said = request.POST.get("provider", "")
    if not said:
        messages.error(request, "Choose your agency.")
        return redirect("account_login")
    provider = providers.named(said)
    if provider is None:
        raise Http404
    if not _within(request):
        return _refuse(request, provider, TOO_OFTEN)
    again, wanted = request.user.is_authenticated and "again" in request.POST, safe_next(request)
    if isinstance(provider, SamlProvider):
        return saml.lead_there(request, provider, next_page=wanted, again=again, at=request.at)
    try:
        return oidc.lead_there(request, provider, next_page=wanted, again=again)
    except Refused as why:
        return _refuse(request, provider, why.why)


there.goes_through_the_front_door = True  # type: ignore[attr-defined]


@login_not_required
@require_safe
def back(request: PersonRequest, provider_id: str) -> HttpResponse:
    """Take what the agency's sign-in answers, and open the account that a hub made for whom it vouches for.

    What is refused answers 200, since an answer that was looked at once must stay used.

    Source: docs/rules.md, "Sign-in".
    """
    provider = providers.named(provider_id)
    if provider is None:
        raise Http404
    if not _within(request):
        return _refuse(request, provider, TOO_OFTEN)
    try:
        if isinstance(provider, SamlProvider):
            state, whom = saml.answer_of(request, provider)
        else:
            state = oidc.state_of(request, provider)
            whom = oidc.answer_of(request, provider, state)
        account = vouching.recognise(provider=provider, key=whom.key, email=whom.email, at=request.at)
    except Refused as why:
        return _refuse(request, provider, why.why, because=why.because, is_noted=why.is_noted)
    except vouching.NotTheirs as why:
        return _refuse(request, provider, why.why, why.account)
    if state["data"]["again"]:
        return _proved(request, provider, account, whom, state)
    return _opened(request, provider, account, whom, state)


back.goes_through_the_front_door = True  # type: ignore[attr-defined]


@csrf_exempt
@login_not_required
@require_POST
def answer(request: PersonRequest, provider_id: str) -> HttpResponse:
    """Take the form that a SAML provider's own page sends, and lead on to the page that opens the account.

    It comes from another site, so the session does not come with it: nothing is opened here, and no page is shown.

    Source: docs/rules.md, "Sign-in".
    """
    provider = _of_saml(provider_id)
    try:
        kept = saml.take(request, provider, at=request.at) if _within(request) else None
        why = Refused(TOO_OFTEN)
    except Refused as said:
        kept, why = None, said
    if kept is None:
        vouching.note(
            "account.agency_refused", provider, None, at=request.at, why=why.why, because=why.because
        )
        kept = saml.note_refusal(why.why)
    where = reverse("account_agency_back", args=[provider.id])
    return redirect(f"{where}?{urlencode({'answer': kept})}")


answer.goes_through_the_front_door = True  # type: ignore[attr-defined]


@login_not_required
@require_safe
def metadata(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show a SAML provider's people what they set us up from; it holds nothing secret."""
    said = saml.description(request, _of_saml(provider_id))
    return HttpResponse(said, content_type="application/samlmetadata+xml")


metadata.acts_as_the_front_door = True  # type: ignore[attr-defined]


def _of_saml(provider_id: str) -> SamlProvider:
    provider = providers.named(provider_id)
    if not isinstance(provider, SamlProvider):
        raise Http404
    return provider


@require_safe
def again(request: PersonRequest) -> HttpResponse:
    """Say that the agency asks once more who somebody is, before what is not done on one sign-in alone."""
    known = through.of(request, cast(Account, request.user))
    provider = providers.named(known.provider) if known else None
    if provider is None:
        raise Http404
    shown = {"provider": provider, "next": safe_next(request)}
    return leads_away(render(request, "account/agency_again.html", shown))


def _opened(
    request: PersonRequest, provider: Provider, account: Account, whom: Vouched, state: dict[str, str]
) -> HttpResponse:
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    request.through = through.Through(  # type: ignore[attr-defined]
        str(account.pk), provider.id, whom.second_factor, whom.sign_out
    )
    record_authentication(request, account, method="agency")
    vouching.note("account.vouched_for", provider, account, at=request.at)
    found = perform_login(request, Login(user=account, redirect_url=state.get("next"), email=account.email))
    return cast(HttpResponse, found)


def _proved(
    request: PersonRequest, provider: Provider, account: Account, whom: Vouched, state: dict[str, str]
) -> HttpResponse:
    began = float(state["data"]["began_at"])  # type: ignore[index]
    if account != request.user or (whom.signed_in_at or 0) < began - CLOCKS_APART:
        return _refuse(request, provider, NOT_PROVED, account)
    request.session.pop(STATE_SESSION_KEY, None)
    record_authentication(request, account, method="agency", reauthenticated=True)
    request.session.cycle_key()  # as `again.under_a_new_key`: this page opens a session as well
    vouching.note("account.vouched_for_again", provider, account, at=request.at)
    return redirect(state.get("next") or "/")


def _refuse(
    request: PersonRequest,
    provider: Provider,
    why: str,
    account: Account | None = None,
    *,
    because: str = "",
    is_noted: bool = False,
) -> HttpResponse:
    if not is_noted:
        vouching.note("account.agency_refused", provider, account, at=request.at, why=why, because=because)
    words = [one.format(agency=provider.agency) for one in IN_WORDS[why]]
    shown = {"words": words, "provider": provider}
    return leads_away(render(request, "account/agency_refused.html", shown))


def _within(request: PersonRequest) -> bool:
    whence = get_adapter().get_client_ip(request)
    return is_within("sign-in through an agency", whence, most=FROM_ONE_PLACE, seconds=A_MINUTE)
