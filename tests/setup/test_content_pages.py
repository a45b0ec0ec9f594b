"""A hub's content through the browser: drafted, checked at its field, looked at, tried, published, brought back."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from mash.check.content import set_for, set_sent
from mash.contact.advice import UNANSWERED
from mash.contact.wards import wards
from mash.decision.content import outcomes
from mash.directory.content import guide_content
from mash.partnership import providers
from mash.partnership.models import Staff
from mash.setup.models import Change, Draft, Edition
from mash.training.content import modules as training_modules
from mash.training.content import paths as training_paths
from mash.triage.content import pause_reasons
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ConsultationFactory
from tests.factories.partnership import AgencyFactory, HubFactory, MembershipFactory, StaffFactory
from tests.factories.setup import DraftFactory, EditionFactory
from tests.setup.test_hub_pages import WHY, kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")
NFA = "no_further_action"


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def second(administrator):
    return StaffFactory(hub=administrator.hub, manager=True)


class Boxes(HTMLParser):
    """What the boxes of a page hold as it stands."""

    def __init__(self):
        super().__init__()
        self.found, self.writing = {}, None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, kind = said.get("name"), said.get("type", "text")
        if tag == "textarea":
            self.writing = name
            self.found[name] = ""
        elif tag == "input" and kind in {"text", "hidden"} and name != "csrfmiddlewaretoken":
            self.found[name] = said.get("value") or ""
        elif tag == "input" and kind in {"radio", "checkbox"} and "checked" in said:
            self.found.setdefault(name, []).append(said["value"])

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.writing = None

    def handle_data(self, data):
        if self.writing:
            self.found[self.writing] += data


def fields(page):
    """Return what the form of a page would send as it stands."""
    boxes = Boxes()
    boxes.feed(page.content.decode())
    return boxes.found


def edit(staff, content, part, thing, **change):
    address = reverse("setup:thing", args=[content, part, thing])
    client = browser(staff)
    return client.post(address, fields(client.get(address)) | change)


def publish(staff, content, step="publish", why=WHY):
    address = reverse("setup:publish", args=[content])
    client = browser(staff)
    page = client.get(address)
    if page.status_code == 302:
        return page
    return client.post(address, fields(page) | {"step": step, "why": why})


def label(staff):
    with signed_in_as(staff):
        return outcomes()[NFA].label


def test_a_draft_counts_nowhere_until_it_is_published(administrator):
    assert edit(administrator, "outcomes", "outcomes", NFA, label="Close with thanks").status_code == 302
    assert label(administrator) != "Close with thanks"
    page = said(browser(administrator).get(reverse("setup:publish", args=["outcomes"])))
    assert "Close with thanks" in page
    assert publish(administrator, "outcomes").status_code == 302
    assert label(administrator) == "Close with thanks"
    (edition,) = kept(Edition)
    assert (edition.version, edition.note, edition.by_id) == (2, WHY, administrator.pk)
    assert not kept(Draft)
    (line,) = kept(Change)
    assert "version 2 published" in line.what
    assert line.why == WHY
    place = "outcomes › No further action › label"
    assert line.differences == [[place, "No further action", "Close with thanks"]]


def test_publishing_needs_a_note(administrator):
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    assert "Error:" in said(publish(administrator, "outcomes", why=""))
    assert not kept(Edition)


def test_sending_it_twice_publishes_once(administrator):
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    for _ in range(2):
        assert publish(administrator, "outcomes").status_code == 302
    assert len(kept(Edition)) == 1


def test_what_is_wrong_is_said_at_its_field_with_file_and_place_and_nothing_is_lost(administrator):
    answer = said(edit(administrator, "letters", "templates", "referrer_decided", body="Dear {nobody}"))
    assert "letters.yaml: templates.referrer_decided.body: there is no nobody" in answer
    assert 'href="#id_body"' in answer
    assert "Dear {nobody}" in answer
    assert not kept(Draft)


def test_a_hub_has_its_own_path_and_a_new_version_of_a_module_says_what_changed(administrator):
    said_of = {"version": "2", "because": "", "again": "yes"}
    answer = said(edit(administrator, "training", "modules", "child_neglect", **said_of))
    assert "training.yaml: modules.child_neglect.because: say what changed with this version" in answer
    said_of["because"] = "New guidance"
    assert edit(administrator, "training", "modules", "child_neglect", **said_of).status_code == 302
    path = {"required": ["panel_skills", "adults_at_risk"]}
    assert edit(administrator, "training", "paths", "business_support", **path).status_code == 302
    assert publish(administrator, "training").status_code == 302
    with signed_in_as(administrator):
        assert training_paths()["business_support"].required == ("panel_skills", "adults_at_risk")
        assert training_paths()["business_support"].source == "default: choose locally"
        assert training_modules()["child_neglect"].because == "New guidance"
    with signed_in_as(StaffFactory()):
        assert training_modules()["child_neglect"].version == 1


def test_a_clock_of_law_is_made_shorter_and_never_longer(administrator):
    answer = said(edit(administrator, "ratings", "fixed_clocks", "assessment", value="46"))
    assert "law or national guidance allows 45" in answer
    assert 'href="#id_value"' in answer
    assert edit(administrator, "ratings", "fixed_clocks", "assessment", value="35").status_code == 302


def test_loosening_when_a_second_person_agrees_waits_for_somebody_elses_look(administrator, second):
    now = browser(administrator).get(reverse("setup:thing", args=["outcomes", "outcomes", NFA]))
    assert fields(now)["second_person-when"]
    edit(administrator, "outcomes", "outcomes", NFA, **{"second_person-when": []})
    publish(administrator, "outcomes")
    assert not kept(Edition)
    (draft,) = kept(Draft)
    assert draft.asked_by_id == administrator.pk
    assert publish(administrator, "outcomes", "agree").status_code == 403
    same_person = StaffFactory(account=administrator.account, hub=administrator.hub, manager=True)
    assert publish(same_person, "outcomes", "agree").status_code == 403
    assert publish(second, "outcomes", "agree").status_code == 302
    (edition,) = kept(Edition)
    assert (edition.by_id, edition.second_id, edition.note) == (administrator.pk, second.pk, WHY)
    with signed_in_as(administrator):
        assert outcomes()[NFA].second_person is None


def test_a_draft_that_is_sent_back_or_changed_waits_for_nobody(administrator, second):
    edit(administrator, "outcomes", "outcomes", NFA, **{"second_person-when": []})
    publish(administrator, "outcomes")
    publish(second, "outcomes", "send_back")
    assert kept(Draft)[0].asked_by is None
    publish(administrator, "outcomes")
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    assert kept(Draft)[0].asked_by is None


@pytest.mark.parametrize(
    ("part", "thing", "change"),
    [
        ("repeats", "three_low_in_90_days", {"count": "4"}),
        ("repeats", "three_low_in_90_days", {"within_days": "30"}),
        ("bounce", "no_action_three_times", {"effect": "manager_review"}),
    ],
)
def test_a_rule_about_repeats_that_asks_less_often_is_loosened(administrator, part, thing, change):
    edit(administrator, "ratings", part, thing, **change)
    publish(administrator, "ratings")
    assert not kept(Edition)
    assert kept(Draft)[0].asked_by_id == administrator.pk


def test_a_rule_made_stricter_is_published_at_once(administrator):
    edit(administrator, "ratings", "repeats", "three_low_in_90_days", count="2")
    publish(administrator, "ratings")
    (edition,) = kept(Edition)
    (rule,) = [one for one in edition.words["repeats"] if one["id"] == "three_low_in_90_days"]
    assert (rule["count"], rule["source"]) == (2, "default: choose locally")


def test_an_earlier_version_is_published_again_and_what_was_added_stays_known(administrator):
    address = reverse("setup:new_thing", args=["categories", "categories"])
    client = browser(administrator)
    new = fields(client.get(address)) | {
        "label": "Cuckooing",
        "means": "A home taken over by others.",
        "ask": "Who lives there now?",
        "subject": "both",
        "group": "abuse_and_neglect",
    }
    assert client.post(address, new).status_code == 302
    looked = said(browser(administrator).get(reverse("setup:publish", args=["categories"])))
    assert "A home taken over by others." in looked
    publish(administrator, "categories")
    client.post(reverse("setup:bring_back", args=["categories", 1]))
    publish(administrator, "categories")
    edition = max(kept(Edition), key=lambda one: one.version)
    assert (edition.version, edition.back_to) == (3, 1)
    (added,) = [one for one in edition.words["categories"] if one["id"] == "cuckooing"]
    assert added["retired"] is True


def test_a_reason_to_pause_a_clock_takes_a_second_look_and_stays_known(administrator, second):
    client, part = browser(administrator), "working_time-pauses"
    assert client.get(reverse("setup:book", args=["ratings"])).status_code == 200
    address = reverse("setup:new_thing", args=["ratings", part])
    assert (
        client.post(address, fields(client.get(address)) | {"label": "The family is abroad"}).status_code
        == 302
    )
    publish(administrator, "ratings")
    assert not kept(Edition)
    assert publish(second, "ratings", "agree").status_code == 302
    with signed_in_as(administrator):
        assert [one.label for one in pause_reasons().values()] == ["The family is abroad"]
    client.post(reverse("setup:bring_back", args=["ratings", 1]))
    publish(administrator, "ratings")
    edition = max(kept(Edition), key=lambda one: one.version)
    assert [one["retired"] for one in edition.words["working_time"]["pauses"]] == [True]
    with signed_in_as(administrator):
        assert not pause_reasons()


def test_a_hub_adds_its_wards_and_what_is_no_postcode_is_refused_at_its_box(administrator):
    client, address = browser(administrator), reverse("setup:new_thing", args=["wards", "wards"])
    assert client.get(reverse("setup:book", args=["wards"])).status_code == 200
    typed = fields(client.get(address)) | {"label": "Tern"}
    wrong = client.post(address, typed | {"postcodes": "NF1 2\nTern Row"})
    assert "such as NF1, NF1 2 or NF1 2AB" in said(wrong)
    assert "Tern Row" in said(wrong)  # nothing typed is lost
    assert client.post(address, typed | {"postcodes": "NF1 2\nNF3"}).status_code == 302
    publish(administrator, "wards")
    with signed_in_as(administrator):
        assert [(one.label, one.postcodes) for one in wards().values()] == [("Tern", ("NF1 2", "NF3"))]


def test_a_category_is_retired_and_brought_back(administrator):
    address = reverse("setup:retire", args=["categories", "categories", "neglect"])
    browser(administrator).post(address, {"gone": "yes"})
    (draft,) = kept(Draft)
    assert [one["id"] for one in draft.words["categories"] if one.get("retired")] == ["neglect"]
    browser(administrator).post(address, {"gone": "no"})
    assert not [one for one in kept(Draft)[0].words["categories"] if one.get("retired")]


@pytest.mark.parametrize("thing", ["strategy_discussion", "no_further_action"])
def test_what_protects_a_child_or_keeps_the_system_whole_is_never_retired(administrator, thing):
    address = reverse("setup:retire", args=["outcomes", "outcomes", thing])
    answer = browser(administrator).post(address, {"gone": "yes"}, follow=True)
    assert "reword it, keep it" in said(answer)
    assert not kept(Draft)


def test_two_people_never_overwrite_each_other_in_a_draft(administrator, second):
    address = reverse("setup:thing", args=["outcomes", "outcomes", NFA])
    client = browser(administrator)
    opened = fields(client.get(address))
    edit(second, "outcomes", "outcomes", NFA, means="Theirs")
    answer = client.post(address, opened | {"label": "Mine"})
    assert "Somebody else saved this draft" in said(answer)
    assert "Mine" in said(answer)
    assert kept(Draft)[0].by_id == second.pk


def test_a_draft_is_tried_in_the_practice_hub_and_changes_nothing_here(administrator):
    practice = HubFactory(name="Practice", is_training=True, practises_for=administrator.hub)
    learner = StaffFactory(hub=practice, screener=True)
    edit(administrator, "outcomes", "outcomes", NFA, **{"label": "Try me", "second_person-when": []})
    assert publish(administrator, "outcomes", "try").status_code == 302
    assert label(learner) == "Try me"
    assert label(administrator) != "Try me"
    assert len(kept(Draft)) == 1
    assert [line.hub_id for line in kept(Change)] == [practice.pk]


def test_a_draft_is_thrown_away(administrator):
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    discard(administrator, "outcomes", saved=1)
    assert not kept(Draft)


def discard(staff, content, **data):
    return browser(staff).post(reverse("setup:discard", args=[content]), data, follow=True)


def test_a_draft_that_somebody_changed_since_is_not_thrown_away_unread(administrator):
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    edit(administrator, "outcomes", "outcomes", NFA, label="Close it here")
    for data in ({"saved": 1}, {}):
        assert "Not thrown away" in said(discard(administrator, "outcomes", **data))
        assert kept(Draft)[0].saved == 2


def test_an_earlier_version_takes_the_place_of_no_draft_that_is_begun(administrator):
    edit(administrator, "outcomes", "outcomes", NFA, label="Close")
    publish(administrator, "outcomes")
    edit(administrator, "outcomes", "outcomes", NFA, label="Close with thanks")
    client = browser(administrator)
    book, back = reverse("setup:book", args=["outcomes"]), reverse("setup:bring_back", args=["outcomes", 1])
    assert back not in said(client.get(book))
    answer = client.post(back, follow=True)
    assert "A draft is begun" in said(answer)
    (draft,) = kept(Draft)
    assert "Close with thanks" in str(draft.words)
    discard(administrator, "outcomes", saved=draft.saved)
    assert back in said(client.get(book))


# Question sets


def at(staff, name, *args, **data):
    client, address = browser(staff), reverse(f"setup:{name}", args=args)
    if not data:
        return client.get(address)
    return client.post(address, fields(client.get(address)) | data if name != "move" else data)


NEW = {
    "text": "Is the child known by another name at school?",
    "hint": "Write the name and where it is used",
    "type": "text",
    "asks_about": "child",
    "sensitive_by_default": "False",
    "protective": "False",
}


def test_an_edit_is_a_new_version_and_what_was_sent_keeps_its_own(administrator):
    at(administrator, "reword", "education", "attendance", text="How often is the child at school?")
    at(administrator, "add_question", "education", **NEW)
    at(administrator, "move", "education", "lateness", step="up")
    publish(administrator, "question_sets")
    (line,) = kept(Change)
    changed = [place.rpartition(" › ")[2] for place, _, _ in line.differences]
    assert changed == ["questions, the order", "text", NEW["text"]]
    with signed_in_as(administrator):
        now, sent = set_for("education", "child"), set_sent("education_v1")
    assert (now.id, now.version) == ("education_v2", 2)
    assert now.question("attendance").text == "How often is the child at school?"
    assert now.questions[-1].text == NEW["text"]
    assert [one.id for one in now.questions][1] == "lateness"
    assert sent.question("attendance").text != now.question("attendance").text
    assert set_for("education", "child").id == "education_v1"


def test_the_thirteen_topics_of_education_are_always_asked(administrator):
    assert "Fixed by practice" in said(at(administrator, "asked", "education"))
    at(administrator, "move", "education", "lateness", step="retire")
    assert not kept(Draft)


def test_a_question_is_asked_no_longer_and_its_id_does_not_come_back(administrator):
    series = "housing"
    with signed_in_as(administrator):
        gone = set_for("housing", "child").questions[-1]
    at(administrator, "move", series, gone.id, step="retire")
    publish(administrator, "question_sets")
    with signed_in_as(administrator):
        assert gone.id not in {one.id for one in set_for("housing", "child").questions}
    at(administrator, "add_question", series, **(NEW | {"text": gone.id.replace("_", " ")}))
    drafted = [
        one for one in kept(Draft)[0].words["sets"] if one["agency"] == "housing" and one["version"] == 3
    ]
    assert gone.id not in {one["id"] for asked in drafted for one in asked["questions"]}


def test_a_set_is_brought_back_and_the_next_edit_has_a_number_of_its_own(administrator):
    at(administrator, "add_question", "education", **NEW)
    publish(administrator, "question_sets")
    browser(administrator).post(reverse("setup:bring_back", args=["question_sets", 1]))
    publish(administrator, "question_sets")
    with signed_in_as(administrator):
        assert set_for("education", "child").id == "education_v1"
        assert set_sent("education_v2")
    at(administrator, "add_question", "education", **NEW)
    publish(administrator, "question_sets")
    with signed_in_as(administrator):
        assert set_for("education", "child").id == "education_v3"


def test_a_choice_needs_two_answers(administrator):
    answer = said(
        at(administrator, "add_question", "education", **(NEW | {"type": "choice", "choices": "one"}))
    )
    assert "Write at least two answers" in answer


def test_a_set_is_previewed_as_its_agency_sees_it(administrator):
    at(administrator, "add_question", "education", **NEW)
    page = said(at(administrator, "preview", "education"))
    assert NEW["text"] in page
    assert "share" in page.lower()


# Pages and who may

SEEN = [
    ("contents", ()),
    ("book", ("outcomes",)),
    ("book", ("question_sets",)),
    ("thing", ("thresholds", "levels", "level_3")),
    ("thing", ("lawful_bases", "bases", "gdpr_6_1_e")),
    ("thing", ("rota", "posts", "screener")),
    ("new_thing", ("risk_matrix", "protective")),
    ("sets", ()),
    ("asked", ("education",)),
    ("preview", ("education",)),
    ("reword", ("education", "attendance")),
    ("add_question", ("education",)),
]


@pytest.mark.parametrize(("name", "args"), SEEN)
def test_the_pages_open_for_who_sets_up_the_hub_and_for_nobody_else(administrator, name, args):
    assert at(administrator, name, *args).status_code == 200
    assert at(StaffFactory(hub=administrator.hub, screener=True), name, *args).status_code == 403


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("book", ("nicknames",)),
        ("thing", ("outcomes", "products", "letter")),
        ("thing", ("outcomes", "outcomes", "none")),
        ("asked", ("none",)),
        ("reword", ("education", "none")),
        ("new_thing", ("outcomes", "outcomes")),
    ],
)
def test_what_cannot_be_edited_is_not_there(administrator, name, args):
    assert at(administrator, name, *args).status_code == 404


def test_another_hubs_draft_and_versions_are_not_there(administrator):
    DraftFactory(words={"x": 1})
    EditionFactory(note="Theirs alone")
    assert "Theirs alone" not in said(at(administrator, "book", "outcomes"))
    assert "Drafted by" not in said(at(administrator, "contents"))


def test_every_part_of_every_content_opens_and_saves_as_it_is(administrator):
    from mash.setup.parts import PARTS, things
    from mash.setup.queries.contents import find_content

    client = browser(administrator)
    for content, parts in PARTS.items():
        for part in parts:
            carried = things(find_content(content).carried(), part)
            if not carried:  # each is a hub's own: see its own test
                assert part.name in {"working_time-pauses", "wards"}
                continue
            first = carried[0]
            address = reverse("setup:thing", args=[content, part.name, first["id"]])
            page = client.get(address)
            assert page.status_code == 200, address
            answer = client.post(address, fields(page))
            assert answer.status_code == 302, (address, answer.content.decode()[:2000])
    assert {one.content for one in kept(Draft)} == set(PARTS) - {"wards"}
    for draft in kept(Draft):
        assert browser(administrator).get(reverse("setup:publish", args=[draft.content])).status_code == 200
        assert "Nothing: it says what counts already" in said(
            browser(administrator).get(reverse("setup:publish", args=[draft.content]))
        ), draft.content
    assert Staff.objects.using("builder").count() == 1


# How long records are kept


def test_periods_are_set_within_bounds_and_the_page_says_what_follows_from_them(administrator):
    page = said(browser(administrator).get(reverse("setup:book", args=["retention"])))
    assert "Nothing is disposed of by itself: one person proposes it, another agrees" in page
    assert "75 years" in page.replace("&nbsp;", " ").replace("\xa0", " ")
    for years, why in (
        ("0", "from 1 to 100 years"),
        ("101", "from 1 to 100"),
        ("17", "until the person is 18"),
    ):
        answer = said(edit(administrator, "retention", "periods", "looked_after", years=years))
        assert why in answer
        assert 'href="#id_years"' in answer
    assert edit(administrator, "retention", "periods", "looked_after", years="80").status_code == 302
    publish(administrator, "retention")
    (edition,) = kept(Edition)
    assert [one["years"] for one in edition.words["periods"] if one["id"] == "looked_after"] == [80]


def test_a_class_of_record_is_added(administrator):
    address = reverse("setup:new_thing", args=["retention", "periods"])
    client = browser(administrator)
    new = {
        "label": "Complaints",
        "covers": "What was complained of",
        "years": "6",
        "counted_from": "last_contact",
    }
    assert client.post(address, fields(client.get(address)) | new).status_code == 302
    assert "Complaints" in said(client.get(reverse("setup:book", args=["retention"])))


def test_how_the_people_of_each_agency_sign_in_is_said_and_nothing_is_set_there(administrator, settings):
    MembershipFactory(hub=administrator.hub, agency=AgencyFactory(name="Northshire Police"))
    words = {"id": "police", "agency": "Northshire Police", "issuer": "https://login.police.example/t"}
    settings.MASH_PROVIDERS = providers.read(
        [words | {"client_id": "us", "client_secret": "not-shown-anywhere"}]
    )
    page = said(browser(administrator).get(reverse("setup:signing_in")))
    assert "at https://login.police.example" in page
    assert "not-shown-anywhere" not in page
    assert "<button" not in page.split("<main")[1]
    assert browser(StaffFactory(screener=True)).get(reverse("setup:signing_in")).status_code == 403


def test_what_professionals_asked_in_vain_stands_where_an_answer_of_the_guide_is_written(
    administrator, second
):
    asked = ConsultationFactory(hub=administrator.hub, guide=UNANSWERED, question="May I see her passport?")
    address = reverse("setup:new_thing", args=["referral_guide", "answers"])
    manager = browser(second)
    assert asked.question in manager.get(address).content.decode()
    assert fields(manager.get(address))["question"] == ""
    begun = manager.get(f"{address}?asked={asked.pk}")
    assert fields(begun)["question"] == asked.question
    said = {"answer": "Ask your lead first.", "audience": "school"}
    assert manager.post(f"{address}?asked={asked.pk}", fields(begun) | said).status_code == 302
    assert publish(second, "referral_guide").status_code == 302
    with signed_in_as(second):
        assert [one.question for one in guide_content().answers][-1] == asked.question
    assert asked.question not in browser(administrator).get(address).content.decode()
    elsewhere = StaffFactory(manager=True)
    assert asked.question not in browser(elsewhere).get(f"{address}?asked={asked.pk}").content.decode()
