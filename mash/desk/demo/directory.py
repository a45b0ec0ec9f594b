"""The made-up directory and guide of a borough: entries, who keeps them, a change that waits, and named contacts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils.timezone import localdate

from mash.common.editions import content_of
from mash.desk.demo.setting_up import as_program, as_worker
from mash.directory import actions, composing, content, facts
from mash.directory.models import Organisation, Service
from mash.directory.streaming import Found
from mash.partnership.models import Hub, Staff
from mash.setup import actions as setup
from mash.setup.queries import contents

FILE = Path(__file__).parent / "directory.yaml"
CHANGED = "Lantern Children's Workers"
FILLED = {
    "consultation_line": "020 7946 0002, Monday to Friday, 9 to 5",
    "adult_safeguarding_phone": "020 7946 0541",
    "camhs_access": "020 7946 0035",
    "camhs_crisis_line": "020 7946 0745, at any hour",
    "school_mental_health_team": "020 7946 0107",
    "young_people_substance_service": "Steps, 020 7946 0046",
    "domestic_abuse_service": "Lantern, 020 7946 0081",
    "bereavement_service": "Bereaved Children Northfield, 020 7946 0434",
    "early_help_contact": "Early Help Front Desk, 020 7946 0324",
    "family_support_employer": "the council’s early help service",
    "careers_service": "Northfield Careers Hub, 020 7946 0170",
}
NAMED = [
    # role, agency by kind or school, name, telephone, note, published, with the name
    (
        "crime_prevention_officer",
        "police",
        "PC Leon Hartley",
        "020 7946 0087",
        "At the panel on Thursdays",
        True,
        True,
    ),
    (
        "safer_schools_officer",
        "police",
        "PC Ayesha Noor",
        "020 7946 0088",
        "Fernbank and Orchard",
        True,
        False,
    ),
    ("panel_coordinator", "early_help", "Sunita Rao", "020 7946 0370", "", True, False),
    ("exploitation_lead", "childrens_social_care", "Marcus Bell", "020 7946 0986", "", True, False),
    ("prevent_lead", "childrens_social_care", "Helen Ware", "020 7946 0078", "", True, False),
    (
        "designated_officer",
        "childrens_social_care",
        "Ravi Anand",
        "020 7946 0013",
        "Mornings are best",
        True,
        False,
    ),
    ("named_nurse", "community_health", "Lindiwe Dube", "020 7946 0068", "", False, False),
    (
        "safeguarding_lead",
        "Fernbank Primary",
        "Ines Duarte",
        "020 7946 0611",
        "Before 8:45",
        False,
        False,
    ),
    ("deputy_safeguarding_lead", "Fernbank Primary", "Owen Clarke", "020 7946 0612", "", False, False),
    ("safeguarding_lead", "Orchard Academy", "Tessa Lowe", "020 7946 0621", "", False, False),
    ("key_adult", "Fernbank Primary", "Ines Duarte", "020 7946 0611", "From 7:45", False, False),
    ("deputy_key_adult", "Fernbank Primary", "Owen Clarke", "020 7946 0612", "", False, False),
    ("key_adult", "education", "Hannah Price", "020 7946 0615", "For schools without a post", False, False),
    ("deputy_key_adult", "education", "Tom Ashby", "020 7946 0616", "", False, False),
    ("marac_coordinator", "police", "Priya Shah", "020 7946 0091", "Conference every other Thursday", False, False),
    ("return_interviews", "early_help", "Jo Rask", "020 7946 0372", "", False, False),
    ("mental_health_lead", "Orchard Academy", "Bilal Aziz", "020 7946 0622", "", False, False),
]  # fmt: skip


def entries(today: date, *, most: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the made-up services as the standard writes them.  most: how many."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    labels = {one.id: one.label for one in content.needs().values()}
    for one in raw["services"][:most]:
        yield _entry(one, raw["middles"], labels, today)


def arrange(posts: dict[str, Staff], now: datetime, *, most: int | None = None) -> None:
    """Load the directory of a borough, with those who keep it, named contacts and a change that waits."""
    hub = posts["manager"].hub
    with content_of(hub.pk), as_program("directory_import"):
        found: list[Found] = [
            ("services", f"services[{n}]", one) for n, one in enumerate(entries(localdate(now), most=most))
        ]
        actions.take_in(actions.Intake(hub), found, at=now)
    kept_by = yaml.safe_load(FILE.read_text(encoding="utf-8"))["kept_by"]
    by_kind = {one.agency.kind: one.agency for one in posts.values()}
    manager, said_on = posts["manager"], now - timedelta(days=2)
    with as_worker(manager):
        for one in Organisation.objects.filter(hub=hub, name__in=kept_by):
            actions.link(organisation=one, agency=by_kind.get(kept_by[one.name]), by=manager, at=said_on)
        _name(by_kind, manager, now)
    if "domestic.abuse" in posts:
        _propose(posts["domestic.abuse"], now - timedelta(hours=20))
    _fill_the_guide(hub, posts["administrator"], now - timedelta(days=20))


def _name(by_kind: dict[str, Any], manager: Staff, now: datetime) -> None:
    for role, where, name, telephone, note, published, with_name in NAMED:
        agency = by_kind.get(where)
        if agency is None and where.islower():
            continue
        actions.name_somebody(
            role=role,
            agency=agency,
            at_school="" if agency else where,
            name=name,
            telephone=telephone,
            email="",
            note=note,
            from_on=localdate(now) - timedelta(days=200),
            published=published,
            with_name=with_name,
            by=manager,
            at=now,
        )


def _propose(by: Staff, at: datetime) -> None:
    """Let whoever offers a service say that people wait longer now, and that one can come on Fridays too."""
    with as_worker(by):
        service = Service.objects.select_related("organisation").filter(hub=by.hub_id, name=CHANGED).first()
        if service is None:
            return
        values = composing.values_of(service.entry, facts.facts_of(service.entry, content.vocabulary()))
        values |= {
            "wait": "About six weeks",
            "days": [*values["days"], "FR"],
            "minimum_age": 4,
            "maximum_age": 17,
        }
        entry = composing.written(
            service.entry,
            values,
            organisation=service.organisation.key,
            needs={one.id: one.label for one in content.needs().values()},
            today=localdate(at).isoformat(),
        )
        actions.propose(
            organisation=service.organisation,
            service=service,
            entry=entry,
            based_on=service.version,
            note="A second worker started, who is in on Fridays; we have more referrals than before.",
            by=by,
            at=at,
        )


def _fill_the_guide(hub: Hub, by: Staff, at: datetime) -> None:
    """Publish an edition of the guide in which the gaps are filled."""
    guide = contents.find_content("referral_guide")
    with as_worker(by):
        if contents.words_in_force(hub, guide)[0] > 1:
            return
        drafted = setup.draft(hub=hub, content=guide, change=_with_our_numbers, by=by, at=at)
        setup.publish(hub=hub, content=guide, saved=drafted.saved, why="Our own numbers", by=by, at=at)


def _with_our_numbers(words: Any) -> Any:
    for one in words["placeholders"]:
        one["value"] = FILLED.get(one["id"], one["value"])
    return words


def _entry(
    one: dict[str, Any], middles: dict[str, list[float]], labels: dict[str, str], today: date
) -> dict[str, Any]:
    key = facts.key_of("demo", one["name"])
    offered_by = facts.key_of("demo", "organisation", one["by"])
    low, high = one["ages"]
    line, postcode = one.get("at", ("", ""))
    said = dict.fromkeys(composing.TEXTS, "") | {
        "name": one["name"],
        "description": one["about"],
        "status": one.get("status", "active"),
        "fees": one["fees"],
        "eligibility_description": one["who"],
        "alert": one.get("alert", ""),
        "minimum_age": low,
        "maximum_age": high,
        "contact_title": one["answers"],
        "contact_name": "",
        "telephone": one["telephone"],
        "needs": one.get("needs", ()),
        "levels": [str(level) for level in one.get("levels", ())],
        "route": one["route"],
        "wait": one.get("wait", ""),
        "days": one["days"].split(","),
        "opens_at": one["hours"][0],
        "closes_at": one["hours"][1],
        "hours_words": "",
        "languages": ", ".join(one.get("languages", ())),
        "address_1": line,
        "city": "Northfield" if line else "",
        "postcode": postcode,
        "cost": "free"
        if one["fees"] == "Free"
        else "paid"
        if "£" in one["fees"] or one["fees"].endswith("p")
        else "",
    }
    verified_on = (today - timedelta(days=one["verified"])).isoformat()
    entry = composing.written(
        {"id": str(key)}, said, organisation=offered_by, needs=labels, today=verified_on
    )
    for site in entry.get("service_at_locations", ()):
        latitude, longitude = middles[postcode.split(" ")[0]]
        nudge = int(key.hex[:3], 16) / 4096 / 200 - 0.0025
        site["location"] |= {"latitude": round(latitude + nudge, 5), "longitude": round(longitude - nudge, 5)}
    entry["service_areas"] = [
        {"id": str(facts.key_of(str(key), "area")), "service_id": str(key), "name": "Northfield"}
    ]
    domain = "".join(letter for letter in one["by"].lower() if letter.isascii() and letter.isalnum())
    entry["organization"] = {
        "id": str(offered_by),
        "name": one["by"],
        "description": f"{one['by']} offers services to people in Northfield.",
        "email": f"hello@{domain}.example.org",
    }
    return entry | {"last_modified": f"{verified_on}T09:00:00Z"}
