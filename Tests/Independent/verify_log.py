#!/usr/bin/python3
"""Verifies the extract of a node's log (`jiexu log export`) without any code of the broker: written from RFC 9162, RFC 3161
and contracts/dossier.md alone.

    verify_log.py [--stamp-trust TSA.pem] ANCHORS.pem EXTRACT.json [LOG.json ...]

LOG.json is the member of that name of a dossier, or what `jiexu log prove` prints: its proofs are checked against the
leaves of the extract. Prints OK with counts, or every finding, and the range in which the first bad leaf lies; exit
status 0 or 1. Time-stamps go through `openssl ts -verify`.

Debian 12: apt-get install openssl python3-cryptography
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

EMPTY = hashlib.sha256(b"").digest()


class Wrong(Exception):
    """A finding."""


def bytes64(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Wrong("base64url is not canonical")
    return data


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def seconds(text):
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a growing tree: the complete subtrees from left to right, each with its level."""

    def __init__(self):
        self.subtrees = []

    def append(self, leaf):
        level = 0
        while self.subtrees and self.subtrees[-1][0] == level:
            leaf = node(self.subtrees.pop()[1], leaf)
            level += 1
        self.subtrees.append((level, leaf))

    @property
    def root(self):
        if not self.subtrees:
            return EMPTY
        value = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            value = node(left, value)
        return value


def is_consistent(old, old_root, size, root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof
    if not 0 < old < size or not proof and old & (old - 1):
        return False
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    if not proof:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = proof[0]
    for step in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node(step, first), node(step, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == root


def is_included(leaf, position, size, root, path):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= position < size:
        return False
    last = size - 1
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            leaf = node(step, leaf)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            leaf = node(leaf, step)
        position, last = position >> 1, last >> 1
    return last == 0 and leaf == root


# Signatures


def opened(text, typ):
    try:
        header, payload, signature = text.split(".")
        fields, content = json.loads(bytes64(header)), bytes64(payload)
        value = bytes64(signature)
    except ValueError:
        raise Wrong("no compact signature") from None
    if (fields["alg"], fields["typ"], fields["crit"]) != ("ES256", typ, ["sigT"]) or len(fields) != 5:
        raise Wrong(f"the header is not one of {typ}")
    return fields, json.loads(content), f"{header}.{payload}".encode(), value


def check_signature(certificate, signed, value):
    if len(value) != 64:
        raise Wrong("the signature is not of 64 bytes")
    der = utils.encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))
    try:
        certificate.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Wrong("the signature does not hold") from None


def check_issued(certificate, roots, at):
    moment = datetime.utcfromtimestamp(at)
    for root in roots:
        if root.subject != certificate.issuer or not root.not_valid_before <= moment <= root.not_valid_after:
            continue
        try:
            root.public_key().verify(
                certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        if certificate.not_valid_before <= moment <= certificate.not_valid_after:
            return
    raise Wrong("a certificate was issued by no root, or was not valid then")


def thumbprint(certificate):
    return text64(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest())


def pem_certificates(text):
    mark = "-----END CERTIFICATE-----"
    return [
        x509.load_pem_x509_certificate((block + mark + "\n").encode())
        for block in text.split(mark)
        if "BEGIN CERTIFICATE" in block
    ]


def is_issuer(certificate):
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


# Time-stamps


def stamp_moment(token, folder):
    """The moment in a token, in seconds since 1970, as openssl prints it."""
    (folder / "token").write_bytes(token)
    shown = subprocess.run(
        ["openssl", "ts", "-reply", "-in", folder / "token", "-token_in", "-text"],
        capture_output=True, check=False, timeout=20,
    ).stdout.decode("utf-8", "replace")
    for line in shown.splitlines():
        if line.startswith("Time stamp: "):
            text = line[len("Time stamp: ") :]
            form = "%b %d %H:%M:%S.%f %Y GMT" if "." in text else "%b %d %H:%M:%S %Y GMT"
            return int(datetime.strptime(text, form).replace(tzinfo=timezone.utc).timestamp())
    raise Wrong("the time-stamp cannot be read")


def der_certificates(data):
    """Certificates that stand one behind the other."""
    found = []
    while data:
        length, head = data[1], 2
        if length & 0x80:
            head = 2 + (length & 0x7F)
            length = int.from_bytes(data[2:head], "big")
        found.append(x509.load_der_x509_certificate(data[: head + length]))
        data = data[head + length :]
    return found


def check_stamp(head, token, chain, trusted):
    """Lets openssl check a token over the bytes of a head, as of the moment in it; SHA-1 is not believed.

    Returns the moment, in seconds since 1970.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        moment = stamp_moment(token, folder)
        if b"\x2b\x0e\x03\x02\x1a" in token:
            raise Wrong("the time-stamp uses SHA-1")
        (folder / "head").write_bytes(head)
        for authorities in [chain] + ([trusted] if trusted else []):
            pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in authorities)
            (folder / "authorities.pem").write_bytes(pem)
            done = subprocess.run(
                ["openssl", "ts", "-verify", "-data", folder / "head", "-in", folder / "token", "-token_in", "-CAfile",
                 folder / "authorities.pem", "-partial_chain", "-attime", str(moment)],
                capture_output=True, check=False, timeout=20,
            )
            if done.returncode:
                cause = done.stderr.decode("utf-8", "replace").strip().splitlines()
                raise Wrong(f"the time-stamp does not hold: {cause[-1] if cause else 'openssl refuses it'}")
    return moment


class Extract:
    """The check of one extract."""

    def __init__(self, anchors, extract, trusted):
        certificates = pem_certificates(anchors)
        self.roots = [certificate for certificate in certificates if is_issuer(certificate)]
        self.directory_certificates = [c for c in certificates if not is_issuer(c)]
        self.extract = extract
        self.trusted = trusted
        self.findings = []
        self.signers = {}
        self.good = 0
        self.bad = None
        self.heads = {}

    def attempt(self, place, step, *arguments):
        try:
            return step(*arguments)
        except Wrong as error:
            self.findings.append(f"{place}: {error}")
        except (KeyError, TypeError, ValueError) as error:
            self.findings.append(f"{place}: cannot be read: {error!r}")
        return None

    def run(self):
        self.attempt("directory", self.open_directory)
        self.leaves = [bytes64(leaf) for leaf in self.extract["leaves"]]
        self.epoch = self.extract["epoch"]
        for place, text in enumerate(self.extract["heads"]):
            head = self.attempt(f"own head {place}", self.open_head, text, self.extract["agency"])
            if head:
                self.heads[head["epoch"], head["size"]] = head, text
        self.check_tree()
        self.check_peers()
        for place, stamp in enumerate(self.extract["stamps"]):
            self.attempt(f"time-stamp {place} of {stamp['authority']}", self.check_own_stamp, stamp)

    def open_directory(self):
        fields, content, signed, value = opened(self.extract["directory"], "jiexu-directory")
        for certificate in self.directory_certificates:
            if thumbprint(certificate) == fields["x5t#S256"]:
                break
        else:
            raise Wrong("signed by a key that is no anchor")
        check_issued(certificate, self.roots, seconds(fields["sigT"]))
        check_signature(certificate, signed, value)
        for agency in content["agencies"]:
            for entry in agency["signingCertificates"]:
                certificate = x509.load_der_x509_certificate(bytes64(entry["certificate"]))
                self.signers[thumbprint(certificate)] = agency["code"], certificate, entry

    def open_head(self, text, agency):
        fields, head, signed, value = opened(text, "jiexu-tree-head")
        if fields["x5t#S256"] not in self.signers:
            raise Wrong("signed by a key that is in no directory")
        signer, certificate, entry = self.signers[fields["x5t#S256"]]
        signed_at = seconds(fields["sigT"])
        check_issued(certificate, self.roots, signed_at)
        check_signature(certificate, signed, value)
        if "revokedAt" in entry and signed_at >= entry["revokedAt"]:
            raise Wrong("its key had been revoked")
        if signer != head["agency"] or agency and signer != agency:
            raise Wrong(f"{signer} signed a head of {head['agency']}")
        if head["atMilliseconds"] // 1000 != signed_at:
            raise Wrong("it was signed at another moment than it names")
        return head

    def check_tree(self):
        """Lays the tree over the leaves, and compares every head of the present epoch on the way."""
        wanted = sorted((size, head) for (epoch, size), (head, _) in self.heads.items() if epoch == self.epoch)
        edge, done, last = Edge(), 0, None
        for size, head in wanted:
            if last and head["atMilliseconds"] <= last["atMilliseconds"]:
                self.findings.append(f"head of size {size}: was signed before a smaller one")
            last = head
            if size > len(self.leaves):
                self.findings.append(f"head of size {size}: there are {len(self.leaves)} leaves")
                self.bad = self.bad or (len(self.leaves), len(self.leaves))
                continue
            for leaf in self.leaves[done:size]:
                edge.append(leaf)
            done = size
            if edge.root == bytes64(head["root"]):
                if self.bad is None:
                    self.good = size
            elif self.bad is None:
                self.bad = self.good, size - 1
                self.findings.append(f"head of size {size}: the leaves have another root")
        if wanted and done < len(self.leaves):
            self.unsigned = len(self.leaves) - done
        else:
            self.unsigned = 0

    def check_peers(self):
        last = {}
        for place, row in enumerate(self.extract["peerHeads"]):
            name = f"head {place} of another agency"
            head = self.attempt(name, self.open_head, row["head"], None)
            if not head:
                continue
            before = last.get(head["agency"])
            last[head["agency"]] = head
            if row.get("afterSize") != (before and before["size"]):
                self.findings.append(f"{name}: a head before it is missing")
            elif before and before["epoch"] == head["epoch"]:
                proof = [bytes64(step) for step in row["proof"]]
                roots = bytes64(before["root"]), bytes64(head["root"])
                if not is_consistent(before["size"], roots[0], head["size"], roots[1], proof):
                    self.findings.append(f"{name}: it does not go on from the one before")

    def check_own_stamp(self, stamp):
        found = self.heads.get((stamp["epoch"], stamp["size"]))
        if not found:
            raise Wrong("the head that it is over is missing")
        check_stamp(
            found[1].encode(), bytes64(stamp["token"]), der_certificates(bytes64(stamp["chain"])), self.trusted)

    def check_proofs(self, name, log):
        head = self.attempt(name, self.open_head, log["head"], self.extract["agency"])
        if not head:
            return 0
        for leaf in log["leaves"]:
            position = leaf["position"]
            place = f"{name}: {leaf['kind']} {leaf['number']}"
            if position >= len(self.leaves):
                self.findings.append(f"{place}: the extract ends before it")
                continue
            path = [bytes64(step) for step in leaf["path"]]
            if not is_included(self.leaves[position], position, head["size"], bytes64(head["root"]), path):
                self.findings.append(f"{place}: the leaf of the extract is not the one that is proved")
        return len(log["leaves"])


def main(arguments):
    trusted = []
    if arguments[:1] == ["--stamp-trust"] and len(arguments) > 1:
        trusted = pem_certificates(Path(arguments[1]).read_text("ascii"))
        arguments = arguments[2:]
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    check = Extract(
        Path(arguments[0]).read_text("ascii"), json.loads(Path(arguments[1]).read_text("utf-8")), trusted)
    check.run()
    proofs = 0
    for path in arguments[2:]:
        proofs += check.check_proofs(Path(path).name, json.loads(Path(path).read_text("utf-8")))
    for finding in check.findings:
        print(finding)
    if check.bad:
        print(f"first bad leaf: one of {check.bad[0]} to {check.bad[1]}")
    if check.findings:
        return 1
    print(
        f"OK: {len(check.leaves)} leaves ({check.unsigned} after the newest head), {len(check.heads)} heads, "
        f"{len(check.extract['peerHeads'])} of others, {len(check.extract['stamps'])} time-stamps, {proofs} proofs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
