import Casework
import Store
import Testing
import TransferCore
import TransferDocuments
import Webhooks

@Suite struct `A change of a case` {
    @Test func `leaves one message for each webhook of who lodged it, in the step's transaction`() async throws {
        try await WebhooksNode.run { node in
            let one = try await node.make("https://a.example.cn/")
            let two = try await node.make("https://b.example.cn/")
            let foreign = try await node.make(for: "another-mill")
            try await node.store.commit(WebhooksCast.firstStep(1))
            try await node.store.commit(WebhooksCast.step(1, expecting: 1, "awaiting-reply", events: 2))
            for webhook in [one, two] {
                let messages = try await node.messages(webhook)
                #expect(messages.map(\.version) == [1, 3])
                #expect(messages.map(\.state) == [.waiting, .waiting])
                #expect(messages.allSatisfy { $0.caseNumber == WebhooksCast.number(1) })
                #expect(try await node.state(webhook).waiting == 2)
            }
            #expect(try await node.messages(foreign).isEmpty)
        }
    }

    @Test func `that nobody lodged, or somebody without a webhook, leaves none`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1, lodgedBy: nil))
            try await node.store.commit(WebhooksCast.firstStep(2, lodgedBy: "another-mill"))
            #expect(try await node.messages(webhook).isEmpty)
            #expect(await node.round.turn() == 0)
        }
    }

    @Test func `whose step is refused leaves none`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            // It has written its events already when it fails: the bank answers an order that was never made.
            var step = WebhooksCast.step(1, expecting: 1, "awaiting-reply")
            let key = try #require(OrderKey(caseNumber: WebhooksCast.number(1), leg: .remittance, attempt: 1))
            step.orderOutcomes = [key: .paid(bankReference: "B1")]
            await #expect(throws: StoreError.self) { try await node.store.commit(step) }
            await #expect(throws: StoreError.caseMovedOn) {
                try await node.store.commit(WebhooksCast.step(1, expecting: 7, "completed"))
            }
            #expect(try await node.messages(webhook).map(\.version) == [1])
            // The same step without its fault shows that it would have left one.
            step.orderOutcomes = [:]
            try await node.store.commit(step)
            #expect(try await node.messages(webhook).map(\.version) == [1, 2])
        }
    }

    @Test func `without an event leaves none, as the case has no new version`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            var step = WebhooksCast.step(1, expecting: 1, "reviewing", events: 0)
            step.newEffects = [NewEffect(kind: .review, dueAt: WebhooksCast.noon)]
            try await node.store.commit(step)
            #expect(try await node.messages(webhook).count == 1)
        }
    }

    @Test func `is told with the case, its version and how it stands, and nothing about a person`() async throws {
        try await WebhooksNode.run { node in
            _ = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            try await node.store.commit(WebhooksCast.step(1, expecting: 1, "completed", isTerminal: true))
            #expect(await node.round.turn() == 1)
            #expect(await node.round.turn() == 1)
            let number = WebhooksCast.number(1)
            #expect(
                node.link.sent.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"type":"case.changed","timestamp":"2026-11-21T04:00:00Z","data":{"case":"\#(number)","#
                        + #""version":1,"phase":"reviewing","holder":"destination","ended":false,"#
                        + #""links":{"self":"/api/v1/cases/\#(number)"}}}"#,
                    #"{"type":"case.changed","timestamp":"2026-11-21T04:00:00Z","data":{"case":"\#(number)","#
                        + #""version":2,"phase":"completed","holder":"nobody","ended":true,"#
                        + #""links":{"self":"/api/v1/cases/\#(number)"}}}"#,
                ])
        }
    }

    @Test func `disables a webhook at which too many messages wait, and resuming gives them up`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            // Many at once share the syncs of the disk.
            for block in stride(from: 1, through: Webhook.mostWaiting, by: 1_000) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for serial in block..<block + 1_000 {
                        group.addTask {
                            try await node.store.commit(WebhooksCast.firstStep(serial, isTerminal: true))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await node.state(webhook).stop == nil)
            #expect(try await node.state(webhook).waiting == Webhook.mostWaiting)
            let next = Webhook.mostWaiting + 1
            try await node.store.commit(WebhooksCast.firstStep(next, isTerminal: true))
            #expect(try await node.state(webhook).stop?.because == .tooManyWaiting)
            #expect(await node.round.turn() == 0, "nothing is sent to a webhook that is disabled")
            // What comes while it is disabled is not told.
            try await node.store.commit(WebhooksCast.firstStep(next + 1, isTerminal: true))
            let failed = try await node.desk.messages(
                of: webhook.id, owner: webhook.owner, after: nil, in: .failed, limit: 10)
            #expect(failed.map(\.caseNumber) == [WebhooksCast.number(next)])
            #expect(failed.first?.last == .fault(.tooManyWaiting))

            let resumed = try await node.desk.resume(webhook.id, of: webhook.owner)
            #expect(resumed.stop == nil && resumed.waiting == 0)
            try await node.store.commit(WebhooksCast.firstStep(next + 2, isTerminal: true))
            #expect(await node.round.turn() == 1)
        }
    }
}
