"""Rows BT: handshakes and certificates that must not lead to a connection."""

import ctypes
import datetime
import ipaddress
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

import certificates
import network
import people
import wire
from certificates import DAY, NOW, Issuer
from documents import dumps
from rig import Case

GOOD_12 = (0xC02B, 0xC02C, 0xCCA9)


def hello(
    version=0x0303,
    suites=GOOD_12,
    groups=(29, 23),
    signatures=(0x0403,),
    compression=(0,),
    versions=(),
    ems=True,
    record=0x0301,
    more=b"",
):
    """A ClientHello, byte by byte."""

    def extension(number, data):
        return struct.pack("!HH", number, len(data)) + data

    def listed(numbers, size):
        body = b"".join(struct.pack("!H", one) for one in numbers)
        return struct.pack("!H" if size == 2 else "!B", len(body)) + body

    extensions = extension(10, listed(groups, 2)) + extension(11, b"\1\0") + extension(13, listed(signatures, 2))
    if ems:
        extensions += extension(23, b"")
    if versions:
        extensions += extension(43, listed(versions, 1))
    extensions += more
    body = (
        struct.pack("!H", version)
        + os.urandom(32)
        + b"\0"
        + listed(suites, 2)
        + bytes([len(compression)])
        + bytes(compression)
        + struct.pack("!H", len(extensions))
        + extensions
    )
    message = b"\1" + struct.pack("!I", len(body))[1:] + body
    return b"\x16" + struct.pack("!HH", record, len(message)) + message


def rows(rig):
    net = rig.net
    strict, old = net.origin.peers, net.destination.peers  # TLS 1.3 only; 1.2 as well

    def raw(name, data, expect=None, ports=(strict, old)):
        return [
            Case("%s, %s" % (name, "1.3" if port == strict else "1.2"), (lambda port=port: sent(port, data)), expect)
            for port in ports
        ]

    def sent(port, data):
        answer = wire.raw(port, data, timeout=0.9)
        if answer.kind == "bytes" and answer.words.startswith("16"):
            return "hello"
        return answer

    yield "BT1", raw("GET", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") + raw(
        "POST", b"POST /peer/v1/documents HTTP/1.1\r\n\r\n"
    ) + raw("garbage", os.urandom(300)) + raw("zeros", bytes(300)) + raw(
        "a record of 64 KiB", b"\x16\x03\x01\xff\xff" + bytes(65535)
    )
    yield "BT2", raw(
        "SSL 2", bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16)
    ) + raw("SSL 3", hello(version=0x0300, record=0x0300, suites=(0x0035, 0x000A)))
    yield "BT3", raw("hello", hello(version=0x0301, suites=(0xC009, 0xC00A, 0x002F)))
    yield "BT4", raw("hello", hello(version=0x0302, suites=(0xC009, 0xC00A, 0x002F), record=0x0302))
    yield "BT5", raw("hello", hello(suites=(0xC009, 0xC00A, 0xC023, 0xC024, 0xC013)))
    yield "BT6", raw("hello", hello(suites=(0x009C, 0x009D, 0x002F, 0x0035)))
    yield "BT7", raw("hello", hello(suites=(0x009E, 0x009F, 0x0033)))
    yield "BT9", raw("hello", hello(ems=False), "alert", (strict,)) + raw("hello", hello(ems=False), "hello", (old,))
    yield "BT10", [
        case
        for word, suites in (
            ("NULL", (0xC006, 0x0002)),
            ("anonymous", (0xC018, 0x0034)),
            ("export", (0x0003, 0x0014)),
            ("RC4", (0xC007, 0x0005)),
            ("3DES", (0xC008, 0x000A)),
            ("none", ()),
        )
        for case in raw(word, hello(suites=suites))
    ]
    yield "BT11", raw("P-192", hello(groups=(19,))) + raw("unknown", hello(groups=(0x7777,))) + raw(
        "1.3 with P-192", hello(suites=(0x1301,), groups=(19,), versions=(0x0304,))
    )
    yield "BT13", raw("DEFLATE", hello(compression=(1, 0)), "alert", (strict,)) + [
        Case("DEFLATE, 1.2", lambda: uncompressed(old))
    ]
    yield "BT14", raw("to 1.1", hello(version=0x0302, suites=GOOD_12 + (0x5600,))) + raw(
        "to 1.2", hello(suites=GOOD_12 + (0x5600,))
    )
    yield "BT59", raw("TLCP", hello(version=0x0101, record=0x0101, suites=(0xE013, 0xE053))) + raw(
        "SM2 signatures only", hello(suites=(0x1301,), signatures=(0x0708,), versions=(0x0304,))
    ) + raw("SM4 suites only", hello(suites=(0x00C6, 0x00C7), versions=(0x0304,)))

    def known(**options):
        return wire.context(rig.evil_keys, rig.root, **options)

    yield "BT15", [
        Case(repr(name), lambda name=name: wire.handshake(strict, known(), server_name=name))
        for name in (None, "other.example", "a" * 60 + ".example")
    ]

    def only_h2():
        tls = known()
        tls.set_alpn_protocols(["h2"])
        return wire.handshake(strict, tls, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))

    yield "BT16", [Case("preface", only_h2)]

    both = ((strict, {}), (old, {"minimum": ssl.TLSVersion.TLSv1_2, "maximum": ssl.TLSVersion.TLSv1_2}))

    def shown(name, keys, expect=None):
        def act(port, options):
            try:
                tls = wire.context(keys, rig.root, **options)
            except ssl.SSLError as error:
                if keys is None:
                    raise
                tls = wire.context(None, rig.root, ciphers="DEFAULT:@SECLEVEL=0", **options)
                tls.load_cert_chain(*keys)
            return wire.handshake(port, tls)

        return [
            Case(
                "%s, %s" % (name, "1.3" if port == strict else "1.2"),
                lambda port=port, options=options: act(port, options),
                expect,
            )
            for port, options in both
        ]

    folder = net.path("net")
    root = Issuer.load(folder, net.path("net/root/root.pem"), net.path("net/root/root.key"))
    make = root.issue
    yield "BT17", shown("none", None)
    name = root.certificate.subject
    yield "BT18", shown("self-signed", self_signed_leaf(folder))
    fake = Issuer.self_signed(folder, name)
    yield "BT19", shown("leaf only", fake.issue()) + shown("with its root", fake.issue(chain=(fake.certificate,)))
    yield "BT20", shown("yesterday", make(start=NOW - 9 * DAY, end=NOW - DAY)) + shown(
        "a minute ago", make(end=NOW - datetime.timedelta(minutes=1))
    )
    yield "BT21", shown("tomorrow", make(start=NOW + DAY, end=NOW + 9 * DAY))
    yield "BT22", shown("serverAuth", make(extended=[ExtendedKeyUsageOID.SERVER_AUTH])) + shown(
        "clientAuth", make(extended=[ExtendedKeyUsageOID.CLIENT_AUTH])
    )
    yield "BT23", shown("any", make(extended=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])) + shown(
        "any and both", make(extended=certificates.BOTH + [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])
    )
    yield "BT24", shown("none", make(extended=[]))
    yield "BT25", shown("codeSigning", make(extended=[ExtendedKeyUsageOID.CODE_SIGNING])) + shown(
        "and both", make(extended=certificates.BOTH + [ExtendedKeyUsageOID.CODE_SIGNING])
    ) + shown("documentSigning and both", make(extended=certificates.BOTH + [ObjectIdentifier("1.3.6.1.5.5.7.3.36")]))
    yield "BT26", shown("by the root", make(algorithm=hashes.SHA1()))
    rsa_root = Issuer.self_signed(folder, name, key=certificates.small_rsa(2048))
    yield "BT27", shown("by a root of RSA", rsa_root.issue(algorithm=hashes.MD5()))
    yield "BT28", shown("1024", make(key=certificates.small_rsa(1024)))
    yield "BT29", shown("2048", make(key=certificates.small_rsa(2048))) + shown(
        "3072", make(key=certificates.small_rsa(3072))
    )
    yield "BT30", shown("3072, e = 3", make(key=certificates.small_rsa(3072, 3)))
    yield "BT31", shown("P-192", make(key=ec.generate_private_key(ec.SECP192R1()))) + shown(
        "P-384", make(key=ec.generate_private_key(ec.SECP384R1()))
    ) + shown("secp256k1", make(key=ec.generate_private_key(ec.SECP256K1())))
    leaf = Issuer.load(folder, *rig.evil_keys)
    yield "BT32", shown("chain", leaf.issue(chain=(leaf.certificate,))) + shown("leaf only", leaf.issue())
    below = root.authority()
    yield "BT33", shown("chain", below.issue(chain=(below.certificate,)))
    bare = root.authority(plain_authority=True)
    yield "BT34", shown("chain", bare.issue(chain=(bare.certificate,)))
    limits = x509.NameConstraints([x509.DNSName("example.org")], None)
    bound = root.authority(constraints=limits)
    yield "BT35", shown("chain", bound.issue(chain=(bound.certificate,)))
    yield "BT36", shown("no names", make(names=None, common="urn:jiexu:agency:330100")) + shown(
        "under name constraints", bound.issue(names=None, chain=(bound.certificate,))
    )
    yield "BT37", shown("unknown", make(critical=True))
    yield "BT43", shown("leaf only", below.issue())
    uri, host = x509.UniformResourceIdentifier, x509.DNSName("localhost")
    yield "BT35", shown(
        "two agencies", make(names=[uri("urn:jiexu:agency:330100"), uri("urn:jiexu:agency:440300"), host])
    ) + shown("no agency", make(names=[host])) + shown(
        "an agency that is none", make(names=[uri("urn:jiexu:agency:99"), host])
    ) + shown(
        "an e-mail address", make(names=[uri("urn:jiexu:agency:330100"), host, x509.RFC822Name("a@example.org")])
    ) + shown(
        "a domain's hosts", make(names=[uri("urn:jiexu:agency:330100"), x509.DNSName("*.example.org")])
    ) + shown(
        "signing keys", make(use=certificates.usage(digital_signature=True, key_encipherment=True))
    )
    yield "BT48", shown("a code that nobody has", make(code="330200")) + shown(
        "our own code, another key", make()
    ) + shown("the node's own code", make(code=network.ORIGIN))
    yield "BT38", shown("never listed", make(common="taken out"))
    yield "BT50", shown(
        "signing", (net.path(network.EVIL, "keys/signing.pem"), net.path(network.EVIL, "keys/signing.key"))
    ) + shown("directory", (net.path("net/key/directory.pem"), net.path("net/key/directory.key"))) + shown(
        "root", (net.path("net/root/root.pem"), net.path("net/root/root.key"))
    )
    chain = tuple(Issuer.self_signed(folder, name).certificate for _ in range(20))
    big = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.2"), bytes(1_000_000))
    middle = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.2"), bytes(60_000))
    yield "BT51", shown("20 more", make(chain=chain)) + shown("a megabyte", make(more=(big,))) + shown(
        "60 kB", make(more=(middle,))
    )
    many = [uri("urn:jiexu:agency:330100")] + [x509.DNSName("h%d.example.org" % n) for n in range(10_000)]
    yield "BT52", shown("10,000", make(names=many)) + shown("33", make(names=many[:33]))
    explicit = certificates.explicit_curve(folder, net.path("net/root/root.pem"), net.path("net/root/root.key"))
    yield "BT53", [Case("signed in a handshake", lambda: explicit_handshake(strict, rig.root, explicit))]
    yield "BT8", [Case("by the client", lambda: renegotiate(rig, old))]
    yield "BT12", [Case("a document", lambda: early(rig, strict))]
    yield "BT57", [Case("key updates", lambda: key_updates(rig, strict))]

    def slow_hello():
        connection, data, began = wire.dial(strict), hello(suites=(0x1301,), versions=(0x0304,)), time.monotonic()
        for place in range(len(data)):
            try:
                connection.sendall(data[place : place + 1])
            except OSError:
                break
            if wire.is_closed(connection, 1):
                break
        took = time.monotonic() - began
        return "closed" if took < 15 else "open after %.0f s" % took

    slow = Case("one byte a second", slow_hello, slow=True)
    slow.beside = True
    yield "BT54", [slow]

    def half_open():
        held = []
        for number in range(500):
            connection = wire.dial(strict, source="127.0.0.66")
            connection.sendall(hello(suites=(0x1301,), versions=(0x0304,))[:100])
            held.append(connection)
        began = time.monotonic()
        answer = wire.handshake(strict, known())
        if time.monotonic() - began > 1:
            answer = "served late"
        for connection in held:
            connection.close()
        return "served" if answer.word == "200 -" else answer

    yield "BT55", [Case("500 from one address", half_open, slow=True)]
    yield from clients(rig, root)
    yield from after_revocation(rig, strict)


def self_signed_leaf(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "330100 connections")])
    return Issuer.self_signed(folder, name, key=key).issue(key=key, issuer_name=name)


def uncompressed(port):
    with wire.dial(port) as connection:
        connection.sendall(hello(compression=(1, 0)))
        got = b""
        while len(got) < 100:
            more = connection.recv(4096)
            if not more:
                return "closed"
            got += more
    if got[:1] == b"\x15":
        return "alert"
    session = got[43]
    return "uncompressed" if got[44 + session + 2] == 0 else "compressed"


def explicit_handshake(port, root, keys):
    if keys is None:
        return "the tool makes no such key"
    done = subprocess.run(
        [
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:%d" % port,
            "-cert",
            keys[0],
            "-key",
            keys[1],
            "-CAfile",
            root,
            "-quiet",
        ],
        input=wire.ping(port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=15,
    )
    return "closed" if b"HTTP/1.1 2" not in done.stdout else "served"


def renegotiate(rig, port):
    from OpenSSL import SSL

    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.use_certificate_file(rig.evil_keys[0])
    context.use_privatekey_file(rig.evil_keys[1])
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    plain = wire.dial(port)
    plain.settimeout(None)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 5, 0))
    connection = SSL.Connection(context, plain)
    connection.set_connect_state()
    try:
        connection.do_handshake()
        connection.renegotiate()
        connection.do_handshake()
        connection.send(wire.ping(port))
        return "renegotiated" if b"200" in connection.recv(1000) and not connection.renegotiate_pending() else "alert"
    except SSL.Error:
        return "alert"
    finally:
        plain.close()


def early(rig, port):
    """A session that was kept, and a document in the first flight of the next handshake."""
    session = rig.net.path("session.pem")
    words = [
        "openssl",
        "s_client",
        "-connect",
        "127.0.0.1:%d" % port,
        "-cert",
        rig.evil_keys[0],
        "-key",
        rig.evil_keys[1],
        "-CAfile",
        rig.root,
        "-tls1_3",
    ]
    process = subprocess.Popen(
        words + ["-sess_out", session], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    process.stdin.write(wire.ping(port))
    process.stdin.flush()
    time.sleep(0.5)
    process.stdin.close()
    process.wait(10)
    if not os.path.exists(session):
        return "not-accepted"
    data = rig.net.path("early")
    with open(data, "wb") as file:
        file.write(wire.request(rig.signer.sign(dumps(rig.letter())), port=port))
    done = subprocess.run(
        words + ["-sess_in", session, "-early_data", data],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=15,
    )
    return "accepted" if b"Early data was accepted" in done.stdout else "not-accepted"


def key_updates(rig, port):
    """Asks for new keys again and again, without a byte between."""
    from OpenSSL import SSL
    from OpenSSL._util import ffi

    library = ctypes.CDLL("libssl.so.3")
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.use_certificate_file(rig.evil_keys[0])
    context.use_privatekey_file(rig.evil_keys[1])
    plain = wire.dial(port)
    plain.settimeout(None)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 3, 0))
    connection = SSL.Connection(context, plain)
    connection.set_connect_state()
    connection.do_handshake()
    pointer = ctypes.c_void_p(int(ffi.cast("intptr_t", connection._ssl)))
    try:
        for _ in range(2000):
            if library.SSL_key_update(pointer, 0) != 1 or library.SSL_do_handshake(pointer) != 1:
                return "alert"
        connection.send(wire.ping(port))
        return "served" if connection.recv(1000) else "closed"
    except (SSL.Error, OSError):
        return "alert"
    finally:
        plain.close()


def clients(rig, root):
    """Our client meets a server with a wrong certificate, on the hostile peer's own address and with its own key."""
    person = rig.next_person()
    rig.net.records(network.DESTINATION, people.destination_rows(person))
    rig.net.destination.lodge(person, network.EVIL, "client-" + person)
    from cryptography.hazmat.primitives import serialization

    with open(rig.evil_keys[1], "rb") as file:
        own = serialization.load_pem_private_key(file.read(), None)
    uri = x509.UniformResourceIdentifier("urn:jiexu:agency:330100")

    def met(keys, seconds=4):
        """Whether a byte of a request arrives."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*keys)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", rig.net.evil_port))
        listener.listen(16)
        listener.settimeout(0.5)
        seen, met_any, end = b"", 0, time.monotonic() + seconds
        while time.monotonic() < end and not seen and met_any < 2:
            try:
                plain, _ = listener.accept()
            except socket.timeout:
                continue
            met_any += 1
            plain.settimeout(2)
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    seen += connection.recv(10)
            except OSError:
                pass
        listener.close()
        return "request" if seen else "no-request" if met_any else "nobody came"

    other = root.issue()
    yield "BT44", [
        Case("another host", lambda: met(root.issue(key=own, names=[uri, x509.DNSName("other.example")])), slow=True),
        Case("another key", lambda: met(other), slow=True),
        Case(
            "another root",
            lambda: met(Issuer.self_signed(rig.net.path("net"), root.certificate.subject).issue(key=own)),
            slow=True,
        ),
    ]
    yield "BT45", [Case("common name", lambda: met(root.issue(key=own, names=[uri], common="127.0.0.1")), slow=True)]
    yield "BT46", [Case("*.example", lambda: met(root.issue(key=own, names=[uri, x509.DNSName("*.0.0.1")])), slow=True)]
    yield "BT47", [
        Case(
            "before the end",
            lambda: met(root.issue(key=own, names=[uri, x509.DNSName("127.0.0.1\0.example")])),
            slow=True,
        )
    ]
    yield "BT44", [Case("control: the right one", lambda: met(rig.evil_keys, 8), "request", slow=True)]


def after_revocation(rig, port):
    """A connection and a ticket of before the directory took the certificate out."""
    keys = rig.third_keys
    state = {}

    def resumed():
        tls = wire.context(keys, rig.root)
        with tls.wrap_socket(wire.dial(port)) as connection:
            connection.sendall(wire.ping(port))
            first = wire.read_answer(connection)
            state["session"], state["open"] = connection.session, wire.Line(port, tls)
            state["open"].send(wire.ping(port))
        if first.word != "200 -":
            return "before: " + first.word
        rig.net.command(
            "certs",
            "agency",
            network.THIRD,
            "--root",
            "net/root",
            "-o",
            network.THIRD + "/keys-2",
            "--years",
            "1",
            "--host",
            "127.0.0.1",
        )
        rig.net.tls_folder[network.THIRD] = "keys-2"
        rig.net.sign_directory()
        for _ in range(100):
            # Both nodes look at the file every few seconds, and note a newer directory in their logs.
            words = {wire.handshake(node.peers, tls).word for node in rig.net.nodes.values()}
            if words == {"403 peer-unknown"}:
                break
            time.sleep(0.1)
        rig.settle()
        with tls.wrap_socket(wire.dial(port), session=state["session"]) as connection:
            connection.sendall(wire.ping(port))
            return wire.read_answer(connection)

    yield "BT56", [Case("a ticket", resumed, slow=True)]
    yield "BT39", [
        Case("a connection that is open", lambda: state["open"].send(wire.ping(port))),
        Case("a new connection", lambda: wire.handshake(port, wire.context(keys, rig.root))),
    ]
