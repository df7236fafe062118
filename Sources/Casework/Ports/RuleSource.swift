package import TransferCore

/// The imported tables that are in force at a node.
package protocol RuleSource: Sendable {
    var current: RuleTables { get }

    /// Takes the tables up that were imported since the last time.
    ///
    /// - Returns: whether there were any.
    func reload() async throws(StoreError) -> Bool
}

/// No tables at all: everything is as the settings say.
package struct NoRules: RuleSource {
    package let current = RuleTables()

    package init() {}

    package func reload() async throws(StoreError) -> Bool { false }
}
