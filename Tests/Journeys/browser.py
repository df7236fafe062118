"""A browser for the journeys: Debian's Chromium without a window, as an old desk or a phone has it."""

import datetime
import json
import os
import re
import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from network import Refused, need

DESK, PHONE = (1366, 768), (390, 844)
# Every page is measured once at each of these, in either language.
WIDTHS = (PHONE, (768, 1024), DESK, (1920, 1080))
ID = re.compile(r"[1-9][0-9]{16}[0-9Xx]")
MOST_BYTES, MOST_REQUESTS = 150 * 1024, 8
# What a reader reads or works; two of them that do not lie in each other must not lie over each other either.
OVERLAP = """
const parts = [...document.querySelectorAll(
  'a, button, input:not([type=hidden]), select, textarea, summary, label, legend, caption, h1, h2, h3')];
const places = parts.filter(part => part.checkVisibility()).map(part => [part, [...part.getClientRects()]]);
for (let i = 0; i < places.length; i += 1) {
  for (let j = i + 1; j < places.length; j += 1) {
    const [one, other] = [places[i], places[j]];
    if (one[0].contains(other[0]) || other[0].contains(one[0])) { continue; }
    for (const a of one[1]) {
      for (const b of other[1]) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 3 && high > 3) { return one[0].outerHTML.slice(0, 120) + ' and ' + other[0].outerHTML.slice(0, 120); }
      }
    }
  }
}
return null;
"""


class Load:
    """What one page took: every request of it, and how long their answers were."""

    def __init__(self, address):
        self.address, self.requests, self.bytes = address, [], 0


class Browser:
    """
    run: where the findings and the screenshots of a whole run are kept.
    has_scripts: whether the browser runs any script of a page.
    """

    def __init__(self, run, has_scripts, english, phone):
        self.run, self.has_scripts, self.english, self.is_phone = run, has_scripts, english, phone
        options = Options()
        for word in ("--headless=new", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"):
            options.add_argument(word)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        # Nothing of the browser's own goes out while pages are looked at.
        for word in ("background-networking", "component-update", "sync"):
            options.add_argument("--disable-" + word)
        options.add_argument("--no-first-run")
        self.downloads = os.path.join(run.folder, "downloads")
        os.makedirs(self.downloads, exist_ok=True)
        options.add_experimental_option(
            "prefs", {"download.default_directory": self.downloads, "plugins.always_open_pdf_externally": True}
        )
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.jar = {}
        self.loads = {}
        self.prepare_tab()

    def end(self):
        self.driver.quit()

    def prepare_tab(self):
        """Gives the tab that is open its size, and lets it run scripts or not; either is of a tab alone."""
        self.view()
        self.let_run(self.has_scripts)
        self.driver.get("data:text/html,<title>without</title><script>document.title = 'with'</script>")
        runs = self.driver.title == "with"
        need(runs == self.has_scripts, "scripts run against what was asked, or do not")

    def let_run(self, scripts):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})

    def new_tab(self):
        """Opens a tab; gives the one that was open before."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.prepare_tab()
        return before

    def close_tab(self, before):
        self.driver.close()
        self.driver.switch_to.window(before)

    # Looking

    def view(self, size=None):
        """Shows the page in another size; without one, in that of this pass."""
        size = size or (PHONE if self.is_phone else DESK)
        is_phone = size == PHONE
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": is_phone},
        )

    def fits(self, size):
        """The page is no wider than this, and nothing on it lies over anything else. It stays in this size."""
        self.view(size)
        width = self.driver.execute_script("return document.documentElement.scrollWidth")
        need(width <= size[0], "%s is %d pixels wide on a screen of %d" % (self.address, width, size[0]))
        over = self.driver.execute_script(OVERLAP)
        need(not over, "%s at %d pixels has one thing over another: %s" % (self.address, size[0], over))

    @property
    def source(self):
        return self.driver.page_source

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    @property
    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    @property
    def address(self):
        return self.driver.current_url

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        found = self.all(selector)
        need(found, "%s has no %s" % (self.address, selector))
        return found[0]

    def says(self, chinese, english):
        """The page has these words, in the language of this pass."""
        words = english if self.english else chinese
        need(words in self.text, "%s does not say %r; it says %r" % (self.address, words, self.text[:600]))

    def is_silent_about(self, words):
        need(words not in self.source, "%s has %r, and should not" % (self.address, words))

    # Acting

    def open(self, address):
        self.driver.get(address)
        self.look()

    def click(self, element):
        """Clicks a button or a link, and waits for the next page."""
        if isinstance(element, str):
            element = self.one(element)
        before = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        self.arrive(before)

    def arrive(self, before):
        """Waits for the page after the one whose root element is given."""
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            now = self.all("html")
            if now and now[0] != before and self.all("footer, pre"):
                break
            time.sleep(0.03)
        self.look()

    def click_link(self, chinese, english):
        words = english if self.english else chinese
        for link in self.all("a"):
            if link.text.strip() == words or words in link.text:
                return self.click(link)
        raise Refused("%s has no link %r" % (self.address, words))

    def click_button(self, chinese, english):
        words = english if self.english else chinese
        for button in self.all("main button"):
            if words in button.text:
                return self.click(button)
        there = [button.text for button in self.all("main button")]
        raise Refused("%s has no button %r; it has %r" % (self.address, words, there))

    def has_button(self, chinese, english):
        words = english if self.english else chinese
        return any(words in button.text for button in self.all("main button"))

    def fill(self, **fields):
        """Fills fields by their ids; underscores stand for hyphens."""
        for name, value in fields.items():
            field = self.one("#" + name.replace("_", "-"))
            if field.tag_name == "select":
                Select(field).select_by_value(value)
            elif field.get_attribute("type") == "checkbox":
                if field.is_selected() != value:
                    field.click()
            elif field.get_attribute("type") == "file":
                field.send_keys(value)
            else:
                field.clear()
                field.send_keys(value)

    def log_in(self, office, account):
        """Logs in at an office, in the language of this pass; a session that was begun before goes on."""
        key = (office.code, account)
        cookie = "jiexu-" + office.code
        self.open(office.pages + "/guide")
        self.driver.delete_cookie(cookie)
        if key in self.jar:
            self.driver.add_cookie({"name": cookie, "value": self.jar[key], "path": "/"})
            self.open(office.pages + "/")
            return
        self.open(office.pages + "/login")
        self.speak()
        self.fill(name=account, secret=office.secrets[account])
        self.click("main button")
        value = self.driver.get_cookie(cookie)
        need(value and "/login" not in self.address, "%s could not log in at %s" % (account, office.code))
        self.jar[key] = value["value"]

    def enter(self, office, person, number):
        """Comes in as an insured person; the code is read where the demonstration shows what telephones get."""
        self.open(office.pages + "/my/login")
        self.speak()
        self.fill(resident_id=person.id, number=number)
        self.click_button("获取验证码", "Send me a code")
        here = self.new_tab()
        self.open(office.pages + "/demo")
        texts = [item.text for item in self.all("#texts + ol li") if "验证码" in item.text]
        codes = re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", texts[0] if texts else "")
        need(codes, "the demonstration does not show the code")
        self.close_tab(here)
        self.fill(code=codes[0])
        self.click_button("登录", "Log in")
        need(self.address.endswith("/my"), "the code does not let the person in: " + self.text[:300])

    def leave(self, office):
        """Goes on as a stranger; gives what it takes to come back."""
        value = self.driver.get_cookie("jiexu-" + office.code)["value"]
        self.driver.delete_cookie("jiexu-" + office.code)
        return value

    def come_back(self, office, value):
        self.driver.add_cookie({"name": "jiexu-" + office.code, "value": value, "path": "/"})

    def now(self, office):
        """What time it is on the pages of an office."""
        self.open(office.pages + "/guide")
        return datetime.datetime.fromisoformat(self.one(".demo time").get_attribute("datetime").rstrip("Z"))

    def log_out(self, office):
        """Forgets the session in this browser; whoever was logged in can go on later."""
        self.open(office.pages + "/guide")
        self.driver.delete_cookie("jiexu-" + office.code)

    def speak(self):
        """Chooses the language of this pass, by the switch that is on every page."""
        language = self.driver.find_element(By.TAG_NAME, "html").get_attribute("lang")
        if (language == "en") != self.english:
            self.click("button[name=language]")

    # Watching

    def look(self):
        """Takes up what the browser has noted since the last time, and judges every page that was loaded."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            self.note(message["method"], message["params"])
        title = self.driver.title
        need(not ID.search(title), "the title of a page has an identity number")
        self.run.titles.add(title)
        for entry in self.driver.get_log("browser"):
            words = entry["message"]
            is_breach = "Content Security Policy" in words or "Refused to" in words or "Uncaught" in words
            need(not is_breach, "the console of %s says: %s" % (self.address, words))
        for load in self.loads.values():
            need(load.bytes <= MOST_BYTES, "%s weighs %d bytes" % (load.address, load.bytes))
            need(len(load.requests) <= MOST_REQUESTS, "%s makes %d requests" % (load.address, len(load.requests)))
        self.run.heaviest = max([self.run.heaviest] + [load.bytes for load in self.loads.values()])
        self.run.loads += sum(1 for load in self.loads.values() if load.requests)
        self.loads = {}
        self.measure()

    def measure(self):
        """Looks at a page in every width, the first time that one of its kind is loaded in this language."""
        parts = urlsplit(self.address)
        kind = (re.sub(r"/[^/]*[0-9][^/]*", "/*", parts.path), self.english)
        if parts.netloc not in self.run.allowed or kind in self.run.measured or not self.all("main"):
            return
        self.run.measured.add(kind)
        for size in WIDTHS:
            self.fits(size)
        self.view()

    def note(self, method, params):
        if method == "Network.requestWillBeSent":
            address = params["request"]["url"]
            parts = urlsplit(address)
            if parts.scheme in ("data", "chrome", "about", "devtools"):
                return
            self.run.addresses.add(address)
            self.run.hosts.add(parts.hostname)
            need(not ID.search(address), "an address has an identity number")
            need(parts.netloc in self.run.allowed, "a page asks %s, which is no node of this network" % parts.netloc)
            load = self.loads.setdefault(params["loaderId"], Load(params["documentURL"]))
            load.requests.append(params["requestId"])
        elif method == "Network.loadingFinished":
            for load in self.loads.values():
                if params["requestId"] in load.requests:
                    # What is kept to be opened elsewhere is no part of a page.
                    load.bytes += int(params["encodedDataLength"])
