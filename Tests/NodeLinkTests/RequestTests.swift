import Casework
import NIOCore
import NodeLink
import Testing
import TransferCore

/// One request as a peer sends it, byte for byte, and what becomes of it. The ids are those of the table of bad inputs.
struct RequestRow: Sendable, CustomTestStringConvertible {
    let id: String
    let request: String
    let status: Int
    let code: String?

    init(_ id: String, _ request: String, _ status: Int, _ code: String? = nil) {
        (self.id, self.request, self.status, self.code) = (id, request, status, code)
    }

    var testDescription: String { id }

    static func post(_ fields: String, _ body: String = "x") -> String {
        "POST /peer/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jose\r\n\(fields)\r\n\r\n\(body)"
    }

    static func get(_ target: String, _ method: String = "GET", _ version: String = "HTTP/1.1") -> String {
        "\(method) \(target) \(version)\r\nHost: localhost\r\n\r\n"
    }

    static let ping = "/peer/v1/ping"
    static let long = String(repeating: "a", count: 100_000)

    static let rows: [RequestRow] = [
        RequestRow("BH1", post("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400, "framing"),
        RequestRow("BH2", post("Content-Length: 1\r\nContent-Length: 2"), 400, "framing"),
        RequestRow("BH3", post("Content-Length: 1\r\nContent-Length: 1"), 400, "framing"),
        RequestRow("BH4 sign", post("Content-Length: +1"), 400, "framing"),
        RequestRow("BH4 list", post("Content-Length: 1,1"), 400, "framing"),
        RequestRow("BH4 hex", post("Content-Length: 0x1"), 400, "framing"),
        RequestRow("BH4 underscore", post("Content-Length: 1_0"), 400, "framing"),
        RequestRow("BH4 empty", post("Content-Length:"), 400, "framing"),
        RequestRow("BH4 negative", post("Content-Length: -1"), 400, "framing"),
        RequestRow("BH4 leading zero", post("Content-Length: 01"), 400, "framing"),
        RequestRow("BH5 2^63", post("Content-Length: 9223372036854775808"), 413, "body-too-long"),
        RequestRow("BH5 2^64", post("Content-Length: 18446744073709551616"), 413, "body-too-long"),
        RequestRow("BH6 unknown", post("Transfer-Encoding: xchunked"), 501, "transfer-coding"),
        RequestRow("BH6 list", post("Transfer-Encoding: chunked, identity"), 501, "transfer-coding"),
        RequestRow("BH6 control", post("Transfer-Encoding: \u{0B}chunked"), 400, "http-syntax"),
        RequestRow("BH6 twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400, "framing"),
        RequestRow("BH7", post("Transfer-Encoding : chunked"), 400, "http-syntax"),
        RequestRow("BH8", post("Transfer-Encoding: chunked", "0x10\r\n"), 411, "length-required"),
        RequestRow("BH9 bare line feed", "POST /peer/v1/documents HTTP/1.1\nHost: localhost\n\n", 400, "http-syntax"),
        RequestRow("BH9 line feed in fields", post("Content-Length: 1\nX: y"), 400, "http-syntax"),
        RequestRow("BH11", post("Content-Length: 1\r\nX: a\r\n b"), 400, "http-syntax"),
        RequestRow("BH11 first field", "GET \(ping) HTTP/1.1\r\n Host: localhost\r\n\r\n", 400, "http-syntax"),
        RequestRow("BH12 NUL", post("Content-Length: 1\r\nX: a\0b"), 400, "http-syntax"),
        RequestRow("BH12 CR", post("Content-Length: 1\r\nX: a\rb"), 400, "http-syntax"),
        RequestRow("BH12 DEL", post("Content-Length: 1\r\nX: a\u{7F}b"), 400, "http-syntax"),
        RequestRow("BH12 not ASCII", post("Content-Length: 1\r\nX: 转"), 400, "http-syntax"),
        RequestRow("BH12 name", post("Content-Length: 1\r\nX(y): a"), 400, "http-syntax"),
        RequestRow("BH12 no name", post("Content-Length: 1\r\n: a"), 400, "http-syntax"),
        RequestRow("BH12 no colon", post("Content-Length: 1\r\nX"), 400, "http-syntax"),
        RequestRow("BH13 line", post("X: \(long)"), 431, "head-too-long"),
        RequestRow(
            "BH13 count", post(String(repeating: "X: y\r\n", count: 100) + "Content-Length: 1"), 431, "head-too-long"),
        RequestRow(
            "BH13 total", post(String(repeating: "X: \(long.prefix(7_000))\r\n", count: 5)), 431, "head-too-long"),
        RequestRow("BH14", get("/\(long)"), 414, "target-too-long"),
        RequestRow("BH15 none", "GET \(ping) HTTP/1.1\r\n\r\n", 400, "http-syntax"),
        RequestRow("BH15 two", "GET \(ping) HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "framing"),
        RequestRow("BH15 form", "GET \(ping) HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "http-syntax"),
        RequestRow("BH16", "GET \(ping) HTTP/1.1\r\nHost: other.example\r\n\r\n", 421, "other-host"),
        RequestRow("BH17 absolute", get("http://169.254.169.254/"), 400, "http-syntax"),
        RequestRow("BH17 CONNECT", get("169.254.169.254:80", "CONNECT"), 400, "http-syntax"),
        RequestRow("BH18 TRACE", get(ping, "TRACE"), 405, "method"),
        RequestRow("BH18 OPTIONS", get("/peer/v1/documents", "OPTIONS"), 405, "method"),
        RequestRow("BH18 PATCH", get("/peer/v1/documents", "PATCH"), 405, "method"),
        RequestRow("BH18 lower case", get(ping, "get"), 405, "method"),
        RequestRow("BH18 HEAD", get(ping, "HEAD"), 405, "method"),
        RequestRow("BH18 PRI", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http-version"),
        RequestRow("BH18 asterisk", get("*", "OPTIONS"), 400, "http-syntax"),
        RequestRow(
            "BH19",
            "GET \(ping) HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: DELETE\r\nConnection: close\r\n\r\n",
            200),
        RequestRow(
            "BH20",
            "GET \(ping) HTTP/1.1\r\nHost: localhost\r\nX-SSL-Client-S-DN: CN=other\r\nConnection: close\r\n\r\n", 200),
        RequestRow("BH21 escapes", get("/peer/..%2fv1/ping"), 400, "http-syntax"),
        RequestRow("BH21 dots", get("/peer/../v1/ping"), 400, "http-syntax"),
        RequestRow("BH21 slashes", get("//peer/v1/ping"), 404, "not-found"),
        RequestRow("BH21 parameter", get("/peer/v1/ping;a"), 400, "http-syntax"),
        RequestRow("BH21 query", get("/peer/v1/ping?a=b"), 400, "http-syntax"),
        RequestRow("BH21 other", get("/peer/v1/ping/"), 404, "not-found"),
        RequestRow(
            "BH22", "POST /peer/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 415,
            "content-type"),
        RequestRow(
            "BH23",
            "POST /peer/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-16\r\nContent-Length: 1\r\n\r\nx",
            415, "content-type"),
        RequestRow(
            "BH23 parameter",
            "POST /peer/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jose; a=b\r\nContent-Length: 1\r\n\r\nx",
            415, "content-type"),
        RequestRow("BH23 twice", post("Content-Type: application/jose\r\nContent-Length: 1"), 400, "framing"),
        RequestRow("BH24", post("Content-Encoding: gzip\r\nContent-Length: 1"), 415, "content-encoding"),
        RequestRow("BH27", post("Content-Length: 1048577", ""), 413, "body-too-long"),
        RequestRow("BH29", post("Expect: 200-ok\r\nContent-Length: 1", ""), 417, "expectation"),
        RequestRow(
            "BH34",
            "GET \(ping) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
            200),
        RequestRow("BH35", "GET /\r\n", 400, "http-syntax"),
        RequestRow("BH36 9.9", get(ping, "GET", "HTTP/9.9"), 505, "http-version"),
        RequestRow("BH36 1.0", get(ping, "GET", "HTTP/1.0"), 505, "http-version"),
        RequestRow("BH36 x", get(ping, "GET", "HTTP/1.1x"), 400, "http-syntax"),
        RequestRow(
            "no length",
            "POST /peer/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jose\r\n\r\n", 411,
            "length-required"),
        RequestRow("no body", post("Content-Length: 0", ""), 400, "body-empty"),
        RequestRow(
            "GET with a body", "GET \(ping) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 400, "framing"),
        RequestRow("two spaces", "GET  \(ping) HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "http-syntax"),
        RequestRow("an empty line first", "\r\n" + get(ping), 400, "http-syntax"),
        RequestRow("good", post("Content-Length: 1\r\nConnection: close"), 200),
        RequestRow(
            "good, in capitals",
            "POST /peer/v1/documents HTTP/1.1\r\nHOST: LOCALHOST\r\nCONTENT-TYPE: APPLICATION/JOSE\r\nCONTENT-LENGTH: 1\r\nCONNECTION: CLOSE\r\n\r\nx",
            200),
    ]
}

@Suite struct `A request on the port for peers` {
    @Test func `is answered as the table says, and the connection ends`() async throws {
        let cast = try PeerCast()
        let received = Recorded<[UInt8]>()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.authority = "localhost"
        try await cast.withServer(
            settings: settings,
            receive: { body, _ in
                received.append(body)
                return .receipt(body)
            }
        ) { port, _ in
            for row in RequestRow.rows {
                let answer = try await RawPeer.exchange(
                    row.request, port: port, credentials: cast.credentials(cast.chengdu))
                #expect(statuses(answer) == [row.status], "\(row.id)")
                #expect(problemCode(bodyBytes(answer)) == row.code, "\(row.id)")
                if row.status == 405 {
                    #expect(String(decoding: answer, as: UTF8.self).contains("\r\nAllow: "), "\(row.id)")
                }
            }
        }
        #expect(received.all == [Array("x".utf8), Array("x".utf8)])
    }

    @Test func `may come in pieces of one byte`() async throws {
        let cast = try PeerCast()
        // A machine that is busy with other things may take its time.
        let settings = PeerServerSettings(
            host: "127.0.0.1", port: 0, handshakeSeconds: 120, headSeconds: 120, bodySeconds: 120)
        try await cast.withServer(settings: settings) { port, _ in
            let pieces = RequestRow.post("Content-Length: 5\r\nConnection: close", "hello").utf8.map { [$0] }
            let answer = try await RawPeer.exchange(
                pieces, port: port, credentials: cast.credentials(cast.chengdu), limit: .seconds(120))
            #expect(statuses(answer) == [200])
            #expect(bodyBytes(answer) == Array("510100hello".utf8))
        }
    }

    @Test func `may follow others at once, and all are answered in order`() async throws {
        let cast = try PeerCast()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.requestsPerSecond = 10_000
        try await cast.withServer(settings: settings) { port, _ in
            let requests = (0..<1_000).map { RequestRow.post("Content-Length: 4", "\(1_000 + $0)") }.joined()
            let last = RequestRow.post("Content-Length: 4\r\nConnection: close", "last")
            let answer = try await RawPeer.exchange(
                requests + last, port: port, credentials: cast.credentials(cast.chengdu))
            let text = String(decoding: answer, as: UTF8.self)
            #expect(statuses(answer) == [Int](repeating: 200, count: 1_001))
            let bodies = text.split(separator: "\r\n\r\n510100").dropFirst().map { String($0.prefix(4)) }
            #expect(bodies == (1_000..<2_000).map { "\($0)" } + ["last"])
        }
    }

    @Test func `may follow others that are answered at once`() async throws {
        let cast = try PeerCast()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.requestsPerSecond = 10_000
        try await cast.withServer(settings: settings) { port, _ in
            let requests = String(repeating: "GET /peer/v1/ping HTTP/1.1\r\nHost: a\r\n\r\n", count: 3_000)
            let last = "GET /peer/v1/ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let answer = try await RawPeer.exchange(
                requests + last, port: port, credentials: cast.credentials(cast.chengdu))
            #expect(statuses(answer) == [Int](repeating: 200, count: 3_001))
        }
    }

    @Test func `with garbage behind its body spoils only the next`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let answer = try await RawPeer.exchange(
                RequestRow.post("Content-Length: 1", "xyz\r\n\r\n"), port: port,
                credentials: cast.credentials(cast.chengdu))
            #expect(statuses(answer) == [200, 400])
        }
    }

    @Test func `whose body stays short is never handed over`() async throws {
        let cast = try PeerCast()
        let received = Recorded<[UInt8]>()
        let settings = PeerServerSettings(host: "127.0.0.1", port: 0, bodySeconds: 1)
        try await cast.withServer(
            settings: settings,
            receive: { body, _ in
                received.append(body)
                return .receipt(body)
            }
        ) { port, _ in
            let answer = try await RawPeer.exchange(
                RequestRow.post("Content-Length: 10", "short"), port: port,
                credentials: cast.credentials(cast.chengdu))
            #expect(answer == [])
        }
        #expect(received.count == 0)
    }

    @Test func `that waits for 100 Continue is told to go on`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let answer = try await RawPeer.exchange(
                [
                    Array(RequestRow.post("Content-Length: 1\r\nExpect: 100-continue\r\nConnection: close", "").utf8),
                    Array("x".utf8),
                ], port: port, credentials: cast.credentials(cast.chengdu), pause: .milliseconds(100))
            #expect(statuses(answer) == [100, 200])
        }
    }

    @Test(arguments: [
        ("a head", "GET /peer/v1"), ("nothing", ""), ("a body", RequestRow.post("Content-Length: 2", "x")),
    ])
    func `that never ends is given up`(name: String, begun: String) async throws {
        let cast = try PeerCast()
        let settings = PeerServerSettings(
            host: "127.0.0.1", port: 0, handshakeSeconds: 5, headSeconds: 1, bodySeconds: 1, idleSeconds: 1)
        try await cast.withServer(settings: settings) { port, _ in
            // One byte after the other, each well within the limit, does not help.
            let slow = (0..<60).map { _ in Array("y".utf8) }
            let parts = name == "nothing" ? [[]] : [Array(begun.utf8)] + (name == "a head" ? slow : [])
            let answer = try await RawPeer.exchange(
                parts, port: port, credentials: cast.credentials(cast.chengdu), pause: .milliseconds(50))
            #expect(answer == [])
        }
    }
}

/// What stands behind the first empty line.
func bodyBytes(_ answer: [UInt8]) -> [UInt8] {
    let text = String(decoding: answer, as: UTF8.self)
    guard let end = text.utf8.firstRange(of: "\r\n\r\n".utf8) else { return [] }
    return Array(text.utf8[end.upperBound...])
}
