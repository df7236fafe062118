import Logging
package import TransferCore
import TransferDocuments

// The bank's side: what it says of our orders, and what it credits to us. Every line is taken once, by its reference.

extension Desk {
    /// Takes the lines of one file of the bank. Each line that fits a case is a step of that case; each that does not
    /// stands in suspense for a clerk. Lines that were taken before are passed over, so that a file may be read again
    /// after a crash.
    ///
    /// - Throws: only what may pass: the file is to be read again later.
    package func take(bankLines lines: [BankLine]) async throws(StoreError) {
        do {
            let known = try await store.bankLines(lines.map(\.reference))
            try await withThrowingTaskGroup(of: Void.self) { group in
                var running = 0
                for movement in BankMovement.all(in: lines) {
                    if running >= 64 {
                        try await group.next()
                        running -= 1
                    }
                    group.addTask { try await take(movement, knowing: known) }
                    running += 1
                }
                try await group.waitForAll()
            }
        } catch {
            throw (error as? StoreError) ?? .unavailable("\(error)")
        }
    }

    /// A line of a file, with the debit of the same file that it takes back: such a debit never was a payment.
    private struct BankMovement {
        let line: BankLine
        var annulled: BankLine?

        /// Every line of a file once. A return annuls one debit of the same order and amount.
        static func all(in lines: [BankLine]) -> [BankMovement] {
            var debits: [String: [Int]] = [:]
            for (place, line) in lines.enumerated()
            where line.direction == .debit && line.returnReason == nil && !line.endToEndKey.isEmpty {
                debits[line.endToEndKey, default: []].append(place)
            }
            var annulled: [Int: Int] = [:]
            for (place, line) in lines.enumerated() where line.returnReason != nil {
                guard let debit = debits[line.endToEndKey]?.first(where: { lines[$0].amount == line.amount })
                else { continue }
                debits[line.endToEndKey]?.removeAll { $0 == debit }
                annulled[place] = debit
            }
            let gone = Set(annulled.values)
            return lines.indices.filter { !gone.contains($0) }.map { place in
                BankMovement(line: lines[place], annulled: annulled[place].map { lines[$0] })
            }
        }
    }

    /// - Parameter taken: the lines of the file that were taken before, by their references. What is taken at the same
    ///   time by somebody else is found out by the store.
    private func take(_ movement: BankMovement, knowing taken: [String: BankLine]) async throws(StoreError) {
        var movement = movement
        let line = movement.line
        if let debit = movement.annulled, taken[debit.reference] != nil {
            // An earlier file has told the debit already: it was a payment, and now it comes back.
            movement.annulled = nil
        }
        if let known = taken[line.reference] {
            if known != line { try await keepContradiction(line) }
            guard let debit = movement.annulled else { return }
            return try await take(BankMovement(line: debit), knowing: taken)
        }
        guard let key = OrderKey(line.endToEndKey) else {
            return try await suspend(movement, why: "no-such-key")
        }
        do {
            try await commit(key.caseNumber) { (file, draft) throws(DeskFault) in
                draft.match(line)
                if let debit = movement.annulled { draft.match(debit) }
                switch (file.opening.role, line.direction, line.returnReason) {
                case (.destination, .credit, nil): try await takeCredit(line, key, in: file, &draft)
                case (.origin, .credit, nil) where key.leg == .fundsReturn:
                    try takeReturnCredit(line, in: file, &draft)
                default: try takeOutcome(line, key, in: file, &draft)
                }
            }
        } catch {
            switch error {
            case .noSuchCase: try await suspend(movement, why: "no-such-case")
            case .notAllowed(let fault): try await suspend(movement, why: "\(fault)")
            // What came back would open this case again, and the person has another one under way by now.
            case .store(.caseUnderWay): try await suspend(movement, why: "case-under-way")
            case .store(.duplicate): return
            case .store(let error): throw error
            case .signing(let fault): throw .unavailable("\(fault)")
            case .rule, .unwritable, .unorderable, .faulty, .directoryExpired: throw .unavailable("\(error)")
            }
        }
    }

    private func takeCredit(
        _ line: BankLine, _ key: OrderKey, in file: CaseFile, _ draft: inout StepDraft
    ) async throws(DeskFault) {
        if case .balance(let branch) = key.leg { return try takeBalance(line, branch, in: file, &draft) }
        guard key.leg == .remittance else {
            throw .notAllowed(NotAllowed(event: "bank-line", phase: "not-a-credit-of-this-case"))
        }
        let mustReconcile = try draft.apply(
            .destination(.fundsArrived), actor: "bank", cause: line.reference,
            materials: .init(postings: [.creditHeld(line.amount)]))
        if mustReconcile { try await reconcile(file, &draft) }
    }

    /// The balance of another branch, which this agency receives itself: posted when the origin's word agrees with it.
    private func takeBalance(
        _ line: BankLine, _ branch: Branch, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        do {
            guard try file.letter().moves.contains(branch) else {
                throw DeskFault.notAllowed(NotAllowed(event: "bank-line", phase: "not-a-credit-of-this-case"))
            }
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("reading a letter throws store errors only")
        }
        let notices = try draft.all(.payoutNotice, file).compactMap { content -> PayoutNotice? in
            guard case .payoutNotice(let notice) = content, notice.branch == branch else { return nil }
            return notice
        }
        // What bounced and was paid again is noticed again: its money may overtake its notice.
        var event = AwaitedPayout.Event.balanceCreditArrived
        if let notice = notices.last, let noticed = notice.payment?.orderKey {
            if !noticed.text.utf8.elementsEqual(line.endToEndKey.utf8) {
                guard let key = OrderKey(line.endToEndKey), key.attempt > noticed.attempt else {
                    throw .notAllowed(NotAllowed(event: "bank-line", phase: "balance-came-back"))
                }
                event = .laterBalanceCreditArrived
            } else if notice.amount != line.amount {
                event = .differingBalanceCreditArrived
            }
        }
        _ = try draft.apply(
            .awaitedPayout(branch, event), actor: "bank", cause: line.reference,
            materials: .init(
                postings: [.creditHeld(line.amount, of: branch), .balancePosted(line.amount, of: branch)]))
    }

    /// Two persons accept money that is not what the other office has said.
    func acceptMoney(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        if file.opening.role == .origin { return try acceptReturn(file, &draft, by: deciders) }
        let waiting = draft.story.transfer.awaitedPayouts.sorted { $0.key < $1.key }.first { _, leg in
            leg.phase == .balanceDiffers
        }
        guard let branch = waiting?.key,
            let line = file.bankLines.last(where: { line in
                line.direction == .credit && line.returnReason == nil
                    && OrderKey(line.endToEndKey)?.leg == .balance(branch)
            })
        else {
            throw .notAllowed(NotAllowed(event: "balance-accepted", phase: draft.story.transfer.leading.phase))
        }
        _ = try draft.apply(
            .awaitedPayout(branch, .balanceAccepted), actor: deciders.actor,
            materials: .init(postings: [.balancePosted(line.amount, of: branch)], deciders: deciders))
    }

    private func takeOutcome(
        _ line: BankLine, _ key: OrderKey, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard let order = file.orders.first(where: { $0.key == key }), line.amount == order.amount,
            line.direction == .debit || line.returnReason != nil
        else { throw .notAllowed(NotAllowed(event: "bank-line", phase: "no-such-order")) }
        // The bank has told that it came back before it told that it went out: both are booked, and move nothing else.
        if file.awaitsDebit(of: order), line.direction == .debit { return draft.book(.debitHeld(order.amount)) }
        try check(line, isAnswerTo: order, in: file)
        if order.outcome == nil, line.returnReason != nil, !draft.step.bankLines.contains(where: \.isDebit) {
            draft.book(.debitHeld(-order.amount))
        }
        if key.leg == .fundsReturn { return try takeReturnOutcome(line, order, in: file, &draft) }

        if let reason = line.returnReason {
            draft.settle(key, .bounced(reason))
            try bounce(key, reason, order, line, in: file, &draft)
        } else {
            draft.settle(key, .paid(bankReference: line.reference))
            try pay(key, order, line, in: file, &draft)
        }
    }

    /// An order is paid once and given back once, and only the newest order of a leg is paid: what else the bank says moves
    /// nothing, and is a clerk's to look at. A remittance may come back after a newer one was made.
    private func check(_ line: BankLine, isAnswerTo order: StoredOrder, in file: CaseFile) throws(DeskFault) {
        let newest = file.orders.last { $0.key.leg == order.key.leg }
        let isExpected: Bool
        switch order.outcome {
        case nil: isExpected = true
        case .paid: isExpected = line.returnReason != nil
        case .bounced: isExpected = false
        }
        let comesBackLate = order.key.leg == .remittance && order.outcome != nil
        guard isExpected, newest?.key == order.key || comesBackLate else {
            throw .notAllowed(NotAllowed(event: "bank-line", phase: "order-settled"))
        }
    }

    private func pay(
        _ key: OrderKey, _ order: StoredOrder, _ line: BankLine, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard let purpose = PayoutPurpose(key.leg) else {
            let advice = RemittanceAdvice(
                orderKey: key, amount: order.amount, payee: order.creditor, bankReference: line.reference,
                paidOn: line.bookedOn, makesUp: file.makesUp(key))
            _ = try draft.apply(
                .origin(.remittancePaid), actor: "bank", cause: line.reference,
                materials: .init(
                    contents: [.remittanceAdvice(advice)],
                    postings: [.remittancePaid(order.amount, to: file.opening.destination)]))
            return
        }
        let notice = PayoutNotice(
            branch: purpose.branch, amount: order.amount,
            payment: .init(
                orderKey: key, maskedAccount: order.creditor.maskedNumber, bankReference: line.reference,
                paidOn: line.bookedOn))
        _ = try draft.apply(
            .payout(purpose, .payoutPaid), actor: "bank", cause: line.reference,
            materials: .init(
                contents: [.payoutNotice(notice)], postings: [.payoutPaid(order.amount, of: purpose.branch)]))
    }

    private func bounce(
        _ key: OrderKey, _ reason: BounceReason, _ order: StoredOrder, _ line: BankLine, in file: CaseFile,
        _ draft: inout StepDraft
    ) throws(DeskFault) {
        // Whether a booked debit must be booked back is the phase's to say.
        guard let purpose = PayoutPurpose(key.leg) else {
            let notice = BounceNotice(orderKey: key, amount: order.amount, reason: reason, bouncedOn: line.bookedOn)
            // Where something else waits to be ordered, the newest order is an earlier one too.
            var isNewest = file.orders.last { $0.key.leg == key.leg }?.key == key
            if case .origin(let handshake) = draft.story.transfer.pension {
                switch handshake.phase {
                case .remitting, .awaitingCompletion: break
                default: isNewest = false
                }
            }
            _ = try draft.apply(
                .origin(isNewest ? .remittanceBounced(reason) : .earlierRemittanceBounced(reason)), actor: "bank",
                cause: line.reference,
                materials: .init(
                    contents: [.bounceNotice(notice)],
                    postings: [.remittanceBounced(order.amount, to: file.opening.destination)]))
            return
        }
        _ = try draft.apply(
            .payout(purpose, .payoutBounced(reason)), actor: "bank", cause: line.reference,
            materials: .init(postings: [.payoutBounced(order.amount, of: purpose.branch)]))
    }

    /// Takes an order that the bank refused to carry out; no money moved.
    package func take(rejectedOrder key: OrderKey, _ reason: BounceReason) async throws(StoreError) {
        do {
            try await commit(key.caseNumber) { (file, draft) throws(DeskFault) in
                guard let order = file.orders.last(where: { $0.key.leg == key.leg }), order.key == key,
                    order.outcome == nil
                else { throw .notAllowed(NotAllowed(event: "order-rejected", phase: "order-settled")) }
                draft.settle(key, .bounced(reason))
                switch (key.leg, PayoutPurpose(key.leg)) {
                case (.fundsReturn, _): _ = try draft.apply(.fundsReturn(.returnBounced(reason)), actor: "bank")
                case (_, let purpose?): _ = try draft.apply(.payout(purpose, .payoutBounced(reason)), actor: "bank")
                case (_, nil):
                    let notice = BounceNotice(
                        orderKey: key, amount: order.amount, reason: reason, bouncedOn: clock.now.date)
                    _ = try draft.apply(
                        .origin(.remittanceBounced(reason)), actor: "bank",
                        materials: .init(contents: [.bounceNotice(notice)]))
                }
            }
        } catch {
            switch error {
            case .notAllowed, .noSuchCase:
                logger.notice("the bank's refusal fits no open order", metadata: ["order": "\(key)"])
            case .store(let error): throw error
            case .signing, .rule, .unwritable, .unorderable, .faulty, .directoryExpired: throw .unavailable("\(error)")
            }
        }
    }

    /// Money that belongs to no case waits in suspense, with its ground, for a clerk. What went out and came back within
    /// one file is shown to the clerk and moves nothing.
    private func suspend(_ movement: BankMovement, why: String) async throws(StoreError) {
        var posting: Posting?
        if movement.annulled == nil {
            switch movement.line.direction {
            case .credit: posting = .creditHeld(movement.line.amount)
            // Money that the bank took without an order of ours, or twice, is missed until it is explained.
            case .debit: posting = .debitHeld(movement.line.amount)
            }
        }
        try await keep(movement.line, why: why, posting: posting)
        if let debit = movement.annulled { try await keep(debit, why: why, posting: nil) }
    }

    /// Another movement under a reference that was taken before: which of the two is true is a clerk's to ask the bank.
    private func keepContradiction(_ line: BankLine) async throws(StoreError) {
        let words =
            "\(line.direction.rawValue) \(line.amount.fen) \(line.endToEndKey) \(line.bookedOn) "
            + (line.returnReason?.rawValue ?? "-")
        let mark = DocumentDigest(of: Array(words.utf8)).hex.prefix(8)
        try await keep(
            BankLine(
                reference: "\(line.reference)~\(mark)", direction: line.direction, amount: line.amount,
                endToEndKey: line.endToEndKey, bookedOn: line.bookedOn, returnReason: line.returnReason),
            why: "reference-used-before", posting: nil)
    }

    private func keep(_ line: BankLine, why: String, posting: Posting?) async throws(StoreError) {
        logger.warning("a bank line fits no case", metadata: ["reference": "\(line.reference)", "why": "\(why)"])
        do {
            try await store.keepUnmatched(line, why: why, posting: posting, at: clock.now)
        } catch StoreError.duplicate {
            return
        }
    }
}

extension CaseFile {
    /// Whether the bank has told that an order came back, and not yet that it went out.
    fileprivate func awaitsDebit(of order: StoredOrder) -> Bool {
        guard case .bounced? = order.outcome else { return false }
        let lines = bankLines.filter { $0.endToEndKey.utf8.elementsEqual(order.key.text.utf8) }
        return lines.contains { $0.returnReason != nil } && !lines.contains(where: \.isDebit)
    }
}

extension BankLine {
    fileprivate var isDebit: Bool { direction == .debit && returnReason == nil }
}
