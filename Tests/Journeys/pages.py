"""What every main page of a journey has to be: readable for everybody, in one language, and no wider than a screen."""

import os

from browser import DESK, PHONE
from network import need

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}

# Sentences of the other language in what the program itself says: found in Chinese pages anywhere in the text, and in
# English ones in headings and labels, since names and what people wrote stay as they are. The words of a program that are
# quoted behind ours are marked as such.
FOREIGN = """
const skipped = 'code, pre, textarea, option, [lang]:not(html)';
const words = [...document.querySelectorAll(arguments[0] ? 'h1, h2, th, label, legend, button, caption' : 'main *')]
  .filter(e => !e.closest(skipped) && e.checkVisibility())
  .map(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' ').replace(/（原文：.*）/g, '').trim());
const foreign = arguments[0] ? /[\\u4e00-\\u9fff]/ : /([A-Za-z]{2,}[ ,.;:]+){4}/;
return words.filter(text => foreign.test(text));
"""


def check(browser, name):
    """Looks at the page that is open on a phone and on a desk: a picture of both, its width, its language, and axe."""
    run = browser.run
    language = browser.driver.find_element("tag name", "html").get_attribute("lang")
    need(language == ("en" if browser.english else "zh-CN"), "%s is in %r" % (browser.address, language))
    need(browser.heading.strip(), "%s has no heading" % browser.address)
    need("HTML(markup" not in browser.text, "%s shows how it was made" % browser.address)
    foreign = browser.driver.execute_script(FOREIGN, browser.english)
    need(not foreign, "%s is in the other language in: %s" % (name, "; ".join(words[:80] for words in foreign[:5])))
    for word, size in (("phone", PHONE), ("desk", DESK)):
        browser.fits(size)
        picture = "%s-%s-%s.png" % (name, "en" if browser.english else "zh", word)
        browser.driver.save_screenshot(os.path.join(run.pictures, picture))
        # In Chinese on a desk, in English on a phone.
        if size == (PHONE if browser.is_phone else DESK):
            axe(browser, "%s on a %s" % (name, word))
    browser.view()
    run.pages.append(name)


def axe(browser, where):
    """
    Runs axe over the page that is open; what is serious or critical is refused with the place that it names. A page
    that was loaded without scripts stays as it is: only axe runs in it.
    """
    driver = browser.driver
    browser.let_run(True)
    try:
        if not driver.execute_script("return typeof window.axe === 'object'"):
            driver.execute_script(browser.run.axe)
        found = driver.execute_async_script(
            "const done = arguments[1]; axe.run(document, arguments[0]).then(done, e => done({error: String(e)}))", RULES
        )
    finally:
        browser.let_run(browser.has_scripts)
    need("error" not in found, "axe could not look at %s: %s" % (where, found.get("error")))
    browser.run.axe_rules += len(found["passes"])
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    lines = ["%s (%s): %s" % (one["id"], one["impact"], one["nodes"][0]["html"][:160]) for one in serious]
    for one in found["violations"]:
        if one not in serious:
            browser.run.minor.add("%s: %s" % (where.split(" on ")[0], one["id"]))
    need(not serious, "axe finds on %s: %s" % (where, "; ".join(lines)))
