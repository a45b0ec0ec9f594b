"""A template goes on only from one that holds nothing but what today's migrations make."""

import json

from tests.cluster import nearest

NOW = {"0001.py": "a", "0002.py": "b", "0003.py": "c"}


def known(**made_from):
    return {name: json.dumps(made) for name, made in made_from.items()}


def test_it_goes_on_from_the_one_that_is_nearest():
    assert (
        nearest(known(template_1={"0001.py": "a"}, template_2={"0001.py": "a", "0002.py": "b"}), NOW)
        == "template_2"
    )


def test_it_goes_on_from_none_that_a_changed_or_vanished_migration_made():
    changed = {"0001.py": "a", "0002.py": "before"}
    vanished = {"0001.py": "a", "0002.py": "b", "0003_other.py": "x"}
    assert nearest(known(template_1=changed, template_2=vanished), NOW) is None


def test_it_goes_on_from_none_that_is_half_made_or_says_nothing():
    assert (
        nearest(known(making_template_1={"0001.py": "a"}) | {"template_2": None, "postgres": "default"}, NOW)
        is None
    )
