"""A clerk claims a case and sends it back for papers; a second clerk, who had it open, collides and loses nothing."""

from network import need
from pages import check


def play(stage):
    browser = stage.browser
    number = stage.lodge(stage.person())
    page = stage.here.pages + "/desk/cases/" + number
    browser.log_in(stage.here, "zhao.min")
    browser.open(stage.here.pages + "/desk?all=true")
    check(browser, "clerk-list")
    browser.open(page + "/decide/accept")
    check(browser, "clerk-form")
    stale = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    browser.view((390, 844) if browser.is_phone else (1366, 768))

    browser.log_in(stage.here, "li.na")
    browser.open(page)
    check(browser, "clerk-case")
    browser.click_button("领取", "Claim")
    browser.says("由您领取", "You see to it")
    browser.open(page + "/decide")
    check(browser, "clerk-choose")
    browser.open(page + "/decide/ask-supplement")
    browser.one("#item-labour-contract").click()
    browser.fill(text="请补劳动合同。")
    browser.click_button("提交复核", "Hand to")
    need("/review/" in browser.address, "nothing was prepared: " + browser.text[:300])
    stage.approve_shown(stage.here)

    browser.log_in(stage.here, "zhao.min")
    browser.open(page)
    browser.says("李娜", "李娜")
    browser.driver.close()
    browser.driver.switch_to.window(stale)
    browser.fill(text="材料齐全。")
    browser.click_button("提交复核", "Hand to")
    browser.says("已被他人办理", "Somebody else has been here")
    check(browser, "clerk-collision")
