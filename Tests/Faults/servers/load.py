"""Many transfers between two nodes while something is done to the database server of one of them: who was told what and
when, and whether all of it is still there afterwards."""

import os
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "crashes"))

from pair import DESTINATION, ORIGIN, RECORD_HEAD, Pair, acknowledged, application, read_store, records

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person(index):
    """An invented person: the county was dissolved before the day of birth. Source of the check digit: GB 11643."""
    day, order = divmod(index, 400)
    number = f"420520{1981 + day // 336 % 15}{day // 28 % 12 + 1:02d}{day % 28 + 1:02d}{2 * order + 101:03d}"
    return number + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS)) % 11]


class LoadPair(Pair):
    """The destination keeps its cases on a server, the origin in a file."""

    def __init__(self, program, folder, port, people, place, more=""):
        super().__init__(program, folder, port)
        self.people, self.place, self.more = people, place, more

    def settings_of(self, node):
        data = 'data: {directory: "data", ballastMebibytes: 0}\n'
        if node.code != DESTINATION:
            return data
        return data + f'store: {{postgres: "{self.place}"{self.more}}}\n'

    def records_of(self, node):
        rows = [records(node.code == DESTINATION, person(index)) for index in range(self.people)]
        return RECORD_HEAD + "".join(text.removeprefix(RECORD_HEAD) for text in rows)

    def read_served(self):
        """What the server has: moved into a file by `jiexu store migrate`, which compares every table and the log."""
        copy = os.path.join(self.folder, "copy.sqlite")
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(copy + suffix):
                os.unlink(copy + suffix)
        self.run("store", "migrate", "--from", "postgres:" + self.place, "--to", "sqlite:" + copy)
        return dict(read_store(copy, copy=True), code=DESTINATION)


def metric(node, name):
    """The sum of a figure of the node over its labels, or of the lines that begin with `name`; None without an answer."""
    status, _, body = node.call("GET", "/metrics", operations=True, timeout=5)
    if status != 200:
        return None
    lines = (body.decode() if isinstance(body, bytes) else str(body)).splitlines()
    return sum(int(float(line.split()[-1])) for line in lines
               if line.startswith(name) and line[len(name):len(name) + 1] in ("{", " ", ""))


class Load:
    """Applications at an even rate, each sent until it is answered; whoever waits holds only himself up."""

    def __init__(self, pair, rate, begin_at=0):
        self.pair, self.rate, self.next = pair, rate, begin_at
        self.numbers, self.times, self.lock = [], [], threading.Lock()
        self.over, self.threads = threading.Event(), []
        # Of how many things others held evidence when it was judged.
        self.held = 0

    def start(self):
        self.over.clear()
        self.begun = time.monotonic()
        for body in [self.watch] + [self.lodge] * 16:
            self.threads.append(threading.Thread(target=body, daemon=True))
            self.threads[-1].start()

    def lodge(self):
        while not self.over.is_set():
            with self.lock:
                index, self.next = self.next, self.next + 1
            if index >= self.pair.people:
                return
            time.sleep(max(0, self.begun + index / self.rate - time.monotonic()))
            while True:
                status, _, body = self.pair.destination.call(
                    "POST", "/api/v1/applications", application(person(index)), key=f"load-{index}", timeout=20)
                if status in (200, 201):
                    with self.lock:
                        self.times.append(time.monotonic())
                        self.numbers.append(body["case"])
                    break
                if self.over.is_set():
                    return
                time.sleep(0.1)

    def watch(self):
        """Notes when the other node holds one receipt more of the one that is served from the server."""
        seen = 0
        connection = sqlite3.connect(f"file:{self.pair.origin.store}?mode=ro", uri=True, timeout=5)
        while not self.over.is_set():
            try:
                count, = connection.execute(
                    "SELECT count(*) FROM receipts r JOIN documents d ON d.position = r.document WHERE d.sender = ?",
                    [ORIGIN]).fetchone()
            except sqlite3.Error:
                count = seen
            if count > seen:
                with self.lock:
                    self.times += [time.monotonic()] * (count - seen)
                seen = count
            time.sleep(0.02)
        connection.close()

    def count(self):
        with self.lock:
            return len(self.times)

    def wait_for(self, count, seconds):
        """Until so many documents more were acknowledged. Returns whether they were."""
        wanted, end = self.count() + count, time.monotonic() + seconds
        while self.count() < wanted:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.threads = []

    def gap(self, begin, end):
        """The longest time between two acknowledged documents, in seconds."""
        with self.lock:
            times = [begin] + sorted(time for time in self.times if begin < time < end) + [end]
        return max(after - before for before, after in zip(times, times[1:]))

    def settle(self, seconds):
        """Until every case has ended on both sides and no document waits. Returns what is not so."""
        end = time.monotonic() + seconds
        while True:
            left = [
                f"{node.code}: {len(self.numbers) - done} cases have not ended, {waiting} documents wait"
                for node in self.pair.nodes.values()
                for done, waiting in [(metric(node, 'jiexu_cases{phase="completed"}') or 0,
                                       metric(node, "jiexu_outbox_documents") or 0)]
                if done < len(self.numbers) or waiting
            ]
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.2)

    def judge(self):
        """Compares what both sides, whoever lodged, and the bank have. Both nodes are stopped. One line for each fault."""
        pair, wrong = self.pair, []
        own, other = pair.read_served(), dict(pair.origin.holds(), code=ORIGIN)
        self.held = len(self.numbers) + sum(
            sender == DESTINATION or receipt is not None
            for (_, sender, _), (_, receipt) in other["documents"].items())
        wrong += [f"lost: {number} was answered to whoever lodged it" for number in self.numbers
                  if number not in own["cases"]]
        wrong += ["lost: " + line for line in acknowledged(other, own) + acknowledged(own, other)]
        journal, faults = pair.paid()
        wrong += faults
        for number in self.numbers:
            legs = sorted(key.split("/")[1] for key in journal if key.startswith(number + "/"))
            if legs != ["H1", "M1", "P1"]:
                wrong.append(f"{number}: the bank paid {legs}, and H1, M1 and P1 were due")
        for node in pair.nodes.values():
            wrong += pair.books(node)
        return wrong
