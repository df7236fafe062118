import Casework
import NodeLink
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A certificate that was taken back` {
    private func revocations(
        _ cast: PeerCast, _ number: Int64 = 1, taking: [NetworkCertificate], lasting: Int64 = 86_400, grace: Int64 = 0
    ) throws -> Revocations {
        let list = try cast.authority.revocationList(
            number: number, madeAt: PeerCast.now() - 3_600, nextDueAt: PeerCast.now() + lasting,
            revoked: taking.map { ($0.serialNumber, PeerCast.now() - 60) })
        return Revocations(roots: [cast.authority.root], lists: [list], areRequired: true, graceSeconds: grace)
    }

    @Test func `opens no connection to a server whose list names it, and does with a list that does not`() async throws
    {
        let cast = try PeerCast()
        try await cast.withServer { port, server in
            let endpoint = cast.endpoint(port)
            for (taken, passes) in [
                ([], true), ([cast.chengdu.certificate], false), ([cast.weifang.certificate], true),
            ] {
                try server.reload(cast.credentials(cast.weifang).with(try revocations(cast, taking: taken)))
                let client = try cast.client()
                let error = await transportError { try await client.get("/peer/v1/ping", from: endpoint) }
                #expect((error == nil) == passes, "\(taken.count) taken back")
                if let error { #expect([.tls, .lost].contains(error.code)) }
                client.close()
            }
        }
    }

    @Test func `is not spoken to by a client whose list names it, before a byte is sent`() async throws {
        let cast = try PeerCast()
        let seen = Recorded<Int>()
        try await cast.withServer(receive: { body, _ in
            seen.append(body.count)
            return .receipt([1])
        }) { port, _ in
            let endpoint = cast.endpoint(port)
            for (taken, passes) in [([], true), ([cast.weifang.certificate], false)] {
                let client = try cast.client(revocations: try revocations(cast, taking: taken))
                let error = await transportError {
                    try await client.post([1, 2], path: "/peer/v1/documents", to: endpoint)
                }
                #expect((error == nil) == passes)
                if let error {
                    #expect(error.code == .tls)
                    #expect(error.outcomeUnknown == false)
                    #expect(error.detail.contains("revoked"))
                }
                client.close()
            }
        }
        #expect(seen.count == 1)
    }

    @Test func `loses the connection that is open when the list comes`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, server in
            let client = try cast.client()
            let endpoint = cast.endpoint(port)
            #expect(try await client.get("/peer/v1/ping", from: endpoint).status == 200)
            try server.reload(
                cast.credentials(cast.weifang).with(try revocations(cast, taking: [cast.chengdu.certificate])))
            let answer = try? await client.get("/peer/v1/ping", from: endpoint)
            #expect(answer?.status != 200)
            if let answer { #expect(try problemCode(answer) == "certificate-revoked") }
            client.close()
        }
    }

    @Test func `is not judged when the list is overdue beyond the grace: then none opens a connection`() async throws {
        let cast = try PeerCast()
        let rows: [(lasting: Int64, grace: Int64, passes: Bool)] = [(-60, 3_600, true), (-60, 0, false)]
        for row in rows {
            try await cast.withServer { port, server in
                let known = try revocations(cast, taking: [], lasting: row.lasting, grace: row.grace)
                try server.reload(cast.credentials(cast.weifang).with(known))
                let client = try cast.client()
                let error = await transportError { try await client.get("/peer/v1/ping", from: cast.endpoint(port)) }
                #expect((error == nil) == row.passes)
                client.close()
                let careful = try cast.client(revocations: known)
                #expect(
                    await transportError { try await careful.get("/peer/v1/ping", from: cast.endpoint(port)) } != nil
                        || row.passes)
                careful.close()
            }
        }
    }
}

@Suite struct `New credentials` {
    @Test func `are shown to new connections, and an open one ends after its next answer`() async throws {
        let cast = try PeerCast()
        let next = try cast.authority.issueTLS(
            for: PeerCast.weifang, hosts: ["localhost", "127.0.0.1"], validity: PeerCast.today)
        try await cast.withServer { port, server in
            let old = cast.endpoint(port)
            let new = cast.endpoint(port, pin: next.certificate.keyPin)
            let client = try cast.client()
            #expect(try await client.get("/peer/v1/ping", from: old).connectionsOpened == 1)
            #expect(await transportError { try await client.get("/peer/v1/ping", from: new) }?.code == .peerKey)
            try server.reload(cast.credentials(next))
            // On the open connection, under the old certificate, one more answer comes at most.
            _ = try? await client.get("/peer/v1/ping", from: old)
            #expect(await transportError { try await client.get("/peer/v1/ping", from: old) }?.code == .peerKey)
            #expect(try await client.get("/peer/v1/ping", from: new).status == 200)
            client.close()
        }
    }

    @Test func `that are faulty leave the ones before in force`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, server in
            let mixed = TLSCredentials(
                rootPEM: Array(cast.authority.root.pem.utf8), certificatePEM: Array(cast.weifang.certificatePEM.utf8),
                keyPEM: Array(cast.chengdu.keyPEM.utf8))
            let empty = TLSCredentials(rootPEM: [], certificatePEM: [], keyPEM: [])
            for bad in [mixed, empty] { #expect(throws: TrustFault.self) { try server.reload(bad) } }
            let client = try cast.client()
            #expect(try await client.get("/peer/v1/ping", from: cast.endpoint(port)).status == 200)
            client.close()
        }
    }

    @Test func `of ours that were taken back are not taken up`() throws {
        let cast = try PeerCast()
        let list = try cast.authority.revocationList(
            number: 1, madeAt: PeerCast.now() - 60, nextDueAt: PeerCast.now() + 60,
            revoked: [(cast.weifang.certificate.serialNumber, PeerCast.now() - 30)])
        let known = Revocations(roots: [cast.authority.root], lists: [list], areRequired: true)
        do {
            try cast.credentials(cast.weifang).with(known).verify(at: PeerCast.now())
            Issue.record("a revoked certificate was taken up")
        } catch {
            #expect(error.code == .certificateRevoked)
        }
        #expect(try cast.credentials(cast.chengdu).with(known).verify(at: PeerCast.now()) == PeerCast.chengdu)
    }
}
