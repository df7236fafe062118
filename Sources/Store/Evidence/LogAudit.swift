package import Casework
package import TransferCore
package import TransferDocuments

/// Looks whether the log of a node is the one that its heads say, and whether what is held of others agrees with itself.
///
/// It reads one view of the database, all leaves of it, changes nothing, and trusts no subtree that is kept. Whether each
/// leaf is that of its row, ``StoreAudit`` says.
package struct LogAudit: Sendable {
    private let store: JiexuStore
    private let agency: AgencyCode
    private let directory: SignedDirectory

    package init(_ store: JiexuStore, agency: AgencyCode, directory: SignedDirectory) {
        self.store = store
        self.agency = agency
        self.directory = directory
    }

    /// What was looked at, and what is wrong.
    package struct Outcome: Sendable {
        package fileprivate(set) var size: Int64 = 0
        package fileprivate(set) var root = MerkleTree.emptyRoot
        package fileprivate(set) var ownHeads = 0
        package fileprivate(set) var peerHeads = 0
        package fileprivate(set) var stamps = 0
        package fileprivate(set) var signatures = 0
        package fileprivate(set) var findings: [StoreAudit.Finding] = []
        /// Evidence that is held against other agencies; no fault of this log.
        package fileprivate(set) var conflicts: [HeadConflict] = []
        /// Heads that others have shown and that their own agencies have not proved yet.
        package fileprivate(set) var unproven: [String] = []
    }

    package func verify() async throws(StoreError) -> Outcome {
        let (agency, directory) = (agency, directory)
        var outcome = try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var examination = LogExamination(connection: connection, agency: agency, directory: directory)
                try examination.examineTree()
                try examination.examineMissing()
                try examination.examinePeers()
                try examination.examineSignatures()
                try examination.examineStamps()
                return examination.outcome
            }
        }
        outcome.conflicts = try await StoredLog(store).headConflicts(limit: 10_000)
        return outcome
    }
}

private struct LogExamination {
    let connection: any SQLConnection
    let agency: AgencyCode
    let directory: SignedDirectory
    var outcome = LogAudit.Outcome()

    mutating func find(_ row: String, _ what: String, leaf: Int64? = nil) {
        outcome.findings.append(.init(row: row, what: what, leaf: leaf))
    }

    /// Lays the tree over all leaves, and compares every subtree and every head on the way.
    mutating func examineTree() throws(SQLFault) {
        var heads = try ownHeads()[...]
        // Up to here the log is the one that was signed.
        var good: Int64 = 0
        var isBad = false
        var edge = MerkleEdge()
        var subtrees: [MerkleEdge.Subtree] = []
        let nodes = LogNodes(connection: connection)
        while true {
            let leaves: [DocumentDigest]
            do throws(SQLFault) {
                leaves = try nodes.leaves(from: edge.size, limit: 8_192)
            } catch {
                guard error.kind == .unreadable else { throw error }
                find("the log", error.message)
                break
            }
            for leaf in leaves {
                edge.append(leaf, level: 0) { if LogNodes.isKept($0.level) { subtrees.append($0) } }
                while let head = heads.first, head.size <= edge.size {
                    heads.removeFirst()
                    guard head.size == edge.size else { continue }
                    if head.root == edge.root {
                        if !isBad { good = head.size }
                    } else {
                        find(
                            head.name,
                            "the log has another root at this size: the first leaf that was changed is one of \(good) to "
                                + "\(head.size - 1)", leaf: isBad ? nil : good)
                        isBad = true
                    }
                }
            }
            try compare(subtrees)
            subtrees = []
            if leaves.count < 8_192 { break }
        }
        for head in heads {
            find(head.name, "the log ends with \(edge.size) leaves", leaf: edge.size)
        }
        let beyond =
            try connection.integer(
                "SELECT count(*) FROM log_subtrees WHERE ((place + 1) << CAST(level AS INTEGER)) > $1",
                [.integer(edge.size)]) ?? 0
        if beyond > 0 { find("the log", "\(beyond) subtrees stand over leaves that are not there") }
        (outcome.size, outcome.root) = (edge.size, edge.root)
    }

    private mutating func compare(_ subtrees: [MerkleEdge.Subtree]) throws(SQLFault) {
        for subtree in subtrees {
            let kept = try connection.first(
                "SELECT hash FROM log_subtrees WHERE level = $1 AND place = $2",
                [.integer(subtree.level), .integer(subtree.index)]
            ) { row throws(SQLFault) in try row.digest(0) }
            if let kept, kept != subtree.hash {
                find("subtree \(subtree.index) of level \(subtree.level)", "it is not the root over its leaves")
            }
        }
    }

    private struct OwnHead {
        let size: Int64
        let root: DocumentDigest
        let name: String
    }

    /// Our own heads that the log has to go back to, by size: those of its present epoch, and those of epochs before as far
    /// as nothing was lost behind them.
    private mutating func ownHeads() throws(SQLFault) -> [OwnHead] {
        var heads: [OwnHead] = []
        var last: TreeHead?
        let rows = try connection.rows("SELECT epoch, size, root, at, bytes FROM own_heads ORDER BY epoch, size") {
            row throws(SQLFault) in
            (
                epoch: try row.int(0), size: try row.integer(1), root: try row.digest(2), at: try row.integer(3),
                bytes: try row.bytes(4)
            )
        }
        let current = Int(try connection.integer("SELECT max(number) FROM log_notes WHERE kind = 'loss'") ?? 1)
        for row in rows {
            let name = "own head of size \(row.size), epoch \(row.epoch)"
            outcome.ownHeads += 1
            guard let head = look(at: row.bytes, of: agency, name) else { continue }
            if (head.epoch, head.size, head.root, head.atMilliseconds) != (row.epoch, row.size, row.root, row.at) {
                find(name, "its columns are not what was signed")
            }
            if let last, last.epoch == head.epoch, last.atMilliseconds >= head.atMilliseconds {
                find(name, "it was signed before a smaller one")
            }
            last = head
            if head.epoch == current { heads.append(OwnHead(size: head.size, root: head.root, name: name)) }
        }
        return heads
    }

    private mutating func look(at bytes: [UInt8], of agency: AgencyCode, _ name: String) -> TreeHead? {
        do throws(HeadFault) {
            let signed = try SignedTreeHead(bytes, in: directory, at: nil)
            if directory.isSame(signed.head.agency, agency) { return signed.head }
            find(name, "agency \(signed.head.agency) signed it")
        } catch {
            find(name, error.description)
        }
        return nil
    }

    mutating func examineMissing() throws(SQLFault) {
        let missing = try connection.rows(
            """
            SELECT size, epoch, shown_by FROM missing_heads
            WHERE epoch >= (SELECT coalesce(max(number), 1) FROM log_notes WHERE kind = 'loss') ORDER BY id
            """
        ) { row throws(SQLFault) in (size: try row.integer(0), epoch: try row.int(1), by: try row.text(2)) }
        for head in missing {
            find(
                "head of size \(head.size), epoch \(head.epoch)",
                "\(head.by) holds it, and the log does not go back to it")
        }
    }

    /// Whether every stored document and receipt still carries the signature that it came with: the leaf of a document is
    /// over its payload, and says nothing of the bytes beside it.
    mutating func examineSignatures() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT documents.position, documents.bytes, receipts.bytes, leaves.position FROM documents
                LEFT JOIN receipts ON receipts.document = documents.position
                LEFT JOIN audit_leaves AS leaves
                    ON leaves.kind = 'document' AND leaves.subject = documents.position
            ORDER BY documents.position
            """, []
        ) { row throws(SQLFault) in
            let name = "document \(try row.integer(0))"
            let leaf = try row.optionalInteger(3)
            if let why = doubt(in: try row.bytes(1), .document) { find(name, why, leaf: leaf) }
            guard !row.isNull(2) else { return }
            if let why = doubt(in: try row.bytes(2), .receipt) { find("receipt of \(name)", why) }
        }
    }

    /// Why a signature does not hold; nil when it does.
    private mutating func doubt(in bytes: [UInt8], _ type: JWSType) -> String? {
        outcome.signatures += 1
        do {
            let jws = try JWS.parse(bytes, typ: type, maximumBytes: 2 << 20)
            _ = try directory.signer(of: jws, seenAt: nil)
            return nil
        } catch {
            return "its signature does not hold: \(error)"
        }
    }

    /// Whether every time-stamp is over the head beside which it stands, under the certificates that were trusted then.
    mutating func examineStamps() throws(SQLFault) {
        let rows = try connection.rows(
            """
            SELECT authority, tree_stamps.size, token, chain, tree_stamps.at, bytes FROM tree_stamps
                LEFT JOIN own_heads ON own_heads.epoch = tree_stamps.epoch AND own_heads.size = tree_stamps.size
            ORDER BY tree_stamps.id
            """
        ) { row throws(SQLFault) in
            (
                name: "time-stamp of \(try row.text(0)) over size \(try row.integer(1))", token: try row.bytes(2),
                chain: try row.bytes(3), at: try row.integer(4), head: row.isNull(5) ? nil : try row.bytes(5)
            )
        }
        for row in rows {
            outcome.stamps += 1
            guard let bytes = row.head, let head = look(at: bytes, of: agency, row.name) else {
                find(row.name, "the head that it is over is missing")
                continue
            }
            do throws(TimeStampFault) {
                let token = try TimeStampToken(row.token)
                try token.verify(
                    SignedTreeHead(head: head, bytes: bytes),
                    signedBy: try StampCertificate.all(inSequence: row.chain))
                if token.atMilliseconds != row.at { find(row.name, "its column is not the moment in it") }
            } catch {
                find(row.name, error.description)
            }
        }
    }

    /// Whether the heads that are held of each agency grow out of each other, by the proofs that came with them.
    mutating func examinePeers() throws(SQLFault) {
        let rows = try connection.rows(
            "SELECT agency, bytes, proof, after_epoch, after_size FROM peer_heads ORDER BY agency, epoch, size"
        ) { row throws(SQLFault) in
            (
                agency: try row.agency(0), bytes: try row.bytes(1), proof: try row.proof(2),
                afterEpoch: try row.optionalInteger(3), afterSize: try row.optionalInteger(4)
            )
        }
        var last: TreeHead?
        for row in rows {
            outcome.peerHeads += 1
            let name = "head of \(row.agency) after size \(row.afterSize ?? 0)"
            guard let head = look(at: row.bytes, of: row.agency, name) else { continue }
            let before = last?.agency == head.agency ? last : nil
            last = head
            guard row.afterSize == before?.size, row.afterEpoch == before.map({ Int64($0.epoch) }) else {
                find(name, "a head before it is missing")
                continue
            }
            guard let before, before.epoch == head.epoch else { continue }
            if !head.goesOn(from: before, proof: row.proof) {
                find(name, "it does not go on from the one before")
            }
        }
        let open = try connection.rows(
            "SELECT agency, size, shown_by FROM shown_heads WHERE settled_at IS NULL ORDER BY id"
        ) { row throws(SQLFault) in (agency: try row.text(0), size: try row.integer(1), by: try row.text(2)) }
        outcome.unproven = open.map { "\($0.agency): size \($0.size), shown by \($0.by)" }
    }
}
