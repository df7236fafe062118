package import TransferCore
import TransferDocuments

// How the file of a case grows: what was written to a case is not read again.

extension CaseFile {
    /// The file of a case that a first step has opened.
    package static func opened(_ opening: CaseOpening) -> CaseFile {
        CaseFile(opening: opening, events: [], documents: [], orders: [], bankLines: [])
    }

    /// The file after a step was committed; nil when the step was decided on another version.
    package func adding(_ step: CaseStep) -> CaseFile? {
        guard version == step.expecting else { return nil }
        if let delivered = step.delivered {
            var rest = step
            rest.delivered = nil
            return delivering(delivered.entry, receipt: delivered.receipt, isRefused: delivered.isRefused)?.adding(rest)
        }
        var orders = orders
        if !step.orderOutcomes.isEmpty { orders = orders.map { $0.closed(by: step.orderOutcomes[$0.key]) } }
        return CaseFile(
            opening: opening, events: events + step.events,
            documents: documents + (step.incoming.map { [$0] } ?? []) + step.outgoing,
            orders: orders + step.orders.map { $0.closed(by: step.orderOutcomes[$0.key]) },
            bankLines: bankLines + step.bankLines)
    }

    /// The file after a document that waits was signed again.
    package func renewing(_ entry: OutboxEntry, bytes: [UInt8]) -> CaseFile? {
        replacing(entry) { $0.with(bytes: bytes, receipt: $0.receipt, isRefused: $0.isRefused) }
    }

    /// The file after a document that went out was answered.
    package func delivering(_ entry: OutboxEntry, receipt: [UInt8], isRefused: Bool) -> CaseFile? {
        replacing(entry) { $0.with(bytes: $0.bytes, receipt: receipt, isRefused: isRefused) }
    }

    /// The file after an order went into a message to the bank; nil when it has none such that waits.
    package func bundling(_ key: OrderKey, into messageID: String) -> CaseFile? {
        guard let place = orders.firstIndex(where: { $0.key == key && $0.messageID == nil }) else { return nil }
        var orders = orders
        let order = orders[place]
        orders[place] = StoredOrder(
            key: key, amount: order.amount, creditor: order.creditor, messageID: messageID, outcome: order.outcome)
        return CaseFile(opening: opening, events: events, documents: documents, orders: orders, bankLines: bankLines)
    }

    /// The file with another document in the place of one that went out; nil when it has none such.
    private func replacing(_ entry: OutboxEntry, with change: (StoredDocument) -> StoredDocument) -> CaseFile? {
        let place = documents.firstIndex {
            $0.recipient == entry.recipient && $0.sequence == entry.sequence && $0.digest == entry.digest
        }
        guard let place else { return nil }
        var documents = documents
        documents[place] = change(documents[place])
        return CaseFile(opening: opening, events: events, documents: documents, orders: orders, bankLines: bankLines)
    }
}

extension StoredDocument {
    /// The same document, signed or answered otherwise.
    func with(bytes: [UInt8], receipt: [UInt8]?, isRefused: Bool) -> StoredDocument {
        StoredDocument(
            sender: sender, recipient: recipient, sequence: sequence, kind: kind, digest: digest, bytes: bytes, at: at,
            receipt: receipt, isRefused: isRefused)
    }
}

extension StoredOrder {
    fileprivate func closed(by outcome: Outcome?) -> StoredOrder {
        guard let outcome else { return self }
        return StoredOrder(key: key, amount: amount, creditor: creditor, messageID: messageID, outcome: outcome)
    }
}
