"""By which ways somebody may sign in, and which posts they may take having come that way."""

from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount

from mash.partnership import providers, queries
from mash.partnership.models import Account, Staff
from mash.partnership.providers import Provider
from mash.partnership.through import Through


@dataclass(frozen=True, slots=True)
class Ways:
    """How an account is opened: through which agencies, and whether by what it keeps here, its password or passkey."""

    through: tuple[Provider, ...]
    locally: bool


def ways_in(account: Account, at: datetime) -> Ways:
    """Return by which ways an account may be opened.  For the service `front_door`, since nobody is known yet.

    Source: docs/rules.md, "Sign-in".
    """
    posts = list(queries.held_posts(account, at))
    found = {one.id: one for one in (provider_of(post) for post in posts) if one}
    locally = not posts or any(may_be_taken(post, None) for post in posts)
    return Ways(tuple(found.values()), locally)


def posts_at(provider: Provider, account: Account, at: datetime) -> list[Staff]:
    """Return the posts that an account holds for the agency of a provider."""
    return [post for post in queries.held_posts(account, at) if provider_of(post) == provider]


def provider_of(post: Staff) -> Provider | None:
    """Return the provider of the agency that a post is for."""
    return providers.of_agency(post.agency.name)


def is_opened_by_its_agency_alone(post: Staff) -> bool:
    """Tell whether a post may be taken by nobody who signs in locally."""
    return provider_of(post) is not None and not may_be_taken(post, None)


def may_be_taken(post: Staff, through: Through | None) -> bool:
    """Tell whether a post may be taken in a session begun this way: an agency speaks for its own posts and no others.

    through: None for a local sign-in.

    Source: docs/rules.md, "Sign-in".
    """
    provider = provider_of(post)
    if provider is None:
        return through is None
    if through is None:
        return is_named_for_the_day_it_is_down(provider, post.account)
    return through.provider == provider.id


def is_named_for_the_day_it_is_down(provider: Provider, account: Account) -> bool:
    """Tell whether the settings let this account of the agency sign in locally as well."""
    return account.email.lower() in provider.also_locally


def vouched_before(provider: Provider, key: str) -> Account | None:
    """Return the account that this person of the provider opened first, and may open alone."""
    found = SocialAccount.objects.filter(provider=provider.id, uid=key).select_related("user").first()
    return found.user if found else None


def has_somebody(provider: Provider, account: Account) -> bool:
    """Tell whether an account was opened by a person of the provider."""
    return bool(SocialAccount.objects.filter(provider=provider.id, user=account).exists())
