import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

/// The tree over the leaves of a store, whose complete subtrees are kept.
@Suite struct `The log of a store` {
    /// Writes as many events as asked for, a hundred in each step.
    private func write(_ count: Int, to store: JiexuStore, from version: Int) async throws {
        var version = version
        while version < count {
            var step = CaseStep(number: Cast.number(1), expecting: version, summary: Cast.summary())
            step.events = (version..<min(count, version + 100)).map { Cast.event("event-\($0)") }
            try await store.commit(step)
            version += step.events.count
        }
    }

    /// Sixty-four leaves are read at once, and there are forty times as many: where a case begins has to be looked for. A
    /// document opens every third one, whose first leaf is that of the document.
    @Test(arguments: StoreKind.all) func `has the leaves of each case among those of many`(kind: StoreKind) async throws
    {
        try await kind.withStore { store in
            var versions: [Int: Int] = [:]
            var rows: [Int: Int] = [:]
            for serial in 1...80 {
                for other in stride(from: serial, to: max(0, serial - 20), by: -5) {
                    var step = Cast.firstStep(other)
                    if let version = versions[other] {
                        step = CaseStep(number: Cast.number(other), expecting: version, summary: Cast.summary())
                        step.events = (0..<10).map { Cast.event("event-\(version + $0)") }
                        step.postings = [.creditHeld(Money(fen: 1_906_400))]
                    }
                    if versions[other] != nil || other.isMultiple(of: 3) {
                        step.incoming = Cast.document(
                            versions[other, default: 0] + 1, from: Cast.chengdu, to: Cast.hangzhou, says: "\(other)",
                            receipt: "received")
                    }
                    try await store.commit(step)
                    versions[other, default: 0] += step.events.count
                    rows[other, default: 0] += step.events.count + step.postings.count + (step.incoming == nil ? 0 : 2)
                }
            }
            let log = StoredLog(store, stretch: 64)
            var positions: [Int64] = []
            var openings: [Int64] = []
            for serial in 1...80 {
                let leaves = try await log.leaves(of: Cast.number(serial))
                #expect(leaves.count == rows[serial])
                #expect(leaves.map(\.position) == leaves.map(\.position).sorted())
                let (begun, first) = (
                    try #require(try await log.beginning(of: Cast.number(serial))), try #require(leaves.first)
                )
                #expect(begun <= first.position)
                #expect(begun >= (openings.last ?? 0) - 4)
                positions += leaves.map(\.position)
                openings += leaves.filter { $0.kind == .event && $0.subject == 1 }.map(\.position)
            }
            #expect(openings.count == 80)
            #expect(positions.sorted() == Array(0..<(try await log.tree().size)))
            #expect(positions.count > 40 * 64)
            #expect(try await log.leaves(of: Cast.number(999)) == [])
            #expect(try await log.beginning(of: Cast.number(999)) == nil)
        }
    }

    @Test func `has the root over all leaves at every size, also after a start`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            var store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            try await store.commit(Cast.firstStep(1))
            var log = StoredLog(store)
            for size in [1, 255, 256, 257, 600, 1_024] {
                try await write(size, to: store, from: Int(try await log.tree().size))
                let tree = try await log.tree()
                #expect(tree.size == Int64(size))
                store.close()
                store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
                log = StoredLog(store)
                #expect(try await log.tree() == tree)
                #expect(try await log.root(ofFirst: tree.size) == tree.root)
            }
            defer { store.close() }
            let tree = try await log.tree()
            for old in [0, 1, 100, 256, 300, 777, 1_024] as [Int64] {
                let root = try await log.root(ofFirst: old)
                let proof = try await log.consistency(from: old, to: tree.size)
                #expect(
                    MerkleProof.proves(
                        (size: old, root: root), growsInto: (size: tree.size, root: tree.root), proof: proof)
                )
            }
            let leaves = try await log.leaves(of: Cast.number(1))
            #expect(leaves.map(\.position) == Array(0..<1_024))
            let paths = try await log.inclusion(of: [0, 511, 1_023], in: tree.size)
            for (sequence, path) in zip([1, 512, 1_024], paths) {
                let name = sequence == 1 ? "application-lodged" : "event-\(sequence - 1)"
                let hash = LeafEntry.event(
                    Dossier.Event(
                        branch: .pension, name: name, code: nil, atMilliseconds: Cast.noon.milliseconds,
                        actor: "policy:straight-through", cause: nil), sequence: sequence, of: Cast.number(1))
                #expect(
                    MerkleProof.proves(
                        hash, at: Int64(sequence - 1), size: tree.size, root: tree.root, path: path))
            }
        }
    }

    @Test func `names the newest time-stamp of each authority, as the list of all does`() async throws {
        try await withDirectory { directory in
            let store = try await JiexuStore(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            defer { store.close() }
            let log = StoredLog(store)
            #expect(try await log.newestStampTimes() == [:])
            for number in 0..<300 {
                // What was kept last is the newest, whatever the moment in its token.
                let at = Cast.noon.adding(milliseconds: Int64(number * 7_919 % 300) * 1_000)
                try await log.keep(
                    TreeStamp(
                        epoch: 1 + number / 200, size: Int64(number), authority: "authority-\(number % 7 % 3)",
                        token: [1], chain: [2], at: at, takenAt: at))
            }
            let all = Dictionary(grouping: try await log.stamps(limit: 1_000), by: \.authority)
            #expect(all.count == 3)
            #expect(try await log.newestStampTimes() == all.compactMapValues(\.last?.at))
        }
    }

    @Test func `notes a certificate and a directory when they are new`() async throws {
        for kind in StoreKind.all {
            try await kind.withStore { store in
                let log = StoredLog(store)
                let facts: [LogNote.Fact] = [
                    .key(certificate: DocumentDigest(of: [1])), .key(certificate: DocumentDigest(of: [1])),
                    .directory(version: 3, digest: DocumentDigest(of: [2])),
                    .directory(version: 3, digest: DocumentDigest(of: [2])),
                    .key(certificate: DocumentDigest(of: [3])), .key(certificate: DocumentDigest(of: [1])),
                ]
                for fact in facts { try await log.note(fact, at: Cast.noon) }
                #expect(try await log.tree().size == 4)
                #expect(try await StoreAudit(store).verify() == [])
            }
        }
    }

    @Test func `writes no leaf while the gate is closed`() async throws {
        for kind in StoreKind.all {
            try await kind.withStore { store in
                store.gate.close("it was restored")
                await #expect(throws: StoreError.self) { try await store.commit(Cast.firstStep(1)) }
                await #expect(throws: StoreError.self) {
                    try await StoredLog(store).note(.key(certificate: DocumentDigest(of: [1])), at: Cast.noon)
                }
                #expect(try await StoredLog(store).tree().size == 0)
                store.gate.open()
                try await store.commit(Cast.firstStep(1))
            }
        }
    }

    @Test func `takes no loss that is none`() async throws {
        for kind in StoreKind.all {
            try await kind.withStore { store in
                let epoch = try await StoredLog(store).acceptLoss(reason: "a whim", at: Cast.noon)
                #expect(epoch == nil)
            }
        }
    }
}
