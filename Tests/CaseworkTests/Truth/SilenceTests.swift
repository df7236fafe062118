import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A proof of silence` {
    /// Weifang writes to Shenzhen, which never answers, and looks back after some weeks.
    private static func silent(
        fate: Road.Fate = .requestIsLost, _ use: (NodePair, ProofOfSilence, [UInt8]) async throws -> Void
    ) async throws {
        try await NodePair.run { pair in
            pair.road.script { _ in fate }
            let number = try await pair.transfer()
            for _ in 0..<3 {
                pair.clock.move(days: 10)
                try await pair.settle()
            }
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            let proof = SilenceRecord.proof(
                of: view, attempts: try await pair.destination.realStore.deliveryAttempts(of: number),
                agency: pair.destination.desk.agency, directory: PairNetwork.shared.directory, at: pair.clock.now)
            let file = try proof.file(
                signedBy: PairNetwork.shared.key(of: PairCast.weifang),
                directory: PairNetwork.shared.directory.bytes)
            try await use(pair, proof, file)
        }
    }

    private static func verify(_ file: [UInt8], _ pair: NodePair) -> [SilenceFinding.Code] {
        SilenceVerifier.verify(file, anchors: PairNetwork.shared.anchors, at: pair.clock.now.seconds).findings
            .map(\.code)
    }

    @Test func `names every attempt, and a stranger can check it`() async throws {
        try await Self.silent { pair, proof, file in
            let letter = try #require(proof.documents.first)
            #expect(proof.documents.count == 1)
            #expect(letter.kind == "acceptance-letter")
            #expect(letter.receipt == nil)
            #expect(letter.failedAttempts == letter.attempts.count)
            #expect(letter.attempts.count == pair.road.sent.count)
            #expect(letter.attempts.allSatisfy { $0.code == "timeout" && $0.tls == .unknown })
            #expect(Set(letter.attempts.map(\.at)).count == 4)
            #expect(proof.workingDaysLate > 0)
            #expect(Self.verify(file, pair) == [])
            #expect(
                SilenceVerifier.verify(file, anchors: PairNetwork.shared.anchors, at: pair.clock.now.seconds).proof
                    == proof)
        }
    }

    @Test func `says nothing of the person`() async throws {
        try await Self.silent { _, proof, _ in
            let payload = String(decoding: try proof.encoded(), as: UTF8.self)
            #expect(!payload.contains(PairCast.person().name))
            #expect(!payload.contains(PairCast.person().residentID.fullText))
            #expect(payload.contains("370700-2026-"))
        }
    }

    /// Shenzhen has the letter, and has said so; it never replies.
    @Test func `holds the receipt of a document that was taken and never answered`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            pair.clock.move(days: 40)
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            let proof = SilenceRecord.proof(
                of: view, attempts: try await pair.destination.realStore.deliveryAttempts(of: number),
                agency: pair.destination.desk.agency, directory: PairNetwork.shared.directory, at: pair.clock.now)
            #expect(proof.documents.map(\.kind) == ["acceptance-letter"])
            #expect(proof.documents.allSatisfy { $0.receipt != nil && $0.attempts.isEmpty })
            #expect(proof.workingDaysLate > 0)
            let file = try proof.file(
                signedBy: PairNetwork.shared.key(of: PairCast.weifang), directory: PairNetwork.shared.directory.bytes)
            #expect(Self.verify(file, pair) == [])

            // The receipt of somebody else's making is found.
            let forged = try pair.origin.signer.sign(
                try Receipt(
                    caseNumber: number, sender: PairCast.weifang, recipient: PairCast.shenzhen, sequence: 2,
                    digest: DocumentDigest(of: [1]), result: .accepted, receivedAt: PairCast.noon.signingTime,
                    receiver: "node"
                ).encoded(), type: .receipt, at: PairCast.noon)
            let letter = try #require(proof.documents.first)
            let other = ProofOfSilence(
                caseNumber: proof.caseNumber, agency: proof.agency, peer: proof.peer, peerInForce: proof.peerInForce,
                madeAt: proof.madeAt, phase: proof.phase, due: proof.due, workingDaysLate: proof.workingDaysLate,
                documents: [
                    .init(
                        kind: letter.kind, sequence: letter.sequence, digest: letter.digest,
                        signedAt: letter.signedAt, receipt: String(decoding: forged, as: UTF8.self),
                        failedAttempts: 0, attempts: [])
                ], reminders: [])
            let otherFile = try other.file(
                signedBy: PairNetwork.shared.key(of: PairCast.weifang), directory: PairNetwork.shared.directory.bytes)
            #expect(Self.verify(otherFile, pair) == [.receiptDiffers])
        }
    }

    @Test func `is found out when a byte of it is changed`() async throws {
        try await Self.silent { pair, _, file in
            for place in stride(from: 3, to: file.count, by: max(1, file.count / 60)) {
                var changed = file
                changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                #expect(Self.verify(changed, pair) != [], "byte \(place)")
            }
        }
    }

    @Test func `is the agency's own only`() async throws {
        try await Self.silent { pair, proof, _ in
            let file = try proof.file(
                signedBy: PairNetwork.shared.key(of: PairCast.wuhan), directory: PairNetwork.shared.directory.bytes)
            #expect(Self.verify(file, pair) == [.signerOther])
        }
    }

    @Test func `keeps the first thousand attempts and the newest`() async throws {
        try await NodePair.run { pair in
            pair.road.script { _ in .isKeptBack }
            let number = try await pair.transfer()
            let entry = try #require(try await pair.destination.store.outbox(after: 0, limit: 1).first)
            let before = try #require(try await pair.destination.realStore.deliveryAttempts(of: number).first)
                .failedAttempts
            for attempt in 1...1_010 {
                try await pair.destination.realStore.deliveryFailed(
                    entry, code: attempt == 1_010 ? "connect" : "timeout", error: "timeout: no answer",
                    at: PairCast.noon.adding(milliseconds: Int64(attempt) * 1_000))
            }
            let history = try #require(try await pair.destination.realStore.deliveryAttempts(of: number).first)
            #expect(history.failedAttempts == 1_010 + before)
            #expect(history.attempts.count == 1_001)
            #expect(history.attempts.first?.at == PairCast.noon)
            #expect(history.attempts.last?.code == "connect")
            #expect(history.attempts.last?.at == PairCast.noon.adding(milliseconds: 1_010_000))
        }
    }
}
