"""Rows BJ: signatures that are wrong, or not of the profile."""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import network
import people
from documents import ORDER, b64, digest, dumps, moment, parts, unb64
from rig import Case


def rows(rig):
    signer, person = rig.signer, rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(person))
    payload = dumps(rig.letter(person=person))
    header = signer.header()
    good = signer.sign(payload, header=header)
    head_text, payload_text, signature_text = good.split(b".")

    def with_header(changed=None, signature=None, **members):
        value = dict(header, **members) if changed is None else changed
        if isinstance(value, dict):
            value = {name: member for name, member in value.items() if member != "absent"}
        signed = b64(value if isinstance(value, bytes) else dumps(value)) + b"." + payload_text
        return signed + b"." + b64(signer.raw(signed) if signature is None else signature(signed))

    def with_signature(raw):
        return head_text + b"." + payload_text + b"." + b64(raw)

    def case(name, body, expect=None):
        return Case(name, lambda: rig.sent(body), expect)

    def each(pairs, expect=None):
        return [case(name, body, expect) for name, body in pairs]

    yield "BJ1", each((alg, with_header(alg=alg)) for alg in ("none", "None", "NONE", "nOnE", "")) + [
        case("none, and no signature", b64(dumps(dict(header, alg="none"))) + b"." + payload_text + b".")
    ]
    yield "BJ2", each((repr(alg), with_header(alg=alg)) for alg in ("absent", None, 256, ["ES256"], {"ES256": 1}, True))
    public = signer.certificate.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    yield "BJ3", each(
        (alg, with_header(alg=alg, signature=lambda data: hmac.new(public, data, hashlib.sha256).digest()))
        for alg in ("HS256", "HS384", "HS512")
    )
    big = rsa.generate_private_key(65537, 3072)

    def pkcs1(data):
        return big.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def pss(data):
        return big.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256())

    yield "BJ4", each([("RS256", with_header(alg="RS256", signature=pkcs1)), ("RS512", with_header(alg="RS512"))])
    yield "BJ5", each((alg, with_header(alg=alg)) for alg in ("ES384", "ES512", "ES256K", "es256", "ES256 ", "urn:jiexu:es256-tree"))
    yield "BJ6", each([("PS256", with_header(alg="PS256", signature=pss))])
    yield "BJ7", each([("zeros", with_signature(bytes(64)))])
    n, one = ORDER.to_bytes(32, "big"), (1).to_bytes(32, "big")
    raw = unb64(signature_text)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    beyond = lambda number: (number + ORDER).to_bytes(33, "big")[-32:]
    yield "BJ8", each(
        [
            (name, with_signature(value))
            for name, value in (
                ("r = s = n", n + n),
                ("r = n", n + raw[32:]),
                ("s = n", raw[:32] + n),
                ("r = 0", bytes(32) + raw[32:]),
                ("s = 0", raw[:32] + bytes(32)),
                ("r = n + 1", (ORDER + 1).to_bytes(32, "big") + raw[32:]),
                ("all ones", b"\xff" * 64),
                ("r = 1, s = 1", one + one),
                ("r + n", beyond(r) + raw[32:]),
                ("s + n", raw[:32] + beyond(s)),
                ("halves exchanged", raw[32:] + raw[:32]),
            )
        ]
    )
    der = signer.key.sign(head_text + b"." + payload_text, ec.ECDSA(hashes.SHA256()))
    yield "BJ10", each([("DER", with_signature(der)), ("DER cut to 64", with_signature(der[:64]))][:1]) + [
        case("DER cut to 64", with_signature(der[:64]), "401 jws-signature")
    ]
    yield "BJ11", each(
        (str(length) + " bytes", with_signature((raw * 3)[:length])) for length in (0, 1, 32, 63, 65, 96, 128, 192)
    )
    edwards = ed25519.Ed25519PrivateKey.generate()
    small = bytes(31) + b"\x00" + bytes(32)
    yield "BJ12", each(
        [
            ("EdDSA", with_header(alg="EdDSA", signature=edwards.sign)),
            ("small order", with_header(alg="EdDSA", signature=lambda data: small)),
            ("Ed25519", with_header(alg="Ed25519", signature=edwards.sign)),
        ]
    )
    numbers = signer.certificate.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")).decode(),
        "y": b64(numbers.y.to_bytes(32, "big")).decode(),
    }
    yield "BJ14", each(
        [("beside", with_header(jwk=jwk)), ("in its place", with_header(jwk=jwk, **{"x5t#S256": "absent"}))]
    )
    yield "BJ15", each(
        (name + " " + url, with_header(**{name: url}))
        for name in ("jku", "x5u")
        for url in (
            "https://127.0.0.1:%d/keys" % rig.net.evil_port,
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "http://169.254.169.254/",
        )
    )
    import base64

    chain = base64.b64encode(signer.der).decode()
    yield "BJ16", each(
        [("own", with_header(x5c=[chain])), ("empty", with_header(x5c=[])), ("text", with_header(x5c="x"))]
    )
    other = base64.b64encode(rig.third.der).decode()
    yield "BJ17", each([("another's", with_header(x5c=[other])), ("x5t", with_header(x5t="x"))])
    yield "BJ18", each(
        (repr(kid)[:30], with_header(kid=kid))
        for kid in ("../../dev/null", "' OR 1=1--", "; id", "a\0b", "", [], {}, 1, "a" * 300)
    ) + [
        case("a megabyte", with_header(kid="a" * 700_000)),
    ] + each(
        ("x5t#S256 %r" % str(value)[:20], with_header(**{"x5t#S256": value}))
        for value in (
            "../../dev/null",
            "",
            signer.thumbprint + "=",
            signer.thumbprint[:-1],
            signer.thumbprint.lower() + "x",
            None,
            1,
            [],
        )
    )
    claim = dict(header, **{"x5t#S256": rig.third.thumbprint})
    yield "BJ19", [
        case("signed by the sender", with_header(claim), "401 jws-signature"),
        case("signed by the other", rig.third.sign(payload), "403 signer-not-sender"),
    ]
    with open(rig.evil_keys[0], "rb") as file:
        from cryptography import x509

        tls = x509.load_pem_x509_certificate(file.read())
    with open(rig.net.path("net/key/directory.pem"), "rb") as file:
        directory = x509.load_pem_x509_certificate(file.read())
    prints = [digest(one.public_bytes(serialization.Encoding.DER)) for one in (tls, directory)]
    yield "BJ20", each(zip(("connections", "directory"), (with_header(**{"x5t#S256": one}) for one in prints)))
    yield "BJ21", each((at, with_header(sigT=at)) for at in ("2031-01-01T00:00:00Z", "2020-01-01T00:00:00Z"))
    yield "BJ22", each(
        [("after", rig.revoked.sign(payload)), ("before", rig.revoked.sign(payload, at="2025-12-31T00:00:00Z"))],
        "403 key-revoked / 403 key-time",
    )
    yield "BJ24", each(
        (repr(crit), with_header(crit=crit, **more))
        for crit, more in (
            (["exp"], {"exp": 1}),
            (["sigT", "exp"], {"exp": 1}),
            (["b64"], {"b64": True}),
            (["sigT", "b64"], {"b64": False}),
        )
    )
    yield "BJ25", each(
        (repr(crit), with_header(crit=crit))
        for crit in (
            [],
            ["sigT", "sigT"],
            ["nothing"],
            ["alg"],
            ["sigT", "alg"],
            "sigT",
            None,
            "absent",
            [1],
            [["sigT"]],
            {"sigT": 1},
        )
    )
    yield "BJ26", each(
        [
            ("without crit", with_header(b64=False)),
            ("with crit", with_header(b64=False, crit=["sigT", "b64"])),
            ("raw payload", with_header(b64=False).replace(payload_text, payload)),
        ],
        "400 *",
    )
    text = {"protected": head_text.decode(), "payload": payload_text.decode(), "signature": signature_text.decode()}
    flat = lambda **more: dumps(dict(text, **more))
    yield "BJ27", each([("flattened", flat(header={"alg": "none"})), ("same values", flat(header=header))])
    yield "BJ28", each(
        [
            (
                "protected without it",
                dumps(
                    dict(
                        text,
                        protected=b64(dumps({name: value for name, value in header.items() if name != "alg"})).decode(),
                        header={"alg": "ES256"},
                    )
                ),
            )
        ]
    )
    general = {
        "payload": text["payload"],
        "signatures": [
            {"protected": text["protected"], "signature": text["signature"]},
            {"protected": text["protected"], "signature": b64(bytes(64)).decode()},
        ],
    }
    yield "BJ29", each(
        [("one good, one bad", dumps(general)), ("one", dumps(dict(general, signatures=general["signatures"][:1])))]
    )
    yield "BJ30", each([("both", dumps(dict(general, **text)))])
    kinds = (
        "jiexu-receipt",
        "jiexu-directory",
        "jiexu-dossier",
        "jiexu-state-digest",
        "jiexu-tree-head",
        "jiexu-tree-heads",
        "jiexu-silence",
        "JWT",
        "",
        "JIEXU-DOCUMENT",
        "jiexu-document ",
    )
    yield "BJ31", each((kind, with_header(typ=kind)) for kind in kinds) + each(
        [("absent", with_header(typ="absent")), ("null", with_header(typ=None))]
    ) + each([("cty", with_header(cty="jiexu-document"))], "400 jws-header")
    yield "BJ32", each([("zip", with_header(zip="DEF"))])
    plain = dumps(header).decode()
    doubles = [plain.replace('"alg":"ES256"', '"alg":"ES256","alg":"%s"' % alg) for alg in ("ES256", "none")]
    doubles.append(plain.replace('"alg":"ES256"', '"\\u0061lg":"none","alg":"ES256"'))
    yield "BJ33", each((one[:40], with_header(one.encode())) for one in doubles)
    yield "BJ34", each((name, with_header(**{name: 1})) for name in ("exp", "iat", "x", "__proto__", "", "iss"))
    yield "BJ35", each(
        [
            ("padding", good + b"="),
            ("padding in the header", head_text + b"=." + payload_text + b"." + signature_text),
            ("other alphabet", good.replace(signature_text, b"+" + signature_text[1:])),
            ("slash", good.replace(signature_text, b"/" + signature_text[1:])),
            ("space", good.replace(signature_text, b" " + signature_text[1:])),
            ("line feed at the end", good + b"\n"),
            ("line feed inside", head_text + b".\n" + payload_text[1:] + b"." + signature_text),
            ("not ASCII", head_text + b".\xc3\xa9" + payload_text[2:] + b"." + signature_text),
            ("zero", head_text + b".\0" + payload_text[1:] + b"." + signature_text),
        ],
        "400 jws-base64 / 400 jws-signature",
    )
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(signature_text[-1:])
    yield "BJ36", each((str(more), good[:-1] + alphabet[last + more : last + more + 1]) for more in range(1, 16))
    yield "BJ37", each(
        [
            (
                ("header", head_text + b"A." + payload_text + b"." + signature_text)
                if len(head_text) % 4 == 0
                else ("header", head_text[: len(head_text) // 4 * 4 + 1] + b"." + payload_text + b"." + signature_text)
            ),
            ("payload", head_text + b"." + payload_text[: len(payload_text) // 4 * 4 - 3] + b"." + signature_text),
            ("signature", good[:-1]),
        ]
    )
    yield "BJ38", [
        case("no JSON", signer.sign(b"hello"), "400 json-syntax"),
        case("empty", head_text + b".." + signature_text, "400 jws-form"),
        case("one byte", signer.sign(b"{"), "400 json-syntax"),
    ]
    yield "BJ39", each(
        [
            ("two", head_text + b"." + payload_text),
            ("one", head_text),
            ("four", good + b".AAAA"),
            ("five", good + b".AAAA.AAAA"),
            ("only stops", b".."),
            ("four stops", b"...."),
            ("a stop", b"."),
            ("stop before", b"." + good),
            ("header empty", b"." + payload_text + b"." + signature_text),
        ]
    )
    yield "BJ40", each([("1,000,000 bytes", good + b"A" * 1_000_000), ("1,200,000 bytes", good + b"A" * 1_200_000)])
    spaced = [
        json.dumps(header).encode(),
        dumps(header).replace(b"{", b"{ "),
        dumps(header) + b" ",
        b"\t" + dumps(header),
    ]
    yield "BJ41", each((repr(value)[:24], b64(value) + b"." + payload_text + b"." + signature_text) for value in spaced)

    def flips():
        for place in range(len(good)):
            changed = bytearray(good)
            changed[place] = ord("B") if changed[place] == ord("A") else ord("A")
            if bytes(changed) != good:
                yield case("byte %d" % place, bytes(changed))
        for place in range(0, len(payload), 3):
            changed = bytearray(payload)
            changed[place] ^= 1 << place % 8
            yield case(
                "payload bit %d.%d" % (place, place % 8),
                head_text + b"." + b64(bytes(changed)) + b"." + signature_text,
                "401 jws-signature",
            )

    yield "BJ42", list(flips())
    other_document = signer.sign(dumps(rig.letter()))
    yield "BJ43", each(
        [
            ("none", head_text + b"." + payload_text + b"."),
            ("another's", with_signature(unb64(other_document.split(b".")[2]))),
        ]
    )
    away = dict(rig.letter(), to=network.THIRD)
    yield "BJ44", each(
        [
            ("to a third", signer.sign(dumps(away))),
            ("to the other node", signer.sign(dumps(dict(rig.letter(), to=network.DESTINATION)))),
        ]
    )
    nested = rig.letter()
    nested["content"] = good.decode()
    deep = rig.letter()
    deep["content"]["document"] = good.decode()
    yield "BJ45", each(
        [
            ("as the content", signer.sign(dumps(nested))),
            ("as a member", signer.sign(dumps(deep))),
            ("as the payload", signer.sign(good)),
        ]
    )
    yield "BJ46", each((at, with_header(sigT=at)) for at in (moment(310), moment(3600), moment(86400))) + each(
        (
            (at, with_header(sigT=at))
            for at in (
                "2026-11-21",
                "2026-11-21T08:00:00",
                "2026-11-21T08:00:00+08:00",
                "2026-11-21T08:00:00.5Z",
                "2026-02-30T08:00:00Z",
                "1e9",
                1795000000,
            )
        ),
        "400 jws-header",
    )
    yield "BJ47", each((at, with_header(sigT=at)) for at in (moment(-86400 * 2), "1970-01-01T00:00:00Z"))
    yield "BJ48", each(
        [
            (
                "RS256, e = 3",
                with_header(alg="RS256", signature=lambda data: b"\0\1" + b"\xff" * 8 + b"\0" + bytes(373)),
            ),
            ("PS256, another salt", with_header(alg="PS256", signature=pss)),
        ]
    )
    yield "BJ49", each([("SM2", with_header(alg="SM2")), ("SM2-with-SM3", with_header(alg="SM2-with-SM3"))])
    pair = [signer.sign(dumps(rig.letter())) for _ in range(2)]
    halves = [one.rpartition(b".") for one in pair]
    yield "BJ50", each([("first", halves[0][0] + b"." + halves[1][2]), ("second", halves[1][0] + b"." + halves[0][2])])

    # The good one at last: it was not spent by all of the above, and its other signature is the same document.
    state = {}

    def accept():
        state["receipt"] = rig.sent(good)
        return state["receipt"]

    def malleated():
        answer = rig.sent(with_signature(raw[:32] + (ORDER - s).to_bytes(32, "big")))
        return "same" if answer.body == state["receipt"].body else answer

    yield "BJ9", [Case("the good one", accept, "accepted", slow=True), Case("the other signature", malleated)]
