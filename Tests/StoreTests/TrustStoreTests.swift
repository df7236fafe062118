import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What a node remembers of whom it believes` {
    private static let time: Int64 = 1_795_233_600

    private struct Network {
        let authority: CertificateAuthority
        let key: IssuedCertificate
        let anchors: TrustAnchors

        init() throws {
            authority = try CertificateAuthority.founding(
                networkName: "Jiexu trial network", validity: (time - 86_400)...(time + 86_400))
            key = try authority.issueDirectory(validity: (time - 3_600)...(time + 3_600))
            anchors = try TrustAnchors([authority.root, key.certificate])
        }

        func directory(_ version: Int64, end: Int64 = 60) throws -> SignedDirectory {
            let signed = try #require(SigningTime(secondsSince1970: time))
            let bytes = try AgencyDirectory(version: version, issuedAt: time, expiresAt: time + end, agencies: [])
                .signed(by: key.signingKey, at: signed)
            return try SignedDirectory.open(bytes, anchors: anchors, at: time)
        }

        func list(_ number: Int64, end: Int64 = 60) throws -> RevocationList {
            try authority.revocationList(number: number, madeAt: time, nextDueAt: time + end, revoked: [])
        }
    }

    private func withStore(_ body: (JiexuStore, _ path: String) async throws -> Void) async throws {
        try await withDirectory { folder in
            let path = folder + "/trust.sqlite"
            let store = try await JiexuStore(path: path, access: .serving)
            defer { store.close() }
            try await body(store, path)
        }
    }

    @Test func `is the newest directory, and never an older or another one of its version`() async throws {
        let network = try Network()
        try await withStore { store, _ in
            #expect(try await store.newestDirectory() == nil)
            let (second, fourth) = (try network.directory(2), try network.directory(4))
            try await store.keep(second, at: Cast.noon)
            try await store.keep(fourth, at: Cast.noon)
            try await store.keep(fourth, at: Cast.noon)
            #expect(try await store.newestDirectory() == fourth.bytes)
            for bad in [second, try network.directory(3), try network.directory(4, end: 61)] {
                await #expect(throws: StoreError.caseMovedOn) { try await store.keep(bad, at: Cast.noon) }
            }
            #expect(try await store.newestDirectory() == fourth.bytes)
        }
    }

    @Test func `is the newest list of each root`() async throws {
        let (network, other) = (try Network(), try Network())
        try await withStore { store, _ in
            let lists = [try network.list(1), try other.list(9), try network.list(5)]
            for list in lists { try await store.keep(list, at: Cast.noon) }
            #expect(Set(try await store.newestRevocationLists()) == [lists[1].der, lists[2].der])
            for bad in [try network.list(4), try network.list(5, end: 61)] {
                await #expect(throws: StoreError.caseMovedOn) { try await store.keep(bad, at: Cast.noon) }
            }
        }
    }

    @Test func `is what each peer said last`() async throws {
        try await withStore { store, _ in
            func said(_ version: Int64, at time: Int64) -> PeerDirectory {
                PeerDirectory(
                    peer: Cast.chengdu, version: version, digest: DocumentDigest(of: [UInt8(version)]), asOf: time,
                    statement: [1])
            }
            try await store.keep(said(3, at: 100))
            try await store.keep(said(2, at: 99))
            #expect(try await store.peerDirectories() == [said(3, at: 100)])
            // A peer that was restored from a backup says a lower version later.
            try await store.keep(said(1, at: 101))
            #expect(try await store.peerDirectories() == [said(1, at: 101)])
        }
    }

    @Test func `is each open alarm once, until its cause is gone`() async throws {
        try await withStore { store, _ in
            let held = DocumentDigest(of: [1])
            let shown = DocumentDigest(of: [2])
            let alarm = TrustAlarm(.rollback, "directory", "version 1 after 2", held: held, shown: shown, at: Cast.noon)
            #expect(try await store.raise(alarm))
            #expect(try await store.raise(alarm) == false)
            #expect(try await store.openAlarms(limit: 10) == [alarm])
            try await store.clear(.split, "directory", at: Cast.noon)
            #expect(try await store.openAlarms(limit: 10).count == 1)
            try await store.clear(.rollback, "directory", at: Cast.noon)
            #expect(try await store.openAlarms(limit: 10) == [])
            #expect(try await store.raise(alarm))
        }
    }
}
