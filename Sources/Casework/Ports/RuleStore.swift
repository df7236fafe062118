package import TransferCore
package import TransferDocuments

/// The port of the imported tables of the rules: every version that was ever imported, each as it came.
package protocol RuleStore: Sendable {
    /// Every version, in the order in which they were imported.
    func ruleTables() async throws(StoreError) -> [StoredRuleTable]

    /// How many versions there are: it tells whether another was imported.
    func ruleTableCount() async throws(StoreError) -> Int

    /// Keeps a version. The same bytes of the same version once more change nothing.
    ///
    /// - Returns: false when it was there already.
    /// - Throws: ``StoreError/duplicate`` when the version is there with other bytes.
    @discardableResult
    func importRuleTable(_ table: StoredRuleTable) async throws(StoreError) -> Bool
}

/// One version of a table as it was imported.
package struct StoredRuleTable: Hashable, Sendable {
    package let name: RuleTableName
    package let version: String
    package let importedAt: Instant
    /// Who imported it, as the command was told.
    package let importedBy: String
    /// The file as it was.
    package let bytes: [UInt8]

    package init(name: RuleTableName, version: String, importedAt: Instant, importedBy: String, bytes: [UInt8]) {
        self.name = name
        self.version = version
        self.importedAt = importedAt
        self.importedBy = importedBy
        self.bytes = bytes
    }

    package var digest: DocumentDigest { DocumentDigest(of: bytes) }

    /// The table, read again.
    ///
    /// - Throws: ``StoreError/corrupt(_:)``: it was checked when it was imported.
    package func table() throws(StoreError) -> RuleTable {
        do throws(RuleTableFaults) {
            return try RuleTableFile.read(bytes)
        } catch {
            throw .corrupt(
                "the table \(name.rawValue) \(version) cannot be read again: \(error.faults.first?.description ?? "")")
        }
    }
}

extension RuleStore {
    /// The tables in force: of each name the version that was imported last.
    package func rulesInForce() async throws(StoreError) -> RuleTables {
        var tables: [RuleTable] = []
        for stored in try await ruleTables() { tables.append(try stored.table()) }
        return RuleTables(tables)
    }
}
