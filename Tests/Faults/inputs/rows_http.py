"""Rows BH: bytes that are almost requests, over a connection with a good certificate."""

import threading
import time

import network
import people
import wire
from documents import SHARED, algorithm_of, dumps, is_signed_by, payload_of
from rig import Case

DOCUMENTS = "/peer/v1/documents"


def rows(rig):
    port, line = rig.net.origin.peers, rig.lines[network.ORIGIN]
    host = "Host: 127.0.0.1:%d\r\n" % port

    def head(first="POST %s HTTP/1.1" % DOCUMENTS, fields="", host=host):
        return (first + "\r\n" + host + fields + "\r\n").encode("latin-1")

    def post(fields, body=b"", **options):
        return lambda: line.send(head(fields="Content-Type: application/jose\r\n" + fields) + body, **options)

    def ping(fields="", first="GET /peer/v1/ping HTTP/1.1", host=host):
        return lambda: line.send(head(first, fields, host))

    def row(name, *cases):
        return name, [Case(*case) if isinstance(case, tuple) else case for case in cases]

    te = "Transfer-Encoding: "
    yield row(
        "BH1",
        ("length first", post("Content-Length: 5\r\n" + te + "chunked\r\n", b"0\r\n\r\n")),
        ("length last", post(te + "chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n")),
    )
    yield row("BH2", ("5 and 6", post("Content-Length: 5\r\nContent-Length: 6\r\n", b"aaaaa")))
    yield row("BH3", ("5 and 5", post("Content-Length: 5\r\nContent-Length: 5\r\n", b"aaaaa")))
    yield "BH4", [
        Case(repr(value), post("Content-Length:%s\r\n" % value, b"aaaaa"))
        for value in (
            "+5",
            " 5,5",
            "5, 5",
            "0x5",
            "5_0",
            "",
            " -5",
            "05",
            "5.0",
            "5e0",
            "\t5 5",
            "５".encode().decode("latin-1"),
        )
    ][:-1] + [Case("full-width", post("Content-Length: ５\r\n".encode().decode("latin-1"), b"a"), "400 http-syntax")]
    yield "BH5", [
        Case(value, post("Content-Length: %s\r\n" % value))
        for value in ("9223372036854775808", "18446744073709551616", "9" * 40, "4611686018427387904", "1048577")
    ]
    yield "BH6", [
        Case(repr(value), post(te + value + "\r\n", b"0\r\n\r\n"))
        for value in ("xchunked", "chunked, identity", "gzip, chunked", "\x0bchunked", "chunked;q=1", "identity", "")
    ]
    yield row(
        "BH7",
        ("Transfer-Encoding", post("Transfer-Encoding : chunked\r\n", b"0\r\n\r\n")),
        ("Content-Length", post("Content-Length : 5\r\n", b"aaaaa")),
        ("Host", ping(host="Host : x\r\n")),
    )
    yield "BH8", [
        Case(repr(size[:20]), post(te + "chunked\r\n", size.encode() + b"\r\naaaaa\r\n0\r\n\r\n"))
        for size in ("0x10", "1_0", "-5", "f" * 17, "5;" + "x" * 65536, " 5", "5 ", "g")
    ]
    yield row(
        "BH9",
        ("no end", post(te + "chunked\r\n", b"5\r\naaaaa0\r\n")),
        ("LF only", lambda: line.send(head().replace(b"\r\n", b"\n")), "400 http-syntax"),
        (
            "one LF",
            lambda: line.send(head("GET /peer/v1/ping HTTP/1.1").replace(b"\r\nHost", b"\nHost")),
            "400 http-syntax",
        ),
        (
            "CR only",
            lambda: line.send(head("GET /peer/v1/ping HTTP/1.1").replace(b"\r\nHost", b"\rHost")),
            "400 http-syntax",
        ),
    )
    yield "BH10", [
        Case(name, post(te + "chunked\r\n", ("0\r\n%s\r\n\r\n" % name).encode()))
        for name in ("Content-Length: 5", "Authorization: Bearer x", "Host: example.org", "Transfer-Encoding: chunked")
    ]
    yield row(
        "BH11",
        ("space", ping("X-A: b\r\n c\r\n")),
        ("tab", ping("X-A: b\r\n\tc\r\n")),
        ("first field", ping(host=" x: y\r\n" + host)),
    )
    yield "BH12", [
        Case("%s %02x" % (place, byte), ping(field % chr(byte)))
        for place, field in (("value", "X-A: a%sb\r\n"), ("name", "X-%sA: b\r\n"))
        for byte in (0, 1, 8, 11, 12, 13, 27, 127, 128, 0xE9, 255)
    ]
    yield row(
        "BH13",
        ("line of 64 KiB", ping("X-A: %s\r\n" % ("a" * 65536))),
        ("1,000 fields", ping("".join("X-%d: a\r\n" % n for n in range(1000)))),
        ("1 MiB", ping("".join("X-%d: %s\r\n" % (n, "a" * 4000) for n in range(260)))),
        ("name of 9 KiB", ping("X" * 9216 + ": a\r\n")),
        ("65 fields", ping("X: a\r\n" * 64)),
    )
    yield row(
        "BH14",
        ("100 KiB", ping(first="GET /peer/v1/%s HTTP/1.1" % ("a" * 102400))),
        ("method of 9 KiB", ping(first="G" * 9216 + " / HTTP/1.1")),
    )
    yield row(
        "BH15",
        ("none", ping(host="")),
        ("two", ping(host=host + host)),
        ("two that differ", ping(host=host + "Host: other\r\n")),
        ("empty", ping(host="Host: \r\n")),
        ("with a path", ping(host="Host: a/b\r\n")),
        ("with a user", ping(host="Host: a@b\r\n")),
        ("whole URL of another", ping(first="GET https://other/peer/v1/ping HTTP/1.1")),
    )
    yield row(
        "BH16",
        ("the hostile peer's own", ping(host="Host: 127.0.0.1:%d\r\n" % rig.net.evil_port)),
        ("the third agency's", ping(host="Host: 127.0.0.1:%d\r\n" % rig.net.third_port)),
        ("the other node's", ping(host="Host: 127.0.0.1:%d\r\n" % rig.net.destination.peers)),
    )
    yield row(
        "BH17",
        ("a link-local address", ping(first="GET http://169.254.169.254/latest HTTP/1.1")),
        ("CONNECT", ping(first="CONNECT 127.0.0.1:22 HTTP/1.1")),
        ("asterisk", ping(first="OPTIONS * HTTP/1.1")),
        ("no scheme", ping(first="GET //169.254.169.254/ HTTP/1.1"), "400 http-syntax / 404 not-found"),
    )
    yield "BH18", [
        Case(method, ping(first="%s %s HTTP/1.1" % (method, DOCUMENTS)), expect)
        for method, expect in (
            ("TRACE", None),
            ("OPTIONS", None),
            ("PATCH", None),
            ("DELETE", None),
            ("PUT", None),
            ("HEAD", None),
            ("get", None),
            ("post", None),
            ("PRI", None),
            ("G\0T", "400 http-syntax"),
            ("GE(T", "400 http-syntax"),
            ("", "400 http-syntax"),
        )
    ]
    yield "BH19", [
        Case(name, ping("%s: POST\r\n" % name, first="GET %s HTTP/1.1" % DOCUMENTS))
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    ]
    yield "BH20", [
        Case(name, ping("%s: 440300\r\n" % name))
        for name in (
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "Forwarded",
            "X-SSL-Client-Cert",
            "X-SSL-Client-S-DN",
            "X-Client-Verify",
            "X-User",
            "X-Agency",
            "Via",
        )
    ]
    yield "BH21", [
        Case(path, ping(first="GET %s HTTP/1.1" % path))
        for path in (
            "/..%2fpeer/v1/ping",
            "/%2e%2e/ping",
            "//peer/v1/ping",
            "/peer//v1/ping",
            "/peer/v1/ping%00",
            "/peer/v1/ping;a=b",
            "/peer/v1/ping?",
            "/peer/v1/ping?a=b",
            "/peer/v1/ping#a",
            "/peer/./v1/ping",
            "/peer/v1/../v1/ping",
            "/peer/v1/ping/",
            "/%c0%ae%c0%ae/",
            "/peer\\v1\\ping",
            "/PEER/v1/ping",
            "peer/v1/ping",
            "/peer/v1/pin%67",
            "/peer/v1/ping\xff",
            "/",
        )
    ]
    yield row("BH22", ("none", lambda: line.send(head(fields="Content-Length: 1\r\n") + b"a")))
    yield "BH23", [
        Case(kind, (lambda kind: lambda: line.post(b"a", content_type=kind))(kind))
        for kind in (
            "text/plain",
            "application/json",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=a",
            "application/jose; charset=utf-8",
            "application/jose+json",
            "application/jose, text/plain",
            "",
        )
    ]
    yield "BH24", [
        Case(kind, post("Content-Length: 1\r\nContent-Encoding: %s\r\n" % kind, b"a"))
        for kind in ("gzip", "br", "deflate", "identity", "gzip, gzip", "x")
    ]

    def longer():
        answer = line.send(wire.request(b"aaaa", port=port) + b"GARBAGE\r\n\r\n")
        if not answer.word.startswith("400 jws"):
            return "first " + answer.word
        second = wire.read_answer(line.connection) if line.connection else "closed"
        line.close()
        return second

    yield row("BH25", ("a word", longer))

    def shorter():
        connection = rig.tls.wrap_socket(wire.dial(port))
        connection.sendall(head(fields="Content-Type: application/jose\r\nContent-Length: 500\r\n") + b"aaaa")
        connection.settimeout(1)
        connection.close()
        return "closed"

    yield row("BH26", ("then the end of the connection", shorter))
    yield row(
        "BH27",
        *[("1,048,577 bytes, %d" % n, lambda: line.post(b"a" * 1048577)) for n in range(5)],
        ("only announced", post("Content-Length: 1048577\r\n"))
    )

    def never():
        with rig.tls.wrap_socket(wire.dial(port)) as connection:
            connection.sendall(
                head(fields="Content-Type: application/jose\r\nContent-Length: 5\r\nExpect: 100-continue\r\n")
            )
            began = time.monotonic()
            first = connection.recv(1000)
            if b"100 Continue" not in first:
                return "no 100"
            closed = wire.is_closed(connection, 45)
            return "closed" if closed and time.monotonic() - began < 40 else "open"

    yield "BH28", [Case("waits for the deadline", never, slow=True)]
    yield "BH29", [
        Case(value, post("Content-Length: 5\r\nExpect: %s\r\n" % value, b"aaaaa"))
        for value in ("200-ok", "100-continue, x", "x")
    ]

    def pipelined():
        connection = rig.tls.wrap_socket(wire.dial(port))
        connection.settimeout(10)
        sender = threading.Thread(target=connection.sendall, args=(wire.ping(port) * 1000,), daemon=True)
        sender.start()
        got, end = b"", time.monotonic() + 10
        while got.count(b"HTTP/1.1 ") < 1000 and time.monotonic() < end:
            more = connection.recv(65536)
            if not more:
                break
            got += more
        connection.close()
        good = got.count(b"HTTP/1.1 200")
        return "served" if good + got.count(b"HTTP/1.1 429") == 1000 else "%d answers" % good

    yield "BH33", [Case("1,000 pings", pipelined, slow=True)]
    upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    yield row(
        "BH34",
        ("preface", lambda: line.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
        ("upgrade", ping(upgrade)),
        ("to WebSocket", ping("Connection: Upgrade\r\nUpgrade: websocket\r\n")),
    )
    yield row(
        "BH35",
        ("GET /", lambda: line.send(b"GET /\r\n\r\n")),
        ("GET", lambda: line.send(b"GET\r\n\r\n")),
        ("empty line", lambda: line.send(b"\r\n\r\n")),
    )
    yield "BH36", [
        Case(version, ping(first="GET /peer/v1/ping " + version))
        for version in (
            "HTTP/9.9",
            "HTTP/1.1x",
            "HTTP/1.0",
            "HTTP/2.0",
            "HTTP/0.9",
            "http/1.1",
            "HTTP/1.10",
            "HTTP/1",
            "HTP/1.1",
            "HTTP/1.1 ",
            " HTTP/1.1",
        )
    ]
    yield row("BH37", ("on a ping", ping("Range: bytes=%s\r\n" % ",".join("%d-%d" % (n, n) for n in range(900)))))
    yield from batches(rig, line, head)
    yield from public(rig)
    yield from repeated(rig, line, port)
    yield row(
        "BH46",
        ("in the path", ping(first="GET /peer/v1/ping%0d%0aX:y HTTP/1.1")),
        ("in the Host", ping(host="Host: a\rX: b\r\n")),
        ("NUL in the Host", ping(host="Host: a\0b\r\n")),
    )


def public(rig):
    """The same for the interface of people and their systems."""
    node = rig.net.destination
    token = {"Authorization": "Bearer " + network.TOKEN}

    def get(path, headers=token):
        def act():
            status, data = node.call(node.people, "GET", path, None, headers)
            import json

            value = json.loads(data) if data else {}
            return "%d %s" % (status, value.get("code", "-") if isinstance(value, dict) else "-")

        return act

    def lodge(key, person, again=None):
        def act():
            status, answer = node.people_call(
                "POST",
                "/api/v1/applications",
                {
                    "person": {"name": "测试", "residentId": person},
                    "origin": network.ORIGIN,
                    "applicant": {"kind": "insured-person"},
                    "mobile": "13800000000",
                    "otherBranches": [],
                    "approvedMove": False,
                },
                key,
            )
            return "%d %s" % (status, (answer or {}).get("code", "-"))

        return act

    yield "BH38", [Case("a wrong tag", get("/api/v1/cases", dict(token, **{"If-Match": '"x"'})))]
    yield "BH39", [
        Case(query, get("/api/v1/cases?" + query))
        for query in (
            "phase=completed&phase=completed",
            "live=true&live=false",
            "unknown=1",
            "phase",
            "=1",
            "a=b=c",
            "phase=%00",
            "&",
        )
    ]
    first, second = rig.next_person(), rig.next_person()
    yield "BH40", [
        Case("none", lodge(None, first), "400 idempotency-key-missing"),
        Case("wrong letters", lodge("a b", first), "400 idempotency-key-invalid"),
        Case("65 letters", lodge("a" * 65, first), "400 idempotency-key-invalid"),
        Case("the first time", lodge("used-once", first), "201 -", slow=True),
        Case("with another body", lodge("used-once", second), "409 idempotency-key-reused"),
    ]


def batches(rig, line, head):
    """Several documents in one request: a line for each, an answer for each."""
    path, kind = "/peer/v1/document-batches", "application/vnd.jiexu.documents"

    def post(body, content_type=kind):
        return lambda: line.post(body, path=path, content_type=content_type)

    yield "BH47", [
        Case("a line without anything", post(b"a.b.c\n\nd.e.f"), "400 line-empty"),
        Case("a line feed at the end", post(b"a.b.c\n"), "400 line-empty"),
        Case("nothing but line feeds", post(b"\n" * 31), "400 line-empty"),
        Case("33 documents", post(b"\n".join([b"a.b.c"] * 33)), "413 too-many-documents"),
        Case("a million of them", post(b"\n" * (1 << 20)), "413 too-many-documents"),
        Case("a byte too many", post(b"a" * ((1 << 20) + 1)), "413 body-too-long"),
        Case("as one document", post(b"a.b.c", "application/jose"), "415 content-type"),
        Case("as JSON", post(b"[]", "application/json"), "415 content-type"),
        Case("with GET", lambda: line.send(head("GET %s HTTP/1.1" % path)), "405 method"),
    ]

    person = rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(person))
    good = rig.signer.sign(dumps(rig.letter(person=person)))
    refused = rig.signer.sign(dumps(rig.letter(version=2)))
    body = b"\n".join([good, b"a.b.c", refused, b"\xff{}", good])
    stored = lambda: rig.net.origin.read("SELECT count(*) FROM documents WHERE bytes = ?", good)[0][0]

    def mixed():
        first, second = post(body)(), post(body)()
        answers = [answer.body.split(b"\n") for answer in (first, second)]
        if first.status != 200 or [len(lines) for lines in answers] != [5, 5]:
            return first.word
        receipts = [[lines[0], lines[2], lines[4]] for lines in answers]
        results = [payload_of(receipt).get("result") for receipt in receipts[0]]
        problems = [line[:1] for lines in answers for line in (lines[1], lines[3])]
        fine = (
            receipts[0] == receipts[1]
            and receipts[0][0] == receipts[0][2]
            and results == ["accepted", "refused", "accepted"]
            and problems == [b"{"] * 4
            and stored() == 1
        )
        return "same" if fine else "%s %s, stored %d" % (results, problems, stored())

    yield "BH48", [Case("five lines, twice", mixed, slow=True)]

    persons = [rig.next_person() for _ in range(7)]
    for person in persons:
        rig.net.records(network.ORIGIN, people.origin_rows(person))
    letters = [rig.signer.sign(dumps(rig.letter(person=person))) for person in persons]
    letters.insert(3, rig.signer.sign(dumps(rig.letter(version=2))))

    def shared():
        first, second = (post(b"\n".join(letters))().body.split(b"\n") for _ in range(2))
        certificate = rig.node_certificates[network.ORIGIN]
        results = [payload_of(receipt)["result"] for receipt in first]
        signatures = [is_signed_by(receipt, certificate) for receipt in first]
        changed = [is_signed_by(receipt.replace(b".e", b".f", 1), certificate) for receipt in first]
        algorithms = [algorithm_of(receipt) for receipt in first]
        fine = (
            first == second
            and results == ["accepted"] * 3 + ["refused"] + ["accepted"] * 4
            and all(signatures)
            and not any(changed)
            and algorithms == [SHARED] * 3 + ["ES256"] + [SHARED] * 4
        )
        return "same" if fine else "%s %s %s %s" % (results, signatures, changed, algorithms)

    yield "BH49", [Case("seven letters and a refused one, twice", shared, slow=True)]


def repeated(rig, line, port):
    """The same good document again and again: one effect, one receipt."""
    person = rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(person))
    document = rig.signer.sign(dumps(rig.letter(person=person)))
    case_count = lambda: rig.net.origin.read("SELECT count(*) FROM documents WHERE bytes = ?", document)[0][0]

    def gone():
        connection = rig.tls.wrap_socket(wire.dial(port))
        connection.sendall(wire.request(document, port=port))
        connection.close()
        time.sleep(0.3)
        receipts = {line.post(document).body for _ in range(3)}
        return (
            "same"
            if len(receipts) == 1 and case_count() == 1
            else "%d receipts, stored %d" % (len(receipts), case_count())
        )

    def at_once():
        answers, barrier = [], threading.Barrier(50)

        def send():
            own = wire.Line(port, rig.tls)
            own.open()
            barrier.wait(20)
            for _ in range(2):
                answers.append(own.post(document).body)
            own.close()

        threads = [threading.Thread(target=send) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return (
            "same"
            if len(set(answers)) == 1 and len(answers) == 100 and case_count() == 1
            else "%d receipts" % len(set(answers))
        )

    yield "BH41", [Case("gone before the answer", gone, slow=True)]
    yield "BH42", [Case("on 50 connections", at_once, slow=True)]
