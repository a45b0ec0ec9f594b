"""A hub's logo: kept when it is sent, shown once somebody has looked at it."""

import hashlib
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.partnership.models import Hub, Staff
from mash.setup import policy
from mash.setup.actions.log import note
from mash.setup.logo import read_logo
from mash.setup.models import Logo, Part


@transaction.atomic
def keep_logo(*, hub: Hub, body: bytes, by: Staff, at: datetime) -> Logo:
    """Keep a picture for looking at; the header shows it only once it is put in force.  Safe to repeat.

    Raises NotALogo with the reason.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_set_up_hub(by, hub))
    read = read_logo(body)
    digest = hashlib.sha256(read.body).hexdigest()
    known = Logo.objects.filter(hub=hub, digest=digest).first()
    if known:
        return known
    row = Logo(hub=hub, digest=digest, media_type=read.media_type, body=read.body, by=by, at=at)
    row.save(force_insert=True)
    return row


@transaction.atomic
def show_logo(*, logo: Logo, alt: str, by: Staff, at: datetime) -> None:
    """Show a logo in the hub's header.  Safe to repeat.

    alt: what it shows, for those who do not see it; "" where it only repeats the name.
    """
    require(policy.may_set_up_hub(by, logo.hub))
    _set(logo.hub, logo.digest, alt, by=by, at=at)


@transaction.atomic
def take_logo_away(*, hub: Hub, by: Staff, at: datetime) -> None:
    """Show no logo any more.  Safe to repeat."""
    require(policy.may_set_up_hub(by, hub))
    _set(hub, "", "", by=by, at=at)


def _set(hub: Hub, digest: str, alt: str, *, by: Staff, at: datetime) -> None:
    hub = Hub.objects.select_for_update().get(pk=hub.pk)
    before, after = _said(hub.logo, hub.logo_alt), _said(digest, alt)
    if (hub.logo, hub.logo_alt) == (digest, alt):
        return
    hub.logo, hub.logo_alt = digest, alt
    hub.save(update_fields=["logo", "logo_alt"])
    note(Part.LOGO, "The logo", hub=hub, by=by, at=at, differences=[("Logo", before, after)])


def _said(digest: str, alt: str) -> str:
    if not digest:
        return "none"
    return f"picture {digest[:8]}, described as: {alt}" if alt else f"picture {digest[:8]}, not described"
