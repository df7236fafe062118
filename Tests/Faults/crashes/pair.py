"""Two real nodes and the simulated bank on loopback, for the fault harnesses: founding them once, running one whole
transfer (pension, and two payouts to the person) as often as wanted, and looking at both ends afterwards."""

import argparse
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

ORIGIN, DESTINATION = "440300", "370700"
TOKEN = "rig-token-of-an-invented-office-0001"
PERSON = "420520198503090018"  # invented: the county was dissolved before the day of birth
NAMES = {ORIGIN: "深圳市社会保险基金管理局", DESTINATION: "潍坊市社会保险事业中心"}
RATES = "{" + ", ".join(f"{year}: 400" for year in range(1998, 2041)) + "}"


class Violation(Exception):
    """Something that must never be."""


def free_ports(count):
    """The first of so many ports in a row that are free on loopback now. They lie below those that the system gives to
    outgoing connections: a port that is free now must be free again when a killed node comes back."""
    start, width = 10_000, 22_000
    turn = os.getpid() * 37 % width
    for first in (start + (turn + step) % width for step in range(0, width, count)):
        held = []
        try:
            for port in range(first, first + count):
                held.append(socket.socket())
                held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                held[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
    raise RuntimeError("no ports are free on loopback")


def sums(lines):
    """What is wrong, by its kind: lines begin with `lost` or `doubled`, or tell of another answer than the due one."""
    lost, doubled = (sum(word in line for line in lines) for word in ("lost", "doubled"))
    return {"lost": lost, "doubled": doubled, "wrong": len(lines) - lost - doubled}


def arguments(description, seconds=None):
    """The command line that every harness has; with `seconds` also how long the part that is drawn may take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, help="the binary jiexu")
    parser.add_argument("--data", required=True, help="a folder for everything that is made")
    parser.add_argument("--result", required=True, help="the file for the figures, JSON")
    parser.add_argument("--long", action="store_true", help="every point, however long it takes")
    parser.add_argument("--seed", type=int, default=1)
    if seconds:
        parser.add_argument("--seconds", type=int, default=seconds, help="how long faults may strike in the short form")
    options = parser.parse_args()
    options.program, options.data = os.path.abspath(options.program), os.path.abspath(options.data)
    os.makedirs(options.data, exist_ok=True)
    # Asked to stop, a harness ends its nodes first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return options


class Report:
    """The figures of a run: rows of what was tried, and controls that must find something."""

    def __init__(self, path):
        self.path, self.rows, self.controls, self.begun = path, [], [], time.monotonic()

    def say(self, line):
        print(f"[{time.monotonic() - self.begun:5.0f} s] {line}", flush=True)

    def row(self, what, tried, note="", **counted):
        """`counted`: which of `lost`, `doubled` and `wrong` the run looks for, and how many there were."""
        self.rows.append({"what": what, "tried": tried, **counted, "note": note})
        figures = ", ".join(f"{number} {name}" for name, number in {"tried": tried, **counted}.items())
        self.say(f"{what}: {figures}. {note}")

    def control(self, name, tried, found):
        self.controls.append({"name": name, "tried": tried, "found": found})
        self.say(f"control: {name}: {found} found of {tried} tried")

    def end(self):
        """Writes the figures. Returns the exit status."""
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump({"rows": self.rows, "controls": self.controls}, file, ensure_ascii=False, indent=1)
        bad = [row for row in self.rows if not row["tried"] or any(row.get(name) for name in ("lost", "doubled", "wrong"))]
        blind = [control for control in self.controls if not control["found"]]
        self.say("not as it must be" if bad or blind else "as it must be")
        return 1 if bad or blind else 0


def shim(folder, source):
    """Compiles a shim of this folder, and says where it is."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(folder, os.path.basename(source)[:-2] + ".so")
    source = source if os.path.isabs(source) else os.path.join(here, source)
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", path, source, "-ldl", "-pthread"], check=True)
    return path


def node_settings(code, account, ports, bank, extra=""):
    peers, people, operations = ports
    return f"""\
agency:
  code: "{code}"
  office:
    name: "{NAMES[code]}"
    address: "示例路 1 号"
    postcode: "261000"
    telephone: "0536-0000000"
  account: {account}
  straightThrough: [acceptance, account, funds-return, query, recall, remittance, settlement]
  interest: {{formula: "monthly-products", ratesBp: {RATES}, source: "sample figures, not published rates"}}
keys:
  anchors: "../network/anchors.pem"
  directory: "../network/directory.jws"
peers:
  listen: {{host: "127.0.0.1", port: {peers}}}
  firstRetryMilliseconds: 20
  longestRetryMilliseconds: 200
  connectTimeoutMilliseconds: 500
  requestTimeoutMilliseconds: 3000
public:
  listen: {{host: "127.0.0.1", port: {people}}}
  tokens:
    - {{name: "rig", role: staff, sha256: "{hashlib.sha256(TOKEN.encode()).hexdigest()}"}}
operations:
  listen: {{host: "127.0.0.1", port: {operations}}}
bank: {{folder: "{bank}", pollMilliseconds: 10}}
log: {{level: notice}}
{extra or 'data: {directory: "data", ballastMebibytes: 0}'}
"""


class Node:
    def __init__(self, pair, code, ports):
        self.pair, self.code, self.ports = pair, code, ports
        self.home = os.path.join(pair.folder, code)
        self.data = os.path.join(self.home, "data")
        self.store = os.path.join(self.data, "jiexu.sqlite")
        self.bank = os.path.join(pair.folder, "bank", code)
        self.config = os.path.join(self.home, "node.yaml")
        self.log = os.path.join(pair.folder, "log", code + ".log")
        self.process = None

    def start(self, plan=None, environment=None):
        # A backtrace would hold the ports of a node that has crashed.
        settings = dict(os.environ, SWIFT_BACKTRACE="enable=no")
        settings.update(environment or {})
        if plan is not None:
            settings["JXF_PLAN"] = plan
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.pair.program, "serve", "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=settings)

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def call(self, method, path, body=None, key=None, operations=False, timeout=5):
        """One request. Returns status, headers and the JSON (or the bytes) of the answer; status 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[2 if operations else 1], timeout=timeout)
        headers = {"Authorization": "Bearer " + TOKEN}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, None
        finally:
            connection.close()
        try:
            content = json.loads(content)
        except ValueError:
            pass
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def ready(self):
        return self.call("GET", "/health/ready", operations=True, timeout=2)[0] == 200

    def wait_ready(self, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.running:
                return False
            if self.ready():
                return True
            time.sleep(0.01)
        return False

    def kill(self):
        if self.running:
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def stop(self, seconds=15):
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def command(self, *arguments, timeout=60):
        done = subprocess.run(
            [self.pair.program, *arguments, "--config", self.config], capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout + done.stderr

    def case(self, number):
        """The case as the node tells it; None while it has none or does not answer."""
        status, _, body = self.call("GET", "/api/v1/cases/" + number)
        return body if status == 200 else None

    def holds(self, store=None):
        """What the store has of the case: documents with their digests and receipts, read beside the node."""
        return read_store(store or self.store)


def read_store(path, copy=False):
    """Documents by (case, sender, sequence) as (digest, digest of the receipt or None), and orders by key."""
    connection = sqlite3.connect(f"file:{path}?mode={'rw' if copy else 'ro'}", uri=True, timeout=5)
    try:
        documents = {
            (number, sender, sequence): (digest, hashlib.sha256(receipt).digest() if receipt is not None else None)
            for number, sender, sequence, digest, receipt in connection.execute(
                "SELECT c.number, d.sender, d.sequence, d.digest, r.bytes FROM documents d"
                " JOIN cases c ON c.id = d.case_id LEFT JOIN receipts r ON r.document = d.position")
        }
        orders = {key: outcome for key, outcome in connection.execute("SELECT key, outcome FROM orders")}
        cases = {number: version for number, version in connection.execute("SELECT number, version FROM cases")}
    finally:
        connection.close()
    return {"documents": documents, "orders": orders, "cases": cases}


def acknowledged(holder, own):
    """What is missing at `own` though `holder` has the evidence that it was there: a receipt that `own` gave, or a
    document that `own` signed."""
    missing = []
    for (number, sender, sequence), (digest, receipt) in holder["documents"].items():
        known = own["documents"].get((number, sender, sequence))
        where = f"{number} {sender}#{sequence}"
        if sender == holder["code"]:
            if receipt is not None and (known is None or known != (digest, receipt)):
                missing.append(f"{where}: {own['code']} gave a receipt and has the document no more")
        elif known is None or known[0] != digest:
            missing.append(f"{where}: {own['code']} signed and sent it and has it no more")
    return missing


class Pair:
    """One network of two nodes and their bank in a folder, on six ports from `port` on."""

    def __init__(self, program, folder, port, settings=""):
        self.program, self.folder = os.path.abspath(program), os.path.abspath(folder)
        self.settings = settings
        self.nodes = {
            code: Node(self, code, tuple(port + 3 * place + step for step in range(3)))
            for place, code in enumerate([DESTINATION, ORIGIN])
        }
        self.destination, self.origin = self.nodes[DESTINATION], self.nodes[ORIGIN]
        self.bank = None
        self.number = None

    def found(self):
        """Makes keys, the directory and the records of both nodes, and keeps the data folders as they are then."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for part in ("log", "bank", "prepared"):
            os.makedirs(os.path.join(self.folder, part), mode=0o700)
        network = os.path.join(self.folder, "network")
        self.run("certs", "root", "--output", network, "--years", "50")
        self.run("certs", "directory-key", "--root", network, "--output", network, "--years", "20")
        self.run("certs", "anchors", "--root", network, "--key", network, "--output", network + "/anchors.pem")
        entries = []
        for place, node in enumerate(self.nodes.values()):
            os.makedirs(node.home, mode=0o700, exist_ok=True)
            self.run("certs", "agency", node.code, "--root", network, "--output", node.home + "/keys", "--host",
                     "127.0.0.1", "--years", "2")
            account = (f'{{holder: "{NAMES[node.code]}", bankName: "示例银行", bankCode: "313584000019", '
                       f'number: "{self.account(node.code)}"}}')
            with open(node.config, "w", encoding="utf-8") as file:
                file.write(node_settings(node.code, account, node.ports, node.bank, self.settings_of(node)))
            entry = os.path.join(network, node.code + ".yaml")
            with open(entry, "w", encoding="utf-8") as file:
                file.write(f"""code: "{node.code}"
nameChinese: "{NAMES[node.code]}"
nameEnglish: "Office {place + 1}"
endpoint: "https://127.0.0.1:{node.ports[0]}"
tlsCertificates: ["../{node.code}/keys/tls.pem"]
signingCertificates:
  - file: "../{node.code}/keys/signing.pem"
deadlineProfile: "national"
workingDays: {{letter: 15, origin: 15, finish: 15}}
account: {account}
""")
            entries.append(entry)
        self.run("certs", "directory", "--key", network, "--root", network, "--version", "1", "--days", "400",
                 "--output", network + "/directory.jws", "--entries", *entries)
        for node in self.nodes.values():
            rows = os.path.join(node.home, "records.csv")
            with open(rows, "w", encoding="utf-8") as file:
                file.write(self.records_of(node))
            status, output = node.command("records", "import", rows, timeout=300)
            if status != 0:
                raise RuntimeError("the records were not taken: " + output)
            shutil.copytree(node.data, os.path.join(self.folder, "prepared", node.code))

    def settings_of(self, node):
        """What stands at the end of a node's settings."""
        return self.settings

    def records_of(self, node):
        return records(node.code == DESTINATION)

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    @staticmethod
    def account(code):
        return "3700" + code + "00001"

    def reset(self):
        """Both nodes and the bank as they were before the first transfer."""
        self.end()
        shutil.rmtree(os.path.join(self.folder, "bank"))
        os.makedirs(os.path.join(self.folder, "bank"), mode=0o700)
        for node in self.nodes.values():
            shutil.rmtree(node.data, ignore_errors=True)
            shutil.copytree(os.path.join(self.folder, "prepared", node.code), node.data)
        self.number = None

    def start_bank(self):
        accounts = []
        for code in self.nodes:
            accounts += ["--account", f"{code}:{self.account(code)}:{NAMES[code]}"]
        with open(os.path.join(self.folder, "log", "bank.log"), "ab") as log:
            self.bank = subprocess.Popen(
                [self.program, "bank", "--folder", os.path.join(self.folder, "bank"), "--poll-milliseconds", "10",
                 *accounts], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self):
        """Ends what runs here, at once."""
        for node in self.nodes.values():
            node.kill()
        if self.bank and self.bank.poll() is None:
            self.bank.kill()
            self.bank.wait()

    def lodge(self, order=0):
        """Lodges the application, once. Returns the status and the Retry-After of the answer."""
        status, headers, body = self.destination.call(
            "POST", "/api/v1/applications", application(), key=f"rig-{order}")
        if status in (200, 201):
            self.number = body["case"]
        return status, headers.get("retry-after")

    def ended(self):
        if not self.number:
            return False
        for node in self.nodes.values():
            case = node.case(self.number)
            if not case or not case.get("completed"):
                return False
        # The last receipt may still be on its way.
        return all(
            receipt is not None for node in self.nodes.values() for _, receipt in node.holds()["documents"].values())

    def transfer(self, seconds, on_end=None):
        """Carries one transfer through. `on_end` is called with each node that has ended, and starts it again."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for node in self.nodes.values():
                if not node.running:
                    if on_end is None:
                        raise Violation(f"{node.code} ended with status {node.process.returncode}")
                    on_end(node)
            try:
                if self.number is None:
                    self.lodge()
                if self.ended():
                    return
            except sqlite3.Error:
                pass  # the node that is read beside is being started again
            time.sleep(0.01)
        phases = {code: (node.case(self.number) or {}).get("phase") if self.number else None
                  for code, node in self.nodes.items()}
        raise Violation(f"the transfer {self.number} has not ended after {seconds} s: {phases}")

    def paid(self):
        """How often the bank has carried out each order, by its key, and what is wrong in its journal."""
        wrong = []
        journal = {}
        with open(os.path.join(self.folder, "bank", "journal.csv"), encoding="utf-8") as file:
            for line in file.read().splitlines()[1:]:
                fields = line.split(",")
                if fields[1] == "executed":
                    journal[fields[3]] = journal.get(fields[3], 0) + 1
                elif fields[1] in ("returned", "rejected", "wanted"):
                    wrong.append("the bank has " + line)
        for key, times in journal.items():
            if times != 1:
                wrong.append(f"doubled: the bank paid {key} {times} times")
        return journal, wrong

    def check(self):
        """Both books, both logs and the bank's journal after the end. Returns what is wrong, one line each."""
        journal, wrong = self.paid()
        legs = sorted(key.split("/")[1] for key in journal)
        if legs != ["H1", "M1", "P1"]:
            wrong.append(f"the bank paid {legs}, and H1, M1 and P1 were due")
        stores = {code: dict(node.holds(), code=code) for code, node in self.nodes.items()}
        for node in self.nodes.values():
            wrong += self.books(node)
        for holder, own in ((DESTINATION, ORIGIN), (ORIGIN, DESTINATION)):
            wrong += ["lost: " + text for text in acknowledged(stores[holder], stores[own])]
        return wrong

    @staticmethod
    def books(node):
        """What `jiexu verify` finds, and what is left in the books where nothing may be."""
        status, output = node.command("verify", "--all", "--json")
        if status != 0:
            return [f"{node.code}: verify says {output.strip()[:600]}"]
        wrong = []
        balances = json.loads(output)["balancesFen"]
        for account, fen in balances.items():
            if account.startswith(("suspense", "in-transit")) and fen != 0:
                wrong.append(f"{node.code}: {fen} fen are left on {account}")
        if sum(balances.values()) != 0:
            wrong.append(f"{node.code}: the ledger does not sum to 0")
        return wrong


RECORD_HEAD = (
    "record,resident_id,name,household_province,relation,status,enrolled_on,deceased,draws_pension,legal_hold,"
    "carried_year_end,carried_balance_fen,medical_balance_fen,housing_balance_fen,year,from,to,kind,base_fen,"
    "own_share_bp,credited_share_bp,employer_share_bp,paid_on\n")


def records(is_destination, person=PERSON):
    if is_destination:
        rows = f"person,{person},魏军,37,general,active,2026-07-01,no,no,no,,,0,0,,,,,,,,,\n"
        lines = f"line,{person},,,,,,,,,,,,,2026,2026-07,2026-09,ordinary,920000,800,800,1600,\n"
    else:
        rows = f"person,{person},魏军,37,general,stopped,2012-03-01,no,no,no,,,286327,40211,,,,,,,,,\n"
        lines = "".join(
            f"line,{person},,,,,,,,,,,,,{year},{year}-{3 if year == 2012 else 1:02d},{year}-{6 if year == 2026 else 12:02d},"
            f"ordinary,{400000 + (year - 2012) * 35000},800,800,1600,\n" for year in range(2012, 2027))
    return RECORD_HEAD + rows + lines


def application(person=PERSON):
    return json.dumps({
        "person": {"name": "魏军", "residentId": person}, "origin": ORIGIN, "applicant": {"kind": "insured-person"},
        "mobile": "13800138000",
        "payoutAccount": {"holder": "魏军", "bankName": "示例银行深圳分行", "bankCode": "313584000019",
                          "number": "6217000000000000004"},
        "otherBranches": ["medical", "housing"], "approvedMove": False,
    }, ensure_ascii=False).encode()
