"""A maker prepares; the same person cannot check it, not with another account and not by hand; another signs it."""

from network import ask, need
from pages import check


def play(stage):
    browser = stage.browser
    number = stage.lodge(stage.person())
    browser.log_in(stage.here, "sun.yan")
    browser.open(stage.here.pages + "/desk/cases/%s/decide/accept" % number)
    browser.fill(text="材料齐全，符合规定。")
    browser.click_button("提交复核", "Hand to")
    review = browser.address
    browser.says("您是经办人", "You have made it")
    need(not browser.has_button("复核通过", "Approve"), "the maker has a button to approve")
    check(browser, "checker-own")

    browser.log_in(stage.here, "sun.yan.2")
    browser.open(review)
    browser.says("您是经办人", "You have made it")
    proposal = review.rstrip("/").split("/")[-1]
    shown = stage.here.api("sun.yan.2", "GET", "/api/v1/staff/proposals/" + proposal).json
    cookie = browser.driver.get_cookie("jiexu-" + stage.here.code)["value"]
    secret = browser.one("input[name=form-secret]").get_attribute("value")
    by_hand = ask(
        "POST", review + "/approve", ("form-secret=%s&digest=%s" % (secret, shown["digest"])).encode(),
        {"Cookie": "jiexu-%s=%s" % (stage.here.code, cookie), "Sec-Fetch-Site": "same-origin",
         "Content-Type": "application/x-www-form-urlencoded"},
    )
    need(by_hand.status == 403, "the same person could approve by hand: %d" % by_hand.status)
    need(stage.network.phase(stage.here, number) == "reviewing", "the case went on although nobody checked it")

    browser.log_in(stage.here, "wang.wei")
    browser.open(stage.here.pages + "/review")
    check(browser, "checker-list")
    browser.open(review)
    browser.says("孙岩", "孙岩")
    check(browser, "checker-decision")
    browser.click_button("复核通过", "Approve")
    browser.says("已办理", "carried out")
    check(browser, "checker-done")
    stage.network.reaches(stage.origin, number, "checking")
    browser.open(stage.here.pages + "/desk/cases/" + number)
    browser.says("同意接收函", "acceptance letter")
    check(browser, "checker-case")
