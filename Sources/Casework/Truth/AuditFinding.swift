/// Something that is not as it should be, and what to do about it.
package struct AuditFinding: Hashable, Sendable {
    /// The number of the case, or the row for a person who looks for it.
    package let place: String
    package let what: String
    package let mend: Mend

    /// What to do, in one sentence of each language. The names are published.
    package enum Mend: String, Hashable, Sendable, CaseIterable {
        /// What is kept for ever was changed.
        case restore
        case rewriteSummary = "rewrite-summary"
        case reversePosting = "reverse-posting"
        case askBank = "ask-bank"
        case fetchFromPeer = "fetch-from-peer"
        /// What is counted of cases is not what they are; the cases themselves are not in doubt.
        case recount

        package var words: (chinese: String, english: String) {
            switch self {
            case .restore: ("停机，从备份恢复并与对方核对。", "Stop the node, restore a backup, and compare with the peer.")
            case .rewriteSummary: ("重启节点后再核验；仍不符则从备份恢复。", "Restart the node and look again; else restore a backup.")
            case .reversePosting: ("暂停该业务，由会计核对并冲正。", "Hold the case; an accountant compares and reverses.")
            case .askBank: ("向银行核对该笔流水。", "Ask the bank about the line.")
            case .fetchFromPeer: ("向对方索取原件并核对。", "Ask the peer for the original and compare.")
            case .recount: ("运行 jiexu store recount 重新计数。", "Run jiexu store recount.")
            }
        }
    }

    package init(_ place: String, _ what: String, _ mend: Mend) {
        self.place = place
        self.what = what
        self.mend = mend
    }
}

extension AuditFinding: CustomStringConvertible {
    package var description: String { "\(place): \(what). \(mend.words.english)" }
}
