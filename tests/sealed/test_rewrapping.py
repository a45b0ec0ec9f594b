"""The seal's key is replaced: new words go under the new one, old ones are read, and each is wrapped anew by itself."""

import io
import json
import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections

from mash.check.queries.answering import place_of
from mash.common.fitness import ALIVE, FIT
from mash.common.locking import MARK_BYTES, Locked, lock, mark_of, unlock
from mash.common.under_lock import EVERYTHING
from mash.desk.demo.places import OPENS_PACKS
from mash.desk.exports.actions import Wish, ask_for
from mash.desk.exports.under_lock import open_up as open_list
from mash.desk.long_papers.under_lock import open_up as open_papers
from mash.desk.models import ExportFile, LongPaperFile
from mash.drafts.models import Draft as Typed
from mash.drafts.owners import of_post
from mash.drafts.queries import bound_to, opened
from mash.outage.actions import set_passphrase
from mash.outage.models import Passphrase
from mash.outage.under_lock import open_up as open_passphrase
from mash.referral.keeping import sealed_answers
from mash.referral.models import Draft as Referral
from mash.sealed import actions
from mash.sealed.actions import end_subject, give_second_word, rule_on_veto
from mash.sealed.grading import Grading
from mash.sealed.models import Item, Subject
from mash.sealed.queries import items_for, who_it_is
from mash.sealed.queries.releases import read_again
from mash.sealed.room import sealed_room
from mash.subject_access.models import Output, Request, UnitPass
from mash.subject_access.sealed_part import lock_up, open_up
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import DraftFactory
from tests.factories.contact import ContactFactory
from tests.factories.desk import LongPaperFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.releases import RENDITION, WORDS, Cast, now
from tests.sealed.test_subjects import put_on_the_list

pytestmark = pytest.mark.usefixtures("transactional_db")
FIRST, SECOND, THIRD = "aa" * 32, "bb" * 32, "cc" * 32
PLACE = {"purpose": "item", "agency": uuid.UUID(int=7), "bound_to": "here"}


@pytest.fixture
def replaced(settings):
    """Return what replaces the key: from then on the ones before are read alone."""
    settings.MASH_SEAL_KEY, settings.MASH_SEAL_KEYS_BEFORE = FIRST, []

    def replace(key=SECOND):
        settings.MASH_SEAL_KEYS_BEFORE = [settings.MASH_SEAL_KEY, *settings.MASH_SEAL_KEYS_BEFORE]
        settings.MASH_SEAL_KEY = key

    return replace


def tampered(body):
    """Return a ciphertext whose last byte is another, whatever it was."""
    return bytes(body[:-1]) + bytes([body[-1] ^ 1])


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command("sealed", "rewrap", *words, stdout=out, stderr=err)
    return out.getvalue()


def found(tag):
    ours = {f"mash.{one}" for one in ("E047", "E048", "W049", "W050", "W051")}
    return {
        one.id: one.msg for one in run_checks(tags=[tag], include_deployment_checks=True) if one.id in ours
    }


def everything():
    """Return every ciphertext there is, by what it is."""
    rows = {}
    for one in EVERYTHING:
        for row in one.model.objects.using("builder").select_related(*one.beside):
            if bytes(getattr(row, one.body)):
                rows[one.what, row.pk] = (bytes(getattr(row, one.nonce)), bytes(getattr(row, one.body)))
    return rows


def a_draft(staff):
    row = Typed(
        hub=staff.hub, staff=staff, page="x", about=uuid.uuid4(), begun_at=MONDAY_9AM, saved_at=MONDAY_9AM
    )
    words = json.dumps({"said": [["What I typed"], "window", 1]})
    row.nonce, row.body = lock(words, purpose="typed", agency=staff.agency_id, bound_to=bound_to(row))
    row.save(using="builder")
    return row


def a_referral(hub):
    row = Referral(hub=hub, reference="NF-7K3M-2Q9", kind="public", begun_at=MONDAY_9AM, saved_at=MONDAY_9AM)
    row.nonce, row.body = sealed_answers({"page": {"worry": "What I typed"}}, row)
    row.save(using="builder")
    return row


def a_request(staff):
    """Put a request on file with a pass of the unit and a finished answer, as whoever is cleared leaves them."""
    person = PersonFactory(hub=staff.hub)
    said = {"hub_id": staff.hub_id, "by_id": staff.pk, "at": MONDAY_9AM}
    asked = Request(
        key=uuid.uuid4(),
        asker="self",
        reference="NFS-7K3M-2Q9",
        person_id=person.pk,
        received_on=MONDAY_9AM,
        **said,
    )
    asked.save(using="builder")
    made = UnitPass(request_id=asked.pk, number=1, **said)
    answer = Output(request_id=asked.pk, number=1, recipient="A", way="By hand", **said)
    where = {"hub": staff.hub_id, "request": asked.pk}
    made.nonce, made.body = lock_up("{}", row=made.pk, part="pass", **where)
    answer.html_nonce, answer.html = lock_up("A page", row=answer.pk, part="html", **where)
    answer.pdf_nonce, answer.pdf = lock_up("A PDF", row=answer.pk, part="pdf", **where)
    made.save(using="builder")
    answer.save(using="builder")
    return answer


def a_list(hub):
    """Take a list out."""
    ContactFactory(hub=hub)
    by = StaffFactory(hub=hub, decider=True)
    wish = Wish(query="", columns=["reference"], purpose="review", ground="gdpr_6_1_e")
    with signed_in_as(by):
        return ask_for(key=uuid.uuid4(), wish=wish, by=by, at=now())


class Whole:
    """One of everything that lies under lock, made by what makes it."""

    def __init__(self):
        self.cast = cast = Cast()
        self.release, self.wording = cast.goes_out()
        cast.recalls(self.release)
        vetoed = cast.begins()
        wording = cast.proposes(vetoed)
        cast.answers(vetoed, wording, agreed=False, reason="It names the source")
        word = cast.course(cast.senior, vetoed).said.owners[0].word
        with signed_in_as(cast.senior):
            rule_on_veto(
                release=vetoed,
                wording=wording,
                veto=word.key,
                ground="danger_to_life",
                reason="A child is in danger",
                by=cast.senior,
                at=now(),
            )
        with signed_in_as(cast.approver):
            said = read_again(cast.approver, vetoed).said
            give_second_word(
                release=vetoed,
                wording=wording,
                approved=False,
                reason="Too long",
                digests=(said.words_digest, said.people_digest),
                proposer="",
                by=cast.approver,
                at=now(),
            )
        cast.seals(grading=Grading("1", "A", "C", "Ask before anything is done"))
        self.cleared = StaffFactory(hub=cast.hub, cleared=True)
        self.subject, ended = put_on_the_list(self.cleared), put_on_the_list(self.cleared)
        with signed_in_as(self.cleared):
            end_subject(key=ended, why="She died", by=self.cleared, at=MONDAY_9AM)
        self.typed, self.referral = a_draft(self.cleared), a_referral(cast.hub)
        self.output = a_request(self.cleared)
        self.list = a_list(cast.hub)
        self.paper = LongPaperFactory()
        locked = lock(
            "A page", purpose="long paper", agency=self.paper.hub_id, bound_to=f"long paper|{self.paper.pk}"
        )
        self.papers = LongPaperFile(hub=self.paper.hub, paper=self.paper, at=MONDAY_9AM)
        self.papers.nonce, self.papers.body = locked
        self.papers.save(using="builder")
        self.answer = DraftFactory()
        self.answer.nonce, self.answer.body = lock(
            '{"given": [], "versions": {}}',
            purpose="draft",
            agency=self.answer.agency_id,
            bound_to=place_of(self.answer.enquiry_id),
        )
        self.answer.save(using="builder")
        keeper = StaffFactory(hub=cast.hub, manager=True)
        with signed_in_as(keeper):
            self.passphrase = set_passphrase(words=OPENS_PACKS, by=keeper, at=MONDAY_9AM)

    def is_read(self):
        cast = self.cast
        with signed_in_as(self.cleared):
            items = items_for(self.cleared, cast.case, at=now())
            assert [WORDS in one.words for one in items] == [True, True]
            assert {one.grading.conditions for one in items} >= {"", "Ask before anything is done"}
            assert who_it_is(self.cleared, self.subject).why == "A witness"
        course = cast.course(cast.proposer, self.release)
        assert course.said.rendition.words == RENDITION
        typed = Typed.objects.using("builder").get(pk=self.typed.pk)
        assert opened(typed, of_post(self.cleared)).fields["said"].values == ["What I typed"]
        referral = Referral.objects.using("builder").get(pk=self.referral.pk)
        assert referral.answers == {"page": {"worry": "What I typed"}}
        file = ExportFile.objects.using("builder").get(export=self.list.pk)
        assert open_list(file).startswith('{"table": "Reference')
        assert open_papers(LongPaperFile.objects.using("builder").get(pk=self.papers.pk)) == "A page"
        assert open_passphrase(Passphrase.objects.using("builder").get(pk=self.passphrase.pk)) == OPENS_PACKS
        made = Output.objects.using("builder").get(pk=self.output.pk)
        where = {"hub": made.hub_id, "row": made.pk, "request": made.request_id}
        assert open_up(Locked(made.html_nonce, made.html), part="html", **where) == "A page"


# Reading under more than one key


def test_new_words_go_under_the_new_key_and_old_ones_are_read(replaced):
    old = lock("old", **PLACE)
    replaced()
    new = lock("new", **PLACE)
    assert new.body[:MARK_BYTES] == mark_of(SECOND) != mark_of(FIRST) == old.body[:MARK_BYTES]
    assert [unlock(one, **PLACE) for one in (old, new)] == ["old", "new"]


def test_words_from_before_keys_had_marks_are_read_and_counted(replaced, settings):
    nonce, body = lock("old", **PLACE)
    bare = Locked(nonce, body[MARK_BYTES:])
    assert unlock(bare, **PLACE) == "old"
    replaced()
    replaced(THIRD)
    assert unlock(bare, **PLACE) == "old"
    settings.MASH_SEAL_KEYS_BEFORE = [SECOND]
    with pytest.raises(InvalidTag):
        unlock(bare, **PLACE)


@pytest.mark.parametrize("other", [{"purpose": "draft"}, {"agency": uuid.UUID(int=8)}, {"bound_to": "there"}])
def test_words_stay_bound_to_their_place_under_every_key(replaced, other):
    old = lock("old", **PLACE)
    replaced()
    with pytest.raises(InvalidTag):
        unlock(old, **PLACE | other)


def test_a_mark_says_nothing_of_another_key_and_a_changed_one_opens_nothing(replaced):
    nonce, body = lock("old", **PLACE)
    replaced()
    with pytest.raises(InvalidTag):
        unlock(Locked(nonce, mark_of(SECOND) + bytes(body[MARK_BYTES:])), **PLACE)
    with pytest.raises(InvalidTag):
        unlock(Locked(nonce, tampered(body)), **PLACE)


# Wrapping anew


def test_everything_under_lock_is_wrapped_anew_and_then_needs_the_old_key_no_more(replaced, settings):
    whole = Whole()
    before = everything()
    assert {what for what, _ in before} == {one.what for one in EVERYTHING}
    replaced()
    whole.is_read()
    assert found(ALIVE).keys() == {"mash.W049"}
    assert run() == f"{len(before)} wrapped anew, 0 could not be read\n"
    after = everything()
    assert before.keys() == after.keys()
    for key, (nonce, body) in after.items():
        assert body.startswith(mark_of(SECOND)), key
        assert nonce != before[key][0], "a nonce is never used twice"
    assert found(ALIVE).keys() == {"mash.W050"}
    settings.MASH_SEAL_KEYS_BEFORE = []
    whole.is_read()
    assert found(ALIVE) == {}
    assert run() == "0 wrapped anew, 0 could not be read\n"


def test_nothing_but_the_ciphertext_is_changed(replaced):
    Whole()
    replaced()

    def rest():
        said = []
        for one in {one.model for one in EVERYTHING}:
            under = {each for what in EVERYTHING if what.model is one for each in (what.nonce, what.body)}
            names = [field.attname for field in one._meta.concrete_fields if field.name not in under]
            said += [(one.__name__, *row) for row in one.objects.using("builder").values_list(*names)]
        return sorted(map(str, said))

    before = rest()
    run()
    assert rest() == before


def test_a_dry_run_counts_and_changes_nothing(replaced):
    Whole()
    replaced()
    before = everything()
    assert run("--dry-run").startswith("would wrap anew: ")
    assert "2 sealed items" in run("--dry-run")
    assert everything() == before


def test_when_it_is_stopped_each_row_is_whole_and_it_goes_on_from_there(replaced, monkeypatch):
    whole = Whole()
    before = everything()
    replaced()
    real, done = actions.rewrap, []

    def stopped(one, row, *, at):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(row)
        return real(one, row, at=at)

    monkeypatch.setattr(actions, "rewrap", stopped)
    with pytest.raises(KeyboardInterrupt):
        run()
    after = everything()
    assert sum(body.startswith(mark_of(SECOND)) for _, body in after.values()) == 5
    assert sum(after[key] == before[key] for key in before) == len(before) - 5
    whole.is_read()
    monkeypatch.undo()
    assert run() == f"{len(before) - 5} wrapped anew, 0 could not be read\n"
    whole.is_read()


def test_when_the_record_cannot_be_written_a_row_stays_as_it_was(replaced, monkeypatch):
    Whole()
    before = everything()
    replaced()
    monkeypatch.setattr("mash.sealed.actions.rewrapping.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert everything() == before


def test_what_no_key_opens_stays_is_named_and_stops_nothing_else(replaced, settings):
    Whole()
    number = len(everything())
    replaced()
    broken = Subject.objects.using("builder").order_by("pk").first()
    Subject.objects.using("builder").filter(pk=broken.pk).update(body=tampered(broken.body))
    with pytest.raises(CommandError, match="MASH_SEAL_KEYS_BEFORE"):
        run()
    done = [body for _, body in everything().values() if body.startswith(mark_of(SECOND))]
    assert len(done) == number - 1
    settings.MASH_SEAL_KEYS_BEFORE = [THIRD]
    assert found(ALIVE).keys() == {"mash.W049", "mash.W051"}


def test_each_row_leaves_a_line_that_says_nothing_of_its_words(replaced):
    Whole()
    replaced()
    number = len(everything())
    run()
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT actor, hub_id, why, detail FROM ledger_entry WHERE event = 'seal.wrapped_anew'"
        )
        rows = cursor.fetchall()
    assert len(rows) == number
    assert {row[0] for row in rows} == {"service:seal_keys"}


# Who may


@pytest.mark.parametrize("service", ["sealed_marks", "front_door", "setup", "seal_keys"])
@pytest.mark.parametrize(
    "change", [{"body": b"x"}, {"handling": "C"}, {"agency": uuid.uuid4()}, {"people": []}]
)
def test_no_service_changes_a_row_of_the_room(replaced, service, change):
    Cast()
    with pytest.raises(DatabaseError, match="permission denied"), in_service(service), sealed_room():
        Item.objects.all().update(**change)


def asks_for(place, nonce, body, row):
    with connection.cursor() as cursor:
        words = "SELECT identity.wrap_anew(%s, %s, %s, %s, %s, %s, %s)"
        cursor.execute(words, [place, nonce, body, row.pk, bytes(row.body), b"n" * 12, b"forged"])
        return cursor.fetchone()[0]


def test_the_cleared_and_other_services_do_not_wrap_anew(replaced):
    cast = Cast()
    item = Item.objects.using("builder").get(pk=cast.item)
    place = ("sealed_item", "nonce", "body", item)
    with signed_in_as(cast.proposer), pytest.raises(DatabaseError, match="only the service"):
        asks_for(*place)
    for service in ("sealed_marks", "setup", "front_door"):
        with in_service(service), pytest.raises(DatabaseError, match="only the service"):
            asks_for(*place)
    assert bytes(Item.objects.using("builder").get(pk=cast.item).body) == bytes(item.body)


@pytest.mark.parametrize(
    ("place", "nonce", "body"),
    [
        ("sealed_item", "nonce", "people"),
        ("sealed_item", "agency", "body"),
        ("sealed_room", "nonce", "body"),
        ("pg_class", "nonce", "body"),
        ("sealed_item; DROP TABLE x", "nonce", "body"),
    ],
)
def test_whoever_wraps_anew_reaches_nothing_but_ciphertext(replaced, place, nonce, body):
    cast = Cast()
    item = Item.objects.using("builder").get(pk=cast.item)
    with in_service("seal_keys"), pytest.raises(DatabaseError, match="nothing there lies under lock"):
        asks_for(place, nonce, body, item)


def test_a_row_that_changed_meanwhile_is_left_to_the_next_look(replaced):
    cast = Cast()
    replaced()
    (one,) = [each for each in EVERYTHING if each.what == "sealed items"]
    item = Item.objects.using("builder").get(pk=cast.item)
    Item.objects.using("builder").filter(pk=item.pk).update(body=bytes(item.body) + b"x")
    with in_service("seal_keys"):
        assert asks_for("sealed_item", "nonce", "body", item) is False
    assert one.body == "body"


# What whoever runs it is told


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([], set()),
        ([SECOND], set()),
        ([FIRST.upper()], {"mash.E048"}),
        (["not-hexadecimal"], {"mash.E047"}),
    ],
)
def test_the_settings_are_looked_at(settings, before, said):
    settings.MASH_SEAL_KEY, settings.MASH_SEAL_KEYS_BEFORE = FIRST, before
    assert found(FIT).keys() == said


def test_a_hub_without_anything_sealed_has_nothing_to_wrap(replaced):
    HubFactory()
    replaced()
    assert run() == "0 wrapped anew, 0 could not be read\n"
