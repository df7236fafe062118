package import TransferCore

/// One thing that goes wrong in a run. The faults of a run are drawn from its seed before it begins, each with the moment
/// or the occasion at which it strikes, so that any of them can be left out and the others stay as they are.
package struct SimulatedFault: Hashable, Sendable {
    /// 1, 2, 3 …: what `--keep-faults` names.
    package let id: Int
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
        /// At a write of a node, counted from the beginning of the run.
        case write(node: Int, ordinal: Int, DiskFault)
        /// After a restart, counted, a node dies so often again while it recovers: at its first write, or before it.
        case recovery(node: Int, restart: Int, times: Int)
        /// A message from one node to another, counted.
        case message(from: Int, to: Int, ordinal: Int, RoadFault)
        /// Nothing passes from one node to another for a while; the other direction is another fault.
        case partition(from: Int, to: Int, at: Int64, milliseconds: Int64)
        case clock(node: Int, at: Int64, milliseconds: Int64, ClockFault)
        /// The bank's n-th transfer.
        case transfer(ordinal: Int, BankFault)
        /// The bank's n-th file.
        case file(ordinal: Int, FileFault)
        /// Two tasks of one node do the same at the same time: the second gets in before the first one's write.
        case race(node: Int, ordinal: Int)
        /// The key that signs is away for a while.
        case token(node: Int, at: Int64, milliseconds: Int64)
        /// A hostile agency, or an intruder, acts.
        case hostile(at: Int64, HostileAct)
        /// A backup that was taken some time ago is put in the place of a node's disk, and the right disk again later.
        case backup(node: Int, taken: Int64, at: Int64, milliseconds: Int64)
    }

    package enum DiskFault: Hashable, Sendable, CaseIterable {
        /// The database refuses; the process goes on.
        case refuses
        /// It is written, but the database says that it does not know.
        case doesNotKnow
        /// The process dies before anything is written.
        case diesBefore
        /// The power fails before the sync: nothing of it is on the disk.
        case losesUnsynced
        /// The same, but it had reached the disk.
        case keepsUnsynced
        /// The same, and half of it had.
        case tears
        /// The process dies after the sync, before anybody hears of it.
        case diesAfter
    }

    package enum RoadFault: Hashable, Sendable {
        case requestLost
        case answerLost
        case doubled
        /// The sender hears nothing; the message comes so much later, when others have overtaken it.
        case late(milliseconds: Int64)
        /// It is answered, and comes again so much later.
        case again(milliseconds: Int64)
        /// The recipient takes nothing and gives the receipt of an earlier document.
        case anotherReceipt
    }

    package enum ClockFault: Hashable, Sendable {
        case jumps(milliseconds: Int64)
        case stands
    }

    package enum BankFault: Hashable, Sendable {
        /// It is not carried out, and no money moves.
        case refuses(BounceReason)
        /// It goes out and comes back, told in one file.
        case givesBack(BounceReason)
        /// It goes out; that it came back is told in a later file.
        case givesBackLater(BounceReason)
        /// It is carried out twice: debited twice, credited twice.
        case doubles
        /// The payee is credited a second time, at the cost of the bank.
        case creditsTwice
        /// So much less arrives than went out.
        case short(Money)
    }

    package enum FileFault: Hashable, Sendable {
        case late(milliseconds: Int64)
        /// The same movements are told once more, in a later file.
        case again(milliseconds: Int64)
    }

    package enum HostileAct: Hashable, Sendable, CaseIterable {
        /// What others sent is sent again over another agency's connection.
        case replay
        /// What was sent to one agency is sent to another by its sender.
        case misdirects
        /// Another document at a place that is taken, signed with the right key.
        case equivocates
        /// A document far ahead of its turn.
        case jumpsAhead
        /// A document of a case in which the sender is no party.
        case meddles
        /// A document in another agency's name, signed with a key that the directory does not list.
        case forges
        /// A head of its own log that is smaller than one that it has shown, signed later.
        case showsOlderHead
        /// Another history to one agency than to another: the two compare what they were shown.
        case showsOtherHistory
    }

    package enum Family: String, Hashable, Sendable, CaseIterable {
        case crash
        case disk
        case network
        case clock
        case bank
        case race
        case token
        case hostile
        case backup
    }

    package var family: Family {
        switch kind {
        case .write(_, _, .refuses), .write(_, _, .doesNotKnow): .disk
        case .write, .recovery: .crash
        case .message, .partition: .network
        case .clock: .clock
        case .transfer, .file: .bank
        case .race: .race
        case .token: .token
        case .hostile: .hostile
        case .backup: .backup
        }
    }
}

extension SimulatedFault {
    /// How many milliseconds the faults of a run may last: after that all of them stop.
    package static let period: Int64 = 40 * 86_400_000

    /// Draws the faults of a run.
    static func draw(
        seed: UInt64, nodes: Int, cases: Int, families: Set<Family>
    ) -> [SimulatedFault] {
        var kinds: [Kind] = []
        for family in Family.allCases {
            // Each family has its own stream: leaving one out does not move the others.
            var numbers = SeededNumbers(seed: seed, stream: 100 + UInt64(family.place))
            let most = family.most(nodes: nodes, cases: cases)
            let count = numbers.chance(150) ? 0 : numbers.below(most + 1)
            let drawn = (0..<count).map { _ in kind(of: family, nodes: nodes, cases: cases, &numbers) }
            if families.contains(family) { kinds += drawn }
        }
        return kinds.enumerated().map { SimulatedFault(id: $0.offset + 1, kind: $0.element) }
    }

    private static func kind(
        of family: Family, nodes: Int, cases: Int, _ numbers: inout SeededNumbers
    ) -> Kind {
        let node = numbers.below(nodes)
        let other = (node + 1 + numbers.below(max(1, nodes - 1))) % nodes
        let at = numbers.within(0...period)
        let day: Int64 = 86_400_000
        func write(_ faults: [DiskFault], _ numbers: inout SeededNumbers) -> Kind {
            .write(node: node, ordinal: 2 + numbers.below(20 + cases * 20 / nodes), numbers.pick(faults))
        }
        switch family {
        case .disk: return write([.refuses, .doesNotKnow], &numbers)
        case .crash:
            if numbers.chance(150) {
                return .recovery(node: node, restart: 1 + numbers.below(4), times: 1 + numbers.below(3))
            }
            return write([.diesBefore, .losesUnsynced, .keepsUnsynced, .tears, .diesAfter], &numbers)
        case .network:
            if numbers.chance(120) {
                return .partition(from: node, to: other, at: at, milliseconds: numbers.within(3_600_000...5 * day))
            }
            let later = numbers.within(60_000...6 * day)
            let fates: [RoadFault] = [
                .requestLost, .answerLost, .doubled, .late(milliseconds: later), .again(milliseconds: later),
                .anotherReceipt,
            ]
            let ordinal = 1 + numbers.below(6 + cases * 12 / (nodes * max(1, nodes - 1)))
            return .message(from: node, to: other, ordinal: ordinal, numbers.pick(fates))
        case .clock:
            let years = 3_652 * day
            let jump = numbers.pick([-years, -day, -3_600_000, -240_000, 240_000, 3_600_000, day, 3 * day, years])
            return .clock(
                node: node, at: at, milliseconds: numbers.within(600_000...4 * day),
                numbers.chance(300) ? .stands : .jumps(milliseconds: jump))
        case .bank:
            if numbers.chance(400) {
                let later = numbers.within(3_600_000...8 * day)
                let fault: FileFault = numbers.chance(500) ? .late(milliseconds: later) : .again(milliseconds: later)
                return .file(ordinal: 1 + numbers.below(cases * 3 + 2), fault)
            }
            let reason = numbers.pick(BounceReason.allCases)
            let faults: [BankFault] = [
                .refuses(reason), .givesBack(reason), .givesBackLater(reason), .doubles, .creditsTwice,
                .short(Money(fen: numbers.within(1...5_000))),
            ]
            return .transfer(ordinal: 1 + numbers.below(cases * 2 + 2), numbers.pick(faults))
        case .race: return .race(node: node, ordinal: 2 + numbers.below(20 + cases * 20 / nodes))
        case .token: return .token(node: node, at: at, milliseconds: numbers.within(600_000...2 * day))
        case .hostile: return .hostile(at: at, numbers.pick(HostileAct.allCases))
        case .backup:
            let restored = numbers.within(4 * day...30 * day)
            return .backup(
                node: node, taken: numbers.within(max(0, restored - 12 * day)...restored - day / 4), at: restored,
                milliseconds: numbers.within(day / 12...5 * day))
        }
    }
}

extension SimulatedFault.Family {
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    fileprivate func most(nodes: Int, cases: Int) -> Int {
        switch self {
        case .crash: 2 + nodes + cases / 2
        case .disk: 2 + cases / 2
        case .network: 4 + cases * 3
        case .clock: nodes
        case .bank: 2 + cases
        case .race: 2 + cases
        case .token: 2
        case .hostile: 2 + cases / 2
        case .backup: 1
        }
    }
}

extension SimulatedFault: CustomStringConvertible {
    package var description: String { "\(id) \(family.rawValue): \(kind)" }
}
