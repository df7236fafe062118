"""Rows BC and BW: what operators and their systems put in: files of records, settings, and the public interface."""

import json
import os
import shutil
import subprocess

import network
import people
from people import COLUMNS
from rig import Case


def rows(rig):
    yield from records(rig)
    yield from interface(rig)
    yield from settings(rig)


def records(rig):
    net, node = rig.net, rig.net.destination
    config = net.path(network.DESTINATION, "node.yaml")
    number = [0]

    def imported(data):
        def act():
            number[0] += 1
            path = net.path("upload-%d.csv" % number[0])
            with open(path, "wb") as file:
                file.write(data() if callable(data) else data)
            before = node.read("SELECT (SELECT count(*) FROM persons), (SELECT count(*) FROM contribution_lines)")
            done = net.command("records", "import", path, "--config", config, check=False)
            os.remove(path)
            after = node.read("SELECT (SELECT count(*) FROM persons), (SELECT count(*) FROM contribution_lines)")
            if done.returncode == 0:
                return "imported" if after != before else "nothing-new"
            if done.returncode < 0 or b"Fatal" in done.stdout:
                return "ended %d" % done.returncode
            return "refused-file" if after == before else "refused, and %r more rows" % (after,)

        return act

    def case(name, data, expect=None):
        return Case(name, imported(data.encode() if isinstance(data, str) else data), expect, slow=True)

    good = COLUMNS + people.destination_rows(people.resident_id(40_000))
    person = good.splitlines()[1]

    def with_row(change):
        return good.replace(person, change(person))

    yield "BC1", [case(code, good.encode(code)) for code in ("gb18030", "gbk", "utf-16", "utf-16-le", "utf-32")] + [
        case("mixed", good.encode().replace("测试".encode(), "测试".encode("gbk")))
    ]
    yield "BC2", [case("read as GBK", good.encode().decode("gbk", "replace"))]
    yield "BC3", [
        case("semicolons", good.replace(",", ";")),
        case("tabs", good.replace(",", "\t")),
        case("quote open", with_row(lambda row: row.replace("测试", '"测试'))),
        case("CR only", good.replace("\n", "\r")),
        case("line break in a name", with_row(lambda row: row.replace("测试", '"测\n试"'))),
    ]
    yield "BC4", [
        case("no header", good.partition("\n")[2]),
        case("Chinese header", good.replace("resident_id", "身份证号", 1)),
        case("twice", good.replace("record,", "record,record,", 1)),
        case("a column too many", good.replace("record,", "record,x,", 1)),
    ]
    yield "BC5", [
        case("fewer", with_row(lambda row: row.rpartition(",")[0])),
        case("more", with_row(lambda row: row + ",x")),
    ]
    yield "BC6", [
        case(text, with_row(lambda row, text=text: row.replace(",0,0,", ",%s,0," % text)))
        for text in ("=1+1", "+cmd", "-1+1", "@SUM", "\t1", "=HYPERLINK()")
    ]
    identity = person.split(",")[1]
    yield "BC7", [
        case(text, with_row(lambda row, text=text: row.replace(identity, text)))
        for text in (
            "3.20106E+17",
            identity[:15] + "000",
            identity[:17],
            identity.lower() + "x",
            "'" + identity,
            identity + ".0",
        )
    ]
    yield "BC8", [
        case(text, with_row(lambda row, text=text: row.replace("2026-07-01", text)))
        for text in (
            "46204",
            "2026/7/1",
            "2026-02-30",
            "26-7-1",
            "2026-7-1",
            "01.07.2026",
            "20260701",
            "2026-07-01T00:00:00Z",
        )
    ]
    yield "BC9", [
        case(text, good.replace("920000", text))
        for text in (
            '"9,200.00"',
            "￥9200",
            "９２００００",
            "9200.005",
            "9e5",
            "(920000)",
            "-920000",
            "9200.00",
            "99999999999999999999",
        )
    ]
    yield "BC10", [
        case(repr(text), with_row(lambda row, text=text: row.replace("general", text)))
        for text in ("\u00a0general", "\u3000general", "general\u200b")
    ]
    yield "BC11", [
        case("70 MB", lambda: (good + person + "\n" * 70_000_000).encode()),
        case("a cell of 1 MB", with_row(lambda row: row.replace("测试", "测" * 350_000))),
        case("500,001 rows", lambda: (good + (person + "\n") * 500_001).encode()),
    ]
    yield "BC12", [case("empty", ""), case("header only", COLUMNS), case("blank row", COLUMNS + "," * 22 + "\n")]
    yield "BC13", [case("a row twice", good + person + "\n"), case("a line twice", good + good.splitlines()[2] + "\n")]
    yield "BC14", [case("zip", b"PK\x03\x04" + bytes(5_000))]
    yield "BC17", [
        case("OLE", b"\xd0\xcf\x11\xe0" + bytes(5_000)),
        case("HTML", "<html><table><tr><td>1</td></tr></table></html>"),
        case("XML", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ]
    many = COLUMNS + "".join(people.destination_rows(people.resident_id(41_000 + n)) for n in range(2_000))
    broken = many.replace(people.resident_id(42_000), people.resident_id(42_000)[:-1] + "#")
    yield "BC26", [case("one bad row of 4,000", broken)]


def interface(rig):
    node = rig.net.destination
    form = {
        "person": {"name": "测试", "residentId": people.resident_id(40_001)},
        "origin": network.ORIGIN,
        "applicant": {"kind": "insured-person"},
        "mobile": "13800000000",
        "otherBranches": [],
        "approvedMove": False,
    }

    def lodged(value):
        def act():
            status, answer = node.people_call("POST", "/api/v1/applications", value, "operators-%d" % id(value))
            return "%d %s" % (status, (answer or {}).get("code", "-"))

        return act

    yield "BW10", [
        Case(name, lodged(dict(form, **{name: True}))) for name in ("approved", "phase", "role", "lodgedBy", "number")
    ]

    def asked(port, path):
        def act():
            status, data = node.call(port, "GET", path, None, {"Authorization": "Bearer " + network.TOKEN})
            return "%d %s" % (status, json.loads(data).get("code", "-") if data[:1] == b"{" else "-")

        return act

    yield "BW20", [
        Case(path, asked(node.people, path)) for path in ("/metrics", "/health/ready", "/ops/peers", "/ops", "/api/v1/")
    ]


def settings(rig):
    net = rig.net
    number = [0]
    with open(net.path(network.DESTINATION, "node.yaml"), encoding="utf-8") as file:
        good = file.read()

    def served(text, mode=0o600):
        def act():
            number[0] += 1
            home = net.path("settings-%d" % number[0])
            shutil.copytree(net.path(network.DESTINATION, "keys"), home + "/keys")
            os.chmod(home + "/keys/signing.key", mode)
            with open(home + "/node.yaml", "w", encoding="utf-8") as file:
                file.write(text)
            try:
                done = subprocess.run(
                    [net.program, "serve", "--config", home + "/node.yaml"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=5,
                )
            except subprocess.TimeoutExpired:
                return "served"
            finally:
                shutil.rmtree(home)
            return (
                "refused-at-load"
                if done.returncode > 0 and b"Fatal" not in done.stdout
                else "ended %d" % done.returncode
            )

        return act

    changes = (
        ("an unknown key", '"log"', '"logs": 1, "log"'),
        ("a key twice", '"log"', '"data": {}, "data": {}, "log"'),
        ("a limit below zero", '"longestRetryMilliseconds": ', '"longestRetryMilliseconds": -'),
        ("a port beyond", '"port": %d' % net.destination.peers, '"port": 70000'),
        ("an empty digest", '"sha256": "', '"sha256": "x'),
        ("no agency", '"code": "%s"' % network.DESTINATION, '"code": ""'),
        ("another version of TLS", '"1.2"', '"1.1"'),
    )
    yield "BW24", [Case(name, served(good.replace(old, new, 1)), slow=True) for name, old, new in changes] + [
        Case("no settings", served(""), slow=True),
        Case("a list", served("[]"), slow=True),
        Case("an alias", served("a: &b [1]\nc: *b\n"), slow=True),
    ]
    yield "BW23", [
        Case("a key that others may read", served(good, 0o644), slow=True),
        Case("two nodes on one store", lambda: _twice(net), slow=True),
    ]


def _twice(net):
    done = net.command("serve", "--config", net.path(network.DESTINATION, "node.yaml"), check=False, timeout=20)
    return "refused-at-load" if done.returncode > 0 else "ended %d" % done.returncode
