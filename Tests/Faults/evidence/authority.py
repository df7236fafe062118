#!/usr/bin/python3
"""A time-stamping authority for trials: honest ones are `openssl ts`, liars are put together by hand.

    authority.py FOLDER serve PORT_FILE     answers on loopback; FOLDER/mode says how, and may change at any time
    authority.py FOLDER samples FILE        writes one answer of each kind as JSON, for the tests of the reader

What FOLDER/mode may say: honest, down, slow, garbage, redirect, imprint, nonce, expired, no-eku, open-eku, sha1, stranger.

Debian 12: apt-get install openssl python3-cryptography
"""

import base64
import datetime
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = bytes.fromhex("0609608648016503040201")
TOKEN_CONTENT = "1.2.840.113549.1.9.16.1.4"
POLICY = "1.3.6.1.4.1.99999.1"


# DER, as far as requests and time-stamps need it.


def der(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def parts(data):
    """Tag and content of each value that stands behind the other."""
    found, at = [], 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[start : start + count], "big")
            start += count
        found.append((tag, data[start : start + length]))
        at = start + length
    return found


def read_query(query):
    """Digest and nonce of a request."""
    fields = parts(parts(query)[0][1])
    imprint = parts(fields[1][1])[1][1]
    nonce = next(int.from_bytes(content, "big") for tag, content in fields[2:] if tag == 2)
    return imprint, nonce


def imprint_of(digest):
    return der(0x30, der(0x30, SHA256, b"\x05\x00"), der(4, digest))


def write_query(digest, nonce):
    return der(0x30, integer(1), imprint_of(digest), integer(nonce), b"\x01\x01\xff")


class Authority:
    """Keys and certificates of an authority, and how it answers."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "ec.pem").exists():
            self.found()
        (self.folder / "serial").write_text("01\n")
        (self.folder / "ts.cnf").write_text(
            f"[tsa]\nserial = {self.folder}/serial\ncrypto_device = builtin\ncerts = {self.folder}/ca.pem\n"
            f"default_policy = {POLICY}\nother_policies = 1.3.6.1.4.1.99999.2\ndigests = sha256, sha384, sha512\n"
            "accuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        )

    def found(self):
        now = datetime.datetime.utcnow()
        issuer_key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate("Trial CA", issuer_key, None, issuer_key, now, usage=None, is_issuer=True)
        self.write("ca", issuer, issuer_key)
        stranger_key = ec.generate_private_key(ec.SECP256R1())
        stranger = self.certificate("Stranger", stranger_key, None, stranger_key, now, usage=None, is_issuer=True)
        self.write("stranger-ca", stranger, stranger_key)
        kinds = {
            "ec": (ec.generate_private_key(ec.SECP256R1()), "critical", issuer, issuer_key, 0),
            "p384": (ec.generate_private_key(ec.SECP384R1()), "critical", issuer, issuer_key, 0),
            "rsa": (rsa.generate_private_key(65_537, 2_048), "critical", issuer, issuer_key, 0),
            "weak": (rsa.generate_private_key(65_537, 1_024), "critical", issuer, issuer_key, 0),
            "expired": (ec.generate_private_key(ec.SECP256R1()), "critical", issuer, issuer_key, -400),
            "no-eku": (ec.generate_private_key(ec.SECP256R1()), None, issuer, issuer_key, 0),
            "open-eku": (ec.generate_private_key(ec.SECP256R1()), "open", issuer, issuer_key, 0),
            "stranger": (ec.generate_private_key(ec.SECP256R1()), "critical", stranger, stranger_key, 0),
        }
        for name, (key, usage, parent, parent_key, days) in kinds.items():
            begin = now + datetime.timedelta(days=days)
            self.write(name, self.certificate(f"TSA {name}", key, parent, parent_key, begin, usage), key)

    @staticmethod
    def certificate(name, key, issuer, issuer_key, begin, usage, is_issuer=False):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin - datetime.timedelta(hours=1))
            .not_valid_after(begin + datetime.timedelta(days=365))
            .add_extension(x509.BasicConstraints(is_issuer, None), critical=True)
        )
        if usage:
            purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purposes, critical=usage == "critical")
        return builder.sign(issuer_key, hashes.SHA256())

    def write(self, name, certificate, key):
        (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def openssl(self, *arguments, data):
        done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False, timeout=20)
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def stamped(self, query, name, digest="sha256"):
        """The answer of `openssl ts` under one of the certificates."""
        path = self.folder / f"query-{os.getpid()}-{time.monotonic_ns()}"
        path.write_bytes(query)
        try:
            return self.openssl(
                "ts", "-reply", "-config", f"{self.folder}/ts.cnf", "-section", "tsa", "-queryfile", str(path),
                "-signer", f"{self.folder}/{name}.pem", "-inkey", f"{self.folder}/{name}.key", f"-{digest}", data=b"",
            )
        finally:
            path.unlink()

    def by_hand(self, digest, nonce, name, hash_name="sha256"):
        """What `openssl ts` refuses to make: the same form, put together with `openssl cms`."""
        moment = datetime.datetime.utcnow().strftime("%Y%m%d%H%M%SZ").encode()
        policy = bytes.fromhex("06092b06010401868d1f01")
        content = der(0x30, integer(1), policy, imprint_of(digest), integer(7), der(0x18, moment), integer(nonce))
        token = self.openssl(
            "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", hash_name, "-econtent_type",
            TOKEN_CONTENT, "-signer", f"{self.folder}/{name}.pem", "-inkey", f"{self.folder}/{name}.key", "-outform",
            "DER", data=content,
        )
        return der(0x30, der(0x30, integer(0)), token)

    def answer(self, query, mode):
        digest, nonce = read_query(query)
        if mode == "imprint":
            return self.stamped(write_query(hashlib.sha256(b"something else").digest(), nonce), "ec")
        if mode == "nonce":
            return self.stamped(write_query(digest, nonce ^ 1), "ec")
        if mode in ("no-eku", "open-eku"):
            return self.by_hand(digest, nonce, mode)
        if mode == "by-hand":
            return self.by_hand(digest, nonce, "ec")
        if mode == "sha1":
            return self.by_hand(digest, nonce, "ec", "sha1")
        if mode == "garbage":
            return b"<html>not a time-stamp</html>"
        names = {"expired": "expired", "stranger": "stranger", "p384": "p384", "rsa": "rsa", "weak": "weak"}
        return self.stamped(query, names.get(mode, "ec"), "sha384" if mode == "p384" else "sha256")


SAMPLES = [
    "honest", "p384", "rsa", "weak", "by-hand", "imprint", "nonce", "expired", "no-eku", "open-eku", "sha1",
    "stranger", "garbage",
]


def write_samples(authority, path):
    subject = b"the bytes of a head"
    nonce = 0x1122334455667788
    query = write_query(hashlib.sha256(subject).digest(), nonce)
    samples = {
        "subject": subject.decode(),
        "nonce": str(nonce),
        "query": base64.b64encode(query).decode(),
        "authority": (authority.folder / "ca.pem").read_text("ascii"),
        "answers": {mode: base64.b64encode(authority.answer(query, mode)).decode() for mode in SAMPLES},
    }
    pathlib.Path(path).write_text(json.dumps(samples, indent=2) + "\n", "ascii")


def serve(authority, port_file):
    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), 65_536))
            mode = (authority.folder / "mode").read_text("ascii").strip()
            if mode == "slow":
                time.sleep(8)
            if mode == "redirect":
                self.send_response(302)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if mode == "down":
                self.send_response(503)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answer = authority.answer(query, mode)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            try:
                self.wfile.write(answer)
            except OSError:
                pass

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    draft = pathlib.Path(port_file + ".new")
    draft.write_text(str(server.server_address[1]), "ascii")
    draft.rename(port_file)
    server.serve_forever()


def main(arguments):
    if len(arguments) != 3 or arguments[1] not in ("serve", "samples"):
        print(__doc__, file=sys.stderr)
        return 2
    authority = Authority(arguments[0])
    if arguments[1] == "samples":
        write_samples(authority, arguments[2])
    else:
        serve(authority, arguments[2])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
