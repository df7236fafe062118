"""Somebody opens the demonstration, reads who can log in, moves the clock, and sees due days move."""

from network import need
from pages import check


def play(stage):
    browser, network = stage.browser, stage.network
    browser.open(stage.here.pages + "/")
    browser.speak()
    check(browser, "start")
    browser.click_link("演示：从这里开始", "Demonstration: start here")
    for account in ("hr.zhang", "li.na", "wang.wei"):
        need(account in browser.text, "the start page does not say how %s logs in" % account)
    browser.says("准备好的业务", "The prepared cases")
    check(browser, "demo")
    late = network.sample("overdue")["number"]
    row = next(row for row in browser.all("tr") if late in row.text)
    need(("overdue" if browser.english else "已超期") in row.text, "the late case is not shown as late: " + row.text)
    before = [office.ops("GET", "/metrics").status for office in network.offices.values()]
    need(before == [200, 200, 200], "a node does not answer")
    today = network.run("demo", "clock", "--data", network.folder)[1]
    browser.click("button[value='1']")
    after = network.run("demo", "clock", "--data", network.folder)[1]
    need(today.splitlines()[0][:-8] != after.splitlines()[0][:-8], "the clock did not go on: " + after)
    backwards = network.run("demo", "clock", "--data", network.folder, "--forward-days", "-3")
    need(backwards[0] != 0, "the clock was moved back")
