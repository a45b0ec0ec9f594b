"""Faults to plant in walls, in the functions behind them, in triggers, in rights and in guards of the pages.

Each is one small change that somebody could make by mistake.  `MASH_FAULTS=300 python -m tests.faults.mutations` plants
that many, one at a time, and prints which were caught; the order and the choice repeat by MASH_SEED.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass

import pytest

from tests.faults.proofs import asked_beside, demanded_beside, desk_beside, placed_beside, top_level

CRITICAL = re.compile(
    r"sealed|my_bars|my_barred|my_clearances|my_hubs|FORCE|DISABLE|work_out_(post|hubs|bars|clearances|barred|grants)|access"
)
EVERY_DUTY = ("screen", "answer", "audit", "administer", "grade")


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
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname, polname, polpermissive, polcmd::text,
           (SELECT string_agg(quote_ident(rolname), ', ') FROM pg_roles WHERE oid = ANY (polroles)),
           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    FROM pg_policy JOIN pg_class c ON c.oid = polrelid JOIN pg_namespace n ON n.oid = relnamespace ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'identity' AND p.prosecdef ORDER BY 1
"""
OF_A_ROW = re.compile(r"\b(?:id|by|\w+_id)\b")
HUB = re.compile(r"\bhub_id\b|\b\w+\.\w+")  # in common with a parent; and what is of another table
COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
DOORS = "mash_app, mash_reader, mash_worker"


def _create(table, name, permissive, command, roles, using, check):
    kind = "PERMISSIVE" if permissive else "RESTRICTIVE"
    words = f"CREATE POLICY {name} ON {table} AS {kind} FOR {COMMANDS[command]} TO {roles}"
    words += f" USING ({using})" if using else ""
    return words + (f" WITH CHECK ({check})" if check else "")


@dataclass(frozen=True)
class Beside:
    """What stands beside one condition of a policy.

    walls: every other condition of which one must hold as well.  shown: of each table, every condition by which a row
    of it is read.  kinds: the same for the doors, and for functions of the owner where the policy is theirs too: what
    must hold as well, and the conditions by which rows are read.
    """

    walls: list
    shown: dict
    kinds: list

    def each(self, proof) -> str:
        """Return why it is no fault where the proof holds for every kind of role, or an empty text."""
        reasons = [proof(also, shown) for also, shown in self.kinds]
        return reasons[0] if all(reasons) else ""


def of_expression(said, beside):
    """Yield what could be wrong with a condition: a name for it, the condition with it, and what proves it no fault."""
    if not said:
        return
    yield "holds for everybody", "true", ""
    parts = top_level(said, "AND")
    for number, part in enumerate(parts):
        if len(parts) > 1:
            rest = [one for at, one in enumerate(parts) if at != number]
            same = demanded_beside(part, rest, beside.walls, beside.shown) or beside.each(
                lambda also, shown, part=part, rest=rest: placed_beside(part, [*rest, *also], shown)
            )
            yield f"without {_short(part)}", " AND ".join(rest), same
    if "my_desks" in said:
        same = beside.each(lambda also, shown: desk_beside(said, shown, also))
        yield "my_desks becomes my_hubs", said.replace("my_desks", "my_hubs", 1), same
    if "<> ALL" in said:
        yield "<> ALL becomes = ANY", said.replace("<> ALL", "= ANY", 1), ""
    for array in dict.fromkeys(re.findall(r"ARRAY\[((?:'\w+'::text(?:, )?)+)\]", said)):
        if more := one_more(array):
            other = said.replace(f"ARRAY[{array}]", f"ARRAY[{array}, '{more}'::text]", 1)
            yield f"lets {more} do it too", other, asked_beside(array, said, beside.walls, beside.shown)


def one_more(array):
    """Return the first duty that does not stand in an array, or None where each does."""
    return next((one for one in EVERY_DUTY if f"'{one}'" not in array), None)


def _short(part):
    words = re.sub(r"\(?\s*SELECT identity\.(\w+)\(\) AS \w+\)?(::uuid\[\])?", r"\1", " ".join(part.split()))
    return words[:70]


def is_of(policy, owner):
    """Tell whether a policy is one of the owner's functions, or else of a door."""
    return "mash_owner" in policy[4] if owner else policy[4] != "mash_owner"


def stands_beside(policy, every, *, writing):
    """Return what stands beside the condition of a policy under which rows are read, or under which they are written.

    A way to the parent by which the row itself is seen as well, whichever row it is, is none to a row that is hidden.
    """
    table, name, permissive, command = policy[:4]

    def said(one):
        return (one[6] or one[5]) if writing else one[5]

    def others(owner, more=()):
        return [
            one
            for one in every
            if one[0] == table and one[1] != name and is_of(one, owner) and said(one)
            and (one[3] in {"*", command, *more} or (command == "*" and permissive is not one[2]))
        ]  # fmt: skip

    def kind(owner):
        also = [said(one) for one in others(owner) if not one[2] and one[3] in {"*", command}]
        more = ("a" if writing else "r") if owner else ""  # they write nothing but what is new
        ways = [said(one) for one in others(owner, more) if one[2]]
        if not permissive:
            return [*also, "(" + " OR ".join(f"({one})" for one in ways) + ")"], ways_to_rows(every, owner)
        return also, ways_to_rows(
            every, owner, {one for one in ways if not OF_A_ROW.search(HUB.sub("", one))}
        )

    walls = [said(one) for one in others(owner=False) if one[2]] if not permissive else []
    return Beside(
        walls, ways_to_rows(every, owner=False), [kind(one) for one in (False, True) if is_of(policy, one)]
    )


def ways_to_rows(every, owner, but=frozenset()):
    """Return of each table the conditions under which a row is read, but for some."""
    found = defaultdict(list)
    for one in every:
        if one[2] and one[3] in {"*", "r"} and is_of(one, owner):
            found[one[0].rpartition(".")[2]] += [one[5]] if one[5] not in but else []
    return found


def of_policies(ask, tables):
    """Return faults of every policy on these tables."""
    found, every, kept = [], ask(POLICIES), written_by_programs(ask)
    for policy in every:
        table, name, permissive, command, roles, using, check = policy
        if table not in tables or roles == "mash_owner":
            continue
        mend = _create(*policy)
        drop = f"DROP POLICY IF EXISTS {name} ON {table};"

        def fault(words, other, same="", table=table, name=name, drop=drop, mend=mend):
            return Fault(f"{name}: {words}", table, drop + other, drop + mend, same)

        kind = (table, name, permissive, command, roles)
        for words, other, same in of_expression(using, stands_beside(policy, every, writing=False)):
            found.append(fault(f"USING {words}", _create(*kind, other, check or using), same))
        if using != check:
            for words, other, same in of_expression(check, stands_beside(policy, every, writing=True)):
                found.append(
                    fault(f"CHECK {words}", _create(*kind, using, other), same or kept(policy, every))
                )
        if not permissive:
            found.append(fault("is not there", ""))
    return found


WRITERS = """
    SELECT DISTINCT table_name FROM information_schema.column_privileges
    WHERE privilege_type IN ('INSERT', 'UPDATE') AND grantee NOT IN ('mash_owner', 'mash_builder', 'mash_admin')
"""
SOURCES = """
    SELECT prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND prosrc ~ '(INSERT INTO|UPDATE)'
"""
ASKS_FOR_A_SERVICE = re.compile(
    r"BEGIN\s+IF identity\.my_service\(\) IS DISTINCT FROM '(\w+)' THEN\s+RAISE EXCEPTION"
)


def written_by_programs(ask):
    """Return what tells why a condition under which rows are written may be any, or an empty text.

    No door may write a row, each function that does asks first for a service, and another condition that is enough
    by itself asks for that service alone.
    """
    by_doors = {one[0] for one in ask(WRITERS)}
    sources = [one[0] for one in ask(SOURCES)]

    def kept(policy, every):
        table, (schema, _, name) = policy[0], policy[0].rpartition(".")
        writes = re.compile(rf"(?:INSERT INTO|UPDATE) (?:{schema or 'public'}\.)?(?:{name}\b|%)")
        asked = [ASKS_FOR_A_SERVICE.search(one) for one in sources if writes.search(one)]
        enough = {
            one[6] or one[5]
            for one in every
            if one[0] == table and one[1] != policy[1] and one[2] and one[3] == "*" and is_of(one, owner=True)
        }
        services = {
            f"(( SELECT identity.my_service() AS my_service) = '{one[1]}'::text)" for one in asked if one
        }
        if policy[2] and name not in by_doors and asked and all(asked) and services <= enough:
            return "no door may write here, and a program that does is let in beside it"
        return ""

    return kept


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
    (r"ARRAY\[(?='\w+')[^]]*", lambda array: f"{array},'{one_more(array)}'"),
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
                new = other(place[0]) if callable(other) else other
                changed = body[: place.start()] + new + body[place.end() :]
                line = body[: place.start()].count("\n")
                words = f"{place[0].strip()} becomes {new.strip() or 'nothing'} (line {line}, {number})"
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
