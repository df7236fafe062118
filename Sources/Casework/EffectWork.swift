import Logging
import TransferCore

/// Carries out the effects that wait for this node itself: reviews and checks of records that were not decided in the step
/// that left them, and the other decisions of a policy.
///
/// What waits stands in the store. An effect is struck off in the transaction that keeps its result, so it is carried
/// out at least once and counts once. One that fails is tried again later; one that cannot succeed stays visible.
package actor EffectWork {
    private let desk: Desk
    private let inFlightLimit: Int
    private var lastSeen: EffectID = 0
    private var ready: [OpenEffect] = []
    private var inFlight = 0
    private var looks = Looks()

    package init(desk: Desk, inFlightLimit: Int = 32) {
        self.desk = desk
        self.inFlightLimit = inFlightLimit
    }

    /// Works until the task is cancelled.
    package func run() async {
        let bell = desk.bells.effects
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(200))
                tick()
                bell.ring()
            }
        }
        defer { ticker.cancel() }
        await withDiscardingTaskGroup { group in
            bell.ring()
            for await _ in bell.rings {
                await fetch()
                start(&group)
            }
        }
    }

    private func tick() { looks.tick() }

    /// Effects held in memory; the rest waits in the store.
    private static let room = 10_000

    private func fetch() async {
        // What is not taken for want of room stays in the store, and is found there.
        guard ready.count < EffectWork.room else { return }
        let fresh = desk.store.fresh?.takeEffects()
        if looks.comeBefore(fresh) {
            guard await look() else { return }
        }
        takeUp(fresh?.work ?? [])
    }

    /// Takes into memory what the store has behind what was taken before.
    ///
    /// - Returns: whether that was all.
    private func look() async -> Bool {
        while ready.count < EffectWork.room {
            do {
                let effects = try await desk.store.openEffects(after: lastSeen, limit: 500)
                takeUp(effects)
                if effects.count < 500 {
                    looks.done()
                    return true
                }
            } catch {
                desk.logger.error("the effects cannot be read", metadata: ["cause": "\(error)"])
                return false
            }
        }
        return false
    }

    /// What waits for people stays in the store and takes no room here.
    private func takeUp(_ effects: [OpenEffect]) {
        ready += effects.filter { $0.id > lastSeen && desk.decidesAlone($0.kind) }
        lastSeen = max(lastSeen, effects.last?.id ?? 0)
    }

    private static let longestRestMilliseconds: Int64 = 60_000

    private func start(_ group: inout DiscardingTaskGroup) {
        let now = desk.clock.now
        var later: [OpenEffect] = []
        var started = 0
        for effect in ready {
            guard inFlight < inFlightLimit else { break }
            started += 1
            if !effect.dueAt.isPast(at: now, longestMilliseconds: EffectWork.longestRestMilliseconds) {
                later.append(effect)
                continue
            }
            inFlight += 1
            group.addTask { await self.carryOut(effect) }
        }
        ready.removeFirst(started)
        ready += later
    }

    private func carryOut(_ effect: OpenEffect) async {
        do {
            try await desk.carryOut(effect)
            finished()
        } catch {
            let attempts = effect.attempts + 1
            let ceiling = min(EffectWork.longestRestMilliseconds, Int64(200) << Int64(min(attempts, 16)))
            let dueAt = desk.clock.now.adding(milliseconds: Int64.random(in: 1...ceiling))
            desk.logger.warning(
                "an effect was not carried out",
                metadata: [
                    "case": "\(effect.number)", "effect": "\(effect.kind.rawValue)", "attempts": "\(attempts)",
                    "cause": "\(error)",
                ])
            do {
                try await desk.store.effectFailed(effect.id, error: "\(error)", dueAt: dueAt)
            } catch {
                desk.logger.error("a failed effect was not noted", metadata: ["cause": "\(error)"])
            }
            finished()
            ready.append(
                OpenEffect(
                    id: effect.id, number: effect.number, kind: effect.kind, attempts: attempts, dueAt: dueAt))
        }
    }

    private func finished() {
        inFlight -= 1
        if !ready.isEmpty { desk.bells.effects.ring() }
    }
}

extension Desk {
    /// Whether the agency's policy decides a step alone.
    package func decidesAlone(_ kind: NewEffect.Kind) -> Bool { agency.straightThrough.contains(kind.step) }

    package func carryOut(_ effect: OpenEffect) async throws(DeskFault) {
        switch effect.kind {
        case .review: try await review(effect)
        case .checkRecords: try await checkRecords(effect)
        case .remit: try await remit(effect)
        case .confirmAccount: try await confirmAccount(effect)
        case .answerRecall: try await answerRecall(effect)
        case .returnFunds: try await returnFunds(effect)
        }
    }
}
