"""The words referrers will read: whole, and nothing in them that a referrer may not have."""

import uuid
from collections.abc import Mapping, Sequence

from mash.contact.models import Contact, ContactPerson
from mash.decision import content, queries, telling
from mash.decision.actions.refusals import NotWhole


def check_told(
    contact: Contact, mains: Sequence[content.Outcome], told: Mapping[uuid.UUID, Mapping[str, str]]
) -> None:
    """Refuse words for referrers that have a gap, or hold what one of them may not have.

    Raises NotWhole, and telling.NotForThisReferrer.

    Source: docs/rules.md, "Feedback to the referrer", "One event, several reports".
    """
    episode = queries.episode_of(contact)
    public = queries.public_names(episode)
    needed = telling.WRITTEN[telling.letter_for(mains)]
    for one in episode:
        if one.is_from_the_public:
            continue
        said = told.get(one.pk, {})
        if not all(said.get(gap, "").strip() for gap in needed):
            raise NotWhole(f"Write what the referrer of {one.reference} is told.")
        _refuse_others(one, episode, said, public)


def _refuse_others(
    contact: Contact, episode: Sequence[Contact], said: Mapping[str, str], public: list[str]
) -> None:
    own = ContactPerson.objects.filter(contact=contact)
    others = ContactPerson.objects.filter(contact__in=[one.pk for one in episode if one.pk != contact.pk])
    telling.refuse_what_is_not_theirs(
        said.values(),
        own=queries.names_in(own),
        elsewhere=queries.names_in(others),
        public=public,
    )
