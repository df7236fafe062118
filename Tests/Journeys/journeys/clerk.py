"""
Two clerks at two browsers: one claims a case and sends it back for papers; the other, who had it open, hears who has it,
then who was here before and when, and loses nothing.
"""

import re

from browser import Browser
from network import need
from pages import check


def play(stage):
    browser = stage.browser
    number = stage.lodge(stage.person())
    page = stage.here.pages + "/desk/cases/" + number
    other = Browser(browser.run, browser.has_scripts, browser.english, browser.is_phone)
    try:
        other.log_in(stage.here, "zhao.min")
        other.open(stage.here.pages + "/desk?all=true")
        check(other, "clerk-list")
        other.open(stage.here.pages + "/stats")
        other.says("各周业务", "Cases by week")
        check(other, "clerk-figures")
        other.open(page)
        browser.log_in(stage.here, "li.na")
        browser.open(page)
        check(browser, "clerk-case")
        browser.click_button("领取", "Claim")
        browser.says("由您领取", "You see to it")
        other.click_button("领取", "Claim")
        other.says("李娜", "李娜")
        check(other, "clerk-claimed")

        other.open(page + "/decide/accept")
        check(other, "clerk-form")
        browser.open(page + "/decide")
        check(browser, "clerk-choose")
        browser.open(page + "/decide/ask-supplement")
        browser.one("#item-labour-contract").click()
        browser.fill(text="请补劳动合同。")
        browser.click_button("提交复核", "Hand to")
        need("/review/" in browser.address, "nothing was prepared: " + browser.text[:300])
        stage.approve_shown(stage.here)

        other.fill(text="材料齐全。")
        other.click_button("提交复核", "Hand to")
        other.says("已被他人办理", "Somebody else has been here")
        need("李**、王**" in other.text and "staff:" not in other.text, "nobody says who was here: " + other.text[:500])
        need(re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", other.one(".panel").text), "nobody says when")
        kept = other.one("#kept").get_attribute("value")
        need(kept == "材料齐全。", "what the clerk had written is lost: %r" % kept)
        check(other, "clerk-collision")
    finally:
        other.end()
