"""Everything that hangs from a record goes: proved over the catalogue, with a row planted in every such table.

A new table that points at a person, a contact or anything of theirs is planted here by itself.  A new key without a
foreign key fails until disposal knows it, or until it stands below with its reason.
"""

import os
import uuid
from datetime import UTC, date, datetime

import pytest
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader
from psycopg.types.json import Jsonb

from mash.common.identity import Identity, Kind
from tests import cluster
from tests.conftest import _server

MARK = "zqxmk"  # short: it stands in columns of few letters
BEFORE = datetime(1990, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
ROOTS = ("public.people_person", "public.contact_contact", "public.contact_consultation")
BESIDE = (  # found by what they say of what goes, or left empty by it
    "public.people_household", "public.triage_episode", "public.desk_handover", "public.desk_moving",
    "public.drafts_sent", "public.drafts_writing", "public.desk_moved", "public.partnership_email",
)  # fmt: skip
ANYTHING = {("drafts_draft", "about"), ("drafts_writing", "about"), ("desk_moved", "thing")}
"""Keys of anything that goes; disposal asks for each by itself."""
WITH_THEIR_ROW = {
    "check_enquiry.contact_id_opaque": "hangs from the check",
    "check_enquiryperson.contact_person_id_opaque": "hangs from the enquiry",
    "check_enquiryperson.parents": "hangs from the enquiry",
    "decision_clearing.must_not_see_people": "hangs from the letter",
    "decision_strategy.children": "hangs from the contact",
    **dict.fromkeys(
        ("quality_again.contacts", "quality_again.named", "quality_again.people"), "hangs from the contact"
    ),
    **dict.fromkeys(
        ("quality_reviewer.contacts", "quality_reviewer.named", "quality_reviewer.people"),
        "hangs from the copy",
    ),
    "quality_reviewer.kept": "of rows of access, which go with their contact",
    "harm_report.event": "hangs from the contact",
    "harm_together.event": "hangs from the contact",
    "harm_touch.event": "hangs from the contact",
    "harm_touch.subject": "hangs from the contact",
    "harm_reduction.subject": "hangs from the person; or of a place",
    "harm_watch.subject": "hangs from the person; or of a place",
    "outage_entered.of": "hangs from the contact",
    "sealed_item.people": "hangs from the room",
}
TAKEN_OUT = {
    "contact_consultation.contacts": "a key is taken out, or the consultation goes",
    "partnership_email.contact_id": "what was told of the contact goes, by this key or by its reference",
}
OF_NO_RECORD = {
    "systems_call.about": "a call is forgotten after 90 days; gone before, its key names nothing",
    "systems_said.key": "a key of an agency's system",
    "systems_said.made": "a return's key, which names nothing once that is gone",
    **dict.fromkeys(
        (
            "boroughs_asked.from_post", "boroughs_asked.question_id", "boroughs_reply.question_id",
            "boroughs_reply.to_post", "boroughs_summary.to_post", "boroughs_summaryseen.post",
            "boroughs_transferword.by_post", "boroughs_transferword.made",
        ),
        "opaque, of the other hub, and means nothing in one's own",
    ),
    "alongside_alongside.key": "of a form",
    "alongside_happening.key": "of a form",
    "boroughs_question.key": "of a form",
    "boroughs_transfer.key": "of a form",
    "region_grant.others": "of hubs",
    "check_enquiry.sending": "of one send",
    "contact_consultation.key": "of a form",
    "contact_feedback.key": "of a form",
    "contact_followup.key": "of a form",
    "contact_setbeside.search": "of a line of the record",
    "contact_settlement.search": "of a line of the record",
    "decision_decision.key": "of a form",
    "decision_dissent.key": "of a form",
    "decision_dissentword.key": "of a form",
    "decision_signpost.service": "of the directory, in which there is nobody",
    "decision_letter.key": "of a form",
    "decision_strategy.key": "of a form",
    "desk_conclusion.signal": "made of lines of the record",
    "desk_export.key": "of a form",
    "desk_handover.key": "of a form",
    "desk_moving.key": "of a form",
    "drafts_writing.agency_id_opaque": "of an agency",
    "handover_pack.key": "of a form",
    "insight_report.key": "of a form",
    "insight_touched.hub_id": "of a hub",
    "insight_touched.key": "of what changed; gone with the next count, and kept from then on by nothing",
    "handover_remark.key": "of a form",
    "handover_step.key": "of a form",
    "handover_step.together": "of a form",
    "harm_group.key": "of a form",
    "harm_reduction.key": "of a form",
    "harm_reductionnote.key": "of a form",
    "harm_watch.key": "of a form",
    "harm_watch.told": "of posts",
    "harm_watchreview.key": "of a form",
    "ledger_entry.hub_id": "of a hub; a line is kept, without its words",
    "ledger_root.lines": "of lines of the record, which are kept",
    "panel_action.key": "of a form",
    "panel_correction.key": "of a form",
    "panel_item.key": "of a form",
    "panel_panel.key": "of a form",
    "exercise_given.made": "in a hub of an exercise, which goes whole",
    "exercise_note.key": "of a form",
    "exercise_run.key": "of a form",
    "training_done.key": "of a form",
    "training_reminded.about": "of a place on a session",
    "training_session.key": "of a form",
    "panel_wentup.key": "of a step",
    "partnership_turn.deputies": "of posts",
    "plans_closure.key": "of a form",
    "plans_plan.key": "of a form",
    "plans_review.key": "of a form",
    "plans_stepup.key": "of a form",
    "quality_dip.key": "of a form",
    "quality_given.key": "of a form",
    "quality_marked.key": "of a form",
    "quality_raised.key": "of a form",
    "quality_review.key": "of a form",
    "quality_round.key": "of a form",
    "quality_sheet.graders": "of posts",
    "retention_hold.key": "of a form",
    "returns_run.key": "of a form",
    "subject_access_request.key": "of a form",
    "retention_proposal.key_of_form": "of a form",
    **dict.fromkeys(
        (
            "sealed_item.agency", "sealed_item.author", "sealed_item.hub_id", "sealed_mark.hub_id",
            "sealed_member.hub_id", "sealed_member.staff", "sealed_ownerword.agency", "sealed_ownerword.by",
            "sealed_ownerword.hub_id", "sealed_ownerword.person", "sealed_recall.by", "sealed_recall.hub_id",
            "sealed_recall.person", "sealed_recipient.hub_id", "sealed_recipient.staff", "sealed_release.by",
            "sealed_release.hub_id", "sealed_release.person", "sealed_releaseseen.hub_id",
            "sealed_releaseseen.staff", "sealed_rendition.hub_id", "sealed_restson.agency",
            "sealed_restson.hub_id", "sealed_room.hub_id", "sealed_ruling.by", "sealed_ruling.hub_id",
            "sealed_ruling.person", "sealed_secondword.by", "sealed_secondword.hub_id",
            "sealed_secondword.person", "sealed_subject.agency", "sealed_subject.author",
            "sealed_subject.hub_id", "sealed_subjectended.by", "sealed_subjectended.hub_id",
            "sealed_wording.by", "sealed_wording.hub_id", "sealed_wording.person",
        ),
        "of a hub, an agency, a post or whose account it is",
    ),
}  # fmt: skip
OF_NO_CASE = {
    "directory": "services, what they offer and whom to ring there; no record of a person points to it"
}
"""Apps whose keys are of nobody's record."""
KEYS = """
    SELECT c.relname, a.attname FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'sealed') AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('uuid'::regtype, 'uuid[]'::regtype) AND a.attname <> 'id'
      AND NOT EXISTS (SELECT FROM pg_constraint f
        WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey = ARRAY[a.attnum])
"""
COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull, a.attgenerated <> '' OR a.attidentity <> ''
    FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
PARENTS = """
    SELECT a.attname, f.confrelid::regclass::text FROM pg_constraint f
    JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
    WHERE f.contype = 'f' AND f.conrelid = %s::regclass
"""


@pytest.fixture
def admin():
    """A database of this test's own, as its administrator, whose tables take any row."""
    server, name = _server(), f"reach_{os.getpid()}"
    cluster.copy(server, name)
    with cluster.administrator(server, name) as connection:
        connection.execute("SET search_path = pg_catalog")
        connection.execute("SET session_replication_role = replica")  # no foreign key is asked while planting
        yield connection
    cluster.drop(server, name)


def hanging(admin):
    """Return every table that hangs from a record."""
    return [
        name
        for (name,) in admin.execute(
            """
            WITH RECURSIVE hanging (o) AS (
              SELECT unnest(%s::regclass[])::oid
              UNION SELECT e.child FROM public.retention_edges() e JOIN hanging h ON h.o = e.parent)
            SELECT o::regclass::text FROM hanging ORDER BY 1
            """,
            [list(ROOTS)],
        )
    ]


def test_every_key_of_a_record_is_known_to_disposal(admin):
    found = admin.execute(KEYS).fetchall()
    assert {table.partition("_")[0] for table, _ in found} > set(OF_NO_CASE)
    keys = {f"{table}.{column}" for table, column in found if table.partition("_")[0] not in OF_NO_CASE}
    edges = {
        f"{table}.{column}"
        for table, column in admin.execute(
            "SELECT c.relname, e.col FROM public.retention_edges() e JOIN pg_class c ON c.oid = e.child"
        )
    } | {f"{table}.{column}" for table, column in ANYTHING}
    assert keys - edges == set(WITH_THEIR_ROW) | set(TAKEN_OUT) | set(OF_NO_RECORD)


def test_what_disposal_takes_was_made_before_it_was_let_see_it_also_where_the_product_was_upgraded(admin):
    seen = admin.execute(
        "SELECT relname FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE polname = relname || '_disposal'"
    ).fetchall()
    loader = MigrationLoader(None)
    (newest,) = loader.graph.leaf_nodes("retention")
    before = set(loader.graph.forwards_plan(newest))
    made = {
        f"{app}_{operation.name_lower}": (app, name)
        for (app, name), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, CreateModel)
    }
    assert len(seen) > 100
    assert {table: made[table] for (table,) in seen if made[table] not in before} == {}


class Planted:
    """One row in every table that hangs from one record, with a mark in whatever takes words."""

    def __init__(self, admin):
        self.admin = admin
        self.hub, self.agency = uuid.uuid4(), uuid.uuid4()
        self.proposer, self.other = uuid.uuid4(), uuid.uuid4()
        self.hanging = hanging(admin)
        self.tables = [*self.hanging, *BESIDE]
        self.keys = {name: uuid.uuid4() for name in self.tables}
        self.opaque = {
            (child, column): parent
            for child, column, parent in admin.execute(
                "SELECT child::regclass::text, col, parent::regclass::text FROM public.retention_edges()"
            )
        }
        for name in self.tables:
            for (check,) in admin.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [name]
            ).fetchall():
                admin.execute(f'ALTER TABLE {name} DROP CONSTRAINT "{check}"')

    def plant(self):
        """Plant the row of each table, and two posts of two people."""
        self.insert("public.partnership_hub", id=self.hub)
        for post in (self.proposer, self.other):
            account = uuid.uuid4()
            self.insert("public.partnership_account", id=account, email=str(account))
            self.insert("public.partnership_staff", id=post, account_id=account)
        for name in dict.fromkeys(self.tables):
            self.insert(name, **self.said_of(name))

    def said_of(self, name):
        """Return what a table's row must say for the record to be one that two people agreed to dispose of."""
        contact = self.keys["public.contact_contact"]
        return {
            "public.retention_proposal": {
                "what": "dispose", "period": "a_class", "by_id": self.proposer, "due_on": date(2020, 1, 1),
                "contact_id": None, "consultation_id": None,
            },
            "public.retention_word": {"agreed": True, "by_id": self.other},
            "public.retention_hold": {"lifted_at": BEFORE},
            "public.contact_consultation": {"contacts": [contact]},
            "public.drafts_draft": {"about": contact},
            "public.drafts_writing": {"about": contact},
            "public.desk_moved": {"thing": contact},
            "public.drafts_sent": {"location": f"/cases/{contact}/"},
            "public.referral_draft": {"id": contact},
            "public.referral_draftfile": {"draft_id": contact},
            "public.desk_handover": {"which": "day"},
            "public.people_person": {"merged_into_id": None},
        }.get(name, {})  # fmt: skip

    def insert(self, table, **said):
        """Insert one row: keys lead to what was planted, words are the mark, the rest is as small as it may be."""
        parents = dict(self.admin.execute(PARENTS, [table]).fetchall())
        row = {}
        for column, kind, needed, is_made in self.admin.execute(COLUMNS, [table]).fetchall():
            if column in said:
                row[column] = said[column]
            elif not is_made and column != "xact":
                row[column] = self.value(table, column, kind, parents.get(column), needed=needed)
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(["%s"] * len(row))
        self.admin.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))

    def value(self, table, column, kind, parent, *, needed):
        """Return what stands in one column."""
        parent = parent or self.opaque.get((table, column))
        if column == "hub_id":
            return self.hub
        if column == "id" and kind == "uuid" and parent is None:
            return self.keys.get(table) or uuid.uuid4()
        if parent is not None:
            if parent == table and not needed:
                return None
            return self.keys.get(parent) or self.proposer
        whatever = {
            "uuid": uuid.uuid4(), "uuid[]": [], "boolean": False, "jsonb": Jsonb({"said": MARK}),
            "bytea": MARK.encode(), "bytea[]": [MARK.encode()],
            "date": BEFORE.date(), "timestamp with time zone": BEFORE, "double precision": 0.5,
            "character varying[]": [MARK], "smallint[]": [1],
        }  # fmt: skip
        if kind in {"character varying", "text"}:
            size = self.admin.execute(
                "SELECT atttypmod - 4 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
                [table, column],
            ).fetchone()[0]
            return MARK[:size] if size > 0 else MARK
        if kind in {"date", "timestamp with time zone", "boolean"} and not needed:
            return None
        return whatever.get(kind, 1)

    def dispose(self):
        """Dispose of it as the service does."""
        admin = self.admin
        admin.execute("SET session_replication_role = origin")
        with admin.transaction():
            signed = Identity(Kind.SERVICE, "disposal").signed()
            admin.execute("SET LOCAL ROLE mash_worker")
            admin.execute("SELECT set_config('mash.identity', %s, true)", [signed])
            admin.execute("SELECT identity.learn()")
            return admin.execute(
                "SELECT public.retention_dispose(%s, 'A class', %s)",
                [self.keys["public.retention_proposal"], NOW],
            ).fetchone()[0]


def where_it_stands(admin, *words):
    """Return every table in whose rows one of these words stands, as text or as bytes."""
    found = set()
    for (name,) in admin.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'sealed')"
    ).fetchall():
        for word in words:
            likes = [f"%{word}%", f"%{word.encode().hex()}%"]
            if admin.execute(f"SELECT 1 FROM {name} t WHERE t::text LIKE ANY (%s)", [likes]).fetchone():
                found.add(name)
    return found


STAY = {
    "public.partnership_hub",
    "public.partnership_staff",
    "public.partnership_account",
    "public.desk_moving",
}
"""What was planted and is of no record: the hub, two posts, and that work was moved, whose line about the case goes."""


def test_after_a_disposal_no_row_of_the_record_remains_in_any_table(admin):
    planted = Planted(admin)
    planted.plant()
    planted_in = where_it_stands(admin, MARK)
    assert planted_in - STAY > {"public.people_name", "sealed.sealed_item", "public.decision_letterversion"}
    answer = planted.dispose()
    assert "certificate" in answer
    assert where_it_stands(admin, MARK) <= STAY
    keys = [str(planted.keys[name]) for name in planted.tables if name not in STAY | {"public.desk_handover"}]
    assert where_it_stands(admin, *keys) == set()
    counts = admin.execute("SELECT counts FROM public.retention_disposed").fetchone()[0]
    assert set(counts) >= {name.split(".")[1] for name in planted.hanging}
