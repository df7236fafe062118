import Casework
import FoundationEssentials
import Logging
import ServiceLifecycle
import Testing
import TransferDocuments
import WebConsole

@Suite struct `A connection` {
    private static let bearer = "Authorization: Bearer \(WebCast.mill)\r\n"

    /// What is sent, and the status and code with which it is refused. Source: BH of the reliability page.
    private static let refusals: [(request: String, status: Int, code: String)] = [
        ("GET / HTTP/1.1\r\n\r\n", 400, "host-header"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "host-header"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400, "http-syntax"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400, "http-syntax"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nxxxxx", 400, "http-syntax"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nxxxxx", 400, "http-syntax"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400, "framing"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400, "http-syntax"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", 400, "http-syntax"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", 400, "http-syntax"),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http-syntax"),
        ("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400, "http-syntax"),
        ("GET /\r\n\r\n", 400, "http-syntax"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "http-syntax"),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417, "expectation"),
        ("GET /\(String(repeating: "a", count: 3_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414, "target-too-long"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 100))\r\n", 431,
            "headers-too-long"
        ),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 40_000))\r\n\r\n", 431, "headers-too-long"),
    ]

    @Test(arguments: 0..<refusals.count)
    func `is refused when two readers of HTTP could take it differently`(place: Int) async throws {
        let (request, status, code) = Self.refusals[place]
        try await WebNode.run { node in
            let reply = try await Wire.only(request, port: node.publicPort)
            #expect(reply.status == status, "\(request.debugDescription)")
            #expect(reply.text("code") == code, "\(request.debugDescription)")
            #expect(reply.headers["connection"] == "close")
            expectSecure(reply)
        }
    }

    @Test(arguments: [
        "GET /api/v1/cases/..%2f HTTP/1.1", "GET /api//v1/cases HTTP/1.1",
        "GET /api/v1/cases/ HTTP/1.1", "GET /api/v1/../v1/cases HTTP/1.1", "GET /api/v1/cases;a=b HTTP/1.1",
        "OPTIONS * HTTP/1.1", "GET /api/v1/%63ases HTTP/1.1",
    ])
    func `has one spelling for each address`(line: String) async throws {
        try await WebNode.run { node in
            let reply = try await Wire.only(
                "\(line)\r\nHost: a\r\n\(Self.bearer)Connection: close\r\n\r\n", port: node.publicPort)
            #expect(reply.status == 400)
            #expect(reply.text("code") == "target-invalid")
        }
    }

    @Test(
        arguments: [
            ("GET", "/api/v1/applications", 405, "POST"), ("DELETE", "/api/v1/cases", 405, "GET"),
            ("TRACE", "/api/v1/cases", 405, "GET"), ("OPTIONS", "/api/v1/cases/1/corrections", 405, "POST"),
            ("HEAD", "/api/v1/work", 405, "GET"), ("GET", "/api/v1", 404, nil),
            // Whatever host an address names, it is asked of this node (RFC 9112, section 3.2.2); nothing is fetched.
            ("GET", "http://169.254.169.254/api/v1", 404, nil),
            ("GET", "/api/v1/Cases", 404, nil), ("GET", "/metrics", 404, nil), ("GET", "/health/ready", 404, nil),
        ] as [(String, String, Int, String?)])
    func `is told which addresses and methods there are`(
        method: String, path: String, status: Int, allow: String?
    ) async throws {
        try await WebNode.run { node in
            let text = "\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(Self.bearer)Connection: close\r\n\r\n"
            let reply = try await Wire.only(text, port: node.publicPort)
            #expect(reply.status == status)
            #expect(reply.headers["allow"] == allow)
            #expect(reply.headers["content-type"] == "application/problem+json")
            expectSecure(reply)
        }
    }

    @Test func `carries the headers of security on every answer`() async throws {
        try await WebNode.run { node in
            for reply in [
                try await node.get("/api/v1/cases"), try await node.get("/api/v1/cases", as: nil),
                try await node.lodge("{", key: "key-1"), try await node.lodge(WebCast.application(), key: "key-1"),
                try await node.operate("GET", "/metrics"), try await node.operate("GET", "/nothing"),
            ] { expectSecure(reply) }
        }
    }

    private func expectSecure(_ reply: Reply) {
        #expect(reply.headers["x-content-type-options"] == "nosniff")
        #expect(reply.headers["cache-control"] == "no-store")
        #expect(reply.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(reply.headers["referrer-policy"] == "no-referrer")
        #expect(reply.headers["server"] == nil)
    }

    @Test func `answers several requests in their order`() async throws {
        try await WebNode.run { node in
            let head = "Host: a\r\n\(Self.bearer)"
            let text =
                "GET /api/v1/cases HTTP/1.1\r\n\(head)\r\nGET /api/v1 HTTP/1.1\r\n\(head)\r\n"
                + "GET /api/v1/cases HTTP/1.1\r\n\(head)Connection: close\r\n\r\n"
            let replies = try await Wire.exchange(text, port: node.publicPort)
            #expect(replies.map(\.status) == [200, 404, 200])
        }
    }

    @Test func `is told to go on before a long body`() async throws {
        try await WebNode.run { node in
            let body = WebCast.application()
            let text =
                "POST /api/v1/applications HTTP/1.1\r\nHost: a\r\n\(Self.bearer)Idempotency-Key: key-1\r\n"
                + "Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let replies = try await Wire.exchange(text, port: node.publicPort)
            #expect(replies.map(\.status) == [100, 201])
        }
    }

    @Test(arguments: ["Content-Length: 5000", "Transfer-Encoding: chunked"])
    func `that ends in the middle of a body lodges nothing`(framing: String) async throws {
        try await WebNode.run { node in
            let body = framing.hasPrefix("C") ? WebCast.application() : "800\r\n\(WebCast.application())"
            let text =
                "POST /api/v1/applications HTTP/1.1\r\nHost: a\r\n\(Self.bearer)Idempotency-Key: key-1\r\n"
                + "Content-Type: application/json\r\n\(framing)\r\n\r\n\(body)"
            let replies = try await Wire.exchange(text, port: node.publicPort, endsInput: true)
            #expect(replies.allSatisfy { $0.status == 400 })
            for reply in replies { expectSecure(reply) }
            #expect(try await node.store.counts().events == 0)
        }
    }

    @Test(arguments: [
        "", "GET /api/v1/cases HT", "POST /api/v1/applications HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n",
    ])
    func `that does not send a whole request in time is closed`(start: String) async throws {
        var limits = ConnectionLimits()
        limits.requestSeconds = 1
        try await WebNode.run(limits: limits) { node in
            let replies = try await Wire.exchange(start, port: node.publicPort)
            #expect(replies.isEmpty)
        }
    }

    @Test func `takes no body where none belongs`() async throws {
        try await WebNode.run { node in
            let text = "GET /api/v1/cases HTTP/1.1\r\nHost: a\r\n\(Self.bearer)Content-Length: 2\r\n\r\n{}"
            let reply = try await Wire.exchange(
                text + "GET /api/v1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: node.publicPort)
            #expect(reply.first?.status == 400)
            #expect(reply.first?.text("code") == "body-not-expected")
        }
    }

    @Test func `speaks TLS where a certificate is given`() async throws {
        let network = try WebNetwork()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jiexu-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ListenAddress.TLSFiles(
            certificateFile: folder.path + "/certificate.pem", keyFile: folder.path + "/key.pem")
        try Data(network.tls.certificatePEM.utf8).write(to: folder.appendingPathComponent("certificate.pem"))
        try await WebNode.run(network: network) { node in
            let tokens = try AccessTokens(WebCast.tokens)
            let address = ListenAddress(host: "127.0.0.1", port: 0, tls: files)
            let broken = try PublicAPI(desk: node.desk, tokens: tokens, lists: node.store, address: address)
            await #expect(throws: ListenerFault.self, "the key is missing") { try await broken.run() }
            await #expect(throws: ListenerFault.self, "who waits for the port is told") { try await broken.port }

            try Data(network.tls.keyPEM.utf8).write(to: folder.appendingPathComponent("key.pem"))
            let secured = try PublicAPI(desk: node.desk, tokens: tokens, lists: node.store, address: address)
            let group = ServiceGroup(services: [secured], logger: node.desk.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let text = "GET /api/v1/cases HTTP/1.1\r\nHost: a\r\n\(Self.bearer)Connection: close\r\n\r\n"
                let reply = try await Wire.only(text, port: try await secured.port, tls: true)
                #expect(reply.status == 200)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    @Test func `never carries tokens in the clear beyond this machine`() async throws {
        try await WebNode.run { node in
            let tokens = try AccessTokens(WebCast.tokens)
            #expect(throws: ListenerFault.plainBeyondLoopback(host: "0.0.0.0")) {
                try PublicAPI(
                    desk: node.desk, tokens: tokens, lists: node.store, address: ListenAddress(host: "0.0.0.0", port: 0)
                )
            }
        }
    }
}
