import Casework
import TransferCore
import TransferDocuments

// What the workers of a node do, and how a run ends.

extension World {
    /// One turn of a node's workers: effects, outbox, orders and the bank's answers, in an order that the seed chooses.
    func turn(of node: SimulatedNode) async {
        guard node.isServing else { return }
        compareClocks(of: node)
        var hasFailed = false
        let first = numbers.below(4)
        for step in 0..<4 where !node.isDead {
            do {
                switch (first + step) % 4 {
                case 0: hasFailed = try await carryOutEffects(of: node) || hasFailed
                case 1: hasFailed = try await deliver(from: node) || hasFailed
                case 2:
                    // A look at an empty tray writes nothing, and nobody can come in between.
                    guard try node.store.read({ $0.hasOrdersToCarry }) else { break }
                    let office = node.office
                    race(node) { try? await office.carryOrders() }
                    try await office.carryOrders()
                default:
                    guard bank.hasFiles(for: node.index) else { break }
                    let office = node.office
                    race(node) { try? await office.takeAnswers() }
                    try await office.takeAnswers()
                }
            } catch {
                hasFailed = true
            }
            node.store.setRival(nil)
        }
        // What of the bank's was not taken stays on the shelf, and is looked for again.
        if let files = try? await bank.folder(of: node.index).incoming(limit: 1), !files.isEmpty { hasFailed = true }
        if hasFailed { wake(node.index, within: 4 * 3_600_000) }
    }

    /// What another task of the node will do when the next write meets a race.
    func race(_ node: SimulatedNode, _ rival: @escaping @Sendable () async -> Void) {
        let watch = watch
        node.store.setRival {
            watch.struck("race")
            await rival()
        }
    }

    private func carryOutEffects(of node: SimulatedNode) async throws -> Bool {
        var hasFailed = false
        let desk = node.desk
        for effect in try await desk.store.openEffects(after: 0, limit: 1_000)
        where node.alone.contains(effect.kind.step) && node.isDue(effect) {
            do {
                race(node) { try? await desk.carryOut(effect) }
                try await desk.carryOut(effect)
            } catch {
                hasFailed = hasFailed || error.isTransient
                let rest = min(SimulatedNode.longestRest, 3_600_000 * Int64(1 + effect.attempts))
                let due = node.clock.now.adding(milliseconds: rest)
                watch.note("\(node.index) \(effect.number) \(effect.kind.rawValue): \(error)")
                try await desk.store.effectFailed(effect.id, error: "\(error)", dueAt: due)
            }
        }
        return hasFailed
    }

    private func deliver(from node: SimulatedNode) async throws -> Bool {
        var stopped: Set<CaseNumber> = []
        var resting: Set<AgencyCode> = []
        let desk = node.desk
        let end = WorldRoadEnd(from: node.index, road: road, watch: watch)
        for entry in try await desk.store.outbox(after: 0, limit: 1_000) {
            guard !stopped.contains(entry.number), !resting.contains(entry.recipient) else { continue }
            do {
                race(node) { try? await desk.deliver(entry, over: end) }
                try await desk.deliver(entry, over: end)
            } catch {
                stopped.insert(entry.number)
                let fault = error as? DeliveryFault
                if fault?.concernsPeer ?? true { resting.insert(entry.recipient) }
                try await desk.store.deliveryFailed(
                    entry, code: fault?.code ?? DeliveryFault.ownCode, error: "\(error)", at: node.clock.now)
            }
        }
        return !stopped.isEmpty
    }

    func dailyWatch(of node: SimulatedNode) async {
        guard node.isServing else { return }
        compareClocks(of: node)
        let desk = node.desk
        race(node) {
            try? await desk.reportOverdue()
            try? await desk.urgeLate()
        }
        defer { node.store.setRival(nil) }
        do {
            try await desk.reportOverdue()
            try await desk.urgeLate()
        } catch {
            watch.note("\(node.index) could not look at its deadlines")
        }
    }

    /// While a clock may be wrong it is compared with those of the peers, which a real node does every few seconds: a jump
    /// may have been a correction, and what peers showed may be over. Only the clocks are compared here, by the rules of
    /// ``WitnessDesk``; heads are exchanged at moments of their own.
    func compareClocks(of node: SimulatedNode) {
        guard node.closedClock != nil, node.isServing else { return }
        for peer in nodes where peer.index != node.index && peer.isServing && road.isOpen(node.index, peer.index) {
            let apart = abs(peer.clock.now.milliseconds - node.clock.now.milliseconds)
            let disagrees = apart > ClockGate.boundMilliseconds
            peer.noteClock(of: node.code, disagrees: disagrees)
            // Who cannot sign does not answer; that the clocks disagree is said without a signature.
            if disagrees || peer.canSign { node.noteClock(of: peer.code, disagrees: disagrees) }
        }
    }

    // MARK: The end

    /// Whether nothing is left to be done by anybody.
    func isAtRest() async -> Bool {
        guard bank.isAtRest, road.isAtRest, places.allSatisfy(\.isAnswered) else { return false }
        for node in nodes {
            guard !node.isDead,
                let isIdle = try? node.store.read({ tables in
                    tables.waiting.isEmpty && tables.waitingOrders.isEmpty && tables.messages.allSatisfy(\.isWritten)
                        && tables.cases.values.allSatisfy(\.summary.isTerminal)
                }), isIdle
            else { return false }
        }
        return true
    }

    /// What must hold when the run is over.
    func judge() async {
        for node in nodes {
            do {
                try await watch.compare(node.store, of: node.index)
                try await checkRest(of: node)
            } catch {
                watch.find("kept", "the store of \(node.code) cannot be read: \(error)")
            }
            watch.checkBooks(of: node.index, bankBalance: bank.balance(of: node.index))
        }
        for standing in watch.checkAgreement() where !standing.isTerminal {
            watch.note("\(standing.number) stands at \(standing.destination), \(standing.origin)")
            await checkWaiting(standing)
        }
        for (serial, place) in places.enumerated() where !place.isAnswered {
            watch.find("lodged", "applicant \(serial) never got an answer")
        }
    }

    private func checkRest(of node: SimulatedNode) async throws {
        let entries = try await node.store.outbox(after: 0, limit: 10)
        if let entry = entries.first {
            watch.find("delivered", "\(entries.count) documents of \(node.code) wait, the first of \(entry.number)")
        }
        let counts = try await node.store.counts()
        if counts.ordersWaiting > 0 { watch.find("ordered", "\(counts.ordersWaiting) orders of \(node.code) wait") }
        for effect in try await node.store.openEffects(after: 0, limit: 1_000)
        where node.alone.contains(effect.kind.step) {
            guard effect.kind != .confirmAccount else { continue }
            watch.find("worked", "\(node.code) does not do \(effect.kind.rawValue) of \(effect.number)")
        }
        for number in try await node.store.caseList(World.everyCase).map(\.number) {
            guard let file = try await node.store.caseFile(number) else { continue }
            for order in file.orders where order.outcome == nil {
                watch.find("answered", "the bank has not answered \(order.key) of \(node.code)")
            }
            for document in file.documents where document.receipt == nil {
                watch.find("delivered", "\(number): document \(document.sequence) of \(document.sender) has no receipt")
            }
        }
    }

    static let everyCase: CaseFilter = {
        var filter = CaseFilter()
        filter.limit = 1_000
        return filter
    }()

    /// A case that has not ended waits for a person, who can see it, or for nothing that could come.
    private func checkWaiting(_ standing: Watch.Standing) async {
        guard !standing.isDestinationTerminal || !standing.isOriginTerminal else { return }
        leftOver.append("\(standing.destination) / \(standing.origin)")
        let role: Role = standing.isDestinationTerminal ? .origin : .destination
        guard
            let node = nodes.first(where: { node in
                (try? node.store.read { $0.cases[standing.number]?.opening.role == role }) == true
            })
        else { return }
        let desk = node.desk
        guard
            let view = try? await CaseView.read(
                standing.number, from: node.store, limits: desk.agency.limits, calendar: desk.agency.calendar)
        else { return }
        let leading = view.story.transfer.leading
        // Where the bank moved another amount than it was told, people have to find out with it what became of the rest.
        if watch.isDisturbed(standing.number) { return }
        if leading.clock == nil {
            watch.find("clock-or-person", "\(standing.number) stands at \(leading.phase) without a clock")
        }
        watch.find(
            "progress",
            "\(standing.number) does not end: \(standing.destination) at the destination, \(standing.origin) at the "
                + "origin, \(leading.phase) leads")
    }
}
