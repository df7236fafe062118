package import TransferCore

/// Why nothing is delivered to a peer at the moment: somebody here holds it. It lasts until that is taken back, or the node
/// starts again.
package struct PeerHold: Hashable, Sendable {
    /// Who holds it: a name of the trail, such as that of an account.
    package let who: String
    package let since: Instant
    package let reason: Reason

    package init(who: String, since: Instant, reason: Reason) {
        self.who = who
        self.since = since
        self.reason = reason
    }

    /// Chosen and not written, so that nothing personal gets into the trail. The names are published.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case maintenanceHere = "maintenance-here"
        case maintenanceThere = "maintenance-there"
        case keyChange = "key-change"
        case suspicion
        case rehearsal
        /// Nobody said it: the hold came over the listener of operations.
        case unsaid
    }
}

extension PeerHold.Reason: Worded {
    package var wording: Wording {
        switch self {
        case .maintenanceHere: Wording(chinese: "本机构维护", english: "maintenance here")
        case .maintenanceThere: Wording(chinese: "对方维护", english: "maintenance at the peer")
        case .keyChange: Wording(chinese: "更换密钥或证书", english: "change of keys or certificates")
        case .suspicion: Wording(chinese: "对方节点可疑，待查", english: "something about the peer is looked into")
        case .rehearsal: Wording(chinese: "演练", english: "a rehearsal")
        case .unsaid: Wording(chinese: "未写明", english: "not said")
        }
    }
}
