"""Signing in.  Of allauth's pages only these are served; accounts are made by a hub, never by signing up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from mash.desk.views import sign_out
from mash.partnership.again import under_a_new_key
from mash.partnership.views import agency, passwords


@login_not_required
def not_served(request: HttpRequest) -> HttpResponse:
    """Answer that nothing is here: allauth names this page, and we do without it."""
    raise Http404(request.path)


urlpatterns = [
    path("accounts/login/", agency.sign_in, name="account_login"),
    path("accounts/agency/", agency.there, name="account_agency"),
    path("accounts/agency/again/", agency.again, name="account_agency_again"),
    path("accounts/agency/<slug:provider_id>/back/", agency.back, name="account_agency_back"),
    path("accounts/agency/<slug:provider_id>/answer/", agency.answer, name="account_agency_answer"),
    path("accounts/agency/<slug:provider_id>/metadata/", agency.metadata, name="account_agency_metadata"),
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/password/", passwords.change_password, name="account_change_password"),
    path("accounts/password/set/", passwords.set_password, name="account_set_password"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", under_a_new_key(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", under_a_new_key(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "accounts/2fa/passkeys/",
        RedirectView.as_view(url=reverse_lazy("mfa_index")),
        name="mfa_list_webauthn",
    ),
    path("accounts/2fa/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/2fa/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("accounts/2fa/passkeys/sign-in/", agency.by_passkey, name="mfa_login_webauthn"),
    path(
        "accounts/2fa/passkeys/reauthenticate/",
        under_a_new_key(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    *(
        path(f"accounts/none/{name}/", not_served, name=name)
        for name in (
            "account_signup",
            "account_reset_password",
            "account_email",
            "account_email_verification_sent",
            "account_request_login_code",
            "mfa_download_recovery_codes",
            "mfa_signup_webauthn",
        )
    ),
]
