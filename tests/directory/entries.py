"""Made-up entries in the shape of the standard, and how tests take them in."""

import io
import json
import uuid

from django.core.management import call_command

SPACE = uuid.UUID("6f1c1f0e-0000-4000-8000-0b1d2e3f4a5c")


def key(*words):
    return str(uuid.uuid5(SPACE, "/".join(map(str, words))))


def an_organisation(name="Harbour Minds", **said):
    return {"id": key("organisation", name), "name": name, "description": f"{name} helps.", **said}


def an_entry(name="Harbour counselling", *, organisation=None, postcode="", at=None, **said):
    """Return an entry; `postcode` and `at` (latitude, longitude) give it a place."""
    offered_by = organisation or an_organisation()
    made = {
        "id": key("service", name),
        "organization_id": offered_by["id"],
        "name": name,
        "description": "Talking with somebody who listens.",
        "status": "active",
        "assured_date": "2026-10-20",
        "last_modified": "2026-10-20T09:00:00Z",
        "organization": offered_by,
    }
    if postcode:
        where = {"id": key("location", name), "location_type": "physical", "name": "The house"}
        where["addresses"] = [
            {
                "id": key("address", name),
                "address_1": "1 Market Row",
                "city": "Northfield",
                "state_province": "Northfield",
                "postal_code": postcode,
                "country": "GB",
                "address_type": "physical",
            }
        ]
        if at:
            where |= {"latitude": at[0], "longitude": at[1]}
        site = {
            "id": key("site", name),
            "service_id": made["id"],
            "location_id": where["id"],
            "location": where,
        }
        made["service_at_locations"] = [site]
    return made | said


def an_attribute(taxonomy, name):
    term = {"id": key("term", taxonomy, name), "name": name, "description": taxonomy, "taxonomy": taxonomy}
    term["taxonomy_id"] = key("taxonomy", taxonomy)
    return {"id": key("attribute", taxonomy, name), "taxonomy_term_id": term["id"], "taxonomy_term": term}


def take_in(hub, *entries, lists=None, text=None, tmp_path, **options):
    """Take entries into a hub by the command; return what it said and what it complained of."""
    file = tmp_path / "directory.json"
    file.write_text(text if text is not None else json.dumps({**(lists or {}), "services": list(entries)}))
    said, complained = io.StringIO(), io.StringIO()
    call_command(
        "directory", "import", str(file), "--hub", hub.name, stdout=said, stderr=complained, **options
    )
    return said.getvalue(), complained.getvalue()
