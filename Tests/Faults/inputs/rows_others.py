"""Rows BX, BC and F: directories, heads of logs, and files of the bank."""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import time

import network
import rows_documents
import wire
from documents import Signer, b64, digest, dumps, moment, parts, payload_of
from rig import Case


def rows(rig):
    yield from directories(rig)
    yield from heads(rig)
    yield from bank_files(rig)


# Directories


def directories(rig):
    net = rig.net
    key = Signer(net.path("net/key/directory.key"), net.path("net/key/directory.pem"))
    with open(net.path("net/directory.jws"), "rb") as file:
        good = file.read().strip()
    value = payload_of(good)
    number = [0]

    def load(data):
        """Starts a node on this directory, with ports and data of its own."""
        number[0] += 1
        home = net.path("load-%d" % number[0])
        shutil.copytree(net.path(network.ORIGIN, "keys"), home + "/keys")
        settings = json.loads(json.dumps(net.origin.settings))
        for group in ("peers", "public", "operations"):
            settings[group]["listen"]["port"] = 0
        settings["keys"] = {"anchors": net.path("net/anchors.pem"), "directory": home + "/directory.jws"}
        settings["bank"]["folder"] = home + "/bank"
        with open(home + "/directory.jws", "wb") as file:
            file.write(data)
        with open(home + "/node.yaml", "w") as file:
            json.dump(settings, file, ensure_ascii=False)
        with open(home + "/log", "w+b") as log:
            process = subprocess.Popen(
                [net.program, "serve", "--config", home + "/node.yaml"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            words = b""
            for _ in range(400):
                with open(home + "/log", "rb") as file:
                    words = file.read()
                if process.poll() is not None or b"listening for peers" in words:
                    break
                time.sleep(0.02)
        if process.poll() is None:
            process.terminate()
            process.wait(20)
            return "served" if b"listening for peers" in words else "neither served nor refused"
        shutil.rmtree(home)
        return (
            "refused-at-load" if process.returncode > 0 and b"Fatal" not in words else "ended %d" % process.returncode
        )

    def case(name, data, expect=None):
        return Case(name, lambda: load(data), expect, slow=True)

    def signed(change, by=key, typ="jiexu-directory", at=None):
        made = json.loads(json.dumps(value))
        change(made)
        return by.sign(dumps(made), typ, at)

    def entry(which, **members):
        def change(made):
            for one in made["agencies"]:
                if one["code"] == which:
                    one.update(members)

        return change

    nothing = lambda made: None
    yield "BX1", [
        case("as it is", good, "served"),
        case("one bit", good[:-3] + (b"A" if good[-3:-2] != b"A" else b"B") + good[-2:]),
        case("no signature", good.rpartition(b".")[0] + b"."),
        case("no JWS", dumps(value)),
        case("empty", b""),
        case("signed by an agency", signed(nothing, rig.signer)),
        case("another kind", signed(nothing, typ="jiexu-document")),
        case("half", good[: len(good) // 2]),
        case("twice", good + b"\n" + good),
    ]
    now = int(time.time())
    yield "BX4", [
        case("expired", signed(lambda made: made.update(issuedAt=now - 900_000, expiresAt=now - 60))),
        case("of tomorrow", signed(lambda made: made.update(issuedAt=now + 86_400), at=moment(86_400))),
    ]
    mine = next(one for one in value["agencies"] if one["code"] == network.ORIGIN)
    other = next(one for one in value["agencies"] if one["code"] == network.DESTINATION)
    certificate = mine["signingCertificates"][0]
    yield "BX5", [
        case(name, signed(change))
        for name, change in (
            ("an agency twice", lambda made: made["agencies"].append(mine)),
            ("a key of two agencies", entry(network.ORIGIN, tlsCertificates=other["tlsCertificates"])),
            ("no key for connections", entry(network.ORIGIN, tlsCertificates=[])),
            (
                "a key that ends before it begins",
                entry(
                    network.ORIGIN,
                    signingCertificates=[
                        dict(certificate, **{"from": certificate["until"], "until": certificate["from"]})
                    ],
                ),
            ),
            ("an endpoint without TLS", entry(network.ORIGIN, endpoint="http://127.0.0.1:80")),
            ("an endpoint with a user", entry(network.ORIGIN, endpoint="https://a@127.0.0.1:80")),
            ("an endpoint with a path", entry(network.ORIGIN, endpoint="https://127.0.0.1:80/x")),
            ("no such region", entry(network.ORIGIN, code="999999")),
            (
                "our own entry missing",
                lambda made: made.update(agencies=[one for one in made["agencies"] if one["code"] != network.ORIGIN]),
            ),
            ("an unknown member", entry(network.ORIGIN, x=1)),
            (
                "a certificate that is none",
                entry(network.ORIGIN, signingCertificates=[dict(certificate, certificate="AAAA")]),
            ),
            (
                "another account than ours",
                entry(network.ORIGIN, remittanceAccount=dict(mine["remittanceAccount"], number="1")),
            ),
        )
    ]
    yield "BJ23", [
        case("one document key twice", signed(entry(network.ORIGIN, signingCertificates=[certificate, certificate]))),
        case(
            "the key of another agency",
            signed(entry(network.ORIGIN, signingCertificates=[certificate, other["signingCertificates"][0]])),
        ),
    ]
    yield "BX6", [case("100 MB", b"A" * 100_000_000)]
    path = net.path("net/directory.jws")

    def older(data):
        """While the nodes serve: the file is replaced, looked at, and not taken; the one in force stays."""

        def act():
            with open(path, "rb") as file:
                before = file.read()
            with open(path + ".new", "wb") as file:
                file.write(data)
            os.replace(path + ".new", path)
            time.sleep(5.6)
            answer = wire.handshake(net.origin.peers, rig.tls)
            with open(path + ".new", "wb") as file:
                file.write(before)
            os.replace(path + ".new", path)
            return "refused-at-load" if answer.word == "200 -" and net.origin.is_alive() else answer

        return act

    def without_evil(made):
        made["agencies"] = [one for one in made["agencies"] if one["code"] != network.EVIL]

    yield "BX2", [
        Case(
            "an older one, to a node that serves",
            older(signed(lambda made: (without_evil(made), made.update(version=max(1, made["version"] - 1))))),
            slow=True,
        ),
        Case("as old and different, to a node that serves", older(signed(without_evil)), slow=True),
    ]


# Heads of logs


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree(leaves):
    """The root over the leaves (RFC 9162, 2.1.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree(leaves[:split]), tree(leaves[split:]))


def consistency(first, leaves, whole=True):
    """The proof that the tree over all leaves goes on from that over the first (RFC 9162, 2.1.4.1)."""
    if first == len(leaves):
        return [] if whole else [tree(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if first <= split:
        return consistency(first, leaves[:split], whole) + [tree(leaves[split:])]
    return consistency(first - split, leaves[split:], False) + [tree(leaves[:split])]


def heads(rig):
    leaves = [b"leaf %d" % n for n in range(64)]
    clock = [int(time.time() * 1000)]

    def head(count, made=None, agency=network.EVIL, at=None, signer=None, epoch=1, **members):
        at = at or clock[0]
        seconds = moment_of(at)
        value = {
            "format": "jiexu/1",
            "agency": agency,
            "epoch": epoch,
            "size": count,
            "root": b64(tree(made if made is not None else leaves[:count])).decode(),
            "atMilliseconds": at,
        }
        value.update(members)
        return (signer or rig.signer).sign(dumps(value), "jiexu-tree-head", seconds).decode()

    def show(head=None, proofs=(), held=(), witnessed=(), signer=None, **members):
        def act():
            clock[0] += 1
            now = moment()
            value = {
                "format": "jiexu/1",
                "from": network.EVIL,
                "to": network.ORIGIN,
                "asOf": now,
                "held": list(held),
                "head": head() if callable(head) else head,
                "proofs": list(proofs),
                "witnessed": list(witnessed),
            }
            value.update(members)
            body = (signer or rig.signer).sign(dumps(value), "jiexu-tree-heads", now)
            return rig.sent(body, path="/peer/v1/tree-heads")

        return act

    def proof(first, last, made=None):
        return {"size": first, "hashes": [b64(one).decode() for one in consistency(first, (made or leaves)[:last])]}

    later = lambda: clock[0] + 5
    changed = [b"changed"] + leaves[1:]
    yield "BX11", [
        Case("the first head", show(lambda: head(10)), "200 -"),
        Case("the same again", show(lambda: head(10, at=clock[0] - 1)), "200 - / 409 *"),
        Case("one that goes on", show(lambda: head(20), [proof(10, 20)]), "200 -"),
    ]
    yield "BX8", [
        Case(name, show(lambda: head(40, at=later()), proofs))
        for name, proofs in (
            ("no proof", []),
            ("an empty one", [{"size": 20, "hashes": []}]),
            ("of another size", [proof(10, 40)]),
            ("of other leaves", [proof(20, 40, changed)]),
            ("a hash too many", [dict(proof(20, 40), hashes=proof(20, 40)["hashes"] + [digest(b"x")])]),
            ("a hash too few", [dict(proof(20, 40), hashes=proof(20, 40)["hashes"][:-1])]),
            ("65 hashes", [{"size": 20, "hashes": [digest(b"x")] * 65}]),
            ("64 wrong hashes", [{"size": 20, "hashes": [digest(b"x")] * 64}]),
            ("nine proofs", [proof(20, 40)] * 9),
            ("below zero", [{"size": -1, "hashes": []}]),
        )
    ]
    yield "BX7", [
        Case("smaller", show(lambda: head(15, at=later()))),
        Case("another root", show(lambda: head(20, changed[:20], at=later()))),
        Case("of nothing", show(lambda: head(0, at=later()))),
        Case("an epoch before", show(lambda: head(30, epoch=0))),
        Case("of the third, by us", show(lambda: head(30, agency=network.THIRD))),
        Case("signed by the third", show(lambda: head(30, signer=rig.third))),
        Case("an hour ahead", show(lambda: head(30, at=clock[0] + 3_600_000), [proof(20, 30)])),
        Case("a size beyond all", show(lambda: head(30, size=2**60))),
        Case("a root that is none", show(lambda: head(30, root="x"))),
        Case("no head but text", show("a.b.c")),
        Case("one bit", show(lambda: head(30)[:-4] + "AAAA")),
        Case("for another node", show(lambda: head(30), to=network.DESTINATION)),
        Case("from the third", show(lambda: head(30), **{"from": network.THIRD})),
        Case("an unknown member", show(None, x=1)),
        Case("257 KiB", lambda: rig.sent(b"A" * (257 << 10), path="/peer/v1/tree-heads"), "413 body-too-long"),
        Case(
            "a document instead",
            lambda: rig.sent(rig.signer.sign(dumps(rig.letter())), path="/peer/v1/tree-heads"),
            "400 jws-typ",
        ),
    ]
    yield "BB18", [Case("back to ten", show(lambda: head(10, at=later())))]
    yield "BB19", [Case("another history", show(lambda: head(40, changed[:40], at=later()), [proof(20, 40, changed)]))]
    yield "BX10", [
        Case(name, show(None, held=held, witnessed=witnessed), "200 - / 400 * / 403 * / 409 *")
        for name, held, witnessed in (
            ("held: the third's", [head(5, agency=network.THIRD, signer=rig.third)], []),
            ("held: our own as if the node's", [head(5, agency=network.ORIGIN)], []),
            ("held: text", ["a.b.c"], []),
            ("witnessed: ours as if another's", [], [head(5, agency=network.DESTINATION)]),
            ("witnessed: text", [], ["a.b.c"]),
            ("33 witnessed", [], ["a.b.c"] * 33),
            ("nine held", ["a.b.c"] * 9, []),
        )
    ]
    yield "BX11", [Case("the node still takes what goes on", show(lambda: head(40), [proof(20, 40)]), "200 -")]


def moment_of(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))


# Files of the bank


def bank_files(rig):
    node = rig.net.destination
    folder = rig.net.path("bank", network.DESTINATION, "results")
    if not glob.glob(folder + "/imported/notification-*.xml"):
        rows_documents.template(rig)
        rig.settle()
    found = sorted(glob.glob(folder + "/imported/notification-*.xml"))
    if not found:
        raise SystemExit("the bank has told the destination of no movement")
    with open(found[0], encoding="utf-8") as file:
        good = file.read()
    number = [0]

    def put(text):
        def act():
            number[0] += 1
            name = "notification-9-%d.xml" % number[0]
            lines = node.read("SELECT count(*) FROM bank_lines")[0][0]
            with open(folder + "/.new", "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
            os.replace(folder + "/.new", os.path.join(folder, name))
            for _ in range(1000):
                if not os.path.exists(os.path.join(folder, name)):
                    break
                time.sleep(0.02)
            else:
                return "left where it was"
            refused = os.path.exists(os.path.join(folder, "refused", name))
            new = node.read("SELECT count(*) FROM bank_lines")[0][0] - lines
            return "refused-file" if not new and refused else "known-file" if not new else "taken"

        return act

    fresh = good.replace("N1-", "N8-").replace("-1-C<", "-8-C<")
    amount = re.search(r"<Sum>([0-9.]+)</Sum>", good).group(1)
    more = "%.2f" % 0 if amount == "0.00" else amount[:-1] + str((int(amount[-1]) + 1) % 10)
    other = network.account(network.THIRD)["number"]
    mine = network.account(network.DESTINATION)["number"]

    def case(name, text, expect=None):
        return Case(name, put(text), expect, slow=True)

    yield "BC24", [
        case(name, text)
        for name, text in (
            ("a sum that is not that of the lines", fresh.replace("<Sum>" + amount, "<Sum>" + more, 1)),
            ("another number of lines", fresh.replace("<NbOfNtries>1</NbOfNtries>", "<NbOfNtries>2</NbOfNtries>", 1)),
            ("another account", fresh.replace(mine, other)),
            ("another currency", fresh.replace("CNY", "USD")),
            ("a currency of one line", fresh.replace('Ccy="CNY"', 'Ccy="HKD"', 1)),
            ("no account", re.sub("<Acct>.*</Acct>", "", fresh)),
            ("another kind of message", fresh.replace("camt.054.001.08", "camt.053.001.08")),
            ("a line without a reference", re.sub("<AcctSvcrRef>.*?</AcctSvcrRef>", "", fresh)),
            ("a document type", fresh.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)),
            ("an external entity", fresh.replace("?>", '?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', 1)),
            (
                "an entity that grows",
                fresh.replace("?>", '?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>', 1),
            ),
        )
    ]
    yield "F64", [
        case("the same again", good, "refused-file / known-file"),
        case("half", fresh[: len(fresh) // 2]),
        case("a line below zero", fresh.replace(">" + amount + "<", ">-" + amount + "<")),
        case("an amount of three places", fresh.replace(amount, amount + "1")),
        case("no file", ""),
        case("zeros", bytes(1000)),
        case("UTF-16", fresh.encode("utf-16")),
        case("the same message, another amount", good.replace(amount, more)),
        case("words for an amount", fresh.replace(">" + amount + "<", ">1e5<")),
        case("17 MB", b"<a>" + b" " * (17 << 20) + b"</a>"),
    ]
