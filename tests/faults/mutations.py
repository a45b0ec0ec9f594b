"""Faults to plant in walls, in the functions behind them, in triggers, in rights and in guards of the pages.

Each is one small change that somebody could make by mistake.  `MASH_FAULTS=300 python -m tests.faults.mutations` plants
that many, one at a time, and prints which were caught; the order and the choice repeat by MASH_SEED.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType

import pytest

CRITICAL = re.compile(
    r"sealed|my_bars|my_barred|my_clearances|my_hubs|FORCE|DISABLE|work_out_(post|hubs|bars|clearances|barred|grants)|access"
)
EVERY_DUTY = ("screen", "answer", "audit", "administer", "grade")
AT_A_DESK = {"screen", "assess", "decide", "approve", "clear", "out_of_hours", "manage"}


@dataclass(frozen=True)
class Fault:
    """One thing to spoil.

    table: whose rows are asked afterwards; empty for all.  spoil, mend: statements of the administrator.
    same: why it changes nothing, where what stands beside it proves that.
    """

    name: str
    table: str
    spoil: str
    mend: str
    same: str = ""

    @property
    def critical(self) -> bool:
        """Tell whether it opens a hub, a conflict, a clearance or the sealed room."""
        return bool(CRITICAL.search(self.name))


POLICIES = """
    SELECT polrelid::regclass::text, polname, polpermissive, polcmd::text,
           (SELECT string_agg(quote_ident(rolname), ', ') FROM pg_roles WHERE oid = ANY (polroles)),
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    FROM pg_policy ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'identity' AND p.prosecdef ORDER BY 1
"""
DEMANDS = re.compile(r"SELECTidentity\.my_dutiesASmy_duties&&ARRAY\[((?:'\w+'::text,?)+)\]")
A_POST = re.compile(r"\w+=SELECTidentity\.my_postASmy_post")
NO_POST = re.compile(
    r"SELECTidentity\.(my_postASmy_postISNULL|my_serviceASmy_service(ISNOTNULL|='\w+'::text))"
)
A_PARENT = re.compile(r"\(?EXISTS \( SELECT\s+FROM (\w+) parent\s+WHERE \(")
NOTHING_SHOWN = MappingProxyType({})
COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
DOORS = "mash_app, mash_reader, mash_worker"


def _create(table, name, permissive, command, roles, using, check):
    kind = "PERMISSIVE" if permissive else "RESTRICTIVE"
    words = f"CREATE POLICY {name} ON {table} AS {kind} FOR {COMMANDS[command]} TO {roles}"
    words += f" USING ({using})" if using else ""
    return words + (f" WITH CHECK ({check})" if check else "")


def top_level(expression, joint):
    """Return the parts of an expression that stand side by side, joined by AND or OR."""
    inside = expression.strip()
    while inside.startswith("(") and _closes(inside) == len(inside) - 1:
        inside = inside[1:-1].strip()
    parts, depth, last, at = [], 0, 0, 0
    while at < len(inside):
        depth += {"(": 1, ")": -1}.get(inside[at], 0)
        if depth == 0 and inside[at : at + len(joint) + 2] == f" {joint} ":
            parts.append(inside[last:at])
            last = at = at + len(joint) + 2
            continue
        at += 1
    return [*parts, inside[last:]]


def _closes(text):
    depth = 0
    for at, one in enumerate(text):
        depth += {"(": 1, ")": -1}.get(one, 0)
        if depth == 0:
            return at
    return -1


def of_expression(said, shown):
    """Yield what could be wrong with a condition: a name for it, the condition with it, and what proves it no fault.

    shown: of each table, every condition by which a row of it is read.  The proof is asked with every other condition
    of which one must hold as well, and returns a reason or an empty text.
    """
    if not said:
        return
    yield "holds for everybody", "true", lambda _: ""
    for joint in ("AND",):
        parts = top_level(said, joint)
        for number, part in enumerate(parts):
            if len(parts) > 1:
                rest = [one for at, one in enumerate(parts) if at != number]
                yield (
                    f"without {_short(part)}",
                    f" {joint} ".join(rest),
                    lambda walls, part=part, rest=rest: demanded_beside(part, rest, walls, shown),
                )
    if "my_desks" in said:
        yield "my_desks becomes my_hubs", said.replace("my_desks", "my_hubs", 1), lambda _: desk_beside(said)
    if "<> ALL" in said:
        yield "<> ALL becomes = ANY", said.replace("<> ALL", "= ANY", 1), lambda _: ""
    for array in dict.fromkeys(re.findall(r"ARRAY\[((?:'\w+'::text(?:, )?)+)\]", said)):
        more = next((one for one in EVERY_DUTY if f"'{one}'" not in array), None)
        if more:
            yield (
                f"lets {more} do it too",
                said.replace(f"ARRAY[{array}]", f"ARRAY[{array}, '{more}'::text]", 1),
                lambda walls, array=array: asked_beside(array, said, walls, shown),
            )


def demanded(part):
    """Return the duties of which a part of a condition demands one of every post, and nothing else; else none."""
    ways = [one for one in top_level(part, "OR") if not NO_POST.fullmatch(_bare(one))]
    found = DEMANDS.fullmatch(_bare(ways[0])) if len(ways) == 1 else None
    return set(re.findall(r"'(\w+)'", found[1])) if found else set()


def without_a_post(part):
    """Return in which ways a part of a condition holds for whoever has no post."""
    return {one for one in map(_bare, top_level(part, "OR")) if NO_POST.fullmatch(one)}


def _bare(part):
    return re.sub(r"[()\s]", "", part)


def demanded_beside(part, rest, walls, shown=NOTHING_SHOWN):
    """Return why a condition may do without a part that demands a duty, or an empty text.

    rest: what stands beside it.  walls: every other condition of which one must hold as well.  shown: of each table,
    every condition by which a row of it is read.
    What asks the same, or for fewer duties, has the part hold for every post; whoever has no post must have a way in
    the part as well, or be refused by what is asked of a row beside it: that it is in the name of their post.
    """
    held, ways = demanded(part), without_a_post(part)
    a_post = any(A_POST.fullmatch(_bare(one)) for one in rest)

    def implies(one):
        asked = demanded(one)
        return bool(asked) and asked <= held and (a_post or without_a_post(one) <= ways)

    if any(map(implies, with_parents(rest, shown))) or (
        walls and all(any(map(implies, with_parents(top_level(wall, "AND"), shown))) for wall in walls)
    ):
        return "the same duties, or fewer, are demanded beside it"
    return ""


def with_parents(parts, shown):
    """Return these parts, and what is demanded of whoever comes upon the parents that they ask for."""
    found = list(parts)
    for part in parts:
        asked = A_PARENT.match(part) if len(top_level(part, "OR")) == 1 else None
        ways = shown.get(asked[1], ()) if asked else ()
        if len(ways) == 1:
            found += [one for one in top_level(ways[0], "AND") if demanded(one)]
    return found


def desk_beside(said):
    """Return why `my_hubs` in the place of the first `my_desks` changes nothing, or an empty text.

    The hub of whoever has a duty at its desk is their desk: where such a duty is demanded beside it, both say the same.
    """
    for beside in _beside(said, "my_desks"):
        if any(demanded(one) and demanded(one) <= AT_A_DESK and not without_a_post(one) for one in beside):
            return "a duty is demanded beside it that only the desk has"
    return ""


def _beside(said, word):
    """Yield what must hold as well as the part in which a word stands first, from the outermost in."""
    for joint in ("AND", "OR"):
        parts = top_level(said, joint)
        if len(parts) > 1:
            at = next(number for number, one in enumerate(parts) if word in one)
            if joint == "AND":
                yield parts[:at] + parts[at + 1 :]
            yield from _beside(parts[at], word)
            return


def asked_beside(array, said, walls, shown=NOTHING_SHOWN):
    """Return why one duty more in an array changes nothing, or an empty text.

    said: the condition that holds it.  walls: every other condition of which one must hold as well.  shown: of each
    table, every condition by which a row of it is read.
    Where one of the same duties, or of fewer, is demanded beside it anyway, whoever has such a one had what the array
    asks, and whoever has none is refused as before.  A service has no duty at all.
    """
    if not array:
        return ""
    held = set(re.findall(r"'(\w+)'", array))

    def demands_it(parts):
        return any(demanded(one) and demanded(one) <= held for one in with_parents(parts, shown))

    beside = _beside(said, f"ARRAY[{array}]")
    in_walls = [top_level(wall, "AND") for wall in walls]
    if any(map(demands_it, beside)) or (in_walls and all(map(demands_it, in_walls))):
        return "one of the same duties, or of fewer, is demanded beside it"
    return ""


def _short(part):
    words = re.sub(r"\(?\s*SELECT identity\.(\w+)\(\) AS \w+\)?(::uuid\[\])?", r"\1", " ".join(part.split()))
    return words[:70]


def of_policies(ask, tables):
    """Return faults of every policy on these tables."""
    found, every, shown = [], ask(POLICIES), defaultdict(list)
    for table, _, permissive, command, roles, using, _ in every:
        if permissive and command in {"*", "r"} and roles != "mash_owner":
            shown[table].append(using)
    for table, name, permissive, command, roles, using, check in every:
        if table not in tables or roles == "mash_owner":
            continue
        mend = _create(table, name, permissive, command, roles, using, check)
        drop = f"DROP POLICY IF EXISTS {name} ON {table};"

        def fault(words, other, same="", table=table, name=name, drop=drop, mend=mend):
            return Fault(f"{name}: {words}", table, drop + other, drop + mend, same)

        kind = (table, name, permissive, command, roles)
        walls = [
            (one[5], one[6] or one[5])
            for one in every
            if not permissive
            and one[0] == table
            and one[2]
            and one[3] in {"*", command}
            and one[4] != "mash_owner"
        ]
        for words, other, proof in of_expression(using, shown):
            same = proof([one for one, _ in walls])
            found.append(fault(f"USING {words}", _create(*kind, other, check or using), same))
        for words, other, proof in of_expression(check, shown):
            if using != check:
                same = proof([one for _, one in walls])
                found.append(fault(f"CHECK {words}", _create(*kind, using, other), same))
        if not permissive:
            found.append(fault("is not there", ""))
    return found


def of_rights(ask, tables):
    """Return faults of rights and of the walls as a whole; a right that a role has in part is no fault of this kind."""
    found = []
    given = {
        (table, role, right)
        for table, role, right in ask("""
            SELECT table_schema || '.' || table_name, grantee, privilege_type FROM information_schema.column_privileges
            UNION SELECT table_schema || '.' || table_name, grantee, privilege_type
            FROM information_schema.table_privileges
        """)
    }
    for table in tables:
        both = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        found.append(
            Fault(f"{table}: DISABLE", table, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", both)
        )
        found.append(
            Fault(f"{table}: NO FORCE", table, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", both)
        )
        if not table.startswith("sealed."):
            for right, to in (("DELETE", "mash_app"), ("INSERT", "mash_reader"), ("UPDATE", "mash_app")):
                if (f"public.{table}", to, right) in given:
                    continue
                found.append(
                    Fault(
                        f"{table}: GRANT {right} TO {to}",
                        table,
                        f"GRANT {right} ON {table} TO {to}",
                        f"REVOKE {right} ON {table} FROM {to}",
                    )
                )
    return found


CHANGES_IN_A_FUNCTION = (
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bNOT (?!EXISTS|NULL|DISTINCT|IN\b|LIKE)", ""),
    (r"<> ALL", "= ANY"),
    (r"> now\(\)", "< now()"),
    (r"<= now\(\)", "> now()"),
    (r"(?<= )AND (?=\w)", "OR "),
    (r"ARRAY\['", "ARRAY['answer','"),
    (r"IS NOT NULL", "IS NULL"),
    (r"ELSE ARRAY\[\]::uuid\[\]", "ELSE identity.my_hubs()"),
    (r" AND a\.is_active", ""),
)


def of_functions(ask, names):
    """Return faults of the functions that work out who somebody is, one place at a time."""
    found = []
    for name, made in ask(FUNCTIONS):
        if not names.match(name):
            continue
        head, mark, body = made.partition("$function$")
        for pattern, other in CHANGES_IN_A_FUNCTION:
            for number, place in enumerate(re.finditer(pattern, body)):
                changed = body[: place.start()] + other + body[place.end() :]
                line = body[: place.start()].count("\n")
                words = f"{place[0].strip()} becomes {other.strip() or 'nothing'} (line {line}, {number})"
                found.append(
                    Fault(
                        f"identity.{name}: {words}",
                        "",
                        head + mark + changed,
                        made,
                    )
                )
    return found


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-n", "0", "-s", "tests/access/spoiling.py", *sys.argv[1:]]))
