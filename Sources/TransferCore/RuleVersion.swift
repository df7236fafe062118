/// The rules that are built into this program.
package enum RuleVersion {
    /// The version of the built-in rules: shares, minimums, and the order in which the rules are asked. It changes with
    /// every change of a result, and the page on rules and the release notes name it.
    package static let builtIn = "2026.1"
}

/// Which versions of the rules made a result.
package struct RuleVersions: Hashable, Sendable {
    /// The version of the built-in rules.
    package let builtIn: String
    /// The edition of the calendar that made the deadlines.
    package let calendar: String
    /// Other tables that were used, by name; `settings` is the version of what the settings of the node say.
    package let tables: [Table]

    package init(builtIn: String = RuleVersion.builtIn, calendar: String, tables: [Table]) {
        self.builtIn = builtIn
        self.calendar = calendar
        self.tables = tables
    }

    /// A table and its version.
    package struct Table: Hashable, Sendable {
        package let name: String
        package let version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }

        /// The version of what stands in the settings and in no table.
        package static let settings = "settings"
    }
}
