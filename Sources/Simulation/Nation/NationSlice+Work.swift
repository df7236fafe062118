import Casework
import TransferCore
import TransferDocuments

// What the workers of an agency do.

extension NationSlice {
    /// One turn: effects that the policy carries out, documents, orders, and what the bank has told.
    func turn(of node: NationNode) async {
        guard
            let work = try? node.store.read({ tables in
                (hasEffects: !tables.open.isEmpty, hasMail: !tables.waiting.isEmpty, hasOrders: tables.hasOrdersToCarry)
            })
        else { return }
        var hasFailed = false
        do {
            if work.hasEffects { hasFailed = try await carryOutEffects(of: node) }
            if work.hasMail { hasFailed = try await deliver(from: node) || hasFailed }
            if work.hasOrders { try await node.office.carryOrders() }
            if bank.hasFiles(for: node.index) {
                var note = bankNotes[node.index].take()
                try await node.office.takeAnswers(knowing: &note)
                bankNotes[node.index] = note
                hasFailed = hasFailed || bank.hasFiles(for: node.index)
            }
        } catch {
            watch.note("\(node.index) could not work: \(error)")
            hasFailed = true
        }
        // What failed is tried again soon at first, and as the day goes on less often, as a real node does.
        failures[node.index] = hasFailed ? failures[node.index] + 1 : 0
        if hasFailed {
            wake(node.index, within: 3_600_000 * Int64(min(48, failures[node.index] * failures[node.index])))
        }
    }

    private func carryOutEffects(of node: NationNode) async throws -> Bool {
        var hasFailed = false
        for effect in try await node.store.openEffects(after: 0, limit: 1_000)
        where node.alone.contains(effect.kind.step)
            && effect.dueAt.isPast(at: node.clock.now, longestMilliseconds: NationCalendar.day)
        {
            do {
                try await node.desk.carryOut(effect)
            } catch {
                hasFailed = hasFailed || error.isTransient
                watch.note("\(node.index) \(effect.number) \(effect.kind.rawValue): \(error)")
                try await node.store.effectFailed(
                    effect.id, error: "\(error)", dueAt: node.clock.now.adding(milliseconds: NationCalendar.day))
            }
        }
        return hasFailed
    }

    private func deliver(from node: NationNode) async throws -> Bool {
        var stopped: Set<CaseNumber> = []
        let end = NationRoadEnd(from: node.index, road: road)
        for entry in try await node.store.outbox(after: 0, limit: 1_000) where !stopped.contains(entry.number) {
            do {
                try await node.desk.deliver(entry, over: end)
            } catch {
                stopped.insert(entry.number)
                let fault = error as? DeliveryFault
                try await node.store.deliveryFailed(
                    entry, code: fault?.code ?? DeliveryFault.ownCode, error: "\(error)", at: node.clock.now)
            }
        }
        return !stopped.isEmpty
    }

    /// Once every working day: passed deadlines, reminders; and on the first days of a week whatever lies there unplanned.
    func dailyWatch(of node: NationNode) async {
        let today = node.clock.now.date
        let all = try? node.store.read { tables in
            (
                isLate: tables.cases.values.contains {
                    $0.summary.due.map { $0 < today } ?? false && !$0.summary.isTerminal
                },
                hasEffects: !tables.open.isEmpty
            )
        }
        guard let all else { return }
        if all.isLate {
            do {
                try await node.desk.reportOverdue()
                try await node.desk.urgeLate()
            } catch {
                watch.note("\(node.index) could not look at its deadlines: \(error)")
            }
        }
        if all.hasEffects { wake(node.index, within: 3_600_000) }
        guard (Int(time.now / NationCalendar.day) + node.index).isMultiple(of: 7) else { return }
        let idle = try? node.store.read { tables in
            tables.cases.filter { !$0.value.summary.isTerminal }.map { ($0.key, $0.value.summary.phase) }
                .sorted { $0.0 < $1.0 }
        }
        for (number, phase) in idle ?? [] where plans[node.index][number] == nil {
            plan(
                ChangedCases.Change(
                    node: node.index, number: number, phase: phase, isTerminal: false, isUrged: false))
        }
    }

    /// Every agency shows the newest head of its log to one it has cases with, and learns the other's.
    func exchangeHeads() async {
        for node in nodes {
            guard let peers = try? node.store.read({ Set($0.cases.values.map(\.opening.peerCode)).sorted() }),
                !peers.isEmpty
            else { continue }
            let peer = numbers.pick(peers)
            do {
                try await node.witness(over: NationRoadEnd(from: node.index, road: road)).exchange(with: peer)
            } catch {
                watch.find("heads", "\(node.code) and \(peer) could not compare their logs: \(error)")
            }
        }
        let alarms = nodes.reduce(0) { sum, node in
            sum + ((try? node.store.read { $0.heads.conflicts.count }) ?? 1)
        }
        if alarms > 0 { watch.find("heads", "\(alarms) alarms over the logs of agencies") }
    }
}
