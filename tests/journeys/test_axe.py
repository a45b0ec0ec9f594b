"""Leaving out what axe has seen before leaves no fault out."""

import pytest

from tests.journeys import axe

PALE = "<style>.pale { color: #ddd; background: #fff }</style>"


@pytest.fixture
def page(chromium, monkeypatch, tmp_path):
    monkeypatch.setenv("MASH_TEST_LOOKED_AT", str(tmp_path))
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def found(page, main, head=""):
    title = "<title>A page</title>"
    page.set_content(
        f'<!doctype html><html lang="en-GB"><head>{title}{head}</head><body><main>{main}</main></body>'
    )
    return [one.partition(":")[0] for one in axe.violations_of_what_is_new(page)]


def test_a_page_built_like_a_sound_one_is_not_looked_at_again(page, monkeypatch):
    assert found(page, "<h1>Nora</h1><ul><li>1</li></ul>") == []
    monkeypatch.setattr(axe, "SCRIPT", "() => { throw new Error('axe was asked again') }")
    assert found(page, "<h1>Eva</h1><ul><li>2</li><li>3</li></ul>") == []


@pytest.mark.parametrize(
    ("main", "fault"),
    [
        ("<h1>Nora</h1><p>Said</p><img src='data:,'>", "image-alt"),
        ("<h1>Nora</h1><p>Said</p><input>", "label"),
        ("<h1>Nora</h1><p>Said</p><input aria-labelledby='nowhere'>", "label"),
        ("<h1>Nora</h1><p></p><button></button>", "button-name"),
        ("<h1>Nora</h1><p class='pale'>Said</p>", "color-contrast"),
        ("<h1>Nora</h1><div class='pale'><p>Said</p></div>", "color-contrast"),
    ],
)
def test_what_is_wrong_beside_what_was_sound_is_found_each_time(page, main, fault):
    assert found(page, "<h1>Nora</h1><p>Said</p><input aria-label='Name'><button>Go</button>", PALE) == []
    assert found(page, main, PALE) == [fault]
    assert found(page, main, PALE) == [fault]


def test_a_frame_that_is_new_is_looked_at_although_what_stands_in_it_is_not(page):
    assert found(page, "<h1>Nora</h1>") == []
    page.evaluate("() => { document.body.prepend(document.createElement('button')) }")
    assert any(one.startswith("button-name") for one in axe.violations_of_what_is_new(page))
