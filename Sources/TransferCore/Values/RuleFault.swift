/// Why a rule cannot be applied to a request: one fault, the first in the order of the rules.
package struct RuleFault: Error, Hashable, Sendable {
    package let code: Code

    /// Where in the request, from its root: `lines[0].baseFen`. Empty for the request itself.
    package let path: String

    /// What is wrong there, in English, for people. Never part of a comparison in tests.
    package let message: String

    package init(_ code: Code, at path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// The published codes; their spelling never changes.
    package enum Code: String, Hashable, CaseIterable, Sendable {
        case invalidJSON = "invalid-json"
        case unknownField = "unknown-field"
        case missingField = "missing-field"
        case wrongType = "wrong-type"
        case invalidFormat = "invalid-format"
        case unknownValue = "unknown-value"
        case impossibleDate = "impossible-date"
        case outOfRange = "out-of-range"
        case negativeMoney = "negative-money"
        case wrongOrder = "wrong-order"
        case conflictingFields = "conflicting-fields"
        case monthOutsideYear = "month-outside-year"
        case overlappingLines = "overlapping-lines"
        case beforeCarried = "before-carried"
        case afterTransfer = "after-transfer"
        case missingRate = "missing-rate"
        case calendarRange = "calendar-range"
        case pauseLimit = "pause-limit"
    }
}

extension RuleFault: CustomStringConvertible {
    package var description: String { path.isEmpty ? "\(code.rawValue): \(message)" : "\(path): \(message)" }
}
