"""A clerk without a mouse: from logging in through the list, claiming and deciding, to what waits for a checker."""

from selenium.webdriver.common.keys import Keys

import keyboard
from network import need
from pages import check


def play(stage):
    browser, office = stage.browser, stage.here
    number = stage.lodge(stage.person())
    keyboard.log_in(browser, office, "li.na")
    need(browser.address.endswith("/desk"), "a clerk does not come to the list: " + browser.address)
    keyboard.skip(browser)
    keyboard.walk(browser)

    # What stands on the page about keys holds: to the search from everywhere, and the list by a filter.
    keyboard.shortcut(browser, "s")
    need(keyboard.has_focus(browser, "input[type=text]"), "Alt+S does not lead to where one finds a case")
    keyboard.begin(browser)
    keyboard.reach(browser, "#peer")
    keyboard.press(browser, Keys.ARROW_DOWN)
    chosen = browser.one("#peer").get_attribute("value")
    need(chosen, "the arrow keys choose no other office")
    keyboard.go(browser, "form[action='/desk'] button", Keys.SPACE)
    need("peer=" + chosen in browser.address, "the list does not keep to the office that was chosen")
    keyboard.go(browser, "a[href='/desk?who=free&peer=%s'], a[href='/desk?who=free']" % chosen)
    keyboard.shortcut(browser, "s")
    keyboard.press(browser, number)
    keyboard.follow(browser, Keys.ENTER)
    keyboard.go(browser, "main a[href='/desk/cases/%s']" % number) if "/find" in browser.address else None

    need(number in browser.address, "the list does not lead to the case: " + browser.address)
    keyboard.walk(browser)
    keyboard.go(browser, "form[action$='/claim'] button", Keys.SPACE)
    browser.says("由您领取", "You see to it")
    keyboard.go(browser, "a[href$='/decide']")
    keyboard.walk(browser)
    keyboard.go(browser, "a[href$='/decide/ask-supplement']")
    keyboard.walk(browser)
    keyboard.reach(browser, "#item-labour-contract")
    keyboard.press(browser, Keys.SPACE)
    need(browser.one("#item-labour-contract").is_selected(), "Space does not tick what has the focus")
    keyboard.write(browser, "#text", "请补劳动合同。")
    keyboard.go(browser, "main form button", Keys.SPACE)
    need("/review/" in browser.address, "nothing was prepared with the keyboard: " + browser.text[:300])
    keyboard.walk(browser)
    check(browser, "hands-prepared")
