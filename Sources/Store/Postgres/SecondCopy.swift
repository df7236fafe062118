package import Casework

/// Whether what is committed on a PostgreSQL server is on a second one before anybody is told.
enum SecondCopy {
    /// Why a server is refused that waits for no other one.
    static let missing =
        "commits would be on one server only: synchronous_standby_names is empty; have it name standbys, or set "
        + "store.singleCopy to allowed"
}

extension JiexuStore: CopyStore {
    /// Why what is acknowledged now is on one server only, though it has to be on two; nil when it is on two, or when nobody
    /// asks for that.
    ///
    /// A server that still names a standby lets commits wait for it, so that nothing is acknowledged then.
    package func singleCopy() async throws(StoreError) -> String? {
        guard (database as? PostgresDatabase)?.needsSecondCopy == true else { return nil }
        let names = try await read { connection in
            try connection.first("SELECT current_setting('synchronous_standby_names')") { row throws(SQLFault) in
                try row.text(0)
            }
        }
        return names?.isEmpty == false ? nil : SecondCopy.missing
    }

    /// Whether what is acknowledged may be on one server only, by a setting. A file is one copy by its nature, and its
    /// keeper knows.
    package var mayHoldOneCopy: Bool { (database as? PostgresDatabase)?.needsSecondCopy == false }
}
