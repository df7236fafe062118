package import TransferCore

/// A part of a node's work in the background that one instance at a time carries out, where several serve one database.
///
/// What comes in over a connection is no duty: any instance takes it, and the database decides what was there first.
package struct NodeDuty: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Lower-case letters, digits and hyphens; the key of its row.
    package let name: String

    package init(name: String) { self.name = name }

    package static let bank = NodeDuty(name: "bank")
    package static let deadlines = NodeDuty(name: "deadlines")
    package static let effects = NodeDuty(name: "effects")
    package static let jobs = NodeDuty(name: "jobs")
    /// The comparison of the books with other agencies.
    package static let night = NodeDuty(name: "night")
    package static let notices = NodeDuty(name: "notices")
    package static let stamps = NodeDuty(name: "stamps")
    package static let webhooks = NodeDuty(name: "webhooks")
    package static let witness = NodeDuty(name: "witness")

    /// Into how many parts the outbox is divided. All documents for one agency are in one part, so that those of one case
    /// go one after the other. Source: our choice; more parts than an agency has instances.
    package static let outboxParts = 8

    package static func outbox(_ part: Int) -> NodeDuty { NodeDuty(name: "outbox-\(part)") }

    /// The part of the outbox in which the documents for an agency are: by an FNV-1a hash of its code.
    package static func outbox(for peer: AgencyCode) -> NodeDuty {
        let hash = peer.text.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return outbox(Int(hash % UInt32(outboxParts)))
    }

    /// All that there are, in the order of their names.
    package static let all: [NodeDuty] =
        ([bank, deadlines, effects, jobs, night, notices, stamps, webhooks, witness]
        + (0..<outboxParts).map(outbox)).sorted()

    package static func < (one: NodeDuty, other: NodeDuty) -> Bool {
        one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }

    package var description: String { name }
}

/// That an instance holds a duty. Whatever is written for the duty is written under its claim, and not at all once the duty
/// was claimed anew: the transaction that writes compares the epochs.
package struct DutyClaim: Hashable, Sendable {
    package let duty: NodeDuty
    /// Rises each time somebody claims the duty.
    package let epoch: Int64

    package init(_ duty: NodeDuty, epoch: Int64) {
        self.duty = duty
        self.epoch = epoch
    }

    /// For which claim the task that runs now works; nil for what belongs to no duty.
    @TaskLocal package static var current: DutyClaim?
}
