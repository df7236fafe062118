package import Casework
package import TransferDocuments
package import Webhooks

extension JiexuStore: WebhookStore {
    package func add(_ webhook: Webhook) async throws(StoreError) -> WebhookAdding {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let others = try connection.webhooks(of: webhook.owner)
            guard others.count < Webhook.mostPerOwner else { return .tooMany }
            guard !others.contains(where: { $0.url.text.utf8.elementsEqual(webhook.url.text.utf8) }) else {
                return .urlTaken
            }
            try connection.run(
                """
                INSERT INTO webhooks (id, owner, url, generation, secret_digest, state, waiting, created_at)
                VALUES ($1, $2, $3, $4, $5, 'active', 0, $6)
                """, .text(webhook.id.text), .text(webhook.owner), .text(webhook.url.text),
                .integer(webhook.generation), .bytes(webhook.secretDigest.bytes),
                .integer(webhook.createdAt.milliseconds))
            return .kept
        }
    }

    package func webhooks(of owner: String) async throws(StoreError) -> [Webhook] {
        try await read { connection in try connection.webhooks(of: owner) }
    }

    package func webhook(_ id: WebhookID, of owner: String) async throws(StoreError) -> Webhook? {
        try await read { connection in try connection.webhooks(of: owner).first { $0.id == id } }
    }

    package func webhookCounts() async throws(StoreError) -> WebhookCounts {
        let rows = try await read { connection in
            try connection.rows(
                """
                SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'disabled'),
                    coalesce(sum(waiting), 0),
                    min((SELECT made_at FROM webhook_messages
                        WHERE webhook = webhooks.id AND webhook_messages.state = 'waiting' ORDER BY number LIMIT 1))
                FROM webhooks WHERE state <> 'removed'
                """, []
            ) { row throws(SQLFault) in
                WebhookCounts(
                    active: Int(try row.integer(0)), disabled: Int(try row.integer(1)),
                    waiting: Int(try row.integer(2)), oldestAt: row.isNull(3) ? nil : try row.instant(3))
            }
        }
        guard let counts = rows.first else { throw .corrupt("counting gives one row") }
        return counts
    }

    package func removeWebhook(_ id: WebhookID, of owner: String) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                UPDATE webhooks SET state = 'removed', stop = NULL, stopped_at = NULL
                WHERE id = $1 AND owner = $2 AND state <> 'removed'
                """, .text(id.text), .text(owner)) == 1
        }
    }

    package func renewSecret(
        of id: WebhookID, owner: String, after generation: Int, digest: DocumentDigest, earlierUntil: Instant?
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let count = try connection.run(
                """
                UPDATE webhooks SET generation = generation + 1, secret_digest = $1, earlier_until = $2
                WHERE id = $3 AND owner = $4 AND generation = $5 AND state <> 'removed'
                """, .bytes(digest.bytes), .integer(earlierUntil?.milliseconds), .text(id.text), .text(owner),
                .integer(generation))
            guard count == 1 else { return false }
            try connection.run(
                """
                UPDATE webhooks SET state = 'active', stop = NULL, stopped_at = NULL
                WHERE id = $1 AND state = 'disabled' AND stop = $2
                """, .text(id.text), .text(WebhookStop.secretLost.rawValue))
            return true
        }
    }

    package func resumeWebhook(
        _ id: WebhookID, of owner: String, at moment: Instant
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            guard let webhook = try connection.webhooks(of: owner).first(where: { $0.id == id }) else { return false }
            guard let stop = webhook.stop else { return true }
            if stop.because == .tooManyWaiting {
                try connection.run(
                    """
                    UPDATE webhook_messages SET state = 'failed', due_at = NULL, ended_at = $1, last_status = NULL,
                        last_fault = $2
                    WHERE webhook = $3 AND state = 'waiting'
                    """, .integer(moment.milliseconds), .text(WebhookFault.tooManyWaiting.rawValue), .text(id.text))
                try connection.run("UPDATE webhooks SET waiting = 0 WHERE id = $1", .text(id.text))
            } else {
                try connection.run(
                    """
                    UPDATE webhook_messages SET place = 0, due_at = $1
                    WHERE webhook = $2 AND state = 'waiting' AND place > 0
                    """, .integer(moment.milliseconds), .text(id.text))
            }
            try connection.run(
                "UPDATE webhooks SET state = 'active', stop = NULL, stopped_at = NULL WHERE id = $1", .text(id.text))
            return true
        }
    }

    package func disableWebhook(
        _ id: WebhookID, of owner: String, at moment: Instant
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            guard try connection.webhooks(of: owner).contains(where: { $0.id == id }) else { return false }
            try connection.stop(id.text, .byOwner, at: moment)
            return true
        }
    }

    package func stopWebhooks(
        besidesThoseOf owners: Set<String>, at moment: Instant
    ) async throws(StoreError) -> Int {
        // Mostly there is none, and nothing has to be written for that.
        let isNothing = try await read { connection in try connection.webhooks(besidesThoseOf: owners).isEmpty }
        guard !isNothing else { return 0 }
        return try await writes.perform { transaction in
            let lonely = try transaction.connection.webhooks(besidesThoseOf: owners)
            for id in lonely { try transaction.connection.stop(id, .ownerGone, at: moment) }
            return lonely.count
        }
    }
}

extension SQLConnection {
    fileprivate func webhooks(of owner: String) throws(SQLFault) -> [Webhook] {
        try rows(
            """
            SELECT id, owner, url, generation, secret_digest, earlier_until, stop, stopped_at, waiting, created_at
            FROM webhooks WHERE owner = $1 AND state <> 'removed' ORDER BY created_at, id
            """, [.text(owner)]
        ) { row throws(SQLFault) in try row.webhook() }
    }

    /// The ids of the active ones that none of these owns.
    fileprivate func webhooks(besidesThoseOf owners: Set<String>) throws(SQLFault) -> [String] {
        let active = try rows("SELECT id, owner FROM webhooks WHERE state = 'active' ORDER BY id") {
            row throws(SQLFault) in (id: try row.text(0), owner: try row.text(1))
        }
        return active.filter { !owners.contains($0.owner) }.map(\.id)
    }
}

extension SQLRow {
    /// The first ten columns.
    func webhook() throws(SQLFault) -> Webhook {
        guard let id = WebhookID(try text(0)), let url = try? WebhookURL(try text(2)) else {
            throw SQLFault(.unreadable, "a webhook has an id or an address that was never written")
        }
        var webhook = Webhook(
            id: id, owner: try text(1), url: url, secretDigest: try digest(4), createdAt: try instant(9))
        webhook.generation = try int(3)
        webhook.earlierSecretUntil = try optionalInteger(5).map { Instant(milliseconds: $0) }
        if let why = try optionalWord(6, as: WebhookStop.self) {
            webhook.stop = Webhook.Stop(because: why, at: try instant(7))
        }
        webhook.waiting = try int(8)
        return webhook
    }
}
