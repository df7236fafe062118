"""An insured person lets a bank look at one thing; the bank looks, the person sees that, and takes it back."""

import re

from network import need
from pages import check


def play(stage):
    browser, person = stage.browser, stage.person()
    number = stage.lodge(person)
    stage.complete(number)
    browser.log_out(stage.here)
    browser.enter(stage.here, person, number)
    browser.open(stage.here.pages + "/my/grants")
    check(browser, "grants-none")
    browser.fill(number=number, scope_months=True, days="7", uses="3")
    browser.click_button("生成授权码", "Make a code")
    code = browser.one("strong.code").text
    check(browser, "grants-code")
    browser.open(stage.here.pages + "/my/grants")
    browser.is_silent_about(code)
    person_session = browser.leave(stage.here)

    browser.open(stage.here.pages + "/g")
    check(browser, "grants-ask")
    look(browser, code)
    browser.says("剩余次数", "Uses left")
    need(browser.all("main table"), "the bank does not see the months")
    need(not re.search(r"[0-9]+\.[0-9]{2}", browser.one("main").text), "the bank sees amounts that were not ticked")
    need(person.id not in browser.source and person.name not in browser.source, "the bank sees who it is in full")
    check(browser, "grants-seen")

    browser.come_back(stage.here, person_session)
    browser.open(stage.here.pages + "/my/grants")
    browser.says("示例银行信贷部", "示例银行信贷部")
    check(browser, "grants-used")
    browser.click_button("撤销", "Revoke")
    browser.says("已撤销", "Revoked")
    browser.leave(stage.here)
    browser.open(stage.here.pages + "/g")
    look(browser, code)
    browser.says("授权码不正确、已过期、已用完或已撤销", "The code is wrong, over, used up or revoked")


def look(browser, code):
    browser.fill(code=code, who="示例银行信贷部")
    browser.click_button("查阅", "Look")
