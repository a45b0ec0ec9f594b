"""The walls of what leaves the room: who may know of it, who reads its words, and who may let it go."""

from pathlib import Path

from django.db import migrations

from mash.common.rls import AGENCY, BARS, DUTIES, protect, seal

SQL = Path(__file__).parents[1] / "releases_1.sql"
FUNCTIONS = ("person", "released", "asked", "vetoes", "register", "releases", "approvable")
TABLES = (
    "release",
    "wording",
    "rendition",
    "restson",
    "recipient",
    "ownerword",
    "ruling",
    "secondword",
    "recall",
    "releaseseen",
)


def mine(name):
    """Return the rule's name for a set that is worked out once a statement."""
    return f"(SELECT identity.my_{name}())::uuid[]"


HERE = "hub_id = ANY ((SELECT identity.my_hubs())::uuid[])"
CLEARED = "hub_id = ANY ((SELECT identity.my_clearances())::uuid[])"
OPEN = f'"case" <> ALL ({BARS})'
ME = "by = (SELECT identity.my_post()) AND person = (SELECT identity.my_person())"


def child(table):
    """Return "the wording is open to me and of the same hub"."""
    return (
        f"EXISTS (SELECT FROM sealed.sealed_wording said WHERE said.id = sealed_{table}.wording_id "
        f"AND said.hub_id = sealed_{table}.hub_id)"
    )


def followed(table):
    """Return "the wording is of a release whose course I may follow"."""
    return (
        f"EXISTS (SELECT FROM sealed.sealed_wording said WHERE said.id = sealed_{table}.wording_id "
        f"AND said.hub_id = sealed_{table}.hub_id AND said.release_id = ANY ({mine('register')}))"
    )


def cleared(table):
    """Return "I am cleared, and not kept from its case"."""
    return f"({CLEARED} AND {child(table)})"


ASKED, VETOED, RELEASED = (f"wording_id = ANY ({mine(one)})" for one in ("asked", "vetoes", "released"))
OWN_AGENCY = f"(agency = {AGENCY} OR of_hub)"
STILL_OPEN = (
    "NOT EXISTS (SELECT FROM sealed.sealed_secondword done WHERE done.wording_id = {0}.wording_id) "
    "AND NOT EXISTS (SELECT FROM sealed.sealed_ownerword word WHERE word.wording_id = {0}.wording_id)"
)
WRITES_IT = (
    "EXISTS (SELECT FROM sealed.sealed_wording said WHERE said.id = {0}.wording_id AND said.hub_id = {0}.hub_id "
    "AND said.person = (SELECT identity.my_person()))"
)
IN_ITS_ROOM = """
    EXISTS (
      SELECT FROM sealed.sealed_wording said JOIN sealed.sealed_room room ON room."case" = said."case"
      JOIN sealed.sealed_item item ON item.room_id = room.id
      WHERE said.id = sealed_restson.wording_id AND item.id = sealed_restson.item_id
        AND item.agency = sealed_restson.agency AND item.hub_id = sealed_restson.hub_id)
"""
SAME_DIGESTS = """
    EXISTS (
      SELECT FROM sealed.sealed_wording said
      WHERE said.id = sealed_secondword.wording_id AND said.hub_id = sealed_secondword.hub_id
        AND said.words_digest = sealed_secondword.words_digest
        AND said.people_digest = sealed_secondword.people_digest
        AND said.person <> sealed_secondword.person)
"""
RELEASES = f"{HERE} AND {CLEARED} AND {DUTIES} && ARRAY['release'] AND {{}}"
SEES = {
    "release": f"{HERE} AND {OPEN} AND ({CLEARED} OR id = ANY ({mine('releases')}))",
    "wording": f"{HERE} AND {OPEN} AND ({CLEARED} OR id = ANY ({mine('released')}) OR id = ANY ({mine('asked')}) "
    f"OR id = ANY ({mine('vetoes')}) OR release_id = ANY ({mine('register')}))",
    "rendition": f"{HERE} AND ({cleared('rendition')} OR {RELEASED} OR {ASKED} OR {VETOED})",
    "restson": f"{HERE} AND ({cleared('restson')} OR ({ASKED} AND {OWN_AGENCY}))",
    "recipient": f"{HERE} AND ({cleared('recipient')} OR {ASKED} OR {VETOED} OR {followed('recipient')} "
    f"OR ({RELEASED} AND staff = (SELECT identity.my_post())))",
    "ownerword": f"{HERE} AND ({cleared('ownerword')} OR ({ASKED} AND {OWN_AGENCY}) OR {VETOED} "
    f"OR {followed('ownerword')})",
    "ruling": f"{HERE} AND ({cleared('ruling')} OR {ASKED} OR {VETOED} OR {followed('ruling')})",
    "secondword": f"{HERE} AND ({cleared('secondword')} OR {RELEASED} OR {ASKED} OR {VETOED} "
    f"OR {followed('secondword')})",
    "recall": f"{HERE} AND (release_id = ANY ({mine('releases')}) OR EXISTS (SELECT FROM sealed.sealed_release made "
    "WHERE made.id = sealed_recall.release_id AND made.hub_id = sealed_recall.hub_id))",
    "releaseseen": f"{HERE} AND ({cleared('releaseseen')} OR {ASKED} OR {followed('releaseseen')} "
    f"OR ({RELEASED} AND staff = (SELECT identity.my_post())))",
}
WRITES = {
    "release": RELEASES.format(f"{ME} AND {OPEN}"),
    "wording": RELEASES.format(
        f"{ME} AND {OPEN} AND EXISTS (SELECT FROM sealed.sealed_release made WHERE made.id = release_id "
        'AND made.hub_id = sealed_wording.hub_id AND made."case" = sealed_wording."case" '
        "AND made.person = sealed_wording.person) "
        "AND NOT EXISTS (SELECT FROM sealed.sealed_recall back WHERE back.release_id = sealed_wording.release_id)"
    ),
    "rendition": RELEASES.format(WRITES_IT.format("sealed_rendition")),
    "restson": RELEASES.format(f"{IN_ITS_ROOM} AND {WRITES_IT} AND {STILL_OPEN}".format("sealed_restson")),
    "recipient": RELEASES.format(f"{WRITES_IT} AND {STILL_OPEN}".format("sealed_recipient")),
    "ownerword": f"{HERE} AND {ME} AND {ASKED} AND {OWN_AGENCY} AND (of_hub OR agency = {AGENCY}) "
    "AND EXISTS (SELECT FROM sealed.sealed_restson rests WHERE rests.wording_id = sealed_ownerword.wording_id "
    "AND rests.agency = sealed_ownerword.agency AND rests.of_hub = sealed_ownerword.of_hub) "
    "AND NOT EXISTS (SELECT FROM sealed.sealed_secondword done WHERE done.wording_id = sealed_ownerword.wording_id) "
    "AND NOT EXISTS (SELECT FROM sealed.sealed_wording said WHERE said.id = sealed_ownerword.wording_id "
    "AND said.person = sealed_ownerword.person)",
    "ruling": f"{HERE} AND {ME} AND {VETOED} AND EXISTS (SELECT FROM sealed.sealed_ownerword veto "
    "WHERE veto.id = sealed_ruling.veto_id AND veto.wording_id = sealed_ruling.wording_id AND NOT veto.agreed "
    "AND veto.person <> sealed_ruling.person) "
    "AND NOT EXISTS (SELECT FROM sealed.sealed_wording said WHERE said.id = sealed_ruling.wording_id "
    "AND said.person = sealed_ruling.person)",
    "secondword": RELEASES.format(
        f"{ME} AND {SAME_DIGESTS} AND (NOT approved OR wording_id = ANY ({mine('approvable')}))"
    ),
    "recall": f"{HERE} AND {ME} AND EXISTS (SELECT FROM sealed.sealed_release made WHERE made.id = release_id "
    "AND made.hub_id = sealed_recall.hub_id AND (made.person = sealed_recall.person "
    f"OR {DUTIES} && ARRAY['manage'] OR EXISTS (SELECT FROM sealed.sealed_wording said "
    f"WHERE said.release_id = made.id AND said.id = ANY ({mine('asked')}))))",
    "releaseseen": f"{HERE} AND staff = (SELECT identity.my_post()) AND EXISTS (SELECT FROM sealed.sealed_recipient r "
    "WHERE r.id = sealed_releaseseen.recipient_id AND r.wording_id = sealed_releaseseen.wording_id "
    f"AND (r.staff = sealed_releaseseen.staff OR (r.staff IS NULL AND {CLEARED} AND {DUTIES} && ARRAY['release'])))",
}


class Migration(migrations.Migration):
    dependencies = [("sealed", "0006_releases"), ("partnership", "0015_restricted")]

    operations = [
        *[seal(f"sealed_{table}") for table in TABLES],
        migrations.RunSQL(
            SQL.read_text(), "".join(f"DROP FUNCTION identity.my_{one}();" for one in reversed(FUNCTIONS))
        ),
        *[
            protect(
                f"sealed_{table}",
                using=SEES[table],
                check=WRITES[table],
                to="mash_sealed",
                identity_reads=True,
            )
            for table in TABLES
        ],
    ]
