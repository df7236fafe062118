"""An insured person sees on a phone who has the transfer and until when, urges when it is late, and is answered."""

import datetime

from browser import PHONE
from network import need
from pages import check


def play(stage):
    browser, network, person = stage.browser, stage.network, stage.person()
    number = stage.lodge(person)
    stage.decide(stage.here, number, "accept")
    network.reaches(stage.origin, number, "checking")
    browser.log_out(stage.here)
    browser.open(stage.here.pages + "/my/login")
    browser.speak()
    check(browser, "member-login")
    browser.enter(stage.here, person, number)
    need(number in browser.text, "the list of one's own transfers does not have the one that there is")
    check(browser, "member-list")
    browser.open(stage.here.pages + "/my/transfers?direction=in&state=open")
    need(number in browser.text, "the filter leaves out what fits")
    browser.open(stage.here.pages + "/my/transfers?direction=out")
    browser.says("没有一件符合所选条件", "none of them fits")
    check(browser, "member-filter")
    page = stage.here.pages + "/my/transfers/" + number
    browser.open(page)
    browser.view(PHONE)
    bottom = browser.driver.execute_script("return document.querySelector('.panel.now').getBoundingClientRect().bottom")
    need(bottom <= PHONE[1], "what matters ends at %d pixels, below the phone's edge" % bottom)
    browser.says("第 4/6 步", "Step 4 of 6")
    browser.says(stage.origin.chinese, stage.origin.english)
    browser.says("个工作日", "working days used")
    browser.says("最迟", "Due by")
    browser.says("无需您操作", "nothing for you to do")
    for words in ("li.na", "李娜", "王伟", "wang.wei", "checking", person.id):
        browser.is_silent_about(words)
    times = [time.get_attribute("datetime") for time in browser.all("table time")]
    need(times and all(time.endswith("Z") for time in times), "the times of the history are not instants: %r" % times)
    check(browser, "member-transfer")
    browser.click_link("核对缴费记录", "Check my months")
    check(browser, "member-record")

    # Nobody else's transfer can be seen, whoever it is of.
    browser.open(stage.here.pages + "/my/transfers/" + network.sample("just lodged, under review")["number"])
    browser.says("没有此页", "Nothing here")

    before = browser.now(stage.here)
    network.move_clock(24)
    need(browser.now(stage.here) - before >= datetime.timedelta(days=24), "the page does not follow the clock")
    browser.open(page)
    browser.says("已超期", "working days overdue")
    check(browser, "member-late")
    browser.click_button("催办", "Urge the office")
    need(not browser.has_button("催办", "Urge the office"), "the office can be urged twice at once")
    session = browser.leave(stage.here)

    browser.log_in(stage.here, "li.na")
    browser.open(stage.here.pages + "/desk/requests")
    item = next(item for item in browser.all("main li") if number in item.text)
    check(browser, "member-request")
    item = next(item for item in browser.all("main li") if number in item.text)
    item.find_element("tag name", "textarea").send_keys("已函催转出地，预计十个工作日内办结。")
    browser.click(item.find_element("tag name", "button"))
    browser.leave(stage.here)
    browser.come_back(stage.here, session)
    browser.open(page)
    browser.says("已函催转出地", "已函催转出地")
    check(browser, "member-answered")
