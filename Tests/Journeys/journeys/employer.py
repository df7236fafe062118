"""An employer saves an application with two errors, mends and sends it, adds what is asked for; it completes."""

from network import need
from pages import check


def play(stage):
    browser, person = stage.browser, stage.person()
    browser.log_in(stage.here, "hr.zhang")
    check(browser, "employer-home")
    webhooks(stage)
    browser.open(stage.here.pages + "/org/new")
    wrong = person.id[:-1] + ("1" if person.id[-1] != "1" else "2")
    browser.fill(name=person.name, resident_id=wrong, origin=stage.origin.code)
    browser.fill(employer=stage.employer, credit_code=stage.code)
    check(browser, "employer-form")
    # What is not complete can be kept, and is told; it goes on where it was.
    browser.click_button("保存", "Save")
    browser.says("已保存", "Saved")
    browser.says("提交前还须填写或更正", "Before it can be sent")
    check(browser, "employer-draft")
    browser.click_button("下一步", "Next")
    word = "Error" if browser.english else "错误"
    need(browser.driver.title.startswith(word), "the title does not say that something is wrong")
    links = [link.get_attribute("href").split("#")[-1] for link in browser.all(".errors a")]
    need({"resident-id", "mobile"} <= set(links), "the errors do not lead to both fields: %r" % links)
    need(browser.one("#name").get_attribute("value") == person.name, "the name that was right is gone")
    check(browser, "employer-errors")
    browser.fill(resident_id=person.id, mobile="13800000000")
    browser.click_button("下一步", "Next")
    need(person.id in browser.text, "the page to check does not show what was entered")
    check(browser, "employer-check")
    browser.click_button("提交", "Send")
    number = browser.address.rstrip("/").split("?")[0].split("/")[-1]
    browser.says("无需您操作", "nothing for you to do")
    check(browser, "employer-lodged")

    stage.network.reaches(stage.here, number, "reviewing")
    stage.decide(stage.here, number, "ask-supplement", items=["labour-contract"])
    stage.network.reaches(stage.here, number, "supplementing")
    browser.open(stage.here.pages + "/org")
    need(number in browser.text, "what was sent back is not in the list of what is to do")
    browser.open(stage.here.pages + "/org/cases/" + number)
    browser.says("您现在需要", "You now have to")
    check(browser, "employer-returned")
    browser.click_link("补正", "Correct")
    browser.fill(mobile="13800000009")
    need(browser.one("#resident-id").get_attribute("value") == person.id, "what was entered is gone from the correction")
    check(browser, "employer-correction")
    browser.click_button("下一步：核对改动", "Next: check what changes")
    browser.says("13800000009", "13800000009")
    check(browser, "employer-changes")
    browser.click_button("重新提交", "Send again")
    stage.network.reaches(stage.here, number, "reviewing")
    stage.complete(number)
    browser.open(stage.here.pages + "/org/cases/" + number)
    browser.says("已办结", "Completed")
    check(browser, "employer-completed")


def webhooks(stage):
    """The unit has its changes told to an address, which nobody reaches here, and takes it away again."""
    browser = stage.browser
    browser.click_link("业务变动通知", "webhooks")
    check(browser, "employer-webhooks")
    browser.fill(url="https://receiver.invalid/jiexu")
    show_factor(stage)
    browser.click_button("登记", "Add")
    need("whsec_" in browser.text, "the secret is not shown")
    browser.click_link("receiver.invalid", "receiver.invalid")
    browser.is_silent_about("whsec_")
    browser.click_button("发送一条测试通知", "Send a test")
    browser.says("域名无法解析", "The name of the host is not known")
    browser.click_button("停用", "Disable")
    browser.says("由本单位停用", "Disabled by its owner")
    browser.one("main summary").click()
    check(browser, "employer-webhook")
    if not browser.all("details[open]"):
        browser.one("main summary").click()
    show_factor(stage)
    browser.click_button("移除", "Remove")
    browser.is_silent_about("receiver.invalid")


def show_factor(stage):
    if stage.browser.all("#fresh"):
        stage.browser.fill(fresh=stage.here.secrets["hr.zhang"])
