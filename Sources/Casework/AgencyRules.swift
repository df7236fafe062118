package import TransferCore

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

/// What made a deadline.
///
/// Source: BR-221 and BR-225 of the domain handbook.
package struct DueRules: Hashable, Sendable {
    /// The edition of the calendar.
    package let calendar: String
    /// The profile of limits.
    package let profile: String
    /// The version of the table of limits, or `settings`.
    package let limits: String
}

extension AgencySettings {
    /// What makes the deadline of a case that runs now; nil when no clock runs.
    package func dueRules(of story: CaseStory) -> DueRules? {
        guard let clock = story.transfer.leading.clock, let start = story.clockStart else { return nil }
        let isFromTable = rules.workingDays(of: clock, by: limits.profile, from: start.date) != nil
        let version = isFromTable ? rules[.deadlines]?.version : nil
        return DueRules(
            calendar: calendar.edition, profile: limits.profile, limits: version ?? RuleVersions.Table.settings)
    }
}
