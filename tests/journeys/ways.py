"""How somebody comes to a page that no address alone opens.  Each is told the browser's page and the scene."""

import re
from datetime import timedelta

from django.urls import reverse

from mash.desk.demo.places import PASSWORD
from mash.partnership.models import Email
from mash.referral.codes import code_of
from tests.journeys.scene import REFERRER


def presses(page, button):
    """Press a button of the page itself."""
    page.locator("main").get_by_role("button", name=button, exact=True).first.click()


def with_a_password(page, scene):
    """Sign in as whoever has a second factor."""
    page.get_by_label("E-mail address").fill(scene.posts["night"].account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    presses(page, "Sign in")


def once_more(page, scene):
    """Give the password a second time, and go to where a restricted case is opened."""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    presses(page, "Continue")
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + reverse("desk:open_restricted"))


def once_more_to_take_out(page, scene):
    """Give the password a second time, and go to where a return is taken out."""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    presses(page, "Continue")
    address = reverse("returns:take_out", args=[scene.told["run_id"]])
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + address)


def finds_somebody(page, scene):
    """Search for a name that two people have."""
    page.locator("main").get_by_role("textbox").first.fill("okafor")
    presses(page, "Search")


def finds_a_relative(page, scene):
    """Look for the other person of a relationship."""
    page.get_by_label("Find the other person").fill("okafor")
    presses(page, "Find")


def opens_the_room(page, scene):
    """Say why, and open what is sealed."""
    page.get_by_label("Why do you open it?").fill("To pass the closing")
    presses(page, "Open it")


def sees_who_it_is(page, scene):
    """Say why, and open an entry of the unit's own list."""
    page.get_by_label("Why do you open it?").fill("The board asks")
    presses(page, "See who it is")


def reads_a_release_over(page, scene):
    """Write a release beside the originals, and read exactly what would go."""
    page.get_by_role("group", name="What does it rest on?").get_by_role("checkbox").first.check()
    page.get_by_label("What will be released").fill("Do not visit alone.")
    page.get_by_role("group", name="Who may read it?").get_by_role("checkbox").first.check()
    page.get_by_label("To keep workers safe who visit or meet the family").check()
    page.get_by_label("Information sharing agreement of this hub").check()
    page.get_by_label("Lawful basis", exact=True).select_option(index=1)
    tomorrow = scene.now.date() + timedelta(days=1)
    for box, value in (("Day", tomorrow.day), ("Month", tomorrow.month), ("Year", tomorrow.year)):
        page.get_by_label(box, exact=True).fill(str(value))
    presses(page, "Read it over")


def signs_in_again(page, scene):
    """Give the password again, which leads back to the page that asked for it."""
    if page.get_by_label("Password", exact=True).count():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        presses(page, "Continue")


def reads_the_notice_over(page, scene):
    """Fill in a notice to a school, and read its exact words."""
    page.get_by_label("Which school?").select_option(index=1)
    page.get_by_label("No, or nothing is known of it").check()
    page.get_by_label("The school has named nobody: whoever answers for it").check()
    page.get_by_label("They were there.", exact=True).check()
    page.get_by_label("Whom of the police can the school call?").fill("Harm reduction unit, 020 7946 0900")
    page.get_by_label("No, or none is known").check()
    presses(page, "Read it over")


def asks_for_a_code(page, scene):
    """Ask for a code as the referrer."""
    page.get_by_label("Your reference").fill(scene.reference)
    page.get_by_label("The e-mail address you gave us").fill(REFERRER)
    presses(page, "Send me a code")


def with_a_code(page, scene):
    """Open the referrer's page with the code that was sent."""
    asks_for_a_code(page, scene)
    page.get_by_label("The code we sent you").fill(code_sent_to(REFERRER))
    presses(page, "Open my page")


def code_sent_to(address):
    """Return the newest code that was sent to an address."""
    sent = Email.objects.using("builder").filter(to=address, subject__startswith="Your code")
    return re.search(r"is (\S+)\.", sent.latest("queued_at").body)[1]


def of_the_rota(scene, *, quiet):
    """Return which week of whose rota is filled in."""
    manager = (scene.quiet if quiet else scene.posts)["manager"]
    return f"?agency={manager.agency_id}&post=screener"


def of_this_month(scene, *, quiet):
    """Return of which month a list is: this one."""
    return f"?period={scene.now:%Y-%m}"


def of_the_case(scene, *, quiet):
    """Return which page is printed."""
    return f"?page={reverse('desk:case', args=[scene.told['contact_id']])}"


def of_no_such_filter(scene, *, quiet):
    """Return filters of which two do not exist."""
    return "?rating=purple&stage=limbo&due=overdue"


def says_half(page, scene):
    """Answer a question and choose nobody to share it with."""
    page.locator("main textarea").first.fill("Seen at the clinic in March.")


def after_sending(name):
    """Return the way of a neighbour who comes back, by the code from the screen, to a page of what they sent."""

    def way(page, scene):
        key = scene.told["told_by_a_neighbour"]
        page.locator("#id_s-code").fill(code_of(key))
        presses(page, "Go on with this code")
        page.goto(re.sub(r"/referral/$", reverse(f"referral:{name}", args=[key]), page.url))

    return way


def tells_us(page, scene):
    """Begin a referral as a member of the public."""
    presses(page, "Tell us")


def on_a_draft(name):
    """Return the way to a page of a referral that was begun."""

    def way(page, scene):
        tells_us(page, scene)
        page.goto(re.sub(r"/page/.*", f"/{name}/", page.url))

    return way


def of_the_group(scene, *, quiet):
    """Return of whom a group is named."""
    return f"?person={scene.told['harm_person']}"
