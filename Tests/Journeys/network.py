"""The demonstration network of the journeys: started here, asked as other programs would, and ended here."""

import glob
import http.client
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

READY = "The nodes keep serving"


class Refused(Exception):
    """Something that a journey promises is not so; the text says what."""


def need(condition, sentence):
    if not condition:
        raise Refused(sentence)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


def ask(method, url, body=None, headers=None, timeout=20):
    """One request without a browser; any status is an answer."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Office:
    """One node of the network: its pages, its programs' interface and its operations."""

    def __init__(self, network, entry):
        self.network, self.code = network, entry["code"]
        self.chinese, self.english = entry["chinese"], entry["english"]
        self.pages, self.operations = entry["pages"].rstrip("/"), entry["operations"].rstrip("/")
        self.secrets = {account["name"]: account["secret"] for account in entry["accounts"]}
        self.folder = os.path.join(network.folder, self.code)
        self.config = os.path.join(self.folder, "node.yaml")
        self.own = None

    def api(self, account, method, path, body=None, key=None):
        headers = {"Authorization": "Bearer " + self.secrets[account], "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        return ask(method, self.pages + path, data, headers)

    def session(self, account):
        """Begins a session of pages without a browser; gives what a browser would show from then on."""
        place = http.client.HTTPConnection(urllib.parse.urlsplit(self.pages).netloc, timeout=20)
        form = urllib.parse.urlencode({"name": account, "secret": self.secrets[account]})
        fields = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.pages}
        place.request("POST", "/login", form, fields)
        answer = place.getresponse()
        found = re.match("jiexu-%s=([^;]+)" % self.code, answer.getheader("Set-Cookie") or "")
        place.close()
        need(answer.status == 303 and found, "%s could not log in: %d" % (account, answer.status))
        return found.group(1)

    def ops(self, method, path):
        return ask(method, self.operations + path, b"" if method == "POST" else None)

    def metric(self, name):
        """The sum over all labels of a metric."""
        total = 0
        for line in self.ops("GET", "/metrics").text.splitlines():
            if re.match(re.escape(name) + r"[{ ]", line):
                total += int(float(line.rsplit(" ", 1)[1]))
        return total

    def process(self):
        """The process that serves this office, which the demonstration or this harness started."""
        for entry in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(entry, "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if b"serve" in words and self.config.encode() in words:
                return int(entry.split("/")[2])
        return None

    def stop(self):
        number = self.process()
        need(number, "no process serves %s" % self.code)
        os.kill(number, signal.SIGTERM)
        self.network.wait(lambda: self.process() is None, "%s to stop" % self.code)

    def start(self):
        log = open(os.path.join(self.network.folder, "log", self.code + ".log"), "ab")
        self.own = subprocess.Popen(
            [self.network.program, "serve", "--config", self.config], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        log.close()
        self.network.wait(self.is_ready, "%s to be ready" % self.code)

    def is_ready(self):
        try:
            return self.ops("GET", "/health/ready").status == 200
        except OSError:
            return False


class Network:
    def __init__(self, program, folder):
        self.program, self.folder, self.child, self.offices = program, os.path.join(folder, "demo"), None, {}
        self.output = os.path.join(folder, "demo.out")

    def begin(self, seconds=240):
        with open(self.output, "wb") as out:
            self.child = subprocess.Popen(
                [self.program, "demo", "--data", self.folder], stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        ends = time.monotonic() + seconds
        while READY not in self.said():
            need(self.child.poll() is None, "the demonstration ended by itself: " + self.said()[-800:])
            if time.monotonic() >= ends:
                raise Refused("the demonstration is not ready after %d s: %s" % (seconds, self.said()[-400:]))
            time.sleep(0.2)
        with open(os.path.join(self.folder, "demo", "guide.json"), encoding="utf-8") as file:
            self.guide = json.load(file)
        self.offices = {entry["code"]: Office(self, entry) for entry in self.guide["offices"]}

    def said(self):
        with open(self.output, encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self):
        for office in self.offices.values():
            if office.own and office.own.poll() is None:
                office.own.terminate()
                office.own.wait(20)
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(40)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def run(self, *words):
        """Runs a command of the program to its end; gives its exit status and what it printed."""
        done = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def move_clock(self, days):
        status, output = self.run("demo", "clock", "--data", self.folder, "--forward-days", str(days))
        need(status == 0, "the clock was not moved: " + output)

    def sample(self, words):
        """The prepared case whose description has these words."""
        for sample in self.guide["samples"]:
            if words in sample["english"] or words in sample["chinese"]:
                return sample
        raise Refused("no prepared case is described by %r" % words)

    def wait(self, condition, what, seconds=40):
        ends = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() >= ends:
                raise Refused("waited %d s in vain for %s" % (seconds, what() if callable(what) else what))
            time.sleep(0.15)

    def phase(self, office, number):
        answer = office.api("window-1", "GET", "/api/v1/cases/" + number)
        return answer.json.get("phase") if answer.status == 200 else None

    def reaches(self, office, number, phase):
        self.wait(lambda: self.phase(office, number) == phase, "%s at %s to be %s" % (number, office.code, phase))
