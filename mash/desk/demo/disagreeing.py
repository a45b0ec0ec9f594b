"""A disagreement that has climbed: the school does not agree, was answered, does not agree still, and waits."""

import uuid
from datetime import timedelta

from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.decision import actions
from mash.decision.queries import disagreeing as queries
from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage

ABOUT, AGENCY, DECIDER = "NF26-A45", "education", "decision.maker"
WORDS = (
    "An assessment in six weeks is too slow. He comes to school with his coat closed and asks who fetches him. "
    "We ask that he is seen at school this week."
)
ANSWER = (
    "He was seen at home on Tuesday with his mother, and a doctor looked at the bruise. We keep to the plan."
)
STILL = (
    "He was seen with the person he is afraid of in the next room. We ask that somebody above looks at it."
)


def tell(stage: Stage, found: dict[str, Contact]) -> None:
    """Have the school say that it does not agree, and again after it was answered: a manager's answer is awaited."""
    contact, post, now = found[ABOUT], stage.posts[AGENCY], stage.now
    who = f"{post.account.name}, {post.agency}"
    with content_of(stage.hub.pk), as_program("front_door"):
        dissent = actions.disagree_as_referrer(
            key=uuid.uuid4(), contact=contact, who=who, words=WORDS, agency=post.agency, by=post,
            at=now - timedelta(hours=9),
        )  # fmt: skip
    by = stage.posts[DECIDER]
    with as_worker(by):
        actions.answer_dissent(
            key=uuid.uuid4(), dissent=queries.find_dissent(by, dissent.pk), who=by.account.name, text=ANSWER, by=by,
            at=now - timedelta(hours=5),
        )  # fmt: skip
    with as_worker(post):
        actions.say_of_answer(
            key=uuid.uuid4(), dissent=queries.find_ours(post, dissent.pk), agrees=False, who=who, text=STILL, by=post,
            at=now - timedelta(hours=3),
        )  # fmt: skip
