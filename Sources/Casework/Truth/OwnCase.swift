package import TransferCore
package import TransferDocuments

/// What this side says of a case, and what it knows of it besides: whether something is still on its way.
package struct OwnCase: Hashable, Sendable {
    package let statement: CaseStatement
    package let role: Role
    /// Whether a document of ours has no receipt yet.
    package let isUnderWay: Bool
    /// The moment of the newest event, document or receipt.
    package let movedAt: Instant
    /// Since when the case has ended; nil while it is live.
    package let endedAt: Instant?

    package var number: CaseNumber { statement.number }

    /// Whether each side knows of the case by a document that was accepted: before, it is nobody's common case.
    package var isCommon: Bool { statement.sent != nil || statement.received != nil }

    package init(statement: CaseStatement, role: Role, isUnderWay: Bool, movedAt: Instant, endedAt: Instant?) {
        self.statement = statement
        self.role = role
        self.isUnderWay = isUnderWay
        self.movedAt = movedAt
        self.endedAt = endedAt
    }

    /// Reads the statement off the tables.
    package init(_ facts: CaseFacts) {
        let money = MovedMoney(facts)
        let accepted = facts.documents.filter { $0.hasReceipt && !$0.isRefused }
        self.init(
            statement: CaseStatement(
                number: facts.number, state: StateClass(facts, money), sent: accepted.last { $0.isOwn }?.digest,
                received: accepted.last { !$0.isOwn }?.digest, money: money),
            role: facts.role, isUnderWay: facts.documents.contains { $0.isOwn && !$0.hasReceipt },
            movedAt: facts.movedAt, endedAt: facts.isTerminal ? facts.since : nil)
    }
}

extension StateClass {
    /// Where the pension leg stands, by its events: what the insured person is paid out is the origin's affair alone.
    fileprivate init(_ facts: CaseFacts, _ money: MovedMoney) {
        var transfer = TransferCase(role: facts.role, payouts: facts.payouts)
        for stored in facts.events {
            guard
                let event = CaseEvent(role: facts.role, branch: stored.branch, name: stored.name, code: stored.code),
                (try? transfer.apply(event)) != nil
            else {
                // A history that cannot be replayed is no state that the other side could share.
                self = .ended
                return
            }
        }
        switch transfer.pension {
        case .destination(let handshake):
            self.init(isCompleted: handshake.phase == .completed, isTerminal: handshake.phase.isTerminal, money)
        case .origin(let handshake):
            self.init(isCompleted: handshake.phase == .completed, isTerminal: handshake.phase.isTerminal, money)
        }
    }

    private init(isCompleted: Bool, isTerminal: Bool, _ money: MovedMoney) {
        self = isCompleted ? .completed : isTerminal ? .ended : money.kept > .zero ? .paid : .open
    }
}

extension MovedMoney {
    /// What the postings of a case say that the bank moved between the two agencies; what the insured person was paid is
    /// not among it.
    fileprivate init(_ facts: CaseFacts) {
        var (out, back, posted) = (Money.zero, Money.zero, Money.zero)
        for posting in facts.postings where !posting.lines.contains(where: { $0.account.hasPrefix("payout:") }) {
            for line in posting.lines where line.account == LedgerAccount.bank.name {
                // The origin pays out and gets back; to the destination it comes in and goes back.
                let amount = facts.role == .destination ? line.amount : -line.amount
                if amount > .zero { out = out + amount } else { back = back - amount }
            }
            // A posting that is reversed takes its lines back with the other sign.
            guard MovedMoney.postings.contains(posting.kind) else { continue }
            posted =
                posted
                + posting.lines.filter { $0.account == LedgerAccount.suspense(.pension).name }.map(\.amount).sum()
        }
        if facts.role == .origin { posted = MovedMoney.posted(byNotice: facts.completionNotice) }
        self.init(remitted: out, returned: back, posted: posted)
    }

    /// The published names of the postings that credit what came in, and take it back.
    private static let postings: Set<String> = ["credit-posted", "credit-reversed"]

    /// What a completion notice says was posted.
    private static func posted(byNotice bytes: [UInt8]?) -> Money {
        guard let bytes, let jws = try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument),
            let envelope = try? DocumentEnvelope(decoding: jws.payload),
            case .completionNotice(let notice) = envelope.content
        else { return .zero }
        return notice.individual + notice.pooled
    }
}
