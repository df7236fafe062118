"""An auditor looks, and that too is written down; changes nothing, whatever is sent by hand; a reveal takes a purpose."""

import re

from journeys.accounts import send
from network import need
from pages import check

PAGES = ("/audit/use", "/audit/dossier", "/audit/check", "/desk", "/review", "/stalled", "/stats")


def play(stage):
    browser, office = stage.browser, stage.here
    number = stage.lodge(stage.person())
    case = office.pages + "/desk/cases/" + number

    # Without a purpose nothing is shown, and nothing is written as shown.
    browser.log_in(office, "li.na")
    browser.open(office.pages + "/desk/reveal/" + number)
    refused = send(stage, "/desk/reveal/" + number)
    need(refused.status == 422, "a number is shown without a purpose: %d" % refused.status)
    need(not re.search(r"[0-9]{17}[0-9X]", refused.text), "a number is shown without a purpose")
    browser.log_in(office, "chen.jing")
    need(rows(stage, action="reveal", object=number) == [], "a reveal that was refused is in the trail as one")
    browser.log_in(office, "li.na")
    browser.open(office.pages + "/desk/reveal/" + number)
    browser.fill(purpose="contact-person")
    browser.click_button("显示", "Show")
    check(browser, "oversight-revealed")
    shown = browser.one("dd strong").text
    browser.log_in(office, "chen.jing")
    found = rows(stage, action="reveal", object=number)
    need(len(found) == 1, "one reveal has left %d rows" % len(found))
    browser.is_silent_about(shown)

    # The search itself is in the trail, once, with what was looked for.
    before = len(rows(stage, action="search-trail", who="chen.jing"))
    rows(stage, action="reveal", object=number)
    after = rows(stage, action="search-trail", who="chen.jing")
    # The first search for searches, the one for reveals, and the last one, which does not see itself.
    need(len(after) == before + 2, "%d searches have left %d rows" % (2, len(after) - before))
    need(any(number in row for row in after[:3]), "the row of a search does not say what was looked for")
    check(browser, "oversight-searches")

    for path in PAGES:
        browser.open(office.pages + path)
        need("/login" not in browser.address and not browser.all(".problem"), "an auditor may not see " + path)
        offers_nothing(browser)
        if path.startswith("/audit") or path == "/stats":
            check(browser, "oversight" + path.replace("/", "-"))
    for path in ("/desk/cases/" + number, "/stalled/" + stuck(stage)):
        browser.open(office.pages + path)
        offers_nothing(browser)
    check(browser, "oversight-stalled")
    browser.open(case)
    check(browser, "oversight-case")

    # No button for business, and none behind the pages either.
    refusals = len(rows(stage, who="chen.jing", result="refused"))
    browser.open(case)
    proposal = office.api("li.na", "POST", "/api/v1/staff/cases/%s/proposals" % number,
                          {"action": "accept", "text": "材料齐全，按规定办理。"}).json
    forms = [
        ("/desk/cases/%s/claim" % number, {}), ("/desk/cases/%s/decide/accept" % number, {"text": "x", "version": "2"}),
        ("/desk/cases/%s/resend" % number, {}), ("/review/%d/approve" % proposal["id"], {"digest": proposal["digest"]}),
        ("/review/%d/decline" % proposal["id"], {"text": "x"}), ("/desk/reveal/" + number, {"purpose": "complaint"}),
        ("/admin/peers/%s/hold" % stage.origin.code, {}), ("/admin/requests", {"work": "add"}),
    ]
    for path, fields in forms:
        answer = send(stage, path, **fields)
        need(answer.status == 403, "an auditor got %d for %s" % (answer.status, path))
    programs = (("proposals", {"action": "accept", "text": "x"}), ("resend", None))
    for path, body in programs:
        answer = office.api("chen.jing", "POST", "/api/v1/staff/cases/%s/%s" % (number, path), body)
        need(answer.status == 403, "the interface gave an auditor %d for %s" % (answer.status, path))
    need(stage.network.phase(office, number) == "reviewing", "an auditor has moved a case")
    refused = rows(stage, who="chen.jing", result="refused")
    expected = len(forms) + len(programs)
    need(len(refused) == refusals + expected, "%d refusals have left %d rows" % (expected, len(refused) - refusals))
    check(browser, "oversight-refused")
    # The control: the same form by the hand of a clerk is taken.
    browser.log_in(office, "zhao.min")
    browser.open(case)
    taken = send(stage, "/desk/cases/%s/claim" % number)
    need(taken.status in (200, 303), "a clerk's form was not taken either: %d" % taken.status)


def offers_nothing(browser):
    """Nothing on a page would change business; the checks of the trail and of the log change none."""
    offered = [form.get_attribute("action") for form in browser.all("main form[method=post]")]
    offered = [action for action in offered if "/audit/" not in action]
    need(not offered, "%s offers an auditor %r" % (browser.address, offered))
    need(not browser.all("main a[href*='/reveal/'], main a.button[href*='/decide']"), "an auditor is led to business")


def stuck(stage):
    """A case that is stuck."""
    return stage.here.api("li.na", "GET", "/api/v1/staff/stalled?limit=1").json["stalled"][0]["case"]


def rows(stage, **wanted):
    """What the trail has of something, as the page of an auditor shows it."""
    browser = stage.browser
    browser.open(stage.here.pages + "/audit?" + "&".join("%s=%s" % pair for pair in wanted.items()))
    return [row.text for row in browser.all("tbody tr")]
