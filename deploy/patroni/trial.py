#!/usr/bin/python3
"""Transfers between two agencies, one of them on a Patroni cluster, while its primary fails in each of several ways.

    trial.py --program PATH --data FOLDER [--result FILE] [--turns N]

Runs in namespaces of its own: see `try`. The other agency keeps its cases in a file and stays. What it holds receipts of,
what whoever lodged an application was answered, and what the bank has paid is compared with the cluster after each fault.
"""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
for part in ("crashes", "servers"):
    sys.path.insert(0, os.path.join(HERE, "..", "..", "Tests", "Faults", part))

from cluster import TTL, Cluster, Member
from load import Load, LoadPair
from pair import Report, Violation, sums

RATE = 5  # applications a second
PEOPLE = 1_000
FAULTS = [
    ("killed", "SIGKILL of Patroni and PostgreSQL on the primary", Member.kill, Member.start_patroni),
    ("cut off", "the primary cut off from everybody", Member.cut, Member.join),
    ("cut from its peers", "the primary cut off from etcd and the standbys, and not from the node", Member.cut_from_others,
     Member.join_others),
    ("halted", "SIGSTOP of Patroni and PostgreSQL on the primary, and SIGCONT", Member.halt, Member.go_on),
]
# After a halted or cut off primary is back, so long under load: it must not be believed.
AFTERWARDS = 10


def begin(options, cluster, name, port, more=""):
    """A pair under load, of which the destination is served from the cluster."""
    schema = "node_" + name.replace(" ", "_").replace("-", "_")
    cluster.run("jiexu", f"CREATE SCHEMA {schema} AUTHORIZATION jiexu")
    pair = LoadPair(options.program, os.path.join(options.data, schema), port, PEOPLE, cluster.place(schema), more)
    pair.found()
    pair.start_bank()
    for node in pair.nodes.values():
        node.start()
        if not node.wait_ready(60):
            raise Violation(f"{node.code} does not start; see {node.log}")
    load = Load(pair, RATE)
    load.start()
    if not load.wait_for(60, 60):
        raise Violation("nothing is acknowledged; see " + pair.folder)
    return pair, load


def fail(cluster, load, strike, heal, seconds):
    """One fault under load. Returns the longest gap of service, and what is wrong."""
    primary, wrong = cluster.primary(), []
    begun = time.monotonic()
    strike(primary)
    end = begun + seconds
    while time.monotonic() < end:
        now = cluster.primary()
        if now is not None and now is not primary:
            break
        time.sleep(0.2)
    else:
        wrong.append(f"no other server has taken over within {seconds} s")
    taken = time.monotonic()
    if not load.wait_for(40, 60):
        wrong.append("nothing was acknowledged within 60 s after another server had taken over")
    heal(primary)
    time.sleep(AFTERWARDS)
    return load.gap(begun, time.monotonic()), taken - begun, wrong


def try_fault(options, cluster, name, strike, heal, turn, report):
    pair, load = begin(options, cluster, f"{name} {turn}", options.port)
    try:
        gap, takeover, wrong = fail(cluster, load, strike, heal, 4 * TTL)
        load.stop()
        wrong += load.settle(120)
        for node in pair.nodes.values():
            if not node.running:
                wrong.append(f"{node.code} ended with status {node.process.returncode}, and nothing was done to it")
            node.stop()
        cluster.wait_whole(120)
        wrong += load.judge()
        for line in wrong[:20]:
            report.say("  " + line)
        return {"gap": round(gap, 1), "takeover": round(takeover, 1), "held": load.held,
                "cases": len(load.numbers), **sums(wrong)}
    finally:
        load.stop()
        pair.end()


def become_asynchronous(options, cluster, report):
    """The cluster gives up its second copy under a node that has to have one: it says so, and does not start again."""
    cluster.run("jiexu", "CREATE SCHEMA node_strict AUTHORIZATION jiexu")
    pair = LoadPair(options.program, os.path.join(options.data, "strict"), options.port, 1, cluster.place("node_strict"))
    pair.found()
    node = pair.destination
    try:
        node.start()
        if not node.wait_ready(60):
            raise Violation(f"{node.code} does not start; see {node.log}")
        cluster.be_asynchronous()
        end, has_said = time.monotonic() + 30, False
        while time.monotonic() < end and not has_said:
            status, _, body = node.call("GET", "/health/ready", operations=True)
            has_said = status == 503 and "store-copies" in json.dumps(body)
            time.sleep(0.2)
        node.stop()
        node.start()
        is_refused = not node.wait_ready(30)
        with open(node.log, encoding="utf-8") as file:
            is_refused = is_refused and "error: cannot use the database: commits would be on one server only" in file.read()
    finally:
        pair.end()
    report.row("A cluster that becomes asynchronous under a node that does not allow a single copy: told, and refused at the next "
               "start", 2, wrong=2 - has_said - is_refused)


def control(options, cluster, report):
    """The same cluster, asynchronous, with the setting that allows it: what is acknowledged is lost."""
    pair, load = begin(options, cluster, "control", options.port, ", singleCopy: allowed")
    try:
        _, strike, heal = FAULTS[2][1:]
        primary = cluster.primary()
        strike(primary)
        end = time.monotonic() + 4 * TTL
        while time.monotonic() < end and cluster.primary() in (None, primary):
            time.sleep(0.2)
        load.stop()
        for node in pair.nodes.values():
            node.kill()
        heal(primary)
        cluster.wait_whole(120, synchronous=False)
        found = sums(load.judge())
        report.control("the asynchronous cluster, its primary cut off from etcd and the standbys: lost", load.held,
                       found["lost"])
        return {"held": load.held, "cases": len(load.numbers), **found}
    finally:
        load.stop()
        pair.end()


def table(rows):
    lines = ["| the primary is | turns | acknowledged | lost | doubled | wrong | another took over after | longest gap of service |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for name, turns in rows.items():
        sums_of = {key: sum(turn[key] for turn in turns) for key in ("held", "lost", "doubled", "wrong")}
        times = [f"{max(turn[key] for turn in turns):.1f} s" if key in turns[0] else "–" for key in ("takeover", "gap")]
        lines.append(f"| {name} | {len(turns)} | " + " | ".join(
            [*(f"{sums_of[key]:,}" for key in ("held", "lost", "doubled", "wrong")), *times]) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--result")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--only", help="one of: " + ", ".join(name for name, *_ in FAULTS) + ", control")
    options = parser.parse_args()
    options.program, options.data, options.port = os.path.abspath(options.program), os.path.abspath(options.data), 20_000
    report = Report(options.result or os.path.join(options.data, "result.json"))
    cluster = Cluster(os.path.join(options.data, "cluster"))
    cluster.start()
    report.say("three servers are up, one primary and two standbys")
    rows = {}
    for name, what, strike, heal in FAULTS:
        if options.only not in (None, name):
            continue
        rows[name] = []
        for turn in range(options.turns):
            rows[name].append(try_fault(options, cluster, name, strike, heal, turn, report))
        total = {key: sum(turn[key] for turn in rows[name]) for key in ("lost", "doubled", "wrong")}
        report.row(what, options.turns, **total, note=", ".join(
            f"{turn['held']} cases and documents that others hold, gap {turn['gap']} s" for turn in rows[name]))
    if options.only in (None, "control"):
        become_asynchronous(options, cluster, report)
        rows["control: asynchronous"] = [control(options, cluster, report)]
    print(table(rows))
    print(json.dumps(rows))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
