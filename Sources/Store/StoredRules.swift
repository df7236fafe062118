package import Casework
import Synchronization
package import TransferCore

/// The imported tables of a store, kept in memory as they were last read.
package final class StoredRules: RuleSource {
    private let store: any RuleStore
    private let state = Mutex(State())

    private struct State {
        var tables = RuleTables()
        /// How many versions went into them.
        var versions = 0
    }

    /// Without tables until ``reload()`` is called.
    package init(_ store: any RuleStore) { self.store = store }

    package var current: RuleTables { state.withLock { $0.tables } }

    package func reload() async throws(StoreError) -> Bool {
        let count = try await store.ruleTableCount()
        guard state.withLock({ $0.versions != count }) else { return false }
        let tables = try await store.rulesInForce()
        state.withLock { $0 = State(tables: tables, versions: count) }
        return true
    }
}
