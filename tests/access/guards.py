"""Guards of the pages, spoilt one at a time in this process: the predicates of each `policy.py` and what asks them.

A fault replaces one function by its own source with one small change in it.
"""

import ast
import importlib
import inspect
import random
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.core.cache import cache

from tests.access.routes import FORM_FIRST, ROUTES
from tests.access.rules import ABSENT, RELATIONS, Who

BY_NAME = {one.name: one for one in RELATIONS}
MODULES = tuple(
    f"mash.{app}.policy"
    for app in ("contact", "triage", "check", "decision", "people", "sealed", "setup", "desk")
)
NEAR = {  # whose pages a guard of an app is asked on
    "contact": ("contact:", "desk:", "triage:", "check:"),
    "partnership": ("rota:", "setup:"),
}


@dataclass(frozen=True)
class Fault:
    """One function of one module, compiled with one change."""

    module: str
    function: str
    what: str
    changed: object

    @property
    def name(self) -> str:
        """Say which."""
        return f"{self.module}.{self.function}: {self.what}"

    @property
    def critical(self) -> bool:
        """Tell whether it guards what is read, what is sealed or what is closed."""
        return self.module == "mash.sealed.policy" or self.function in {
            "may_read", "readable_by", "unless_closed", "closed", "may_see", "seeable_by", "may_read_as_let_in",
            "let_in_to",
        }  # fmt: skip

    @contextmanager
    def planted(self):
        """Have the product use the spoilt function."""
        home = importlib.import_module(self.module)
        space = dict(vars(home))
        exec(compile(self.changed, self.name, "exec"), space)
        spoilt = space[self.function]
        sound = getattr(home, self.function)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                sound, "__code__", spoilt.__code__
            )  # whoever imported it by name has the same object
            yield


def faults(modules=MODULES):
    """Return every fault of every guard of these modules."""
    found = []
    for name in modules:
        module = importlib.import_module(name)
        for function, made in inspect.getmembers(module, inspect.isfunction):
            if made.__module__ == name and hasattr(made, "__code__") and not made.__code__.co_freevars:
                source = textwrap.dedent(inspect.getsource(made))
                if not source.startswith("@"):
                    found += [Fault(name, function, what, tree) for what, tree in _changes(source)]
    return found


def _changes(source):
    """Yield each small change: a condition turned round, or never true, or a refusal that allows."""
    count = sum(isinstance(one, ast.If | ast.IfExp) for one in ast.walk(ast.parse(source)))
    for number in range(count):
        for how in ("turned round", "never"):
            tree = ast.parse(source)
            place = [one for one in ast.walk(tree) if isinstance(one, ast.If | ast.IfExp)][number]
            said = ast.unparse(place.test)[:60]
            place.test = (
                ast.UnaryOp(op=ast.Not(), operand=place.test)
                if how == "turned round"
                else ast.Constant(value=False)
            )
            yield f"`if {said}` {how}", ast.fix_missing_locations(tree)
    joints = sum(isinstance(one, ast.BoolOp) for one in ast.walk(ast.parse(source)))
    for number in range(joints):
        tree = ast.parse(source)
        place = [one for one in ast.walk(tree) if isinstance(one, ast.BoolOp)][number]
        said = ast.unparse(place)[:60]
        place.values = place.values[:1]
        yield f"`{said}` keeps its first part alone", ast.fix_missing_locations(_flat(tree, place))


def _flat(tree, place):
    class Flat(ast.NodeTransformer):
        def visit_BoolOp(self, node):
            self.generic_visit(node)
            return node.values[0] if node is place else node

    return Flat().visit(tree)


def what_is_sent(told, asked):
    """Return, by path, what a form sends there, filled in while everything is sound."""
    from tests.access.test_oracle import filled, sent_by_hand

    return {
        path: sent_by_hand(told, name) or filled(told, path)
        for name, method, path, _ in asked
        if method == "post"
    }


def differs(told, fault, asked, sent, posts, drawn: random.Random):
    """Return the first answer of a page that is not the oracle's, or an empty text."""
    from tests.access.test_oracle import asked_at, outcome

    app = fault.module.split(".")[1]
    near = NEAR.get(app, (f"{app}:",))
    mine = [one for one in asked if one[0].startswith(near)]
    tries = [(one, who) for one in mine for who in posts.items() if not BY_NAME[who[0][1]].restricted]
    drawn.shuffle(tries)
    for (name, method, path, contact), ((duty, relation), post) in tries[:1500]:
        who = Who(duty, BY_NAME[relation], contact is None or contact in told.tonight)
        owed = getattr(ROUTES[name], method).answer(who)
        client = told.browser((duty, relation), post)
        cache.clear()
        at = asked_at(told, path, relation)
        try:
            said = outcome(client.get(at) if method == "get" else client.post(at, sent[path]))
        except Exception as error:  # noqa: BLE001 (a page that breaks was caught)
            return f"breaks: {type(error).__name__}"
        unsure = ROUTES[name].unless and owed != ABSENT
        if (said == ABSENT and ROUTES[name].unless == FORM_FIRST) if unsure else said != owed:
            return f"{method} {name} as {duty or 'nobody in particular'}, {relation}: {said}, owed {owed}"
    return ""
