"""Runs rows of the catalogue against nodes that are up, and judges every answer by its row."""

import csv
import fnmatch
import os
import threading
import time

import documents
import network
import people
import wire

# What a refusal that is signed and kept may add to the store, and what nothing else may.
EVIDENCE = {
    "refused",
    "audit_leaves",
    "documents",
    "receipts",
    "log_subtrees",
    "own_heads",
    "audit_leaves_next",
    "commits",
    "cases.version",
}
# What a node writes by itself while it is left alone.
OWN = {
    "own_heads",
    "log_subtrees",
    "peer_heads",
    "shown_heads",
    "heads_held",
    "delivery_attempts",
    "commits",
    "digest_serials",
    "state_digests",
    "digest_comparisons",
    "digest_differences",
    "notice_cursor",
}


class Case:
    """One concrete input. `act` sends it and gives the answer, or its word; `expect` replaces the row's expectation."""

    def __init__(self, name, act, expect=None, slow=False, node=None):
        self.name, self.act, self.expect, self.slow, self.node = name, act, expect, slow, node


class Outcome:
    def __init__(self, row, case, expected, observed, seconds, faults):
        self.row, self.case, self.expected, self.observed = row, case, expected, observed
        self.seconds, self.faults = seconds, faults


def fits(word, expectation):
    return any(fnmatch.fnmatchcase(word, one.strip()) for one in expectation.split(" / "))


def catalogue(path):
    with open(path, newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


class Rig:
    """The network under test, the keys of the hostile peer, and what was found."""

    def __init__(self, net, say):
        self.net, self.say = net, say
        path = net.path
        self.root = path("net/root/root.pem")
        self.evil_keys = (path(network.EVIL, "keys/tls.pem"), path(network.EVIL, "keys/tls.key"))
        self.third_keys = (path(network.THIRD, "keys/tls.pem"), path(network.THIRD, "keys/tls.key"))
        self.signer = self.key(network.EVIL, "keys")
        self.third = self.key(network.THIRD, "keys")
        self.revoked = self.key(network.EVIL, "revoked")
        self.tls = wire.context(self.evil_keys, self.root)
        self.lines = {node.code: wire.Line(node.peers, self.tls) for node in net.nodes.values()}
        self.outcomes, self.serial, self.person = [], 0, 5000
        self.is_unsettled = False
        self.slowest, self.lock = 0.0, threading.Lock()
        with open(path(network.ORIGIN, "keys/signing.pem"), "rb") as file:
            certificate = file.read()
        self.node_certificates = {code: self.key(code, "keys").certificate for code in net.nodes}
        self.first_resident = {node.code: node.resident_kib() for node in net.nodes.values()}

    def key(self, code, folder):
        return documents.Signer(self.net.path(code, folder, "signing.key"), self.net.path(code, folder, "signing.pem"))

    # What rows are made of

    def next_case(self, code=network.EVIL):
        with self.lock:
            self.serial += 1
            return people.case_number(code, 2026, self.serial)

    def next_person(self):
        with self.lock:
            self.person += 1
            return people.resident_id(self.person)

    def letter(self, case=None, person=None, **changes):
        """A good first letter of the hostile peer to the origin, as a dictionary."""
        content = documents.letter(
            person or self.next_person(),
            network.account(network.EVIL),
            network.office(network.EVIL),
            payoutAccount=None,
        )
        content.update(changes)
        return documents.envelope(
            "acceptance-letter", case or self.next_case(), network.EVIL, network.ORIGIN, 1, None, content
        )

    def sent(self, body, code=network.ORIGIN, **options):
        return self.lines[code].post(body, **options)

    def signed(self, value, code=network.ORIGIN):
        """Signs a dictionary, or bytes, and sends it."""
        return self.sent(self.signer.sign(value if isinstance(value, bytes) else documents.dumps(value)), code)

    # Judging

    def counts(self, node):
        tables = [name for name, in node.read("SELECT name FROM sqlite_master WHERE type = 'table'")]
        statement = " UNION ALL ".join("SELECT '%s', count(*) FROM \"%s\"" % (name, name) for name in tables)
        counts = dict(node.read(statement))
        (counts["cases.version"],) = node.read("SELECT coalesce(sum(version), 0) FROM cases")[0]
        (counts["postings"],) = node.read("SELECT coalesce(sum(abs(amount)), 0) FROM posting_lines")[0]
        return counts

    def run(self, row, case, expectation, kind="row"):
        nodes = [node for node in self.net.nodes.values() if case.node in (None, node.code)]
        watched = not case.slow and kind != "story"
        if watched and self.is_unsettled and not (case.expect or expectation).startswith("accepted"):
            self.settle()
        # While what was accepted before still has its effects, nothing can be said of what a row has stored.
        is_quiet = not self.is_unsettled
        before = {node.code: self.counts(node) for node in nodes} if watched else {}
        began = time.monotonic()
        try:
            answer = case.act()
        except Exception as error:  # What the harness itself gets wrong must never look like a good answer.
            answer = "harness-fault %s: %s" % (type(error).__name__, error)
        seconds = time.monotonic() - began
        word = answer if isinstance(answer, str) else answer.word
        expected = case.expect or expectation
        faults = [] if fits(word, expected) else ["answered " + word]
        if not isinstance(answer, str) and answer.kind == "http":
            faults += self.faults_of(answer)
        if watched and seconds > 1:
            faults.append("took %.1f s" % seconds)
        for node in nodes:
            if not node.is_alive():
                faults.append("the node of %s has ended" % node.code)
            elif watched and is_quiet:
                faults += self.stored(node, before[node.code], word)
        outcome = Outcome(row, case.name, expected, word, seconds, faults)
        if word.startswith("accepted") or case.slow and not getattr(case, "beside", False):
            self.is_unsettled = True
        with self.lock:
            if watched and row != "control":
                self.slowest = max(self.slowest, seconds)
        return outcome

    def faults_of(self, answer):
        """What no answer may have: a refusal nobody signed, a problem without its code, or a word of the inside."""
        if answer.receipt is not None and answer.result is not None:
            code = answer.receipt["to"]
            if not documents.is_signed_by(answer.body, self.node_certificates[code]):
                return ["the receipt is not the node's"]
        if answer.status >= 400 and not answer.code:
            return ["a refusal without a code"]
        inside = (b".swift", b"SQL", b"/root", b"Fatal", b"sqlite")
        if answer.status >= 400 and any(word in answer.body for word in inside):
            return ["the answer tells of the inside"]
        return []

    def stored(self, node, before, word):
        """What a row may have left in the store: nothing, or the evidence of a signed refusal, or a document it took."""
        after = self.counts(node)
        grown = {name for name in after if after[name] != before.get(name, 0)}
        if word.startswith("accepted"):
            return []
        allowed = OWN | EVIDENCE if word.startswith("refused") or "equivocation" in word or "head-" in word else OWN
        if word.startswith("409 head") or word.startswith("200"):
            allowed = allowed | {"head_conflicts", "state_digests", "audit_leaves", "audit_leaves_next", "log_notes"}
        if word[:1] in ("2", "4"):
            # Whoever reads through the interface, or is refused there, leaves a row in the trail.
            allowed = allowed | {"account_audit"}
        if grown - allowed:
            return ["stored %s" % ", ".join(sorted(grown - allowed))]
        return []

    def settle(self):
        """Waits until nothing changes any more in the stores: what was accepted has had its effects, also at the bank."""
        before, quiet = None, 0
        for _ in range(100):
            now = [
                {name: count for name, count in self.counts(node).items() if name not in OWN}
                for node in self.net.nodes.values()
            ]
            quiet = quiet + 1 if now == before else 0
            if quiet == 6:
                self.is_unsettled = False
                return
            before = now
            time.sleep(0.06)


def write_table(outcomes, path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "case", "expected", "observed", "milliseconds", "verdict"])
        for one in outcomes:
            writer.writerow(
                [
                    one.row,
                    one.case,
                    one.expected,
                    one.observed,
                    int(one.seconds * 1000),
                    "; ".join(one.faults) or "as expected",
                ]
            )


def resident_bound_kib():
    """How much a node may grow over a whole run."""
    return int(os.environ.get("JIEXU_FAULTS_GROWTH_KIB", 192 * 1024))
