"""The shape of the code itself: what a reviewer would otherwise have to remember."""

import re
from pathlib import Path

import pytest

from tests.addresses import patterns
from tests.journeys.every_page import NO_PAGE, PAGES

ROOT = Path(__file__).parent.parent
FILES = [file for file in (ROOT / "mash").rglob("*.py") if "migrations" not in file.parts]
APPS = [
    "referral",
    "partnership",
    "drafts",
    "notifications",
    "people",
    "directory",
    "sealed",
    "contact",
    "mail",
    "triage",
    "check",
    "decision",
    "alongside",
    "plans",
    "panel",
    "harm",
    "quality",
    "training",
    "setup",
    "subject_access",
    "systems",
    "returns",
    "insight",
    "desk",
]
WRITES = re.compile(
    r"\.objects\.(create|bulk_create|get_or_create|update_or_create)\(|\.save\(|\.delete\(|\)\.update\("
)
WRITERS = {"actions", "jobs"}  # a job marks an e-mail as sent; all else is an action's
VAGUE = {"utils", "helpers", "services", "managers", "misc", "common_utils"}
PLACES = re.compile(r"\.\./shared|/work/|farm|DEVELOPERS")


def inside(file):
    return file.relative_to(ROOT / "mash").with_suffix("").parts


def test_only_actions_write():
    writers = [file for file in FILES if inside(file)[0] in APPS and WRITES.search(file.read_text())]
    assert not [file for file in writers if not WRITERS & set(inside(file)) and file.name != "models.py"]


def test_doors_ask_queries_and_never_the_database():
    doors = [file for file in FILES if file.name in {"views.py", "api.py"} or "views" in inside(file)]
    assert doors
    assert not [file for file in doors if ".objects" in file.read_text()]


def test_actions_take_the_moment_and_never_read_the_clock():
    pure = [file for file in FILES if {"actions", "queries", "policy", "models"} & set(inside(file))]
    assert pure
    assert not [
        file for file in pure if re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(", file.read_text())
    ]


def test_the_day_of_a_moment_is_london_s():
    taken = re.compile(
        r"\b(?:at|now|\w+_at)\.date\(\)"
    )  # in UTC: the day before, in the first hour of a summer's day
    assert not [file for file in FILES if taken.search(file.read_text())]


def test_the_sealed_tables_are_named_by_the_sealed_app_alone():
    outside = [file for file in FILES if inside(file)[0] != "sealed"]
    assert not [
        file
        for file in outside
        if re.search(
            r"sealed\.(models|releases\b)|sealed_(item|room|member|subject|mark\b|release|wording|rendition|recipient)",
            file.read_text(),
        )
    ]


def test_no_module_hides_what_is_in_it():
    assert not [file for file in FILES if file.stem in VAGUE]


def test_every_source_named_in_the_code_is_a_written_rule():
    rules = set(re.findall(r"^## (.+)$", (ROOT / "docs/rules.md").read_text(), flags=re.MULTILINE))
    assert len(rules) > 20
    for file in FILES:
        for line in re.findall(r"Source: docs/rules\.md, (.+)", file.read_text()):
            named = set(re.findall(r'"([^"]+?)"', line))
            assert named, f"{file} names no heading"
            assert named <= rules, f"{file} names {named - rules}"


@pytest.mark.parametrize("folder", ["mash", "config", "docs", "tests", "bench"])
def test_the_repository_speaks_of_the_product_alone(folder):
    here = Path(__file__)
    found = [
        file
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".md", ".html", ".yaml", ".toml", ".sql", ".js", ".scss"}
        and file != here
        and PLACES.search(file.read_text())
    ]
    assert not found


def test_requirements_are_pinned_with_hashes_and_name_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        words = (ROOT / name).read_text()
        assert "http" not in words
        assert words.count("==") <= words.count("--hash=sha256:")


def test_every_dependency_says_why():
    words = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(r"(?:dependencies|dev) = \[\n(.*?)\n\]", words, flags=re.DOTALL)
    assert len(lists) == 2
    for line in "\n".join(lists).splitlines():
        assert re.search(r'",  # \w+', line), line


def test_every_address_is_a_page_of_the_sweep_or_says_why_it_is_none():
    listed, none = {page.name for page in PAGES}, set(NO_PAGE)
    known = {name for name, _ in patterns()}
    assert known - listed - none == set(), "add it to tests/journeys/every_page.py"
    assert (listed | none) - known == set()
    assert listed & none == set()
