"""Faults that are put in on purpose, one for each kind of check: one that does not find its own is worth nothing."""

import copy
import http.server
import threading

import keyboard
import pages
import people
from network import Refused, need

HEAD = '<!doctype html><html lang="LANGUAGE"><head><meta charset="utf-8"><title>%s</title>'
HEAD += '<meta name="viewport" content="width=device-width, initial-scale=1">'
HEAD += '<link rel="stylesheet" href="/style.css"></head><body><main id="main"><h1>A</h1>'
TAIL = "</main><footer>B</footer></body></html>"
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:"
NUMBER = people.Person(1).id

PLANTED = {
    "/label": '<input type="text" name="a">',
    "/link": '<p>x</p><a href="/"></a>',
    "/wide": '<table><tr><td><pre>%s</pre></td></tr></table>' % ("wide " * 200),
    "/script": "<script>document.title = 'x'</script>",
    "/heavy": "<p>%s</p>" % ("h" * 200_000),
    "/many": "".join('<img alt="" src="/i%d">' % place for place in range(12)),
    "/elsewhere": '<img alt="" src="http://localhost:%d/i">',
    "/tablet": '<p class="middle">x</p>',
    "/large": '<p class="large">x</p>',
    "/overlap": '<p><a href="/">one</a></p><p class="up"><a href="/">two</a></p>',
    "/no-ring": '<p class="bare"><a href="/">x</a></p>',
    "/pale-ring": '<p class="pale"><a href="/">x</a></p>',
    "/order": '<p><a href="/">x</a> <button tabindex="1">y</button></p>',
    "/upwards": '<p class="low"><a href="/">x</a></p><p class="high"><a href="/">y</a></p>',
    "/covered": '<p><a href="/">x</a></p><p class="over">y</p>',
    "/trap": "<p><button>x</button> <button>y</button></p><script>document.querySelector('button').onkeydown = "
    "event => { event.preventDefault(); };</script>",
    "/skip": '<p><a href="/">x</a></p>',
    "/address": '<p>a</p>',
    "/title": "<p>a</p>",
    "/language": "<p>a</p>",
    "/sentence": "<h2>没有译成英文的标题</h2><p>Nobody has said this in Chinese yet.</p>",
}


STYLE = """
.middle { width: 1000px; } @media (max-width: 600px), (min-width: 1300px) { .middle { width: auto; } }
@media (min-width: 1900px) { .large { width: 2400px; } }
.up { margin-top: -30px; } .bare a:focus { outline: none; } .pale a:focus { outline: 3px solid #f0f0f0; }
main { position: relative; padding-top: 200px; } .low, .high { position: absolute; top: 120px; } .high { top: 60px; }
.over { position: absolute; top: 0; left: 0; width: 100%; height: 600px; background: #fff; }
"""
POLICIES = {
    "/elsewhere": POLICY + " http://localhost:*", "/trap": POLICY + "; script-src 'unsafe-inline'",
}
# What is looked at in another way where pages run no scripts.
WITHOUT_SCRIPTS = (
    "an input without a label", "a link without words", "a link without a ring", "a sentence in the other language",
)


class Planted(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/style.css":
            return self.send(STYLE.encode("utf-8"), "text/css", POLICY)
        body = PLANTED.get(path, "")
        if path == "/elsewhere":
            body = body % self.server.server_port
        title = NUMBER if path == "/title" else "A"
        language = "fr" if path == "/language" else self.server.language
        page = (HEAD.replace("%s", title).replace("LANGUAGE", language) + body + TAIL).encode("utf-8")
        self.send(page, "text/html; charset=utf-8", POLICIES.get(path, POLICY))

    def send(self, body, kind, policy):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def play(browser):
    """Shows each planted fault to the check that is there for it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Planted)
    server.language = "en" if browser.english else "zh-CN"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = "127.0.0.1:%d" % server.server_port
    run = browser.run
    kept = copy.copy(run.__dict__)
    for name in ("hosts", "addresses", "titles", "measured", "minor", "pages", "allowed"):
        setattr(run, name, copy.copy(kept[name]))
    run.allowed.add(place)

    def opened(path):
        browser.open("http://%s%s" % (place, path))

    def looked(path):
        opened(path)
        pages.check(browser, "control")

    def walked(path):
        opened(path)
        keyboard.walk(browser)

    def skipped():
        opened("/skip")
        keyboard.skip(browser)

    trials = {
        "an input without a label": (lambda: looked("/label"), "label (critical)"),
        "a link without words": (lambda: looked("/link"), "link-name (serious)"),
        "a page wider than a phone": (lambda: opened("/wide"), "on a screen of 390"),
        "a page wider than a tablet": (lambda: opened("/tablet"), "on a screen of 768"),
        "a page wider than a large screen": (lambda: opened("/large"), "on a screen of 1920"),
        "a link over another": (lambda: opened("/overlap"), "one thing over another"),
        "a link without a ring": (lambda: walked("/no-ring"), "nothing shows"),
        "a ring that is too pale": (lambda: walked("/pale-ring"), "contrast"),
        # Where nothing has the focus yet, Tab begins with what comes first in either order.
        "stops in another order": (lambda: walked("/order"), "is not the next stop", "1 of the 2 stops"),
        "a stop above the one before": (lambda: walked("/upwards"), "goes up the page"),
        "a stop under something": (lambda: walked("/covered"), "lies over what has the focus"),
        "a stop that nobody gets out of": (lambda: walked("/trap"), "does not get out of"),
        "a page without a skip link": (skipped, "no way past the menu"),
        "a page in another language": (lambda: looked("/language"), "is in 'fr'"),
        "a sentence in the other language": (lambda: looked("/sentence"), "is in the other language in"),
        "a script against the policy": (lambda: opened("/script"), "console"),
        "a page that is too heavy": (lambda: opened("/heavy"), "weighs"),
        "a page of too many requests": (lambda: opened("/many"), "requests"),
        "a picture from elsewhere": (lambda: opened("/elsewhere"), "which is no node"),
        "a number in an address": (lambda: opened("/address?id=" + NUMBER), "address has an identity number"),
        "a number in a title": (lambda: opened("/title"), "title of a page has"),
    }
    if not browser.has_scripts:
        trials = {what: trial for what, trial in trials.items() if what in WITHOUT_SCRIPTS}
    try:
        for what, (trial, *sentences) in trials.items():
            browser.loads = {}
            try:
                trial()
            except Refused as refusal:
                is_it = any(sentence in str(refusal) for sentence in sentences)
                need(is_it, "the control '%s' was refused for another reason: %s" % (what, refusal))
            else:
                raise Refused("the control '%s' was not found" % what)
    finally:
        browser.loads = {}
        browser.driver.get("about:blank")
        browser.driver.get_log("performance")
        browser.driver.get_log("browser")
        server.shutdown()
        run.__dict__ = kept
        browser.view()
    return sorted(trials)


def found_in_text(words):
    """A log line with the number of one of these people is found."""
    word = sorted(words)[0]
    need(people.mentioned("2026-01-01 notice: lodged for %s" % word, words), "the control of the logs was not found")
