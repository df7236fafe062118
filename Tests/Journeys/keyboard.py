"""Somebody who has no mouse: Tab and Shift-Tab, Enter, Space and typing, and nothing else. Every stop has to be seen."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from network import need

# Contrast of what shows the focus against what is behind it. Source: WCAG 2.2, 1.4.11.
LEAST_CONTRAST = 3
# The stops of a page in the order in which it is written, and how each looks while it is not the one.
GATHER = """
const isSeen = e => e.checkVisibility({checkVisibilityCSS: true}) && e.getClientRects().length;
window.lookOf = e => {
  const s = getComputedStyle(e);
  return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.color, s.textDecoration].join();
};
window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(
  e => !e.disabled && e.type !== 'hidden' && e.getAttribute('tabindex') !== '-1' && isSeen(e)
    && !(e.type === 'radio' && !e.checked && [...document.getElementsByName(e.name)].some(o => o.checked)));
document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); window.scrollTo(0, 0);
window.plain = window.stops.map(window.lookOf);
return window.stops.length;
"""
# Where the focus is now, and whether anybody can see that.
STOP = """
const e = document.activeElement;
if (!e || e === document.body || e === document.documentElement) { return null; }
const place = window.stops.indexOf(e), s = getComputedStyle(e), r = e.getBoundingClientRect();
const parts = c => (c.match(/[0-9.]+/g) || []).map(Number);
const light = c => {
  const [r, g, b] = parts(c).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
let behind = e.parentElement;
while (behind && parts(getComputedStyle(behind).backgroundColor)[3] === 0) { behind = behind.parentElement; }
const [a, b] = [light(s.outlineColor), light(behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)')];
const seen = e.getClientRects()[0] || r;
const over = document.elementFromPoint(Math.min(Math.max(seen.left + Math.min(seen.width / 2, 40), 1), innerWidth - 1),
  Math.min(Math.max(seen.top + Math.min(seen.height / 2, 12), 1), innerHeight - 1));
return {
  place: place, html: e.outerHTML.slice(0, 140), differs: place < 0 || window.lookOf(e) !== window.plain[place],
  ring: s.outlineStyle, width: parseFloat(s.outlineWidth) || 0, contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
  inside: r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth,
  covered: !!over && over !== e && !e.contains(over) && !over.contains(e),
  top: r.top + scrollY, bottom: r.bottom + scrollY,
};
"""


def press(browser, *keys):
    ActionChains(browser.driver, duration=0).send_keys(*keys).perform()


def back(browser):
    ActionChains(browser.driver, duration=0).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()


def shortcut(browser, key):
    """What an access key of a page does: with Alt, as Chromium has it."""
    ActionChains(browser.driver, duration=0).key_down(Keys.ALT).send_keys(key).key_up(Keys.ALT).perform()


def has_focus(browser, selector):
    return browser.driver.execute_script("return document.activeElement.matches(arguments[0])", selector)


def begin(browser):
    """Stands at the top of the page that is open; gives how many stops it has."""
    return browser.driver.execute_script(GATHER)


def stop(browser):
    """Where the focus is, after it was looked at; None when it has left the page."""
    here = browser.driver.execute_script(STOP)
    if here is None:
        return None
    where = "%s: %s" % (browser.address, here["html"])
    need(here["place"] >= 0, "the focus is where nobody can see anything: " + where)
    need(here["differs"], "nothing shows that the focus is on " + where)
    if here["ring"] != "auto":
        need(here["ring"] != "none" and here["width"] >= 2, "no ring shows that the focus is on " + where)
        need(here["contrast"] >= LEAST_CONTRAST, "the ring has a contrast of %.1f only, on %s" % (here["contrast"], where))
    need(here["inside"], "the focus is beyond the edge of the screen: " + where)
    need(not here["covered"], "something lies over what has the focus: " + where)
    return here


def walk(browser):
    """
    Goes through a whole page and out of it again, and some steps back: every stop once, in the order of the page, both
    as it is written and as it is seen. Gives how many there were.
    """
    count, seen, last = begin(browser), [], None
    while True:
        press(browser, Keys.TAB)
        here = stop(browser)
        if here is None:
            break
        need(here["place"] not in seen, "the focus does not get out of %s: %s" % (browser.address, here["html"]))
        need(here["place"] == len(seen), "%s is not the next stop of %s" % (here["html"], browser.address))
        above = last is not None and here["bottom"] <= last["top"]
        need(not above, "the focus goes up the page %s, to %s" % (browser.address, here["html"]))
        seen.append(here["place"])
        last = here
    need(len(seen) == count, "%d of the %d stops of %s are reached" % (len(seen), count, browser.address))
    for place in seen[: -4 : -1]:
        back(browser)
        here = stop(browser)
        need(here and here["place"] == place, "Shift-Tab does not go back through %s" % browser.address)
    browser.run.stops += count
    begin(browser)
    return count


def reach(browser, selector):
    """Tabs on to the first thing of a kind; from the top, if there is none below."""
    need(browser.all(selector), "%s has no %s" % (browser.address, selector))
    count = browser.driver.execute_script("return window.stops ? window.stops.length : 0") or begin(browser)
    for _ in range(2 * count + 4):
        press(browser, Keys.TAB)
        if has_focus(browser, selector):
            return stop(browser)
    need(False, "nobody gets to %s of %s with Tab" % (selector, browser.address))


def skip(browser):
    """The first stop of a page leads past its menu to the content."""
    begin(browser)
    press(browser, Keys.TAB)
    first = stop(browser)
    need(first and 'href="#main"' in first["html"], "the first stop of %s is no way past the menu" % browser.address)
    press(browser, Keys.ENTER)
    press(browser, Keys.TAB)
    inside = "return document.querySelector('main').contains(document.activeElement)"
    need(browser.driver.execute_script(inside), "the skip link of %s does not lead into the content" % browser.address)


def follow(browser, key, *before):
    """Presses a key that leads to another page, and waits for that page."""
    leaving = browser.driver.find_element("tag name", "html")
    press(browser, *before, key)
    browser.arrive(leaving)


def go(browser, selector, key=Keys.ENTER):
    """Tabs to a link or a button and follows it."""
    reach(browser, selector)
    follow(browser, key)


def write(browser, selector, words):
    reach(browser, selector)
    press(browser, words)
    value = browser.one(selector).get_attribute("value")
    need(value == words, "%s of %s holds something else than what was typed" % (selector, browser.address))


def log_in(browser, office, account):
    """Comes in, from the address of the page on."""
    browser.log_out(office)
    browser.open(office.pages + "/login")
    if (browser.driver.find_element("tag name", "html").get_attribute("lang") == "en") != browser.english:
        go(browser, "button[name=language]", Keys.SPACE)
    walk(browser)
    write(browser, "#name", account)
    write(browser, "#secret", office.secrets[account])
    follow(browser, Keys.ENTER)
    need("/login" not in browser.address, "%s could not log in with the keyboard" % account)
