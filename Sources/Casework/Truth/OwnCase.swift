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
    /// What the postings of a case say that moved between the two agencies for good; what the insured person was paid is
    /// not among it.
    ///
    /// What a bank took on the way and the origin made up, and what a bank paid twice or too much and got back, moved
    /// nothing between the two: it is left out on both sides.
    fileprivate init(_ facts: CaseFacts) {
        switch facts.role {
        case .origin: self.init(atOrigin: facts)
        case .destination: self.init(atDestination: facts)
        }
    }

    private init(atOrigin facts: CaseFacts) {
        func sum(_ kind: Posting.Kind, _ account: LedgerAccount) -> Money {
            facts.postings.filter { $0.kind == kind.rawValue }.flatMap(\.lines)
                .filter { $0.account == account.name }.map(\.amount).sum()
        }
        // Each freeze has its event, in their order; what was frozen for a shortfall made up for what never arrived.
        let freezes = facts.events.map(\.name).filter(MovedMoney.freezes.contains)
        let frozen = facts.postings.filter { $0.kind == Posting.Kind.accountFrozen.rawValue }
        let madeUp = zip(freezes, frozen).filter { $0.0 == MovedMoney.shortfall }.flatMap(\.1.lines)
            .filter { $0.account == LedgerAccount.pooled.name }.map(\.amount).sum()
        let paid = -sum(.remittancePaid, .bank) - sum(.remittanceBounced, .bank)
        // Until it is paid, a shortfall was not made up.
        let isPaid = !facts.events.isEmpty && paid >= madeUp
        self.init(
            remitted: isPaid ? paid - madeUp : paid, returned: sum(.returnBooked, .suspense(.pension)),
            posted: MovedMoney.posted(byNotice: facts.completionNotice))
    }

    private init(atDestination facts: CaseFacts) {
        let suspense = LedgerAccount.suspense(.pension).name
        let ofPension = facts.postings.filter { posting in posting.lines.contains { $0.account == suspense } }
        func sum(_ kinds: [Posting.Kind]) -> Money {
            ofPension.filter { posting in kinds.contains { $0.rawValue == posting.kind } }.flatMap(\.lines)
                .filter { $0.account == suspense }.map(\.amount).sum()
        }
        // A posting that is reversed takes its lines back with the other sign.
        self.init(
            remitted: -sum([.creditHeld]), returned: sum([.returnSetAside]),
            posted: sum([.creditPosted, .creditReversed]))
    }

    private static let shortfall = "shortfall-admitted"
    /// The published names of the events that freeze something for the destination.
    private static let freezes: Set<String> = [
        "records-passed", "records-passed-in-part", "supplement-frozen", shortfall,
    ]

    /// What a completion notice says was posted.
    private static func posted(byNotice bytes: [UInt8]?) -> Money {
        guard let bytes, let jws = try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument),
            let envelope = try? DocumentEnvelope(decoding: jws.payload),
            case .completionNotice(let notice) = envelope.content
        else { return .zero }
        return notice.individual + notice.pooled
    }
}
