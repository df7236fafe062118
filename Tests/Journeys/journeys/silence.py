"""A peer is down for a while: fifty letters wait, page, interface and metrics count the same, and one step sends them all."""

from network import need
from pages import check

LETTERS = 50


def play(stage):
    browser, network = stage.browser, stage.network
    numbers = [stage.lodge(stage.person()) for _ in range(LETTERS)]
    counted(stage, 0)
    stage.origin.stop()
    for number in numbers:
        stage.decide(stage.here, number, "accept")
    browser.log_in(stage.here, "li.na")
    network.wait(lambda: on_interface(stage) == LETTERS, "%d cases to be stalled" % LETTERS, 90)
    counted(stage, LETTERS)
    browser.open(stage.here.pages + "/stalled")
    check(browser, "silence-all")
    browser.open(stage.here.pages + "/stalled/" + numbers[0])
    check(browser, "silence-one")
    stage.origin.start()
    job = stage.here.api("li.na", "POST", "/api/v1/staff/jobs", {"work": "resend", "filter": {"cause": "peer-silent"}})
    need(job.status == 201, "a job to send again got %d: %s" % (job.status, job.text))
    network.wait(lambda: on_interface(stage) == 0, "the cases to go on", 90)
    counted(stage, 0)
    for number in numbers:
        network.reaches(stage.origin, number, "checking")


def on_interface(stage):
    answer = stage.here.api("li.na", "GET", "/api/v1/staff/stalled?cause=peer-silent&limit=1000")
    return len(answer.json["stalled"])


def counted(stage, count):
    """The three places where these cases are counted say the same."""
    metric = 0
    for line in stage.here.ops("GET", "/metrics").text.splitlines():
        if line.startswith("jiexu_transfers_stalled{") and 'cause="peer-silent"' in line:
            metric += int(line.rsplit(" ", 1)[1])
    need(metric == count, "the metric counts %d and not %d" % (metric, count))
    need(on_interface(stage) == count, "the interface counts %d and not %d" % (on_interface(stage), count))
    browser = stage.browser
    browser.log_in(stage.here, "li.na")
    browser.open(stage.here.pages + "/stalled")
    tiles = [tile for tile in browser.all("a.tile") if "cause=peer-silent" in tile.get_attribute("href")]
    shown = int(tiles[0].find_element("tag name", "b").text) if tiles else 0
    need(shown == count, "the page counts %d and not %d" % (shown, count))
