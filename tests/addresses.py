"""Every address of the product, as its URL configuration has it: a new one joins by itself."""

from django.urls import URLPattern, URLResolver, get_resolver


def patterns(resolver=None, namespace=""):
    """Yield every pattern of the product, as the name to reverse and the arguments it asks for."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inside = ":".join(part for part in (namespace, one.namespace) if part)
            yield from patterns(one, inside)
        else:
            assert isinstance(one, URLPattern)
            assert one.name, f"{one} has no name"
            yield ":".join(part for part in (namespace, one.name) if part), tuple(one.pattern.converters)
