/// An alarm about the log of another agency, until two persons have acknowledged it.
///
/// While an alarm is open the agency is *quarantined*: no new transfer with it begins, and what is under way waits.
/// Source: reliability handbook, L3 and F38; two persons because trust in another agency is decided (BR-240).
package struct HeadAlarm: Hashable, Sendable {
    package let id: Int64
    package let conflict: HeadConflict
    package let acknowledgements: [Acknowledgement]

    /// Who has looked into it, and what was found.
    package struct Acknowledgement: Hashable, Sendable {
        /// The agency's number of the person.
        package let person: String
        package let account: String
        package let reason: String
        package let at: Instant

        package init(person: String, account: String, reason: String, at: Instant) {
            self.person = person
            self.account = account
            self.reason = reason
            self.at = at
        }
    }

    /// So many different persons close an alarm.
    package static let personsNeeded = 2

    package init(id: Int64, conflict: HeadConflict, acknowledgements: [Acknowledgement]) {
        self.id = id
        self.conflict = conflict
        self.acknowledgements = acknowledgements
    }

    package var isOpen: Bool { Set(acknowledgements.map(\.person)).count < HeadAlarm.personsNeeded }

    /// Whether the form of a reason is right: 1 to 500 bytes without control characters.
    package static func isReason(_ text: String) -> Bool {
        (1...500).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}

/// How far others hold our log.
package struct HeldHeads: Hashable, Sendable {
    /// The size of the newest own head of this epoch; nil for none.
    package let newestSize: Int64?
    /// The largest size of this epoch that another agency holds; nil for none.
    package let heldSize: Int64?
    /// Since when the first head is there that nobody else holds; nil when all are held.
    package let unheldSince: Instant?
    /// Other agencies that could hold it: those with which there ever was a case.
    package let hasPeers: Bool

    package init(newestSize: Int64?, heldSize: Int64?, unheldSince: Instant?, hasPeers: Bool) {
        self.newestSize = newestSize
        self.heldSize = heldSize
        self.unheldSince = unheldSince
        self.hasPeers = hasPeers
    }

    /// For how long a part of our log has been held by nobody else, in seconds.
    package func unheldSeconds(at now: Instant) -> Int64 {
        guard hasPeers, let unheldSince else { return 0 }
        return max(0, now.seconds - unheldSince.seconds)
    }
}

/// A time-stamp of an authority over a head of ours.
package struct TreeStamp: Hashable, Sendable {
    package let epoch: Int
    package let size: Int64
    /// The name of the authority in the settings.
    package let authority: String
    /// The token (RFC 3161), DER.
    package let token: [UInt8]
    /// The certificates of the authority that were trusted then, DER, one behind the other.
    package let chain: [UInt8]
    /// The moment in the token.
    package let at: Instant
    package let takenAt: Instant

    package init(
        epoch: Int, size: Int64, authority: String, token: [UInt8], chain: [UInt8], at: Instant, takenAt: Instant
    ) {
        self.epoch = epoch
        self.size = size
        self.authority = authority
        self.token = token
        self.chain = chain
        self.at = at
        self.takenAt = takenAt
    }
}
