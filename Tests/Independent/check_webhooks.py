#!/usr/bin/python3
"""Checks the sample messages of webhooks as a receiver would, with the standard library only.

The function is the one of contracts/webhooks.md. Each sample must pass, and must fail with anything about it changed: a
check that finds nothing wrong with a changed message finds nothing at all.
"""

import base64
import hmac
import json
import sys
from pathlib import Path

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"


def is_genuine(headers, body, secrets, now):
    seconds = int(headers["webhook-timestamp"])
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    shown = [word[3:] for word in headers["webhook-signature"].split(" ") if word.startswith("v1,")]
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    computed = [base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys]
    return abs(now - seconds) <= 300 and any(hmac.compare_digest(a, b) for a in shown for b in computed)


def faults_of(place, message, others):
    headers, body, secrets = message["headers"], message["body"].encode(), message["secrets"]
    now = int(headers["webhook-timestamp"])
    late = {**headers, "webhook-timestamp": str(now + 1)}
    renamed = {**headers, "webhook-id": headers["webhook-id"][:-1] + "f"}
    unsigned = {**headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")}
    # Of a receiver that knows one of two secrets only, each must be enough.
    wanted = [(True, headers, body, [secret], now) for secret in secrets] + [
        (True, headers, body, secrets, now + 300),
        (True, headers, body, secrets, now - 300),
        (False, headers, body, secrets, now + 301),
        (False, headers, body, secrets, now - 301),
        (False, headers, body + b" ", secrets, now),
        (False, headers, body.replace(b'"version":', b'"version":9'), secrets, now),
        (False, headers, body, others, now),
        (False, late, body, secrets, now),
        (False, renamed, body, secrets, now),
        (False, unsigned, body, secrets, now),
    ]
    for number, (expected, *case) in enumerate(wanted):
        if is_genuine(*case) != expected:
            yield f"message {place}, case {number}: expected {expected}"
    for secret in secrets:
        if not secret.startswith("whsec_") or not 24 <= len(base64.b64decode(secret[6:], validate=True)) <= 64:
            yield f"message {place}: a secret has not the form of Standard Webhooks"
    told = json.loads(body)
    if told["type"] != "case.changed" or set(told) != {"type", "timestamp", "data"}:
        yield f"message {place}: another body than webhooks.md has"
    if set(told["data"]) != {"case", "version", "phase", "holder", "ended", "links"}:
        yield f"message {place}: other data than webhooks.md has"


def check():
    messages = json.loads((CONTRACTS / "samples/webhooks/messages.json").read_text("utf-8"))["messages"]
    faults = [] if len(messages) == 2 else ["expected two messages"]
    for place, message in enumerate(messages):
        faults += faults_of(place, message, messages[place - 1]["secrets"])
    page = (CONTRACTS / "webhooks.md").read_text("utf-8")
    source = Path(__file__).read_text("utf-8")
    function = source[source.index("def is_genuine") : source.index("\n\n\ndef faults_of")]
    if function not in page:
        faults.append("the function of webhooks.md is another one than is tried here")
    return faults


def main():
    faults = check()
    for fault in faults:
        print(fault)
    if not faults:
        print("OK: the messages of webhooks are signed as webhooks.md says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
