"""Views and lists in the demo: two that are shared, one that is watched, and lists that were taken out or wait."""

import uuid
from datetime import timedelta

from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.desk.exports import actions as exports
from mash.desk.exports.columns import COLUMNS
from mash.desk.models import Export, SavedView
from mash.desk.saved_views import actions as views
from mash.desk.saved_views.queries import find_list

KEEPER, ASKER, LOOKS = "social.worker", "decision.maker", timedelta(days=2)
GROUND = "gdpr_6_1_e"


def tell(stage: Stage) -> None:
    """Keep three views, watch one of them, and take two lists out."""
    keep(stage, "worklist", "Reds and not yet rated", "rating=red&rating=unrated", duty="")
    keep(stage, "advice", "Advised and not yet here", "referral=awaited", duty="")
    view = keep(stage, "worklist", "From schools", "source=school", duty="decide")
    keeper = stage.posts[KEEPER]
    with as_worker(keeper):
        views.watch(view=view, by=keeper, at=stage.now - LOOKS)
    take_out(stage)
    take_out(stage, columns=["reference", "rating", "due", "owner"])


def keep(stage: Stage, of: str, name: str, query: str, *, duty: str) -> SavedView:
    """Keep a view that is shared with the desk or with a duty."""
    keeper = stage.posts[KEEPER]
    with as_worker(keeper):
        return views.keep_view(
            of=find_list(of), name=name, query=query, shared=True, duty=duty, by=keeper, at=stage.now - LOOKS
        )


def take_out(stage: Stage, *, columns: list[str] | None = None) -> Export:
    """Ask to take a list out, for the hub's own use."""
    asker = stage.posts[ASKER]
    wish = exports.Wish(
        query="",
        columns=columns or list(COLUMNS),
        purpose="review",
        ground=GROUND,
        why="To plan who works next week",
    )
    with as_worker(asker):
        return exports.ask_for(key=uuid.uuid4(), wish=wish, by=asker, at=stage.now)
