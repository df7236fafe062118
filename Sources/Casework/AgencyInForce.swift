import Synchronization
package import TransferCore

/// The agency of a node as its settings and the imported tables make it. Whoever asks gets the tables that are in force
/// at that moment, and keeps them for the step it is taking.
package final class AgencyInForce: Sendable {
    private let settings: AgencySettings
    private let state: Mutex<State>

    private struct State {
        var agency: AgencySettings
        /// How many imported versions went into it.
        var versions = 0
    }

    package init(settings: AgencySettings) {
        self.settings = settings
        state = Mutex(State(agency: settings))
    }

    package var agency: AgencySettings { state.withLock { $0.agency } }

    /// Takes the tables that were imported since the last time.
    ///
    /// - Returns: whether there were any.
    package func reload(from store: any RuleStore) async throws(StoreError) -> Bool {
        let count = try await store.ruleTableCount()
        guard state.withLock({ $0.versions != count }) else { return false }
        let agency = settings.with(try await store.rulesInForce())
        state.withLock { $0 = State(agency: agency, versions: count) }
        return true
    }
}

extension AgencySettings {
    /// How interest is reckoned in a month: by the tables in force, and where there is none by the settings.
    package func interest(in month: CalendarMonth) -> InterestTerms {
        rules.interest(of: code, in: month, otherwise: interest)
    }

    /// The versions of the rules that make an information form.
    package var ruleVersions: RuleVersions {
        RuleVersions(calendar: calendar.edition, tables: rules.interestVersions)
    }
}
