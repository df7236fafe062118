import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A document key that was revoked` {
    private static func certificate(of bytes: [UInt8]) -> DocumentDigest? {
        (try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument))?.header.certificate
    }

    /// The key was revoked an hour before noon, and the node of Shenzhen still has it.
    @Test func `strands nothing that it signed: the same document goes out under the new key`() async throws {
        let network = PairNetwork.shared
        try await NodePair.run { pair in
            pair.origin.signer.replace(with: network.revokedKey)
            let number = try await pair.lodge()
            try await pair.settle()
            // Under the revoked key nothing is believed: neither the receipt of the letter nor the documents.
            let stuck = try #require(try await pair.origin.realStore.caseFile(number))
            let own = stuck.documents.filter { $0.sender == PairCast.shenzhen }
            #expect(own.allSatisfy { $0.receipt == nil })
            #expect(
                pair.road.sent.allSatisfy { Self.certificate(of: $0.bytes) != network.revokedKey.certificateThumbprint }
            )

            pair.origin.signer.replace(with: network.key(of: PairCast.shenzhen))
            try await pair.origin.restart()
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
            #expect(try await pair.phase(of: number, at: pair.destination) == "completed")
            let file = try #require(try await pair.origin.realStore.caseFile(number))
            let renewed = file.documents.filter { $0.sender == PairCast.shenzhen }
            for document in renewed {
                #expect(
                    Self.certificate(of: document.bytes) == network.key(of: PairCast.shenzhen).certificateThumbprint)
            }
            // Each is the document that it was: the digests and the order did not change.
            #expect(renewed.prefix(own.count).map(\.digest) == own.map(\.digest))
            #expect(renewed.prefix(own.count).map(\.sequence) == own.map(\.sequence))
            #expect(try await pair.origin.realStore.renewedSignatures() == own.count)
            // The receipt that the origin gave under the revoked key stays in its books as it was given; what it gave again
            // under the new one is what the destination has. Nothing else differs.
            #expect(try await pair.complaints(about: number).filter { !$0.contains("receipt") } == [])
            #expect(try await pair.origin.audit.verify() == [])
        }
    }

    @Test func `that was only retired goes on standing under what it signed before`() async throws {
        let network = PairNetwork.shared
        let signed = SigningTime(secondsSince1970: PairNetwork.retiredAt - 60)
        let seen = try network.directory.signer(
            thumbprint: network.retiredKey.certificateThumbprint,
            signedAt: try #require(signed).secondsSince1970, seenAt: PairCast.noon.seconds)
        #expect(seen.agency == PairCast.shenzhen)
        #expect(throws: TrustFault.self) {
            try network.directory.signer(
                thumbprint: network.retiredKey.certificateThumbprint, signedAt: PairCast.noon.seconds,
                seenAt: PairCast.noon.seconds)
        }
    }
}

@Suite struct `An expired directory` {
    @Test func `takes no new case, and lets those that have begun come to their end`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            pair.road.script { _ in .isKeptBack }
            try await pair.settle()
            let expired = try PairNetwork.shared.directory(lasting: 20)
            #expect(expired.isExpired(at: PairCast.noon.seconds))
            // The letter of a new case waits at the origin's door; it is no refusal.
            pair.directory.take(expired)
            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.origin.store.caseFile(number) == nil)
            #expect(try await pair.destination.store.counts().outboxByRecipient[PairCast.shenzhen] == 1)
            // Nor is an application taken.
            let application = PairCast.application(PairCast.person(2))
            await #expect(throws: DeskFault.self) {
                _ = try await pair.destination.desk.lodge(
                    application, form: try ApplicationForm.write(application), owner: "mill", key: "key-2")
            }
            pair.directory.take(try PairNetwork.shared.directory(version: 5))
            try await pair.destination.restart()
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
        }
    }

    @Test func `does not stop a case that both sides have`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            pair.road.script { $0.kind == .acceptanceLetter ? .arrives : .isKeptBack }
            try await pair.settle()
            #expect(try await pair.origin.store.caseFile(number) != nil)
            pair.directory.take(try PairNetwork.shared.directory(lasting: 20))
            pair.road.script { _ in .arrives }
            try await pair.origin.restart()
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
            #expect(try await pair.phase(of: number, at: pair.destination) == "completed")
        }
    }
}

@Suite struct `What two nodes say of their directory` {
    /// Gives a statement to the other node's desk, perhaps changed on the way.
    private struct Line: DirectoryLink {
        let from: AgencyCode
        let to: @Sendable () -> DirectoryDesk
        var change: @Sendable ([UInt8]) -> [UInt8] = { $0 }

        func tell(_ statement: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            switch await to().answer(statement, from: from) {
            case .receipt(let answer): return change(answer)
            case .problem(let problem):
                throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: false)
            }
        }
    }

    private struct Nowhere: DirectoryLink {
        func tell(_ statement: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            throw DeliveryFault(code: "connect", detail: "nobody there", concernsPeer: true)
        }
    }

    /// The desks of both, each with a directory of its own.
    private func desks(
        _ pair: NodePair, _ ours: SignedDirectory, _ theirs: SignedDirectory,
        change: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) -> (DirectoryDesk, DirectoryDesk) {
        func desk(_ node: PairNode, _ directory: SignedDirectory) -> Desk {
            Desk(
                agency: node.desk.agency, store: node.store, clock: node.clock, signer: node.signer,
                directory: KeptDirectory(current: directory), logger: node.desk.logger)
        }
        let other = DirectoryDesk(
            desk: desk(pair.origin, theirs), store: pair.origin.realStore, link: Nowhere())
        let line = Line(from: PairCast.weifang, to: { other }, change: change)
        return (DirectoryDesk(desk: desk(pair.destination, ours), store: pair.destination.realStore, link: line), other)
    }

    @Test func `is kept on both sides with its version and digest`() async throws {
        let directory = PairNetwork.shared.directory
        try await NodePair.run { pair in
            let (one, other) = desks(pair, directory, directory)
            try await one.exchange(with: PairCast.shenzhen)
            for (desk, peer) in [(one, PairCast.shenzhen), (other, PairCast.weifang)] {
                let known = try #require(try await desk.store.peerDirectories().first)
                #expect(known.peer == peer)
                #expect(known.version == directory.directory.version)
                #expect(known.digest == directory.digest)
                #expect(try await desk.store.openAlarms(limit: 10) == [])
            }
            #expect(Set(one.peers) == Set(PairCast.agencies).subtracting([PairCast.weifang]))
        }
    }

    @Test func `shows two directories of one version, with both digests, until they agree again`() async throws {
        let network = PairNetwork.shared
        let (one, two) = (try network.directory(lasting: 3_600), try network.directory(lasting: 7_200))
        try await NodePair.run { pair in
            let (split, other) = desks(pair, one, two)
            try await split.exchange(with: PairCast.shenzhen)
            for desk in [split, other] {
                let alarm = try #require(try await desk.store.openAlarms(limit: 10).first)
                #expect(alarm.kind == .split)
                #expect(Set([alarm.held, alarm.shown]) == [one.digest, two.digest])
            }
            let (healed, _) = desks(pair, two, two)
            try await healed.exchange(with: PairCast.shenzhen)
            #expect(try await healed.store.openAlarms(limit: 10) == [])
        }
    }

    @Test func `tells the one that is behind so`() async throws {
        let network = PairNetwork.shared
        try await NodePair.run { pair in
            let (behind, _) = desks(pair, network.directory, try network.directory())
            try await behind.exchange(with: PairCast.shenzhen)
            #expect(try await behind.store.openAlarms(limit: 10).map(\.kind) == [.directoryBehind])
        }
    }

    @Test func `is believed as every other message of a peer`() async throws {
        let (directory, key) = (PairNetwork.shared.directory, PairNetwork.shared.key(of: PairCast.weifang))
        try await NodePair.run { pair in
            let (_, desk) = desks(pair, directory, directory) { $0 }
            let asOf = PairCast.noon.signingTime
            let payload = try DirectoryStatement(
                sender: PairCast.weifang, recipient: PairCast.shenzhen, asOf: asOf, version: 9, digest: directory.digest
            ).encoded()
            var altered = try key.sign(payload: payload, typ: .directoryHeld, at: asOf)
            altered[altered.count - 20] = altered[altered.count - 20] == 65 ? 66 : 65
            let later = PairCast.noon.adding(milliseconds: 1_000).signingTime
            let rows = [
                (altered, 401, "jws-signature"),
                (try key.sign(payload: payload, typ: .directoryHeld, at: later), 400, "time"),
                (try key.sign(payload: payload, typ: .stateDigest, at: asOf), 400, "jws-typ"),
                (try key.sign(payload: Array("{}".utf8), typ: .directoryHeld, at: asOf), 400, "missing-field"),
                ([UInt8](repeating: 65, count: DirectoryStatement.longest + 1), 413, "jws-size"),
            ]
            for (bytes, status, code) in rows {
                guard case .problem(let problem) = await desk.answer(bytes, from: PairCast.weifang) else {
                    Issue.record("\(code) was taken")
                    continue
                }
                #expect(problem.code == code)
                #expect(problem.status == status, "\(code)")
            }
            #expect(try await desk.store.peerDirectories() == [])
        }
    }

    @Test func `is refused when it is changed, of another, or old`() async throws {
        let directory = PairNetwork.shared.directory
        try await NodePair.run { pair in
            let (changed, other) = desks(pair, directory, directory) { answer in
                var bytes = answer
                bytes[bytes.count - 3] = bytes[bytes.count - 3] == 65 ? 66 : 65
                return bytes
            }
            await #expect(throws: WitnessFault.self) { try await changed.exchange(with: PairCast.shenzhen) }
            #expect(try await changed.store.peerDirectories() == [])
            func statement(_ sender: AgencyCode, to recipient: AgencyCode, at time: Int64) throws -> [UInt8] {
                let asOf = try #require(SigningTime(secondsSince1970: time))
                let payload = try DirectoryStatement(
                    sender: sender, recipient: recipient, asOf: asOf, version: 9, digest: directory.digest
                ).encoded()
                return try PairNetwork.shared.key(of: sender).sign(payload: payload, typ: .directoryHeld, at: asOf)
            }
            let now = PairCast.noon.seconds
            let rows = [
                (try statement(PairCast.wuhan, to: PairCast.shenzhen, at: now), "signer-not-sender"),
                (try statement(PairCast.weifang, to: PairCast.wuhan, at: now), "wrong-recipient"),
                (try statement(PairCast.weifang, to: PairCast.shenzhen, at: now - 301), "time"),
            ]
            for (bytes, code) in rows {
                guard case .problem(let problem) = await other.answer(bytes, from: PairCast.weifang) else {
                    Issue.record("\(code) was taken")
                    continue
                }
                #expect(problem.code == code)
            }
        }
    }
}

@Suite struct `The end of a certificate` {
    @Test func `is told at sixty, thirty, fourteen, seven and one days`() {
        let term = TrustTerm(kind: .tls, agency: PairCast.weifang, name: "x", endsAt: 100 * 86_400)
        let rows: [(Int64, Int64?, Int64)] = [
            (61, nil, 61), (60, 60, 60), (31, 60, 31), (30, 30, 30), (15, 30, 15), (14, 14, 14), (8, 14, 8), (7, 7, 7),
            (2, 7, 2), (1, 1, 1), (0, 1, 0), (-1, 1, -1),
        ]
        for (left, warning, days) in rows {
            let time = (100 - left) * 86_400
            #expect(term.warning(at: time) == warning, "\(left) days")
            #expect(term.daysLeft(at: time) == days)
        }
        #expect(term.alarm(at: Instant(milliseconds: 100 * 86_400_000))?.kind == .ended)
        #expect(term.alarm(at: Instant(milliseconds: 100 * 86_400_000 - 1_000))?.kind == .ending)
        #expect(term.alarm(at: Instant(milliseconds: 0)) == nil)
    }

    @Test func `is known of every agency, of the directory and of the anchors`() throws {
        let network = PairNetwork.shared
        let terms = TrustTerm.all(
            directory: network.directory, anchors: network.anchors,
            revocations: .unchecked(network.anchors.roots), own: PairCast.weifang, ownTLS: nil,
            at: PairCast.noon.seconds)
        #expect(Set(terms.filter { $0.kind == .tls }.compactMap(\.agency)) == Set(PairCast.agencies))
        #expect(terms.count { $0.kind == .signing } == PairCast.agencies.count)
        // Neither the retired nor the revoked key of Shenzhen is waited for.
        let retired = [network.retiredKey, network.revokedKey].map(\.certificateThumbprint.text)
        #expect(terms.allSatisfy { !retired.contains($0.name) })
        #expect(Set(terms.map(\.kind)).isSuperset(of: [.root, .directoryKey, .directory]))
    }
}
