"""Faults that are put in on purpose, one for each kind of check: one that does not find its own is worth nothing."""

import http.server
import threading

import pages
import people
from browser import PHONE
from network import Refused, need

HEAD = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>%s</title>'
HEAD += '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A</h1>'
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
    "/address": '<p>a</p>',
    "/title": "<p>a</p>",
    "/language": "<p>a</p>",
}


class Planted(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        body = PLANTED.get(path, "")
        if path == "/elsewhere":
            body = body % self.server.server_port
        title = NUMBER if path == "/title" else "A"
        page = (HEAD.replace("%s", title) + body + TAIL).encode("utf-8")
        if path == "/language":
            page = page.replace(b'lang="zh-CN"', b'lang="fr"')
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        policy = POLICY + " http://localhost:*" if path == "/elsewhere" else POLICY
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *words):
        pass


def play(browser):
    """Shows each planted fault to the check that is there for it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Planted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = "127.0.0.1:%d" % server.server_port
    run = browser.run
    kept = (set(run.hosts), set(run.addresses), set(run.titles), list(run.pages), run.heaviest, run.loads)
    run.allowed.add(place)

    def opened(path):
        browser.open("http://%s%s" % (place, path))

    def looked(path):
        opened(path)
        pages.check(browser, "control")

    def wide():
        opened("/wide")
        browser.view(PHONE)
        pages.check(browser, "control")

    trials = {
        "an input without a label": (lambda: looked("/label"), "label"),
        "a link without words": (lambda: looked("/link"), "link-name"),
        "a page wider than a phone": (wide, "pixels wide"),
        "a page in another language": (lambda: looked("/language"), "is in 'fr'"),
        "a script against the policy": (lambda: opened("/script"), "console"),
        "a page that is too heavy": (lambda: opened("/heavy"), "weighs"),
        "a page of too many requests": (lambda: opened("/many"), "requests"),
        "a picture from elsewhere": (lambda: opened("/elsewhere"), "which is no node"),
        "a number in an address": (lambda: opened("/address?id=" + NUMBER), "address has an identity number"),
        "a number in a title": (lambda: opened("/title"), "title of a page has"),
    }
    try:
        for what, (trial, sentence) in trials.items():
            browser.loads = {}
            try:
                trial()
            except Refused as refusal:
                need(sentence in str(refusal), "the control '%s' was refused for another reason: %s" % (what, refusal))
            else:
                raise Refused("the control '%s' was not found" % what)
    finally:
        browser.loads = {}
        browser.driver.get("about:blank")
        browser.driver.get_log("performance")
        browser.driver.get_log("browser")
        server.shutdown()
        run.allowed.discard(place)
        run.hosts, run.addresses, run.titles, run.pages, run.heaviest, run.loads = kept
    return sorted(trials)


def found_in_text(words):
    """A log line with the number of one of these people is found."""
    word = sorted(words)[0]
    need(people.mentioned("2026-01-01 notice: lodged for %s" % word, words), "the control of the logs was not found")
