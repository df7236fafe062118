import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Lodging an application` {
    @Test func `gives the same case for the same key and the same application`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            let before = try await pair.standing(of: pair.destination)
            #expect(try await pair.outcome(key: "key-1") == .repeated(number))
            try await pair.settle()
            #expect(try await pair.outcome(key: "key-1") == .repeated(number))
            #expect(before.cases.count == 1)
            #expect(try await pair.standing(of: pair.destination).cases.count == 1)
        }
    }

    @Test func `refuses a key that came with another application`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.lodge()
            let before = try await pair.standing(of: pair.destination)
            let other = PairCast.application(PairCast.person(2))
            #expect(try await pair.outcome(other, key: "key-1") == .keyReused)
            #expect(try await pair.standing(of: pair.destination) == before)
        }
    }

    @Test func `tells keys of different owners apart`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            let other = PairCast.application(PairCast.person(2))
            guard case .opened(let second) = try await pair.outcome(other, owner: "shop", key: "key-1") else {
                Issue.record("the other owner's key was taken for the first")
                return
            }
            #expect(second != number)
        }
    }

    @Test func `refuses a second live case for a person and an origin, naming the first`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            let before = try await pair.standing(of: pair.destination)
            #expect(try await pair.outcome(key: "key-2") == .underWay(number))
            #expect(try await pair.standing(of: pair.destination) == before)
            try await pair.settle()
            guard case .opened = try await pair.outcome(key: "key-3") else {
                Issue.record("a completed case stands in the way")
                return
            }
        }
    }

    @Test func `takes one person's applications for two origins`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.lodge()
            let other = PairCast.application(origin: PairCast.wuhan)
            guard case .opened = try await pair.outcome(other, key: "key-2") else {
                Issue.record("the second origin was refused")
                return
            }
        }
    }

    /// The store finds the live case before it looks at the key. All but one once were told that a case is under way.
    @Test func `answers a hundred equal requests at once with one case`() async throws {
        try await NodePair.run { pair in
            let outcomes = try await withThrowingTaskGroup(of: Lodged.self) { group in
                for _ in 0..<100 { group.addTask { try await pair.outcome(key: "key-1") } }
                return try await group.reduce(into: [Lodged]()) { $0.append($1) }
            }
            #expect(outcomes.count { if case .opened = $0 { true } else { false } } == 1)
            let numbers = Set(outcomes.map(\.number))
            #expect(numbers.count == 1)
            #expect(numbers.first != .some(nil))
            #expect(outcomes.count { if case .repeated = $0 { true } else { false } } == 99)
            #expect(try await pair.standing(of: pair.destination).cases.count == 1)
        }
    }

    @Test func `opens one case when two employers ask for the same person at once`() async throws {
        try await NodePair.run { pair in
            let outcomes = try await withThrowingTaskGroup(of: Lodged.self) { group in
                for place in 0..<20 { group.addTask { try await pair.outcome(owner: "mill", key: "key-\(place)") } }
                return try await group.reduce(into: [Lodged]()) { $0.append($1) }
            }
            #expect(outcomes.count { if case .opened = $0 { true } else { false } } == 1)
            #expect(outcomes.count { if case .underWay(.some) = $0 { true } else { false } } == 19)
            #expect(Set(outcomes.map(\.number)).count == 1)
        }
    }

    @Test func `names everything that only this node can see wrong`() async throws {
        try await NodePair.run { pair in
            let nobody = try #require(AgencyCode("510100"))
            let rows = [
                (PairCast.application(origin: PairCast.weifang), [["/origin", "origin-is-destination"]]),
                (PairCast.application(origin: nobody), [["/origin", "unknown-agency"]]),
                (
                    PairCast.application(origin: nobody, branches: [.pension]),
                    [["/origin", "unknown-agency"], ["/otherBranches/0", "branch-not-settled-here"]]
                ),
            ]
            for (application, faults) in rows {
                #expect(try await pair.outcome(application, form: [1], key: "key-1") == .faulty(faults))
            }
            #expect(try await pair.standing(of: pair.destination).cases.isEmpty)
        }
    }

    @Test func `numbers the cases of a year one by one`() async throws {
        try await NodePair.run { pair in
            var numbers: [String] = []
            for serial in 1...3 {
                let application = PairCast.application(PairCast.person(serial))
                numbers.append(try await pair.lodge(application, key: "key-\(serial)").text)
            }
            #expect(numbers.map { $0.prefix(19) } == (1...3).map { "370700-2026-000000\($0)" })
            pair.clock.move(days: 60)
            let next = try await pair.lodge(PairCast.application(PairCast.person(4)), key: "key-4").text
            #expect(next.hasPrefix("370700-2027-0000001"))
            // What was reserved and not given out before the end of the process is never given out.
            try await pair.destination.restart()
            let later = try await pair.lodge(PairCast.application(PairCast.person(5)), key: "key-5").text
            #expect(later.hasPrefix("370700-2027-0000101"))
        }
    }
}

/// What became of an application, to be compared.
enum Lodged: Hashable {
    case opened(CaseNumber)
    case repeated(CaseNumber)
    case keyReused
    case underWay(CaseNumber?)
    case faulty([[String]])

    var number: CaseNumber? {
        switch self {
        case .opened(let number), .repeated(let number): number
        case .underWay(let number): number
        case .keyReused, .faulty: nil
        }
    }
}

extension NodePair {
    /// Lodges once.
    func outcome(
        _ application: TransferApplication = PairCast.application(), form: [UInt8]? = nil, owner: String = "mill",
        key: String
    ) async throws -> Lodged {
        let bytes = try form ?? ApplicationForm.write(application)
        return switch try await destination.desk.lodge(application, form: bytes, owner: owner, key: key) {
        case .opened(let number, _): .opened(number)
        case .repeated(let number): .repeated(number)
        case .keyReused: .keyReused
        case .underWay(let number): .underWay(number)
        case .faulty(let faults): .faulty(faults.map { [$0.pointer, $0.code] })
        }
    }
}
