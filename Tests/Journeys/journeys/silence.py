"""A peer is down for days: fifty letters wait, all three counts agree, and one job sends them all again."""

from network import need
from pages import check

LETTERS = 50
CAUSE = "letter-unacknowledged"
CAUSES = (CAUSE, "peer-silent")


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
        seen = []

        def are_stalled():
            seen[:] = on_interface(stage)
            return sum(seen) == sum(before) + LETTERS

        network.wait(are_stalled, lambda: "%r and then %d more stalled, not %r" % (before, LETTERS, seen), 90)
        counts = counted(stage)
        browser.open(stage.here.pages + "/stalled")
        check(browser, "silence-all")
        browser.open(stage.here.pages + "/stalled/" + numbers[0])
        check(browser, "silence-one")
        count = counts[CAUSES.index(CAUSE)] - before[CAUSES.index(CAUSE)]
        job = send_again(stage, count)
    finally:
        stage.origin.start()
    network.wait(lambda: on_interface(stage) == before, "the cases to go on", 90)
    need(counted(stage) == before, "something is still counted")
    for number in numbers:
        network.reaches(stage.origin, number, "checking")
        events = stage.origin.api("window-1", "GET", "/api/v1/cases/" + number).json["events"]
        need(len(events) == 1, "%s came more than once: %d events" % (number, len(events)))
    browser.open(job)
    browser.says("%d / 共 %d 件" % (count, count), "%d of %d" % (count, count))


def send_again(stage, count):
    """The resolver chooses all of one cause towards one peer; as many are done as were confirmed."""
    browser = stage.browser
    browser.open(stage.here.pages + "/stalled?cause=%s&peer=%s" % (CAUSE, stage.origin.code))
    browser.one("#scope-all").click()
    browser.click_button("下一步", "Next")
    browser.says("共 %d 件" % count, "%d cases" % count)
    check(browser, "silence-confirm")
    browser.click_button("确认：对 %d 件办理" % count, "Confirm: %d cases" % count)
    page = browser.address

    def is_done():
        browser.open(page)
        return ("done" if browser.english else "已办完") in browser.one(".now strong").text

    stage.network.wait(is_done, "the job to be done", 60)
    browser.says("共 %d 件" % count, "of %d" % count)
    check(browser, "silence-job")
    return page




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
    for cause in CAUSES:
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
