"""One hub in the middle of its day, and a post for each duty in each relation to its cases.

The scene of the journeys is told once; `Asked` holds it with every row that is asked about, by its table.
"""

import dataclasses
import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest
from django.db import connections, transaction
from django.test import override_settings

from mash.check.models import Enquiry, Risk, View
from mash.common.locking import lock
from mash.contact.models import Contact, Original, Settlement
from mash.decision.models import Decision, Reopening
from mash.desk.demo import releasing, story
from mash.partnership import middleware
from mash.partnership.models import Access, Restriction
from mash.people.models import Person
from mash.sealed.models import Recipient
from mash.triage.models import Standing
from mash.triage.reading import Reading
from tests import conftest
from tests.access.asking import Row
from tests.access.rules import DUTIES, RELATIONS, TABLES, Who
from tests.factories.base import browser
from tests.factories.check import (
    AnswerFactory,
    DraftFactory,
    FullAnswerFactory,
    WithheldFactory,
    asked_about,
)
from tests.factories.desk import LongPaperFactory, SavedViewFactory, TakenListFactory
from tests.factories.files import AttachmentFactory, LookedFactory
from tests.factories.partnership import AccountFactory, StaffFactory
from tests.factories.people import PersonFactory, RelationshipFactory
from tests.factories.triage import GroundFactory, HoldFactory, OwnerFactory
from tests.journeys.further import of_the_hub
from tests.journeys.scene import NEAR_ENOUGH, tell

NOT_ASKED = "hospital"  # whose agency no check asks
OF_IT = next(one for one in RELATIONS if one.recipient)
ASKED = "police"  # whose agency answered one
SET = {"MASH_SECOND_FACTOR": False, "MASH_SCANNER": "mash.contact.looking.scanners.OfTheDemo"}


@dataclass
class Asked:
    """The scene, the posts by duty and relation, and one row of each table, by the table's name."""

    scene: object
    posts: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    tonight: set = field(default_factory=set)  # keys of contacts
    more: dict = field(default_factory=dict)  # what stands in addresses, besides the scene's own
    browsers: dict = field(default_factory=dict)

    def browser(self, who, post):
        """Return the browser of a post, signed in once."""
        if who not in self.browsers:
            self.browsers[who] = browser(post)
        return self.browsers[who]


def posts_of(scene):
    """Open a post for each duty in each relation, and give it what the relation is made of."""
    here, there = scene.hub, scene.quiet["screener"].hub
    contacts = list(Contact.objects.using("builder").filter(hub=here).values_list("pk", flat=True))
    people = list(Person.objects.using("builder").filter(hub=here).values_list("pk", flat=True))
    found, access = {}, []
    for number, (duty, relation) in enumerate(product(DUTIES, RELATIONS)):
        agency = scene.posts[ASKED if relation.asked else NOT_ASKED].agency
        post = StaffFactory(
            hub=there if relation.elsewhere else here,
            agency=agency,
            account=AccountFactory(name=f"Quill Abernathy {number}", email=f"oracle{number}@hub.example"),
            duties=duty.split(),
            until_at=scene.now - timedelta(hours=1) if relation.ended else None,
        )
        found[duty, relation.name] = post
        given = {"hub": here, "staff": post, "why": "A reason", "from_at": scene.now - timedelta(days=1)}
        until = scene.now + timedelta(days=30)  # a day on which it ends is no day on which it ended
        if relation.let_in:
            access += [Access(contact_id=one, until_at=until, **given) for one in contacts]
        if relation.kept_out:
            access += [Access(contact_id=one, bars=True, **given) for one in contacts]
            access += [Access(person_id=one, bars=True, until_at=until, **given) for one in people]
    Access.objects.using("builder").bulk_create(access)
    _release_to(
        scene, {f"{duty}, recipient": found[duty, "recipient"] for duty in DUTIES if Who(duty, OF_IT).works}
    )
    return found


def _release_to(scene, named):
    """Have the unit release something to these posts, by name."""
    stage = story.Stage(scene.hub, scene.posts | named, scene.now, timedelta(0))
    contact = of_the_hub(scene, scene.told["contact_id"])
    release = releasing.propose(stage, contact, dataclasses.replace(releasing.OUT, to=tuple(named)))
    releasing.approve(stage, release)
    outside = Recipient.objects.using("builder").get(wording__release=release, staff=None)
    scene.told |= {"release_id": release, "recipient_id": outside.pk}


def say_more(scene):
    """Put a row into each table of which the scene holds none."""
    told = scene.told
    contact = of_the_hub(scene, told["contact_id"])
    by, at = scene.posts["social.worker"], scene.now
    about = {"contact": contact, "hub": scene.hub, "by": by, "at": at}
    enquiry = (
        Enquiry.objects.using("builder")
        .select_related("hub", "check_asked", "agency")
        .get(pk=told["enquiry_id"])
    )
    for one in (enquiry, enquiry.hub, enquiry.check_asked, enquiry.agency):
        one._state.db = "default"
    officer = scene.posts[ASKED]
    FullAnswerFactory(
        answer=AnswerFactory(enquiry=enquiry, question="incident", sharing="summary", by=officer)
    )
    kept = lock(
        json.dumps({"given": [], "versions": {}}),
        purpose="draft",
        agency=enquiry.agency_id,
        bound_to=f"draft|{enquiry.pk}",
    )
    DraftFactory(enquiry=enquiry, by=officer, nonce=kept.nonce, body=kept.body)
    WithheldFactory(enquiry=enquiry, by=officer)
    file = LookedFactory(attachment=AttachmentFactory(contact=contact)).attachment
    HoldFactory(contact=contact, staff=by)
    OwnerFactory(contact=contact, by=by)
    GroundFactory(contact=contact, by=by)
    known = PersonFactory(hub=scene.hub)
    RelationshipFactory(from_person=known, to_person=PersonFactory(hub=scene.hub), hub=scene.hub)
    builder = {"using": "builder"}
    for model, more in (
        (Reading, {"categories": ["neglect"]}),
        (View, {"colour": "amber", "agency": by.agency}),
        (Risk, {}),
    ):
        model(**about, **more).save(**builder)
    wrote = {"words": {"ref": "N-1"}, "digest": f"{1:064}", "system": "Records", "by_mapping": 1}
    Original(hub=scene.hub, contact=contact, at=at, **wrote).save(**builder)
    view = SavedViewFactory(staff=by)
    export = TakenListFactory(by=by, at=at)
    return {
        "view_id": view.pk,
        "export_id": export.pk,
        "file_id": file.pk,
        "printing_id": uuid.uuid4(),
        "paper_id": LongPaperFactory(printing__contact=contact, printing__by=by, at=at).pk,
        "asked_of_the_police": asked_about(enquiry)[0].pk,
        "colour": "0b3d5c",
        "on": scene.now.date(),
        "letter": "family_outcome",
        "version": 1,
    }


def rows_of(scene):
    """Return one row of each table that the oracle speaks of, the busiest contact's if it has one."""
    chosen = scene.told["contact_id"]
    found = []
    with connections["builder"].cursor() as cursor:
        for table in TABLES:
            columns = _columns(cursor, table)
            if not columns:
                continue
            at = next((one for one in ("contact_id", "contact_id_opaque", "case") if one in columns), None)
            at = "id" if table == "contact_contact" else at
            first = f'ORDER BY ("{at}" = %s) DESC, id' if at else "ORDER BY id"
            where = "hub_id = %s" if "hub_id" in columns else "%s::uuid IS NOT NULL"
            where = "id = %s" if table == "partnership_hub" else where
            where += CHOSEN.get(table, "").format(
                reference=scene.reference,
                police=f"'{scene.posts[ASKED].agency_id}'",
                contact=chosen,
                release=scene.told["release_id"],
                plan=scene.told["plan_id"],
                item=scene.told["planned_item"],
                alongside=scene.told["alongside_id"],
            )
            cursor.execute(
                f"SELECT to_jsonb(one) FROM {table} one WHERE {where} {first} LIMIT 1",
                [scene.hub.pk, *([chosen] if at else [])],
            )
            if got := cursor.fetchone():
                said = read(got[0])
                cursor.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                    "AND NOT attisdropped AND has_column_privilege('mash_app', attrelid, attnum, 'UPDATE') "
                    "ORDER BY attnum",
                    [table],
                )
                may = [row[0] for row in cursor.fetchall()]
                found.append(Row(table, said, columns, may[0] if may else "", contact_of(table, said)))
    return found


OF_THE_POLICE = (
    " AND enquiry_id IN (SELECT id FROM check_enquiry WHERE reference = '{reference}'"
    " AND agency_id = {police})"
)
OF_THE_PLAN = " AND plan_id = '{plan}'"
OF_THE_ITEM = " AND item_id = '{item}'"
CHOSEN = {  # which row, where it matters
    "plans_plan": " AND id = '{plan}'",
    **{
        f"plans_{one}": OF_THE_PLAN
        for one in ("familymember", "agreement", "lead", "need", "planaction", "seat")
    },
    "panel_item": " AND id = '{item}'",
    "panel_needed": OF_THE_ITEM,
    "panel_onplan": OF_THE_ITEM,
    "alongside_alongside": " AND id = '{alongside}'",
    "alongside_happening": " AND alongside_id = '{alongside}'",
    "setup_grant": " AND answered_at IS NULL",
    "setup_lostfactor": " AND answered_at IS NULL",
    "partnership_staff": " AND title = 'Screening officer'",
    "partnership_access": " AND NOT bars AND why = 'Her health visitor'",
    "check_enquiry": " AND agency_id = {police}",
    "check_enquiryperson": OF_THE_POLICE,
    "check_return": OF_THE_POLICE,
    "contact_consultation": " AND contacts <> '{{}}'",
    "contact_settlement": (
        " AND contact_person_id IN (SELECT id FROM contact_contactperson WHERE contact_id = '{contact}')"
    ),
    "decision_reopening": " AND kind = 'back'",  # a person's, and no program's
    "sealed.sealed_release": " AND id = '{release}'",
    "sealed.sealed_wording": " AND release_id = '{release}'",
    "sealed.sealed_rendition": (
        " AND wording_id IN (SELECT id FROM sealed.sealed_wording WHERE release_id = '{release}')"
    ),
}


def _columns(cursor, table):
    cursor.execute(
        "SELECT attname FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [table],
    )
    return [row[0] for row in cursor.fetchall()]


PARENTS = {  # the column that leads to the contact, and the table it leads through
    "check_asked_id": "check_check",
    "enquiry_id": "check_enquiry",
    "decision_id": "decision_decision",
    "letter_id": "decision_letter",
    "outcome_id": "decision_outcome",
    "contact_person_id": "contact_contactperson",
    "answer_id": "check_answer",
    "enquiry_person_id": "check_enquiryperson",
    "reply_id": "contact_reply",
    "wording_id": "sealed.sealed_wording",
    "alongside_id": "alongside_alongside",
    "plan_id": "plans_plan",
    "question_id": "boroughs_question",
}


def read(said):
    """Return a row that the database gave as JSON."""
    return said if isinstance(said, dict) else json.loads(said)


def contact_of(table, said):
    """Return the key of the contact that a row belongs to, or None."""
    if table == "contact_contact":
        return uuid.UUID(said["id"])
    for one in ("contact_id", "contact_id_opaque", "case"):
        if said.get(one):
            return uuid.UUID(said[one])
    for column, parent in PARENTS.items():
        if said.get(column):
            with connections["builder"].cursor() as cursor:
                cursor.execute(f"SELECT to_jsonb(one) FROM {parent} one WHERE id = %s", [said[column]])
                if above := cursor.fetchone():  # or the column leads elsewhere in this table
                    return contact_of(parent, read(above[0]))
    return None


def tonights(scene):
    """Return the contacts that the emergency duty team sees.

    Red ones nobody has decided, immediate danger, those not yet rated, and what came before about the same children
    and adults; nothing was handed over here and nothing was rated at night.  Source: docs/rules.md, "Out of hours".
    """
    contacts = {one.pk: one for one in Contact.objects.using("builder").filter(hub=scene.hub)}
    rated = {one.contact_id: one.colour for one in Standing.objects.using("builder")}
    again = set(Reopening.objects.using("builder").values_list("contact_id", flat=True))
    decided = {
        one.contact_id
        for one in Decision.objects.using("builder").exclude(made_at=None).filter(turned_down_at=None)
    }
    first = {
        key
        for key, one in contacts.items()
        if (rated.get(key) in {None, "red"} or one.immediate_danger) and (key not in decided or key in again)
    }
    settled = Settlement.objects.using("builder").filter(undone_at=None).exclude(person=None)
    at_risk = {
        one.person_id
        for one in settled.select_related("contact_person")
        if one.contact_person.contact_id in first and one.contact_person.role in {"child", "adult_at_risk"}
    }
    before = {
        one.contact_person.contact_id
        for one in settled.select_related("contact_person")
        if one.person_id in at_risk
    }
    return first | before


@contextmanager
def restricted(scene):
    """Restrict every contact of the hub while the block lasts."""
    by, rows = scene.posts["manager"], Restriction.objects.using("builder")
    contacts = Contact.objects.using("builder").filter(hub=scene.hub).values_list("pk", flat=True)
    given = {"hub": scene.hub, "by": by, "from_at": scene.now - timedelta(days=1), "why": "A reason"}
    made = rows.bulk_create([Restriction(contact_id=one, **given) for one in contacts])
    try:
        yield
    finally:
        rows.filter(pk__in=[one.pk for one in made]).delete()


@contextmanager
def undone():
    """Have each request do all of its work and keep nothing, so that what is asked changes no answer."""
    keeps = transaction.set_rollback

    def always(_rollback, using=None):
        with connections["default"].cursor() as cursor:
            if not connections["default"].needs_rollback:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what COMMIT would find
        keeps(True, using)

    class Transaction:
        atomic = staticmethod(transaction.atomic)
        set_rollback = staticmethod(always)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "transaction", Transaction)
        yield


@contextmanager
def asked(django_db_setup, blocker):
    """Tell everything; take it away afterwards."""
    found = conftest.environment(conftest._server(), "mash_app")
    keys = {
        name: found[name]
        for name in ("MASH_SECRET_KEY", "MASH_IDENTITY_KEY", "MASH_SEAL_KEY", "MASH_HUBS_KEY")
    }
    keys["SECRET_KEY"] = keys.pop("MASH_SECRET_KEY")
    with override_settings(**keys, **SET), blocker.unblock():
        try:
            scene = django_db_setup.told(tell, age=NEAR_ENOUGH)
            more = say_more(scene)
            yield Asked(scene, posts_of(scene), rows_of(scene), tonights(scene), more)
        finally:
            for alias in ("default", "builder"):
                connections[alias].close()
            django_db_setup.delete()
