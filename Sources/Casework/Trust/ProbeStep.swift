package import TransferCore

/// One step of a trial connection to a peer, and what it came to.
package struct ProbeStep: Hashable, Sendable {
    package let kind: Kind
    package let outcome: Outcome
    /// What was seen, in words without secrets.
    package let detail: Wording
    /// What somebody has to do; nil where nothing.
    package let mend: Wording?
    package let milliseconds: Int64

    package init(_ kind: Kind, _ outcome: Outcome, _ detail: Wording, mend: Wording? = nil, milliseconds: Int64 = 0) {
        self.kind = kind
        self.outcome = outcome
        self.detail = detail
        self.mend = mend
        self.milliseconds = milliseconds
    }

    /// In the order in which they are tried. The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case name, tcp, tls, certificate, answer, directory, clock
    }

    /// The names are published.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case good, failed
        /// An earlier step failed.
        case skipped
    }

    /// The steps that were not reached.
    package static func rest(after kind: Kind) -> [ProbeStep] {
        let place = Kind.allCases.firstIndex(of: kind) ?? 0
        return Kind.allCases.dropFirst(place + 1).map { kind in
            ProbeStep(kind, .skipped, Wording(chinese: "前一步未通过，没有测试", english: "an earlier step failed"))
        }
    }
}
