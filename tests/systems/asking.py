"""A system that asks: whatever is answered is checked against the published description."""

import json
import re

from django.test import Client

from mash.systems.api.document import as_openapi
from tests.factories.systems import words_of

AT = "https://hub.example/openapi.json"


def described(method, path):
    """Return what is described of a method at a path, and of which path it is."""
    for template, methods in as_openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method in methods:
            return methods[method]
    raise AssertionError(f"{method} {path} is not described")


def conforms(answer, method, path):
    """Fail unless an answer is described: its status, its kind of content, and its shape."""
    from jsonschema import FormatChecker
    from jsonschema.validators import Draft202012Validator

    said = described(method, path)["responses"]
    assert str(answer.status_code) in said, f"{method} {path}: {answer.status_code} is not described"
    ((media_type, content),) = said[str(answer.status_code)]["content"].items()
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    schema = {"components": as_openapi()["components"], **content["schema"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())


class Asking:
    """A system with a key."""

    def __init__(self, key=None, words=""):
        self.words = words or (words_of(key) if key else "")
        self.client = Client()

    def ask(self, method, path, **more):
        shown = {"HTTP_AUTHORIZATION": f"Bearer {self.words}"} if self.words else {}
        answer = getattr(self.client, method)(path, **more, **shown)
        conforms(answer, method, path)
        return answer

    def get(self, path, **query):
        return self.ask("get", path, data=query)

    def send(self, message, content_type="application/json"):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.ask("post", "/api/v1/referrals", data=body, content_type=content_type)

    def send_many(self, messages, content_type="application/x-ndjson"):
        body = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in messages)
        return self.ask("post", "/api/v1/referrals/batch", data=body, content_type=content_type)
