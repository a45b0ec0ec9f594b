"""The words on posts that are looked through: each post is a question of its own, and nothing is preselected."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from mash.partnership.queries.looking_through import ToLook

NEEDED, NOT_NEEDED = "needed", "not_needed"
CHOICES = [(NEEDED, "Still needed, with these duties"), (NOT_NEEDED, "No longer needed: stop it now")]


class LookThrough(forms.Form):
    """One question for each post; those left unanswered are asked again."""

    def __init__(self, *args: Any, posts: Sequence[ToLook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = posts
        for one in posts:
            self.fields[f"word-{one.post.pk}"] = forms.ChoiceField(
                label=f"{one.post.account.name}, {one.post.title}",
                choices=CHOICES,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"why-{one.post.pk}"] = forms.CharField(
                label="Why is it no longer needed?", max_length=240, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Refuse to stop a post without a reason, and an answer about nobody."""
        said = super().clean() or {}
        for one in self.posts:
            if said.get(f"word-{one.post.pk}") == NOT_NEEDED and not said.get(f"why-{one.post.pk}"):
                self.add_error(
                    f"why-{one.post.pk}", f"Enter why the post of {one.post.account.name} is no longer needed"
                )
        if self.posts and not self.errors and not any(said.get(f"word-{one.post.pk}") for one in self.posts):
            first = self.posts[0].post
            self.add_error(f"word-{first.pk}", "Say of at least one post whether it is still needed")
        return said

    def words(self) -> Iterator[tuple[ToLook, str, str]]:
        """Yield each post that something was said of, what, and why."""
        for one in self.posts:
            word = self.cleaned_data[f"word-{one.post.pk}"]
            if word:
                yield one, word, self.cleaned_data[f"why-{one.post.pk}"]
