"""A checker without a mouse signs; one who came in more than five minutes ago shows who they are again before that."""

import time

from selenium.webdriver.common.keys import Keys

import keyboard
from network import need
from pages import check

# How long a factor that was shown counts as fresh, in seconds. Source: SE-25 of the handbook of screens.
FRESH = 300


def play(stage):
    browser, office = stage.browser, stage.here
    number = stage.lodge(stage.person())
    body = {"action": "accept", "text": "材料齐全，按规定办理。"}
    made = office.api("li.na", "POST", "/api/v1/staff/cases/%s/proposals" % number, body)
    need(made.status == 201, "nothing was prepared: %s" % made.text)
    page = "/review/%d" % made.json["id"]
    # In one pass the checker comes in now, in the other as long ago as the run began.
    is_late = browser.english
    if is_late:
        begun, session = stage.network.early
        time.sleep(max(0, begun + FRESH + 2 - time.time()))
        browser.log_out(office)
        browser.come_back(office, session)
        browser.open(office.pages + "/review")
        browser.speak()
    else:
        keyboard.log_in(browser, office, "wang.wei")
        keyboard.go(browser, "nav a[href='/review']")
    keyboard.skip(browser)
    keyboard.walk(browser)
    keyboard.go(browser, "a[href='%s']" % page)
    need(bool(browser.all("#fresh")) == is_late, "a factor is asked for where none is needed, or the other way")
    keyboard.walk(browser)
    check(browser, "signing-late" if is_late else "signing")
    if is_late:
        # Something wrong does not sign, and one can go on from there.
        keyboard.write(browser, "#fresh", "not-the-secret-of-anybody")
        keyboard.go(browser, "form[action$='/approve'] button", Keys.SPACE)
        browser.says("请再次验证", "Show your factor again")
        keyboard.walk(browser)
        check(browser, "signing-refused")
        need(stage.network.phase(office, number) == "reviewing", "it was signed without a fresh factor")
        browser.open(office.pages + page)
        keyboard.write(browser, "#fresh", office.secrets["wang.wei"])
    keyboard.go(browser, "form[action$='/approve'] button", Keys.SPACE)
    browser.says("已办理", "carried out")
    stage.network.reaches(stage.origin, number, "checking")
    keyboard.walk(browser)
