import Casework
import FoundationEssentials
import Store
import Testing
import TransferDocuments
import Webhooks

@Suite struct `The signature of a message` {
    /// The samples that others check too: contracts/samples/webhooks, by `Tests/Independent/check_webhooks.py`.
    private static let path =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        + "/contracts/samples/webhooks/messages.json"

    /// A key that nobody has, and ids that were never drawn.
    private static func samples() throws -> [UInt8] {
        let key = try #require(WebhookKey(bytes: (0..<32).map { UInt8($0) }))
        let bodies = [
            #"{"type":"case.changed","timestamp":"2026-11-21T04:00:00Z","data":{"case":"330100-2026-0000001-9","#
                + #""version":1,"phase":"reviewing","holder":"destination","ended":false,"#
                + #""links":{"self":"/api/v1/cases/330100-2026-0000001-9"}}}"#,
            #"{"type":"case.changed","timestamp":"2026-12-31T15:59:59Z","data":{"case":"330100-2026-9999999-2","#
                + #""version":118,"phase":"completed","holder":"nobody","ended":true,"#
                + #""links":{"self":"/api/v1/cases/330100-2026-9999999-2"}}}"#,
        ]
        return try JSONWriter.object { json in
            json.array("messages", Array(bodies.enumerated())) { json, sample in
                let digit = "\(sample.offset + 1)"
                guard let webhook = WebhookID("wh_" + String(repeating: digit, count: 32)),
                    let id = MessageID("msg_" + String(repeating: digit, count: 32))
                else { return }
                let seconds: Int64 = 1_795_233_600 + Int64(sample.offset)
                let secrets = [key.secret(of: webhook, generation: 2), key.secret(of: webhook, generation: 1)]
                json.object { json in
                    json.array("secrets", secrets) { $0.value($1.text) }
                    json.object("headers") { json in
                        json.field("webhook-id", id.text)
                        json.field("webhook-timestamp", "\(seconds)")
                        json.field(
                            "webhook-signature",
                            secrets.map { $0.signature(of: id, at: seconds, payload: Array(sample.element.utf8)) }
                                .joined(separator: " "))
                    }
                    json.field("body", sample.element)
                }
            }
        }
    }

    @Test func `is what the published samples say, which others check by their own means`() throws {
        let samples = try Self.samples()
        if ProcessInfo.processInfo.environment["JIEXU_WRITE_SAMPLES"] != nil {
            try Data(samples + [0x0A]).write(to: URL(fileURLWithPath: Self.path))
        }
        let published = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        #expect(String(decoding: published, as: UTF8.self) == String(decoding: samples, as: UTF8.self) + "\n")
        #expect(samples.count > 1_000)
    }

    @Test func `is another for every other id, time, body, secret, generation and node`() throws {
        let key = try WebhooksCast.key()
        let (webhook, id) = (WebhookID.drawn(), MessageID.drawn())
        let usual = key.secret(of: webhook, generation: 1)
        let all = [
            usual.signature(of: id, at: 1, payload: [1]), usual.signature(of: .drawn(), at: 1, payload: [1]),
            usual.signature(of: id, at: 2, payload: [1]), usual.signature(of: id, at: 1, payload: [2]),
            key.secret(of: webhook, generation: 2).signature(of: id, at: 1, payload: [1]),
            key.secret(of: .drawn(), generation: 1).signature(of: id, at: 1, payload: [1]),
            try WebhooksCast.key(8).secret(of: webhook, generation: 1).signature(of: id, at: 1, payload: [1]),
        ]
        #expect(Set(all).count == all.count)
        #expect(usual.signature(of: id, at: 1, payload: [1]) == all[0])
    }

    @Test func `is made with a secret of 32 bytes that is shown once and printed never`() throws {
        let key = try WebhooksCast.key()
        let secret = key.secret(of: .drawn(), generation: 1)
        #expect(secret.text.hasPrefix("whsec_"))
        #expect(Data(base64Encoded: String(secret.text.dropFirst(6)))?.count == 32)
        #expect(
            "\(secret) \(String(reflecting: secret)) \(key)"
                == "a secret of a webhook a secret of a webhook a key of webhooks")
        #expect(WebhookKey(bytes: [1, 2, 3]) == nil)
    }

    @Test func `comes twice for a day after a new secret was made`() async throws {
        try await WebhooksNode.run { node in
            let (webhook, first) = try await node.desk.make("https://hr.example.cn/", for: WebhooksCast.owner)
            let (renewed, second) = try await node.desk.renewSecret(of: webhook.id, owner: webhook.owner)
            #expect(renewed.earlierSecretUntil == WebhooksCast.noon.adding(milliseconds: 86_400_000))
            try await node.store.commit(WebhooksCast.firstStep(1))
            _ = await node.round.turn()
            node.clock.move(seconds: 86_400)
            try await node.store.commit(WebhooksCast.step(1, expecting: 1, "awaiting-reply"))
            _ = await node.round.turn()
            let sent = node.link.sent
            try #require(sent.count == 2)
            #expect(
                sent[0].signature
                    == [second, first].map {
                        $0.signature(of: sent[0].id, at: sent[0].timestamp, payload: sent[0].body)
                    }
                    .joined(separator: " "))
            #expect(
                sent[1].signature == second.signature(of: sent[1].id, at: sent[1].timestamp, payload: sent[1].body))
        }
    }

    @Test func `is never made with a key that is not the one of before: the webhook waits for a new secret`()
        async throws
    {
        try await WebhooksNode.withFolder { folder in
            let before = try await WebhooksNode.open(folder)
            let webhook = try await before.make()
            try await before.store.commit(WebhooksCast.firstStep(1))
            before.store.close()
            let node = try await WebhooksNode.open(folder, key: try WebhooksCast.key(8))
            defer { node.store.close() }
            _ = await node.round.turn()
            #expect(node.link.sent.isEmpty)
            #expect(try await node.state(webhook).stop?.because == .secretLost)
            let (renewed, secret) = try await node.desk.renewSecret(of: webhook.id, owner: webhook.owner)
            #expect(renewed.stop == nil && renewed.earlierSecretUntil == nil)
            #expect(await node.round.turn() == 1)
            let sent = try #require(node.link.sent.first)
            #expect(sent.signature == secret.signature(of: sent.id, at: sent.timestamp, payload: sent.body))
        }
    }
}

@Suite struct `The webhooks of an owner` {
    @Test func `are five at most, each with an address of its own`() async throws {
        try await WebhooksNode.run { node in
            for place in 0..<Webhook.mostPerOwner { _ = try await node.make("https://h\(place).example.cn/") }
            await #expect(throws: WebhookRefusal.tooMany) { try await node.make("https://h9.example.cn/") }
            let all = try await node.desk.list(of: WebhooksCast.owner)
            let first = try #require(all.first { $0.url.host == "h0.example.cn" })
            try await node.desk.remove(first.id, of: WebhooksCast.owner)
            await #expect(throws: WebhookRefusal.urlTaken) { try await node.make("https://h1.example.cn/") }
            _ = try await node.make("https://h0.example.cn/")
            _ = try await node.make("https://h1.example.cn/", for: "another-mill")
        }
    }

    @Test func `are nobody else's to see or to change`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            let (id, other) = (webhook.id, "another-mill")
            #expect(try await node.desk.list(of: other).isEmpty)
            await #expect(throws: WebhookRefusal.noSuchWebhook) { try await node.desk.webhook(id, of: other) }
            await #expect(throws: WebhookRefusal.noSuchWebhook) { try await node.desk.remove(id, of: other) }
            await #expect(throws: WebhookRefusal.noSuchWebhook) {
                try await node.desk.renewSecret(of: id, owner: other)
            }
            await #expect(throws: WebhookRefusal.noSuchWebhook) { try await node.desk.resume(id, of: other) }
            await #expect(throws: WebhookRefusal.noSuchWebhook) {
                try await node.desk.resend(.drawn(), of: id, owner: other)
            }
            await #expect(throws: WebhookRefusal.noSuchWebhook) {
                try await node.desk.messages(of: id, owner: other, after: nil, in: nil, limit: 1)
            }
            #expect(try await node.state(webhook).generation == 1)
        }
    }

    @Test func `never lead to an own machine or network by an address`() async throws {
        try await WebhooksNode.run { node in
            await #expect(throws: WebhookRefusal.url(.notPublic)) { try await node.make("https://10.0.0.7/") }
            await #expect(throws: WebhookRefusal.url(.scheme)) { try await node.make("http://hr.example.cn/") }
            // A name that begins like an address is none.
            _ = try await node.make("https://10.example.cn/")
        }
    }

    @Test func `are disabled when the settings do not know the owner any more`() async throws {
        try await WebhooksNode.run { node in
            let known = try await node.make()
            let gone = try await node.make(for: "a-mill-that-closed")
            await node.round.tidy()
            #expect(try await node.state(known).stop == nil)
            #expect(try await node.state(gone).stop?.because == .ownerGone)
            try await node.store.commit(WebhooksCast.firstStep(1, lodgedBy: "a-mill-that-closed"))
            #expect(try await node.messages(gone).isEmpty)
        }
    }

    @Test func `list their messages in pages, and by state`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            _ = await node.round.turn()
            for version in 1..<5 { try await node.store.commit(WebhooksCast.step(1, expecting: version, "reviewing")) }
            let first = try await node.desk.messages(
                of: webhook.id, owner: webhook.owner, after: nil, in: nil, limit: 2)
            #expect(first.map(\.version) == [1, 2])
            let rest = try await node.desk.messages(
                of: webhook.id, owner: webhook.owner, after: first.last?.id, in: .waiting, limit: 10)
            #expect(rest.map(\.version) == [3, 4, 5])
            let done = try await node.desk.messages(
                of: webhook.id, owner: webhook.owner, after: nil, in: .delivered, limit: 10)
            #expect(done.map(\.version) == [1])
            await #expect(throws: WebhookRefusal.noSuchMessage) {
                try await node.desk.messages(of: webhook.id, owner: webhook.owner, after: .drawn(), in: nil, limit: 1)
            }
        }
    }
}
