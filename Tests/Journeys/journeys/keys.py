"""
Somebody enrols a security key, comes in with it and shows it again; without it, and with another one, nothing opens, and the
page says so. The only pages with a script are those of keys: without one they say that they need it.
"""

import base64
import copy
import subprocess
from urllib.parse import urlsplit

from network import need
from pages import check
from seats import Seat

HOST = "localhost"


def play(stage):
    browser, place = stage.browser, reachable(stage)
    if not browser.has_scripts:
        return without_scripts(stage, place)
    seat = place.seat
    keys = Keys(browser)
    try:
        browser.open(place.pages + "/login")
        seat.enter(browser)
        browser.open(place.pages + "/account")
        browser.click("main a[href='/account/keys']")
        check(browser, "keys-none")
        own = keys.plug()
        browser.fill(label="蓝色钥匙")
        keys.start()
        browser.says("蓝色钥匙", "蓝色钥匙")
        check(browser, "keys-enrolled")
        copied = keys.credential(own)

        # In with it, without password or code.
        browser.log_out(place)
        browser.open(place.pages + "/login")
        browser.click_link("用安全密钥登录", "Log in with a security key")
        check(browser, "keys-login")
        keys.start()
        need(browser.address.endswith("/admin"), "the key does not let its holder in: " + browser.text[:400])

        # Shown again, as a fresh factor.
        browser.open(place.pages + "/account/fresh?to=peers")
        browser.click_link("用安全密钥验证", "Show a security key instead")
        check(browser, "keys-fresh")
        before = browser.driver.get_cookie("jiexu-" + place.code)["value"]
        keys.start()
        need(browser.address.endswith("/admin/peers"), "the key is no fresh factor: " + browser.text[:400])
        after = browser.driver.get_cookie("jiexu-" + place.code)["value"]
        need(before != after, "the session goes on under the same number after a fresh factor")

        kept = keys.credential(own)
        # The key is gone: the browser finds none, and the page says what to do.
        keys.empty(own)
        browser.log_out(place)
        browser.open(place.pages + "/login/key")
        keys.start(leads=False)
        stage.network.wait(lambda: browser.one("#security-key-failed").is_displayed(), "the page to say that no key is there")
        browser.says("没有可用的安全密钥", "no key")
        check(browser, "keys-gone")

        # Another key, one with the name of the first, and a copy of the first from before it was used: all are refused.
        others = {"another key": another(), "the name of a key": another(kept["credentialId"]), "a copy": copied}
        for what, credential in others.items():
            keys.give(own, credential)
            browser.open(place.pages + "/login/key")
            keys.start()
            browser.says("此安全密钥不能登录", "does not log in here")
            need(not browser.driver.get_cookie("jiexu-" + place.code), "%s lets somebody in" % what)
            keys.empty(own)
        check(browser, "keys-refused")
        # The control: the first one still does.
        keys.give(own, kept)
        browser.open(place.pages + "/login/key")
        keys.start()
        need(browser.address.endswith("/admin"), "the right key is not taken any more: " + browser.text[:400])
        browser.open(place.pages + "/account/keys")
        browser.click_button("移除", "Remove")
        browser.is_silent_about("蓝色钥匙")
    finally:
        keys.end()


def without_scripts(stage, place):
    browser = stage.browser
    browser.open(place.pages + "/login/key")
    browser.speak()
    browser.says("安全密钥需要浏览器脚本", "Security keys need scripts")
    need(not browser.one("#security-key-start").is_enabled(), "a button that cannot work without scripts can be pressed")
    check(browser, "keys-without-scripts")
    browser.click_link("用口令登录", "Log in with a password")
    seat = place.seat
    seat.session = None
    seat.enter(browser)
    browser.open(place.pages + "/account/keys")
    browser.says("安全密钥需要浏览器脚本", "Security keys need scripts")
    check(browser, "keys-own-without-scripts")


def reachable(stage):
    """The third office under a name: browsers know security keys for names alone, and for no plain address but this."""
    network, office = stage.network, stage.third
    if not hasattr(network, "named"):
        place = copy.copy(office)
        place.pages = "http://%s:%d" % (HOST, urlsplit(office.pages).port)
        with open(office.config, encoding="utf-8") as file:
            settings = file.read()
        need(settings.count("\npublic:\n") == 1, "the settings have no place for an address")
        with open(office.config, "w", encoding="utf-8") as file:
            file.write(settings.replace("\npublic:\n", '\npublic:\n  address: "%s"\n' % place.pages))
        office.stop()
        office.start()
        place.seat = Seat(place, "zhou.lei", office.secrets["zhou.lei"])
        network.named = place
    stage.browser.run.allowed.add(urlsplit(network.named.pages).netloc)
    return network.named


class Keys:
    """What is plugged into the machine of a browser."""

    def __init__(self, browser):
        self.browser = browser
        self.tell("enable")

    def tell(self, method, **words):
        return self.browser.driver.execute_cdp_cmd("WebAuthn." + method, words)

    def end(self):
        self.tell("disable")

    def plug(self):
        options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
                   "isUserVerified": True, "automaticPresenceSimulation": True}
        return self.tell("addVirtualAuthenticator", options=options)["authenticatorId"]

    def credential(self, key):
        found = self.tell("getCredentials", authenticatorId=key)["credentials"]
        need(len(found) == 1, "the key keeps %d credentials" % len(found))
        return found[0]

    def empty(self, key):
        self.tell("clearCredentials", authenticatorId=key)

    def give(self, key, credential):
        self.tell("addCredential", authenticatorId=key, credential=credential)

    def start(self, leads=True):
        """Presses the button that asks for a key; waits for the page to which that leads."""
        button = self.browser.one("#security-key-start")
        self.browser.click(button) if leads else button.click()


def another(identifier=None):
    """A credential that nobody has enrolled."""
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-outform", "DER"],
        capture_output=True, check=True,
    )
    pkcs8 = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER"],
                           input=made.stdout, capture_output=True, check=True).stdout
    return {
        "credentialId": identifier or base64.b64encode(b"a key that nobody has enrolled").decode(),
        "isResidentCredential": True, "rpId": HOST, "privateKey": base64.b64encode(pkcs8).decode(),
        "userHandle": base64.b64encode(b"somebody").decode(), "signCount": 100_000,
    }
