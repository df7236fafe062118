package import Casework
package import TransferDocuments

extension JiexuStore: InstanceSource {
    package var ownInstance: OwnInstance? { membership?.own }

    package func instances() async throws(StoreError) -> InstanceReport {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in try connection.instanceReport() }
        }
    }

    /// Renews the lease of this instance, and has it hold its share of the duties.
    ///
    /// - Parameters:
    ///   - leaving: the claims that are being handed over.
    ///   - ended: those of them whose work has ended.
    ///   - isServing: false while the node begins: then it holds none.
    /// - Returns: nil where this process is not one of several.
    package func takeTurn(
        leaving: Set<DutyClaim> = [], ended: Set<DutyClaim> = [], isServing: Bool = true
    ) async throws(StoreError) -> InstanceTurn? {
        guard let membership else { return nil }
        return try await writes.perform(
            { try $0.connection.takeTurn(membership, leaving: leaving, ended: ended, isServing: isServing) },
            committed: { turn in membership.renewed(heardSince: turn.wasAway ? turn.now : nil) })
    }

    /// Gives everything back that this instance holds; it writes nothing after that.
    package func leave() async throws(StoreError) {
        guard let membership else { return }
        try await writes.perform { try $0.connection.leave(membership) }
    }

    /// The digest of a key of the node's own that all instances have to have; nil while none has kept it.
    package func sharedKey(_ name: String) async throws(StoreError) -> DocumentDigest? {
        try await read { connection in
            try connection.first("SELECT digest FROM shared_keys WHERE name = $1", [.text(name)]) {
                row throws(SQLFault) in
                try row.digest(0)
            }
        }
    }

    /// Keeps the digest of a key, if none is kept under its name.
    ///
    /// - Returns: the one that is kept.
    package func keep(_ digest: DocumentDigest, ofSharedKey name: String) async throws(StoreError) -> DocumentDigest? {
        try await writes.perform { transaction in
            try transaction.connection.run(
                "INSERT INTO shared_keys (name, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING", .text(name),
                .bytes(digest.bytes))
        }
        return try await sharedKey(name)
    }
}
