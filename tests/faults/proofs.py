"""What proves that a spoilt condition changes nothing: that what stands beside it asks the same, or more.

A condition is text as the catalogue gives it; its parts are what stands side by side in it, joined by AND.
shown: of each table, every condition by which a row of it is read.  walls: every other condition of which one must hold
as well.
"""

import re
from types import MappingProxyType

AT_A_DESK = {"screen", "assess", "decide", "approve", "clear", "out_of_hours", "manage"}
DEMANDS = re.compile(r"SELECTidentity\.my_dutiesASmy_duties&&ARRAY\[((?:'\w+'::text,?)+)\]")
A_POST = re.compile(r"\w+=SELECTidentity\.my_postASmy_post")
NO_POST = re.compile(
    r"SELECTidentity\.(my_postASmy_postISNULL|my_serviceASmy_service(ISNOTNULL|='\w+'::text))"
)
A_PARENT = re.compile(r"\(?EXISTS \( SELECT\s+FROM (\w+) parent\s+WHERE (?=\()")
OF_ITS_HUB = re.compile(r"parent\.hub_id=\w+\.hub_id")
A_PLACE = re.compile(r"hub_id=ANYSELECTidentity\.(my_(?:hubs|desks|clearances))AS\1::uuid\[\]")
A_HUB_AMONG = "(hub_id = ANY (( SELECT identity."
A_DUTY = "a duty that only the desk has"
NOTHING_SHOWN = MappingProxyType({})


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


def places(parts, shown=NOTHING_SHOWN, above=()):
    """Return in which lists of whoever asks the hub of a row stands, as far as these parts of a condition say.

    above: the tables that the row hangs from.  A row that hangs from a parent of its own hub stands where every way
    to the parent says.  Whoever has a duty that only the desk has is told apart too; their hub is their desk, as is
    the hub of the cleared.
    """
    found = set()
    for part in parts:
        ways, sides = top_level(part, "OR"), top_level(part, "AND")
        if len(ways) > 1:
            found |= set.intersection(*(places([one], shown, above) for one in ways))
        elif len(sides) > 1:
            found |= places(sides, shown, above)
        elif place := A_PLACE.fullmatch(_bare(part)):
            found.add(place[1])
        elif demanded(part) and demanded(part) <= AT_A_DESK:
            found.add(A_DUTY)
        else:
            found |= _of_the_parent(part, shown, above)
    if "my_clearances" in found:
        found |= {"my_hubs", A_DUTY}
    if "my_desks" in found or {"my_hubs", A_DUTY} <= found:
        found |= {"my_hubs", "my_desks"}
    return found


def _of_the_parent(part, shown, above):
    asked = A_PARENT.match(part.strip())
    if not asked or asked[1] in above or asked[1] not in shown:
        return set()
    inside = part.strip()[asked.end() :]
    closes = _closes(inside) + 1
    joined = top_level(inside[:closes], "AND")
    if inside[closes:].strip(" )") or not any(OF_ITS_HUB.fullmatch(_bare(one)) for one in joined):
        return set()
    every = [places([one], shown, (*above, asked[1])) for one in shown[asked[1]]]
    return set.intersection({"my_hubs", "my_desks", "my_clearances", A_DUTY}, *every)


def placed_beside(part, rest, shown=NOTHING_SHOWN):
    """Return why a condition may do without a part that says where the hub of a row stands, or an empty text."""
    place = A_PLACE.fullmatch(_bare(part))
    if place and place[1] in places(rest, shown):
        return "what stands beside it, or the wall of the row that it hangs from, asks the same of the hub"
    return ""


def desk_beside(said, shown=NOTHING_SHOWN, also=()):
    """Return why `my_hubs` in the place of the first `my_desks` changes nothing, or an empty text.

    also: conditions that hold as well.
    The hub of whoever has a duty at its desk is their desk: where such a duty is demanded beside it, both say the same;
    and where the hub of the row must be a desk anyway, it is among the hubs too.
    """
    of_the_row = said[: said.index("my_desks")].endswith(A_HUB_AMONG)
    for beside in ([*also], *_beside(said, "my_desks")):
        found = places([*beside, *also], shown)
        if A_DUTY in found or (of_the_row and "my_desks" in found):
            return "beside it, or of the row that it hangs from, a duty is demanded that only the desk has, or a desk"
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
