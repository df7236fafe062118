"""A peer is down for days: fifty letters wait, page, interface and metrics count the same, and one step sends them all."""

from network import need
from pages import check

LETTERS = 50
CAUSES = ("letter-unacknowledged", "peer-silent")


def play(stage):
    browser, network = stage.browser, stage.network
    browser.log_in(stage.here, "li.na")
    before = counted(stage)
    numbers = [stage.lodge(stage.person()) for _ in range(LETTERS)]
    stage.origin.stop()
    try:
        for number in numbers:
            stage.decide(stage.here, number, "accept")
        # A letter without a receipt is looked into after three working days.
        network.move_clock(7)
        network.wait(lambda: sum(on_interface(stage)) == sum(before) + LETTERS, "%d cases to be stalled" % LETTERS, 90)
        counted(stage)
        browser.open(stage.here.pages + "/stalled")
        check(browser, "silence-all")
        browser.open(stage.here.pages + "/stalled/" + numbers[0])
        check(browser, "silence-one")
    finally:
        stage.origin.start()
    for cause in CAUSES:
        chosen = {"work": "resend", "filter": {"cause": cause, "peer": stage.origin.code}}
        job = stage.here.api("li.na", "POST", "/api/v1/staff/jobs", chosen)
        need(job.status == 201, "a job to send again got %d: %s" % (job.status, job.text))
    network.wait(lambda: on_interface(stage) == before, "the cases to go on", 90)
    need(counted(stage) == before, "something is still counted")
    for number in numbers:
        network.reaches(stage.origin, number, "checking")


def on_interface(stage):
    answers = [
        stage.here.api("li.na", "GET", "/api/v1/staff/stalled?limit=1000&cause=" + cause).json["stalled"]
        for cause in CAUSES
    ]
    return [len(found) for found in answers]


def counted(stage):
    """How many cases wait for a receipt, by cause: the three places where they are counted say the same."""
    browser = stage.browser
    metrics = stage.here.ops("GET", "/metrics").text.splitlines()
    browser.open(stage.here.pages + "/stalled")
    shown = []
    for place, cause in enumerate(CAUSES):
        metric = sum(
            int(line.rsplit(" ", 1)[1])
            for line in metrics
            if line.startswith("jiexu_transfers_stalled{") and 'cause="%s"' % cause in line
        )
        tiles = [tile for tile in browser.all("a.tile") if "cause=" + cause in tile.get_attribute("href")]
        shown.append(int(tiles[0].find_element("tag name", "b").text) if tiles else 0)
        need(metric == shown[-1], "%s: the metric counts %d and the page %d" % (cause, metric, shown[-1]))
    need(on_interface(stage) == shown, "the interface counts %r and the page %r" % (on_interface(stage), shown))
    return shown
