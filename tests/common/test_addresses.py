"""The addresses of pages, written by a pattern where Django would write each anew."""

import uuid

from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import UUIDConverter

from mash.common import navigation, templates


def routes(resolver, before=""):
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{before}{one.name}", list(one.pattern.converters.values())
        else:
            inside = f"{before}{one.namespace}:" if one.namespace else before
            yield from routes(one, inside)


def about_one_thing():
    found = {name: kinds for name, kinds in routes(get_resolver("config.urls")) if name}
    return sorted(
        name for name, kinds in found.items() if len(kinds) == 1 and isinstance(kinds[0], UUIDConverter)
    )


def test_a_page_about_one_thing_has_the_address_that_django_writes():
    for name in about_one_thing():
        for key in (uuid.uuid4(), uuid.UUID(int=0)):
            assert (
                templates.url(name, key) == navigation.address_of_one(name, key) == reverse(name, args=[key])
            )


def test_there_are_such_pages_and_others_have_no_address_of_this_kind():
    assert {"desk:case", "triage:page"} <= set(about_one_thing())
    assert not navigation.address_of_one("desk:worklist", uuid.uuid4())
    assert not navigation.address_of_one("nothing:here", uuid.uuid4())
