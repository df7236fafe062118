"""A small network of real nodes on loopback: founded with the program's own commands, started, watched and stopped.

Two agencies are nodes, `DESTINATION` and `ORIGIN`. The keys of two more, `EVIL` and `THIRD`, are in the harness's hands.
"""

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from people import COLUMNS, bank_code

DESTINATION, ORIGIN, EVIL, THIRD = "370700", "440300", "330100", "420100"
TOKEN = "invented-token-of-the-fault-harness"
STEPS = ["acceptance", "settlement", "remittance", "account", "recall", "funds-return", "query"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def account(code):
    return {
        "holder": "示例机构" + code,
        "bankName": "示例银行",
        "bankCode": bank_code("10230100002"),
        "number": "3700%s00001" % code,
    }


def office(code):
    return {"name": "示例机构" + code, "address": "示例路 1 号", "postcode": "261000", "telephone": "0536-0000000"}


class Node:
    """One agency's process."""

    def __init__(self, network, code, settings):
        self.network, self.code, self.process = network, code, None
        self.home = os.path.join(network.folder, code)
        self.peers, self.people, self.operations = free_port(), free_port(), free_port()
        self.settings = {
            "agency": {
                "code": code,
                "office": office(code),
                "account": account(code),
                "deadlineProfile": "N2010",
                "straightThrough": STEPS,
                "interest": {
                    "formula": "monthly-products",
                    "source": "sample figures, not published rates",
                    "ratesBp": {year: 400 for year in range(1998, 2041)},
                },
            },
            "keys": {"anchors": "../net/anchors.pem", "directory": "../net/directory.jws"},
            "peers": {"listen": {"host": "127.0.0.1", "port": self.peers}},
            "public": {
                "listen": {"host": "127.0.0.1", "port": self.people},
                "tokens": [{"name": "harness", "role": "staff", "sha256": hashlib.sha256(TOKEN.encode()).hexdigest()}],
            },
            "operations": {"listen": {"host": "127.0.0.1", "port": self.operations}},
            "bank": {"folder": "../bank/" + code, "pollMilliseconds": 20},
            "log": {"level": "notice"},
        }
        for group, values in settings.items():
            self.settings[group].update(values)

    @property
    def database(self):
        return os.path.join(self.home, "data", "jiexu.sqlite")

    def start(self):
        with open(os.path.join(self.network.folder, self.code + ".log"), "ab") as log:
            self.process = subprocess.Popen(
                [self.network.program, "serve", "--config", os.path.join(self.home, "node.yaml")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            if self.process.poll() is not None:
                raise SystemExit("the node of %s ended at once; see %s" % (self.code, log.name))
            try:
                if self.operate("GET", "/health/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the node of %s is not ready after 30 s" % self.code)

    def is_alive(self):
        return self.process.poll() is None

    def resident_kib(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def peak_kib(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def threads(self):
        return len(os.listdir("/proc/%d/task" % self.process.pid))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def call(self, port, method, path, body=None, headers=None, timeout=20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, data
        finally:
            connection.close()

    def operate(self, method, path):
        return self.call(self.operations, method, path)

    def people_call(self, method, path, body=None, key=None):
        headers = {"Authorization": "Bearer " + TOKEN}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        status, data = self.call(
            self.people, method, path, None if body is None else json.dumps(body).encode(), headers
        )
        return status, json.loads(data) if data else None

    def lodge(self, person, origin, key, name="测试"):
        """Lodges an application; its answer's status and the number of the case."""
        status, answer = self.people_call(
            "POST",
            "/api/v1/applications",
            {
                "person": {"name": name, "residentId": person},
                "origin": origin,
                "applicant": {"kind": "insured-person"},
                "mobile": "13800000000",
                "otherBranches": [],
                "approvedMove": False,
            },
            key,
        )
        return status, (answer or {}).get("case")

    def read(self, statement, *values):
        """Asks the store, read only, while the node serves."""
        connection = sqlite3.connect("file:%s?mode=ro" % self.database, uri=True, timeout=10)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()


class Network:
    """The keys, the directory, the bank and the nodes."""

    def __init__(self, folder, program, settings=None, evil_port=None, third_port=None, minimum_tls=None):
        self.folder, self.program, self.bank = folder, os.path.abspath(program), None
        self.evil_port, self.third_port = evil_port or free_port(), third_port or free_port()
        for part in ("net", "bank", DESTINATION, ORIGIN, EVIL, THIRD):
            os.makedirs(os.path.join(folder, part), mode=0o700)
        self.command("certs", "root", "-o", "net/root", "--years", "2", "--name", "Fault harness")
        self.command("certs", "directory-key", "--root", "net/root", "-o", "net/key", "--years", "1")
        self.command("certs", "anchors", "--root", "net/root", "--key", "net/key", "-o", "net/anchors.pem")
        self.nodes = {code: Node(self, code, settings or {}) for code in (DESTINATION, ORIGIN)}
        for code, version in (minimum_tls or {}).items():
            self.nodes[code].settings["peers"]["minimumTLS"] = version
        for code in (DESTINATION, ORIGIN, EVIL, THIRD):
            self.command(
                "certs",
                "agency",
                code,
                "--root",
                "net/root",
                "-o",
                code + "/keys",
                "--years",
                "1",
                "--host",
                "127.0.0.1",
                "--host",
                "localhost",
            )
        for folder in ("revoked", "stray"):
            self.command("certs", "agency", EVIL, "--root", "net/root", "-o", "%s/%s" % (EVIL, folder), "--years", "1")
        for node in self.nodes.values():
            with open(os.path.join(node.home, "node.yaml"), "w") as file:
                json.dump(node.settings, file, ensure_ascii=False, indent=1)
        self.version, self.tls_folder = 0, {}
        self.sign_directory()

    def entry(self, code):
        ports = {EVIL: self.evil_port, THIRD: self.third_port}
        ports.update((node.code, node.peers) for node in self.nodes.values())
        signing = [{"file": "../%s/keys/signing.pem" % code}]
        if code == EVIL:
            signing.append({"file": "../%s/revoked/signing.pem" % code, "revokedAt": "2026-01-01T00:00:00Z"})
        return {
            "code": code,
            "nameChinese": "示例机构" + code,
            "nameEnglish": "Example " + code,
            "endpoint": "https://127.0.0.1:%d" % ports[code],
            "tlsCertificates": ["../%s/%s/tls.pem" % (code, self.tls_folder.get(code, "keys"))],
            "signingCertificates": signing,
            "deadlineProfile": "N2010",
            "workingDays": {"letter": 15, "origin": 15, "finish": 15},
            "account": account(code),
        }

    def sign_directory(self):
        self.version += 1
        options = []
        for code in (DESTINATION, ORIGIN, EVIL, THIRD):
            name = "net/entry-%s.yaml" % code
            with open(os.path.join(self.folder, name), "w") as file:
                json.dump(self.entry(code), file, ensure_ascii=False)
            options += ["--entries", name]
        fresh = "net/directory-%d.jws" % self.version
        self.command(
            "certs",
            "directory",
            "--key",
            "net/key",
            "--root",
            "net/root",
            "--version",
            str(self.version),
            *options,
            "-o",
            fresh
        )
        shutil.copy(self.path(fresh), self.path("net/next"))
        os.replace(self.path("net/next"), self.path("net/directory.jws"))

    def command(self, *words, check=True, timeout=60):
        done = subprocess.run(
            [self.program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if check and done.returncode:
            raise SystemExit("jiexu %s: %s" % (" ".join(words), done.stdout.decode(errors="replace")))
        return done

    def records(self, code, rows):
        path = os.path.join(self.folder, "records-%s.csv" % code)
        with open(path, "w") as file:
            file.write(COLUMNS + rows)
        self.command("records", "import", path, "--config", os.path.join(self.folder, code, "node.yaml"))

    def start(self):
        words = [self.program, "bank", "--folder", os.path.join(self.folder, "bank"), "--poll-milliseconds", "20"]
        for code in (DESTINATION, ORIGIN, EVIL):
            words += ["--account", "%s:%s:%s" % (code, account(code)["number"], account(code)["holder"])]
        with open(os.path.join(self.folder, "bank.log"), "ab") as log:
            self.bank = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for node in self.nodes.values():
            node.start()

    def stop(self):
        for node in self.nodes.values():
            node.stop()
        if self.bank and self.bank.poll() is None:
            self.bank.terminate()
            try:
                self.bank.wait(10)
            except subprocess.TimeoutExpired:
                self.bank.kill()
                self.bank.wait()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    @property
    def destination(self):
        return self.nodes[DESTINATION]

    @property
    def origin(self):
        return self.nodes[ORIGIN]
