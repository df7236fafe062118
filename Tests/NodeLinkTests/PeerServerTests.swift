import Casework
import NIOSSL
import NodeLink
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The server for peers` {
    @Test func `takes a document of a known peer and answers with the receipt`() async throws {
        let cast = try PeerCast()
        let seen = Recorded<(body: [UInt8], sender: AgencyCode)>()
        try await cast.withServer(receive: { body, sender in
            seen.append((body, sender))
            return .receipt(Array("receipt".utf8))
        }) { port, _ in
            let client = try cast.client()
            let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            let answer = try await client.post(body, path: "/peer/v1/documents", to: cast.endpoint(port))
            #expect(answer.status == 200)
            #expect(answer.contentType == "application/jose")
            #expect(answer.body == Array("receipt".utf8))
            #expect(seen.all.map(\.sender) == [PeerCast.chengdu])
            #expect(seen.all.first?.body == body)
            let ping = try await client.get("/peer/v1/ping", from: cast.endpoint(port))
            #expect(ping.status == 200)
            client.close()
        }
    }

    @Test func `takes a statement of common cases on a path of its own, up to its own limit`() async throws {
        let cast = try PeerCast()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.bodyLimitBytes = 65_536
        try await cast.withServer(settings: settings) { port, _ in
            var limits = PeerClientSettings(connectMilliseconds: 10_000)
            limits.answerLimitBytes = 2 << 20
            let client = try cast.client(settings: limits)
            let endpoint = cast.endpoint(port)
            let body = [UInt8](repeating: 65, count: 1 << 20)
            let answer = try await client.post(body, path: "/peer/v1/digests", to: endpoint)
            #expect(answer.status == 200)
            #expect(answer.body == Array("digest of 510100".utf8) + body)
            let receipt = try await client.post([1], path: "/peer/v1/documents", to: endpoint)
            #expect(receipt.body == Array("510100".utf8) + [1])
            let long = try await client.post(body + [1], path: "/peer/v1/digests", to: endpoint)
            #expect(long.status == 413)
            #expect(try problemCode(long) == "body-too-long")
            #expect(try await client.get("/peer/v1/digests", from: endpoint).status == 405)
            client.close()
        }
    }

    @Test func `takes the heads of a log on a path of its own, up to its own limit`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let client = try cast.client()
            let endpoint = cast.endpoint(port)
            let answer = try await client.post([7, 8], path: "/peer/v1/tree-heads", to: endpoint)
            #expect(answer.status == 200)
            #expect(answer.body == Array("heads of 510100".utf8) + [7, 8])
            let long = [UInt8](repeating: 65, count: HeadExchange.longest + 1)
            #expect(try await client.post(long, path: "/peer/v1/tree-heads", to: endpoint).status == 413)
            #expect(try await client.get("/peer/v1/tree-heads", from: endpoint).status == 405)
            client.close()
        }
    }

    @Test func `answers each document of one request by itself, in their order`() async throws {
        let cast = try PeerCast()
        let problem = Problem(status: 409, code: "out-of-order", title: "not yet", detail: "an earlier one\nis awaited")
        try await cast.withServer(receive: { body, sender in
            #expect(sender == PeerCast.chengdu)
            // The first to come is the last to be answered.
            if body == Array("a.b.c".utf8) { try? await Task.sleep(for: .milliseconds(30)) }
            return body == Array("d.e.f".utf8) ? .problem(problem) : .receipt(Array("receipt:".utf8) + body)
        }) { port, _ in
            let client = try cast.client()
            let answer = try await client.post(
                DocumentBatch.body(of: ["a.b.c", "d.e.f", "g.h.i"].map { Array($0.utf8) }),
                contentType: DocumentBatch.contentType, path: DocumentBatch.path, to: cast.endpoint(port))
            #expect(answer.status == 200)
            #expect(answer.contentType == DocumentBatch.answersContentType)
            let outcomes = try #require(DocumentBatch.outcomes(in: answer.body, of: 3))
            let notTaken = DeliveryFault(
                code: "out-of-order", detail: "the peer answered with status 409", concernsPeer: false)
            #expect(
                outcomes == [
                    .success(Array("receipt:a.b.c".utf8)), .failure(notTaken), .success(Array("receipt:g.h.i".utf8)),
                ])
            #expect(DocumentBatch.outcomes(in: answer.body, of: 2) == nil)
            #expect(DocumentBatch.outcomes(in: answer.body, of: 4) == nil)
            client.close()
        }
    }

    @Test(arguments: [
        ("too many lines", Array(repeating: "a", count: 33).joined(separator: "\n"), 413, "too-many-documents"),
        ("an empty line", "a\n\nb", 400, "line-empty"), ("a line feed at the end", "a\nb\n", 400, "line-empty"),
    ])
    func `hands over nothing of a request with`(what: String, body: String, status: Int, code: String) async throws {
        let cast = try PeerCast()
        let seen = Recorded<[UInt8]>()
        try await cast.withServer(receive: { body, _ in
            seen.append(body)
            return .receipt([1])
        }) { port, _ in
            let client = try cast.client()
            let answer = try await client.post(
                Array(body.utf8), contentType: DocumentBatch.contentType, path: DocumentBatch.path,
                to: cast.endpoint(port))
            #expect(answer.status == status)
            #expect(try problemCode(answer) == code)
            let jose = try await client.post(Array("a\nb".utf8), path: DocumentBatch.path, to: cast.endpoint(port))
            #expect(jose.status == 415)
            #expect(seen.all.isEmpty)
            client.close()
        }
    }

    @Test func `answers with the problem that the receiver found`() async throws {
        let cast = try PeerCast()
        let problem = Problem(
            status: 503, code: "busy", title: "the node is busy", detail: "try later", retryAfterSeconds: 7)
        try await cast.withServer(receive: { _, _ in .problem(problem) }) { port, _ in
            let client = try cast.client()
            for _ in 0..<3 {
                let answer = try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port))
                #expect(answer.status == 503)
                #expect(try problemCode(answer) == "busy")
                #expect(answer.body == problem.bytes())
            }
            client.close()
        }
    }

    @Test func `keeps a connection for the next request, and serves 32 at once on 8 connections`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let client = try cast.client()
            let endpoint = cast.endpoint(port)
            var opened = 0
            for _ in 0..<10 {
                opened += try await client.post([1], path: "/peer/v1/documents", to: endpoint).connectionsOpened
            }
            #expect(opened == 1)
            try await withThrowingTaskGroup(of: PeerResponse.self) { group in
                for caller in 0..<32 {
                    group.addTask {
                        try await client.post([UInt8(caller)], path: "/peer/v1/documents", to: endpoint)
                    }
                }
                var bodies: Set<[UInt8]> = []
                for try await answer in group {
                    #expect(answer.status == 200)
                    bodies.insert(answer.body)
                    opened += answer.connectionsOpened
                }
                #expect(bodies.count == 32)
            }
            #expect((1...8).contains(opened))
            client.close()
        }
    }

    @Test func `asks the directory again with every request of a connection`() async throws {
        let cast = try PeerCast()
        let known = Recorded<DocumentDigest>()
        let removed = Flag()
        try await cast.withServer(identify: { thumbprint in
            known.append(thumbprint)
            return removed.isSet ? nil : PeerCast.chengdu
        }) { port, _ in
            let client = try cast.client()
            let first = try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port))
            #expect(first.status == 200)
            removed.set()
            let second = try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port))
            #expect(second.connectionsOpened == 0)
            #expect(second.status == 403)
            #expect(try problemCode(second) == "peer-unknown")
            #expect(Set(known.all) == [cast.chengdu.certificate.thumbprint])
            client.close()
        }
    }

    @Test func `lets nobody in whose certificate is not for connections of this network, today`() async throws {
        let (cast, other) = (try PeerCast(), try PeerCast())
        let past = (PeerCast.now() - 7_200)...(PeerCast.now() - 3_600)
        let coming = (PeerCast.now() + 3_600)...(PeerCast.now() + 7_200)
        let received = Recorded<[UInt8]>()
        let rows: [(String, IssuedCertificate)] = [
            ("another root", other.chengdu),
            ("expired", try cast.authority.issueTLS(for: PeerCast.chengdu, hosts: ["localhost"], validity: past)),
            (
                "not yet valid",
                try cast.authority.issueTLS(for: PeerCast.chengdu, hosts: ["localhost"], validity: coming)
            ),
            ("for documents", try cast.authority.issueSigning(for: PeerCast.chengdu, validity: PeerCast.today)),
            ("for the directory", try cast.authority.issueDirectory(validity: PeerCast.today)),
        ]
        // Even a directory that would take anyone lets none of them in.
        try await cast.withServer(
            identify: { _ in PeerCast.chengdu },
            receive: { body, _ in
                received.append(body)
                return .receipt(body)
            }
        ) { port, _ in
            for (name, certificate) in rows {
                let client = try cast.client(certificate)
                let error = await transportError {
                    try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port))
                }
                #expect(error?.code == .tls, "\(name): \(String(describing: error))")
                #expect(error?.isTransient == false)
                // Under TLS 1.3 the refusal comes after the request.
                #expect(error?.outcomeUnknown == true)
                client.close()
            }
            await #expect(throws: (any Error).self) {
                try await RawPeer.exchange(
                    "GET /peer/v1/ping HTTP/1.1\r\nHost: a\r\n\r\n", port: port, credentials: nil,
                    root: Array(cast.authority.root.pem.utf8))
            }
            let client = try cast.client()
            #expect(try await client.get("/peer/v1/ping", from: cast.endpoint(port)).status == 200)
            client.close()
        }
        #expect(received.count == 0)
    }

    @Test func `tells a peer of the network that is not in the directory why it is refused`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let stranger = try cast.authority.issueTLS(
                for: PeerCast.chengdu, hosts: ["localhost"], validity: PeerCast.today)
            let client = try cast.client(stranger)
            let answer = try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port))
            #expect(answer.status == 403)
            #expect(try problemCode(answer) == "peer-unknown")
            client.close()
        }
    }

    @Test func `speaks TLS 1.2 only when the settings allow it`() async throws {
        let cast = try PeerCast()
        let request = "GET /peer/v1/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let credentials = cast.credentials(cast.chengdu)
        try await cast.withServer { port, _ in
            await #expect(throws: (any Error).self) {
                try await RawPeer.exchange(request, port: port, credentials: credentials, maximumTLS: .tlsv12)
            }
        }
        let old = PeerServerSettings(host: "127.0.0.1", port: 0, minimumTLS: .tls12)
        try await cast.withServer(settings: old) { port, _ in
            let answer = try await RawPeer.exchange(request, port: port, credentials: credentials, maximumTLS: .tlsv12)
            #expect(statuses(answer) == [200])
            await #expect(throws: (any Error).self) {
                try await RawPeer.exchange(request, port: port, credentials: credentials, maximumTLS: .tlsv11)
            }
        }
    }

    @Test func `survives connections that are no TLS, and handshakes that break off`() async throws {
        let cast = try PeerCast()
        let settings = PeerServerSettings(host: "127.0.0.1", port: 0, handshakeSeconds: 1)
        try await cast.withServer(settings: settings) { port, _ in
            for bytes in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}", ""] {
                for _ in 0..<2 { _ = try await PlainPeer.exchange(Array(bytes.utf8), port: port) }
            }
            let client = try cast.client()
            #expect(try await client.get("/peer/v1/ping", from: cast.endpoint(port)).status == 200)
            client.close()
        }
    }

    @Test func `shows new credentials to those who connect after a reload`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, server in
            let renewed = try cast.authority.issueTLS(
                for: PeerCast.weifang, hosts: ["127.0.0.1"], validity: PeerCast.today)
            let old = try cast.client()
            #expect(try await old.get("/peer/v1/ping", from: cast.endpoint(port)).status == 200)
            try server.reload(cast.credentials(renewed))
            let kept = try await old.get("/peer/v1/ping", from: cast.endpoint(port))
            #expect(kept.connectionsOpened == 0)
            let client = try cast.client()
            let error = await transportError { try await client.get("/peer/v1/ping", from: cast.endpoint(port)) }
            #expect(error?.code == .peerKey)
            #expect(error?.outcomeUnknown == false)
            let endpoint = cast.endpoint(port, pin: renewed.certificate.keyPin)
            #expect(try await client.get("/peer/v1/ping", from: endpoint).status == 200)
            client.close()
            old.close()
        }
    }

    @Test func `answers what has begun before it stops`() async throws {
        let cast = try PeerCast()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let gate = Flag()
        let client = try cast.client()
        let answering = try await cast.withServer(receive: { body, _ in
            begin.yield()
            while !gate.isSet { try? await Task.sleep(for: .milliseconds(5)) }
            return .receipt(body)
        }) { port, _ in
            let endpoint = cast.endpoint(port)
            let answering = Task { try await client.post([9], path: "/peer/v1/documents", to: endpoint) }
            var iterator = begun.makeAsyncIterator()
            await iterator.next()
            // The shutdown begins when this returns; the request is let go on a moment after.
            Task {
                try await Task.sleep(for: .milliseconds(200))
                gate.set()
            }
            return (answering, endpoint)
        }
        let answer = try await answering.0.value
        #expect(answer.body == [9])
        let error = await transportError { try await client.get("/peer/v1/ping", from: answering.1) }
        #expect(error?.code == .connect)
        client.close()
    }
}

/// A flag that is set once.
final class Flag: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }
    func set() { flag.withLock { $0 = true } }
}
