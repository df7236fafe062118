"""Somebody with an account of their own: opened once, with a password and a telephone that shows codes."""

import base64
import hashlib
import hmac
import re
import struct
import time

from network import need

PASSWORD = "Kiefernadel-4711-Regen"
STEP = 30


def one_time_code(seed, step):
    """Source: RFC 6238 with SHA-1."""
    mark = hmac.new(seed, struct.pack(">Q", step), hashlib.sha1).digest()
    place = mark[19] & 15
    return "%06d" % ((struct.unpack(">I", mark[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000)


class Seat:
    """
    place: the office, at the address where its pages are asked for.
    invitation: what opens the account, once.
    """

    def __init__(self, place, name, invitation):
        self.place, self.name, self.invitation = place, name, invitation
        self.seed, self.used, self.session = None, 0, None

    def code(self):
        """The next code: none is taken twice, and the half minutes beside this one are taken too."""
        while True:
            now = time.time()
            # One that is about to be too old is not begun with.
            first = int(now) // STEP - (1 if now % STEP < STEP - 8 else 0)
            step = max(self.used + 1, first)
            if step <= int(now) // STEP + 1:
                self.used = step
                return one_time_code(self.seed, step)
            time.sleep(0.5)

    def activate(self, browser):
        browser.log_out(self.place)
        browser.open(self.place.pages + "/activate")
        browser.speak()
        browser.fill(name=self.name, secret=self.invitation)
        browser.click_button("下一步", "Next")
        typed = browser.one("main form code").text
        self.seed = base64.b32decode(re.sub("[^A-Z2-7]", "", typed) + "=" * (-len(re.sub("[^A-Z2-7]", "", typed)) % 8))
        browser.fill(password=PASSWORD, code=self.code())
        browser.click_button("激活", "Activate")
        need(browser.address.endswith("/login"), "%s was not activated: %s" % (self.name, browser.text[:400]))

    def log_in(self, browser):
        browser.log_out(self.place)
        browser.open(self.place.pages + "/login")
        browser.speak()
        browser.fill(name=self.name, secret=PASSWORD)
        browser.click("main button")
        need(not browser.driver.get_cookie("jiexu-" + self.place.code), "a password alone opens a session")
        browser.fill(code=self.code())
        browser.click("main button")
        need("/login" not in browser.address, "%s could not log in: %s" % (self.name, browser.text[:400]))

    def enter(self, browser):
        """Goes on where this one was, or comes in."""
        if self.seed is None:
            self.activate(browser)
        if self.session:
            browser.log_out(self.place)
            browser.come_back(self.place, self.session)
        else:
            self.log_in(browser)

    def pause(self, browser):
        """Leaves the browser to somebody else."""
        self.session = browser.leave(self.place)
