"""A bad day in the demo: the hub's manager has set a passphrase, and the newest pack lies in a folder of the demo's."""

from datetime import timedelta

from django.conf import settings

from mash.common.pdf import can_make_pdf
from mash.desk.demo.places import OPENS_PACKS
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.desk.outage import making
from mash.outage import actions

KEEPER, AGO = "manager", timedelta(days=2)


def get_ready(stage: Stage) -> None:
    """Set the passphrase, and make a pack where there is a folder for it."""
    by = stage.posts[KEEPER]
    with as_worker(by):
        passphrase = actions.set_passphrase(words=OPENS_PACKS, by=by, at=stage.now - AGO)
    if settings.MASH_OUTAGE_FOLDER and can_make_pdf():
        making.make(stage.hub, passphrase, stage.now)
