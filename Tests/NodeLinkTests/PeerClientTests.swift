import NIOCore
import NodeLink
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The client for peers` {
    typealias Step = ScriptedPeer.Step

    static let ok = "HTTP/1.1 200 OK\r\n"
    static let whole = ok + "Content-Type: application/jose\r\nContent-Length: 2\r\n\r\nhi"

    /// What a peer answers, and how the request ends; nil is a good answer.
    static let rows: [(String, [Step], TransportError.Code?)] = [
        ("a whole answer", [.send(whole)], nil),
        ("a whole answer in chunks", [.send(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")], nil),
        (
            "early hints before the answer",
            [.flood("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 3), .send(whole)], nil
        ),
        ("less than its length", [.send(ok + "Content-Length: 100\r\n\r\nhi"), .close], .truncated),
        ("less than its length, cut", [.send(ok + "Content-Length: 100\r\n\r\nhi"), .cut], .truncated),
        ("no length at all", [.send(ok + "\r\nhi"), .close], .truncated),
        ("no length at all, cut", [.send(ok + "\r\nhi"), .cut], .truncated),
        ("chunks without an end", [.send(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"), .close], .truncated),
        ("half a head", [.send("HTTP/1.1 200 OK\r\nContent-"), .close], .truncated),
        ("nothing", [.close], .lost),
        ("nothing, cut", [.cut], .lost),
        ("garbage", [.send("hello\r\n\r\n"), .close], .malformed),
        ("another protocol", [.send("HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nhi")], .malformed),
        ("two lengths", [.send(ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhix")], .malformed),
        ("two equal lengths", [.send(ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi")], .malformed),
        (
            "a length and chunks",
            [.send(ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")], .malformed
        ),
        ("an unknown coding", [.send(ok + "Transfer-Encoding: rot13\r\n\r\nhi"), .close], .malformed),
        ("a length that is no number", [.send(ok + "Content-Length: two\r\n\r\nhi"), .close], .malformed),
        ("a bad chunk", [.send(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n"), .close], .lost),
        ("too long by its length", [.send(ok + "Content-Length: 70000\r\n\r\nhi"), .wait(.seconds(5))], .oversize),
        (
            "too long in chunks",
            [
                .send(ok + "Transfer-Encoding: chunked\r\n\r\n"),
                .flood("400\r\n" + String(repeating: "a", count: 1_024) + "\r\n", 70),
            ], .oversize
        ),
        ("a head without end", [.send(ok), .flood("X: \(String(repeating: "a", count: 1_000))\r\n", 100)], .oversize),
        ("early hints without end", [.flood("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 10_000)], .oversize),
        (
            "a redirect",
            [.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")],
            .redirected
        ),
        ("nothing for too long", [.wait(.seconds(30))], .timeout),
        ("one byte and then nothing for too long", [.send("H"), .wait(.seconds(30))], .timeout),
    ]

    @Test func `takes a whole answer and nothing less`() async throws {
        let cast = try PeerCast()
        for (name, steps, code) in `The client for peers`.rows {
            let peer = try await ScriptedPeer(steps, credentials: cast.credentials(cast.weifang))
            let client = try cast.client(
                settings: PeerClientSettings(
                    connectMilliseconds: 10_000, totalMilliseconds: code == .timeout ? 700 : 10_000))
            do throws(TransportError) {
                let answer = try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(peer.port))
                #expect(code == nil, "\(name): an answer")
                #expect(answer.body == Array("hi".utf8), "\(name)")
            } catch {
                #expect(error.code == code, "\(name): \(error)")
                #expect(error.outcomeUnknown, "\(name): the request was sent")
                #expect(error.attempt == "POST https://127.0.0.1:\(peer.port)/peer/v1/documents")
            }
            #expect(peer.requests.count == 1, "\(name)")
            client.close()
            try await peer.stop()
        }
    }

    @Test func `sends nothing to a machine that is not the agency it means`() async throws {
        let (cast, other) = (try PeerCast(), try PeerCast())
        let elsewhere = try cast.authority.issueTLS(
            for: PeerCast.weifang, hosts: ["elsewhere.example"], validity: PeerCast.today)
        let expired = try cast.authority.issueTLS(
            for: PeerCast.weifang, hosts: ["127.0.0.1"],
            validity: (PeerCast.now() - 7_200)...(PeerCast.now() - 3_600))
        let imposter = try cast.authority.issueTLS(
            for: PeerCast.chengdu, hosts: ["127.0.0.1"], validity: PeerCast.today)
        let signing = try cast.authority.issueSigning(for: PeerCast.weifang, validity: PeerCast.today)
        // What the machine shows, the pin we have for it, and how it ends.
        let rows: [(String, IssuedCertificate, DocumentDigest, TransportError.Code)] = [
            ("another agency's key", imposter, cast.weifang.certificate.keyPin, .peerKey),
            ("another root", other.weifang, other.weifang.certificate.keyPin, .tls),
            ("another host", elsewhere, elsewhere.certificate.keyPin, .tls),
            ("an expired certificate", expired, expired.certificate.keyPin, .tls),
            ("a certificate for documents", signing, signing.certificate.keyPin, .tls),
        ]
        for (name, shown, pin, code) in rows {
            let peer = try await ScriptedPeer(
                [.send(`The client for peers`.whole)], credentials: cast.credentials(shown))
            let client = try cast.client()
            let error = await transportError {
                try await client.post([1], path: "/", to: cast.endpoint(peer.port, pin: pin))
            }
            #expect(error?.code == code, "\(name): \(String(describing: error))")
            #expect(error?.outcomeUnknown == false, "\(name)")
            #expect(error?.isTransient == false, "\(name)")
            #expect(peer.requests.count == 0, "\(name)")
            client.close()
            try await peer.stop()
        }
    }

    @Test func `accepts either of two keys while the peer changes them`() async throws {
        let cast = try PeerCast()
        let coming = try cast.authority.issueTLS(
            for: PeerCast.weifang, hosts: ["127.0.0.1"], validity: PeerCast.today)
        for shown in [cast.weifang, coming] {
            let peer = try await ScriptedPeer(
                [.send(`The client for peers`.whole)], credentials: cast.credentials(shown))
            let client = try cast.client()
            let endpoint = PeerEndpoint(
                url: EndpointURL(host: "127.0.0.1", port: peer.port)!,
                keyPins: [cast.weifang.certificate.keyPin, coming.certificate.keyPin])!
            #expect(try await client.get("/", from: endpoint).status == 200)
            client.close()
            try await peer.stop()
        }
    }

    @Test func `does not reuse a connection under another pin`() async throws {
        let cast = try PeerCast()
        let peer = try await ScriptedPeer(
            [.send(`The client for peers`.whole)], credentials: cast.credentials(cast.weifang))
        let client = try cast.client()
        #expect(try await client.get("/", from: cast.endpoint(peer.port)).connectionsOpened == 1)
        let error = await transportError {
            try await client.get("/", from: cast.endpoint(peer.port, pin: cast.chengdu.certificate.keyPin))
        }
        #expect(error?.code == .peerKey)
        #expect(peer.requests.count == 1)
        client.close()
        try await peer.stop()
    }

    @Test func `says that nobody listens`() async throws {
        let cast = try PeerCast()
        let peer = try await ScriptedPeer([], credentials: cast.credentials(cast.weifang))
        try await peer.stop()
        let client = try cast.client()
        let error = await transportError { try await client.post([1], path: "/", to: cast.endpoint(peer.port)) }
        #expect(error?.code == .connect)
        #expect(error?.outcomeUnknown == false)
        #expect(error?.isTransient == true)
        client.close()
    }

    @Test func `lets further requests wait when all connections to a peer are busy, within their deadline`()
        async throws
    {
        let cast = try PeerCast()
        let peer = try await ScriptedPeer([.wait(.seconds(30))], credentials: cast.credentials(cast.weifang))
        let client = try cast.client(
            settings: PeerClientSettings(
                connectMilliseconds: 5_000, totalMilliseconds: 2_000, connectionsPerHost: 2))
        let endpoint = cast.endpoint(peer.port)
        await withTaskGroup(of: TransportError?.self) { group in
            for _ in 0..<10 {
                group.addTask { await transportError { try await client.post([1], path: "/", to: endpoint) } }
            }
            for await error in group { #expect(error?.code == .timeout) }
        }
        // A request whose time is over gives its connection up, and one that still has time may open another.
        #expect(peer.connections.count < 10)
        client.close()
        try await peer.stop()
    }

    @Test func `ends what is going on when it is closed, and takes no more`() async throws {
        let cast = try PeerCast()
        let peer = try await ScriptedPeer([.wait(.seconds(30))], credentials: cast.credentials(cast.weifang))
        let client = try cast.client()
        let endpoint = cast.endpoint(peer.port)
        let open = (0..<3).map { _ in
            Task { await transportError { try await client.post([1], path: "/", to: endpoint) } }
        }
        // The requests end at their deadline even if they never arrive; so does the waiting for them.
        for _ in 0..<2_000 where peer.requests.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        client.close()
        for task in open {
            let error = await task.value
            #expect(error?.code == .closed)
            #expect(error?.outcomeUnknown == true)
        }
        let late = await transportError { try await client.post([1], path: "/", to: endpoint) }
        #expect(late?.code == .closed)
        #expect(late?.outcomeUnknown == false)
        try await peer.stop()
    }

    @Test func `does not start with credentials that are none`() throws {
        let cast = try PeerCast()
        let empty = TLSCredentials(rootPEM: [], certificatePEM: [], keyPEM: [])
        #expect(throws: TransportError.self) {
            try PeerClient(settings: PeerClientSettings(), credentials: empty, now: PeerCast.now)
        }
        #expect(PeerEndpoint(url: EndpointURL("https://127.0.0.1:1")!, keyPins: []) == nil)
        #expect(try cast.credentials(cast.chengdu).verify(at: PeerCast.now()) == PeerCast.chengdu)
        let signing = try cast.authority.issueSigning(for: PeerCast.chengdu, validity: PeerCast.today)
        let other = try PeerCast()
        let mixed = TLSCredentials(
            rootPEM: Array(cast.authority.root.pem.utf8), certificatePEM: Array(cast.chengdu.certificatePEM.utf8),
            keyPEM: Array(cast.weifang.keyPEM.utf8))
        let rows: [(TLSCredentials, Int64, TrustFault.Code)] = [
            (empty, PeerCast.now(), .certificateForm),
            (mixed, PeerCast.now(), .certificateForm),
            (cast.credentials(signing), PeerCast.now(), .certificatePurpose),
            (cast.credentials(other.chengdu), PeerCast.now(), .certificateIssuer),
            (cast.credentials(cast.chengdu), PeerCast.now() + 7 * 86_400, .certificateTime),
        ]
        for (credentials, time, code) in rows {
            #expect(throws: TrustFault.self) { try credentials.verify(at: time) }
            do { try credentials.verify(at: time) } catch { #expect(error.code == code) }
        }
    }
}
