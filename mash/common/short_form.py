"""A short form on a page of its own, as several apps show it: it does what it asks, and leads on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


@dataclass(frozen=True, slots=True)
class ShortForm:
    """How an app shows its short forms.

    seen: writes the line that a page was shown: who asked, about what, by which title.
    refusals: what an act may raise when something is to be mended.  refuse: says that on the form.
    """

    seen: Callable[[Any, Any, str], None]
    refusals: tuple[type[Exception], ...]
    refuse: Callable[[forms.Form, Any], None]

    def __call__(
        self,
        request: HttpRequest,
        form: forms.Form,
        act: Callable[[], str],
        *,
        about: Any,
        back: tuple[str, str],
        title: str,
        button: str,
        caption: str = "",
        intro: str = "",
        next_: Callable[[], str] | None = None,
    ) -> HttpResponse:
        """Show a form, do what it asks, and lead on.

        act: does it and returns what is said on the page that follows, "" for nothing.
        about: whom or what the line is about.  back: address and name of the page before.
        next_: gives where it leads once it is done, if not back.
        """
        if form.is_valid():
            try:
                done = act()
            except self.refusals as why:
                self.refuse(form, why)
            else:
                if done:
                    messages.success(request, done)
                return redirect(next_() if next_ else back[0])
        self.seen(request, about, title)
        page = {
            "form": form,
            "title": title,
            "button": button,
            "caption": caption,
            "intro": intro,
            "back": {"href": back[0], "text": back[1]},
        }
        return render(request, "short_form.html", page)
