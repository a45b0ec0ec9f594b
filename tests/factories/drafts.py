"""Forms that are kept, for tests: what a page carries, and sending it as the script or a person does."""

import html
import re

from django.conf import settings
from django.urls import reverse

SAVE = reverse("drafts:save")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def forms_on(answer):
    """Return the kept forms of a page, each as the unseen inputs it carries, by the name of its page in the token."""
    body = answer.content.decode()
    parts = re.findall(r"<form [^>]*data-autosave=.*?</form>", body, flags=re.DOTALL)
    return [{name: html.unescape(value) for name, value in HIDDEN.findall(part)} for part in parts]


def kept_form(client, path, number=0):
    """Open a page and return what one of its kept forms carries."""
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return forms_on(answer)[number]


def types(client, form, field="", **typed):
    """Send what was typed, as the script does."""
    words = form | typed | {"autosave_changed": list(typed), "autosave_field": field or list(typed)[-1]}
    return client.post(SAVE, words, headers={"X-Autosave": "1"})


def end_session(client):
    """Take the session away, as if it had been deleted; the browser keeps the form's own cookie."""
    del client.cookies[settings.SESSION_COOKIE_NAME]
