"""Documents signed as the protocol says, and every way of signing them wrongly that a row asks for."""

import base64
import datetime
import hashlib
import json
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def unb64(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def digest(data):
    return b64(hashlib.sha256(data).digest()).decode()


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def moment(seconds=0):
    now = datetime.datetime.utcnow().replace(microsecond=0) + datetime.timedelta(seconds=seconds)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def today():
    """The day in China."""
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=8)).strftime("%Y-%m-%d")


class Signer:
    """A document key with its certificate."""

    def __init__(self, key_path, certificate_path):
        with open(key_path, "rb") as file:
            self.key = serialization.load_pem_private_key(file.read(), None)
        with open(certificate_path, "rb") as file:
            self.certificate = x509.load_pem_x509_certificate(file.read())
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.thumbprint = digest(self.der)

    def numbers(self, data):
        return decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))

    def raw(self, data):
        r, s = self.numbers(data)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def header(self, typ="jiexu-document", at=None):
        return {"alg": "ES256", "typ": typ, "x5t#S256": self.thumbprint, "sigT": at or moment(), "crit": ["sigT"]}

    def sign(self, payload, typ="jiexu-document", at=None, header=None):
        """A compact JWS over the payload bytes; `header` replaces the usual header, as a dictionary or as bytes."""
        if header is None:
            header = self.header(typ, at)
        if not isinstance(header, bytes):
            header = dumps(header)
        signed = b64(header) + b"." + b64(payload)
        return signed + b"." + b64(self.raw(signed))


def parts(jws):
    header, payload, signature = jws.split(b".")
    return unb64(header), unb64(payload), unb64(signature)


def payload_of(jws):
    return json.loads(parts(jws)[1])


SHARED = "urn:jiexu:es256-tree"


def algorithm_of(jws):
    return json.loads(parts(jws)[0])["alg"]


def is_signed_by(jws, certificate):
    """Whether the certificate's key signed exactly these bytes, by themselves or as a leaf of a tree (protocol, 24)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    signed, _, signature = jws.rpartition(b".")
    raw = unb64(signature)
    message = signed
    if algorithm_of(jws) == SHARED:
        message = shared_message(hashlib.sha256(b"\0" + signed).digest(), raw[64:])
    elif len(raw) != 64:
        return False
    try:
        certificate.public_key().verify(
            encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big")),
            message,
            ec.ECDSA(hashes.SHA256()),
        )
        return True
    except InvalidSignature:
        return False


def shared_message(node, place_and_path):
    """What was signed for all leaves of a tree, as it follows from one of them and its path (RFC 9162, 2.1.3.2)."""
    place, size = struct.unpack_from(">HH", place_and_path)
    at, last = place, size - 1
    for begin in range(4, len(place_and_path), 32):
        beside = place_and_path[begin : begin + 32]
        if at % 2 or at == last:
            node = hashlib.sha256(b"\1" + beside + node).digest()
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + beside).digest()
        at, last = at >> 1, last >> 1
    return b"jiexu shared signature" + struct.pack(">H", size) + node


def envelope(kind, case, sender, recipient, sequence, previous, content):
    return {
        "format": "jiexu/1",
        "kind": kind,
        "case": case,
        "from": sender,
        "to": recipient,
        "sequence": sequence,
        "previous": previous,
        "issuedAt": moment(),
        "maker": "policy:straight-through",
        "checker": "policy:straight-through",
        "content": content,
    }


def letter(person, payee, office, name="测试", **changes):
    content = {
        "version": 1,
        "person": {"name": name, "residentId": person},
        "payee": payee,
        "office": office,
        "payouts": [],
        "applicationDigest": digest(person.encode()),
        "issuedOn": today(),
        "purpose": "move",
    }
    content.update(changes)
    return content


def receipt(document, signer, sender, recipient, result="accepted", code=None, pointer=None, **changes):
    """What a recipient answers; `changes` replaces members."""
    payload = parts(document)[1]
    value = json.loads(payload)
    content = {
        "format": "jiexu/1",
        "case": value["case"],
        "from": sender,
        "to": recipient,
        "sequence": value["sequence"],
        "digest": digest(payload),
        "result": result,
        "code": code,
        "pointer": pointer,
        "receivedAt": moment(),
        "receiver": "node",
    }
    content.update(changes)
    return signer.sign(dumps(content), "jiexu-receipt")
