"""An auditor finds who saw whose number, and sees it when somebody changes a row of the trail by hand."""

import os
import sqlite3

from network import need
from pages import check


def play(stage):
    # At the third office, so that the others keep a trail that is whole.
    browser, office = stage.browser, stage.third
    number = office.api("window-1", "GET", "/api/v1/cases?limit=1").json["cases"][0]["case"]
    browser.log_in(office, "li.na")
    browser.open(office.pages + "/desk/cases/" + number)
    browser.open(office.pages + "/desk/reveal/" + number)
    check(browser, "auditor-reveal")
    browser.fill(purpose="compare-document")
    browser.click_button("显示", "Show")
    shown = browser.one("dd strong").text
    need(len(shown) == 18, "the number was not shown")

    browser.log_in(office, "chen.jing")
    browser.open(office.pages + "/audit")
    check(browser, "auditor-trail")
    browser.fill(action="reveal", object=number)
    browser.click_button("查询", "Search")
    rows = [row.text for row in browser.all("tbody tr") if number in row.text]
    need(rows and "li.na" in rows[0], "the trail does not say who saw the number: %r" % rows)
    need(shown not in browser.source, "the trail has the number itself")
    check(browser, "auditor-found")
    refused = browser.driver.find_elements("css selector", "main form[method=post]")
    need(not refused, "the trail has something that changes it")
    browser.open(office.pages + "/audit/find")
    browser.fill(what=shown, purpose="complaint")
    browser.click_button("查找", "Find")
    need(number in browser.text, "the cases of a person are not found by the identity number")
    browser.is_silent_about(shown)
    check(browser, "auditor-person")

    browser.open(office.pages + "/audit/check")
    browser.click_button("立即校验审计记录", "Check the trail now")
    browser.says("审计记录完整", "The trail is whole")
    check(browser, "auditor-whole")
    browser.click_button("立即校验日志", "Check the log now")
    browser.says("业务日志与所有签名日志头一致", "The log agrees with every signed head")
    before = tamper(office, number, "complaint")
    try:
        browser.open(office.pages + "/audit/check")
        browser.click_button("立即校验审计记录", "Check the trail now")
        browser.says("审计记录已被破坏", "The trail is broken")
        check(browser, "auditor-broken")
        status, said = stage.network.run("audit", "verify", "--config", office.config)
        need(status == 1, "the command does not find the row that was changed: %d %s" % (status, said))
    finally:
        tamper(office, number, before)
    browser.click_button("立即校验审计记录", "Check the trail now")
    browser.says("审计记录完整", "The trail is whole")


def tamper(office, number, reason):
    """Changes the purpose of the newest reveal in the database, as somebody with the file in hand could."""
    database = sqlite3.connect(os.path.join(office.folder, "data", "jiexu.sqlite"), timeout=20)
    try:
        guards = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'account_audit'"
        ).fetchall()
        place, old = database.execute(
            "SELECT number, reason FROM account_audit WHERE action = 'reveal' AND object = ? AND result = 'done' "
            "ORDER BY number DESC LIMIT 1",
            (number,),
        ).fetchone()
        for name, _ in guards:
            database.execute('DROP TRIGGER "%s"' % name)
        database.execute("UPDATE account_audit SET reason = ? WHERE number = ?", (reason, place))
        for _, text in guards:
            database.execute(text)
        database.commit()
        return old
    finally:
        database.close()
