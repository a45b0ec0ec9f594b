"""The description of the API as OpenAPI 3.1, made of what is served; and the page that shows it to people."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from mash.systems.api.operations import Operation
from mash.systems.api.problems import MEDIA_TYPE, TITLES
from mash.systems.api.shapes import CallShape, ProblemShape
from mash.systems.models import NEEDS, News

VERSION = "1"
SCHEMAS = "#/components/schemas/{model}"
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
ALWAYS = (401, 403, 429)
ABOUT = (
    "For the systems of agencies that work with a hub.  Each request shows a key: `Authorization: Bearer`, and the "
    "key.  A key acts in the name of the post that gave it, and sees what that post may see.  What is wrong with a "
    "request is said as problem details (RFC 9457), with every place in the message that is wrong."
)
Json = dict[str, Any]


def served() -> Iterator[tuple[str, Operation]]:
    """Yield every operation with its path, as it is written in the document."""
    from mash.systems.api.urls import urlpatterns

    for one in urlpatterns:
        for operation in getattr(one.callback, "operations", ()):
            yield "/api/" + ARGUMENT.sub(r"{\1}", str(one.pattern)), operation


@cache
def as_openapi() -> Json:
    """Return the description."""
    operations = list(served())
    paths: dict[str, Json] = {}
    for path, operation in operations:
        paths.setdefault(path, {})[operation.method.lower()] = _operation(path, operation)
    shapes: set[type[BaseModel]] = {ProblemShape, CallShape}
    for _, operation in operations:
        shapes.update(_shapes_of(operation))
    ordered = sorted(shapes, key=lambda one: one.__name__)
    _, schemas = models_json_schema([(one, "validation") for one in ordered], ref_template=SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {"title": "OpenMASH partner API", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "webhooks": {kind.value: {"post": _called(kind)} for kind in News},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _shapes_of(operation: Operation) -> Iterator[type[BaseModel]]:
    yield from (shape for shape, _ in operation.answers.values())
    if operation.body and operation.body.shape:
        yield operation.body.shape


def _operation(path: str, operation: Operation) -> Json:
    found: Json = {
        "operationId": operation.name,
        "summary": operation.title,
        "description": f"{operation.words}\n\nScope: `{operation.scope.value}`",
        "tags": [operation.group],
        "responses": {
            **{str(status): _answer(words, shape) for status, (shape, words) in operation.answers.items()},
            **{str(status): _problem(status) for status in sorted({*ALWAYS, *operation.refuses})},
        },
    }
    if operation.unchanged:
        found["responses"]["304"] = {"description": "It is as it was under the mark that If-None-Match names"}
    parameters = [_in_path(name) for name in re.findall(r"\{(\w+)\}", path)]
    parameters += [
        {"name": one.name, "in": "query", "description": one.words, "schema": dict(one.schema)}
        for one in operation.parameters
    ]
    if parameters:
        found["parameters"] = parameters
    if operation.body:
        schema = _ref(operation.body.shape) if operation.body.shape else {"type": "string"}
        content = {operation.body.media_type: {"schema": schema}}
        found["requestBody"] = {
            "required": True,
            "description": operation.body.words,
            "content": content,
        }
    return found


def _called(kind: News) -> Json:
    headers = [
        ("webhook-id", "Of this call: the same when it comes again"),
        ("webhook-timestamp", "When it was made, in seconds since 1970"),
        (
            "webhook-signature",
            "v1, and HMAC-SHA256 over id, timestamp and body; two for a day after a new secret",
        ),
    ]
    return {
        "operationId": kind.value,
        "summary": kind.label,
        "description": f"To systems with the scope `{NEEDS[kind].value}`.  Ask with your key what it is.",
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": words,
                "schema": {"type": "string"},
            }
            for name, words in headers
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(CallShape)}}},
        "responses": {"2XX": {"description": "It is taken.  Anything else is tried again for three days"}},
    }


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _answer(words: str, shape: type[BaseModel]) -> Json:
    return {"description": words, "content": {"application/json": {"schema": _ref(shape)}}}


def _problem(status: int) -> Json:
    return {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": _ref(ProblemShape)}}}


def _ref(shape: type[BaseModel]) -> Mapping[str, str]:
    return {"$ref": SCHEMAS.format(model=shape.__name__)}


@login_not_required
@require_safe
def document(_request: HttpRequest) -> HttpResponse:
    """Serve the description, to anybody: it names no hub and nobody."""
    return JsonResponse(as_openapi(), content_type="application/vnd.oai.openapi+json;version=3.1")


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description to people."""
    described = as_openapi()
    shown = {
        "about": ABOUT,
        "operations": [(path, one, described["paths"][path][one.method.lower()]) for path, one in served()],
        "schemas": sorted(described["components"]["schemas"].items()),
        "in_words": in_words,
        "calls": [(one.value, one.label, NEEDS[one].value) for one in News],
    }
    return render(request, "systems/docs.html", shown)


def in_words(schema: Json) -> str:
    """Say what a field may hold."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(in_words(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {in_words(schema.get('items', {}))}"
    return f"{kind}, {schema['format']}" if "format" in schema else kind
