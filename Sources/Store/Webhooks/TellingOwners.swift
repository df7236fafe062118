import Casework
import TransferCore
import Webhooks

extension StoreTransaction {
    /// Writes a message to each active webhook of whoever lodged the case, in the transaction of the step. Where there is
    /// none, as for most agencies, nothing is asked for a case.
    ///
    /// - Returns: whether anything is to be delivered.
    func tellOwner(of step: CaseStep, case id: Int64) throws -> Bool {
        // Without an event nothing has happened that a case would show with a new version.
        guard let last = step.events.last, try has(.activeWebhooks) else { return false }
        let webhooks = try connection.rows(
            """
            SELECT webhooks.id, webhooks.waiting FROM cases JOIN webhooks ON webhooks.owner = cases.lodged_by
            WHERE cases.id = $1 AND webhooks.state = 'active'
            """, [.integer(id)]
        ) { row throws(SQLFault) in (id: try row.text(0), waiting: try row.int(1)) }
        guard !webhooks.isEmpty else { return false }
        let change = CaseChange(
            number: step.number, version: step.expecting + step.events.count, phase: step.summary.phase,
            holder: step.summary.holder, isEnded: step.summary.isTerminal, at: last.at)
        let payload = try change.payload()
        for webhook in webhooks {
            try keep(change, payload, for: webhook.id, isTooMuch: webhook.waiting >= Webhook.mostWaiting)
        }
        return true
    }

    private func keep(_ change: CaseChange, _ payload: [UInt8], for webhook: String, isTooMuch: Bool) throws {
        let at = change.at.milliseconds
        try write(
            """
            INSERT INTO webhook_messages (id, webhook, case_number, version, payload, made_at, state, attempts, place,
                due_at, last_fault, ended_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10)
            """, .text(MessageID.drawn().text), .text(webhook), .text(change.number.text), .integer(change.version),
            .bytes(payload), .integer(at),
            .text((isTooMuch ? WebhookMessage.State.failed : .waiting).rawValue), .integer(isTooMuch ? nil : at),
            .text(isTooMuch ? WebhookFault.tooManyWaiting.rawValue : nil), .integer(isTooMuch ? at : nil))
        if isTooMuch {
            try connection.stop(webhook, .tooManyWaiting, at: change.at)
        } else {
            try write("UPDATE webhooks SET waiting = waiting + 1 WHERE id = $1", .text(webhook))
        }
    }
}

extension SQLConnection {
    /// Disables a webhook that is active.
    func stop(_ webhook: String, _ why: WebhookStop, at moment: Instant) throws(SQLFault) {
        try run(
            "UPDATE webhooks SET state = 'disabled', stop = $1, stopped_at = $2 WHERE id = $3 AND state = 'active'",
            .text(why.rawValue), .integer(moment.milliseconds), .text(webhook))
    }
}
