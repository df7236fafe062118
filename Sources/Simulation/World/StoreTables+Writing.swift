import Casework
import TransferCore
import TransferDocuments

// What each write changes. It was checked before.

extension StoreTables {
    /// What a write gives back to the caller.
    enum Outcome {
        case nothing
        case serials(Range<Int>)
        case message(OrderMessage?)
    }

    @discardableResult
    func apply(_ write: StoreWrite) -> Outcome {
        if let leaf = write.leaf { log.append(leaf) }
        return change(by: write)
    }

    private func change(by write: StoreWrite) -> Outcome {
        switch write {
        case .step(let step): apply(step)
        case .serials(let count, let year):
            let first = serials[year] ?? 1
            serials[year] = first + count
            return .serials(first..<first + count)
        case .refused(let evidence):
            let key = RefusedKey(sender: evidence.sender, digest: evidence.digest)
            guard refusedPlaces[key] == nil else { return .nothing }
            refusedPlaces[key] = refused.count
            refused.append(evidence)
            leaves += 1
        case .delivered(let entry, let receipt, let isRefused, let at):
            deliver(entry, receipt, isRefused, at)
        case .deliveryFailed(let entry, let error):
            guard let place = row(of: entry) else { return .nothing }
            outbox[place].attempts += 1
            outbox[place].lastError = String(error.prefix(120))
        case .effectFailed(let id, _, let dueAt):
            let place = Int(id) - 1
            guard effects.indices.contains(place), !effects[place].isDone else { return .nothing }
            effects[place].attempts += 1
            effects[place].dueAt = dueAt
        case .message(let id, let at, let limit): return .message(assign(id, at, limit))
        case .messageWritten(let id, _):
            guard let place = messages.firstIndex(where: { $0.id == id }) else { return .nothing }
            messages[place].isWritten = true
        case .lost(let account): lost.insert(account)
        case .unmatched(let line, let why, let posting, let at):
            lines[line.reference] = line
            unmatched.append(UnmatchedLine(line: line, why: why, at: at))
            if let posting {
                loosePostings.append(posting)
                leaves += 1
            }
        case .records(let people):
            for person in people { records[person.person.residentID] = person }
        case .heads(let write): heads.apply(write)
        }
        return .nothing
    }

    private func apply(_ step: CaseStep) {
        if let delivered = step.delivered {
            deliver(delivered.entry, delivered.receipt, delivered.isRefused, delivered.at)
        }
        guard let kept = cases[step.number] ?? step.opening.map({ KeptCase(opening: $0, summary: step.summary) })
        else { return }
        let key = LiveKey(kept.opening)
        if step.summary.isTerminal {
            if live[key] == step.number { live[key] = nil }
        } else {
            live[key] = step.number
        }
        kept.summary = step.summary
        if let answer = step.idempotency, !flaws.contains(.forgetsIdempotency) { answers[AnswerKey(answer)] = answer }
        if let document = step.incoming { add(document, isOutgoing: false, to: kept, step.number) }
        for line in step.bankLines { lines[line.reference] = line }
        kept.bankLines += step.bankLines
        let lostEvents = flaws.contains(.losesEvent) && step.events.count > 2 ? 1 : 0
        kept.events += step.events.dropLast(lostEvents)
        for document in step.outgoing { add(document, isOutgoing: true, to: kept, step.number) }
        let postings = flaws.contains(.halvedPostings) ? step.postings.map(\.halved) : step.postings
        kept.postings += postings
        leaves += step.events.count + postings.count
        for order in step.orders {
            orderPlaces[order.key] = orders.count
            kept.orders.append(orders.count)
            orders.append(order)
        }
        for (key, outcome) in step.orderOutcomes {
            guard let place = orderPlaces[key] else { continue }
            orders[place] = orders[place].with(outcome: outcome)
        }
        for effect in step.newEffects where !flaws.contains(.forgetsEffect) || effect.kind != .checkRecords {
            open.append(effects.count)
            effects.append(EffectRow(number: step.number, kind: effect.kind, dueAt: effect.dueAt))
        }
        for id in step.doneEffects where effects.indices.contains(Int(id) - 1) { effects[Int(id) - 1].isDone = true }
        if !step.doneEffects.isEmpty { open.removeAll { effects[$0].isDone } }
        kept.notices += step.notices
        cases[step.number] = kept
    }

    private func add(
        _ document: StoredDocument, isOutgoing: Bool, to kept: KeptCase, _ number: CaseNumber
    ) {
        documentCount += 1
        leaves += document.receipt == nil ? 1 : 2
        if isOutgoing {
            if document.receipt == nil, !flaws.contains(.forgetsOutbox) || documentCount % 17 != 0 {
                waiting.append(outbox.count)
            }
            outbox.append(
                OutboxRow(
                    position: documentCount, number: number, place: kept.documents.count, queuedAt: document.at,
                    deliveredAt: document.receipt == nil ? nil : document.at))
        }
        kept.documents.append(document)
    }

    private func deliver(_ entry: OutboxEntry, _ receipt: [UInt8], _ isRefused: Bool, _ at: Instant) {
        guard let place = row(of: entry), outbox[place].deliveredAt == nil else { return }
        outbox[place].deliveredAt = at
        outbox[place].lastError = nil
        waiting.removeAll { $0 == place }
        let row = outbox[place]
        guard let document = cases[row.number]?.documents[row.place] else { return }
        cases[row.number]?.documents[row.place] = StoredDocument(
            sender: document.sender, recipient: document.recipient, sequence: document.sequence, kind: document.kind,
            digest: document.digest, bytes: document.bytes, at: document.at, receipt: receipt, isRefused: isRefused)
        leaves += 1
    }

    private func assign(_ id: String, _ at: Instant, _ limit: Int) -> OrderMessage? {
        let chosen = waitingOrders.prefix(limit)
        guard !chosen.isEmpty else { return nil }
        for place in chosen { orders[place] = orders[place].with(messageID: id) }
        messages.append(MessageRow(id: id, createdAt: at, orders: Array(chosen)))
        return OrderMessage(messageID: id, createdAt: at, orders: chosen.map { orders[$0] })
    }

    /// Places of orders that no message carries yet and that may be paid.
    var waitingOrders: [Int] {
        orders.indices.filter { place in
            let order = orders[place]
            return order.messageID == nil && order.outcome == nil && !lost.contains(order.creditor.number)
        }
    }

    /// Whether a message waits to be written for the bank, or an order for a message or to be given back.
    var hasOrdersToCarry: Bool {
        messages.contains { !$0.isWritten } || orders.contains { $0.messageID == nil && $0.outcome == nil }
    }

    /// A crash makes a store with this bug forget which orders went out: they are made again.
    func forgetMessages() {
        for place in orders.indices where orders[place].outcome == nil {
            orders[place] = orders[place].with(messageID: nil)
        }
    }
}

extension StoredOrder {
    fileprivate func with(outcome: Outcome) -> StoredOrder {
        StoredOrder(key: key, amount: amount, creditor: creditor, messageID: messageID, outcome: outcome)
    }

    fileprivate func with(messageID: String?) -> StoredOrder {
        StoredOrder(key: key, amount: amount, creditor: creditor, messageID: messageID, outcome: outcome)
    }
}

extension Posting {
    /// The same with half of every amount, as a bug that was planted books it.
    fileprivate var halved: Posting {
        let lines = lines.map { Line($0.account, Money(fen: $0.amount.fen / 2)) }
        return Posting(kind, stored: lines) ?? self
    }
}
