"""The pages of the form in order, what was typed on each, and how far each is.  Pure: answers go in, forms come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import Form
from django.http import QueryDict

from mash.referral.forms import professional, public

MOST_MEMBERS = 20
NOT_ANSWERS = {"csrfmiddlewaretoken", "key", "step", "autosave_changed", "autosave_field"}
FILES, CHECK = "files", "check"
Said = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form.  hint: what the task list says of it."""

    name: str
    title: str
    form: type[professional.Page]
    hint: str = ""


PROFESSIONAL = (
    Page("you", "About you", professional.You),
    Page("person", "Child or adult", professional.Person),
    Page(
        "family",
        "Family and household",
        professional.Family,
        "Who else is there, and who has parental responsibility",
    ),
    Page("concern", "The concern", professional.Concern, "What happened, seen, told, and what it means"),
    Page("strengths", "What is working well, and their voice", professional.Strengths),
    Page("agreement", "Agreement", professional.Agreement, "What the family knows and said"),
)
PUBLIC = (
    Page("danger", "Is someone in danger right now?", public.Danger),
    Page("who", "Who are you worried about?", public.Who),
    Page("what", "What happened?", public.What),
    Page("know", "How do you know?", public.Know),
    Page("home", "Who else lives there?", public.Home),
    Page("how", "How do they seem?", public.How),
    Page("you", "About you", public.You),
)


@dataclass(frozen=True)
class Told:
    """Everything typed so far.

    answers: page to {"said": {name: [values]}}.  initial: what is known of the writer before they write.
    """

    is_public: bool
    answers: Mapping[str, Mapping[str, Any]]
    initial: Mapping[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> tuple[Page, ...]:
        return PUBLIC if self.is_public else PROFESSIONAL

    def page(self, name: str) -> Page | None:
        """Return the page with this name, if this form has it."""
        return next((one for one in self.pages if one.name == name), None)

    def after(self, page: Page) -> Page | None:
        """Return the page that follows, or None after the last."""
        place = self.pages.index(page) + 1
        return self.pages[place] if place < len(self.pages) else None

    def next_to_do(self, page: Page) -> Page | None:
        """Return the page that is not finished and comes next, from the first again after the last; None if all are."""
        place = self.pages.index(page) + 1
        return next(
            (one for one in (*self.pages[place:], *self.pages[:place]) if not self.is_done(one)), None
        )

    def said(self, name: str) -> Said | None:
        """Return what was typed on a page; None where nothing was saved."""
        kept = self.answers.get(name)
        return kept["said"] if kept else None

    def forms(self, page: Page, said: Said | None = None) -> list[Form]:
        """Return the forms of a page, bound to what was typed now or else before; the first is the page's own."""
        typed = self.said(page.name) if said is None else said
        data = None if typed is None else as_posted(typed)
        own = page.form(data, people=self.people(), subject=self.subject, initial=self.initial)
        if page.name != "family" or self.is_public:
            return [own]
        count = members_in(typed or {})
        return [own, *(professional.Member(data, prefix=f"m{n}") for n in range(1, count + 1))]

    def is_done(self, page: Page) -> bool:
        """Tell whether what was typed on a page can be sent as it stands."""
        return self.said(page.name) is not None and not self.problems(page)

    def problems(self, page: Page) -> list[Form]:
        """Return the forms of a page that cannot be sent as they stand."""
        return [one for one in self.forms(page) if not one.is_valid()]

    def state(self, page: Page) -> str:
        """Return done, begun or to_do."""
        if self.is_done(page):
            return "done"
        return "begun" if self.said(page.name) else "to_do"

    def cleaned(self) -> dict[str, Any]:
        """Return what every page says, by name of field; the members of the family are a list, under "members".

        Only for a form whose pages are all done.
        """
        found: dict[str, Any] = {"members": []}
        for page in self.pages:
            own, *members = self.forms(page)
            for form in (own, *members):
                form.is_valid()
            found |= own.cleaned_data
            found["members"] += [one.cleaned_data for one in members]
        return found

    @property
    def missing(self) -> list[Page]:
        """Return the pages that stand between this form and its sending."""
        return [page for page in self.pages if not self.is_done(page)]

    @property
    def subject(self) -> str:
        """Return child, adult or both, as far as said."""
        typed = self.said("who" if self.is_public else "person") or {}
        return first(typed, "subject")

    def people(self) -> list[tuple[str, str]]:
        """Return (ref, words) of everybody named so far: p1 the child or adult, p2 and on the others."""
        about, family = self.said("person") or {}, self.said("family") or {}
        others = range(1, members_in(family) + 1)
        return [
            ("p1", _called(about, "", "The child or adult")),
            *((f"p{n + 1}", _called(family, f"m{n}-", f"Person {n}")) for n in others),
        ]

    def filled(self) -> set[str]:
        """Return the names of the fields in which something stands, for the hints."""
        found: set[str] = set()
        for page in self.pages:
            for name, values in (self.said(page.name) or {}).items():
                if not any(value.strip() for value in values) or name == "people":
                    continue
                prefix, dash, rest = name.partition("-")
                found.add(rest if dash and _is_member(prefix) and rest in OF_MEMBERS else _without_box(name))
        if members_in(self.said("family") or {}):
            found.add("people")
        return found


OF_MEMBERS = {"relation", "parental_responsibility"}


def as_said(posted: QueryDict) -> Said:
    """Return what was posted, without what is no answer."""
    return {name: [str(one) for one in values] for name, values in posted.lists() if name not in NOT_ANSWERS}


def as_posted(said: Mapping[str, Iterable[str]]) -> QueryDict:
    """Return what was typed as a form takes it."""
    data = QueryDict(mutable=True)
    for name, values in said.items():
        data.setlist(name, list(values))
    return data


def first(said: Mapping[str, list[str]], name: str) -> str:
    """Return one value, or ""."""
    values = said.get(name) or [""]
    return values[0]


def members_in(said: Mapping[str, list[str]]) -> int:
    """Return how many others the family page holds."""
    count = first(said, "people")
    return min(MOST_MEMBERS, int(count)) if count.isascii() and count.isdecimal() else 0


def with_rows(step: str, said: Said) -> Said:
    """Return what was typed after somebody was added ("add") or taken away ("drop-2"); else as it was."""
    count = members_in(said)
    if step == "add":
        return {**said, "people": [str(min(MOST_MEMBERS, count + 1))]}
    gone = step.removeprefix("drop-")
    if not (gone != step and gone.isdecimal() and 1 <= int(gone) <= count):
        return said
    kept: Said = {"people": [str(count - 1)]}
    for name, values in said.items():
        prefix, dash, rest = name.partition("-")
        if not (dash and _is_member(prefix)):
            kept.setdefault(name, values)
        elif int(prefix[1:]) != int(gone):
            place = int(prefix[1:]) - (int(prefix[1:]) > int(gone))
            kept[f"m{place}-{rest}"] = values
    return kept


def covered_after(step: str, said: Said) -> Said:
    """Return the agreement page after somebody was taken away: whom it covers stays the same people."""
    gone = step.removeprefix("drop-")
    if gone == step or not gone.isdecimal() or "covers" not in said:
        return said
    left = int(gone) + 1  # p1 is the child or adult, p2 the first of the others
    places = [int(one[1:]) for one in said["covers"] if one[1:].isdecimal()]
    return {**said, "covers": [f"p{place - (place > left)}" for place in places if place != left]}


def _is_member(prefix: str) -> bool:
    return prefix[:1] == "m" and prefix[1:].isascii() and prefix[1:].isdecimal()


def _without_box(name: str) -> str:
    for box in ("-day", "-month", "-year"):
        name = name.removesuffix(box)
    return name


def _called(said: Mapping[str, list[str]], prefix: str, otherwise: str) -> str:
    parts = [first(said, f"{prefix}{name}").strip() for name in ("given", "family")]
    return " ".join(part for part in parts if part) or otherwise
