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
        // A debit that the bank took back within the same file never was a payment.
        let returns = Dictionary(
            lines.filter { $0.returnReason != nil }.map { ($0.endToEndKey, $0) },
            uniquingKeysWith: { first, _ in first })
        let work = lines.filter { line in
            !(line.direction == .debit && returns[line.endToEndKey] != nil)
        }
        let debits = Dictionary(
            lines.filter { $0.direction == .debit }.map { ($0.endToEndKey, $0) },
            uniquingKeysWith: { first, _ in first })
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                var running = 0
                for line in work {
                    if running >= 64 {
                        try await group.next()
                        running -= 1
                    }
                    let debit = line.returnReason == nil ? nil : debits[line.endToEndKey]
                    group.addTask { try await take(line, annulling: debit) }
                    running += 1
                }
                try await group.waitForAll()
            }
        } catch {
            throw (error as? StoreError) ?? .unavailable("\(error)")
        }
    }

    /// - Parameter debit: the debit of the same file that a return takes back.
    private func take(_ line: BankLine, annulling debit: BankLine?) async throws(StoreError) {
        guard try await !store.isBankLineKnown(line.reference) else { return }
        guard let key = OrderKey(line.endToEndKey) else {
            return try await suspend(line, why: "no-such-key")
        }
        do {
            try await commit(key.caseNumber) { (file, draft) throws(DeskFault) in
                draft.match(line)
                if let debit { draft.match(debit) }
                switch file.opening.role {
                case .destination: try takeCredit(line, key, in: file, &draft)
                case .origin: try takeOutcome(line, key, in: file, &draft)
                }
            }
        } catch {
            switch error {
            case .noSuchCase: try await suspend(line, why: "no-such-case")
            case .notAllowed(let fault): try await suspend(line, why: "\(fault)")
            case .store(.duplicate): return
            case .store(let error): throw error
            case .signing(let fault): throw .unavailable("\(fault)")
            case .rule, .unwritable, .faulty: throw .unavailable("\(error)")
            }
        }
    }

    private func takeCredit(
        _ line: BankLine, _ key: OrderKey, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard line.direction == .credit, line.returnReason == nil, key.branch == .pension else {
            throw .notAllowed(NotAllowed(event: "bank-line", phase: "not-a-credit-of-this-case"))
        }
        let mustReconcile = try draft.apply(
            .destination(.fundsArrived), actor: "bank", cause: line.reference,
            materials: .init(postings: [.creditHeld(line.amount)]))
        if mustReconcile { try reconcile(file, adding: nil, credit: line, &draft) }
    }

    private func takeOutcome(
        _ line: BankLine, _ key: OrderKey, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard let order = file.orders.first(where: { $0.key == key }), line.amount == order.amount,
            line.direction == .debit || line.returnReason != nil
        else { throw .notAllowed(NotAllowed(event: "bank-line", phase: "no-such-order")) }

        if let reason = line.returnReason {
            draft.settle(key, .bounced(reason))
            try bounce(key, reason, order, line, in: file, &draft)
        } else {
            draft.settle(key, .paid(bankReference: line.reference))
            try pay(key, order, line, in: file, &draft)
        }
    }

    private func pay(
        _ key: OrderKey, _ order: StoredOrder, _ line: BankLine, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        if key.branch == .pension {
            let advice = RemittanceAdvice(
                orderKey: key, amount: order.amount, payee: order.creditor, bankReference: line.reference,
                paidOn: line.bookedOn)
            _ = try draft.apply(
                .origin(.remittancePaid), actor: "bank", cause: line.reference,
                materials: .init(
                    contents: [.remittanceAdvice(advice)],
                    postings: [.remittancePaid(order.amount, to: file.opening.destination)]))
        } else {
            let notice = PayoutNotice(
                branch: key.branch, amount: order.amount,
                payment: .init(
                    orderKey: key, maskedAccount: order.creditor.maskedNumber, bankReference: line.reference,
                    paidOn: line.bookedOn))
            _ = try draft.apply(
                .payout(key.branch, .payoutPaid), actor: "bank", cause: line.reference,
                materials: .init(
                    contents: [.payoutNotice(notice)], postings: [.payoutPaid(order.amount, of: key.branch)]))
        }
    }

    private func bounce(
        _ key: OrderKey, _ reason: BounceReason, _ order: StoredOrder, _ line: BankLine, in file: CaseFile,
        _ draft: inout StepDraft
    ) throws(DeskFault) {
        // Whether a booked debit must be booked back is the phase's to say.
        let back: Posting =
            key.branch == .pension
            ? .remittanceBounced(order.amount, to: file.opening.destination)
            : .payoutBounced(order.amount, of: key.branch)
        let event: CaseEvent =
            key.branch == .pension ? .origin(.remittanceBounced(reason)) : .payout(key.branch, .payoutBounced(reason))
        _ = try draft.apply(
            event, actor: "bank", cause: line.reference, materials: .init(postings: [back]))
    }

    /// Takes an order that the bank refused to carry out; no money moved.
    package func take(rejectedOrder key: OrderKey, _ reason: BounceReason) async throws(StoreError) {
        do {
            try await commit(key.caseNumber) { (file, draft) throws(DeskFault) in
                guard let order = file.orders.first(where: { $0.key == key }), order.outcome == nil else {
                    throw .notAllowed(NotAllowed(event: "order-rejected", phase: "order-settled"))
                }
                draft.settle(key, .bounced(reason))
                let event: CaseEvent =
                    key.branch == .pension
                    ? .origin(.remittanceBounced(reason)) : .payout(key.branch, .payoutBounced(reason))
                _ = try draft.apply(event, actor: "bank")
            }
        } catch {
            switch error {
            case .notAllowed, .noSuchCase:
                logger.notice("the bank's refusal fits no open order", metadata: ["order": "\(key)"])
            case .store(let error): throw error
            case .signing, .rule, .unwritable, .faulty: throw .unavailable("\(error)")
            }
        }
    }

    /// Money that belongs to no case waits in suspense, with its ground, for a clerk.
    private func suspend(_ line: BankLine, why: String) async throws(StoreError) {
        logger.warning("a bank line fits no case", metadata: ["reference": "\(line.reference)", "why": "\(why)"])
        let posting: Posting? =
            line.direction == .credit ? .creditHeld(line.amount) : nil
        do {
            try await store.keepUnmatched(line, why: why, posting: posting, at: clock.now)
        } catch StoreError.duplicate {
            return
        }
    }
}
