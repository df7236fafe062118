import Casework
import Store
import Synchronization
import Testing
import TransferCore
import TransferDocuments
import Webhooks

@Suite struct `A message to a webhook` {
    /// So long after each failed attempt the next one is made: Standard Webhooks 1.0.0.
    private static let rests: [Int64] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

    @Test func `is sent at once, and not again when it was taken`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            node.link.answer(204)
            #expect(await node.round.turn() == 1)
            #expect(await node.round.turn() == 0)
            let message = try #require(try await node.messages(webhook).first)
            #expect(message.state == .delivered && message.attempts == 1 && message.last == .status(204))
            #expect(try await node.state(webhook).waiting == 0)
        }
    }

    @Test func `is sent again by the schedule, under the same id, until it ends and disables the webhook`() async throws
    {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            node.link.answer(500)
            #expect(await node.round.turn() == 1)
            for rest in Self.rests {
                node.clock.move(seconds: rest - 1)
                #expect(await node.round.turn() == 0, "\(rest) s have not passed")
                node.clock.move(seconds: 1)
                #expect(await node.round.turn() == 1, "\(rest) s have passed")
            }
            #expect(Set(node.link.sent.map(\.id)).count == 1)
            #expect(Set(node.link.sent.map(\.body)).count == 1)
            #expect(Set(node.link.sent.map(\.timestamp)).count == 10)
            let message = try #require(try await node.messages(webhook).first)
            #expect(message.state == .failed && message.attempts == 10 && message.last == .status(500))
            #expect(try await node.state(webhook).stop?.because == .scheduleExhausted)
            node.clock.move(seconds: 1_000_000)
            #expect(await node.round.turn() == 0)
        }
    }

    @Test func `is sent later by a tenth at most, so that many do not come together`() {
        for (place, rest) in ([0] + Self.rests).enumerated() {
            #expect(RetrySchedule.rest(before: place) { _ in 0 } == rest * 1_000)
            #expect(RetrySchedule.rest(before: place) { $0 } == rest * 1_100)
        }
        #expect(RetrySchedule.rest(before: 10) { _ in 0 } == nil)
    }

    @Test func `that meets 410 is given up, and its webhook disabled until it is resumed`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            try await node.store.commit(WebhooksCast.step(1, expecting: 1, "awaiting-reply"))
            node.link.answer(410)
            #expect(await node.round.turn() == 1)
            #expect(await node.round.turn() == 0)
            #expect(try await node.state(webhook).stop == .init(because: .gone, at: WebhooksCast.noon))
            await #expect(throws: WebhookRefusal.disabled) {
                let first = try #require(try await node.messages(webhook).first)
                _ = try await node.desk.resend(first.id, of: webhook.id, owner: webhook.owner)
            }
            node.link.answer(200)
            _ = try await node.desk.resume(webhook.id, of: webhook.owner)
            #expect(await node.round.turn() == 1)
            #expect(try await node.messages(webhook).map(\.state) == [.failed, .delivered])
        }
    }

    @Test(arguments: [100, 199, 300, 301, 302, 307, 308, 400, 404, 500])
    func `is taken with 2xx only`(status: Int) async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            node.link.answer(status)
            _ = await node.round.turn()
            let message = try #require(try await node.messages(webhook).first)
            #expect(message.state == .waiting && message.last == .status(status))
            #expect(message.dueAt == WebhooksCast.noon.adding(milliseconds: 5_000))
        }
    }

    @Test func `is not overtaken by a later one of the same webhook, and holds up no other`() async throws {
        try await WebhooksNode.run { node in
            let slow = try await node.make("https://slow.example.cn/")
            let fast = try await node.make("https://fast.example.cn/")
            for version in 0..<3 {
                try await node.store.commit(
                    version == 0 ? WebhooksCast.firstStep(1) : WebhooksCast.step(1, expecting: version, "reviewing"))
            }
            node.link.answer { request in
                request.url.host == "fast.example.cn" ? .success(200) : .failure(.timedOut)
            }
            while await node.round.turn() > 0 {}
            #expect(try await node.messages(fast).map(\.state) == [.delivered, .delivered, .delivered])
            #expect(try await node.messages(slow).map(\.attempts) == [1, 0, 0])
            node.link.answer(200)
            node.clock.move(seconds: 5)
            while await node.round.turn() > 0 {}
            let sent = node.link.sent.filter { $0.url.host == "slow.example.cn" }.map(\.id)
            // The first attempt, that timed out, and then all in the order of the changes.
            let wanted = try await node.messages(slow).map(\.id)
            #expect(sent == [wanted[0]] + wanted)
        }
    }

    @Test func `is sent again under the same id when the node was killed before it noted the answer`() async throws {
        try await WebhooksNode.withFolder { folder in
            let first = try await WebhooksNode.open(folder)
            let webhook = try await first.make()
            try await first.store.commit(WebhooksCast.firstStep(1))
            let store = first.store
            first.link.answer { _ in
                store.close()
                return .success(200)
            }
            _ = await first.round.turn()
            let second = try await WebhooksNode.open(folder)
            defer { second.store.close() }
            #expect(await second.round.turn() == 1)
            #expect(second.link.sent.map(\.id) == first.link.sent.map(\.id))
            #expect(try await second.messages(webhook).map(\.state) == [.delivered])
        }
    }

    @Test func `is kept waiting, and no attempt counted, when the node stops while it is sent`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            node.link.answer { _ in .failure(.stopping) }
            _ = await node.round.turn()
            let message = try #require(try await node.messages(webhook).first)
            #expect(message.state == .waiting && message.attempts == 0)
        }
    }

    @Test func `can be sent anew whatever became of it`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            _ = await node.round.turn()
            let id = try #require(try await node.messages(webhook).first).id
            let again = try await node.desk.resend(id, of: webhook.id, owner: webhook.owner)
            #expect(again.state == .waiting && again.attempts == 1)
            node.link.answer(500)
            _ = await node.round.turn()
            #expect(await node.round.turn() == 0, "it rests")
            _ = try await node.desk.resend(id, of: webhook.id, owner: webhook.owner)
            node.link.answer(200)
            #expect(await node.round.turn() == 1)
            #expect(node.link.sent.map(\.id) == [id, id, id])
            #expect(try await node.state(webhook).waiting == 0)
            let unknown = MessageID.drawn()
            await #expect(throws: WebhookRefusal.noSuchMessage) {
                try await node.desk.resend(unknown, of: webhook.id, owner: webhook.owner)
            }
        }
    }

    @Test func `is due at once when the clock was set back behind every rest`() async throws {
        try await WebhooksNode.run { node in
            _ = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            node.link.answer(500)
            _ = await node.round.turn()
            node.clock.move(seconds: -200_000)
            #expect(await node.round.turn() == 1)
        }
    }

    @Test func `goes thirty days after it was delivered, and with its webhook`() async throws {
        try await WebhooksNode.run { node in
            let webhook = try await node.make()
            try await node.store.commit(WebhooksCast.firstStep(1))
            _ = await node.round.turn()
            node.clock.move(seconds: 30 * 86_400)
            await node.round.tidy()
            #expect(try await node.messages(webhook).count == 1)
            node.clock.move(seconds: 1)
            await node.round.tidy()
            #expect(try await node.messages(webhook).isEmpty)

            try await node.store.commit(WebhooksCast.step(1, expecting: 1, "awaiting-reply"))
            try await node.desk.remove(webhook.id, of: webhook.owner)
            #expect(await node.round.turn() == 0)
            await node.round.tidy()
            await #expect(throws: WebhookRefusal.noSuchWebhook) { try await node.messages(webhook) }
            _ = try await node.make()
        }
    }

    @Test func `is sent by the worker as soon as the step is written, and by no more than its places at once`()
        async throws
    {
        try await WebhooksNode.withFolder { folder in
            let owners = Set((0..<10).map { "mill-\($0)" })
            let node = try await WebhooksNode.open(folder, owners: owners)
            defer { node.store.close() }
            for owner in owners {
                for place in 0..<Webhook.mostPerOwner {
                    _ = try await node.make("https://h\(place).example.cn/", for: owner)
                }
            }
            let counts = Counts()
            node.link.answer { _ in
                counts.begin()
                try? await Task.sleep(for: .milliseconds(20))
                counts.end()
                return .success(200)
            }
            let task = Task { await node.round.run() }
            for (serial, owner) in owners.enumerated() {
                try await node.store.commit(WebhooksCast.firstStep(serial + 1, lodgedBy: owner))
            }
            while counts.ended < 50 { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            await task.value
            #expect(counts.ended == 50)
            #expect(counts.most <= WebhookRound.atOnce)
        }
    }

    /// How many requests run at once.
    private final class Counts: Sendable {
        private let state = Mutex((running: 0, most: 0, ended: 0))
        var most: Int { state.withLock { $0.most } }
        var ended: Int { state.withLock { $0.ended } }

        func begin() {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
            }
        }

        func end() {
            state.withLock { state in
                state.running -= 1
                state.ended += 1
            }
        }
    }
}
