"""What the asked hub grants or refuses: by name, until a day, and nothing beyond."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections

from mash.boroughs import actions, queries
from mash.boroughs.models import Reply, Summary, SummarySeen
from mash.ledger.models import Entry
from mash.partnership.models import Staff
from tests.boroughs.story import MONDAY_9AM, SUMMARY, Side, ask, asked_of, grant
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def here():
    return Side()


@pytest.fixture
def there():
    return Side()


@pytest.fixture
def question(here, there):
    return ask(here)


@pytest.fixture
def asked(there, question):
    return asked_of(there)[0]


def read(staff, question, reply, at=MONDAY_9AM):
    return doing(staff, actions.read_summary, question=question, reply=reply, at=at)


def runs_out(reply):
    """Let the day of a grant pass, as the database's clock has it."""
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "UPDATE boroughs_summary SET until_at = now() - interval '1 second' WHERE reply_id = %s",
            [reply.pk],
        )


def lasts(reply):
    """Let a grant of the tests' own day last by the database's clock."""
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "UPDATE boroughs_summary SET until_at = now() + interval '7 days' WHERE reply_id = %s", [reply.pk]
        )
    return reply


def test_whoever_asked_reads_the_summary_and_both_hubs_know(here, there, question, asked):
    reply = lasts(grant(there, asked))
    assert read(here.screener, question, reply).words == SUMMARY
    with signed_in_as(there.decider):
        assert [one.post for one in SummarySeen.objects.filter(reply=reply)] == [here.screener.pk]
    assert (
        Entry.objects.using("builder").filter(hub_id=here.hub.pk, event="elsewhere.summary_read").count() == 1
    )


def test_nobody_else_of_the_asking_hub_reads_it_though_they_see_that_it_was_granted(
    here, there, question, asked
):
    reply = lasts(grant(there, asked))
    for other in (here.decider, here.manager, here.cleared):
        with signed_in_as(other):
            assert Reply.objects.filter(pk=reply.pk).exists()
            assert not Summary.objects.exists()
        with pytest.raises(PermissionDenied, match="nobody else"):
            read(other, question, reply)


def test_the_grant_ends_with_its_day_when_taken_back_and_when_answered_anew(here, there, question, asked):
    reply = lasts(grant(there, asked))
    runs_out(reply)
    assert read(here.screener, question, reply) is None
    again = lasts(grant(there, asked, follows=1))
    said = {"reply": again, "why": "Written about the wrong child.", "at": MONDAY_9AM}
    doing(there.decider, actions.end_grant, **said)
    doing(there.decider, actions.end_grant, **said)
    assert read(here.screener, question, again) is None
    third = lasts(grant(there, asked, follows=2))
    doing(there.decider, actions.refuse, asked=asked, follows=3, why="Not any more.", at=MONDAY_9AM)
    assert read(here.screener, question, third) is None


def test_a_refusal_gives_its_reason_to_the_asking_hub(here, there, question, asked):
    doing(there.decider, actions.refuse, asked=asked, follows=0, why="Ask the police first.", at=MONDAY_9AM)
    with signed_in_as(here.screener):
        standing = queries.find_question(here.screener, question.pk)
        (known,) = standing.known
        assert standing.reply_of(known).why == "Ask the police first."


def test_two_who_answer_at_once_do_not_hide_each_other(there, asked):
    grant(there, asked)
    with pytest.raises(actions.NotWhole, match="Somebody answered"):
        doing(there.decider, actions.refuse, asked=asked, follows=0, why="No.", at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"days": 29}, "1 to 28"), ({"days": 0}, "1 to 28"), ({"words": " "}, "summary"), ({"why": ""}, "for")],
)
def test_a_grant_has_words_a_reason_and_an_end(there, asked, changed, words):
    with pytest.raises(actions.NotWhole, match=words):
        grant(there, asked, **changed)


@pytest.mark.parametrize("who", ["screener", "cleared"])
def test_who_only_screens_or_is_cleared_does_not_answer(there, asked, who):
    with pytest.raises(PermissionDenied):
        doing(getattr(there, who), actions.refuse, asked=asked, follows=0, why="No.", at=MONDAY_9AM)


def with_duties(post, *duties):
    """Give a post of the asked hub other duties from now on."""
    Staff.objects.using("builder").filter(pk=post.pk).update(duties=list(duties))
    return post


def refused_by_the_database(by, row):
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(by):
        row.save(force_insert=True)


def test_whoever_is_cleared_and_screens_sees_a_question_and_answers_it_not_even_in_the_database(
    here, there, asked
):
    def reply(by):
        return Reply(
            hub=there.hub, asked=asked, number=1, kind="refused", asking_hub=here.hub, by=by, by_name="X",
            question_id=asked.question_id, to_post=asked.from_post, to_name="X", why="No.", at=MONDAY_9AM,
        )  # fmt: skip

    both = with_duties(there.cleared, "clear", "screen")
    assert asked_of(there, both)
    refused_by_the_database(both, reply(both))
    may = with_duties(there.cleared, "clear", "assess")
    with signed_in_as(may):
        reply(may).save(force_insert=True)


def test_whoever_granted_it_and_answers_no_more_writes_no_summary(here, there, asked):
    granted = grant(there, asked)
    Summary.objects.using("builder").filter(reply=granted).delete()
    said = {"hub": there.hub, "reply": granted, "words": "x", "to_post": here.screener.pk}
    row = Summary(until_at=granted.until_at, **said)
    for duties in (["clear"], ["clear", "screen"]):
        by = with_duties(there.decider, *duties)
        with signed_in_as(by):
            assert Reply.objects.filter(pk=granted.pk).exists()
        refused_by_the_database(by, row)
    with signed_in_as(with_duties(there.decider, "clear", "decide")):
        row.save(force_insert=True)


def test_raw_sql_gives_nobody_a_summary_that_was_not_written_for_them(here, there, question, asked):
    reply = lasts(grant(there, asked))
    with signed_in_as(here.decider), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM boroughs_summary")
        assert cursor.fetchall() == []
    for staff in (here.screener, here.decider, there.decider):
        with pytest.raises(DatabaseError), signed_in_as(staff), connection.cursor() as cursor:
            cursor.execute("UPDATE boroughs_summary SET to_post = %s", [here.decider.pk])
    columns = "id, hub_id, reply_id, words, to_post, until_at"
    with pytest.raises(DatabaseError), signed_in_as(here.screener), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO boroughs_summary ({columns}) VALUES (gen_random_uuid(), %s, %s, 'x', %s, now())",
            [here.hub.pk, reply.pk, here.screener.pk],
        )
    with pytest.raises(DatabaseError), signed_in_as(there.screener), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO boroughs_ended (id, hub_id, reply_id, why, by_id, at) "
            "VALUES (gen_random_uuid(), %s, %s, 'x', %s, now())",
            [there.hub.pk, reply.pk, there.screener.pk],
        )


def test_the_pages_answer_and_keep_what_was_typed(here, there, question, asked):
    page = browser(there.decider)
    assert there.person.given in page.get("/other-hubs/").content.decode()
    address = f"/other-hubs/asked/{asked.pk}/"
    wrong = page.post(address, {"follows": 0, "what": "grant", "words": "", "days": "", "why": "Kept words"})
    assert "Enter the summary" in wrong.content.decode()
    assert "Kept words" in wrong.content.decode()
    said = {"follows": 0, "what": "grant", "words": SUMMARY, "days": 3, "why": "To keep her safe."}
    assert page.post(address, said, follow=True).status_code == 200
    with signed_in_as(there.decider):
        (reply,) = queries.replies_to(asked)
    assert timedelta(days=2) < reply.until_at - reply.at <= timedelta(days=3)
    mine = browser(here.screener)
    shown = mine.get(f"/other-hubs/questions/{question.pk}/").content.decode()
    assert "Read the summary" in shown
    assert SUMMARY not in shown
    summary = f"/other-hubs/questions/{question.pk}/summary/{reply.pk}/"
    assert SUMMARY in mine.get(summary).content.decode()
    assert browser(here.decider).get(summary).status_code == 403
    assert browser(there.screener).get("/other-hubs/").status_code == 403
    page.post(f"/other-hubs/grants/{reply.pk}/end/", {"why": "Done."})
    assert SUMMARY not in mine.get(summary).content.decode()


def test_only_the_manager_says_whether_the_hub_answers(here, there):
    assert browser(there.decider).get("/other-hubs/choice/").status_code == 403
    page = browser(there.manager)
    unsaid = page.post("/other-hubs/choice/", {"follows": 0, "why": "x"}).content.decode()
    assert "Answer “Does this hub answer other hubs’ questions?”" in unsaid
    page.post("/other-hubs/choice/", {"follows": 0, "answers": "no", "why": "Not agreed yet."})
    assert "does not answer" in page.get("/other-hubs/").content.decode()
