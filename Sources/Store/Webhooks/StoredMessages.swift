package import Casework
package import Webhooks

extension JiexuStore {
    package func webhookMessages(
        of id: WebhookID, after message: MessageID?, in state: WebhookMessage.State?, limit: Int
    ) async throws(StoreError) -> [WebhookMessage]? {
        try await read { connection in
            var number: Int64 = 0
            if let message {
                let found = try connection.integer(
                    "SELECT number FROM webhook_messages WHERE id = $1 AND webhook = $2",
                    [.text(message.text), .text(id.text)])
                guard let found else { return nil }
                number = found
            }
            return try connection.rows(
                """
                SELECT id, case_number, version, made_at, state, attempts, due_at, last_at, last_status, last_fault
                FROM webhook_messages WHERE webhook = $1 AND number > $2 AND ($3 IS NULL OR state = $3)
                ORDER BY number LIMIT $4
                """, [.text(id.text), .integer(number), .text(state?.rawValue), .integer(limit)]
            ) { row throws(SQLFault) in try row.webhookMessage() }
        }
    }

    package func lastWebhookMessages(of id: WebhookID, limit: Int) async throws(StoreError) -> [WebhookMessage] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, case_number, version, made_at, state, attempts, due_at, last_at, last_status, last_fault
                FROM webhook_messages WHERE webhook = $1 ORDER BY number DESC LIMIT $2
                """, [.text(id.text), .integer(limit)]
            ) { row throws(SQLFault) in try row.webhookMessage() }
        }
    }

    package func resendMessage(
        _ message: MessageID, of id: WebhookID, at moment: Instant
    ) async throws(StoreError) -> WebhookMessage? {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let ended = try connection.run(
                """
                UPDATE webhook_messages SET state = 'waiting', place = 0, due_at = $1, ended_at = NULL
                WHERE id = $2 AND webhook = $3 AND state <> 'waiting'
                """, .integer(moment.milliseconds), .text(message.text), .text(id.text))
            if ended == 1 {
                try connection.run("UPDATE webhooks SET waiting = waiting + 1 WHERE id = $1", .text(id.text))
            } else {
                try connection.run(
                    "UPDATE webhook_messages SET place = 0, due_at = $1 WHERE id = $2 AND webhook = $3",
                    .integer(moment.milliseconds), .text(message.text), .text(id.text))
            }
            return try connection.first(
                """
                SELECT id, case_number, version, made_at, state, attempts, due_at, last_at, last_status, last_fault
                FROM webhook_messages WHERE id = $1 AND webhook = $2
                """, [.text(message.text), .text(id.text)]
            ) { row throws(SQLFault) in try row.webhookMessage() }
        }
    }

    package func dueMessages(
        at now: Instant, besides busy: Set<WebhookID>, limit: Int
    ) async throws(StoreError) -> [DueMessage] {
        try await read { connection in
            // A moment that lies beyond every rest is one that the clock had before it was set back.
            let due = try connection.rows(
                """
                SELECT webhooks.id, webhooks.owner, webhooks.url, webhooks.generation, webhooks.secret_digest,
                    webhooks.earlier_until, webhooks.stop, webhooks.stopped_at, webhooks.waiting, webhooks.created_at,
                    message.id, message.payload, message.place
                FROM webhooks JOIN webhook_messages AS message ON message.number = (
                    SELECT min(other.number) FROM webhook_messages AS other
                    WHERE other.webhook = webhooks.id AND other.state = 'waiting')
                WHERE webhooks.state = 'active' AND webhooks.waiting > 0
                    AND (message.due_at <= $1 OR message.due_at > $2)
                ORDER BY message.due_at, message.number LIMIT $3
                """,
                [
                    .integer(now.milliseconds), .integer(now.milliseconds + RetrySchedule.longest),
                    .integer(limit + busy.count),
                ]
            ) { row throws(SQLFault) in
                guard let id = MessageID(try row.text(10)) else {
                    throw SQLFault(.unreadable, "a message to a webhook has an id that was never written")
                }
                return DueMessage(
                    webhook: try row.webhook(), id: id, payload: try row.bytes(11), place: try row.int(12))
            }
            return Array(due.filter { !busy.contains($0.webhook.id) }.prefix(limit))
        }
    }

    package func note(_ attempt: WebhookAttempt) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let (webhook, at) = (attempt.webhook.text, attempt.at)
            switch attempt.outcome {
            case .delivered(let status):
                try connection.end(attempt, .delivered, .status(status))
            case .again(let answer, let place, let dueAt):
                try connection.run(
                    """
                    UPDATE webhook_messages SET attempts = attempts + 1, place = $1, due_at = $2, last_at = $3,
                        last_status = $4, last_fault = $5
                    WHERE id = $6 AND webhook = $7 AND state = 'waiting'
                    """, .integer(place), .integer(dueAt.milliseconds), .integer(at.milliseconds),
                    .integer(answer.status), .text(answer.fault?.rawValue), .text(attempt.message.text),
                    .text(webhook))
            case .failed(let answer, let stop):
                try connection.end(attempt, .failed, answer)
                try connection.stop(webhook, stop, at: at)
            case .unsent(let stop): try connection.stop(webhook, stop, at: at)
            }
        }
    }

    package func purgeMessages(endedBefore moment: Instant, limit: Int) async throws(StoreError) -> Bool {
        // Mostly there is nothing, and nothing has to be written for that.
        let isNothing = try await read { connection in
            let old = try connection.integer(
                "SELECT number FROM webhook_messages WHERE ended_at IS NOT NULL AND ended_at < $1 LIMIT 1",
                [.integer(moment.milliseconds)])
            let removed = try connection.integer("SELECT 1 FROM webhooks WHERE state = 'removed' LIMIT 1")
            return old == nil && removed == nil
        }
        guard !isNothing else { return false }
        return try await writes.perform { transaction in
            let connection = transaction.connection
            let old = try connection.run(
                """
                DELETE FROM webhook_messages WHERE number IN (
                    SELECT number FROM webhook_messages WHERE ended_at IS NOT NULL AND ended_at < $1 LIMIT $2)
                """, .integer(moment.milliseconds), .integer(limit))
            let left = try connection.run(
                """
                DELETE FROM webhook_messages WHERE number IN (
                    SELECT webhook_messages.number FROM webhooks
                    JOIN webhook_messages ON webhook_messages.webhook = webhooks.id
                    WHERE webhooks.state = 'removed' LIMIT $1)
                """, .integer(limit))
            guard left < limit else { return true }
            try connection.run(
                """
                DELETE FROM webhooks WHERE state = 'removed' AND NOT EXISTS (
                    SELECT 1 FROM webhook_messages WHERE webhook_messages.webhook = webhooks.id)
                """)
            return old == limit
        }
    }
}

extension SQLConnection {
    /// Ends a message that waits.
    fileprivate func end(
        _ attempt: WebhookAttempt, _ state: WebhookMessage.State, _ answer: WebhookAnswer
    ) throws(SQLFault) {
        let count = try run(
            """
            UPDATE webhook_messages SET state = $1, attempts = attempts + 1, due_at = NULL, last_at = $2,
                last_status = $3, last_fault = $4, ended_at = $2
            WHERE id = $5 AND webhook = $6 AND state = 'waiting'
            """, .text(state.rawValue), .integer(attempt.at.milliseconds), .integer(answer.status),
            .text(answer.fault?.rawValue), .text(attempt.message.text), .text(attempt.webhook.text))
        guard count == 1 else { return }
        try run("UPDATE webhooks SET waiting = waiting - 1 WHERE id = $1", .text(attempt.webhook.text))
    }
}

extension WebhookAnswer {
    fileprivate var status: Int64? {
        guard case .status(let status) = self else { return nil }
        return Int64(status)
    }

    fileprivate var fault: WebhookFault? {
        guard case .fault(let fault) = self else { return nil }
        return fault
    }
}

extension SQLRow {
    fileprivate func webhookMessage() throws(SQLFault) -> WebhookMessage {
        guard let id = MessageID(try text(0)) else {
            throw SQLFault(.unreadable, "a message to a webhook has an id that was never written")
        }
        let status = try optionalInteger(8).map { WebhookAnswer.status(Int($0)) }
        let fault = try optionalWord(9, as: WebhookFault.self).map { WebhookAnswer.fault($0) }
        return WebhookMessage(
            id: id, caseNumber: try caseNumber(1), version: try int(2), madeAt: try instant(3),
            state: try word(4, as: WebhookMessage.State.self), attempts: try int(5),
            dueAt: try optionalInteger(6).map { Instant(milliseconds: $0) },
            lastAt: try optionalInteger(7).map { Instant(milliseconds: $0) }, last: status ?? fault)
    }
}
