"""
Who sees to a node opens an account with a role: one asks, another person grants. Nobody grants what they have asked for
themselves, and what excludes each other is not granted at all.
"""

import re

from network import ask, need
from pages import check
from seats import Seat


def play(stage):
    browser, office = stage.browser, stage.here
    administrator, officer, second = seats(stage)
    name, person = ("window-8", "0908") if browser.english else ("window-9", "0909")

    # An officer asks for a clerk's account, and sees that somebody else has to grant it.
    officer.enter(browser)
    browser.open(office.pages + "/admin")
    check(browser, "accounts-overview")
    browser.open(office.pages + "/admin/accounts")
    check(browser, "accounts-list")
    wish(stage, name, "staff", person, "clerk")
    browser.says("申请已提交", "It was asked for")
    check(browser, "accounts-asked")
    row = line(browser, name)
    need(not row.find_elements("tag name", "form"), "who asked for an account can grant it")
    identifier = request(stage, officer, second, name)
    by_hand = send(stage, "/admin/requests/%s/approve" % identifier)
    need(by_hand.status in (403, 409), "who asked for an account has granted it by hand: %d" % by_hand.status)
    officer.pause(browser)

    # The administrator of the system may ask, and may not grant.
    administrator.enter(browser)
    browser.open(office.pages + "/admin/requests")
    by_hand = send(stage, "/admin/requests/%s/approve" % identifier)
    need(by_hand.status == 403, "an administrator of the system has granted an account: %d" % by_hand.status)
    administrator.pause(browser)

    second.enter(browser)
    browser.open(office.pages + "/admin/requests")
    check(browser, "accounts-to-grant")
    browser.click(line(browser, name).find_element("css selector", "form[action$='/approve'] button"))
    browser.says("仅显示这一次", "shown this once")
    invitation = browser.one(".panel.now code").text
    check(browser, "accounts-granted")
    browser.open(office.pages + "/admin/accounts/" + name)
    browser.is_silent_about(invitation)
    check(browser, "accounts-one")
    second.pause(browser)

    # The clerk opens the account, sees the cases, and nothing of the administration.
    clerk = Seat(office, name, invitation)
    clerk.enter(browser)
    need(browser.address.endswith("/desk"), "the new clerk does not come to the cases: " + browser.address)
    browser.open(office.pages + "/admin/accounts")
    browser.says("无权查看", "Not allowed")
    check(browser, "accounts-not-theirs")
    browser.open(office.pages + "/account")
    check(browser, "accounts-own")
    clerk.pause(browser)

    # The same person may not be an auditor as well, and a person of the settings no administrator.
    for kind, who in (("auditor", person), ("system-administrator", "li.na")):
        other = "%s-%s" % (kind[:6], name)
        administrator.enter(browser)
        wish(stage, other, kind, who)
        granted = bool([row for row in browser.all("tbody tr") if other in row.text])
        administrator.pause(browser)
        second.enter(browser)
        if granted:
            browser.open(office.pages + "/admin/requests")
            browser.click(line(browser, other).find_element("css selector", "form[action$='/approve'] button"))
        browser.says("同一人不得兼任", "One person cannot be")
        check(browser, "accounts-conflict")
        browser.open(office.pages + "/admin/accounts")
        need(other not in browser.text, "an account was made although its duties exclude each other")
        browser.open(office.pages + "/admin/requests")
        browser.click(line(browser, other).find_element("css selector", "form[action$='/decline'] button"))
        second.pause(browser)

    second.enter(browser)
    browser.open(office.pages + "/admin/rights")
    need(person in browser.text, "the report of rights does not know who has just come")
    browser.says("无冲突", "none")
    check(browser, "accounts-rights")

    # Out at once: the clerk's session ends with the account.
    browser.open(office.pages + "/admin/accounts/" + name)
    browser.click_button("停用", "Disable")
    second.pause(browser)
    clerk.enter(browser)
    browser.open(office.pages + "/desk")
    need("/login" in browser.address, "somebody whose account was disabled is still in")


def seats(stage):
    """The two administrators of the demonstration, and a second security officer, whom the console makes."""
    network, office = stage.network, stage.here
    if not hasattr(network, "seats"):
        second = add(network, office, "guard-2", "security-officer", "0402")
        network.seats = [
            Seat(office, "zhou.lei", office.secrets["zhou.lei"]), Seat(office, "wu.fang", office.secrets["wu.fang"]),
            Seat(office, "guard-2", second),
        ]
        network.ended = []
    # A browser has nobody's sessions but its own.
    if stage.browser not in network.ended:
        network.ended.append(stage.browser)
        for seat in network.seats:
            seat.session = None
    return network.seats


def add(network, office, name, kind, person):
    status, said = network.run(
        "account", "add", name, "--kind", kind, "--person", person, "--display-name", "郑岚", "--config", office.config
    )
    found = re.search(r"^  %s +(\S+)$" % re.escape(name), said, re.M)
    need(status == 0 and found, "the console made no account: %s" % said)
    return found.group(1)


def wish(stage, name, kind, person, *duties):
    browser = stage.browser
    browser.open(stage.here.pages + "/admin/requests/new")
    if duties:
        check(browser, "accounts-ask")
    browser.fill(name=name, display_name="何清", kind=kind, person=person)
    for duty in duties:
        browser.one("#duty-" + duty).click()
    browser.click_button("提交申请", "Ask")


def line(browser, name):
    rows = [row for row in browser.all("tbody tr") if name in row.text]
    need(rows, "%s does not show %s: %s" % (browser.address, name, browser.text[:400]))
    return rows[0]


def request(stage, officer, second, name):
    """The number of a request, as the one who may grant it has it in a form."""
    browser, place = stage.browser, stage.here.pages + "/admin/requests"
    officer.pause(browser)
    second.enter(browser)
    browser.open(place)
    action = line(browser, name).find_element("css selector", "form[action$='/approve']").get_attribute("action")
    second.pause(browser)
    officer.enter(browser)
    browser.open(place)
    return action.split("/")[-2]


def send(stage, path, **fields):
    """A form as somebody would send it who does without the page: with the session and its secret."""
    browser, office = stage.browser, stage.here
    cookie = browser.driver.get_cookie("jiexu-" + office.code)["value"]
    fields["form-secret"] = browser.one("input[name=form-secret]").get_attribute("value")
    body = "&".join("%s=%s" % pair for pair in fields.items()).encode()
    return ask(
        "POST", office.pages + path, body,
        {"Cookie": "jiexu-%s=%s" % (office.code, cookie), "Sec-Fetch-Site": "same-origin",
         "Content-Type": "application/x-www-form-urlencoded"},
    )
