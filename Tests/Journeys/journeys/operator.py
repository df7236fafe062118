"""
The administrator of the system: peers, one of which is down, with the connection step by step; own keys and their days;
and a file for whoever helps, without persons and without keys.
"""

import base64
import glob
import os
import re

from journeys.accounts import seats
from journeys.batch import fetched
from network import Refused, need
from pages import check

NUMBER = re.compile(r"[0-9]{17}[0-9X]")


def play(stage):
    browser, office = stage.browser, stage.here
    administrator = seats(stage)[0]
    administrator.enter(browser)
    browser.open(office.pages + "/admin/peers")
    check(browser, "operator-peers")
    need(len(browser.all("form[action$='/test']")) == 2, "not every peer can be tried")
    marks = test(stage, stage.third)
    need(set(marks) == {"✓"}, "a peer that is up does not pass: %r" % marks)
    browser.says("连接正常", "The connection is in order")
    check(browser, "operator-good")
    stage.third.stop()
    try:
        marks = test(stage, stage.third)
        browser.says("连接在这一步未通过", "The connection failed at")
        failed = browser.one(".errors").text
        need("TCP" in failed, "the step that failed is not named: " + failed)
        need(marks.count("×") == 1 and marks[: marks.index("×")].count("✓") == marks.index("×"),
             "the steps before the one that failed do not pass: %r" % marks)
        need(set(marks[marks.index("×") + 1 :]) == {"–"}, "steps after the one that failed were tried: %r" % marks)
        row = next(row for row in browser.all("tbody tr") if "×" in row.text)
        need(row.find_elements("tag name", "td")[3].text.strip(), "nobody says what is to be done about it")
        check(browser, "operator-down")
    finally:
        stage.third.start()
    need(set(test(stage, stage.third)) == {"✓"}, "the peer does not pass after it is up again")

    # To the third office nothing is sent already: a prepared case needs that.
    browser.open(office.pages + "/admin/peers")
    peer = "form[action='/admin/peers/%s/test']" % stage.origin.code
    browser.click(browser.one(peer + " button[formaction$='/hold']"))
    browser.says("请选择暂停投递的原因", "Choose why deliveries are to be held")
    browser.fill(**{"why_" + stage.origin.code: "maintenance-there"})
    browser.click(browser.one(peer + " button[formaction$='/hold']"))
    browser.says("本机构已暂停投递", "held here")
    browser.says("原因：对方维护", "why: maintenance at the peer")
    browser.open(office.pages + "/admin")
    browser.says("投递由本机构暂停", "are held here")
    browser.open(office.pages + "/admin/peers")
    check(browser, "operator-held")
    browser.click(browser.one(peer + " button[formaction$='/resume']"))
    browser.is_silent_about("formaction=\"/admin/peers/%s/resume\"" % stage.origin.code)

    browser.open(office.pages + "/admin/keys")
    days = re.findall("([0-9]+) days left" if browser.english else "还有 ([0-9]+) 天", browser.text)
    need(len(days) >= 4, "the page of keys does not say how many days are left: %r" % days)
    check(browser, "operator-keys")

    browser.open(office.pages + "/admin/diagnostics")
    check(browser, "operator-diagnostics")
    secrets = secrets_of(stage)
    for text in (browser.source, fetched(stage, browser.one("a[href$='/file']").get_attribute("href")).decode("utf-8")):
        need(len(text) > 1_000, "there is hardly anything in the file of the diagnostics")
        is_clean(text, secrets)
    # What is looked for is found where it is.
    for planted in ("11010119900307721X", secrets[0], secrets[-1]):
        try:
            is_clean(text[:-1] + ', "x": "%s"}' % planted, secrets)
        except Refused:
            continue
        raise Refused("the control of the diagnostics was not found")
    administrator.pause(browser)


def test(stage, peer):
    """Tries the connection; gives the mark of each step."""
    browser = stage.browser
    browser.open(stage.here.pages + "/admin/peers")
    browser.click(browser.one("form[action='/admin/peers/%s/test'] button" % peer.code))
    return [mark.text.strip()[0] for mark in browser.all("tbody .mark")]


def secrets_of(stage):
    """What no page may have: each key of the node as its file has it, and each secret that lets somebody in."""
    found = []
    for name in glob.glob(os.path.join(stage.here.folder, "keys", "*.key")):
        with open(name, "rb") as file:
            content = file.read()
        if b"-----BEGIN" in content:
            found += [line for line in content.decode().splitlines() if len(line) > 30 and "-" not in line]
        else:
            found += [content.hex(), base64.b64encode(content).decode().rstrip("=")]
    need(len(found) >= 4, "the keys of the node were not read")
    return found + [secret for secret in stage.here.secrets.values()]


def is_clean(text, secrets):
    number = NUMBER.search(text)
    need(not number, "the diagnostics have what looks like an identity number")
    need("PRIVATE KEY" not in text, "the diagnostics have a key")
    need(not [secret for secret in secrets if secret in text], "the diagnostics have a secret of the node")
